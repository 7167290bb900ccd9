"""Steps 3 and 4: choose K centroids, then assign and update, a fixed number of times.

This is the algorithm of Lloyd (1957, published 1982), exactly, in float64.
"""

from dataclasses import dataclass

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.colours import blocks, count, look_up, pack, unpack

BLOCK = 2**15  # numbers worked on at a time: 256 kB, which stays in the processor's cache


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
        codes, counts = count(pack(pixels))
        colours = unpack(codes)
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
    Euclidean distance; a tie goes to the lowest index. |x - c|² = |x|² - 2 x·c + |c|², and
    |x|² is the same for every centroid, so one matrix product per block of pixels is enough.
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    slopes, offsets = -2 * centroids.T, (centroids**2).sum(axis=1)
    labels = np.empty(len(pixels), np.min_scalar_type(len(centroids) - 1))
    for rows in blocks(len(pixels), max(1, BLOCK // len(centroids))):
        scores = pixels[rows] @ slopes
        scores += offsets
        labels[rows] = scores.argmin(axis=1)
    return labels


def update(pixels, labels, centroids, counts=None):
    """Move every centroid to the mean of its pixels: (K, 3) float64.

    pixels is (N, 3); labels is (N,) integers in 0..K-1; centroids is (K, 3); counts, (N,), says how
    often each row of pixels occurs (once, if None). A centroid without pixels stays where it is.
    ValueError for anything else.
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    k = len(centroids)
    labels = arguments.labels("labels", labels, len(pixels), k)
    counts = np.ones(len(pixels)) if counts is None else counts
    counts = arguments.counts("counts", counts, len(pixels))
    sizes = np.bincount(labels, counts, k)
    sums = np.stack([np.bincount(labels, counts * channel, k) for channel in pixels.T], axis=1)
    filled = sizes > 0
    centroids[filled] = sums[filled] / sizes[filled, None]
    return centroids


def kmeans(pixels, centroids, iterations=10, progress=iter):
    """Assign and update `iterations` times, then assign once more: a `Run`.

    pixels is (N, 3); centroids, (K, 3), is the start; iterations is an integer of at least 0;
    ValueError otherwise. progress wraps the loop's range, as `tqdm.tqdm` does. The errors never
    rise. In a uint8 image the work is done once for each different colour, not for each pixel.
    """
    pixels = arguments.colours("pixels", pixels)
    centroids = arguments.colours("centroids", centroids).astype(float)
    iterations = arguments.integer("iterations", iterations, 0)
    by_colour = pixels.dtype == np.uint8
    if by_colour:
        codes = pack(pixels)
        colours, counts = count(codes)
        points = unpack(colours)
    else:
        points, counts = pixels, np.ones(len(pixels))
    labels = assign(points, centroids)
    history, errors = [centroids], [_mean_squared_error(points, labels, centroids, counts)]
    for _ in progress(range(iterations)):
        centroids = update(points, labels, centroids, counts)
        labels = assign(points, centroids)
        history.append(centroids)
        errors.append(_mean_squared_error(points, labels, centroids, counts))
    if by_colour:
        labels = look_up(codes, colours, labels)
    return Run(centroids, labels, np.array(history), np.array(errors))


def _mean_squared_error(points, labels, centroids, counts):
    total = 0.0
    for rows in blocks(len(points), BLOCK // 3):
        steps = np.take(centroids, labels[rows], axis=0)
        steps -= points[rows]
        steps *= steps
        total += (counts[rows] @ steps).sum()
    return total / (3 * counts.sum())
