"""A learner works in a copy without results, and loses nothing that was written there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import working_copy

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
STEP_4 = "04_assign_and_update.ipynb"


@pytest.fixture
def root(tmp_path):
    """Make a lesson with two of the notebooks, whose working copy is laid out."""
    (tmp_path / "notebooks").mkdir()
    for name in ("GLOSSARY.md", f"notebooks/{NAMES[0]}", f"notebooks/{STEP_4}"):
        shutil.copy(ROOT / name, tmp_path / name)
    working_copy.lay_out(tmp_path)
    return tmp_path


def files(root):
    """Return the files of a working copy, {name: bytes}, without the record."""
    paths = (root / "my-lesson").iterdir()
    return {path.name: path.read_bytes() for path in paths if path.name != working_copy.RECORD}


def add_cell(path, source):
    """Write a cell of one's own into a notebook, as JupyterLab does."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, path)
    return path.read_bytes()


def update(root, name=STEP_4):
    """Change the original of a notebook, as an update of the lesson does; return the new copy."""
    add_cell(root / "notebooks" / name, "print('from the update')")
    return working_copy.originals(root)[name]


# --------------------------------------------------------------- what is laid out


@pytest.fixture(scope="module")
def copies():
    return working_copy.originals(ROOT)


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_the_notebook_without_outputs(copies, name):
    copy = nbformat.reads(copies[name].decode(), as_version=4)
    nbformat.validate(copy)
    original = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    for cell, origin in zip(copy.cells, original.cells, strict=True):
        assert cell.source == origin.source.replace("../GLOSSARY.md", "GLOSSARY.md")
        assert cell.metadata == origin.metadata
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


def test_links_stay_in_the_copy_or_lead_to_what_is_no_notebook(copies):
    assert copies.keys() == {*NAMES, "GLOSSARY.md"}
    links = {link for data in copies.values() for link in links_of(data.decode())}
    inside = {link for link in links if "/" not in link}
    assert inside == copies.keys()
    for link in links - inside:
        assert link.startswith("https://") or (ROOT / "my-lesson" / link).resolve().exists(), link
        assert not link.endswith(".ipynb")


def links_of(text):
    return re.findall(r"\]\(([^)#\s\\]+)[^)]*\)", text)


def test_a_copy_runs_beside_the_data(root):
    shutil.copytree(ROOT / "data", root / "data")
    notebook = nbformat.read(root / "my-lesson" / NAMES[0], as_version=4)
    resources = {"metadata": {"path": str(root / "my-lesson")}}
    NotebookClient(notebook, kernel_name="python3", resources=resources, timeout=600).execute()


# --------------------------------------------------------------- what is kept


def test_what_a_learner_writes_is_kept_from_one_start_to_the_next(root, capsys):
    mine = add_cell(root / "my-lesson" / STEP_4, "my_answer = 42")
    (root / "my-lesson" / "compressed.png").write_bytes(b"mine")
    before = files(root)
    for _ in range(2):
        working_copy.lay_out(root)
    assert files(root) == before
    assert before[STEP_4] == mine
    assert capsys.readouterr().out == ""


def test_a_notebook_changed_by_an_update_is_laid_beside_the_learners_own_once(root, capsys):
    mine = add_cell(root / "my-lesson" / STEP_4, "my_answer = 42")
    new = update(root)
    working_copy.lay_out(root)
    said = f"{STEP_4} has changed in the lesson. Yours is kept; new: 04_assign_and_update_new.ipynb"
    assert capsys.readouterr().out == said + "\n"
    assert files(root)[STEP_4] == mine
    assert files(root)["04_assign_and_update_new.ipynb"] == new
    (root / "my-lesson" / "04_assign_and_update_new.ipynb").write_text("also mine")
    working_copy.lay_out(root)
    assert capsys.readouterr().out == ""
    newer = update(root)
    working_copy.lay_out(root)
    assert files(root)[STEP_4] == mine
    assert files(root)["04_assign_and_update_new.ipynb"] == b"also mine"
    assert files(root)["04_assign_and_update_new2.ipynb"] == newer


def only_opened_and_run(path):
    """Write a notebook as JupyterLab does when it was opened, and its cells were run."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info.version = "3.11.7"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.trusted = True
            cell.execution_count = 1
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="2")]
    nbformat.write(notebook, path)


@pytest.mark.parametrize("is_opened", [False, True])
def test_a_notebook_the_learner_never_changed_is_brought_up_to_date(root, capsys, is_opened):
    if is_opened:
        only_opened_and_run(root / "my-lesson" / STEP_4)
    new = update(root)
    working_copy.lay_out(root)
    assert "04_assign_and_update.ipynb was brought up to date" in capsys.readouterr().out
    assert files(root)[STEP_4] == new
    assert len(files(root)) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[-1].update(source=cells[-1].source + " "),
        lambda cells: cells[2].update(cell_type="raw"),
        lambda cells: cells.insert(1, cells.pop(2)),
        lambda cells: cells.pop(),
    ],
)
def test_the_smallest_change_of_the_learners_counts(root, change):
    path = root / "my-lesson" / STEP_4
    notebook = nbformat.read(path, as_version=4)
    change(notebook.cells)
    nbformat.write(notebook, path)
    mine = path.read_bytes()
    update(root)
    working_copy.lay_out(root)
    assert files(root)[STEP_4] == mine


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'{"cells": 3}', b'{"cells": [{"metadata": 3}]}', b"\xff\xfe"]
)
def test_a_file_that_is_no_longer_a_notebook_is_kept_too(root, content):
    (root / "my-lesson" / STEP_4).write_bytes(content)
    update(root)
    working_copy.lay_out(root)
    assert files(root)[STEP_4] == content


def test_a_cell_that_an_update_folds_away_is_folded_in_the_copy(root):
    notebook = nbformat.read(root / "notebooks" / STEP_4, as_version=4)
    notebook.cells[1].metadata.jupyter = {"source_hidden": True}
    nbformat.write(notebook, root / "notebooks" / STEP_4)
    working_copy.lay_out(root)
    assert files(root)[STEP_4] == working_copy.originals(root)[STEP_4]


def test_a_new_run_of_the_originals_is_no_update(root, capsys):
    path = root / "notebooks" / STEP_4
    notebook = nbformat.read(path, as_version=4)
    working_copy.without_outputs(notebook)
    nbformat.write(notebook, path)
    working_copy.lay_out(root)
    assert capsys.readouterr().out == ""


def test_a_notebook_the_learner_has_deleted_comes_back(root):
    before = files(root)
    (root / "my-lesson" / STEP_4).unlink()
    working_copy.lay_out(root)
    assert files(root) == before


@pytest.mark.parametrize("record", [None, "", "[1]", "{}", "null"])
def test_without_its_record_nothing_is_overwritten(root, record):
    mine = add_cell(root / "my-lesson" / STEP_4, "my_answer = 42")
    update(root)
    path = root / "my-lesson" / working_copy.RECORD
    path.unlink() if record is None else path.write_text(record)
    working_copy.lay_out(root)
    assert files(root)[STEP_4] == mine
    assert len(files(root)) == 3
    assert json.loads(path.read_text()).keys() == {"GLOSSARY.md", NAMES[0], STEP_4}


def test_a_fresh_copy_keeps_the_old_one_under_another_name(root, capsys):
    original = files(root)[STEP_4]
    kept = []
    for name in ("04_assign_and_update_old.ipynb", "04_assign_and_update_old2.ipynb"):
        kept.append(add_cell(root / "my-lesson" / STEP_4, f"print({name!r})"))
        working_copy.lay_out(root, fresh=[STEP_4])
        assert capsys.readouterr().out == f"{STEP_4} is new; what you had is kept as {name}\n"
        assert files(root)[STEP_4] == original
        assert files(root)[name] == kept[-1]
    assert files(root)["04_assign_and_update_old.ipynb"] == kept[0]


# --------------------------------------------------------------- what is said


def test_numbers_stand_for_notebooks():
    assert working_copy.find(["04", "00"]) == [STEP_4, NAMES[0]]
    assert working_copy.find([]) == []


@pytest.mark.parametrize("number", ["44", "4", "04_", ""])
def test_a_number_that_no_notebook_has_is_answered_with_those_there_are(number, capsys):
    assert working_copy.main(["--fresh", number]) == 1
    numbers = ", ".join(name[:2] for name in NAMES)
    said = f"no notebook has the number {number!r}; there are {numbers}\n"
    assert capsys.readouterr().err.endswith(said)


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(root):
    (root / "tools").mkdir()
    shutil.copy(ROOT / "tools/working_copy.py", root / "tools")
    shutil.rmtree(root / "my-lesson")
    (root / "my-lesson").write_text("a file of that name")
    command = [sys.executable, root / "tools/working_copy.py"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1
    assert re.fullmatch(r"The folder my-lesson could not be brought up .*\n", done.stderr)
    assert (root / "my-lesson").read_text() == "a file of that name"


def test_binder_makes_the_working_copy():
    assert "python tools/working_copy.py" in (ROOT / "postBuild").read_text(encoding="utf-8")
    assert os.access(ROOT / "postBuild", os.X_OK)
