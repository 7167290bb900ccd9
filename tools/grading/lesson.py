"""What there is to write in the lesson: its notebooks, and in each the exercises.

An exercise is a cell tagged `exercise`. Its first lines give the learner a name to fill, a function
or a number; what stands after them is the check, `check.NAME(my_NAME)` or a print of "right".
"""

import ast
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from kmeans_lesson.checks import exercises
from kmeans_lesson.checks.exercise import Exercise

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, eq=False)
class Task:
    """One exercise of one notebook."""

    notebook: str  # its number, as 04
    name: str  # assign, or for the second one of a notebook assign_2
    target: str  # the name that the learner fills, as my_assign
    cell: str  # the id of its cell
    given: str  # the line or function that is handed out, in normal form
    words: str  # the docstring of the function
    test: str  # the code that stands below it and says right or not yet
    exercise: Exercise | None  # what it is judged by, if not by that code
    solution: str

    @property
    def key(self):
        """Two words that no other exercise has."""
        return self.notebook, self.name


@dataclass
class Notebook:
    """A notebook of the lesson: the ids and sources of its code cells, and its exercises."""

    number: str
    title: str
    cells: list
    tasks: list = field(default_factory=list)


def load(root=ROOT):
    """Return the notebooks of the lesson by their numbers."""
    found = {}
    for path in sorted(root.glob("notebooks/[0-9][0-9]_*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [(c["id"], source_of(c)) for c in cells if c["cell_type"] == "code"]
        notebook = Notebook(path.name[:2], path.stem, code)
        for place, cell in enumerate(cells):
            if "exercise" in cell["metadata"].get("tags", []):
                notebook.tasks.append(_task(notebook, cell, cells[place + 1 :]))
        found[notebook.number] = notebook
    return found


def source_of(cell):
    """Return the source of a cell of a notebook file, which may be a text or a list of lines."""
    source = cell.get("source", cell.get("input", ""))
    text = source if isinstance(source, str) else "".join(source)
    return text.encode(errors="replace").decode()  # half a letter can neither be run nor shown


def _task(notebook, cell, below):
    source = source_of(cell)
    lines = ast.parse(source).body
    place = _learners_line(lines)
    target, check = bound(lines[place])[-1], lines[-1].value
    same = sum(task.target == target for task in notebook.tasks)
    name = target.removeprefix("my_") + (f"_{same + 1}" if same else "")
    judged = isinstance(check.func, ast.Attribute)  # check.NAME(my_NAME), not print(...)
    return Task(
        notebook=notebook.number,
        name=name,
        target=target,
        cell=cell["id"],
        given=ast.dump(lines[place]),
        words=words_of(lines[place]),
        test="\n".join(map(ast.unparse, lines[place + 1 :])),
        exercise=getattr(exercises, check.func.attr.upper()) if judged else None,
        solution=_solution(below),
    )


def _learners_line(lines):
    """Return the place of the line to fill: a function; else `name = ...`; else the last name."""
    functions = [i for i, line in enumerate(lines) if isinstance(line, ast.FunctionDef)]
    values = [i for i, line in enumerate(lines) if isinstance(line, ast.Assign)]
    dots = [i for i in values if ast.unparse(lines[i].value) == "..."]
    return (functions or dots or values)[-1]


def _solution(below):
    cell = next(c for c in below if "solution" in c["metadata"].get("tags", []))
    return re.search(r"```python\n(.*?)```", source_of(cell), flags=re.DOTALL)[1]


def words_of(line):
    """Return the docstring of a function, in one line, or nothing."""
    if isinstance(line, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return " ".join((ast.get_docstring(line) or "").split())
    return ""


def bound(line):
    """Return the names that one line of a cell, with all that stands in it, gives a value."""
    if isinstance(line, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [line.name]
    if isinstance(line, (ast.Import, ast.ImportFrom)):
        return [(name.asname or name.name).partition(".")[0] for name in line.names]
    if isinstance(line, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete)):
        nodes = ast.walk(line)
        return [n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)]
    inside = [bound(part) for part in ast.iter_child_nodes(line) if isinstance(part, ast.stmt)]
    nodes = [n for part in ast.iter_child_nodes(line) for n in _outside_statements(part)]
    names = [n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)]
    return names + [name for part in inside for name in part]


def _outside_statements(node):
    if isinstance(node, ast.stmt):
        return []
    inner = [n for part in ast.iter_child_nodes(node) for n in _outside_statements(part)]
    return [node, *inner]
