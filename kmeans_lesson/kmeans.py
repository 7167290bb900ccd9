"""Steps 3 and 4: choose K centroids, then assign and update, a fixed number of times.

This is the algorithm of Lloyd (1957, published 1982), exactly, in float64.
"""

from dataclasses import dataclass

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.cells import by_cell
from kmeans_lesson.engine.colours import count, look_up
from kmeans_lesson.engine.lloyd import by_point, lloyd, means, nearest, own_update, totals

MANY = 1024  # centroids, for more of which `by_cell` takes too much memory


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


def init_centroids(pixels, k, seed=0, method="random"):
    """Choose K different colours of the image: (K, 3) float64.

    pixels is (N, 3); k is at least 1 and at most the number of different colours. "random" draws
    pixels at random; one whose colour was drawn before is passed over, because twin centroids would
    leave a cluster empty. "k-means++" draws colours far from each other, see `plus_plus`. The same
    seed, an integer of at least 0, draws the same centroids. ValueError otherwise.
    """
    pixels = arguments.colours("pixels", pixels)
    k, seed = arguments.integer("k", k, 1), arguments.integer("seed", seed, 0)
    rng = np.random.default_rng(seed)
    if method == "k-means++":
        return plus_plus(*count_at_least(k, pixels), k, rng)
    if method != "random":
        raise ValueError(f'method must be "random" or "k-means++"; got {method!r}')
    drawn = pixels[rng.integers(len(pixels), size=32 * min(k, len(pixels)))]
    _, first = np.unique(drawn, axis=0, return_index=True)
    if len(first) >= k:
        return drawn[np.sort(first)[:k]].astype(float)
    # Those draws were too alike, as in flat art: draw from the list of all different colours.
    colours, counts = count_at_least(k, pixels)
    return rng.choice(colours, k, replace=False, p=counts / counts.sum()).astype(float)


def count_at_least(k, pixels):
    """Count the different colours, (M, 3) and (M,); ValueError if there are fewer than k."""
    if pixels.dtype == np.uint8:
        colours, counts, _ = count(pixels)
    else:
        colours, counts = np.unique(pixels, axis=0, return_counts=True)
    if k > len(colours):
        raise ValueError(
            f"k must be at most the number of different colours in the image, "
            f"which is {len(colours)}; got {k}"
        )
    return colours, counts


def plus_plus(points, counts, k, rng):
    """Choose K of M different points, far from each other: (K, 3) float64.

    Each is drawn in proportion to its count times its squared distance from those chosen before
    (k-means++: Arthur and Vassilvitskii, 2007); of 2 + log K drawn, the one is chosen that leaves
    the smallest error (greedy, as scikit-learn does). points is (M, 3), counts is (M,).
    """
    channels = np.array(points.T, float, order="C")
    chosen, squared = [], np.ones(len(counts))
    for _ in range(k):
        shares = (counts * squared).cumsum()
        drawn = rng.random(2 + int(np.log(k)) if chosen else 1) * shares[-1]
        drawn = shares.searchsorted(drawn, "right")  # never one that has no share
        after = np.array([((channels - channels[:, [one]]) ** 2).sum(axis=0) for one in drawn])
        if chosen:
            after = np.minimum(after, squared)
        best = (after * counts).sum(axis=1).argmin()
        chosen.append(drawn[best])
        squared = after[best]
    return channels[:, chosen].T.copy()


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


def by_colour(colours, counts, k):
    """Return a function that assigns the different colours of an image to K centroids."""
    return (by_cell if k <= MANY else by_point)(colours, counts)


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
        states = lloyd(by_colour(colours, counts, len(centroids)), centroids, steps)
    else:
        states = lloyd(by_point(pixels, None), centroids, steps)
    history, errors = [], []
    for state in states:
        history.append(state.centroids)
        errors.append(state.error(state.centroids))
    labels = state.labels if places is None else look_up(state.labels, places)
    return Run(state.centroids, labels, np.array(history), np.array(errors))
