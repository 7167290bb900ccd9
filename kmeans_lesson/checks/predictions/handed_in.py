"""What was predicted, read from a notebook that was handed in."""

import re

from kmeans_lesson.checks.predictions import questions

TOLD = re.compile(r"^(\d\d-[\w-]+): (\S+), (?:right|wrong)$", re.MULTILINE)  # by `predict.score()`
WRITTEN = re.compile(r"\bpredict\(\s*[\"'](\d\d-[\w-]+)[\"']\s*,\s*[\"']?([^\"')]+)[\"']?\s*\)")


def chosen(notebook):
    """Return the first choices in a notebook, {"04-argmin": "b"}.

    They are read from the output of `predict.score()`, or else from cells with the choice in the
    call, `predict("04-argmin", "b")`. What is no choice of a question is left out.
    """
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    written = [pair for cell in cells for pair in WRITTEN.findall("".join(cell["source"]))]
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    told = [pair for data in shown for pair in TOLD.findall("".join(data.get("text/plain", "")))]
    return {name: choice for name, given in written + told if (choice := _read(name, given))}


def _read(name, given):
    try:
        return questions.find(name).read(given)
    except ValueError:
        return None
