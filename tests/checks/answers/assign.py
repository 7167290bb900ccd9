"""Answers to assign as learners write them."""

# ruff: noqa: B905, F841 - as learners write
import math
from functools import partial

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from answers import right, wrong
from kmeans_lesson import assign, kmeans


def squared(pixels, centroids):
    return ((pixels[:, None].astype(float) - centroids) ** 2).sum(axis=2)


@right("assign")
def broadcast(pixels, centroids):
    return squared(pixels, centroids).argmin(axis=1)


@right("assign")
def norms(pixels, centroids):
    return np.argmin(np.linalg.norm(pixels[:, None] - centroids[None], axis=-1), axis=-1)


@right("assign")
def three_loops(pixels, centroids):
    labels = []
    for pixel in pixels:
        best, label = float("inf"), 0
        for k in range(len(centroids)):
            distance = 0
            for c in range(3):
                distance += (int(pixel[c]) - centroids[k][c]) ** 2
            if distance < best:
                best, label = distance, k
        labels.append(label)
    return labels


@right("assign")
def last_on_ties(pixels, centroids):
    k = len(centroids)
    return k - 1 - squared(pixels, centroids)[:, ::-1].argmin(axis=1)


@right("assign")
def einsum(pixels, centroids):
    d = pixels[:, None, :].astype(np.float64) - centroids[None, :, :]
    return np.einsum("nkc,nkc->nk", d, d).argmin(1).astype(np.uint8)


@right("assign")
def with_scipy(pixels, centroids):
    return cdist(pixels, centroids).argmin(axis=1)


@right("assign")
def with_scipy_squared(pixels, centroids):
    return cdist(pixels.astype(float), centroids, "sqeuclidean").argmin(axis=1).astype(np.int32)


@right("assign")
def kd_tree(pixels, centroids):
    return cKDTree(centroids).query(pixels)[1]


@right("assign")
def product(pixels, centroids):
    scores = pixels.astype(np.float32) @ centroids.T.astype(np.float32)
    return ((centroids**2).sum(axis=1) - 2 * scores).argmin(axis=1)


@right("assign")
def centroid_by_centroid(pixels, centroids):
    best = np.full(len(pixels), np.inf)
    labels = np.zeros(len(pixels), dtype=np.int64)
    for k, centroid in enumerate(centroids):
        distance = ((pixels - centroid) ** 2).sum(axis=1)
        nearer = distance < best
        best[nearer] = distance[nearer]
        labels[nearer] = k
    return labels


@right("assign")
def by_min_key(pixels, centroids):
    return [
        min(range(len(centroids)), key=lambda k: math.dist(pixel, centroids[k]))
        for pixel in pixels.tolist()
    ]


@right("assign")
def by_sort(pixels, centroids):
    return np.argsort(squared(pixels, centroids), axis=1, kind="stable")[:, 0]


@right("assign")
def along_axis(pixels, centroids):
    return np.apply_along_axis(
        lambda pixel: int(np.argmin(((centroids - pixel) ** 2).sum(axis=1))), 1, pixels
    )


@right("assign")
def vectorised(pixels, centroids):
    label = np.vectorize(lambda r, g, b: np.argmin(((centroids - [r, g, b]) ** 2).sum(axis=1)))
    return label(pixels[:, 0], pixels[:, 1], pixels[:, 2])


@right("assign")
def other_way_round(pixels, centroids):
    difference = centroids[:, None, :] - pixels[None, :, :]
    return (difference * difference).sum(2).argmin(0)


@right("assign")
def negative_argmax(pixels, centroids):
    return np.argmax(-squared(pixels, centroids), axis=1)


@right("assign")
def on_own_copies(pixels, centroids):
    pixels, centroids = pixels.astype(float), np.array(centroids)
    pixels *= 1
    centroids -= 0
    return squared(pixels, centroids).argmin(1).tolist()


@right("assign")
def recursion(pixels, centroids):
    if len(pixels) == 0:
        return []
    distances = [sum((a - b) ** 2 for a, b in zip(pixels[0].tolist(), c)) for c in centroids]
    return [distances.index(min(distances)), *recursion(pixels[1:], centroids)]


@right("assign")
def blocks(pixels, centroids):
    parts = [broadcast(part, centroids) for part in np.array_split(pixels, 4) if len(part)]
    return np.concatenate(parts)


right("assign")(partial(lambda metric, p, c: cdist(p, c, metric).argmin(1), "euclidean"))


@wrong("assign", "uint8 wrap-around in the difference")
def wraps(pixels, centroids):
    d = pixels[:, None] - centroids.astype(np.uint8)
    return (d**2).sum(axis=2).argmin(axis=1)


@wrong("assign", "uint8 wrap-around in the difference")
def wraps_then_float(pixels, centroids):
    d = (pixels[:, None] - centroids.astype(np.uint8)).astype(float)
    return (d**2).sum(axis=2).argmin(axis=1)


@wrong("assign", "uint8 wrap-around in the difference")
def wraps_in_loops(pixels, centroids):
    centroids = np.rint(centroids).astype("uint8")
    labels = []
    for pixel in pixels:
        distances = [((centroid - pixel).astype(int) ** 2).sum() for centroid in centroids]
        labels.append(int(np.argmin(distances)))
    return labels


@wrong("assign", "uint8 wrap-around in the difference")
def wraps_in_norm(pixels, centroids):
    d = np.subtract(pixels[:, None], centroids.astype(np.uint8))
    return np.linalg.norm(d, axis=2).argmin(axis=1)


@wrong("assign", "uint8 wrap-around in the difference")
def difference_to_uint8(pixels, centroids):
    d = (pixels[:, None] - centroids).astype(int).astype(np.uint8)
    return (d.astype(int) ** 2).sum(axis=2).argmin(axis=1)


@wrong("assign", "uint8 wrap-around in the difference")
def wraps_with_abs(pixels, centroids):
    d = np.abs(pixels[:, None] - centroids.astype(np.uint8)).astype(float)
    return np.sqrt((d**2).sum(axis=2)).argmin(axis=1)


@wrong("assign", "int16 overflow")
def int16(pixels, centroids):
    d = pixels[:, None].astype(np.int16) - centroids.astype(np.int16)
    return (d**2).sum(axis=2).argmin(axis=1)


@wrong("assign", "int16 overflow")
def int16_einsum(pixels, centroids):
    d = centroids.round().astype(np.int16)[None] - pixels[:, None].astype(np.int16)
    return np.argmin(np.einsum("nkc,nkc->nk", d, d), axis=1)


@wrong("assign", "int16 overflow")
def int16_late(pixels, centroids):
    return ((pixels[:, None] - centroids) ** 2).astype(int).astype(np.int16).sum(2).argmin(1)


@wrong("assign", "int16 overflow")
def int16_loops(pixels, centroids):
    labels = np.zeros(len(pixels), int)
    for i, pixel in enumerate(pixels.astype(np.int16)):
        d = pixel - centroids.astype(np.int16)
        labels[i] = (d * d).sum(axis=1).argmin()
    return labels


@wrong("assign", "forgot to square")
def not_squared(pixels, centroids):
    return (pixels[:, None] - centroids).sum(axis=2).argmin(axis=1)


@wrong("assign", "forgot to square")
def not_squared_loops(pixels, centroids):
    labels = []
    for p in pixels:
        d = [sum(float(c[i]) - float(p[i]) for i in range(3)) for c in centroids]
        labels.append(d.index(min(d)))
    return labels


@wrong("assign", "forgot to square")
def squared_too_late(pixels, centroids):
    return ((pixels[:, None] - centroids).sum(axis=2) ** 2).argmin(axis=1)


@wrong("assign", "absolute differences (L1)")
def absolute(pixels, centroids):
    return np.abs(pixels[:, None] - centroids).sum(axis=-1).argmin(axis=-1)


@wrong("assign", "absolute differences (L1)")
def absolute_loops(pixels, centroids):
    return [
        int(np.argmin([sum(abs(int(p[i]) - c[i]) for i in range(3)) for c in centroids]))
        for p in pixels
    ]


@wrong("assign", "absolute differences (L1)")
def city_block(pixels, centroids):
    return cdist(pixels, centroids, "cityblock").argmin(axis=1)


@wrong("assign", "summed over the wrong axis")
def sum_1(pixels, centroids):
    return ((pixels[:, None].astype(float) - centroids) ** 2).sum(axis=1).argmin(axis=1)


@wrong("assign", "summed over the wrong axis")
def sum_0(pixels, centroids):
    return ((pixels[:, None].astype(float) - centroids) ** 2).sum(axis=0).argmin(axis=1)


@wrong("assign", "summed over the wrong axis")
def sum_0_turned(pixels, centroids):
    d = centroids[:, None] - pixels[None]
    return (d**2).sum(axis=0).argmin(axis=1)


@wrong("assign", "summed over the wrong axis")
def mean_1(pixels, centroids):
    return np.sqrt(((pixels[:, None] - centroids) ** 2).mean(axis=1)).argmin(axis=1)


@wrong("assign", "argmin over the wrong axis")
def argmin_0(pixels, centroids):
    return squared(pixels, centroids).argmin(axis=0)


@wrong("assign", "argmin over the wrong axis")
def argmin_none(pixels, centroids):
    return np.argmin(squared(pixels, centroids))


@wrong("assign", "argmin over the wrong axis")
def argmin_turned(pixels, centroids):
    return np.linalg.norm(centroids[:, None] - pixels, axis=2).argmin(axis=1)


@wrong("assign", "argmax")
def argmax(pixels, centroids):
    return squared(pixels, centroids).argmax(axis=1)


@wrong("assign", "argmax")
def argmax_loops(pixels, centroids):
    labels = []
    for p in pixels:
        d = [math.dist(p, c) for c in centroids]
        labels.append(d.index(max(d)))
    return labels


@wrong("assign", "farthest")
def farthest(pixels, centroids):
    return np.argsort(cdist(pixels, centroids), axis=1)[:, -1]


@wrong("assign", "farthest")
def farthest_by_loop(pixels, centroids):
    labels = []
    for p in pixels:
        best, label = -1, 0
        for k, c in enumerate(centroids):
            d = ((p - c) ** 2).sum()
            if d > best:
                best, label = d, k
        labels.append(label)
    return np.array(labels)


@wrong("assign", "returns distances instead of labels")
def all_distances(pixels, centroids):
    return squared(pixels, centroids)


@wrong("assign", "returns distances instead of labels")
def smallest_distances(pixels, centroids):
    return np.linalg.norm(pixels[:, None] - centroids, axis=2).min(axis=1)


@wrong("assign", "returns distances instead of labels")
def smallest_distances_loop(pixels, centroids):
    return [min(((p - c) ** 2).sum() for c in centroids) for p in pixels]


@wrong("assign", "returns the colours")
def colours(pixels, centroids):
    return centroids[squared(pixels, centroids).argmin(axis=1)]


@wrong("assign", "returns the colours")
def colours_loop(pixels, centroids):
    return [min(centroids.tolist(), key=lambda c: math.dist(c, p)) for p in pixels]


@wrong("assign", "returns the colours")
def colours_in_bytes(pixels, centroids):
    return centroids.astype(np.uint8)[cdist(pixels, centroids).argmin(1)]


@wrong("assign", "1-based labels")
def from_1(pixels, centroids):
    return squared(pixels, centroids).argmin(axis=1) + 1


@wrong("assign", "1-based labels")
def from_1_loop(pixels, centroids):
    labels = []
    for p in pixels:
        pairs = [(math.dist(p, c), k) for k, c in enumerate(centroids, start=1)]
        labels.append(min(pairs)[1])
    return labels


@wrong("assign", "compares only one channel")
def red(pixels, centroids):
    return ((pixels[:, None, 0] - centroids[:, 0]) ** 2).argmin(axis=1)


@wrong("assign", "compares only one channel")
def blue_abs(pixels, centroids):
    return np.abs(pixels[:, 2:] - centroids[:, 2]).argmin(axis=1)


@wrong("assign", "compares only one channel")
def green_loop(pixels, centroids):
    return [int(np.argmin([(p[1] - c[1]) ** 2 for c in centroids])) for p in pixels]


@wrong("assign", "forgets one channel")
def two_channels(pixels, centroids):
    labels = []
    for p in pixels:
        d = [sum((int(p[i]) - c[i]) ** 2 for i in range(2)) for c in centroids]
        labels.append(d.index(min(d)))
    return labels


@wrong("assign", "centroids truncated to integers")
def whole_centroids(pixels, centroids):
    return squared(pixels, centroids.astype(int)).argmin(axis=1)


@wrong("assign", "centroids truncated to integers")
def whole_centroids_2(pixels, centroids):
    return [
        int(np.argmin([sum((int(a) - int(b)) ** 2 for a, b in zip(p, c)) for c in centroids]))
        for p in pixels
    ]


@wrong("assign", "distances truncated to integers")
def whole_distances(pixels, centroids):
    return np.linalg.norm(pixels[:, None] - centroids, axis=2).astype(int).argmin(axis=1)


@wrong("assign", "leaves out a centroid")
def two_only(pixels, centroids):
    if len(centroids) == 1:
        return np.zeros(len(pixels), int)
    d0 = ((pixels - centroids[0]) ** 2).sum(axis=1)
    d1 = ((pixels - centroids[1]) ** 2).sum(axis=1)
    return np.where(d0 <= d1, 0, 1)


@wrong("assign", "leaves out a centroid")
def last_left_out(pixels, centroids):
    labels = np.zeros(len(pixels), int)
    for i, p in enumerate(pixels):
        best = np.inf
        for k in range(len(centroids) - 1):
            d = ((p - centroids[k]) ** 2).sum()
            if d < best:
                best, labels[i] = d, k
    return labels


@wrong("assign", "always the first label")
def zeros(pixels, centroids):
    return np.zeros(len(pixels), dtype=int)


@wrong("assign", "starts the search from too small a distance")
def best_255(pixels, centroids):
    labels = []
    for p in pixels:
        best, label = 255, 0
        for k, c in enumerate(centroids):
            d = ((p - c) ** 2).sum()
            if d < best:
                best, label = d, k
        labels.append(label)
    return labels


@wrong("assign", "forgets |c|²")
def dot(pixels, centroids):
    return (pixels @ centroids.T).argmax(axis=1)


@wrong("assign", "largest difference only")
def chebyshev(pixels, centroids):
    return cdist(pixels, centroids, "chebyshev").argmin(axis=1)


@wrong("assign", "changes the input")
def sorts_the_centroids(pixels, centroids):
    labels = squared(pixels, centroids).argmin(axis=1)
    centroids -= centroids.mean(axis=0)
    return labels


@wrong("assign", "changes the input")
def writes_into_pixels(pixels, centroids):
    labels = broadcast(pixels, centroids)
    for i, label in enumerate(labels):
        pixels[i] = centroids[label]
    return labels


@wrong("assign", "returns None")
def labels_lost(pixels, centroids):
    labels = squared(pixels, centroids).argmin(axis=1)


@wrong("assign", "returns None")
def append_returned(pixels, centroids):
    labels = []
    for p in pixels:
        result = labels.append(int(np.argmin(((p - centroids) ** 2).sum(axis=1))))
    return result


@wrong("assign", "prints instead of returns")
def labels_printed(pixels, centroids):
    for p in pixels:
        print(np.argmin(((p - centroids) ** 2).sum(axis=1)))


@right("assign")
def any_of_the_nearest(pixels, centroids):
    squared = ((pixels[:, None] - centroids) ** 2).sum(axis=2)
    rng = np.random.default_rng()
    return [rng.choice(np.flatnonzero(row == row.min())) for row in squared]


@right("assign")
def hypotenuses(pixels, centroids):
    labels, least = np.zeros(len(pixels), np.int16), np.full(len(pixels), np.inf)
    for label, (r, g, b) in enumerate(centroids):
        far = np.hypot(np.hypot(pixels[:, 0] - r, pixels[:, 1] - g), pixels[:, 2] - b)
        labels[far < least] = label
        least = np.minimum(least, far)
    return labels


@wrong("assign", "forgot to square")
def root_of_a_sum(pixels, centroids):
    return np.sqrt((pixels[:, None] - centroids).sum(axis=2)).argmin(axis=1)


@wrong("assign", "summed over the wrong axis")
def place_in_the_table(pixels, centroids):
    return np.array([np.argmin((centroids - pixel) ** 2) for pixel in pixels])


@wrong("assign", "returns distances instead of labels")
def squares_as_int(pixels, centroids):
    return ((pixels[:, None] - centroids) ** 2).sum(axis=2).min(axis=1).astype(int)


@wrong("assign", "smallest so far is never updated")
def never_remembers(pixels, centroids):
    labels = []
    for pixel in pixels:
        best = 1e9
        for i, centroid in enumerate(centroids):
            if math.dist(pixel, centroid) < best:
                label = i
        labels.append(label)
    return labels


@wrong("assign", "float16 overflow")
def in_float16(pixels, centroids):
    steps = pixels[:, None].astype(np.float16) - centroids.astype(np.float16)
    return (steps**2).sum(axis=2).argmin(axis=1)


# ------------------------------------------------------------------------------ at scale, states


@right("assign")
def nearest_of_dicts(pixels, centroids):
    labels = {}
    for pixel in set(map(tuple, pixels.tolist())):
        squares = [sum((a - b) ** 2 for a, b in zip(pixel, c)) for c in centroids.tolist()]
        labels[pixel] = squares.index(min(squares))
    return [labels[tuple(pixel)] for pixel in pixels.tolist()]


@right("assign")
def homogeneous(pixels, centroids):
    points = np.column_stack([pixels, np.ones(len(pixels))])
    return (points @ np.vstack([-2 * centroids.T, (centroids**2).sum(axis=1)])).argmin(axis=1)


@right("assign")
def in_int64_blocks(pixels, centroids):
    labels = np.empty(len(pixels), np.uint16)
    for first in range(0, len(pixels), 1000):
        part = slice(first, first + 1000)
        labels[part] = cdist(pixels[part].astype(np.int64), centroids).argmin(axis=1)
    return labels


@right("assign")
def with_lexsort(pixels, centroids):
    squares = squared(pixels, centroids)
    order = np.lexsort((np.tile(np.arange(len(centroids)), (len(pixels), 1)), squares))
    return order[:, 0]


@right("assign")
def by_enumerate(pixels, centroids):
    labels = []
    for red, green, blue in pixels.tolist():
        best = None
        for label, (r, g, b) in enumerate(centroids.tolist()):
            distance = (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2
            if best is None or distance < best[0]:
                best = distance, label
        labels.append(best[1])
    return np.array(labels)


@wrong("assign", "larger scale")
def first_1000_only(pixels, centroids):
    labels = np.zeros(len(pixels), int)
    labels[:1000] = squared(pixels[:1000], centroids).argmin(axis=1)
    return labels


@wrong("assign", "larger scale")
def block_lost(pixels, centroids):
    labels = np.zeros(len(pixels), int)
    for first in range(0, max(len(pixels) - 511, 1), 512):
        labels[first : first + 512] = squared(pixels[first : first + 512], centroids).argmin(1)
    return labels


@wrong("assign", "wrong only on 20 random pixels, K = 300")
def at_most_128_centroids(pixels, centroids):
    return squared(pixels, centroids[:128]).argmin(axis=1)


@wrong("assign", "wrong only on 20 random pixels, K = 300")
def wraps_at_a_hundred(pixels, centroids):
    labels = squared(pixels, centroids).argmin(axis=1)
    return labels % 100


@wrong("assign", "larger scale")
def every_second_of_many(pixels, centroids):
    step = 2 if len(pixels) > 500 else 1
    return squared(pixels[::step], centroids).argmin(axis=1).repeat(step)[: len(pixels)]


STORE = {}


@wrong("assign", "remembers")
def cached_by_shape(pixels, centroids):
    key = pixels.shape, centroids.shape
    if key not in STORE:
        STORE[key] = squared(pixels, centroids).argmin(axis=1)
    return STORE[key]


@wrong("assign", "remembers")
def cached_by_id(pixels, centroids, seen={}):  # noqa: B006
    key = id(pixels)
    if key not in seen or len(seen[key][0]) != len(pixels) or seen[key][1] != len(centroids):
        seen[key] = squared(pixels, centroids).argmin(axis=1), len(centroids)
    return seen[key][0]


@wrong("assign", "returns inside the loop")
def return_in_the_inner_loop(pixels, centroids):
    labels = []
    for pixel in pixels:
        distances = []
        for centroid in centroids:
            distances.append(((pixel - centroid) ** 2).sum())
        labels.append(int(np.argmin(distances)))
        return labels


@wrong("assign", "always the first label")
def best_is_zero(pixels, centroids):
    labels = []
    for pixel in pixels:
        best, label = 0, 0
        for k, centroid in enumerate(centroids):
            d = ((pixel - centroid) ** 2).sum()
            if d < best:
                best, label = d, k
        labels.append(label)
    return labels


@wrong("assign", "smallest so far is never updated")
def best_not_kept(pixels, centroids):
    labels = np.zeros(len(pixels), int)
    for i, pixel in enumerate(pixels):
        best = float("inf")
        for k in range(len(centroids)):
            if ((pixel - centroids[k]) ** 2).sum() < best:
                labels[i] = k
    return labels


@wrong("assign", "range with a step")
def every_second_centroid(pixels, centroids):
    labels = []
    for pixel in pixels:
        best, label = np.inf, 0
        for k in range(0, len(centroids), 2):
            d = ((pixel - centroids[k]) ** 2).sum()
            if d < best:
                best, label = d, k
        labels.append(label)
    return labels


@wrong("assign", "product instead of sum")
def products(pixels, centroids):
    return ((pixels[:, None] - centroids) ** 2).prod(axis=2).argmin(axis=1)


@wrong("assign", "smallest difference only")
def least_channel(pixels, centroids):
    return np.abs(pixels[:, None] - centroids).min(axis=2).argmin(axis=1)


@wrong("assign", "adds instead of subtracts")
def plus(pixels, centroids):
    return ((pixels[:, None] + centroids) ** 2).sum(axis=2).argmin(axis=1)


@wrong("assign", "another power")
def cubes(pixels, centroids):
    return ((pixels[:, None] - centroids) ** 3).sum(axis=2).argmin(axis=1)


@wrong("assign", "squares before it subtracts")
def difference_of_squares(pixels, centroids):
    d = np.abs(pixels[:, None].astype(float) ** 2 - centroids**2)
    return d.sum(axis=2).argmin(axis=1)


@wrong("assign", "forgets one channel")
def green_and_blue(pixels, centroids):
    d = pixels[:, None, 1:] - centroids[:, 1:]
    return (d**2).sum(axis=2).argmin(axis=1)


@wrong("assign", "second nearest")
def second(pixels, centroids):
    return np.argsort(squared(pixels, centroids), axis=1)[:, min(1, len(centroids) - 1)]


@wrong("assign", "scales only one")
def scaled_pixels(pixels, centroids):
    return squared(pixels / 255, centroids).argmin(axis=1)


@wrong("assign", "one-hot")
def hot(pixels, centroids):
    return np.eye(len(centroids))[squared(pixels, centroids).argmin(axis=1)]


@wrong("assign", "sorted centroids")
def darkest_first(pixels, centroids):
    centroids = centroids[np.argsort(centroids.sum(axis=1))]
    return squared(pixels, centroids).argmin(axis=1)


@wrong("assign", "counted from the end")
def not_turned_back(pixels, centroids):
    return squared(pixels, centroids)[:, ::-1].argmin(axis=1)


@wrong("assign", "looked up with `in`")
def list_of_arrays(pixels, centroids):
    seen, labels = [], []
    for pixel in pixels:
        if pixel not in seen:
            seen.append(pixel)
        labels.append(int(((pixel - centroids) ** 2).sum(axis=1).argmin()))
    return labels


@wrong("assign", "tuple() makes")
def arrays_as_keys(pixels, centroids):
    known = {}
    for pixel in pixels:
        known[pixel] = int(((pixel - centroids) ** 2).sum(axis=1).argmin())
    return list(known.values())


@wrong("assign", "one yes or no")
def smaller_than_array(pixels, centroids):
    labels = []
    for pixel in pixels:
        best, label = np.inf, 0
        for k, centroid in enumerate(centroids):
            d = (pixel - centroid) ** 2
            if d < best:
                best, label = d, k
        labels.append(label)
    return labels


@wrong("assign", "range() missing")
def no_range(pixels, centroids):
    labels = []
    for i in len(pixels):  # noqa: B007
        labels.append(0)
    return labels


@wrong("assign", "Round brackets")
def round_brackets(pixels, centroids):
    return [int(((pixels(i) - centroids) ** 2).sum(axis=1).argmin()) for i in range(len(pixels))]


@wrong("assign", "parameters in another order")
def swapped_names(centroids, pixels):
    return squared(pixels, centroids).argmin(axis=1)


@wrong("assign", "pixels and centroids swapped")
def swapped_inside(pixels, centroids):
    return squared(centroids, pixels).argmin(axis=1)


@wrong("assign", "package's own")
def wrapped(pixels, centroids):
    return assign(pixels, centroids).tolist()


@wrong("assign", "package's own")
def by_no_iterations(pixels, centroids):
    return kmeans(pixels, centroids, 0).labels


@wrong("assign", "changes the input")
def wrong_and_changes(pixels, centroids):
    centroids[:] = centroids.astype(int)
    return squared(pixels, centroids).argmax(axis=1)


@wrong("assign", "wrong only")
def squeezed(pixels, centroids):
    labels = squared(pixels, centroids).argmin(axis=1)
    return labels if len(pixels) < 900 else labels[::-1].copy()


@wrong("assign", "shape")
def scalar_for_one_pixel(pixels, centroids):
    return np.squeeze(squared(pixels, centroids).argmin(axis=1))


@wrong("assign", "wrong only on one pixel")
def one_pixel_is_special(pixels, centroids):
    if len(pixels) == 1:
        return [0]
    return squared(pixels, centroids).argmin(axis=1)
