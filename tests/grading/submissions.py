"""Submissions as students hand them in, each with the marks it must get.

    python tests/grading/submissions.py FOLDER   writes them there, as four classes

What they wrote comes from the bank of answers of `tests/checks`: right ones, and slips by name.
"""

import ast
import json
import os
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BANK = ROOT / "tests" / "checks" / "answers"


@dataclass
class Made:
    """A submission: its files, {path in the class: bytes}, and what must become of it."""

    student: str
    files: dict
    marks: dict = field(default_factory=dict)  # {(notebook, exercise): status, or (status, slip)}
    status: str = "graded"  # or nothing, where it is partly on some systems
    note: str = ""  # what one of the notes must say


def answer(exercise, name, called=None):
    """Return the source of an answer of the bank, with all that it uses, under another name."""
    known, wanted, chosen = bank(exercise), [name], []
    while wanted:
        line = known.get(wanted.pop())
        if line is not None and line not in chosen:
            chosen.append(line)
            wanted += [node.id for node in ast.walk(line) if isinstance(node, ast.Name)]
    new = called or f"my_{exercise}"
    for line in chosen:
        if isinstance(line, ast.FunctionDef):
            line.decorator_list = []
            line.name = new if line.name == name else line.name
        for node in ast.walk(line):
            if isinstance(node, ast.Name) and node.id == name:
                node.id = new
    return "\n\n".join(map(ast.unparse, reversed(chosen)))


def bank(exercise):
    """Return the lines of a file of the bank, by the names they give."""
    known = {}
    for line in ast.parse((BANK / f"{exercise}.py").read_text(encoding="utf-8")).body:
        if isinstance(line, ast.ImportFrom) and line.module.startswith("answers."):
            other = bank(line.module.removeprefix("answers."))
            known = other | known
        for name in names_given(line):
            known[name] = line
    return known


def names_given(line):
    """Return the names that a line of the bank gives."""
    if isinstance(line, (ast.Import, ast.ImportFrom)):
        return [] if "answers" in ast.dump(line) else [n.asname or n.name for n in line.names]
    if isinstance(line, ast.Assign):
        return [node.id for node in line.targets if isinstance(node, ast.Name)]
    return [line.name] if isinstance(line, ast.FunctionDef) else []


def notebook(*sources):
    """Return a notebook of these cells; one may be (id, source)."""
    cells = []
    for place, source in enumerate(sources):
        name, source = source if isinstance(source, tuple) else (f"made-{place}", source)
        cell = {"cell_type": "code", "id": name, "source": source, "metadata": {}, "outputs": []}
        cells.append(cell | {"execution_count": None})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def handed_out(number, change):
    """Return a notebook of the lesson, of whose cells, {id: source}, `change` makes others."""
    (path,) = ROOT.glob(f"notebooks/{number}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = {c["id"]: "".join(c["source"]) for c in cells if c["cell_type"] == "code"}
    return notebook(*change(code).items())


def cells(number, *names):
    """Return the ids of the cells of exercises of a notebook of the lesson."""
    from grading import lesson

    ids = {task.name: task.cell for task in lesson.load()[number].tasks}
    return [ids[name] for name in names]


def filled(number, /, **written):
    """Return a notebook of the lesson with what was written for its exercises, by their names."""
    from grading import lesson

    cells = {task.cell: task for task in lesson.load()[number].tasks}

    def change(code):
        new = {}
        for name, source in code.items():
            task = cells.get(name)
            mine = written.get(task.name) if task else None
            new[name] = f"{mine}\n\n{task.test}" if mine else source
        return new

    return handed_out(number, change)


UPDATE = answer("update", "by_bincount")
FINE = {("04", "update"): "right"}
HEAD = "import numpy as np\nfrom kmeans_lesson import checks as check\nfrom kmeans_lesson import *"


def small(*cells):
    """Return a small notebook with a right update after the cells."""
    return notebook(HEAD, *cells, UPDATE)


def with_update(student, cell, status="graded", note="", **marks):
    """Make a submission of one odd cell and a right update."""
    marks = {("04", name): value for name, value in marks.items()}
    return Made(student, {f"{student}/04.ipynb": small(cell)}, FINE | marks, status, note)


def project_as_handed_out():
    """Return the notebook of the graded project, in which nothing is written yet."""
    import nbformat

    from project import make_project

    return nbformat.writes(make_project()).encode()


def by_hand():
    """Make the class that is in a folder, as a teacher collects it by hand."""
    ada = filled(
        "04",
        smaller="my_smaller = 500",
        kmeans=answer("kmeans", "while_loop"),
        update=UPDATE,
        assign=answer("assign", "centroid_by_centroid"),
        mine="mine = kmeans(pixels, start, iterations=10, assign=my_assign, update=my_update)",
    )
    slips = filled(
        "04",
        smaller="my_smaller = 400",
        kmeans=answer("kmeans", "one_more_before"),
        update=answer("update", "nans_3"),
        assign=answer("assign", "argmax"),
    )
    four = ("smaller", "kmeans", "update", "assign", "mine")
    endless = "def my_assign(pixels, centroids):\n    while True:\n        pass"
    crash = "def my_assign(pixels, centroids):\n    return distances.argmin(axis=1)"
    typo = answer("assign", "broadcast").replace("):", ")", 1)
    late = "def my_assign(pixels, centroids):\n    return squared_to(pixels, centroids).argmin(1)"
    helper = (
        "def squared_to(pixels, centroids):\n    return ((pixels[:, None] - centroids) ** 2).sum(2)"
    )
    reconstructs = [answer("reconstruct", n) for n in ("palette_first", "cut_off", "loops")]
    gone = "import os\nos._exit(3)"
    first, second = answer("assign", "broadcast"), answer("assign", "argmax")
    right_place = "def my_place(i, width):\n    return divmod(i, width)"

    def deleted(code):
        """Keep two exercises and nothing before them."""
        place, pixels = cells("02", "place", "to_pixels")
        return {"a": HEAD, place: right_place, pixels: answer("to_pixels", "order_f")}

    def merged(code):
        first, *others = cells("05", "reconstruct", "reconstruct_2", "reconstruct_3")
        return code | {first: "\n\n\n".join(reconstructs)} | dict.fromkeys(others, "")

    return [
        Made(
            "Ada Lovelace",
            {"Ada Lovelace/04_assign_and_update.ipynb": ada},
            {("04", name): "right" for name in four},
        ),
        Made(
            "Łukasz Żółć",
            {"Łukasz Żółć/mine.ipynb": slips},
            {
                ("04", "smaller"): "wrong",
                ("04", "mine"): "missing",
                ("04", "kmeans"): ("wrong", "runs one round too many"),
                ("04", "update"): ("wrong", "NaN for empty clusters"),
                ("04", "assign"): ("wrong", "argmax"),
            },
        ),
        with_update("李小龙", crash, assign="error"),
        with_update("محمد علي", endless, assign="timed out"),
        with_update("loop", "while True:\n    pass", "partly", "not come to an end"),
        with_update("sleep", "import time\ntime.sleep(10**6)", "partly", "not come to an end"),
        with_update("exit", "import sys\nsys.exit(1)"),
        with_update("gone", gone, "partly", "ends the whole process"),
        with_update(
            "gone inside",
            f"import os\ndef my_assign(pixels, centroids):\n    {gone[10:]}",
            "",
            assign="error",
        ),
        with_update("memory", "x = np.ones(50 * 2**27)", ""),
        with_update("prints", "for i in range(10**6):\n    print(i)"),
        with_update("asks", "name = input('Your name? ')"),
        with_update(
            "installs",
            f"!pip install colours\n%pip install colours\n{first}",
            note="pip install",
            assign="right",
        ),
        Made(
            "upside down",
            {
                "upside down/04.ipynb": notebook(
                    "my_smaller = int(np.array(500))",
                    UPDATE.replace("import numpy as np\n\n", ""),
                    HEAD,
                )
            },
            FINE | {("04", "smaller"): "right"},
            note="needs a cell that stands below it",
        ),
        with_update("magic", f"%%time\n{first}", assign="right"),
        with_update("typo", typo, assign="error"),
        with_update(
            "hopes",
            "check.assign = lambda f: print('Right')\n"
            "import kmeans_lesson.checks.judge as j\nj.judge = None\n" + second,
            assign=("wrong", "argmax"),
        ),
        with_update(
            "borrows",
            "my_assign = lambda pixels, centroids: assign(pixels, centroids)",
            assign="borrowed",
        ),
        Made(
            "late",
            {"late/04.ipynb": notebook(HEAD, late, helper, UPDATE)},
            FINE | {("04", "assign"): "right"},
            note="stands below it",
        ),
        Made(
            "two",
            {"two/04.ipynb": notebook(HEAD, first, second, UPDATE)},
            FINE | {("04", "assign"): ("wrong", "argmax")},
        ),
        Made(
            "last runs",
            {"last runs/04.ipynb": notebook(HEAD, first, crash, UPDATE)},
            FINE | {("04", "assign"): "right"},
        ),
        Made(
            "renamed",
            {"renamed/04.ipynb": small(answer("assign", "norms", "zuordnung"))},
            FINE | {("04", "assign"): "right"},
            note="my_assign is called zuordnung",
        ),
        Made(
            "misspelt",
            {"misspelt/04.ipynb": small(answer("assign", "argmax", "my_asign"))},
            FINE | {("04", "assign"): ("wrong", "argmax")},
            note="my_asign",
        ),
        Made(
            "deleted",
            {"deleted/02 kopie.ipynb": handed_out("02", deleted)},
            {
                ("02", "row"): "missing",
                ("02", "to_image"): "missing",
                ("02", "place"): "right",
                ("02", "to_pixels"): ("wrong", "reshape in column order"),
            },
        ),
        Made(
            "merged",
            {"merged/05.ipynb": handed_out("05", merged)},
            {
                ("05", "blue"): "missing",
                ("05", "reconstruct"): "right",
                ("05", "reconstruct_2"): ("wrong", "truncates instead of rounds"),
                ("05", "reconstruct_3"): "right",
            },
        ),
        Made("empty project", {"empty project/project.ipynb": project_as_handed_out()}),
        Made("broken", {"broken/04.ipynb": ada[: len(ada) // 2]}, status="unreadable"),
        Made("large", {"large/04.ipynb": 200 * 2**20}, status="unreadable", note="50 MB"),
        Made("paper", {"paper/answers.pdf": b"%PDF"}, status="missing", note="answers.pdf"),
        Made("nothing", {"nothing/": None}, status="missing"),
    ]


def from_platforms():
    """Make three classes, as they are in the zips of Moodle, Canvas and Google Classroom."""
    right, wrong = small(answer("assign", "norms")), small(answer("assign", "argmax"))
    good, bad = FINE | {("04", "assign"): "right"}, FINE | {("04", "assign"): ("wrong", "argmax")}
    file, part = "_assignsubmission_file_/04_assign_and_update.ipynb", "HW 4/"
    moodle = [
        Made("Zoë Ångström (17)", {f"Zoë Ångström_17{file}": right}, good),
        Made("Zoë Ångström (18)", {f"Zoë Ångström_18{file}": wrong}, bad),
    ]
    canvas = [
        Made(
            "lovelaceada",
            {"lovelaceada_LATE_7_1002_04-1.ipynb": right, "lovelaceada_7_1001_04.ipynb": wrong},
            good,
            note="was graded, and not",
        ),
        Made("turingalan", {"turingalan_8_1003_homework.ipynb": wrong}, bad),
    ]
    classroom = [
        Made(
            "Ada Lovelace",
            {
                f"{part}Ada Lovelace - 04_assign_and_update.ipynb": wrong,
                f"{part}Ada Lovelace - 04_assign_and_update (1).ipynb": right,
            },
            good,
        ),
        Made("Jean-Luc Ünal", {f"{part}Jean-Luc Ünal - 04.ipynb": wrong}, bad),
    ]
    return {"moodle": moodle, "canvas": canvas, "classroom": classroom}


def write_folder(folder, made):
    """Write submissions into a folder."""
    for one in made:
        for name, data in one.files.items():
            path = folder / name
            (path if data is None else path.parent).mkdir(parents=True, exist_ok=True)
            if isinstance(data, int):
                path.touch()
                os.truncate(path, data)
            elif data is not None:
                path.write_bytes(data)


def write_zip(path, made):
    """Write submissions into the zip of a platform."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in made:
            for name, data in one.files.items():
                archive.writestr(name, data)


def write(folder):
    """Write all classes: one as a folder, three as zips; return {path: its submissions}."""
    folder.mkdir(parents=True, exist_ok=True)
    classes = {folder / "by hand": by_hand()}
    write_folder(folder / "by hand", classes[folder / "by hand"])
    for name, made in from_platforms().items():
        write_zip(folder / f"{name}.zip", made)
        classes[folder / f"{name}.zip"] = made
    return classes


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tools"))
    for path, made in write(Path(sys.argv[1])).items():
        print(f"{path}: {len(made)} students")
