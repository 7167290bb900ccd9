"""Answers to update as learners write them."""

# ruff: noqa: B007, B905, F841 - as learners write
import itertools
import statistics
from collections import defaultdict
from functools import reduce

import numpy as np
from scipy.spatial.distance import cdist

from answers import right, wrong
from kmeans_lesson import assign, update


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
    counts = np.ones(len(pixels)) if counts is None else counts
    sizes = np.bincount(labels, counts, len(centroids))
    sums = [np.bincount(labels, counts * channel, len(centroids)) for channel in pixels.T]
    moved = np.stack(sums, axis=1) / np.maximum(sizes, 1)[:, None]
    moved[sizes == 0] = centroids[sizes == 0]
    return moved


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


@wrong("update", "transposed")
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


# ------------------------------------------------------------------------------ at scale, states


@right("update")
def matrix_of_members(pixels, labels, centroids):
    members = (labels == np.arange(len(centroids))[:, None]).astype(float)
    sizes = members.sum(axis=1, keepdims=True)
    return np.where(sizes > 0, members @ pixels / np.maximum(sizes, 1), centroids)


@right("update")
def masked(pixels, labels, centroids):
    new = np.array(centroids, dtype=float)
    for k in range(len(new)):
        inside = np.ma.masked_array(pixels, mask=np.repeat((labels != k)[:, None], 3, axis=1)).mean(
            axis=0
        )
        new[k] = inside.filled(centroids[k])
    return new


@right("update")
def try_except(pixels, labels, centroids):
    new = []
    for k in range(len(centroids)):
        mine = pixels[labels == k].tolist()
        try:
            new.append([sum(p[c] for p in mine) / len(mine) for c in range(3)])
        except ZeroDivisionError:
            new.append(centroids[k].tolist())
    return new


@right("update")
def reduceat(pixels, labels, centroids):
    new = centroids.copy()
    order = np.argsort(labels, kind="stable")
    present, first = np.unique(labels[order], return_index=True)
    sums = np.add.reduceat(pixels[order].astype(float), first, axis=0)
    new[present] = sums / np.bincount(labels)[present, None]
    return new


@right("update")
def fractions_of_sums(pixels, labels, centroids):
    totals = [[0.0, 0.0, 0.0, 0] for _ in centroids]
    for (r, g, b), k in zip(pixels.tolist(), labels.tolist()):
        t = totals[k]
        t[0], t[1], t[2], t[3] = t[0] + r, t[1] + g, t[2] + b, t[3] + 1
    return [
        [r / n, g / n, b / n] if n else c for (r, g, b, n), c in zip(totals, centroids.tolist())
    ]


@wrong("update", "moves the centroid")
def black_clusters_stay(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        cluster = pixels[labels == k]
        if len(cluster) == 0:
            new[k] = 128
        else:
            new[k] = cluster.mean(axis=0)
    return new


@wrong("update", "wrong only on a cluster of black pixels")
def any_of_the_cluster(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        cluster = pixels[labels == k]
        if cluster.any():
            new[k] = cluster.mean(axis=0)
    return new


@wrong("update", "wrong only on a cluster of black pixels")
def if_sum(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        total = pixels[labels == k].sum(axis=0)
        if total.sum() > 0:
            new[k] = total / (labels == k).sum()
    return new


@wrong("update", "larger scale")
def counted_in_a_table_of_256(pixels, labels, centroids):
    return by_mask(pixels[:900], labels[:900], centroids)


@wrong("update", "larger scale")
def forty_at_most(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(min(len(centroids), 32)):
        if (labels == k).any():
            new[k] = pixels[labels == k].mean(axis=0)
    return new


@wrong("update", "counts wrap around")
def sizes_in_uint8(pixels, labels, centroids):
    sums, sizes = np.zeros((len(centroids), 3)), np.zeros(len(centroids), np.uint8)
    for p, k in zip(pixels, labels):
        sums[k] += p
        sizes[k] += 1
    new = centroids.copy()
    new[sizes > 0] = sums[sizes > 0] / sizes[sizes > 0, None]
    return new


@wrong("update", "remembers")
def cached_means(pixels, labels, centroids, known={}):  # noqa: B006
    key = pixels.shape, centroids.shape
    if key not in known:
        known[key] = by_mask(pixels, labels, centroids)
    return known[key]


@wrong("update", "returns inside the loop")
def returns_in_the_loop(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        if k in labels:
            new[k] = pixels[labels == k].mean(axis=0)
        return new


@wrong("update", "range with a step")
def steps_of_two(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(0, len(centroids), 2):
        if k in labels:
            new[k] = pixels[labels == k].mean(axis=0)
    return new


@wrong("update", "forgets one channel")
def blue_stays(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        if k in labels:
            for c in range(2):
                new[k, c] = pixels[labels == k][:, c].mean()
    return new


@wrong("update", "another statistic")
def brightest(pixels, labels, centroids):
    return [pixels[labels == k].max(0) if k in labels else c for k, c in enumerate(centroids)]


@wrong("update", "another statistic")
def middle_of_the_range(pixels, labels, centroids):
    new = centroids.copy()
    for k in set(labels.tolist()):
        mine = pixels[labels == k].astype(float)
        new[k] = (mine.min(axis=0) + mine.max(axis=0)) / 2
    return new


@wrong("update", "another statistic")
def geometric(pixels, labels, centroids):
    new = centroids.copy()
    for k in set(labels.tolist()):
        new[k] = np.exp(np.log(pixels[labels == k].astype(float)).mean(axis=0))
    return new


@wrong("update", "one pixel instead of the mean")
def last_pixel(pixels, labels, centroids):
    new = centroids.copy()
    for pixel, label in zip(pixels, labels):
        new[label] = pixel
    return new


@wrong("update", "each colour only once")
def different_colours(pixels, labels, centroids):
    new = centroids.copy()
    for k in set(labels.tolist()):
        new[k] = np.unique(pixels[labels == k], axis=0).mean(axis=0)
    return new


@wrong("update", "pixels of other clusters")
def all_the_others(pixels, labels, centroids):
    new = centroids.copy()
    for k in range(len(centroids)):
        if (labels != k).any():
            new[k] = pixels[labels != k].mean(axis=0)
    return new


@wrong("update", "not set back to 0")
def never_reset(pixels, labels, centroids):
    new, total = centroids.copy(), np.zeros(3)
    for k in range(len(centroids)):
        for pixel in pixels[labels == k]:
            total += pixel
        if k in labels:
            new[k] = total / (labels == k).sum()
    return new


@wrong("update", "another order")
def sorted_means(pixels, labels, centroids):
    new = by_mask(pixels, labels, centroids)
    return new[np.lexsort(new.T)]


@wrong("update", "channels in another order")
def bgr_means(pixels, labels, centroids):
    return by_mask(pixels, labels, centroids)[:, ::-1]


@wrong("update", "scales the colours")
def from_0_to_1(pixels, labels, centroids):
    return by_mask(pixels, labels, centroids) / 255


@wrong("update", "divides by the wrong number")
def one_less(pixels, labels, centroids):
    new = centroids.copy()
    for k in set(labels.tolist()):
        mine = pixels[labels == k]
        new[k] = mine.sum(axis=0) / max(len(mine) - 1, 1)
    return new


@wrong("update", "divides by the wrong number")
def divided_twice(pixels, labels, centroids):
    new = centroids.copy()
    for k in set(labels.tolist()):
        mine = pixels[labels == k]
        new[k] = mine.mean(axis=0) / len(mine)
    return new


@wrong("update", "returns only zeros")
def never_filled(pixels, labels, centroids):
    new = np.zeros((len(centroids), 3))
    for k in range(len(centroids)):
        mean = pixels[labels == k].mean(axis=0)
    return new


@wrong("update", "only the last centroid")
def list_begun_anew(pixels, labels, centroids):
    for k in range(len(centroids)):
        new = centroids.copy()
        if k in labels:
            new[k] = pixels[labels == k].mean(axis=0)
    return new


@wrong("update", "parameters in another order")
def other_order_of_names(pixels, centroids, labels):
    return by_mask(pixels, labels, centroids)


@wrong("update", "package's own")
def through_the_package(pixels, labels, centroids):
    new = update(pixels, labels, centroids)
    return [list(row) for row in new]


@wrong("update", "float16 overflow")
def half_precision(pixels, labels, centroids):
    new = centroids.copy()
    for k in set(labels.tolist()):
        mine = pixels[labels == k].astype(np.float16)
        new[k] = mine.sum(axis=0, dtype=np.float16) / len(mine)
    return new


@wrong("update", "changes the input")
def in_place_and_wrong(pixels, labels, centroids):
    for k in range(len(centroids)):
        centroids[k] = pixels[labels == k].sum(axis=0)
    return centroids


@wrong("update", "Lists are joined")
def list_plus(pixels, labels, centroids):
    new = []
    for k in range(len(centroids)):
        total = []
        for pixel in pixels[labels == k].tolist():
            total = total + pixel[0]
        new.append(total)
    return new


@wrong("update", "1-based labels")
def labels_minus_one(pixels, labels, centroids):
    return by_mask(pixels, labels.astype(int) - 1, centroids)


@wrong("update", "ignores the labels")
def assigns_itself(pixels, labels, centroids):
    return by_mask(pixels, assign(pixels, centroids), centroids)
