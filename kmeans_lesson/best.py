"""The best palette for a short search: on a coarse grid of colours first, then on all of them."""

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.colours import count
from kmeans_lesson.kmeans import by_colour, count_at_least, plus_plus
from kmeans_lesson.lloyd import lloyd, means, nearest, totals

CELLS = 4000
STARTS = 2
SWAPS = 60
ITERATIONS = 30


def best_centroids(pixels, k, seed=0):
    pixels = arguments.colours("pixels", pixels)
    k, seed = arguments.integer("k", k, 1), arguments.integer("seed", seed, 0)
    if pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be of dtype uint8; got dtype {pixels.dtype}")
    rng = np.random.default_rng(seed)
    colours, counts = count_at_least(k, pixels)
    points, sums = _grid(colours, counts, max(CELLS, 16 * k))

    def once():
        best = improved(plus_plus(points, sums[0], k, rng), 5)
        for _ in range(SWAPS):
            _, centroids, labels = best
            swapped = centroids.copy()
            far = sums[0] * ((points - centroids[labels]) ** 2).sum(axis=1)
            if far.sum() == 0:
                break
            swapped[rng.integers(k)] = points[rng.choice(len(points), p=far / far.sum())]
            best = min(best, improved(swapped, 2), key=lambda t: t[0])
        return best

    def improved(centroids, n):
        for _ in range(n):
            labels = nearest(points, centroids)
            all = np.array([np.bincount(labels, x, k) for x in sums])
            centroids = means(all, centroids)
        return -(all[1:] ** 2 / np.maximum(all[0], 1)).sum(), centroids, labels

    best = min((once() for _ in range(STARTS)), key=lambda t: t[0])
    return _settled(by_colour(colours, counts, k), best[1])


def _grid(colours, counts, wanted):
    for side in (8, 4, 2, 1):
        corners, _, cells = count(colours // side)
        if len(corners) >= wanted or side == 1:
            sums = totals(colours, cells, counts, len(corners))
            return (sums[1:] / sums[0]).T, sums


def _settled(assigned, centroids):
    """Iterate until nothing changes, at most ITERATIONS times."""
    for state in lloyd(assigned, centroids, range(ITERATIONS)):
        if np.array_equal(state.centroids, centroids) and state.centroids is not centroids:
            break
        centroids = state.centroids
    return state.centroids
