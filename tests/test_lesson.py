"""`lesson.py` sets itself up: really, in a small project that needs no network."""

import ast
import importlib.util
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LESSON = ROOT / "lesson.py"

# A project that pip installs without fetching anything: it is its own build tool. `pytest` and
# `jupyterlab`, which lesson.py starts, are modules of it that tell what they were asked.
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "small"
version = "1"
optional-dependencies = { test = ["small"] }
"""
BACKEND = """\
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "small-1-py3-none-any.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        about = "Metadata-Version: 2.1\\nName: small\\nVersion: 1\\nProvides-Extra: test\\n"
        wheel.writestr("small-1.dist-info/METADATA", about)
        wheel.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("small-1.dist-info/RECORD", "")
    return name
"""
TELL = """\
import os, sys
print(ascii([os.path.basename(sys.argv[0]), *sys.argv[1:]]), flush=True)
print("prefix", ascii(sys.prefix), flush=True)
print("path", ascii(os.environ["PYTHONPATH"]), flush=True)
print("folder", ascii(os.getcwd()), flush=True)
sys.exit(3)
"""
COPY = """\
import os, sys
if sys.argv[1:] or os.path.exists("full"):
    sys.exit(ascii(["working_copy.py", *sys.argv[1:]]))
"""
SET_UP = "Setting up the lesson"
ADD_TESTS = "Adding what only the tests need"
NO_NETWORK = "def build_editable(*_): raise OSError('no network')\n"
SETTINGS = ["jupyterlab_settings.json", "jupyter_server_config.json"]


def small_project(folder):
    """Make a small project in a folder with spaces and accents."""
    folder = folder / "Übung über Bilder" / "the lesson"
    for room in ("tests", "tools"):
        (folder / room).mkdir(parents=True)
    shutil.copy(LESSON, folder)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "constraints.txt").write_text("numpy==2.0.0\n")
    for name in SETTINGS:
        (folder / name).write_text("{}\n")
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pytest.py").write_text(TELL)
    (folder / "jupyterlab.py").write_text(TELL)
    (folder / "tools/working_copy.py").write_text(COPY)
    return folder


@pytest.fixture
def project(tmp_path):
    """Make a small project that was never used."""
    return small_project(tmp_path)


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """Make a small project, use it once, and return it with what that said."""
    folder = small_project(tmp_path_factory.mktemp("used"))
    return folder, lesson(folder, "test", "-k", "two words")


def environment():
    """Return the environment of a user whose other projects left their marks; without uv."""
    marks = {"PYTHONPATH": "/nowhere", "PIP_USER": "1", "VIRTUAL_ENV": "/nowhere", "PYTHONHOME": ""}
    path = [p for p in os.environ["PATH"].split(os.pathsep) if not shutil.which("uv", path=p)]
    return {**os.environ, **marks, "PATH": os.pathsep.join(path)}


def lesson(project, *words):
    """Run the project's lesson.py from another folder and return what it said."""
    return subprocess.run(
        [sys.executable, str(project / "lesson.py"), *words],
        cwd=project.parent.parent,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def module(project):
    """Import the project's lesson.py, which does nothing by itself."""
    spec = importlib.util.spec_from_file_location("lesson", project / "lesson.py")
    names = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(names)
    return names


def python_of(project):
    return project / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def test_first_use_sets_up_and_the_second_does_not(used):
    project, first = used
    assert first.returncode == 3, first.stdout + first.stderr
    assert first.stdout.startswith(SET_UP)
    assert ADD_TESTS in first.stdout
    assert "['pytest.py', '-n2'," in first.stdout
    assert ", '-k', 'two words']" in first.stdout
    assert f"prefix {str(project / '.venv')!a}" in first.stdout
    assert f"path {str(project)!a}" in first.stdout
    installed = subprocess.run([python_of(project), "-m", "pip", "list"], capture_output=True)
    assert b"small" in installed.stdout
    (project / "tools" / "make_handout.py").write_text(TELL)
    second = lesson(project, "handout", "for class", "--key")
    folder = project.parent.parent / "for class"
    assert second.stdout.startswith(f"['make_handout.py', {str(folder)!a}, '--key']")
    (project / "tools" / "make_site.py").write_text(TELL)
    site = lesson(project, "site", "a site", "--answers")
    folder = project.parent.parent / "a site"
    assert site.stdout.startswith(f"['make_site.py', {str(folder)!a}, '--answers']")
    (project / "kmeans_lesson/live/page").mkdir(parents=True, exist_ok=True)
    (project / "kmeans_lesson/live/page/__main__.py").write_text(TELL)
    page = lesson(project, "page", "a lab.html", "--image", "photo.jpg")
    assert page.stdout.startswith("['__main__.py', 'a lab.html', '--image', 'photo.jpg']")
    assert f"folder {str(project.parent.parent)!a}" in page.stdout  # names are meant from there
    where = "import os\nprint(ascii(os.getcwd()), flush=True)\n"
    (project / "tools" / "grade.py").write_text(where + TELL)
    graded = lesson(project, "grade", "for class", "--seconds", "5").stdout.splitlines()
    assert graded[0] == ascii(os.path.realpath(project.parent.parent)), "where the user is"
    assert graded[1] == "['grade.py', 'for class', '--seconds', '5']"
    (project / "tests").rename(project / "gone")  # as in a handout, which can be opened
    third = lesson(project, "--no-browser")
    (project / "gone").rename(project / "tests")
    assert third.returncode == 3
    assert third.stdout.startswith("['jupyterlab.py', '--ServerApp.root_dir=")
    assert "/my-lesson/00_the_whole_program.ipynb'" in third.stdout
    assert "'--no-browser']" in third.stdout


def test_the_learner_gets_a_working_copy_and_a_reader_of_a_key_the_notebooks(used):
    project, _ = used
    fresh = lesson(project, "--fresh", "04", "05")
    assert (fresh.returncode, fresh.stdout) == (1, "")
    assert fresh.stderr == "['working_copy.py', '--fresh', '04', '05']\n"
    assert "hide_globs=notebooks'" in lesson(project).stdout
    (project / "full").touch()
    without_copy = lesson(project)
    assert (without_copy.returncode, without_copy.stdout) == (1, "")
    (project / "full").unlink()
    (project / "tools/working_copy.py").unlink()
    opened = lesson(project).stdout
    assert "/notebooks/00_the_whole_program.ipynb'" in opened
    assert "hide_globs" not in opened
    assert lesson(project, "--fresh", "04").stderr.startswith("This is a key of the lesson")
    (project / "tools/working_copy.py").write_text(COPY)


def test_it_sets_up_again_when_the_environment_is_no_longer_right(used):
    project, _ = used

    def is_right(folder):
        lesson = module(folder)
        assert lesson.is_ready(lesson.LESSON) == lesson.is_ready(lesson.TESTS)
        return lesson.is_ready(lesson.LESSON)

    assert is_right(project)
    for pins in ("pyproject.toml", "constraints.txt", *SETTINGS):
        before = (project / pins).read_bytes()
        (project / pins).write_bytes(before + b"\n")
        assert not is_right(project), pins
        (project / pins).write_bytes(before)
        assert is_right(project)
    python = python_of(project)
    python.rename(python.with_name("gone"))
    assert not is_right(project), "the Python it was made with is gone"
    python.with_name("gone").rename(python)
    assert is_right(project)
    moved = project.with_name("moved")
    project.rename(moved)
    assert not is_right(moved), "the folder was moved"
    moved.rename(project)

    (project / ".venv" / "leftover").touch()
    (project / "constraints.txt").write_text("numpy==2.0.1\n")
    assert lesson(project, "test").stdout.startswith(SET_UP)
    assert is_right(project)
    assert not (project / ".venv" / "leftover").exists()


def test_opening_the_lesson_does_not_install_what_only_the_tests_need(project):
    opened = lesson(project)
    assert opened.stdout.startswith(SET_UP)
    assert "['jupyterlab.py'" in opened.stdout
    assert ADD_TESTS not in opened.stdout
    (project / ".venv" / "kept").touch()
    tested = lesson(project, "notebooks")
    assert tested.stdout.startswith(ADD_TESTS)
    assert (project / ".venv" / "kept").exists()
    assert not lesson(project, "test").stdout.startswith((SET_UP, ADD_TESTS))


def test_a_failed_first_set_up_leaves_a_message_and_no_environment(project):
    (project / "backend.py").write_text(NO_NETWORK)
    failed = lesson(project)
    assert failed.returncode == 1
    assert "no network" in failed.stdout + failed.stderr
    assert failed.stderr.endswith("Put that right and run this command again.\n")
    assert "prefix" not in failed.stdout
    assert not list(project.glob(".venv*"))


def test_a_failed_set_up_leaves_the_last_environment_and_opens_the_lesson_with_it(project):
    lesson(project)
    (project / ".venv" / "old").touch()
    (project / "constraints.txt").write_text("numpy==2.0.1\n")
    (project / "backend.py").write_text(NO_NETWORK)
    for _ in range(2):
        opened = lesson(project)
        assert opened.stdout.startswith(SET_UP)
        assert "the lesson opens with the versions from before.\n['jupyterlab.py'" in opened.stdout
        assert opened.returncode == 3
        assert (project / ".venv" / "old").exists()
        assert not (project / ".venv-before").exists()
    tested = lesson(project, "test")
    assert tested.returncode == 1
    assert "What the tests need could not be installed" in tested.stderr
    assert (project / ".venv" / "old").exists()
    (project / "backend.py").write_text(BACKEND)
    assert "versions from before" not in lesson(project).stdout
    assert not (project / ".venv" / "old").exists()
    assert not (project / ".venv-before").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(("ready", "signal_name"), [(0, "SIGKILL"), (1, "SIGKILL"), (1, "SIGINT")])
def test_a_set_up_that_was_killed_is_done_again_and_loses_nothing(project, ready, signal_name):
    number = signal.Signals[signal_name]
    if ready:
        lesson(project)
        (project / ".venv" / "old").touch()
        (project / "constraints.txt").write_text("numpy==2.0.1\n")
    (project / "backend.py").write_text("open('at work', 'w').close()\nwhile True:\n    pass\n")
    command = [sys.executable, project / "lesson.py"]
    process = subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (project / "at work").exists():
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, number)
    assert process.wait() == (130 if number == signal.SIGINT else -number)
    if ready:
        (project / "backend.py").write_text(NO_NETWORK)
        assert "['jupyterlab.py'" in lesson(project).stdout
        assert (project / ".venv" / "old").exists()
    (project / "backend.py").write_text(BACKEND)
    again = lesson(project)
    assert again.stdout.startswith(SET_UP)
    assert again.returncode == 3
    assert not (project / ".venv" / "old").exists()


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        ([".venv/lesson-ready.txt"], ".venv"),
        ([".venv-before/lesson-ready.txt"], ".venv-before"),
        ([".venv/half of it", ".venv-before/lesson-ready.txt"], ".venv-before"),
        ([".venv/lesson-ready.txt", ".venv-before/lesson-ready.txt"], ".venv"),
        ([".venv/lesson-ready.txt", ".venv-before/half of it"], ".venv"),
    ],
)
def test_at_whatever_moment_it_is_killed_the_complete_environment_is_kept(project, files, kept):
    for name in files:
        (project / name).parent.mkdir()
        (project / name).write_text(name)
    module(project).tidy_up()
    assert [path.name for path in project.glob(".venv*")] == [".venv"]
    assert (project / ".venv/lesson-ready.txt").read_text() == f"{kept}/lesson-ready.txt"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_and_term_end_what_runs_in_its_own_way(used):
    project, _ = used
    wait = "    print('open', flush=True)\n    time.sleep(600)\n"
    bye = "except KeyboardInterrupt:\n    print('bye')\n    sys.exit(3)\n"
    (project / "jupyterlab.py").write_text("import sys, time\ntry:\n" + wait + bye)
    for number, last_words in ((signal.SIGINT, "bye\n"), (signal.SIGTERM, "")):
        process = subprocess.Popen(
            [sys.executable, project / "lesson.py"],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout.readline() == "open\n"
        if number == signal.SIGINT:  # Ctrl-C goes to all programs of the terminal
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        assert process.communicate(timeout=300) == (last_words, "")
        assert process.returncode == (3 if number == signal.SIGINT else 256 - signal.SIGTERM)
    (project / "jupyterlab.py").write_text(TELL)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13)])
def test_a_python_that_is_too_old_is_told_in_one_sentence(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"^The lesson needs Python 3\.11 or newer; this is"):
        runpy.run_path(str(LESSON))


@pytest.mark.parametrize(
    ("version", "is_tested"), [((3, 11, 0), True), ((3, 15, 9), True), ((3, 16, 0), False)]
)
def test_a_python_newer_than_tested_is_told_and_tried_with_the_newest_packages(
    project, monkeypatch, capsys, version, is_tested
):
    monkeypatch.setattr(sys, "version_info", version)
    names = module(project)
    commands = []

    def run(command):
        commands.append(command)
        names.VENV.mkdir(exist_ok=True)

    names.run = run
    assert names.set_up()
    said = capsys.readouterr().out
    assert ("Python 3.16 is newer than those the lesson was tested with" in said) != is_tested
    assert ("constraints.txt" in commands[-1]) == is_tested
    assert commands[-1][-2:] == ["-e", "."]


def test_old_pythons_can_read_the_file():
    source = LESSON.read_bytes()
    assert source.isascii()
    ast.parse(source, feature_version=(3, 4))


@pytest.mark.parametrize("words", [["tset"], ["notebook"]])
def test_unknown_words_are_answered_with_the_usage(project, words):
    done = lesson(project, *words)
    assert done.returncode == 2
    assert "python lesson.py test" in done.stderr
    assert not (project / ".venv").exists()


def test_a_handout_has_no_tests_and_says_so(project):
    (project / "tests").rmdir()
    for word in ("test", "notebooks", "handout", "site"):
        done = lesson(project, word)
        assert done.returncode == 1
        assert done.stderr.startswith("This is a handout of the lesson")
    assert not (project / ".venv").exists()


def test_help_needs_no_set_up(project):
    done = lesson(project, "--help")
    assert done.returncode == 0
    assert "python lesson.py test" in done.stdout
    assert not (project / ".venv").exists()
