"""The two half-steps and the loop around them: what `assign`, `update` and `kmeans` are made of.

Points are the pixels of an image, or its different colours with `counts`, which say how often each
occurs. Nothing is checked here; `kmeans.py` and `previews.py` do that.
"""

from typing import NamedTuple

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.colours import BLOCK, each_block


def scores(points, weights):
    """Score every centroid for every point, (N, K): the nearest centroid has the lowest score.

    The score is |x - c|² less |x|², which is the same for all centroids: -2 x·c + |c|², or
    (x, 1)·(-2c, |c|²). So one matrix product with the `weights` of the centroids makes all of them.
    """
    return homogeneous(points) @ weights


def homogeneous(points):
    """Return (x, 1) of each point: (N, 4) float64."""
    ones = np.ones((len(points), 4))
    ones[:, :3] = points
    return ones


def weights(centroids):
    """Return (-2c, |c|²) of each centroid: (4, K)."""
    return np.vstack([-2 * centroids.T, (centroids**2).sum(axis=1)])


def nearest(points, centroids):
    """Label every point with its nearest centroid, the first of several: (N,)."""
    labels, weighed = np.empty(len(points), label_type(len(centroids))), weights(centroids)

    def work(rows):
        labels[rows] = scores(points[rows], weighed).argmin(axis=1)

    each_block(work, len(points), max(1, BLOCK // len(centroids)))
    return labels


def label_type(k):
    """Return the smallest unsigned type that holds the labels 0 to K - 1."""
    return np.min_scalar_type(k - 1)


def totals(points, labels, counts, k):
    """Add up each cluster, its size and its three channels: (4, K) float64."""

    def work(rows):
        times = np.ones(len(labels[rows])) if counts is None else counts[rows]
        columns = [times, *(times * channel for channel in points[rows].T)]
        return add_up(columns, labels[rows], k)

    return sum(each_block(work, len(points)), np.zeros((4, k)))


def add_up(columns, labels, k):
    """Add up each column, (N,), for each of K labels: (columns, K) float64."""
    labels = labels.astype(np.intp, copy=False)  # once for all of them
    return np.array([np.bincount(labels, column, k) for column in columns])


def moved_totals(columns, labels, before):
    """Return the totals of labels of which most are as `before`, a state: only the rest is moved.

    columns is (4, N), once each point and its three channels. Of whole numbers, the totals are the
    same as if they were added up anew.
    """
    changed, k = np.flatnonzero(labels != before.labels), before.totals.shape[1]
    moved = columns[:, changed]
    gone, come = (add_up(moved, their[changed], k) for their in (before.labels, labels))
    return before.totals - gone + come


def means(totals, centroids):
    """Return the mean of each cluster, (K, 3), from its totals; an empty one keeps its centroid."""
    sizes, sums = totals[0], totals[1:].T
    empty = sizes == 0
    return np.where(empty[:, None], centroids, sums / np.where(empty, 1, sizes)[:, None])


def total_square(points, counts):
    """Add up |x|² of all points."""

    def work(rows):
        squares = (points[rows].astype(float) ** 2).sum(axis=1)
        return squares.sum() if counts is None else counts[rows] @ squares

    return sum(each_block(work, len(points), BLOCK // 4))


class State(NamedTuple):
    """A moment of a run, after an assign: centroids, the labels, and what these add up to."""

    centroids: np.ndarray
    labels: np.ndarray
    totals: np.ndarray
    square: float

    def error(self, centroids):
        """Return the mean squared error of these labels with any centroids, (K, 3).

        |x - c|² = |x|² - 2 x·c + |c|², and the x of a cluster add up to its total.
        """
        sizes, sums = self.totals[0], self.totals[1:].T
        clusters = sizes @ (centroids**2).sum(axis=1) - 2 * (sums * centroids).sum()
        return max(self.square + clusters, 0) / (3 * sizes.sum())  # rounding could make it negative


def by_point(points, counts, assign=nearest):
    """Return a function that assigns every point: centroids -> `State`."""
    square = total_square(points, counts)

    def assigned(centroids):
        k = len(centroids)
        labels = arguments.labels("labels", assign(points, centroids), len(points), k)
        labels = labels.astype(label_type(k), copy=False)
        return State(centroids, labels, totals(points, labels, counts, k), square)

    return assigned


def our_update(state):
    """Move the centroids of a state to the means of its clusters: (K, 3)."""
    return means(state.totals, state.centroids)


def lloyd(assigned, centroids, steps, moved=our_update):
    """Assign, then update and assign once for each of the steps: a `State` after each assign."""
    state = assigned(centroids)
    yield state
    for _ in steps:
        state = assigned(moved(state))
        yield state


def own_update(points, update, rows=slice(None)):
    """Return a function that moves centroids by a learner's update: `State` -> centroids.

    It gets the points of the given rows, which may repeat them.
    """

    def moved(state):
        centroids = update(points[rows], state.labels[rows], state.centroids.copy())
        return arguments.colours("centroids", centroids, len(state.centroids)).astype(float)

    return moved
