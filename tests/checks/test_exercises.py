"""Every exercise can be solved: its worked solution, put into its cell, is called right.

An exercise ends with `check.NAME(my_NAME)`, or with a `print` that says right or not yet.
"""

import re
from pathlib import Path

import nbformat
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
from kmeans_lesson.formats import png
from kmeans_lesson.formats.encode import encode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
TASKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    if '"exercise"' in path.read_text(encoding="utf-8")
}


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


@pytest.mark.parametrize("name", TASKS)
def test_the_solutions_are_right(name):
    notebook = nbformat.from_dict(TASKS[name])
    exercises = tagged(notebook, "exercise")
    for cell, solution in zip(exercises, tagged(notebook, "solution"), strict=True):
        (code,) = fences("python", solution)
        cell.source = f"{code}\n\n{call(cell)}"
    resources = {"metadata": {"path": str(NOTEBOOKS)}}
    NotebookClient(notebook, resources=resources, coalesce_streams=True).execute()
    for cell in exercises:
        assert answer(cell).startswith(("Right", "right")), answer(cell)


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
