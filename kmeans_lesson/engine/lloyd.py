"""The loop of K-means on the different colours of an image, and the arithmetic that it shares.

`kmeans.py` says the same in textbook form, for every pixel. Both use the lines here, so both give
equal results, bit for bit.
"""

from collections.abc import Callable
from typing import NamedTuple

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


def shares(points, counts):
    """Return what each point adds to a cluster, its count and its share of the sums: (4, N)."""
    return np.multiply(counts, np.vstack([np.ones(len(points)), points.T]))


def label_type(k):
    """Return the smallest unsigned type that holds the labels 0 to K - 1."""
    return np.min_scalar_type(k - 1)


def means(sizes, sums, centroids, origin=0):
    """Return the mean of each cluster, (K, 3), from its size, (K,), and its sums, (3, K).

    The sums are of distances from the origin. A cluster without points keeps its centroid.
    """
    empty = sizes == 0
    return np.where(empty[:, None], centroids, origin + (sums / np.where(empty, 1, sizes)).T)


class State(NamedTuple):
    """A moment of a run, after an assign.

    centroids: (K, 3). totals: (4, K), of each cluster its size and its sum of each channel.
    square: the sum of |x|² of all points. label: a function that gives the labels, (N,).
    """

    centroids: np.ndarray
    totals: np.ndarray
    square: float
    label: Callable

    @property
    def labels(self):
        """The label of each point: (N,)."""
        return self.label()

    def error(self, centroids):
        """Return the mean squared error of these labels with any centroids, (K, 3).

        |x - c|² = |x|² - 2 x·c + |c|², and the x of a cluster add up to its sum.
        """
        sizes, sums = self.totals[0], self.totals[1:].T
        clusters = sizes @ (centroids**2).sum(axis=1) - 2 * (sums * centroids).sum()
        return max(self.square + clusters, 0) / (3 * sizes.sum())  # rounding could make it negative


def lloyd(assigned, centroids, steps):
    """Assign, then update and assign once for each of the steps: a `State` after each assign."""
    state = assigned(centroids)
    yield state
    for _ in steps:
        state = assigned(means(state.totals[0], state.totals[1:], state.centroids))
        yield state
