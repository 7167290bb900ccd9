"""Checks: whether a learner's own function is right, and if not, which slip is in it.

    from kmeans_lesson import checks as check

    check.assign(my_assign)

The answer is one of: not written yet, does not run, wrong kind, a slip by its name with a hint,
nearly, not yet, borrowed (it calls the package's own), and right, with how fast it is. It is shown
as the value of the cell; the notebook stays as it is.

`predict("04-argmin")` asks for a prediction, before there is a result to see.
"""

from kmeans_lesson.checks import exercises
from kmeans_lesson.checks.judge import Answer, judge
from kmeans_lesson.checks.predictions import predict

__all__ = [
    "Answer",
    "assign",
    "count_colours",
    "init_centroids",
    "kmeans",
    "paper_bits",
    "predict",
    "psnr",
    "reconstruct",
    "to_pixels",
    "update",
]


def count_colours(function):
    """Check a count_colours(image): (H, W, 3) -> how many different colours it has."""
    return judge(function, exercises.COUNT_COLOURS)


def to_pixels(function):
    """Check a to_pixels(image): (H, W, 3) -> (H*W, 3)."""
    return judge(function, exercises.TO_PIXELS)


def init_centroids(function):
    """Check an init_centroids(pixels, k, seed): K different colours of the pixels, (K, 3)."""
    return judge(function, exercises.INIT_CENTROIDS)


def assign(function):
    """Check an assign(pixels, centroids): (N, 3), (K, 3) -> (N,) labels."""
    return judge(function, exercises.ASSIGN)


def update(function):
    """Check an update(pixels, labels, centroids): -> (K, 3); an empty cluster keeps its own."""
    return judge(function, exercises.UPDATE)


def kmeans(function):
    """Check a kmeans(pixels, centroids, iterations): -> (K, 3), or with labels (N,)."""
    return judge(function, exercises.KMEANS)


def reconstruct(function):
    """Check a reconstruct(labels, centroids, shape): -> (H, W, 3) uint8."""
    return judge(function, exercises.RECONSTRUCT)


def paper_bits(function):
    """Check a paper_bits(n, k): bits on paper of n pixels in k colours, n log2 k + 24 k."""
    return judge(function, exercises.PAPER_BITS)


def psnr(function):
    """Check a psnr(original, compressed): -> decibels."""
    return judge(function, exercises.PSNR)
