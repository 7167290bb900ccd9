"""One's own program: the functions kept in `my_kmeans.py`, and the package's for the rest."""

import functools
from pathlib import Path

from kmeans_lesson.checks.own.alone import FILE
from kmeans_lesson.checks.own.keeping import EXERCISES, WRITTEN_IN, load, run


class Kept:
    """The nine functions of the lesson: one's own, and the package's for the rest.

    names: of all, in the order of the steps. own: those that are one's own. Each function gives an
    array or a number, also where one's own gives a list; `kmeans` gives centroids and labels, or
    None in the place of labels.
    """

    def __init__(self, own):
        self.names = [*EXERCISES]
        self.own = [name for name in EXERCISES if name in own]
        for name, exercise in EXERCISES.items():
            function = own.get(name) or exercise.ours or exercise.expected
            setattr(self, name, _reading(function, exercise))

    def __repr__(self):
        count = len(self.own) or "none"
        lines = [f"{FILE} holds {count} of the {len(EXERCISES)} functions."]
        for name, number in WRITTEN_IN.items():
            borrowed = f"borrowed from the package; notebook {number} asks for yours"
            lines.append(f"    {name:14}  {'yours' if name in self.own else borrowed}")
        return "\n".join(lines)


def _reading(function, exercise):
    """Return a function whose result is read as the check of the exercise reads it."""

    @functools.wraps(function)
    def read(*args, **named):
        result, labels = exercise.read(function(*args, **named), args)
        return (result, labels) if exercise.name == "kmeans" else result

    return read


def kept():
    """Return the functions of your own program, by name: those kept, and borrowed ones.

    Returns
    -------
    Kept
        Shown as a list that tells which are yours. `kept().assign` is your own, if it is kept.

    Raises
    ------
    ValueError
        If `my_kmeans.py` is there and does not run by itself.

    Examples
    --------
    >>> mine = kept()
    >>> mine.own, mine.assign([[9, 9, 9]], [[0, 0, 0], [10, 10, 10]]).tolist()
    ([], [1])
    """
    space = run(load(Path(FILE)))
    return Kept({name: space[f"my_{name}"] for name in EXERCISES if f"my_{name}" in space})
