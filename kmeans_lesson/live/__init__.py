"""The live widgets: the lab, with sliders for all that K-means changes, and the plane."""

from kmeans_lesson.live.lab import live_compare, live_lab, live_palette, live_start, live_steps
from kmeans_lesson.live.plane import live_plane

__all__ = ["live_compare", "live_lab", "live_palette", "live_plane", "live_start", "live_steps"]
