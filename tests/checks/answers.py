"""Answers as learners write them: right ones in many forms, and wrong ones by their slip."""

# ruff: noqa: B007, B905, C416, F841, RUF059 - as learners write
import itertools
import math
import random
import statistics
from collections import defaultdict, namedtuple
from functools import partial, reduce
from types import SimpleNamespace

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from kmeans_lesson import assign, update

RIGHT, WRONG = defaultdict(list), defaultdict(list)


def right(exercise):
    """Put a function into the bank as a right answer."""
    return lambda function: RIGHT[exercise].append(function) or function


def wrong(exercise, slip):
    """Put a function into the bank as a wrong answer with this slip."""
    return lambda function: WRONG[exercise].append((slip, function)) or function


# ------------------------------------------------------------------------------ to_pixels


@right("to_pixels")
def by_reshape(image):
    return image.reshape(-1, 3)


@right("to_pixels")
def by_lengths(image):
    height, width, channels = image.shape
    return np.reshape(image, (height * width, channels))


@right("to_pixels")
def by_two_loops(image):
    rows = []
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            rows.append(image[row, column])
    return np.array(rows)


@right("to_pixels")
def as_lists(img):
    return [[int(v) for v in pixel] for line in img for pixel in line]


@right("to_pixels")
def by_lines(image):
    return np.concatenate(list(image))


@right("to_pixels")
def by_vstack(image):
    return np.vstack([line for line in image])


@right("to_pixels")
def by_channels(image):
    return np.stack([image[..., c].ravel() for c in range(3)], axis=1)


@right("to_pixels")
def as_floats(image):
    return image.astype(np.float32).reshape(-1, 3)


@right("to_pixels")
def by_counting(image):
    h, w, _ = image.shape
    out = np.zeros((h * w, 3), dtype=int)
    for i in range(h * w):
        out[i] = image[i // w, i % w]
    return out


@right("to_pixels")
def by_transposes(image):
    return image.transpose(2, 0, 1).reshape(3, -1).T


@right("to_pixels")
def by_bytes(image):
    return np.frombuffer(image.tobytes(), np.uint8).reshape(len(image) * len(image[0]), 3)


@right("to_pixels")
def by_recursion(image):
    if len(image) == 1:
        return image[0]
    return np.concatenate([image[0], by_recursion(image[1:])])


@right("to_pixels")
def by_chain(image):
    return np.array(list(itertools.chain.from_iterable(image.tolist())))


@right("to_pixels")
def as_tuples(image):
    return tuple(tuple(pixel) for line in image.tolist() for pixel in line)


@right("to_pixels")
def on_its_own_copy(image):
    image = image.copy()
    image.shape = (-1, 3)
    return image


@wrong("to_pixels", "reshape in column order")
def order_f(image):
    return image.reshape(-1, 3, order="F")


@wrong("to_pixels", "reshape in column order")
def columns_outside(image):
    return np.array([image[y, x] for x in range(image.shape[1]) for y in range(image.shape[0])])


@wrong("to_pixels", "transposed height and width")
def swapped_axes(image):
    return np.swapaxes(image, 0, 1).reshape(-1, 3).astype(int)


@wrong("to_pixels", "reshape in column order")
def flat_f(image):
    return image.flatten("F").reshape(-1, 3)


@wrong("to_pixels", "reshape in column order")
def order_a(image):
    return image.reshape(-1, 3, order="A")


@wrong("to_pixels", "reshape to (3, N)")
def three_rows(image):
    return image.reshape(3, -1)


@wrong("to_pixels", "reshape to (3, N)")
def three_rows_turned(image):
    return image.reshape(3, -1).T


@wrong("to_pixels", "reshape to (3, N)")
def channel_lists(image):
    return [image[:, :, c].flatten().tolist() for c in range(3)]


@wrong("to_pixels", "drops pixels")
def last_row_lost(image):
    return image[:-1].reshape(-1, 3)


@wrong("to_pixels", "drops pixels")
def loops_too_short(image):
    rows = []
    for y in range(image.shape[0] - 1):
        for x in range(image.shape[1] - 1):
            rows.append(image[y, x])
    return np.array(rows)


@wrong("to_pixels", "drops pixels")
def from_one(image):
    return np.array([image[y, x] for y in range(len(image)) for x in range(1, len(image[0]))])


@wrong("to_pixels", "drops pixels")
def only_different(image):
    return np.unique(image.reshape(-1, 3), axis=0)


@wrong("to_pixels", "drops pixels")
def end_stays_zero(image):
    h, w, _ = image.shape
    out = np.zeros((h * w, 3), np.uint8)
    for i in range(h * w - 1):
        out[i] = image[i // w, i % w]
    return out


@wrong("to_pixels", "drops pixels")
def a_set(image):
    return list({tuple(p) for line in image.tolist() for p in line})


@wrong("to_pixels", "wrong shape")
def flat(image):
    return image.flatten()


@wrong("to_pixels", "forgets channels")
def red_only(image):
    return image[:, :, 0].reshape(-1, 1)


@wrong("to_pixels", "forgets channels")
def grey(image):
    return image.mean(axis=2).ravel()


@wrong("to_pixels", "wrong shape")
def as_it_came(image):
    return image


@wrong("to_pixels", "scales the colours")
def to_one(image):
    return image.reshape(-1, 3) / 255


@wrong("to_pixels", "channels in another order")
def bgr(image):
    return image[:, :, ::-1].reshape(-1, 3)


@wrong("to_pixels", "pixels in another order")
def upside_down(image):
    return image[::-1].reshape(-1, 3)


@wrong("to_pixels", "pixels in another order")
def in_order(image):
    return np.array(sorted(image.reshape(-1, 3).tolist()))


@wrong("to_pixels", "changes the input")
def shape_set(image):
    image.shape = (-1, 3)
    return image


@wrong("to_pixels", "changes the input")
def paints(image):
    pixels = image.reshape(-1, 3)
    pixels[0] += 1
    out = pixels.copy()
    out[0] -= 1
    return out


@wrong("to_pixels", "returns None")
def no_return(image):
    pixels = image.reshape(-1, 3)


@wrong("to_pixels", "prints instead of returns")
def printed(image):
    print(image.reshape(-1, 3))


@right("to_pixels")
def by_an_iterator(image):
    numbers, pixels = iter(image.ravel().tolist()), []
    while True:
        try:
            pixels.append([next(numbers), next(numbers), next(numbers)])
        except StopIteration:
            return np.array(pixels, np.int16)


@right("to_pixels")
def as_objects(image):
    return np.array(image.reshape(-1, 3).tolist(), dtype=object)


@wrong("to_pixels", "reshape to (3, N)")
def channels_outside(image):
    return image.transpose(2, 0, 1).reshape(-1, 3)


@wrong("to_pixels", "drops pixels")
def written_over(image):
    height, width, _ = image.shape
    out = np.zeros((height * width, 3), np.uint8)
    for y in range(height):
        for x in range(width):
            out[y * x] = image[y, x]
    return out


@wrong("to_pixels", "int8 wrap-around")
def in_int8(image):
    return image.reshape(-1, 3).astype(np.int8)


# ------------------------------------------------------------------------------ init_centroids


@right("init_centroids")
def until_k_different(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    chosen = []
    while len(chosen) < k:
        colour = pixels[rng.integers(len(pixels))].tolist()
        if colour not in chosen:
            chosen.append(colour)
    return np.array(chosen, dtype=float)


@right("init_centroids")
def from_unique(pixels, k, seed):
    return np.random.default_rng(seed).choice(np.unique(pixels, axis=0), k, replace=False)


@right("init_centroids")
def shuffled_order(pixels, k, seed=0):
    order = np.random.default_rng(seed).permutation(len(pixels))
    shuffled = pixels[order]
    _, first = np.unique(shuffled, axis=0, return_index=True)
    return shuffled[np.sort(first)[:k]].astype(float)


@right("init_centroids")
def stdlib_random(pixels, k, seed=0):
    return random.Random(seed).sample(sorted({tuple(p) for p in pixels.tolist()}), k)


@right("init_centroids")
def stdlib_shuffle(pixels, k, seed):
    rng = random.Random(seed)
    rows = [tuple(p) for p in pixels.tolist()]
    rng.shuffle(rows)
    return list(dict.fromkeys(rows))[:k]


@right("init_centroids")
def random_state(pixels, k, seed):
    state = np.random.RandomState(seed)
    colours = np.unique(pixels, axis=0)
    return colours[state.permutation(len(colours))[:k]].astype(np.float32)


@right("init_centroids")
def with_counts(pixels, k, seed=0):
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(colours), size=k, replace=False, p=counts / counts.sum())
    return colours[rows].astype("float64")


@right("init_centroids")
def draw_again(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    while True:
        start = pixels[rng.choice(len(pixels), k, replace=False)]
        if len(np.unique(start, axis=0)) == k:
            return start.astype(float)


@right("init_centroids")
def plus_plus(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    points = pixels.astype(float)
    centroids = [points[rng.integers(len(points))]]
    while len(centroids) < k:
        d = np.min([((points - c) ** 2).sum(axis=1) for c in centroids], axis=0)
        centroids.append(points[rng.choice(len(points), p=d / d.sum())])
    return np.array(centroids)


@right("init_centroids")
def by_recursion_2(pixels, k, seed=0):
    def draw(rng, chosen):
        if len(chosen) == k:
            return chosen
        colour = tuple(pixels[rng.integers(0, len(pixels))])
        return draw(rng, chosen if colour in chosen else [*chosen, colour])

    return np.array(draw(np.random.default_rng(seed), []))


@right("init_centroids")
def own_generator(pixels, k, seed=0):
    x, chosen = seed * 7919 + 12345, []
    while len(chosen) < k:
        x = (1103515245 * x + 12345) % 2**31
        colour = list(pixels[(x >> 8) % len(pixels)])
        if all(any(colour[c] != other[c] for c in range(3)) for other in chosen):
            chosen.append(colour)
    return chosen


@right("init_centroids")
def with_a_dict(points, k, seed=0):
    rng = np.random.default_rng([seed, 42])
    seen = {}
    for i in rng.permutation(len(points)):
        seen.setdefault(points[i].tobytes(), points[i])
    return np.stack(list(seen.values())[:k])


@wrong("init_centroids", "picks K positions with twin colours")
def k_positions(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return pixels[rng.choice(len(pixels), size=k, replace=False)].astype(float)


@wrong("init_centroids", "picks K positions with twin colours")
def k_positions_2(pixels, k, seed):
    return random.Random(seed).sample(pixels.tolist(), k)


@wrong("init_centroids", "picks K positions with twin colours")
def k_positions_3(pixels, k, seed):
    return pixels[np.random.default_rng(seed).permutation(len(pixels))[:k]]


@wrong("init_centroids", "picks with replacement")
def replaced(pixels, k, seed=0):
    return pixels[np.random.default_rng(seed).integers(len(pixels), size=k)].astype(float)


@wrong("init_centroids", "picks with replacement")
def replaced_2(pixels, k, seed=0):
    rng = random.Random(seed)
    return np.array([pixels[rng.randrange(len(pixels))] for _ in range(k)])


@wrong("init_centroids", "picks with replacement")
def replaced_3(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    return np.random.default_rng(seed).choice(colours, k)


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def any_colours(pixels, k, seed=0):
    return np.random.default_rng(seed).integers(0, 256, size=(k, 3)).astype(float)


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def any_floats(pixels, k, seed=0):
    return np.random.default_rng(seed).random((k, 3)) * 255


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def any_colours_2(pixels, k, seed=0):
    rng = random.Random(seed)
    return [[rng.randint(0, 255) for _ in range(3)] for _ in range(k)]


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def between_extremes(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(pixels.min(axis=0), pixels.max(axis=0), (k, 3))


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def channels_apart(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return np.stack([rng.choice(pixels[:, c], k, replace=False) for c in range(3)], axis=1)


@wrong("init_centroids", "ignores the seed")
def no_seed(pixels, k, seed=0):
    return np.random.default_rng().choice(np.unique(pixels, axis=0), k, replace=False)


@wrong("init_centroids", "ignores the seed")
def seed_written_in(pixels, k, seed=0):
    return np.random.default_rng(0).choice(np.unique(pixels, axis=0), k, replace=False)


@wrong("init_centroids", "ignores the seed")
def evenly(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    return colours[np.linspace(0, len(colours) - 1, k).astype(int)]


@wrong("init_centroids", "ignores the seed")
def most_frequent(pixels, k, seed=0):
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    return colours[np.argsort(-counts)[:k]].astype(float)


@wrong("init_centroids", "uses the global random state")
def global_seeded(pixels, k, seed=0):
    np.random.seed(seed)
    colours = np.unique(pixels, axis=0)
    return colours[np.random.choice(len(colours), k, replace=False)]


@wrong("init_centroids", "uses the global random state")
def global_unseeded(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    return colours[np.random.permutation(len(colours))[:k]].astype(float)


@wrong("init_centroids", "uses the global random state")
def global_stdlib(pixels, k, seed=0):
    random.seed(seed)
    return random.sample(sorted({tuple(p) for p in pixels.tolist()}), k)


@wrong("init_centroids", "picks the first K")
def first_k(pixels, k, seed=0):
    return pixels[:k].astype(float)


@wrong("init_centroids", "picks the first K")
def first_k_different(pixels, k, seed=0):
    chosen = []
    for pixel in pixels.tolist():
        if pixel not in chosen and len(chosen) < k:
            chosen.append(pixel)
    return np.array(chosen)


@wrong("init_centroids", "picks the first K")
def sorted_first(pixels, k, seed=0):
    return np.unique(pixels, axis=0)[:k].astype(float)


@wrong("init_centroids", "returns row numbers instead of colours")
def row_numbers(pixels, k, seed=0):
    return np.random.default_rng(seed).choice(len(pixels), k, replace=False)


@wrong("init_centroids", "drops twins and does not draw again")
def twins_dropped(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return np.unique(pixels[rng.integers(len(pixels), size=k)], axis=0)


@wrong("init_centroids", "ignores k")
def always_two(pixels, k, seed=0):
    return np.random.default_rng(seed).choice(np.unique(pixels, axis=0), 2, replace=False)


@wrong("init_centroids", "changes the input")
def shuffles_the_pixels(pixels, k, seed=0):
    np.random.default_rng(seed).shuffle(pixels)
    _, first = np.unique(pixels, axis=0, return_index=True)
    return pixels[np.sort(first)[:k]].astype(float)


@wrong("init_centroids", "prints instead of returns")
def start_printed(pixels, k, seed=0):
    print(until_k_different(pixels, k, seed))


@wrong("init_centroids", "returns None")
def start_lost(pixels, k, seed=0):
    start = until_k_different(pixels, k, seed)


@right("init_centroids")
def puts_the_state_back(pixels, k, seed):
    state = np.random.get_state()
    np.random.seed(seed)
    colours = np.unique(pixels, axis=0)
    chosen = np.random.permutation(len(colours))[:k]
    np.random.set_state(state)
    return colours[chosen]


@right("init_centroids")
def takes_away_what_is_drawn(pixels, k, seed):
    rng, drawn = np.random.default_rng(seed), []
    while len(drawn) < k:
        drawn.append(pixels[rng.integers(len(pixels))])
        pixels = pixels[(pixels != drawn[-1]).any(axis=1)]
    return np.array(drawn)


@wrong("init_centroids", "ignores the seed")
def two_seeds_only(pixels, k, seed):
    colours = np.unique(pixels, axis=0)
    return np.random.default_rng(seed % 2).permutation(colours)[:k]


@wrong("init_centroids", "ignores k")
def all_colours(pixels, k, seed):
    return np.random.default_rng(seed).permutation(np.unique(pixels, axis=0))


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def with_noise(pixels, k, seed):
    rng = np.random.default_rng(seed)
    chosen = pixels[rng.choice(len(pixels), k, replace=False)]
    return chosen + rng.normal(0, 1, chosen.shape)


# ------------------------------------------------------------------------------ assign


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


@wrong("assign", "compares only one channel")
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


@wrong("assign", "the same label for every pixel")
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


@wrong("assign", "the same label for every pixel")
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


# ------------------------------------------------------------------------------ update


@right("update")
def by_bincount(pixels, labels, centroids):
    k = len(centroids)
    sizes = np.bincount(labels, minlength=k)
    sums = np.stack([np.bincount(labels, channel, k) for channel in pixels.T], axis=1)
    return np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centroids)


@right("update")
def by_mask(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        if (labels == k).any():
            new[k] = pixels[labels == k].mean(axis=0)
    return new


@right("update")
def in_lists(pixels, labels, centroids):
    new = []
    for k, old in enumerate(centroids):
        mine = [p for p, label in zip(pixels.tolist(), labels) if label == k]
        new.append([sum(c) / len(mine) for c in zip(*mine)] if mine else list(old))
    return new


@right("update")
def add_at(pixels, labels, centroids):
    sums, sizes = np.zeros_like(centroids), np.zeros(len(centroids))
    np.add.at(sums, labels, pixels)
    np.add.at(sizes, labels, 1)
    full = sizes > 0
    out = np.array(centroids, dtype=float)
    out[full] = sums[full] / sizes[full, None]
    return out


@right("update")
def nan_then_old(pixels, labels, centroids):
    new = np.array([pixels[labels == k].mean(axis=0) for k in range(len(centroids))])
    return np.where(np.isnan(new), centroids, new)


@right("update")
def single_precision(pixels, labels, centroids):
    new = centroids.astype(np.float32)
    for k in set(labels.tolist()):
        new[k] = pixels[labels == k].astype(np.float32).mean(axis=0)
    return new


@right("update")
def one_hot(pixels, labels, centroids):
    hot = np.eye(len(centroids))[labels]
    sizes = hot.sum(axis=0)
    return [s / n if n else c for s, n, c in zip(hot.T @ pixels, sizes, centroids)]


@right("update")
def running_sums(pixels, labels, centroids):
    sums = [[0, 0, 0] for _ in centroids]
    sizes = [0] * len(centroids)
    for pixel, label in zip(pixels, labels):
        sizes[label] += 1
        for c in range(3):
            sums[label][c] += int(pixel[c])
    return np.array(
        [
            [s / n for s in total] if n > 0 else old.tolist()
            for total, n, old in zip(sums, sizes, centroids)
        ]
    )


@right("update")
def with_statistics(pixels, labels, centroids):
    groups = defaultdict(list)
    for pixel, label in zip(pixels.tolist(), labels.tolist()):
        groups[label].append(pixel)
    return [
        [statistics.fmean(c) for c in zip(*groups[k])] if k in groups else tuple(old)
        for k, old in enumerate(centroids.tolist())
    ]


@right("update")
def running_mean(pixels, labels, centroids):
    new, seen = centroids.copy(), [0] * len(centroids)
    for pixel, label in zip(pixels.astype(float), labels):
        seen[label] += 1
        new[label] = pixel if seen[label] == 1 else new[label] + (pixel - new[label]) / seen[label]
    return new


@right("update")
def with_average(pixels, labels, centroids):
    return np.vstack(
        [
            np.average(pixels, axis=0, weights=labels == k) if k in labels else centroids[k]
            for k in range(centroids.shape[0])
        ]
    )


@right("update")
def with_counts_parameter(pixels, labels, centroids, counts=None):
    return update(pixels, labels, centroids, counts)


@right("update")
def with_sort(pixels, labels, centroids):
    order = np.argsort(labels, kind="stable")
    ends = np.searchsorted(labels[order], np.arange(len(centroids) + 1))
    parts = [pixels[order][a:b] for a, b in itertools.pairwise(ends)]
    return [p.mean(0) if len(p) else c for p, c in zip(parts, centroids)]


@right("update")
def with_reduce(pixels, labels, centroids):
    def mean(k):
        mine = pixels[np.flatnonzero(labels == k)].astype(int)
        return reduce(np.add, mine) / len(mine) if len(mine) else centroids[k]

    return np.array(list(map(mean, range(len(centroids)))))


@wrong("update", "mean over the wrong axis")
def axis_1(pixels, labels, centroids):
    return np.array([pixels[labels == k].mean(axis=1) for k in range(len(centroids))])


@wrong("update", "mean over the wrong axis")
def no_axis(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        if np.any(labels == k):
            new[k] = pixels[labels == k].mean()
    return new


@wrong("update", "mean over the wrong axis")
def no_axis_flat(pixels, labels, centroids):
    return np.array([pixels[labels == k].mean() for k in range(len(centroids))])


@wrong("update", "mean over the wrong axis")
def axis_1_into_rows(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        new[k] = np.mean(pixels[labels == k], axis=1)
    return new


@wrong("update", "mean over the wrong axis")
def axis_1_in_list(pixels, labels, centroids):
    return [np.mean(pixels[labels == k], 1) for k in range(len(centroids))]


@wrong("update", "NaN for empty clusters")
def nans(pixels, labels, centroids):
    return np.array([pixels[labels == k].mean(axis=0) for k in range(len(centroids))])


@wrong("update", "NaN for empty clusters")
def nans_2(pixels, labels, centroids):
    sizes = np.bincount(labels, minlength=len(centroids))
    sums = [np.bincount(labels, c, minlength=len(centroids)) for c in pixels.T]
    return np.stack(sums, axis=1) / sizes[:, None]


@wrong("update", "NaN for empty clusters")
def nans_3(pixels, labels, centroids):
    hot = labels[:, None] == np.arange(len(centroids))
    return (hot.T @ pixels.astype(np.float32)) / hot.sum(axis=0)[:, None]


@wrong("update", "zero for empty clusters")
def zeros_for_empty(pixels, labels, centroids):
    new = np.zeros((len(centroids), 3))
    for k in range(len(centroids)):
        if (labels == k).sum() > 0:
            new[k] = pixels[labels == k].mean(axis=0)
    return new


@wrong("update", "zero for empty clusters")
def divided_by_at_least_1(pixels, labels, centroids):
    sums = np.zeros(centroids.shape)
    sizes = np.zeros(len(centroids), int)
    for p, label in zip(pixels, labels):
        sums[label] += p
        sizes[label] += 1
    return (sums / np.maximum(sizes, 1)[:, None]).tolist()


@wrong("update", "drops empty clusters")
def dropped(pixels, labels, centroids):
    return np.array([pixels[labels == k].mean(axis=0) for k in np.unique(labels)])


@wrong("update", "drops empty clusters")
def dropped_loop(pixels, labels, centroids):
    new = []
    for k in range(len(centroids)):
        cluster = pixels[labels == k]
        if len(cluster):
            new.append(cluster.mean(axis=0))
    return new


@wrong("update", "drops empty clusters")
def dropped_at_the_end(pixels, labels, centroids):
    k = labels.max() + 1
    new = centroids[:k].copy()
    for label in range(k):
        if label in labels:
            new[label] = pixels[labels == label].mean(axis=0)
    return new


@wrong("update", "moves the centroid of an empty cluster")
def drawn_anew(pixels, labels, centroids):
    rng = np.random.default_rng(0)
    return np.array(
        [
            pixels[labels == k].mean(axis=0) if k in labels else pixels[rng.integers(len(pixels))]
            for k in range(len(centroids))
        ]
    )


@wrong("update", "moves the centroid of an empty cluster")
def to_the_middle(pixels, labels, centroids):
    return [
        pixels[labels == k].mean(axis=0) if k in labels else pixels.mean(axis=0)
        for k in range(len(centroids))
    ]


@wrong("update", "integer division")
def floor_division(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        mine = pixels[labels == k]
        if len(mine):
            new[k] = mine.sum(axis=0) // len(mine)
    return new


@wrong("update", "integer division")
def floor_division_lists(pixels, labels, centroids):
    new = []
    for k in range(len(centroids)):
        mine = [p for p, label in zip(pixels.tolist(), labels) if label == k]
        new.append([sum(c) // len(mine) for c in zip(*mine)] if mine else centroids[k].tolist())
    return new


@wrong("update", "centroids truncated to integers")
def whole(pixels, labels, centroids):
    return by_mask(pixels, labels, centroids).astype(int)


@wrong("update", "centroids truncated to integers")
def into_bytes(pixels, labels, centroids):
    new = centroids.astype(np.uint8)
    for k in range(len(new)):
        if (labels == k).any():
            new[k] = pixels[labels == k].mean(axis=0)
    return new


@wrong("update", "centroids truncated to integers")
def rounded(pixels, labels, centroids):
    return np.rint(by_bincount(pixels, labels, centroids))


@wrong("update", "median instead of mean")
def medians(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        if k in labels:
            new[k] = np.median(pixels[labels == k], axis=0)
    return new


@wrong("update", "median instead of mean")
def medians_lists(pixels, labels, centroids):
    groups = [pixels[labels == k].tolist() for k in range(len(centroids))]
    return [
        [statistics.median(c) for c in zip(*g)] if g else c.tolist()
        for g, c in zip(groups, centroids)
    ]


@wrong("update", "median instead of mean")
def medians_nan(pixels, labels, centroids):
    return np.array([np.median(pixels[labels == k], axis=0) for k in range(len(centroids))])


@wrong("update", "one mean for all")
def one_mean(pixels, labels, centroids):
    return np.tile(pixels.mean(axis=0), (len(centroids), 1))


@wrong("update", "one mean for all")
def one_mean_flat(pixels, labels, centroids):
    return pixels.mean(axis=0)


@wrong("update", "one mean for all")
def one_mean_loop(pixels, labels, centroids):
    new = []
    for k in range(len(centroids)):
        new.append(sum(p.astype(float) for p in pixels) / len(pixels))
    return new


@wrong("update", "sums are not divided")
def sums_only(pixels, labels, centroids):
    return [pixels[labels == k].sum(0) if k in labels else c for k, c in enumerate(centroids)]


@wrong("update", "divides by the wrong number")
def by_all(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(new)):
        if k in labels:
            new[k] = pixels[labels == k].sum(axis=0) / len(pixels)
    return new


@wrong("update", "divides by the wrong number")
def by_k(pixels, labels, centroids):
    sums = np.stack([np.bincount(labels, c, len(centroids)) for c in pixels.T], axis=1)
    return sums / len(centroids)


@wrong("update", "counts the old centroid as a pixel")
def with_the_old(pixels, labels, centroids):
    new = []
    for k, c in enumerate(centroids):
        new.append(np.vstack([pixels[labels == k], c]).mean(axis=0))
    return np.array(new)


@wrong("update", "ignores the labels")
def own_labels(pixels, labels, centroids):
    labels = cdist(pixels, centroids).argmin(axis=1)
    return by_mask(pixels, labels, centroids)


@wrong("update", "returns the old centroids")
def old_ones(pixels, labels, centroids):
    for k in range(len(centroids)):
        mean = pixels[labels == k].mean(axis=0)
    return centroids


@wrong("update", "returns the colours")
def painted(pixels, labels, centroids):
    return by_mask(pixels, labels, centroids)[labels]


@wrong("update", "wrong shape: (3, K)")
def not_turned(pixels, labels, centroids):
    sizes = np.bincount(labels, minlength=len(centroids))
    return np.array([np.bincount(labels, c, len(centroids)) / sizes for c in pixels.T])


@wrong("update", "1-based labels")
def loop_from_1(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(1, len(centroids)):
        if k in labels:
            new[k] = pixels[labels == k].mean(axis=0)
    return new


@wrong("update", "leaves out a centroid")
def loop_too_short(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids) - 1):
        if k in labels:
            new[k] = pixels[labels == k].mean(axis=0)
    return new


@wrong("update", "forgets channels")
def red_mean(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        if k in labels:
            new[k] = pixels[labels == k][:, 0].mean()
    return new


@wrong("update", "uint8 wrap-around")
def byte_sums(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        mine = pixels[labels == k]
        if len(mine):
            total = np.zeros(3, np.uint8)
            for p in mine:
                total += p
            new[k] = total / len(mine)
    return new


@wrong("update", "int16 overflow")
def int16_sums(pixels, labels, centroids):
    sums, sizes = np.zeros((len(centroids), 3), np.int16), np.zeros(len(centroids), int)
    np.add.at(sums, labels, pixels)
    np.add.at(sizes, labels, 1)
    return np.where(sizes[:, None], sums / np.maximum(sizes, 1)[:, None], centroids)


@wrong("update", "changes the input")
def in_place(pixels, labels, centroids):
    for k in range(len(centroids)):
        if (labels == k).any():
            centroids[k] = pixels[labels == k].mean(axis=0)
    return centroids


@wrong("update", "changes the input")
def in_place_copy(pixels, labels, centroids):
    new = centroids
    for k in np.unique(labels):
        new[k] = pixels[labels == k].mean(axis=0)
    return new.copy()


@wrong("update", "changes the input")
@wrong("update", "returns None")
def in_place_none(pixels, labels, centroids):
    for k in range(len(centroids)):
        if (labels == k).any():
            centroids[k] = pixels[labels == k].mean(axis=0)


@wrong("update", "returns None")
def new_lost(pixels, labels, centroids):
    new = by_mask(pixels, labels, centroids)


@wrong("update", "returns None")
def return_in_branch(pixels, labels, centroids):
    new = by_mask(pixels, labels, centroids)
    if len(np.unique(labels)) == len(centroids):
        return new


@wrong("update", "prints instead of returns")
def means_printed(pixels, labels, centroids):
    for k in range(len(centroids)):
        print(k, pixels[labels == k].mean(axis=0))


@right("update")
def pieces(pixels, labels, centroids):
    moved = centroids.copy()
    ends = np.cumsum(np.bincount(labels, minlength=len(centroids)))
    for i, cluster in enumerate(np.split(pixels[np.argsort(labels)], ends[:-1])):
        if cluster.size:
            moved[i] = cluster.mean(axis=0)
    return moved


@wrong("update", "error for empty clusters")
def divides_lists(pixels, labels, centroids):
    clusters = [pixels[labels == i].tolist() for i in range(len(centroids))]
    return [[sum(p[c] for p in group) / len(group) for c in range(3)] for group in clusters]


@wrong("update", "error for empty clusters")
def with_fmean(pixels, labels, centroids):
    clusters = [pixels[labels == i].T.tolist() for i in range(len(centroids))]
    return [[statistics.fmean(channel) for channel in group] for group in clusters]


@wrong("update", "drops empty clusters")
def in_order_of_appearance(pixels, labels, centroids):
    clusters = {}
    for pixel, label in zip(pixels.tolist(), labels.tolist()):
        clusters.setdefault(label, []).append(pixel)
    return np.array([np.mean(cluster, axis=0) for cluster in clusters.values()])


@wrong("update", "one mean for all")
def mean_of_the_first(pixels, labels, centroids):
    return np.full(centroids.shape, pixels[labels == labels[0]].mean())


@wrong("update", "1-based labels")
def from_1_to_k(pixels, labels, centroids):
    moved = centroids.copy()
    for i in range(1, len(centroids) + 1):
        moved[i] = pixels[labels == i].mean(axis=0)
    return moved


# ------------------------------------------------------------------------------ kmeans


@right("kmeans")
def loop(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
    return centroids, assign(pixels, centroids)


@right("kmeans")
def loop_other_order(pixels, centroids, iterations=10):
    labels = assign(pixels, centroids)
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
    return labels, centroids


@right("kmeans")
def centroids_only(pixels, centroids, iterations):
    for i in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@right("kmeans")
def while_loop(pixels, centroids, iterations):
    done = 0
    while done < iterations:
        centroids = by_mask(pixels, broadcast(pixels, centroids), centroids)
        done += 1
    return {"centroids": centroids, "labels": broadcast(pixels, centroids)}


@right("kmeans")
def recursive(pixels, centroids, iterations):
    if iterations == 0:
        return centroids
    return recursive(pixels, update(pixels, assign(pixels, centroids), centroids), iterations - 1)


@right("kmeans")
def an_object(pixels, centroids, iterations):
    c = centroids_only(pixels, centroids, iterations)
    return SimpleNamespace(centroids=c, labels=assign(pixels, c))


@right("kmeans")
def a_named_tuple(pixels, start, rounds):
    c = centroids_only(pixels, start, rounds)
    return namedtuple("Run", "labels centroids errors")(assign(pixels, c), c, [1.0])


@right("kmeans")
def stops_when_nothing_changes(pixels, centroids, iterations):
    labels = None
    for _ in range(iterations):
        new = assign(pixels, centroids)
        if labels is not None and np.array_equal(new, labels):
            break
        labels = new
        centroids = update(pixels, labels, centroids)
    return centroids


@right("kmeans")
def with_history(pixels, centroids, iterations):
    history = [centroids]
    for _ in range(iterations):
        history.append(update(pixels, assign(pixels, history[-1]), history[-1]))
    return history[-1], assign(pixels, history[-1]), np.array(history)


@right("kmeans")
def all_in_lists(pixels, centroids, iterations):
    pixels, centroids = pixels.tolist(), centroids.tolist()
    for _ in range(iterations):
        groups = [[] for _ in centroids]
        for p in pixels:
            d = [sum((a - b) ** 2 for a, b in zip(p, c)) for c in centroids]
            groups[d.index(min(d))].append(p)
        centroids = [
            [sum(v) / len(g) for v in zip(*g)] if g else c for g, c in zip(groups, centroids)
        ]
    return centroids


@right("kmeans")
def all_in_one(pixels, centroids, iterations=10):
    points = pixels.astype(np.float32)
    c = centroids.astype(np.float32)
    for _ in range(iterations):
        labels = ((points[:, None] - c) ** 2).sum(-1).argmin(-1)
        c = np.array([points[labels == k].mean(0) if k in labels else c[k] for k in range(len(c))])
    return [c, cdist(points, c).argmin(1).tolist()]


@right("kmeans")
def on_its_own_copy_2(pixels, centroids, iterations):
    centroids = centroids.copy()
    for _ in range(iterations):
        centroids[:] = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "stops after one round")
def return_inside(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        return centroids, labels


@wrong("kmeans", "stops after one round")
def no_loop(pixels, centroids, iterations):
    labels = assign(pixels, centroids)
    return update(pixels, labels, centroids)


@wrong("kmeans", "stops after one round")
def break_inside(pixels, centroids, iterations):
    for i in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
        if i < iterations:
            break
    return centroids, assign(pixels, centroids)


@wrong("kmeans", "uses old labels")
def from_the_start_again(pixels, centroids, iterations):
    for _ in range(iterations):
        new = update(pixels, assign(pixels, centroids), centroids)
    return new


@wrong("kmeans", "runs one round too many")
def one_more(pixels, centroids, iterations):
    for _ in range(iterations + 1):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids, assign(pixels, centroids)


@wrong("kmeans", "runs one round too many")
def one_more_while(pixels, centroids, iterations):
    i = 0
    while i <= iterations:
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        i += 1
    return centroids


@wrong("kmeans", "runs one round too many")
def one_more_before(pixels, centroids, iterations):
    centroids = update(pixels, assign(pixels, centroids), centroids)
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
    return centroids, labels


@wrong("kmeans", "runs one round too few")
def one_less(pixels, centroids, iterations):
    for _ in range(1, iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "update before assign")
def zero_labels(pixels, centroids, iterations):
    labels = np.zeros(len(pixels), int)
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
    return centroids, labels


@wrong("kmeans", "update before assign")
def random_labels(pixels, centroids, iterations):
    labels = np.random.default_rng(0).integers(len(centroids), size=len(pixels))
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
    return centroids


@wrong("kmeans", "update before assign")
def labels_unknown(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)  # noqa: F821
        labels = assign(pixels, centroids)
    return centroids


@wrong("kmeans", "uses old labels")
def assigned_once(pixels, centroids, iterations):
    labels = assign(pixels, centroids)
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
    return centroids


@wrong("kmeans", "uses old labels")
def labels_to_the_start(pixels, centroids, iterations):
    start = centroids
    for _ in range(iterations):
        labels = assign(pixels, start)
        centroids = update(pixels, labels, centroids)
    return centroids, labels


@wrong("kmeans", "uses old labels")
def one_behind(pixels, centroids, iterations):
    labels = assign(pixels, centroids)
    for _ in range(iterations):
        new = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        labels = new
    return centroids


@wrong("kmeans", "uses old labels")
def labels_before_the_last_update(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
    return centroids, labels


@wrong("kmeans", "ignores the number of iterations")
def always_ten(pixels, centroids, iterations):
    for _ in range(10):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "ignores the number of iterations")
def to_the_end(pixels, centroids, iterations):
    while True:
        new = update(pixels, assign(pixels, centroids), centroids)
        if np.array_equal(new, centroids):
            return new, assign(pixels, new)
        centroids = new


@wrong("kmeans", "does not keep the new centroids")
def not_kept(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        update(pixels, labels, centroids)
    return centroids, labels


@wrong("kmeans", "changes the input")
def into_the_start(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids[:] = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "changes the input")
def into_the_start_2(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        for k in range(len(centroids)):
            if k in labels:
                centroids[k] = pixels[labels == k].mean(axis=0)
    return centroids.copy(), assign(pixels, centroids)


@wrong("kmeans", "NaN for empty clusters")
def nan_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = nans(pixels, broadcast(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "median instead of mean")
def median_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = medians(pixels, assign(pixels, centroids), centroids)
    return centroids, assign(pixels, centroids)


@wrong("kmeans", "absolute differences (L1)")
def l1_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, absolute(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "argmax")
def argmax_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, argmax(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "centroids truncated to integers")
def whole_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids).astype(int)
    return centroids


@wrong("kmeans", "returns None")
def run_lost(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)


@wrong("kmeans", "prints instead of returns")
def run_printed(pixels, centroids, iterations):
    for i in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
        print("round", i, centroids)


@right("kmeans")
def with_the_errors(pixels, centroids, iterations):
    errors = []
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        errors.append(float(((pixels - centroids[labels]) ** 2).mean()))
    return centroids, errors


@wrong("kmeans", "update before assign")
def no_label_yet(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, l, centroids)  # noqa: F821
        l = assign(pixels, centroids)  # noqa: E741
    return centroids


@wrong("kmeans", "update before assign")
def labels_none(pixels, centroids, iterations):
    labels = None
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
    return centroids


@wrong("kmeans", "returns the labels")
def labels_only(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return assign(pixels, centroids)


@wrong("kmeans", "centroids in another order")
def dark_first(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids[centroids.sum(axis=1).argsort()]


@wrong("kmeans", "moves the centroid of an empty cluster")
def empty_to_the_middle(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        centroids[np.bincount(labels, minlength=len(centroids)) == 0] = pixels.mean(axis=0)
    return centroids


# ------------------------------------------------------------------------------ reconstruct


@right("reconstruct")
def palette_first(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels].reshape(shape)


@right("reconstruct")
def paint_first(labels, centroids, shape):
    return np.clip(np.round(centroids[labels]), 0, 255).astype("uint8").reshape(shape)


@right("reconstruct")
def half_up(labels, centroids, shape):
    return (
        np.floor(centroids.clip(0, 255) + 0.5).clip(0, 255).astype(np.uint8)[labels].reshape(shape)
    )


@right("reconstruct")
def loops(labels, centroids, shape):
    h, w, _ = shape
    image = np.zeros((h, w, 3), dtype=np.uint8)
    for y in range(h):
        for x in range(w):
            for c in range(3):
                value = round(float(centroids[labels[y * w + x]][c]))
                image[y, x, c] = min(255, max(0, value))
    return image


@right("reconstruct")
def from_lists(labels, centroids, shape):
    palette = [[min(255, max(0, round(v))) for v in c] for c in centroids.tolist()]
    return np.array([palette[label] for label in labels], np.uint8).reshape(shape[0], shape[1], 3)


@right("reconstruct")
def with_take(labels, centroids, shape):
    palette = np.around(centroids)
    palette[palette < 0] = 0
    palette[palette > 255] = 255
    return np.take(palette, labels, axis=0).astype(np.uint8).reshape(*shape)


@right("reconstruct")
def with_masks(labels, centroids, shape):
    image = np.empty(shape, np.uint8)
    places = np.reshape(labels, shape[:2])
    for k, colour in enumerate(np.rint(centroids.clip(0, 255))):
        image[places == k] = colour
    return image


@right("reconstruct")
def with_minimum(labels, centroids, shape):
    rows = np.minimum(np.maximum(centroids, 0), 255)[labels]
    return (rows + 0.5).astype(np.uint8).reshape(-1, shape[1], 3)


@right("reconstruct")
def through_ints(labels, centroids, shape):
    return np.uint8(np.clip(np.rint(centroids).astype(int), 0, 255))[labels.reshape(shape[:2])]


@right("reconstruct")
def one_hot_product(labels, centroids, shape):
    hot = np.eye(len(centroids))[labels]
    return (hot @ centroids).round().clip(0, 255).astype(np.uint8).reshape(shape)


@right("reconstruct")
def channel_by_channel(labels, centroids, shape):
    h, w = shape[:2]
    palette = np.rint(centroids.clip(0, 255)).astype(np.uint8)
    return np.dstack([palette[labels, c].reshape(h, w) for c in range(3)])


@right("reconstruct")
def choose(labels, centroids, shape):
    flat = np.concatenate([np.rint(np.clip(centroids[label], 0, 255)) for label in labels])
    return flat.astype(np.uint8).reshape(shape)


@wrong("reconstruct", "truncates instead of rounds")
def cut_off(labels, centroids, shape):
    return centroids.clip(0, 255).astype(np.uint8)[labels].reshape(shape)


@wrong("reconstruct", "truncates instead of rounds")
def cut_off_int(labels, centroids, shape):
    h, w, _ = shape
    out = np.zeros(shape, np.uint8)
    for i, label in enumerate(labels):
        out[i // w, i % w] = [max(0, min(255, int(v))) for v in centroids[label]]
    return out


@wrong("reconstruct", "truncates instead of rounds")
def cut_off_unclipped(labels, centroids, shape):
    return centroids[labels].reshape(shape).astype(np.uint8)


@wrong("reconstruct", "wraps above 255")
def not_clipped(labels, centroids, shape):
    return np.rint(centroids).astype(int).astype(np.uint8)[labels].reshape(shape)


@wrong("reconstruct", "wraps above 255")
def clipped_too_late(labels, centroids, shape):
    return np.clip(np.rint(centroids).astype(np.int64).astype(np.uint8), 0, 255)[labels].reshape(
        shape
    )


@wrong("reconstruct", "wraps above 255")
def clipped_at_256(labels, centroids, shape):
    return np.rint(centroids).clip(0, 256).astype(int).astype(np.uint8)[labels].reshape(shape)


@wrong("reconstruct", "float picture")
def floats(labels, centroids, shape):
    return centroids[labels].reshape(shape)


@wrong("reconstruct", "float picture")
def rounded_floats(labels, centroids, shape):
    return np.rint(centroids).clip(0, 255)[labels].reshape(shape)


@wrong("reconstruct", "float picture")
def from_0_to_1(labels, centroids, shape):
    return (centroids[labels] / 255).clip(0, 1).reshape(shape).astype(np.float32)


@wrong("reconstruct", "wrong shape")
def pixels_only(labels, centroids, shape):
    return np.rint(centroids).clip(0, 255).astype(np.uint8)[labels]


@wrong("reconstruct", "wrong shape")
def channels_first(labels, centroids, shape):
    return palette_first(labels, centroids, shape).transpose(2, 0, 1)


@wrong("reconstruct", "transposed height and width")
def w_h(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels].reshape(shape[1], shape[0], 3)


@wrong("reconstruct", "transposed height and width")
def columns_filled(labels, centroids, shape):
    height, width, _ = shape
    image = np.zeros(shape, np.uint8)
    for i, label in enumerate(labels):
        image[i % height, i // height] = np.rint(centroids[label]).clip(0, 255)
    return image


@wrong("reconstruct", "transposed height and width")
def turned(labels, centroids, shape):
    return np.swapaxes(paint_first(labels, centroids, shape), 0, 1)


@wrong("reconstruct", "reshape in column order")
def f_order(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels].reshape(shape, order="F")


@wrong("reconstruct", "reshape to (3, N)")
def mixed(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels].T.reshape(shape)


@wrong("reconstruct", "returns the labels")
def labels_back(labels, centroids, shape):
    return labels.reshape(shape[0], shape[1])


@wrong("reconstruct", "forgets channels")
def red_image(labels, centroids, shape):
    return np.rint(centroids).clip(0, 255).astype(np.uint8)[labels, 0].reshape(shape[:2])


@wrong("reconstruct", "forgets channels")
def first_channel_thrice(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    image[:] = np.rint(centroids[:, :1]).clip(0, 255)[labels].reshape(shape[0], shape[1], 1)
    return image


@wrong("reconstruct", "channels in another order")
def bgr_image(labels, centroids, shape):
    return palette_first(labels, centroids[:, ::-1], shape)


@wrong("reconstruct", "1-based labels")
def label_minus_1(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels.astype(int) - 1].reshape(shape)


@wrong("reconstruct", "changes the input")
def clips_the_centroids(labels, centroids, shape):
    np.clip(np.rint(centroids, out=centroids), 0, 255, out=centroids)
    return centroids.astype(np.uint8)[labels].reshape(shape)


@wrong("reconstruct", "returns None")
def image_lost(labels, centroids, shape):
    image = palette_first(labels, centroids, shape)


@wrong("reconstruct", "prints instead of returns")
def image_printed(labels, centroids, shape):
    print(palette_first(labels, centroids, shape))


@right("reconstruct")
def through_bytes(labels, centroids, shape):
    values = [min(max(v, 0), 255) + 0.5 for label in labels for v in centroids[label].tolist()]
    return np.frombuffer(bytes(int(v) for v in values), np.uint8).reshape(shape)


@wrong("reconstruct", "wraps above 255, or does not fit")
def list_into_uint8(labels, centroids, shape):
    rows = [[round(v) for v in centroids[label].tolist()] for label in labels]
    return np.frombuffer(bytes(itertools.chain.from_iterable(rows)), np.uint8).reshape(shape)


@wrong("reconstruct", "drops pixels")
def last_row_black(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    colours = centroids.round().clip(0, 255)
    for row in range(shape[0] - 1):
        for column in range(shape[1]):
            image[row, column] = colours[labels[row * shape[1] + column]]
    return image


@wrong("reconstruct", "1-based labels")
def label_plus_1(labels, centroids, shape):
    return centroids.round().clip(0, 255).astype(np.uint8)[labels + 1].reshape(shape)


# ------------------------------------------------------------------------------ psnr


def mean_squared(a, b):
    return ((a.astype(float) - b.astype(float)) ** 2).mean()


@right("psnr")
def formula(original, compressed):
    return 10 * np.log10(255**2 / mean_squared(original, compressed))


@right("psnr")
def with_inf(original, compressed):
    mse = np.mean((original.astype(int) - compressed) ** 2)
    if mse == 0:
        return math.inf
    return 10 * math.log10(255**2 / mse)


@right("psnr")
def twenty(a, b):
    rmse = np.sqrt(mean_squared(a, b))
    return float("inf") if rmse == 0 else 20 * math.log10(255 / rmse)


@right("psnr")
def difference_of_logs(a, b):
    return 20 * np.log10(255) - 10 * np.log10(mean_squared(a, b))


@right("psnr")
def natural(a, b):
    return 10 * np.log(255.0**2 / mean_squared(a, b)) / np.log(10)


@right("psnr")
def in_loops(a, b):
    total, count = 0, 0
    for y in range(a.shape[0]):
        for x in range(a.shape[1]):
            for c in range(3):
                total += (int(a[y, x, c]) - int(b[y, x, c])) ** 2
                count += 1
    return 10 * math.log(255**2 * count / total, 10) if total else np.inf


@right("psnr")
def in_float32(a, b):
    d = np.float32(a) - np.float32(b)
    return 10 * np.log10(np.float32(255) ** 2 / np.mean(d**2))


@right("psnr")
def with_norm(a, b):
    d = np.linalg.norm((a.astype(float) - b).ravel())
    return -20 * np.log10(d / (255 * np.sqrt(a.size)))


@right("psnr")
def rounded_to_two(a, b):
    if (a == b).all():
        return float("inf")
    return round(10 * math.log10(65025 / mean_squared(a, b)), 2)


@right("psnr")
def scaled(a, b):
    return -10 * np.log10(np.mean((a / 255 - b / 255) ** 2))


@right("psnr")
def with_lists(a, b):
    pairs = list(zip(a.ravel().tolist(), b.ravel().tolist()))
    mse = sum((p - q) ** 2 for p, q in pairs) / len(pairs)
    try:
        return 10 * math.log10(255**2 / mse)
    except ZeroDivisionError:
        return float("inf")


@right("psnr")
def mean_of_channels(a, b):
    mses = [mean_squared(a[..., c], b[..., c]) for c in range(3)]
    return np.array(10 * np.log10(255**2 / np.mean(mses)))


@right("psnr")
def int32(a, b):
    d = a.astype(np.int32) - b.astype(np.int32)
    return 10 * np.log10(255**2 * d.size / np.vdot(d, d))


@wrong("psnr", "MSE for PSNR")
def mse_only(a, b):
    return mean_squared(a, b)


@wrong("psnr", "MSE for PSNR")
def mse_ints(a, b):
    return ((a.astype(int) - b) ** 2).sum() / a.size


@wrong("psnr", "MSE for PSNR")
def rmse_only(a, b):
    return math.sqrt(mean_squared(a, b))


@wrong("psnr", "log base e")
def ln(a, b):
    return 10 * np.log(255**2 / mean_squared(a, b))


@wrong("psnr", "log base e")
def ln_twenty(a, b):
    return 20 * np.log(255 / np.sqrt(mean_squared(a, b)))


@wrong("psnr", "log base 2")
def log2(a, b):
    return 10 * np.log2(255**2 / mean_squared(a, b))


@wrong("psnr", "forgets channels")
def by_pixels(a, b):
    h, w, _ = a.shape
    mse = ((a.astype(float) - b) ** 2).sum() / (h * w)
    return 10 * np.log10(255**2 / mse)


@wrong("psnr", "forgets channels")
def red_psnr(a, b):
    return formula(a[:, :, 0], b[:, :, 0])


@wrong("psnr", "forgets channels")
def for_each_channel(a, b):
    return 10 * np.log10(255**2 / ((a.astype(float) - b) ** 2).mean(axis=(0, 1)))


@wrong("psnr", "forgets channels")
def grey_psnr(a, b):
    return formula(a.mean(axis=2), b.mean(axis=2))


@wrong("psnr", "uint8 wrap-around in the difference")
def wrapped(a, b):
    mse = ((a - b) ** 2).mean()
    return np.inf if mse == 0 else 10 * np.log10(255**2 / mse)


@wrong("psnr", "uint8 wrap-around in the difference")
def wrapped_then_float(a, b):
    mse = np.mean(np.square((a - b).astype(float)))
    return 10 * np.log10(255**2 / mse)


@wrong("psnr", "uint8 wrap-around in the difference")
def wrapped_other_way(a, b):
    d = np.abs(b - a).astype(int)
    return 20 * np.log10(255 / np.sqrt((d * d).mean()))


@wrong("psnr", "int16 overflow")
def int16_psnr(a, b):
    d = a.astype(np.int16) - b.astype(np.int16)
    return 10 * np.log10(255**2 / (d**2).mean())


@wrong("psnr", "forgot to square")
def peak_not_squared(a, b):
    return 10 * np.log10(255 / mean_squared(a, b))


@wrong("psnr", "forgot to square")
def root_with_ten(a, b):
    return 10 * np.log10(255 / np.sqrt(mean_squared(a, b)))


@wrong("psnr", "forgot to square")
def difference_not_squared(a, b):
    return 10 * np.log10(255**2 / np.mean(a.astype(float) - b))


@wrong("psnr", "absolute differences (L1)")
def mae(a, b):
    return 10 * np.log10(255**2 / np.abs(a.astype(float) - b).mean())


@wrong("psnr", "wrong peak")
def peak_256(a, b):
    return 10 * np.log10(256**2 / mean_squared(a, b))


@wrong("psnr", "wrong peak")
def peak_1(a, b):
    return 10 * np.log10(1 / mean_squared(a, b))


@wrong("psnr", "wrong peak")
def peak_of_image(a, b):
    return 10 * np.log10(float(a.max()) ** 2 / mean_squared(a, b))


@wrong("psnr", "wrong factor before the logarithm")
def bel(a, b):
    return np.log10(255**2 / mean_squared(a, b))


@wrong("psnr", "wrong factor before the logarithm")
def twice(a, b):
    return 20 * np.log10(255**2 / mean_squared(a, b))


@wrong("psnr", "wrong way up")
def upside(a, b):
    return 10 * np.log10(mean_squared(a, b) / 255**2)


@wrong("psnr", "sum instead of mean")
def sum_of_squares(a, b):
    return 10 * np.log10(255**2 / ((a.astype(float) - b) ** 2).sum())


@wrong("psnr", "equal images")
def hundred(a, b):
    mse = mean_squared(a, b)
    return 100 if mse == 0 else 10 * math.log10(255**2 / mse)


@wrong("psnr", "equal images")
def zero_division(a, b):
    return 10 * math.log10(255**2 / float(mean_squared(a, b)))


@wrong("psnr", "returns None")
def psnr_lost(a, b):
    result = formula(a, b)


@wrong("psnr", "prints instead of returns")
def psnr_printed(a, b):
    print(f"{formula(a, b):.2f} dB")


@wrong("psnr", "forgets channels")
def grey_as_the_eye_sees(a, b):
    return formula(a @ [0.299, 0.587, 0.114], b @ [0.299, 0.587, 0.114])


@wrong("psnr", "forgets the logarithm")
def no_log(a, b):
    return 255**2 / np.float64(mean_squared(a, b))


@wrong("psnr", "integer division")
def two_strokes(a, b):
    mse = mean_squared(a, b)
    return 10 * math.log10(255**2 // mse) if mse else math.inf


@wrong("psnr", "wrong way up")
def decibels_of_the_error(a, b):
    return 10 * np.log10(mean_squared(a, b))


# ------------------------------------------------------------------------------ count_colours


@right("count_colours")
def unique_rows(image):
    return len(np.unique(image.reshape(-1, 3), axis=0))


@right("count_colours")
def set_of_tuples(image):
    return len({tuple(pixel) for row in image.tolist() for pixel in row})


@right("count_colours")
def packed_and_sorted(image):
    red, green, blue = image.reshape(-1, 3).T.astype(int)
    packed = np.sort(red * 256**2 + green * 256 + blue)
    return 1 + np.count_nonzero(np.diff(packed))


@right("count_colours")
def shifted_in_uint32(image):
    wide = image.astype(np.uint32)
    return np.unique(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]).size


@right("count_colours")
def table_of_all_colours(image):
    packed = (image.astype(int) * [65536, 256, 1]).sum(axis=2)
    return int(np.count_nonzero(np.bincount(packed.ravel())))


@right("count_colours")
def dictionary_of_bytes(image):
    return len({pixel.tobytes(): True for row in image for pixel in row})


@right("count_colours")
def list_of_the_seen(image):
    seen = []
    for row in image.tolist():
        for pixel in row:
            if pixel not in seen:
                seen.append(pixel)
    return len(seen)


@right("count_colours")
def as_float(image):
    return float(unique_rows(image))


@right("count_colours")
def as_array_of_one(image):
    return np.array(unique_rows(image))


@right("count_colours")
def hex_names(picture):
    return len({"#{:02x}{:02x}{:02x}".format(*pixel) for pixel in picture.reshape(-1, 3)})


@right("count_colours")
def tree_of_channels(image):
    tree = {}
    for r, g, b in image.reshape(-1, 3).tolist():
        tree.setdefault(r, {}).setdefault(g, set()).add(b)
    return sum(len(blues) for greens in tree.values() for blues in greens.values())


@wrong("count_colours", "counts different numbers instead of colours")
def unique_without_axis(image):
    return len(np.unique(image.reshape(-1, 3)))


@wrong("count_colours", "counts different numbers instead of colours")
def set_of_numbers(image):
    return len({int(value) for row in image for pixel in row for value in pixel})


@wrong("count_colours", "counts pixels")
def height_times_width(image):
    return image.shape[0] * image.shape[1]


@wrong("count_colours", "counts pixels")
def list_of_pixels(image):
    return len([tuple(pixel) for row in image for pixel in row])


@wrong("count_colours", "counts per channel")
def three_counts(image):
    return [len(np.unique(image[:, :, c])) for c in range(3)]


@wrong("count_colours", "counts per channel")
def sum_of_three_counts(image):
    return sum(len(np.unique(image[:, :, c])) for c in range(3))


@wrong("count_colours", "counts per channel")
def product_of_three_counts(image):
    return math.prod(len({*channel}) for channel in image.reshape(-1, 3).T.tolist())


@wrong("count_colours", "packs with uint8 wrap-around")
def packed_in_uint8(image):
    return np.unique(image[..., 0] * 100 + image[..., 1] * 10 + image[..., 2]).size


@wrong("count_colours", "packs with uint8 wrap-around")
def shifted_in_uint8(image):
    return len(np.unique((image[..., 0] << 16) + (image[..., 1] << 8) + image[..., 2]))


@wrong("count_colours", "packs different colours into one number")
def packed_by_255(image):
    wide = image.astype(int)
    return len(np.unique(wide[..., 0] * 255**2 + wide[..., 1] * 255 + wide[..., 2]))


@wrong("count_colours", "packs different colours into one number")
def joined_as_text(image):
    return len({f"{r}{g}{b}" for r, g, b in image.reshape(-1, 3)})


@wrong("count_colours", "counts only one channel")
def unique_reds(image):
    return len(np.unique(image[:, :, 0]))


@wrong("count_colours", "counts only one channel")
def set_of_greens(image):
    return len({pixel[1] for row in image.tolist() for pixel in row})


@wrong("count_colours", "counts only one channel")
def red_and_green(image):
    return len({(pixel[0], pixel[1]) for row in image.tolist() for pixel in row})


@wrong("count_colours", "returns the colours")
def the_rows(image):
    return np.unique(image.reshape(-1, 3), axis=0)


@wrong("count_colours", "returns the colours")
def the_set(image):
    return {tuple(pixel) for row in image.tolist() for pixel in row}


@wrong("count_colours", "adds the three channels")
def sums(image):
    return len(np.unique(image.sum(axis=2)))


@wrong("count_colours", "adds the three channels")
def sums_in_uint8(image):
    return len(np.unique(image[..., 0] + image[..., 1] + image[..., 2]))


@wrong("count_colours", "adds the three channels")
def sorted_channels(image):
    return len({tuple(sorted(pixel)) for row in image.tolist() for pixel in row})


@wrong("count_colours", "counts rows or columns of the image")
def unique_lines(image):
    return len(np.unique(image, axis=0))


@wrong("count_colours", "counts what np.unique returns")
def length_of_the_pair(image):
    return len(np.unique(image.reshape(-1, 3), axis=0, return_counts=True))


@wrong("count_colours", "looks at only a part of the image")
def first_row(image):
    return len({tuple(pixel) for pixel in image[0]})


@wrong("count_colours", "counts changes instead of colours")
def changes(image):
    count, last = 0, None
    for pixel in image.reshape(-1, 3).tolist():
        count += pixel != last
        last = pixel
    return count


@wrong("count_colours", "off by one")
def counts_from_one(image):
    return unique_rows(image) + 1


@wrong("count_colours", "prints instead of returns")
def colours_printed(image):
    print(unique_rows(image))


# ------------------------------------------------------------------------------ paper_bits


@right("paper_bits")
def on_paper(n, k):
    return n * math.log2(k) + 24 * k


@right("paper_bits")
def on_paper_numpy(n, k):
    return n * np.log2(k) + 24 * k


@right("paper_bits")
def log_to_base_2(n, k):
    return n * math.log(k, 2) + 3 * 8 * k


@right("paper_bits")
def quotient_of_logs(n, k):
    return n * np.log(k) / np.log(2) + 24 * k


@right("paper_bits")
def in_two_steps(pixels, colours):
    labels = pixels * math.log2(colours)
    palette = colours * 24
    return labels + palette


@right("paper_bits")
def from_bytes(n, k):
    return 8 * (n * math.log2(k) / 8 + 3 * k)


@right("paper_bits")
def log_of_a_power(n, k):
    return 24 * k - n * math.log2(1 / k)


@right("paper_bits")
def summed_up(n, k):
    return math.fsum([math.log2(k)] * n + [24] * k)


@right("paper_bits")
def array_of_one(n, k):
    return np.array(n * np.log2(k) + 24 * k)


@right("paper_bits")
def ready_for_halves(n, k, bits_per_channel=8):
    halvings, rest = 0, k
    while rest >= 2:
        halvings, rest = halvings + 1, rest / 2
    return n * (halvings + math.log2(rest)) + 3 * bits_per_channel * k


@wrong("paper_bits", "forgets the palette")
def labels_alone(n, k):
    return n * math.log2(k)


@wrong("paper_bits", "bytes instead of bits")
def in_bytes(n, k):
    return (n * math.log2(k) + 24 * k) / 8


@wrong("paper_bits", "bytes instead of bits")
def in_whole_bytes(n, k):
    return (n * math.log2(k) + 24 * k) // 8


@wrong("paper_bits", "natural log")
def with_ln(n, k):
    return n * math.log(k) + 24 * k


@wrong("paper_bits", "natural log")
def with_np_log(n, k):
    return n * np.log(k) + 24 * k


@wrong("paper_bits", "palette of 24 bits counted once")
def one_colour_of_palette(n, k):
    return n * math.log2(k) + 24


@wrong("paper_bits", "wrong bits for a colour of the palette")
def palette_in_bytes(n, k):
    return n * math.log2(k) + 3 * k


@wrong("paper_bits", "a palette for each pixel")
def palette_times_n(n, k):
    return n * (math.log2(k) + 24)


@wrong("paper_bits", "8 bits for every label")
def a_byte_each(n, k):
    return 8 * n + 24 * k


@wrong("paper_bits", "K bits for each label")
def k_bits_each(n, k):
    return n * k + 24 * k


@wrong("paper_bits", "24 bits for every pixel")
def the_original(n, k):
    return 24 * n


@wrong("paper_bits", "a label for each channel")
def three_labels(n, k):
    return 3 * n * math.log2(k) + 24 * k


@wrong("paper_bits", "pixels and colours in the wrong places")
def log_of_n(n, k):
    return k * math.log2(n) + 24 * k


@wrong("paper_bits", "the power instead of the logarithm")
def two_to_the_k(n, k):
    return n * 2**k + 24 * k


@wrong("paper_bits", "rounds the bits of a label up")
def whole_bits(n, k):
    return n * math.ceil(math.log2(k)) + 24 * k


@wrong("paper_bits", "rounds the bits of a label")
def floor_bits(n, k):
    return n * int(math.log2(k)) + 24 * k


@wrong("paper_bits", "rounds the result")
def floor_of_all(n, k):
    return int(n * math.log2(k) + 24 * k)


@wrong("paper_bits", "returns None")
def bits_lost(n, k):
    bits = n * math.log2(k) + 24 * k
