"""The project of TEACHING.md as a notebook, with fixed names for the functions.

With nbgrader's marks it is the instructor's version of an assignment, from which
`nbgrader generate_assignment` makes that of the students. It holds no solution.
"""

import re

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from rerun_notebooks import KERNEL
from teaching import rows, section

FIRST = """\
# Your palette

*A project, alone or in pairs. Keep this file's name and the names of the functions: they are \
looked for by them.*

**You need** the lesson. Put this notebook into its folder `my-lesson`, and your two images beside \
it."""
LAST = "*Kernel → Restart Kernel and Run All Cells*; then look at it all once more."
IMPORTS = """\
import numpy as np

from kmeans_lesson import assign, init_centroids, kmeans, load_image, reconstruct, save_image
from kmeans_lesson import side_by_side, to_pixels, update
from kmeans_lesson import checks as check
from kmeans_lesson.compare import file_sizes, mse, psnr"""
PREDICTIONS = """\
**Before I began:** I shall no longer see a difference from which K on? And which file will be \
smaller at the same PSNR, palette or JPEG? For the photo, and for the flat image:

…"""
IMAGES = """\
photo = load_image("photo.jpg")  # the names of your own files
flat = load_image("flat.png")"""
FUNCTIONS = {
    "my_assign(pixels, centroids)": "Return for every pixel the label of its nearest centroid.",
    "my_update(pixels, labels, centroids)": "Return the mean of every cluster; an empty one keeps "
    "its centroid.",
    "my_kmeans(pixels, centroids, iterations)": "Return the last centroids and their labels.",
}
AGREE = "# The same as the package on the 4 by 4 image, and on both of yours?"
TABLE = "# A row for each image and each K, over at least ten seeds; beside it a JPEG of that PSNR."
BREAK = "# Broken on purpose: which line, and what the image looks like then."
GAP = re.compile(r"(?m)^( *)(\.\.\.|…)$")  # what students write takes its place


def points():
    """Return the points of each row of the project's rubric."""
    return {row[0]: int(row[1]) for row in rows(section("Project"))}


def tasks():
    """Return the tasks of the project as TEACHING.md numbers them."""
    return re.findall(r"(?m)^\d+\. (.*)$", section("Project"))


def make_project():
    """Return the project's notebook, with the metadata by which nbgrader knows a cell."""
    first, own, measured, broken, judged = tasks()
    worth = points()
    cells = [
        _text(FIRST, "first"),
        _code(IMPORTS, "imports", locked=True),
        _text(f"## 1. Two images\n\n{first}", "task-1"),
        _answer(PREDICTIONS, "predictions", 0),
        _code(IMAGES, "images"),
        _text(f"## 2. Your own functions\n\n{own}", "task-2"),
        *_functions(worth["Own functions"]),
        _code(AGREE, "agree"),
        _text(f"## 3. Measure\n\n{measured}", "task-3"),
        _code(TABLE, "table"),
        _answer("**What the table says:**\n\n…", "measured", worth["Measured"]),
        _text(f"## 4. Break it\n\n{broken}", "task-4"),
        _code(BREAK, "break"),
        _answer("**What is seen, and why:**\n\n…", "broken", worth["Broken on purpose"]),
        _text(f"## 5. Choose\n\n{judged}", "task-5"),
        _answer("**My choice:**\n\n…", "judgement", worth["Judgement"]),
        _text(f"## At last\n\n{LAST}", "last"),
        _answer("**The seeds I used:**\n\n…", "runs", worth["It runs"]),
    ]
    return new_notebook(cells=cells, metadata=KERNEL)


def for_nbgrader(notebook):
    """Write into the cells what nbgrader goes by: its regions, and an error for what is wrong."""
    for cell in notebook.cells:
        cell.source = GAP.sub(r"\1### BEGIN SOLUTION\n\1\2\n\1### END SOLUTION", cell.source)
        if cell.source.startswith("answer = "):
            cell.source += "\nassert answer.right, answer.kind"
    return notebook


def _functions(worth):
    """Give for each function a cell to write it in, and one that checks it."""
    cells = []
    for head, gives in FUNCTIONS.items():
        mine = head.partition("(")[0]
        name = mine.removeprefix("my_")
        cells.append(_code(f'def {head}:\n    """{gives}"""\n    ...', name, solution=True))
        code, share = f"answer = check.{name}({mine})\nprint(answer)", worth // len(FUNCTIONS)
        cells.append(_code(code, f"check-{name}", locked=True, grade=True, points=share))
    return cells


def _text(source, name):
    return new_markdown_cell(source, id=name, metadata=_marks(name, locked=True))


def _answer(source, name, points):
    marks = _marks(name, solution=True, grade=True, points=points)
    return new_markdown_cell(source, id=name, metadata=marks)


def _code(source, name, **marks):
    return new_code_cell(source, id=name, metadata=_marks(name, **marks))


def _marks(name, grade=False, locked=False, solution=False, **points):
    """Return nbgrader's metadata of a cell."""
    marks = {"grade": grade, "locked": locked, "solution": solution, "task": False, **points}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **marks}}
