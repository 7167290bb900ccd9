"""The pages of a report: class.html for the teacher, and feedback/NAME.html for each student.

Every page is one file that needs no other and no network. What students write is shown, never run.
"""

import itertools
import re
import unicodedata
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grading import lesson
from grading.overview import class_view
from kmeans_lesson.formats.files import replace_file

HERE = Path(__file__).resolve().parent
LONGEST = 100  # bytes of a file's name, so that it fits everywhere
TAKEN_BY_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
MARKS = {  # what is drawn for a status, in this order, and what it means
    "right": "right",
    "wrong": "wrong",
    "error": "does not run",
    "timed out": "took too long",
    "borrowed": "the package's own",
    "missing": "missing",
}
TOLD = {  # to a student whose submission has this status
    "partly": "Not every exercise could be graded; below it stands which, and why.",
    "missing": "None of the exercises was found in what you handed in. Was it another file?",
    "timed out": "Your notebook took longer than is allowed, so a part of it was not run.",
    "unreadable": "Your file could not be read as a notebook. Open it in JupyterLab, save it, and "
    "hand in that file.",
}
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals |= {"marks": MARKS, "told": TOLD}


def write_pages(report, results, solutions=False):
    """Write class.html and feedback/, which then holds the pages of these results only."""
    results = [without_unmarked(result) for result in results]
    names = file_names([result["student"] for result in results])
    folder = report / "feedback"
    folder.mkdir(parents=True, exist_ok=True)
    for page in folder.glob("*.html"):
        page.unlink()
    solved = read_solutions() if solutions else {}
    for result, name in zip(results, names, strict=True):
        write_page(folder / name, "feedback.html", result | {"solutions": solved})
    links = [f"feedback/{quote(name)}" for name in names]
    write_page(report / "class.html", "class.html", class_view(results, links))


def without_unmarked(result):
    """Leave out the exercises for which the weights give no points."""
    return result | {"exercises": [e for e in result["exercises"] if e["of"] > 0]}


def write_page(path, template, view):
    """Fill a template and replace the page whole."""
    text = TEMPLATES.get_template(template).render(view)
    replace_file(path, text.encode("utf-8", errors="replace"))  # half a character becomes a "?"


# ------------------------------------------------------------ names of files


def file_names(students):
    """Return a file name for each student, with letters of any script, and no two alike."""
    names, taken = [], set()
    for student in students:
        stem = plain_name(student)
        for number in itertools.count(1):
            name = stem if number == 1 else f"{stem} ({number})"
            if name.casefold() not in taken:  # some systems take A and a for the same
                break
        taken.add(name.casefold())
        names.append(f"{name}.html")
    return names


def plain_name(student):
    """Return a name without what some system does not allow in the name of a file."""
    name = unicodedata.normalize("NFC", student)
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" or c in " -'.," else "_" for c in name)
    short = kept.encode()[:LONGEST].decode(errors="ignore").strip(" .")
    return f"_{short}" if TAKEN_BY_WINDOWS.match(short) else short or "_"


# ------------------------------------------------------------ a student


def blocks(answer):
    """Return the parts of a check's answer: (whether it is a table of numbers, its text)."""
    lines = answer.split("\n")
    groups = itertools.groupby(lines, lambda line: line.startswith("    "))
    return [(is_table, "\n".join(group)) for is_table, group in groups]


TEMPLATES.filters["blocks"] = blocks


def read_solutions():
    """Return the solutions of the lesson: {(notebook, exercise): code}."""
    return {t.key: t.solution for notebook in lesson.load().values() for t in notebook.tasks}
