"""The exercises: for each, cases to try a function on, what is right, and the slips it can have."""

from kmeans_lesson.exercises.bits import PAPER_BITS
from kmeans_lesson.exercises.colours import COUNT_COLOURS
from kmeans_lesson.exercises.decibels import PSNR
from kmeans_lesson.exercises.image import RECONSTRUCT
from kmeans_lesson.exercises.labels import ASSIGN
from kmeans_lesson.exercises.loop import KMEANS
from kmeans_lesson.exercises.means import UPDATE
from kmeans_lesson.exercises.pixels import TO_PIXELS
from kmeans_lesson.exercises.start import INIT_CENTROIDS

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
