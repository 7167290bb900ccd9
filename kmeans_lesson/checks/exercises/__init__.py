"""The exercises: for each, cases to try a function on, what is right, and the slips it can have."""

from kmeans_lesson.checks.exercises.assign import ASSIGN
from kmeans_lesson.checks.exercises.count_colours import COUNT_COLOURS
from kmeans_lesson.checks.exercises.init_centroids import INIT_CENTROIDS
from kmeans_lesson.checks.exercises.kmeans import KMEANS
from kmeans_lesson.checks.exercises.paper_bits import PAPER_BITS
from kmeans_lesson.checks.exercises.psnr import PSNR
from kmeans_lesson.checks.exercises.reconstruct import RECONSTRUCT
from kmeans_lesson.checks.exercises.to_pixels import TO_PIXELS
from kmeans_lesson.checks.exercises.update import UPDATE

__all__ = [
    "ASSIGN",
    "COUNT_COLOURS",
    "INIT_CENTROIDS",
    "KMEANS",
    "PAPER_BITS",
    "PSNR",
    "RECONSTRUCT",
    "TO_PIXELS",
    "UPDATE",
]
