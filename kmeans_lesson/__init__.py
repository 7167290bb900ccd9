"""K-means compresses an image by reducing its colours: the seven steps, in their order."""

# ruff: noqa: I001, RUF022 - the names stand in the order of the steps
from kmeans_lesson.images import load_image, to_pixels
from kmeans_lesson.kmeans import init_centroids, assign, update, kmeans
from kmeans_lesson.images import reconstruct, save_image
from kmeans_lesson.compare import side_by_side

__all__ = [
    "load_image",
    "to_pixels",
    "init_centroids",
    "assign",
    "update",
    "kmeans",
    "reconstruct",
    "save_image",
    "side_by_side",
]
