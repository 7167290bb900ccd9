"""The live lab: sliders for K, the start and the iteration, and all that they change."""

from kmeans_lesson.live.lab import live_compare, live_lab, live_palette, live_start, live_steps

__all__ = ["live_compare", "live_lab", "live_palette", "live_start", "live_steps"]
