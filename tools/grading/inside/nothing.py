"""Stands in for figures and widgets: a submission is judged, not looked at."""

import sys
from types import ModuleType

SHOWN = ("kmeans_lesson.figures", "kmeans_lesson.live", "kmeans_lesson.checks.predictions.asked")


class Nothing:
    """Stands in for what is only shown: it can be called, and has every attribute."""

    def __call__(self, *_, **__):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self):
        return iter(())


def stand_in():
    """Take the place of all that only shows something, before anything imports it."""
    for name in SHOWN:
        module = ModuleType(name)
        module.__getattr__ = Nothing().__getattr__
        sys.modules[name] = module
