"""Write a copy of the lesson to hand out to a class: `python lesson.py handout FOLDER [--key]`.

The students' copy has no outputs, so that a prediction is one, and no solutions. With --key the
notebooks are as they are here, to be given out when the exercises are done. With --project it is
the project of TEACHING.md, one notebook, and with --nbgrader the same for a course of nbgrader.
"""

import argparse
import re
import shutil
import sys
from functools import partial
from pathlib import Path

import nbformat

from new_folder import fill
from project import for_nbgrader, make_project
from rerun_notebooks import as_text, tidy
from working_copy import without_outputs

ROOT = Path(__file__).resolve().parent.parent
COPIED = [
    ".gitignore",
    "CITATION.cff",
    "GLOSSARY.md",
    "LICENSE",
    "LICENSE-CC-BY-4.0",
    "constraints.txt",
    "data",
    "environment.yml",
    "jupyter_server_config.json",
    "jupyterlab_settings.json",
    "kmeans_lesson",
    "lesson.py",
    "pyproject.toml",
]
FOR_STUDENTS = ["postBuild", "tools/working_copy.py"]  # a key is opened as it is
# What the README says to those who have the tests and TEACHING.md, a handout says in other words.
WRITE = """\
The functions that you will write are in the package, too: its source, in `kmeans_lesson`, can be \
read. Write yours first."""
READ = "The notebooks have their outputs, and a solution under each exercise."
OTHER_SECTIONS = {
    "Two commands": """\
## One command

All you need is Python 3.11 to 3.15 (a newer one is tried), on Linux, macOS or Windows. In the \
folder of this file,

```
python lesson.py
```

sets everything up, the first time, and opens the lesson in JupyterLab. Where the command `python` \
is missing, it is called `python3` or, on Windows, `py`.

{what}

""",
    "For teachers": "",
    "For maintainers": "",
}
HELP = {
    "key": "keep the outputs and the solutions",
    "project": "only the project, as a notebook",
    "nbgrader": "the same with nbgrader's marks, for the folder source/project of a course",
}
NOT_IN_A_KEY = {"Your own copy": "", "In other places": ""}  # they tell where to work


def for_students(notebook):
    """Take out of a notebook what gives an answer away: the solutions and all outputs."""
    notebook.cells = [c for c in notebook.cells if "solution" not in c.metadata.get("tags", [])]
    return without_outputs(notebook)


def readme(key):
    """Return the README without what a handout does not have."""
    sections = re.split(r"(?m)^(?=## )", (ROOT / "README.md").read_text(encoding="utf-8"))
    titles = [section.partition("\n")[0].removeprefix("## ") for section in sections]
    other = OTHER_SECTIONS | (NOT_IN_A_KEY if key else {})
    text = "".join(other.get(t, s) for t, s in zip(titles, sections, strict=True))
    return text.replace("{what}", READ if key else WRITE)


def write_lesson(folder, key):
    """Write the lesson into a folder that is there and empty."""
    leave = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in COPIED + ([] if key else FOR_STUDENTS):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        else:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / "README.md").write_text(readme(key), encoding="utf-8", newline="\n")
    (folder / "notebooks").mkdir()
    for path in ROOT.glob("notebooks/*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        text = as_text(notebook if key else for_students(notebook))
        (folder / "notebooks" / path.name).write_text(text, encoding="utf-8", newline="\n")


def write_project(folder, nbgrader):
    """Write the project's notebook."""
    notebook = for_nbgrader(make_project()) if nbgrader else tidy(make_project())
    (folder / "project.ipynb").write_text(as_text(notebook), encoding="utf-8", newline="\n")


PROJECT_REVEALS = (
    "no solution, but the lesson that it needs has the three functions in its package, and asks "
    "for them in notebook 04"
)
KINDS = {  # how each is written, what it is, and what it still reveals
    "students": (
        partial(write_lesson, key=False),
        "without outputs and solutions",
        "the package's source, with the functions of the exercises, what its checks take for "
        "right, and the answers to the predictions",
    ),
    "key": (partial(write_lesson, key=True), "with outputs and solutions", "everything"),
    "project": (partial(write_project, nbgrader=False), "the project alone", PROJECT_REVEALS),
    "nbgrader": (
        partial(write_project, nbgrader=True),
        "the project as nbgrader's source of an assignment",
        PROJECT_REVEALS,
    ),
}


def make(folder, kind="students"):
    """Make the handout in a new or empty folder, whole or not at all."""
    fill(folder, KINDS[kind][0])


def main(words):
    """Make the handout that the words of the command line ask for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python lesson.py handout", description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a new or empty folder")
    kinds = parser.add_mutually_exclusive_group()
    for kind, meaning in HELP.items():
        kinds.add_argument(f"--{kind}", dest="kind", action="store_const", const=kind, help=meaning)
    parser.set_defaults(kind="students")
    asked = parser.parse_args(words)
    try:
        make(asked.folder, asked.kind)
    except (OSError, ValueError) as error:
        print(f"No handout was made: {error}", file=sys.stderr)
        return 1
    _, what, reveals = KINDS[asked.kind]
    print(f"{asked.folder} is ready to hand out, {what}.")
    print(f"What it still reveals: {reveals}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
