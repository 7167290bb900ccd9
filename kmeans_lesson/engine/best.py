"""The best palette that a short search finds.

The search looks at a coarse grid: the colours of the image cut into a few thousand cells, each one
point at the mean of its colours that counts as often as all of them. What it finds is then settled
on all colours. This is quicker than a run of K-means from many starts on the image, and better.
"""

from typing import NamedTuple

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.arithmetic import (
    add_up,
    add_up_again,
    homogeneous,
    lowest_of,
    means,
    shares,
    squared_distances,
    weights,
)
from kmeans_lesson.engine.blocks import BLOCK, each_block
from kmeans_lesson.engine.cells import by_cell
from kmeans_lesson.engine.colours import count, different, per_pixel
from kmeans_lesson.engine.plus_plus import plus_plus

POINTS, POINTS_EACH = 600, 32  # of the grid, at least: so many, and for each centroid so many more
STARTS = 3  # with k-means++, of which the best is searched on from
SWAPS, SWAPS_EACH = 200, 6  # after each start, at most: so many, and so many for each centroid
LONGER = 2  # times as many swaps at the end
ITERATIONS = 3  # on the grid, after each start and swap
HOPELESS = 0.25  # of a centroid's share of the error: a swap that is worse by more is given up
SETTLED, LIMIT = 1e-6, 40  # iterations on all colours: until one wins less than that of the error


class Grid(NamedTuple):
    """The cells that hold colours, each as one point."""

    totals: np.ndarray  # (4, M), the size of each and the sums of its channels
    points: np.ndarray  # (M, 3), the mean of each
    columns: np.ndarray  # (4, M) float32, (x, 1) of each, for quick scores
    square: float  # the sum of all |x|²


class Clusters(NamedTuple):
    """What an assign on the grid gives: the labels, the scores of the nearest, what they add to."""

    centroids: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    totals: np.ndarray


def best_centroids(pixels, k, seed=0):
    """Return the best K centroids that a short search finds: (K, 3) float64, all different.

    pixels is (N, 3) uint8; k is at least 1 and at most the number of different colours. The same
    seed, an integer of at least 0, finds the same centroids. ValueError otherwise.
    """
    pixels = arguments.colours("pixels", pixels)
    k, seed = arguments.integer("k", k, 1), arguments.integer("seed", seed, 0)
    if pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be of dtype uint8; got {pixels.dtype}")
    return best_of_counted(*count(pixels), k, seed)


def best_of_counted(colours, counts, k, seed):
    """Do the same where the colours are counted already, as `count` gives them."""
    arguments.at_most_colours(k, len(colours))
    return _settled(by_cell(colours, counts), searched(colours, counts, k, seed))


def searched(colours, counts, k, seed):
    """Return the best K centroids that the search on the grid finds: (K, 3) float64.

    colours is (M, 3) uint8, in Z-order, M at least k; counts, (M,), says how often each occurs.
    """
    rng = np.random.default_rng(seed)
    grid, swaps = _grid(colours, counts, POINTS + POINTS_EACH * k), min(SWAPS_EACH * k, SWAPS)
    starts = [_search(grid, _start(grid, k, rng), swaps, rng) for _ in range(STARTS)]
    found = min(starts, key=lambda clusters: _error(grid, clusters))
    return _search(grid, found, LONGER * swaps, rng).centroids


def _settled(assigned, centroids):
    """Iterate on all colours until little is won, and return the best centroids: (K, 3).

    Each goes twice as far as to the mean of its cluster, which takes fewer iterations: a leap that
    is too long for one is made good in the next (over-relaxation: Young, 1954).
    """
    last, state = np.inf, assigned(centroids)
    for _ in range(LIMIT):
        moved = means(state.totals[0], state.totals[1:], state.centroids)
        error = state.error(moved)
        if error < last:
            centroids = moved
        if error >= last * (1 - SETTLED):
            break
        last, state = error, assigned(2 * moved - state.centroids)
    return centroids


def _grid(colours, counts, wanted):
    """Cut the colours into cells, as large as leave the wanted number."""
    for side in (16, 12, 8, 6, 4, 3, 2, 1):
        cells = colours // side
        corners = different(cells)
        if len(corners) >= wanted:
            break
    labels = per_pixel(np.arange(len(corners)), corners, cells)
    sums = add_up(shares(colours, counts), labels, len(corners))
    points = (sums[1:] / sums[0]).T
    columns = homogeneous(points).T.astype(np.float32, order="C")
    return Grid(sums, points, columns, (sums[1:] * points.T).sum())


def _start(grid, k, rng):
    """Choose centroids with k-means++, and iterate."""
    return _iterated(grid, _assigned(grid, plus_plus(grid.points, grid.totals[0], k, rng)))


def _search(grid, best, swaps, rng):
    """Move one centroid to another place, time and again, and keep what is better.

    The local search of Lattanzi and Sohler (2019), with K-means after each swap as in the random
    swap of Fränti (2018).
    """
    k = len(best.centroids)
    if k == len(grid.points):
        return best
    tries, error = _swaps(grid, best, rng), _error(grid, best)
    for _ in range(swaps):
        trial = _assigned_again(grid, next(tries), best)
        trial = _iterated(grid, trial, error * (1 + HOPELESS / k))
        if _error(grid, trial) < error:
            best, error = trial, _error(grid, trial)
            tries = _swaps(grid, best, rng)
    return best


def _swaps(grid, clusters, rng):
    """Yield centroids of which one is moved to a point: (K, 3).

    The point is drawn by its share of the error, and the centroid taken that is missed least. Only
    a part of the centroids are asked, those whose clusters are small and close to another.
    """
    centroids, labels, _, (sizes, *_) = clusters
    points, counts, k = grid.points, grid.totals[0], len(centroids)
    apart = (centroids**2).sum(axis=1)[:, None] + homogeneous(centroids) @ weights(centroids)
    np.fill_diagonal(apart, np.inf)
    likely = (sizes * apart.min(axis=1)).argsort()[: 8 + k // 4]
    nearest = squared_distances(points.T, centroids.T.take(labels, 1))
    shares = (counts * nearest).cumsum()

    some = np.flatnonzero(np.isin(labels, likely))
    theirs, mine, counts, nearest = points[some], labels[some], counts[some], nearest[some]
    others = grid.columns[:, some].T @ weights(centroids).astype(np.float32)
    own = others[np.arange(len(some)), mine]
    others[np.arange(len(some)), mine] = np.inf
    second = nearest + lowest_of(others)[1] - own
    while True:
        point = points[shares.searchsorted(rng.random() * shares[-1], "right")]
        there = squared_distances(theirs.T, point)
        missed = counts * (np.minimum(second, there) - np.minimum(nearest, there))
        swapped = centroids.copy()
        swapped[likely[np.bincount(mine, missed, k)[likely].argmin()]] = point
        yield swapped


def _iterated(grid, clusters, hopeless=np.inf):
    """Update and assign a few times, until nothing moves or the error is hopeless."""
    for _ in range(ITERATIONS):
        centroids = means(clusters.totals[0], clusters.totals[1:], clusters.centroids)
        if _error(grid, clusters) > hopeless or (centroids == clusters.centroids).all():
            break
        clusters = _assigned_again(grid, centroids, clusters)
    return clusters


def _assigned(grid, centroids):
    """Assign all points of the grid: `Clusters`."""
    labels, lowest = _nearest(grid.columns, weights(centroids).astype(np.float32))
    return Clusters(centroids, labels, lowest, add_up(grid.totals, labels, len(centroids)))


def _assigned_again(grid, centroids, before):
    """Assign the points of the grid after some centroids have moved: `Clusters`.

    A point whose own centroid has stayed can only change to one that has moved.
    """
    moved = (centroids != before.centroids).any(axis=1)
    if 2 * moved.sum() > len(centroids):
        return _assigned(grid, centroids)
    weighed, labels = weights(centroids).astype(np.float32), before.labels.copy()
    among = weighed[:, moved].T @ grid.columns
    lowest = among.min(axis=0)
    closer = np.flatnonzero(lowest < before.scores)
    labels[closer] = np.flatnonzero(moved)[among[:, closer].argmin(axis=0)]
    lowest = np.minimum(lowest, before.scores)
    left = np.flatnonzero(moved[before.labels])
    labels[left], lowest[left] = _nearest(grid.columns[:, left], weighed)
    return Clusters(centroids, labels, lowest, add_up_again(grid.totals, labels, before))


def _nearest(columns, weighed):
    """Return the label of each point and the score of its nearest centroid."""
    labels, lowest = np.empty(columns.shape[1], np.intp), np.empty(columns.shape[1], np.float32)

    def work(rows):
        block = columns[:, rows].T @ weighed
        labels[rows], lowest[rows] = lowest_of(block)

    each_block(work, len(labels), 1 + BLOCK // weighed.shape[1])
    return labels, lowest


def _error(grid, clusters):
    """Return the error, as a sum, once the centroids are moved to the means of their clusters."""
    sizes, sums = clusters.totals[0], clusters.totals[1:]
    return grid.square - (sums**2 / np.maximum(sizes, 1)).sum()
