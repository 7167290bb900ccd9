"""Steps 3 and 4: choose K centroids, then assign and update, a fixed number of times.

This is K-means in the form of Lloyd (1957, published 1982), in float64. Read it from top to bottom:
a start, the two half-steps, and the loop around them.
"""

from dataclasses import dataclass

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.arithmetic import label_type, means, scores, weights
from kmeans_lesson.engine.blocks import BLOCK, each_block
from kmeans_lesson.engine.colours import count
from kmeans_lesson.engine.lloyd import kmeans_by_colour
from kmeans_lesson.engine.plus_plus import plus_plus


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
    """Choose K different colours of the image at random.

    Parameters
    ----------
    pixels : (N, 3) array of numbers
    k : int, from 1 to the number of different colours
    seed : int, at least 0
        The same seed draws the same centroids.
    method : "random" or "k-means++"
        "random" draws pixels; one whose colour was drawn before is passed over, because of two
        equal centroids one would start without pixels. "k-means++" draws colours far from each
        other (Arthur and Vassilvitskii, 2007).

    Returns
    -------
    (K, 3) float64, all different

    Raises
    ------
    ValueError
        If an argument is not as above; the sentence says which.

    Examples
    --------
    >>> init_centroids([[0, 0, 0], [9, 9, 9], [9, 9, 9]], k=2).tolist()
    [[9.0, 9.0, 9.0], [0.0, 0.0, 0.0]]
    """
    pixels = arguments.colours("pixels", pixels)
    k, seed = arguments.integer("k", k, 1), arguments.integer("seed", seed, 0)
    rng = np.random.default_rng(seed)
    if method == "k-means++":
        colours, counts = _count_at_least(k, pixels)
        return plus_plus(colours, counts, k, rng)
    if method != "random":
        raise ValueError(f'method must be "random" or "k-means++"; got {method!r}')
    drawn = pixels[rng.integers(len(pixels), size=32 * min(k, len(pixels)))]
    _, first = np.unique(drawn, axis=0, return_index=True)
    if len(first) >= k:
        return drawn[np.sort(first)[:k]].astype(float)
    # Those draws were too alike, as in flat art: draw from the list of all different colours.
    colours, counts = _count_at_least(k, pixels)
    return rng.choice(colours, k, replace=False, p=counts / counts.sum()).astype(float)


def _count_at_least(k, pixels):
    """Count the different colours, (M, 3) and (M,), in rising order; refuse fewer than k."""
    if pixels.dtype == np.uint8:
        colours, counts = count(pixels)
        order = np.lexsort(colours.T[::-1])
        colours, counts = colours[order], counts[order]
    else:
        colours, counts = np.unique(pixels, axis=0, return_counts=True)
    arguments.at_most_colours(k, len(colours))
    return colours, counts


def assign(pixels, centroids):
    """Label every pixel with its nearest centroid; a tie goes to the lowest label.

    Parameters
    ----------
    pixels : (N, 3) array of numbers
    centroids : (K, 3) array of numbers

    Returns
    -------
    (N,) labels from 0 to K - 1, in the smallest unsigned type that holds them

    Raises
    ------
    ValueError
        If an argument is not as above; the sentence says which.

    Examples
    --------
    >>> assign([[10, 10, 10], [200, 0, 0]], [[0, 0, 0], [255, 0, 0]]).tolist()
    [0, 1]
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    labels, origin = np.empty(len(pixels), label_type(len(centroids))), _origin(pixels)
    weighed = weights(centroids - origin)

    def work(rows):
        # |x - c|² = |x|² - 2 x·c + |c|², and |x|² is the same for every centroid c. The rest is one
        # matrix product, (x, 1)·(-2c, |c|²), and the nearest centroid has the lowest score.
        labels[rows] = scores(pixels[rows] - origin, weighed).argmin(axis=1)

    each_block(work, len(pixels), max(1, BLOCK // len(centroids)))
    return labels


def update(pixels, labels, centroids, counts=None):
    """Move every centroid to the mean of its pixels; one without pixels stays where it is.

    Parameters
    ----------
    pixels : (N, 3) array of numbers
    labels : (N,) array of integers from 0 to K - 1
    centroids : (K, 3) array of numbers
    counts : (N,) array of numbers of at least 0, optional
        How often each row of pixels occurs; once, if they are left out.

    Returns
    -------
    (K, 3) float64

    Raises
    ------
    ValueError
        If an argument is not as above; the sentence says which.

    Examples
    --------
    >>> update([[0, 0, 0], [10, 20, 30]], [0, 0], [[9, 9, 9], [7, 7, 7]]).tolist()
    [[5.0, 10.0, 15.0], [7.0, 7.0, 7.0]]
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    labels = arguments.labels("labels", labels, len(pixels), len(centroids))
    counts = np.ones(len(pixels)) if counts is None else counts
    counts = arguments.counts("counts", counts, len(pixels))
    k, origin = len(centroids), _origin(pixels)
    sizes = np.bincount(labels, counts, k)
    channels = zip(pixels.T, origin, strict=True)
    sums = np.array([np.bincount(labels, counts * (x - zero), k) for x, zero in channels])
    return means(sizes, sums, centroids, origin)


def _origin(pixels):
    """Return where to measure from, (3,): among pixels far from zero, |x|² would hide distances.

    It is a pixel in their midst, so that whole numbers stay whole. Those of an image lie near zero.
    """
    if pixels.dtype == np.uint8:
        return np.zeros(3)
    some = pixels[:: 1 + len(pixels) // 1000].astype(float)
    return some[((some - some.mean(axis=0)) ** 2).sum(axis=1).argmin()]


def kmeans(pixels, centroids, iterations=10, progress=iter, assign=None, update=None):
    """Assign and update, a fixed number of times, then assign once more.

    Parameters
    ----------
    pixels : (N, 3) array of numbers
    centroids : (K, 3) array of numbers
        The start, as `init_centroids` gives it.
    iterations : int, at least 0
    progress : callable, optional
        Wraps the range of the loop, as `tqdm.tqdm` does.
    assign, update : callables, optional
        Functions of your own, in the place of `assign` and `update`; they get copies.

    Returns
    -------
    Run
        Its labels belong to its centroids. Its errors never rise. For uint8 pixels it is the same
        on every machine; for others, machines can differ in the last digits.

    Raises
    ------
    ValueError
        If an argument is not as above; the sentence says which.

    Examples
    --------
    >>> run = kmeans([[0, 0, 0], [2, 0, 0], [9, 0, 0]], [[0, 0, 0], [9, 0, 0]], iterations=1)
    >>> run.centroids.tolist(), run.labels.tolist()
    ([[1.0, 0.0, 0.0], [9.0, 0.0, 0.0]], [0, 0, 1])
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    steps = progress(range(arguments.integer("iterations", iterations, 0)))
    if pixels.dtype == np.uint8 and assign is None and update is None:
        return Run(*kmeans_by_colour(pixels, centroids, steps))  # the same, only faster

    assign, update = _half_steps(assign, update)
    labels = assign(pixels, centroids)
    history, errors = [centroids], [_error(pixels, labels, centroids)]
    for _ in steps:
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
        history.append(centroids)
        errors.append(_error(pixels, labels, centroids))
    return Run(centroids, labels, np.array(history), np.array(errors))


def _half_steps(own_assign, own_update):
    """Return assign and update, or a learner's own, which get copies; their results are checked."""

    def checked_assign(pixels, centroids):
        labels = own_assign(pixels.copy(), centroids.copy())
        labels = arguments.labels("labels", labels, len(pixels), len(centroids))
        return labels.astype(label_type(len(centroids)))

    def checked_update(pixels, labels, centroids):
        moved = own_update(pixels.copy(), labels.copy(), centroids.copy())
        return arguments.colours("centroids", moved, len(centroids)).astype(float)

    return checked_assign if own_assign else assign, checked_update if own_update else update


def _error(pixels, labels, centroids):
    """Return the mean squared error, over pixels and channels."""

    def work(rows):
        return ((pixels[rows] - centroids[labels[rows]]) ** 2).sum()

    return sum(each_block(work, len(pixels))) / pixels.size
