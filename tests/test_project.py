"""The project's notebook: tasks of TEACHING.md, functions that are checked, nbgrader's marks."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import uv
from PIL import Image

import make_handout
import project
import teaching
from kmeans_lesson.checks.judge import Answer

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = "THE PROJECT IS NOT CHECKED BY NBGRADER: the package registry cannot be reached"
SOLUTION = re.compile(r"(?s)```python\n(.*?)```")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make the project, and the same for nbgrader, as the command does."""
    folder = tmp_path_factory.mktemp("made")
    notebooks = {}
    for kind in ("project", "nbgrader"):
        assert make_handout.main([str(folder / kind), f"--{kind}"]) == 0
        (path,) = (folder / kind).iterdir()
        assert path.name == "project.ipynb"
        notebooks[kind] = nbformat.read(path, as_version=4)
        nbformat.validate(notebooks[kind])
    return notebooks


def solutions():
    """Return the solutions of notebook 04 by the functions that they define."""
    (path,) = ROOT.glob("notebooks/04_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    sources = [c.source for c in cells if "solution" in c.metadata.get("tags", [])]
    codes = [code for source in sources for code in SOLUTION.findall(source)]
    return {code.partition("(")[0].removeprefix("def "): code for code in codes}


def run(notebook, names):
    """Run the cells of a notebook one after the other; return the answers of the checks."""
    answers = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
            answers += [names.pop("answer")] if isinstance(names.get("answer"), Answer) else []
    return [answer.kind for answer in answers]


def test_it_says_what_teaching_says(made):
    text = "\n".join(cell.source for cell in made["project"].cells)
    tasks = project.tasks()
    assert len(tasks) == 5
    assert all(task in text for task in tasks)
    for name in project.FUNCTIONS:
        assert f"`{name.partition('(')[0]}`" in tasks[1]


@pytest.mark.parametrize("filled", [False, True])
def test_it_runs_and_checks_the_functions_by_their_names(made, filled, tmp_path, monkeypatch):
    Image.new("RGB", (8, 6), "red").save(tmp_path / "photo.jpg")
    Image.new("RGB", (8, 6), "blue").save(tmp_path / "flat.png")
    monkeypatch.chdir(tmp_path)
    notebook, written = nbformat.from_dict(made["project"]), solutions()
    for cell in notebook.cells:
        head = re.match(r"def (my_\w+)\(.*\):", cell.source)
        if head and filled:
            assert head[0] == written[head[1]].partition("\n")[0]
            cell.source = written[head[1]]
    kinds = run(notebook, {})
    assert kinds == ["right" if filled else "not written yet"] * 3


def test_it_holds_no_solution_and_nothing_of_nbgrader_unless_asked_for(made):
    gap = {"    ...", "    ### BEGIN SOLUTION", "    ### END SOLUTION"}
    for kind, notebook in made.items():
        cells = [cell for cell in notebook.cells if cell.source.startswith("def ")]
        assert len(cells) == 3
        for cell in cells:
            head, words, *lines = cell.source.split("\n")
            assert re.fullmatch(r'    """.*"""', words), head
            assert set(lines) <= gap
        if kind == "project":
            assert "nbgrader" not in str(notebook)
            assert "SOLUTION" not in str(notebook)


def test_the_command_says_what_it_still_reveals(tmp_path, capsys):
    for kind in ("project", "nbgrader"):
        make_handout.main([str(tmp_path / kind), f"--{kind}"])
        first, second = capsys.readouterr().out.splitlines()
        assert first.startswith(f"{tmp_path / kind} is ready to hand out, the project ")
        assert second.startswith("What it still reveals: no solution, but ")


# ------------------------------------------------------------ nbgrader


@pytest.fixture(scope="module")
def validator(tmp_path_factory):
    """Fetch nbgrader into a folder of its own, and return its own validator of notebooks."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (wanted,) = tomllib.loads(text)["project"]["optional-dependencies"]["nbgrader"]
    folder = tmp_path_factory.mktemp("nbgrader")
    command = [uv.find_uv_bin(), "pip", "install", "--no-deps", "--target", folder, wanted]
    command += ["--python", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if "error sending request" in done.stderr:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(OFFLINE)
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder / "nbgrader")  # this room of it needs none of the others
        import nbgraderformat

        yield nbgraderformat.MetadataValidator()


def test_nbgrader_takes_it(made, validator):
    validator.validate_nb(made["nbgrader"])
    marks = [cell.metadata.nbgrader for cell in made["nbgrader"].cells]
    assert sum(mark.get("points", 0) for mark in marks) == sum(project.points().values()) == 20
    checked = [mark.grade_id for mark in marks if mark.grade and mark.locked]
    assert checked == ["check-assign", "check-update", "check-kmeans"]


@pytest.mark.parametrize("key", ["grade_id", "points", "schema_version", "grade"])
def test_nbgrader_would_not_take_it_without_its_marks(made, validator, key):
    notebook = nbformat.from_dict(made["nbgrader"])
    cell = next(c for c in notebook.cells if c.metadata.nbgrader.grade)
    del cell.metadata.nbgrader[key]
    with pytest.raises(Exception, match=rf"{key}|schema|points"):
        validator.validate_nb(notebook)


def test_what_is_wrong_is_an_error_for_nbgrader(made):
    cells = {c.metadata.nbgrader.grade_id: c.source for c in made["nbgrader"].cells}
    names = {}
    exec(cells["imports"], names)
    exec(cells["update"], names)
    with pytest.raises(AssertionError, match="not written yet"):
        exec(cells["check-update"], names)
    exec(solutions()["my_update"], names)
    exec(cells["check-update"], names)


def test_the_rubric_is_the_one_of_teaching():
    said = int(re.search(r"That makes (\d+) points", teaching.section("Project"))[1])
    assert sum(project.points().values()) == said
