"""Every exercise can be solved: its worked solution, put into its cell, is called right."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
TASKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    if '"exercise"' in path.read_text(encoding="utf-8")
}


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def call(cell):
    """Return the last line of an exercise, which checks what stands above it."""
    return cell.source.splitlines()[-1]


def answer(cell):
    """Return what an exercise says: the answer of a check, or what it prints."""
    (output,) = cell.outputs
    return output.text if output.output_type == "stream" else output.data["text/plain"]


def test_the_learner_writes_every_function_of_the_program():
    calls = [call(cell) for notebook in TASKS.values() for cell in tagged(notebook, "exercise")]
    checked = [line.group(1) for line in map(re.compile(r"check\.(\w+)").match, calls) if line]
    assert list(dict.fromkeys(checked)) == [
        "to_pixels",
        "init_centroids",
        "assign",
        "update",
        "kmeans",
        "reconstruct",
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
            assert answer(cell).startswith(("Not written yet", "not yet"))


@pytest.mark.parametrize("name", TASKS)
def test_the_solutions_are_right(name):
    notebook = nbformat.from_dict(TASKS[name])
    exercises = tagged(notebook, "exercise")
    for cell, solution in zip(exercises, tagged(notebook, "solution"), strict=True):
        (code,) = re.findall(r"```python\n(.*?)```", solution.source, flags=re.DOTALL)
        cell.source = f"{code}\n\n{call(cell)}"
    NotebookClient(notebook, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    for cell in exercises:
        assert answer(cell).startswith(("Right", "right")), answer(cell)
