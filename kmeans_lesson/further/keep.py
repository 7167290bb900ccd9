"""K-means with some colours given: these stay as they are, and the others are found around them."""

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.colours import count, per_pixel
from kmeans_lesson.engine.lloyd import kmeans_of_counted
from kmeans_lesson.kmeans import Run, init_centroids


def centroids_with(kept, pixels, k, seed=0):
    """Return k centroids for a start: the kept colours, then pixels drawn at random: (K, 3).

    A pixel that has a kept colour is not drawn.

    >>> pixels = np.uint8([[0, 0, 0], [9, 9, 9], [9, 9, 9]])
    >>> centroids_with([[0, 0, 0]], pixels, k=2).tolist()
    [[0.0, 0.0, 0.0], [9.0, 9.0, 9.0]]
    """
    kept, k = arguments.colours("kept", kept).astype(float), arguments.integer("k", k, 1)
    if len(np.unique(kept, axis=0)) < len(kept):
        raise ValueError("the kept colours must differ; one of them comes twice")
    if len(kept) > k:
        raise ValueError(f"k must be at least the number of kept colours, {len(kept)}; got {k}")
    if len(kept) == k:
        return kept
    drawn = init_centroids(pixels, k, seed)
    others = drawn[~(drawn[:, None] == kept).all(axis=2).any(axis=1)]
    return np.concatenate([kept, others[: k - len(kept)]])


def kmeans_keeping(pixels, centroids, kept, iterations=10, progress=iter):
    """Run K-means in which the first `kept` centroids do not move: the constrained update.

    pixels: (N, 3) uint8. centroids: (K, 3), as `centroids_with` gives them. Returns a `Run`. Its
    errors never rise: each centroid that moves goes to the mean of its cluster, as in `kmeans`.

    >>> pixels = np.uint8([[0, 0, 0], [20, 20, 20], [90, 90, 90], [100, 100, 100]])
    >>> start = centroids_with([[0, 0, 0]], pixels, k=2)
    >>> kmeans_keeping(pixels, start, kept=1).centroids.tolist()
    [[0.0, 0.0, 0.0], [95.0, 95.0, 95.0]]
    """
    pixels = arguments.colours("pixels", pixels)
    if pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be of dtype uint8; got {pixels.dtype}")
    centroids = arguments.colours("centroids", centroids).astype(float)
    kept = arguments.integer("kept", kept, 0)
    steps = progress(range(arguments.integer("iterations", iterations, 0)))
    colours, counts = count(pixels)
    found = kmeans_of_counted(colours, counts, centroids, steps, kept=kept)
    centroids, labels, history, errors = found
    return Run(centroids, per_pixel(labels, colours, pixels), history, errors)
