"""The best palette that a short search finds.

The search looks at a coarse grid: the colours of the image cut into a few thousand cells, each one
point at the mean of its colours that counts as often as all of them. What it finds is then settled
on all colours. This is far quicker than many runs of K-means on the image, and better.
"""

import math

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.colours import BLOCK, count, each_block
from kmeans_lesson.kmeans import by_colour, count_at_least, plus_plus
from kmeans_lesson.lloyd import State, lloyd, scores, totals, weights

POINTS, POINTS_EACH = 2000, 32  # of the grid, at least: so many, and for each centroid so many more
STARTS, FEW = 3, 32  # of more than a few centroids one long search finds more than three short ones
SWAPS = 12  # times the root of K, tried after each start
ITERATIONS = 3  # on the grid, after each start and swap
SETTLED = 3e-6  # of the error: an iteration on all colours that wins less is the last
LIMIT = 60  # iterations on all colours


def best_centroids(pixels, k, seed=0):
    """Return the best K centroids that a short search finds: (K, 3) float64, all different.

    pixels is (N, 3) uint8; k is at least 1 and at most the number of different colours. The same
    seed, an integer of at least 0, finds the same centroids. ValueError otherwise.
    """
    pixels = arguments.colours("pixels", pixels)
    k, seed = arguments.integer("k", k, 1), arguments.integer("seed", seed, 0)
    if pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be of dtype uint8; got {pixels.dtype}")
    rng = np.random.default_rng(seed)
    colours, counts = count_at_least(k, pixels)
    grid = _grid(colours, counts, POINTS + POINTS_EACH * k)
    found = min((_search(grid, k, rng) for _ in range(STARTS if k <= FEW else 1)), key=_error)
    last, assigned = np.inf, by_colour(colours, counts, k)
    for state in lloyd(assigned, found.centroids, range(LIMIT)):
        if _error(state) >= last * (1 - SETTLED):
            break
        last = _error(state)
    return state.centroids


def _grid(colours, counts, wanted):
    """Cut the colours into cells, as large as leave the wanted number: totals of each, (4, M)."""
    for side in (8, 6, 4, 3, 2, 1):
        corners, _, cells = count(colours // side)
        if len(corners) >= wanted:
            break
    return totals(colours, cells, counts, len(corners))


def _search(grid, k, rng):
    """Start with k-means++, swap centroids and keep what is better: a `State` of the grid."""
    points, assigned = (grid[1:] / grid[0]).T, _by_grid(grid)

    def iterated(centroids):
        *_, state = lloyd(assigned, centroids, range(ITERATIONS))
        return state

    best = iterated(plus_plus(points, grid[0], k, rng))
    swaps = _swaps(points, grid[0], best, rng)
    for _ in range(SWAPS * math.isqrt(k) if k < len(points) else 0):
        state = iterated(next(swaps))
        if _error(state) < _error(best):
            best, swaps = state, _swaps(points, grid[0], state, rng)
    return best


def _by_grid(grid):
    """Return a function that assigns the points of a grid: centroids -> `State`."""
    homogeneous = np.vstack([grid[1:] / grid[0], np.ones_like(grid[:1])]).T.copy()
    square = (grid[1:] ** 2 / grid[0]).sum()

    def assigned(centroids):
        k, weighed = len(centroids), weights(centroids)
        size = 1 + BLOCK // k
        blocks = np.split(homogeneous, range(size, len(homogeneous), size))
        labels = np.concatenate([(block @ weighed).argmin(axis=1) for block in blocks])
        sums = np.array([np.bincount(labels, part, k) for part in grid])
        return State(centroids, labels, sums, square)

    return assigned


def _swaps(points, counts, state, rng):
    """Yield centroids of which one is moved to a point, time and again: (K, 3).

    The point is drawn by its share of the error, and the centroid taken that is missed least: the
    local search of Lattanzi and Sohler (2019), with K-means after each swap as in the random swap
    of Fränti (2018).
    """
    centroids, labels, k = state.centroids, state.labels, len(state.centroids)
    nearest, second = np.empty((2, len(points)))

    def work(rows):
        distances = scores(points[rows], weights(centroids))
        distances += (points[rows] ** 2).sum(axis=1)[:, None]
        mine = np.arange(len(distances)), labels[rows]
        nearest[rows] = distances[mine].clip(0)
        distances[mine] = np.inf
        second[rows] = distances.min(axis=1)

    each_block(work, len(points), 1 + BLOCK // k)
    shares = (counts * nearest).cumsum()
    while True:
        point = points[shares.searchsorted(rng.random() * shares[-1], "right")]
        there = ((points - point) ** 2).sum(axis=1)
        missed = np.minimum(second, there) - np.minimum(nearest, there)
        swapped = centroids.copy()
        swapped[np.bincount(labels, counts * missed, k).argmin()] = point
        yield swapped


def _error(state):
    return state.error(state.centroids)
