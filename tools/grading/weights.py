"""Points for each exercise: REPORT/weights.toml, written once and the teacher's from then on."""

import json
import math
import tomllib

from kmeans_lesson.formats.files import replace_file

NAME = "weights.toml"
HEAD = """\
# Points for each exercise that is right, by the number of its notebook. Change them and run the
# same command again: the points are counted anew, and nothing is run twice.
"""


def load(report, notebooks):
    """Read the points: {(notebook, exercise): points}; None where they are not written yet."""
    path = report / NAME
    if not path.exists():
        return None
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        points = {(n, name): p for n, named in read.items() for name, p in named.items()}
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{path} cannot be read: {error}; delete it to have it anew") from None
    known = {task.key for notebook in notebooks.values() for task in notebook.tasks}
    for key, value in points.items():
        where = f"{path}: {key[1]} of [{key[0]}]"
        if key not in known:
            raise ValueError(f"{where} is no exercise of the lesson")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not _fits(value):
            raise ValueError(f"{where} must be a number of points from 0 on; got {value!r}")
    return points


def _fits(value):
    return math.isfinite(value) and value >= 0


def default(notebooks, handed_in):
    """Return one point for each exercise of the notebooks that anyone has handed in."""
    tasks = [task for notebook in notebooks.values() for task in notebook.tasks]
    return {task.key: int(task.notebook in handed_in) for task in tasks}


def save(report, points):
    """Write the points for the teacher to change."""
    text, before = HEAD, ""
    for (number, name), value in points.items():
        text += f"\n[{number}]\n" if number != before else ""
        text += f"{name} = {value}\n"
        before = number
    replace_file(report / NAME, text.encode())


def apply(result, points):
    """Count the points of a student's result anew; say whether anything has changed."""
    before = json.dumps(result)
    for exercise in result["exercises"]:
        exercise["of"] = float(points.get((exercise["notebook"], exercise["exercise"]), 0))
        exercise["points"] = exercise["of"] if exercise["status"] == "right" else 0.0
    result["points"] = math.fsum(exercise["points"] for exercise in result["exercises"])
    result["of"] = math.fsum(exercise["of"] for exercise in result["exercises"])
    return json.dumps(result) != before
