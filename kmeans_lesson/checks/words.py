"""Values and cases, in a few words."""

import numpy as np

from kmeans_lesson.checks.exercise import rows

SHOWN = 24  # numbers that are written out


class Thing:
    """What a function returned, in words, if it is neither an array nor None."""

    def __init__(self, value):
        self.words = kind_of(value)


def show(exercise, trial):
    """Show a case, with what was expected and what came: one row of it, if it is large."""
    lines = [f"The smallest case that shows it: {trial.words}."]
    for name, arg in zip(exercise.takes.split(", "), trial.args, strict=True):
        lines.append(f"    {name:10} {_numbers(arg)}")
    expected, got = exercise.right(trial.case), trial.got
    wanted = exercise.wanted(*trial.args) if exercise.wanted else _numbers(expected)
    if isinstance(got, np.ndarray) and got.shape == expected.shape and not exercise.wanted:
        wrong = np.flatnonzero(exercise.wrong_rows(got, trial.case))
        if expected.size > SHOWN and len(wrong):
            wanted = f"{_numbers(rows(expected)[wrong[0]])} in row {wrong[0]}"
            got = rows(got)[wrong[0]]
    lines.append(f"    {'expected':10} {wanted}")
    lines.append(f"    {'got':10} {_numbers(got)}")
    return "\n".join(lines)


def _numbers(value):
    """Write numbers shortly: whole ones without a point, others with two digits after it."""
    if isinstance(value, tuple):
        return str(value)
    if not isinstance(value, (np.ndarray, np.number, int, float)):
        return kind_of(value)
    if np.size(value) > SHOWN:
        return f"an array of shape {value.shape}"
    if np.ndim(value):
        return f"[{', '.join(_numbers(part) for part in value)}]"
    text = f"{float(value):.2f}"
    return text[:-3] if text.endswith(".00") else text


def kind_of(value):
    """Say in words what kind of value came."""
    if isinstance(value, Thing):
        return value.words
    if value is None:
        return "nothing (None)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}, which makes no array of numbers"
    if hasattr(value, "__next__"):
        return f"a {type(value).__name__}, which has no values yet: list() would fetch them"
    return f"a {type(value).__name__}"
