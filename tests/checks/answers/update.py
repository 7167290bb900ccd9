"""Answers to update as learners write them."""

# ruff: noqa: B007, B905, F841 - as learners write
import itertools
import statistics
from collections import defaultdict
from functools import reduce

import numpy as np
from scipy.spatial.distance import cdist

from answers import right, wrong


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
