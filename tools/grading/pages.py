"""The pages of a report: class.html for the teacher, and feedback/NAME.html for each student.

Every page is one file that needs no other and no network. What students write is shown, never run.
"""

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import quote

import mistune
import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kmeans_lesson.formats.files import replace_file
from teaching import what_to_show

HERE = Path(__file__).resolve().parent
NOTEBOOKS = HERE.parent.parent / "notebooks"
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
MARKDOWN = mistune.create_markdown()


def write_pages(report, results, solutions=False):
    """Write class.html and the feedback pages; of an earlier run no feedback page is left."""
    results = sorted(results, key=lambda result: result["student"].casefold())
    names = file_names([result["student"] for result in results])
    folder = report / "feedback"
    folder.mkdir(parents=True, exist_ok=True)
    solved = read_solutions() if solutions else {}
    for result, name in zip(results, names, strict=True):
        parts = [
            exercise | {"solutions": solved_for(exercise, solved)}
            for exercise in result["exercises"]
        ]
        write_page(folder / name, "feedback.html", result | {"exercises": parts})
    for page in folder.glob("*.html"):
        if page.name not in names:
            page.unlink()
    links = [f"feedback/{quote(name)}" for name in names]
    write_page(report / "class.html", "class.html", class_view(results, links))


def to_html(text):
    """Return Markdown of the lesson's own, from TEACHING.md or a solution, as HTML."""
    return Markup(MARKDOWN(text))


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


# ------------------------------------------------------------ the class


def class_view(results, links):
    """Return what the page of the class shows."""
    columns = exercises_of(results)
    rows = []
    for result, link in zip(results, links, strict=True):
        done = {key_of(exercise): exercise for exercise in result["exercises"]}
        rows.append({"result": result, "link": link, "cells": [done.get(c) for c in columns]})
    counts = [
        Counter(row["cells"][i]["status"] for row in rows if row["cells"][i])
        for i in range(len(columns))
    ]
    return {
        "rows": rows,
        "columns": columns,
        "notebooks": [
            (n, len([*group])) for n, group in itertools.groupby(columns, lambda c: c[0])
        ],
        "right": [count["right"] for count in counts],
        "statuses": Counter(result["status"] for result in results).most_common(),
        "slips": slips_of(results),
        "unnamed": sum(is_unnamed(e) for result in results for e in result["exercises"]),
        "predictions": predictions_of(results),
        "notes": [row for row in rows if row["result"]["notes"] or row["result"]["also"]],
    }


def key_of(exercise):
    """Return what tells an exercise from others: its notebook and its name."""
    return exercise["notebook"], exercise["exercise"]


def exercises_of(results):
    """Return the exercises of all students, by notebook, and there in the order of the results."""
    keys = dict.fromkeys(key_of(e) for result in results for e in result["exercises"])
    return sorted(keys, key=lambda key: key[0])


def is_unnamed(exercise):
    """See whether an answer is wrong in a way that has no name."""
    return exercise["status"] == "wrong" and not exercise["slip"]


def slips_of(results):
    """Return the slips of the class, the most frequent first: who made it, where, what to show."""
    who, where = defaultdict(dict), defaultdict(Counter)
    for result in results:
        for exercise in result["exercises"]:
            if exercise["slip"]:
                slip = exercise["slip"], what_to_show(exercise["exercise"], exercise["slip"])
                who[slip][result["student"]] = None
                where[slip][key_of(exercise)] += 1
    slips = [
        {
            "name": name,
            "show": to_html(show),
            "who": [*who[name, show]],
            "where": [*where[name, show]],
        }
        for name, show in who
    ]
    return sorted(slips, key=lambda slip: (-len(slip["who"]), slip["name"]))


def predictions_of(results):
    """Return for each question how many students took which choice."""
    questions = defaultdict(Counter)
    for result in results:
        for question, choice in result["predictions"].items():
            questions[question][str(choice)] += 1
    return {question: sorted(questions[question].items()) for question in sorted(questions)}


# ------------------------------------------------------------ a student


def blocks(answer):
    """Return the parts of a check's answer: (whether it is a table of numbers, its text)."""
    lines = answer.split("\n")
    groups = itertools.groupby(lines, lambda line: line.startswith("    "))
    return [(is_table, "\n".join(group)) for is_table, group in groups]


TEMPLATES.filters["blocks"] = blocks


def read_solutions():
    """Return the solutions of the lesson as HTML: {(notebook, exercise): [solution, ...]}."""
    solutions = defaultdict(list)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        names = []
        for cell in nbformat.read(path, as_version=4).cells:
            tags = cell.metadata.get("tags", [])
            if "exercise" in tags:
                names = re.findall(r"check\.(\w+)\(", cell.source)
            elif "solution" in tags:
                text = re.search(r"(?s)</summary>(.*)</details>", cell.source).group(1)
                for name in names:
                    solutions[path.name[:2], name].append(to_html(text))
    return solutions


def solved_for(exercise, solutions):
    """Return the solutions of an exercise, or none."""
    return solutions.get(key_of(exercise), [])
