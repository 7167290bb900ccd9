"""Keep a right function in `my_kmeans.py`, beside the notebook it was written in.

The file holds the learner's code and the imports it uses, nothing else, and can be imported by
itself. A function that is there stays until `keep` is asked to replace it.
"""

import sys
from dataclasses import replace
from pathlib import Path

from kmeans_lesson.checks import exercises
from kmeans_lesson.checks.judge import Answer, judge
from kmeans_lesson.checks.own import file
from kmeans_lesson.checks.own.alone import FILE, CannotStandAlone, parts
from kmeans_lesson.formats.files import replace_file
from kmeans_lesson.formats.kinds import ImageError

WRITTEN_IN = {  # in the order of the steps, the notebook in which each is written first
    "count_colours": "01",
    "to_pixels": "02",
    "init_centroids": "03",
    "kmeans": "04",
    "update": "04",
    "assign": "04",
    "reconstruct": "05",
    "paper_bits": "06",
    "psnr": "07",
}
EXERCISES = {name: getattr(exercises, name.upper()) for name in WRITTEN_IN}
NAMES = {f"my_{name}" for name in EXERCISES}
ORIGINALS = "these are the lesson's own notebooks. In your copy of them, my-lesson, it is kept"


def keep(function):
    """Keep a right function, such as my_assign, in the place of the one kept before."""
    name = getattr(function, "__name__", "")
    if name not in NAMES:
        wanted = ", ".join(sorted(NAMES))
        raise ValueError(f"function must be one of your own: {wanted}; got {name or function!r}")
    answer = judge(function, EXERCISES[name.removeprefix("my_")])
    if not answer.right:
        return replace(answer, text=f"{answer.text}\nNot kept, because it is not right yet.")
    return _told(answer, function, again=True)


def keep_right(answer, function, exercise):
    """Add to the answer of a check, if it is right and in a notebook, how the function is kept."""
    if not answer.right or not _in_notebook():
        return answer
    name = f"my_{exercise.name}"
    if getattr(function, "__name__", "") != name:
        return replace(answer, text=f"{answer.text}\nNot kept: only a function called {name} is.")
    return _told(answer, function, again=False)


def _in_notebook():
    """See whether a notebook asks, and not a script or a terminal."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and type(shell).__name__ != "TerminalInteractiveShell"


def _told(answer, function, again):
    try:
        words = _write(function, again)
    except (CannotStandAlone, ImageError) as error:
        words = f"Not kept: {error}."
    return Answer(answer.kind, f"{answer.text}\n{words}", answer.slip)


def _write(function, again):
    """Write a function into the file, unless another one is there; say which."""
    folder, name = Path.cwd(), function.__name__
    if folder.name == "notebooks" and (folder.parent / "tests").is_dir():
        raise CannotStandAlone(ORIGINALS)
    new, text = parts(function, NAMES - {name}), load(folder / FILE)
    run(text)
    found = file.statements(text)
    for other in sorted(n for n, source in new.items() if source is None):  # kept on its own
        if other not in dict(found):
            words = "do its exercise, and then run this cell once more"
            raise CannotStandAlone(f"{name} calls {other}, which is not kept yet: {words}")
        del new[other]
    there = name in dict(found)
    if there and not again and file.clashes(found, new):
        return f"Your {FILE} keeps another {name}. To put this one there: check.keep({name})"
    if there and new.keys() <= dict(found).keys() and not file.clashes(found, new):
        return f"Kept in {FILE}."
    found = file.without(found, name, sorted(NAMES - {name}))
    for other in file.clashes(found, new):
        words = "has another `{}` already: give yours a different name"
        raise CannotStandAlone(f"{FILE} {words.format(other)}")
    text = file.joined(found, new)
    run(text)
    replace_file(folder / FILE, text.encode())
    purpose = ", in the place of the one before" if there else ", for your own program in 13"
    return f"Kept in {FILE}{purpose}."


def load(path):
    """Return the text of the file, which is empty if there is no file."""
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeError) as error:
        words = "mend it or move it away"
        raise CannotStandAlone(f"{path.name} cannot be read ({error}): {words}") from error


def run(text):
    """Run the text of the file by itself, as an import does, and return what it defines."""
    space = {"__name__": FILE.removesuffix(".py")}
    try:
        exec(compile(text, FILE, "exec"), space)
    except (Exception, SystemExit) as error:  # it is the learner's code
        words = f"{type(error).__name__}: {error}"
        raise CannotStandAlone(f"{FILE} does not run by itself ({words})") from error
    return space
