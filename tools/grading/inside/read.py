"""Read the notebooks of a submission: their cells, and which notebook of the lesson each one is."""

import json
import re
from collections import Counter, defaultdict

from grading.inside.needed import names_in
from grading.lesson import source_of
from kmeans_lesson.checks.predictions.handed_in import chosen

NAMED = r"(?m)^\s*(?:def\s+)?(\w+)(?=\(.*:|\s*=[^=])"  # as far as can be told without parsing


def content_of(data):
    """Read what is in a notebook file."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("It is not a text file, as a notebook is.") from None
    except RecursionError:
        raise ValueError("It is no notebook: it is nested too deep.") from None
    except ValueError as error:
        words = f"It is no whole notebook: {error}." if data.strip() else "It is empty."
        raise ValueError(words) from None


def cells_of(content):
    """Return the code cells of a notebook: a list of (id, source)."""
    try:
        cells = content["cells"] if "cells" in content else content["worksheets"][0]["cells"]
        kernel = (content.get("metadata") or {}).get("kernelspec") or {}
        language = kernel.get("language") or "python"
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        found = [(str(cell.get("id", "")), source_of(cell)) for cell in code]
    except (KeyError, IndexError, TypeError, AttributeError):
        raise ValueError("It is no notebook: it has no cells.") from None
    if language.lower() != "python":
        raise ValueError(f"It is a notebook in another language, {language}.")
    return found


def predictions_of(content):
    """Return what was predicted in a notebook, {question: choice}."""
    try:
        return chosen(content)
    except (KeyError, TypeError, AttributeError):  # an old or odd notebook
        return {}


def number_of(cells, notebooks):
    """Find which notebook of the lesson this one was: by its cells, then by its functions."""
    sources = {number: {s.strip() for _, s in n.cells} for number, n in notebooks.items()}
    often = Counter(source for known in sources.values() for source in known)
    mine = {source.strip() for _, source in cells}
    own = {number: sum(often[s] == 1 for s in known & mine) for number, known in sources.items()}
    if max(own.values(), default=0) > 0:
        return max(own, key=own.get)
    names = {name for _, source in cells for name in named_in(source)}
    tasks = {number: {task.target for task in n.tasks} for number, n in notebooks.items()}
    best = max(tasks, key=lambda number: len(tasks[number] & names), default=None)
    return best if best and tasks[best] & names else None


def named_in(source):
    """Return the names that a cell gives a value, also where it cannot be read as Python."""
    known = names_in(source)
    return known[0] if known else set(re.findall(NAMED, source))


def latest(read, notebooks):
    """Choose of each notebook the latest one that was worked in: {file: the others of it}."""
    same = defaultdict(list)
    for file, (_, number) in read.items():
        same[number or file].append(file)
    chosen = {}
    for number, files in same.items():
        given = given_in(notebooks, number)
        worked = [f for f in files if any(s.strip() not in given for _, s in read[f][0])]
        last = (worked or files)[-1]
        chosen[last] = [file for file in files if file != last]
    return chosen


def given_in(notebooks, number):
    """Return the cells that are handed out in a notebook, if it is one of the lesson's."""
    return {s.strip() for _, s in notebooks[number].cells} if number in notebooks else set()
