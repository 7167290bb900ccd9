"""Steps 3 and 4: choose K centroids, then assign and update, a fixed number of times.

This is the algorithm of Lloyd (1957, published 1982), exactly, in float64.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.colours import BLOCK, count, each_block, look_up


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
    Euclidean distance; a tie goes to the lowest index. |x - c|² = |x|² - 2 x·c + |c|², and |x|² is
    the same for every centroid, so one matrix product, (r, g, b, 1) times (-2c, |c|²), scores all
    of them.
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    weights = np.vstack([-2 * centroids.T, (centroids**2).sum(axis=1)])
    labels = np.empty(len(pixels), np.min_scalar_type(len(centroids) - 1))

    def work(rows):
        block = pixels[rows]
        homogeneous = np.ones((len(block), 4))
        homogeneous[:, :3] = block
        labels[rows] = (homogeneous @ weights).argmin(axis=1)

    each_block(work, len(pixels), max(1, BLOCK // len(centroids)))
    return labels


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
    return _means(*_cluster_sums(pixels, labels, counts, len(centroids)), centroids)


def _cluster_sums(pixels, labels, counts, k):
    """Add up each cluster: its size, (K,), and the sum of its pixels, (K, 3)."""

    def work(rows):
        weights = np.ones(len(labels[rows])) if counts is None else counts[rows]
        columns = [weights, *(weights * channel for channel in pixels[rows].T)]
        return np.array([np.bincount(labels[rows], column, k) for column in columns])

    sizes, *sums = sum(each_block(work, len(pixels)))
    return sizes, np.transpose(sums)


def _means(sizes, sums, centroids):
    """Divide the sums of all clusters by their sizes; an empty cluster keeps its centroid."""
    empty = sizes == 0
    return np.where(empty[:, None], centroids, sums / np.where(empty, 1, sizes)[:, None])


class State(NamedTuple):
    """A moment of a run: the labels are the nearest of the centroids, sizes and sums theirs."""

    centroids: np.ndarray
    labels: np.ndarray
    sizes: np.ndarray
    sums: np.ndarray

    def error(self, squares, centroids):
        """Return the mean squared error of these labels with any centroids, (K, 3).

        |x - c|² = |x|² - 2 x·c + |c|², and in a cluster the x add up to its sum: `squares` is the
        sum of |x|² of all pixels.
        """
        clusters = self.sizes @ (centroids**2).sum(axis=1) - 2 * (self.sums * centroids).sum()
        return max(squares + clusters, 0) / (3 * self.sizes.sum())  # not below 0 by rounding


def lloyd(points, counts, centroids, steps, assign=assign, update=update):
    """Assign, then update and assign once for each of the steps: the `State` after each assign."""
    state = _assigned(points, counts, centroids, assign)
    yield state
    for _ in steps:
        state = _assigned(points, counts, _moved(points, state, update), assign)
        yield state


def _assigned(points, counts, centroids, assign):
    k = len(centroids)
    labels = arguments.labels("labels", assign(points, centroids), len(points), k)
    return State(centroids, labels, *_cluster_sums(points, labels, counts, k))


def _moved(points, state, update):
    if update is PACKAGE[1]:
        return _means(state.sizes, state.sums, state.centroids)  # it has added up already
    moved = update(points, state.labels, state.centroids.copy())
    return arguments.colours("centroids", moved, len(state.centroids)).astype(float)


PACKAGE = (assign, update)  # and not a learner's own


def kmeans(pixels, centroids, iterations=10, progress=iter, assign=assign, update=update):
    """Assign and update `iterations` times, then assign once more: a `Run`.

    pixels is (N, 3); centroids, (K, 3), is the start; iterations is an integer of at least 0;
    ValueError otherwise. progress wraps the loop's range, as `tqdm.tqdm` does. The errors never
    rise. In a uint8 image the work is done once for each different colour, not for each pixel;
    an assign(pixels, centroids) and update(pixels, labels, centroids) of your own get all pixels.
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    iterations = arguments.integer("iterations", iterations, 0)
    points, counts, places = pixels, None, None
    if pixels.dtype == np.uint8 and (assign, update) == PACKAGE:
        points, counts, places = count(pixels)
    squares = sum_of_squares(points, counts)
    history, errors = [], []
    for state in lloyd(points, counts, centroids, progress(range(iterations)), assign, update):
        history.append(state.centroids)
        errors.append(state.error(squares, state.centroids))
    labels = state.labels if places is None else look_up(state.labels, places)
    return Run(state.centroids, labels, np.array(history), np.array(errors))


def sum_of_squares(points, counts):
    """Add up |x|² of all pixels; counts, (N,), says how often each row occurs (once, if None)."""

    def work(rows):
        squares = (points[rows].astype(float) ** 2).sum(axis=1)
        return squares.sum() if counts is None else counts[rows] @ squares

    return sum(each_block(work, len(points)))
