"""The plane: pixels by two channels, and centroids to drag; its Python, JavaScript and CSS."""

from kmeans_lesson.live.plane.widget import live_plane

__all__ = ["live_plane"]
