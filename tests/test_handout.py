"""A handout runs by itself, gives nothing away, and is made whole or not at all."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import make_handout

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))


@pytest.fixture(scope="module", params=["students", "key"])
def handout(request, tmp_path_factory):
    """Make a handout, and the key, in a folder with spaces and accents."""
    folder = tmp_path_factory.mktemp("für die Klasse") / request.param
    make_handout.make(folder, request.param)
    return folder


def read(folder, name):
    return nbformat.read(folder / "notebooks" / name, as_version=4)


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# --------------------------------------------------------------- what is in it


def test_it_has_what_students_need_and_nothing_for_teachers(handout):
    assert sorted(path.name for path in handout.glob("notebooks/*")) == NAMES
    package = {name for name in files(ROOT / "kmeans_lesson") if "__pycache__" not in name}
    assert files(handout / "kmeans_lesson") == package
    assert {path.name for path in handout.glob("data/*")} == {p.name for p in ROOT.glob("data/*")}
    for name in ("lesson.py", "constraints.txt", "environment.yml", "GLOSSARY.md", "LICENSE"):
        assert (handout / name).read_bytes() == (ROOT / name).read_bytes()
    is_key = handout.name == "key"
    assert (handout / "tools/working_copy.py").exists() != is_key
    assert (handout / "postBuild").exists() != is_key
    assert not any(
        re.match(r"tests|benchmarks|TEACHING|\.git/|\.venv", name) for name in files(handout)
    )


@pytest.mark.parametrize("name", NAMES)
def test_only_the_key_has_outputs_and_solutions(handout, name):
    made = read(handout, name)
    nbformat.validate(made)
    original = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    if handout.name == "key":
        assert made == original
        return
    tagged = [set(cell.metadata.get("tags", [])) for cell in original.cells]
    kept = [c for c, tags in zip(original.cells, tagged, strict=True) if "solution" not in tags]
    assert [cell.source for cell in made.cells] == [cell.source for cell in kept]
    assert [cell.metadata for cell in made.cells] == [cell.metadata for cell in kept]
    for cell in made.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_solutions_are_left_out_and_exercises_and_hints_are_not():
    def text(source, *tags):
        return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})

    output = nbformat.v4.new_output("stream", name="stdout", text="42")
    exercise = nbformat.v4.new_code_cell(
        "def mine(): ...", metadata={"tags": ["exercise"]}, outputs=[output], execution_count=3
    )
    cells = [text("# A"), exercise, text("a hint", "hints"), text("the answer", "solution")]
    left = make_handout.for_students(nbformat.v4.new_notebook(cells=cells)).cells
    assert [cell.source for cell in left] == ["# A", "def mine(): ...", "a hint"]
    assert (left[1].outputs, left[1].execution_count) == ([], None)


def test_its_pages_say_nothing_that_is_not_there(handout):
    readme = (handout / "README.md").read_text(encoding="utf-8")
    assert "lesson.py test" not in readme
    assert "TEACHING" not in readme
    assert "python lesson.py\n" in readme
    is_key = handout.name == "key"
    sections = (ROOT / "README.md").read_text(encoding="utf-8").count("\n## ")
    assert readme.count("\n## ") == sections - (4 if is_key else 2)
    assert ("my-lesson" in readme) != is_key
    assert ("its source, in `kmeans_lesson`, can be read" in readme) != is_key
    pages = list(handout.glob("*.md")) + list(handout.glob("data/*.md"))
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    for name in NAMES:
        cells = read(handout, name).cells
        texts[handout / "notebooks" / name] = "\n\n".join(
            cell.source for cell in cells if cell.cell_type == "markdown"
        )
    for page, text in texts.items():
        for link in re.findall(r"\]\(([^)#\s]+)\)", text):
            assert link.startswith("https://") or (page.parent / link).exists(), (page, link)


# --------------------------------------------------------------- it runs


@pytest.mark.parametrize("handout", ["students"], indirect=True)
def test_its_working_copy_is_its_notebooks(handout):
    command = [sys.executable, "tools/working_copy.py"]
    environment = os.environ | {"PYTHONPATH": str(handout)}
    done = subprocess.run(command, cwd=handout, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    made = {path.name: path for path in handout.glob("my-lesson/*.ipynb")}
    assert sorted(made) == NAMES
    for name, path in made.items():
        text = path.read_text(encoding="utf-8").replace("](GLOSSARY.md", "](../GLOSSARY.md")
        assert text == (handout / "notebooks" / name).read_text(encoding="utf-8")
    shutil.rmtree(handout / "my-lesson")


@pytest.mark.parametrize("handout", ["students"], indirect=True)
@pytest.mark.parametrize("name", ["00_the_whole_program.ipynb", "04_assign_and_update.ipynb"])
def test_its_notebooks_run_with_its_own_package(handout, name, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(handout))
    notebook = read(handout, name)
    where = "import kmeans_lesson, sys; sys.stdout.write(kmeans_lesson.__file__)"
    notebook.cells.append(nbformat.v4.new_code_cell(where))
    resources = {"metadata": {"path": str(handout / "notebooks")}}
    NotebookClient(notebook, kernel_name="python3", resources=resources, timeout=600).execute()
    assert Path(notebook.cells.pop().outputs[0].text).is_relative_to(handout)


# --------------------------------------------------------------- whole or not at all


def test_an_empty_folder_and_a_new_one_will_do(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new/folder"):
        assert make_handout.main([str(tmp_path / name)]) == 0
        said = capsys.readouterr()
        first, second = said.out.splitlines()
        assert first.endswith("is ready to hand out, without outputs and solutions.")
        assert second.startswith("What it still reveals: the package's source")
        assert said.err == ""
        parts = make_handout.COPIED + make_handout.FOR_STUDENTS + ["notebooks", "README.md"]
        assert len(list((tmp_path / name).iterdir())) == len(parts)


def test_the_command_makes_the_key_when_asked(tmp_path):
    command = [sys.executable, ROOT / "tools/make_handout.py", tmp_path / "key", "--key"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert (said.returncode, said.stderr) == (0, "")
    assert "is ready to hand out, with outputs and solutions.\n" in said.stdout
    assert read(tmp_path / "key", NAMES[0]) == nbformat.read(ROOT / "notebooks" / NAMES[0], 4)


def test_a_folder_that_will_not_do_stays_as_it_was(tmp_path, capsys):
    (tmp_path / "homework.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "homework.txt", ROOT / "handout"):
        assert make_handout.main([str(folder)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert re.fullmatch(r"No handout was made: FOLDER must .*\n", said.err)
    assert files(tmp_path) == {"homework.txt"}
    assert (tmp_path / "homework.txt").read_text() == "mine"
    assert not (ROOT / "handout").exists()


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_handout_that_fails_leaves_nothing(tmp_path, monkeypatch, is_new, error):
    folder = tmp_path / "handout"
    if not is_new:
        folder.mkdir()

    def fail(*_):
        raise error

    monkeypatch.setattr(make_handout, "for_students", fail)
    with pytest.raises(type(error)):
        make_handout.make(folder)
    assert folder.exists() != is_new
    assert files(tmp_path) == set()
    monkeypatch.undo()
    make_handout.make(folder)


@pytest.mark.parametrize("is_new", [True, False])
def test_not_even_the_last_moment_leaves_half_of_it(tmp_path, monkeypatch, is_new):
    folder = tmp_path / "handout"
    if not is_new:
        folder.mkdir()
    rename = Path.rename

    def stop(path, target):
        if path.name == "lesson.py":
            raise OSError("the stick was pulled out")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(OSError, match="pulled out"):
        make_handout.make(folder)
    assert folder.exists() != is_new
    assert files(tmp_path) == set()
