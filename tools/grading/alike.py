"""Functions of two students that are equal but for their names: a hint to look, and no more."""

import ast
import textwrap
from collections import defaultdict

from kmeans_lesson.formats.files import replace_file

LONG = 60  # parts of a function; in shorter ones two students easily agree
WIDTH = 60  # characters of each column
HEAD = """\
Functions that are equal but for their names. That is a hint to look, and no more: short functions
agree by chance, and many take the same lines from a book or the same page.
"""


def alike(results, notebooks):
    """Return the groups of equal functions, each with its `sources`: {student: source}."""
    tasks = {task.key: task for notebook in notebooks.values() for task in notebook.tasks}
    known = {normal(task.solution) for task in tasks.values()}
    same = defaultdict(dict)
    for result in results:
        for exercise in result["exercises"]:
            form = normal(exercise["source"])
            if form and form not in known:
                key = exercise["notebook"], exercise["exercise"], form
                same[key][result["student"]] = exercise["source"]
    groups = [(key, sources) for key, sources in sorted(same.items()) if len(sources) > 1]
    return [{"notebook": key[0], "exercise": key[1], "sources": s} for key, s in groups]


def normal(source):
    """Return a function with its own names numbered and its words left out, or nothing."""
    try:
        functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    except (SyntaxError, ValueError, RecursionError):
        return ""
    if not functions or sum(1 for _ in ast.walk(functions[-1])) < LONG:
        return ""
    function = functions[-1]
    own = {function.name: "f"}
    for node in ast.walk(function):
        name = node.arg if isinstance(node, ast.arg) else getattr(node, "id", None)
        if isinstance(node, ast.arg) or isinstance(getattr(node, "ctx", None), ast.Store):
            own.setdefault(name, f"n{len(own)}")
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = own.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg, node.annotation = own[node.arg], None
    if ast.get_docstring(function):
        function.body = function.body[1:]
    function.name, function.returns = "f", None
    return ast.dump(function)


def write_alike(report, groups):
    """Write alike.txt: equal functions side by side, two and two."""
    text = HEAD
    for group in groups:
        (first, one), *others = group["sources"].items()
        for second, other in others:
            text += f"\n{group['notebook']} {group['exercise']}\n"
            text += _beside([first, "", *_lines(one)], [second, "", *_lines(other)])
    if not groups:
        text += "\nThere are none.\n"
    replace_file(report / "alike.txt", text.encode(errors="replace"))


def _lines(source):
    wrapped = [
        textwrap.wrap(line, WIDTH, drop_whitespace=False) or [""] for line in source.split("\n")
    ]
    return [line for lines in wrapped for line in lines]


def _beside(left, right):
    height = max(len(left), len(right))
    left, right = ([*column, *[""] * (height - len(column))] for column in (left, right))
    pairs = zip(left, right, strict=True)
    return "".join(f"{a:{WIDTH}}  {b}".rstrip() + "\n" for a, b in pairs)
