"""Every exercise can be solved: its worked solution, put into its cell, is called right.

An exercise ends with `check.NAME(my_NAME)`, or with a `print` that says right or not yet.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from kmeans_lesson import (
    assign,
    init_centroids,
    kmeans,
    load_image,
    reconstruct,
    to_pixels,
)
from kmeans_lesson import checks as check
from kmeans_lesson.checks.judge import SHOWN_ABOVE
from kmeans_lesson.checks.own import keeping
from kmeans_lesson.checks.predictions import questions
from kmeans_lesson.compare import count_colours
from kmeans_lesson.formats import png
from kmeans_lesson.formats.encode import encode

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
TASKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    if '"exercise"' in path.read_text(encoding="utf-8")
}
PROGRAM = "13_your_own_program"  # has no exercise; it runs what the others have kept


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def fences(kind, cell):
    """Return the texts between the fences of a markdown cell that are marked as python or text."""
    return re.findall(rf"```{kind}\n(.*?)```", cell.source, flags=re.DOTALL)


def call(cell):
    """Return the last line of an exercise, which checks what stands above it."""
    return cell.source.splitlines()[-1]


def answer(cell):
    """Return what the last line of an exercise said, which must be all that the cell says."""
    (output,) = cell.outputs
    return output.text if output.output_type == "stream" else output.data["text/plain"]


def test_the_learner_writes_every_function_of_the_program():
    calls = [call(cell) for notebook in TASKS.values() for cell in tagged(notebook, "exercise")]
    names = [name for line in calls for name in re.findall(r"^check\.(\w+)", line)]
    assert list(dict.fromkeys(names)) == [
        "count_colours",
        "to_pixels",
        "init_centroids",
        "kmeans",
        "update",
        "assign",
        "reconstruct",
        "paper_bits",
        "psnr",
    ]


@pytest.mark.parametrize("name", TASKS)
def test_each_exercise_is_followed_by_hints_and_one_solution(name):
    cells = TASKS[name].cells
    for i, cell in enumerate(cells):
        if "exercise" in cell.metadata.get("tags", []):
            assert [after.metadata.tags for after in cells[i + 1 : i + 3]] == [
                ["hints"],
                ["solution"],
            ]
            assert 1 <= cells[i + 1].source.count("<summary>Hint") <= 3
            assert re.match(r"(check\.|print\(.*\)$)", call(cell)), "its last line is the check"
            assert answer(cell).startswith(("Not written yet", "not yet"))


@pytest.mark.parametrize("name", TASKS)
def test_lines_out_of_order_are_those_of_the_solution(name):
    cells = TASKS[name].cells
    for i, cell in enumerate(cells):
        if "exercise" in cell.metadata.get("tags", []):
            for given in fences("text", cells[i - 1]):
                (code,) = fences("python", cells[i + 2])
                frame = cell.source.splitlines()
                solved = [line.strip() for line in code.splitlines() if line not in frame]
                assert given.splitlines() != solved
                assert sorted(given.splitlines()) == sorted(solved)


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """Work through a working copy with each solution and answer: the folder and its notebooks."""
    root = tmp_path_factory.mktemp("lesson")
    shutil.copytree(ROOT / "data", root / "data")
    (root / "my-lesson").mkdir()
    paths = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.stem != "08_live_lab"]
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in paths}
    for notebook in notebooks.values():
        pairs = zip(tagged(notebook, "exercise"), tagged(notebook, "solution"), strict=True)
        for cell, solution in pairs:
            (code,) = fences("python", solution)
            cell.source = f"{code}\n\n{call(cell)}"
        for cell in notebook.cells:
            cell.source = re.sub(r'(?m)^predict\("(.*)"\)$', with_answer, cell.source)
        resources = {"metadata": {"path": str(root / "my-lesson")}}
        NotebookClient(notebook, resources=resources, coalesce_streams=True).execute()
    return root / "my-lesson", notebooks


def with_answer(asked):
    """Return the call of `predict` with the right answer."""
    return f'predict("{asked[1]}", {questions.find(asked[1]).right!r})'


@pytest.mark.parametrize("number", [f"{number:02d}" for number in range(8)])
def test_the_right_predictions_add_up(solved, number):
    (notebook,) = (solved[1][name] for name in solved[1] if name.startswith(number))
    (output,) = next(c for c in notebook.cells if c.source == "predict.score()").outputs
    count = len(questions.of_notebook(number))
    said = output.data["text/plain"].splitlines()[0]
    assert said == f"{count} of {count} predictions right, 0 wrong."


@pytest.mark.parametrize("name", TASKS)
def test_the_solutions_are_right(solved, name):
    for cell in tagged(solved[1][name], "exercise"):
        assert answer(cell).startswith(("Right", "right")), answer(cell)


def said_of(function, solved, number):
    """Return what each check of a function said of keeping it, in a notebook."""
    (name,) = (name for name in TASKS if name.startswith(number))
    cells = [c for c in tagged(solved[1][name], "exercise") if f"check.{function}(" in call(c)]
    return [answer(cell).splitlines()[-1] for cell in cells]


def test_the_solutions_become_a_program_of_one_s_own(solved):
    folder, notebooks = solved
    kept = "Kept in my_kmeans.py, for your own program in 13."
    waits = "Your my_kmeans.py keeps another my_{0}. To put this one there: check.keep(my_{0})"
    assert said_of("reconstruct", solved, "05") == [kept, *2 * [waits.format("reconstruct")]]
    assert said_of("assign", solved, "04") == [kept]
    assert said_of("assign", solved, "09") == 2 * [waits.format("assign")]
    cells = notebooks[PROGRAM].cells
    listed, compared = (
        next(c for c in cells if text in c.source).outputs[0]
        for text in ("mine = check.kept()", "for name, is_equal in")
    )
    assert listed.data["text/plain"].startswith("my_kmeans.py holds 9 of the 9 functions.")
    assert "borrowed" not in listed.data["text/plain"]
    assert [line.split()[-1] for line in compared.text.splitlines()] == 8 * ["equal"]
    figure = next(c for c in cells if "certificate(mine" in c.source).outputs[0].data["text/html"]
    assert "Mine: count_colours, to_pixels," in figure
    assert "Borrowed" not in figure
    image = load_image(ROOT / "data/marbles.png")[::2, ::2]
    assert count_colours(load_image(folder / "my_compressed.png")) == 16
    assert load_image(folder / "my_compressed.png").shape == image.shape


def test_the_program_of_one_s_own_holds_nothing_but_the_solutions_and_their_imports(solved):
    folder, _ = solved
    text = (folder / "my_kmeans.py").read_text(encoding="utf-8")
    names = re.findall(r"(?m)^def (\w+)", text)
    assert names == [f"my_{name}" for name in keeping.EXERCISES]
    imports, rest = re.split(r"(?m)^(?=def )", text, maxsplit=1)
    assert imports.split("\n\n")[0].splitlines() == [
        "import numpy as np",
        "from kmeans_lesson import assign",
        "from kmeans_lesson import update",
        "from math import log2",
    ]
    code = "\n".join(
        fences("python", c)[0] for nb in TASKS.values() for c in tagged(nb, "solution")
    )
    assert all(function.strip() in code for function in re.split(r"(?m)\n\n\n", rest))
    command = [sys.executable, "-c", "from my_kmeans import *; print(my_paper_bits(16, 4))"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "128.0\n"
    assert not (NOTEBOOKS / "my_kmeans.py").exists()


def test_the_budgets_in_bytes_are_right_for_zlib_too(monkeypatch):
    """A browser is without deflate, and its files are a little larger."""
    (notebook,) = [TASKS[name] for name in TASKS if name.startswith("10")]
    (task,) = [cell for cell in tagged(notebook, "exercise") if "my_k" in cell.source]
    (code,) = fences("python", notebook.cells[notebook.cells.index(task) + 2])
    poster = load_image(NOTEBOOKS.parent / "data" / "poster.png")
    names = {"encode": encode, "images": {"poster": poster}, "with_kmeans": kmeans_on_a_sample}
    for packer in (png.deflate, None):
        monkeypatch.setattr(png, "deflate", packer)
        exec(f"{code}\nright = {call(task)[6:-1]}", names)
        assert names["right"] == "right"


def kmeans_on_a_sample(image, k):
    """Return the image in k colours as `with_kmeans` of notebook 10 does."""
    few = to_pixels(image[::3, ::3])
    centroids = kmeans(few, init_centroids(few, k, 0, "k-means++")).centroids
    return reconstruct(assign(to_pixels(image), centroids), centroids, image.shape)


DIFFUSION = """
import numpy as np

def my_diffusion(grey):
    wanted = grey.astype(float)
    height, width = grey.shape
    for y in range(height):
        for x in range(width):
            old = wanted[y, x]
            wanted[y, x] = 255 if old >= 128 else 0
            error = old - wanted[y, x]
            for down, right, part in [(0, 1, 7), (1, -1, 3), (1, 0, 5), (1, 1, 1)]:
                if y + down < height and 0 <= x + right < width:
                    wanted[y + down, x + right] += part / 16 * error
    return wanted
"""
DIFFUSION_SLIPS = {
    "at the left edge a part goes round to the right one": ("0 <= x + right", "x + right"),
    "nothing to the right": ("(0, 1, 7), ", ""),
    "nothing below left": ("(1, -1, 3), ", ""),
    "nothing below": ("(1, 0, 5), ", ""),
    "nothing below right": (", (1, 1, 1)", ""),
    "3 and 1 swapped": ("-1, 3), (1, 0, 5), (1, 1, 1)", "-1, 1), (1, 0, 5), (1, 1, 3)"),
    "3 and 5 swapped": ("-1, 3), (1, 0, 5)", "-1, 5), (1, 0, 3)"),
    "more than 128": (">= 128", "> 128"),
    "at least 127": (">= 128", ">= 127"),
    "clipped": ("old = wanted[y, x]", "old = np.clip(wanted[y, x], 0, 255)"),
    "whole numbers": ("part / 16 * error", "part * error // 16"),
    "whole numbers in the copy": ("astype(float)", "astype(int)"),
    "the error the other way round": ("old - wanted[y, x]", "wanted[y, x] - old"),
    "every second row from the right": ("range(width)", "range(width)[:: 1 - 2 * (y % 2)]"),
}


@pytest.mark.parametrize("slip", [None, *DIFFUSION_SLIPS])
def test_error_diffusion_with_a_slip_is_not_called_right(slip):
    (notebook,) = [TASKS[name] for name in TASKS if name.startswith("11")]
    (task,) = [cell for cell in tagged(notebook, "exercise") if "my_diffusion" in cell.source]
    (prepared,) = [c.source for c in notebook.cells if "diffused = " in c.source]
    code = DIFFUSION
    if slip:
        before, after = DIFFUSION_SLIPS[slip]
        assert code.count(before) == 1
        code = code.replace(before, after)
    names = {}
    exec(code + "noise = " + prepared.partition("noise = ")[2], names)
    assert said(task, names) == ("not yet" if slip else "right")


def said(task, names):
    """Return what the last line of an exercise prints."""
    return eval(call(task).removeprefix("print"), names)


@pytest.mark.parametrize(
    ("kind", "right"),
    [("int64", False), ("uint8", False), ("uint32", False), ("int16", True), ("uint16", True)],
)
def test_only_counts_of_two_bytes_are_called_right(kind, right):
    (notebook,) = [TASKS[name] for name in TASKS if name.startswith("12")]
    (task,) = [cell for cell in tagged(notebook, "exercise") if "small.itemsize" in cell.source]
    counts = np.array([91_063, 200, 300])
    names = {"small": counts.astype(kind), "histogram": lambda file: counts, "files": range(4)}
    assert said(task, names) == ("right" if right else "not yet")


def test_a_function_of_the_text_above_is_said_to_be_borrowed():
    text = "\n".join(path.read_text(encoding="utf-8") for path in NOTEBOOKS.glob("*.ipynb"))
    assert all(f"def {name}(" in text for name in SHOWN_ABOVE)

    def assign_product(pixels, centroids):
        squared = (pixels[:, None].astype(float) - centroids) ** 2
        return squared.sum(axis=2).argmin(axis=1)

    answer = check.assign(assign_product)
    assert answer.kind == "borrowed"
    assert "assign_product is the text's own" in answer.text
    assign_product.__name__ = "my_assign"
    assert check.assign(assign_product).right
