"""The arithmetic of K-means in a line or two each: `kmeans.py` and the engine share it.

So both give equal results, bit for bit.
"""

import numpy as np


def homogeneous(points):
    """Return (x, 1) of each point: (N, 4) float64."""
    ones = np.ones((len(points), 4))
    ones[:, :3] = points
    return ones


def weights(centroids):
    """Return (-2c, |c|²) of each centroid: (4, K).

    (x, 1)·(-2c, |c|²) is |x - c|² less |x|², which is the same for every centroid. So one matrix
    product gives a score of every point for every centroid, and the nearest has the lowest.
    """
    return np.vstack([-2 * centroids.T, (centroids**2).sum(axis=1)])


def scores(points, weighed):
    """Score every point, (N, 3), for every centroid, with their `weights`: (N, K).

    BLAS rounds a single row otherwise than several, so there are always several.
    """
    several = points if len(points) > 1 else points.repeat(2, axis=0)
    return (homogeneous(several) @ weighed)[: len(points)]


def lowest_of(scores):
    """Return of each row of scores, (N, K), the place of the lowest, and the lowest: (N,), (N,)."""
    places = scores.argmin(axis=1)
    return places, scores[np.arange(len(places)), places]  # sooner than scores.min(axis=1)


def squared_distances(channels, others):
    """Return |x - y|² of points, by channel (3, N), and others, (3, N), or a single one, (3,)."""
    return sum((x - y) ** 2 for x, y in zip(channels, others, strict=True))


def shares(points, counts):
    """Return what each point adds to a cluster, its count and its share of the sums: (4, N)."""
    rows = np.ones((4, len(points)))
    rows[1:] = points.T
    rows *= counts
    return rows


def label_type(k):
    """Return the smallest unsigned type that holds the labels 0 to K - 1."""
    return np.min_scalar_type(k - 1)


def means(sizes, sums, centroids, origin=0):
    """Return the mean of each cluster, (K, 3), from its size, (K,), and its sums, (3, K).

    The sums are of distances from the origin. A cluster without points keeps its centroid.
    """
    empty = sizes == 0
    return np.where(empty[:, None], centroids, origin + (sums / np.where(empty, 1, sizes)).T)


def add_up(rows, labels, k):
    """Add up each of the rows, (4, N), for each of K labels: (4, K) float64.

    Neighbours often have the same label, and what goes to the same sum has to wait for the one
    before it. So each label has four sums, which take turns.
    """
    turns = labels.astype(np.intp)
    for turn in (1, 2, 3):
        turns[turn::4] += turn * k
    sums = np.array([np.bincount(turns, row, 4 * k) for row in rows])
    return sums.reshape(-1, 4, k).sum(axis=1)


def add_up_again(rows, labels, before):
    """Add up rows, (4, N), whose points mostly have the label they had in a state before.

    Only the others are moved, from their old totals to their new ones. Of whole numbers this gives
    exactly what `add_up` does.
    """
    changed, k = np.flatnonzero(labels != before.labels), before.totals.shape[1]
    moved = rows.take(changed, 1)
    gone, come = (add_up(moved, their.take(changed), k) for their in (before.labels, labels))
    return before.totals - gone + come
