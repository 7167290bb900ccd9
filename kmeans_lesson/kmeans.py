"""Steps 3 and 4: choose K centroids, then assign and update, a fixed number of times.

This is the algorithm of Lloyd (1957, published 1982), exactly, in float64.
"""

from dataclasses import dataclass

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.cells import by_cell
from kmeans_lesson.colours import count, look_up
from kmeans_lesson.lloyd import by_point, lloyd, means, nearest, own_update, totals

MANY = 256  # centroids, for more of which `by_cell` takes too much memory


@dataclass(frozen=True)
class Run:
    """What `kmeans` found.

    centroids: (K, 3) float64, the final ones.
    labels: (N,) unsigned integers, the nearest final centroid of every pixel.
    history: (iterations + 1, K, 3) float64, the centroids at the start and after each iteration.
    errors: (iterations + 1,) float64, the mean squared error, over pixels and channels, of each.
    """

    centroids: np.ndarray
    labels: np.ndarray
    history: np.ndarray
    errors: np.ndarray


def init_centroids(pixels, k, seed=0):
    """Choose K different colours of the image, by drawing pixels at random: (K, 3) float64.

    pixels is (N, 3); k is at least 1 and at most the number of different colours; a pixel whose
    colour was drawn before is passed over, because twin centroids would leave a cluster empty.
    The same seed, an integer of at least 0, draws the same centroids. ValueError otherwise.
    """
    pixels = arguments.colours("pixels", pixels)
    k, seed = arguments.integer("k", k, 1), arguments.integer("seed", seed, 0)
    rng = np.random.default_rng(seed)
    drawn = pixels[rng.integers(len(pixels), size=32 * min(k, len(pixels)))]
    _, first = np.unique(drawn, axis=0, return_index=True)
    if len(first) >= k:
        return drawn[np.sort(first)[:k]].astype(float)
    # Those draws were too alike, as in flat art: draw from the list of all different colours.
    if pixels.dtype == np.uint8:
        colours, counts, _ = count(pixels)
    else:
        colours, counts = np.unique(pixels, axis=0, return_counts=True)
    if k > len(colours):
        raise ValueError(
            f"k must be at most the number of different colours in the image, "
            f"which is {len(colours)}; got {k}"
        )
    return rng.choice(colours, k, replace=False, p=counts / counts.sum()).astype(float)


def assign(pixels, centroids):
    """Label every pixel with its nearest centroid: (N,), the smallest unsigned type for K - 1.

    pixels is (N, 3), centroids is (K, 3), both finite numbers, or ValueError. Nearest is by squared
    Euclidean distance; a tie goes to the lowest index.
    """
    pixels = arguments.colours("pixels", pixels)
    return nearest(pixels, arguments.colours("centroids", centroids).astype(float))


def update(pixels, labels, centroids, counts=None):
    """Move every centroid to the mean of its pixels: (K, 3) float64.

    pixels is (N, 3); labels is (N,) integers in 0..K-1; centroids is (K, 3); counts, (N,), says how
    often each row of pixels occurs (once, if None). A centroid without pixels stays where it is.
    ValueError for anything else.
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    labels = arguments.labels("labels", labels, len(pixels), len(centroids))
    if counts is not None:
        counts = arguments.counts("counts", counts, len(pixels))
    return means(totals(pixels, labels, counts, len(centroids)), centroids)


OURS = (assign, update)


def kmeans(pixels, centroids, iterations=10, progress=iter, assign=assign, update=update):
    """Assign and update `iterations` times, then assign once more: a `Run`.

    pixels is (N, 3); centroids, (K, 3), is the start; iterations is an integer of at least 0;
    ValueError otherwise. progress wraps the loop's range, as `tqdm.tqdm` does. The errors never
    rise. In a uint8 image the work is done once for each different colour, not for each pixel.
    assign(pixels, centroids) and update(pixels, labels, centroids) may be your own.
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    steps = progress(range(arguments.integer("iterations", iterations, 0)))
    places = None
    if (assign, update) != OURS:
        moved = own_update(pixels, update)
        states = lloyd(by_point(pixels, None, assign), centroids, steps, moved)
    elif pixels.dtype == np.uint8:
        colours, counts, places = count(pixels)
        way = by_cell if len(centroids) <= MANY else by_point
        states = lloyd(way(colours, counts), centroids, steps)
    else:
        states = lloyd(by_point(pixels, None), centroids, steps)
    history, errors = [], []
    for state in states:
        history.append(state.centroids)
        errors.append(state.error(state.centroids))
    labels = state.labels if places is None else look_up(state.labels, places)
    return Run(state.centroids, labels, np.array(history), np.array(errors))
