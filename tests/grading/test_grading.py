"""A class is graded: every submission gets the marks that it must have."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import command_line
import psutil
import pytest
import submissions

import grade as command
from grading import apart, lesson
from grading.classroom import grade
from grading.key import check_key
from grading.results import load_results

NOTEBOOKS = lesson.load()
SECONDS = 8  # for a cell: what runs right takes less than one


def state(folder):
    """Return what is in a folder, byte for byte."""
    files = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        str(file): (file.stat().st_mtime_ns, hashlib.sha256(file.read_bytes()).digest())
        for file in files
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade the four classes: {class: ({student: result}, its submissions, its report)}."""
    root = tmp_path_factory.mktemp("classes")
    found = {}
    for path, made in submissions.write(root / "in").items():
        before, report = state(path), root / f"{path.stem} report"
        results = grade(path, report, NOTEBOOKS, SECONDS)
        assert state(path) == before, "the folder of the class has changed"
        found[path.stem] = {result["student"]: result for result in results}, made, report
    return found


NAMES = [("by hand", made.student) for made in submissions.by_hand()]
NAMES += [(n, m.student) for n, made in submissions.from_platforms().items() for m in made]


def test_there_are_thirty_and_no_more_come_out(graded):
    assert len(NAMES) >= 30
    assert sorted((name, student) for name, found in graded.items() for student in found[0]) == (
        sorted(NAMES)
    )


@pytest.mark.parametrize(("name", "student"), NAMES)
def test_every_submission_gets_its_marks(graded, name, student):
    results, made, _ = graded[name]
    result = results[student]
    (wanted,) = [one for one in made if one.student == student]
    marks = {(e["notebook"], e["exercise"]): (e["status"], e["slip"]) for e in result["exercises"]}
    for key, mark in wanted.marks.items():
        status, slip = mark if isinstance(mark, tuple) else (mark, "")
        assert marks[key][0] == status, (key, result)
        assert slip in (marks[key][1] or ""), (key, result)
    rest = {key: status for key, (status, _) in marks.items() if key not in wanted.marks}
    assert set(rest.values()) <= {"missing"}, rest
    wanted_status = [wanted.status] if wanted.status else ["graded", "partly"]
    assert result["status"] in wanted_status, result["notes"]
    assert wanted.note in " ".join(result["notes"])
    assert result["points"] == sum(mark == "right" for mark in wanted.marks.values())
    if wanted.status in ("missing", "unreadable"):
        assert result["notes"], "never a silent 0"


# ------------------------------------------------------------------ stopped, changed, run again


@pytest.fixture
def two(tmp_path):
    """Write a class of two: one is right, one is not."""
    for name, answer in (("Ada", "norms"), ("Alan", "argmax")):
        cells = submissions.HEAD, submissions.answer("assign", answer)
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "04.ipynb").write_bytes(submissions.notebook(*cells))
    return tmp_path


def runs(monkeypatch):
    """Count the submissions that are run."""
    count = []
    run = apart.run
    monkeypatch.setattr(apart, "run", lambda *args: count.append(args) or run(*args))
    return count


def test_what_is_graded_is_not_run_again_and_what_changed_is(two, monkeypatch):
    count = runs(monkeypatch)
    first = grade(two / "in", two / "out", NOTEBOOKS, SECONDS)
    again = grade(two / "in", two / "out", NOTEBOOKS, SECONDS)
    assert len(count) == 2
    assert again == first, "a second run gives the same grades"
    (two / "out" / "weights.toml").write_text("[04]\nassign = 3")
    (two / "in" / "students.csv").write_text("Alan,Alan Turing")
    path = two / "in" / "Ada" / "04.ipynb"
    path.write_bytes(path.read_bytes().replace(b"argmin", b"argmax"))
    ada, alan = grade(two / "in", two / "out", NOTEBOOKS, SECONDS)
    assert (ada["points"], ada["of"]) == (0, 3)
    assert (alan["student"], alan["of"]) == ("Alan Turing", 3)
    assert len(list((two / "out" / "results").iterdir())) == 2, "no result of an old name stays"
    with pytest.raises(ValueError, match="holds the results of another class"):
        grade(two / "in" / "Ada", two / "out", NOTEBOOKS, SECONDS)


def test_a_kill_in_the_middle_loses_no_finished_grade(two):
    slow = submissions.notebook(submissions.HEAD, "import time\ntime.sleep(10**6)")
    (two / "in" / "Zoe").mkdir()
    (two / "in" / "Zoe" / "04.ipynb").write_bytes(slow)
    words = [sys.executable, submissions.ROOT / "tools" / "grade.py", two / "in", "--out"]
    process = subprocess.Popen([*words, two / "out"], stderr=subprocess.DEVNULL)
    begun = psutil.Process(process.pid)
    while len(list((two / "out").glob("results/*.json"))) < 2:
        assert process.poll() is None
        time.sleep(0.1)
    ours = begun.children(recursive=True)
    assert ours, "the third is still running"
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(ours, timeout=60)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE], "none runs on"
    assert {result["student"] for result in load_results(two / "out")} == {"Ada", "Alan"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_ends_all_and_says_how_to_go_on(two):
    slow = submissions.notebook(submissions.HEAD, "import time\ntime.sleep(10**6)")
    (two / "in" / "Ada" / "04.ipynb").write_bytes(slow)
    words = [sys.executable, submissions.ROOT / "tools" / "grade.py", two / "in", "--out"]
    pipe = subprocess.PIPE
    process = command_line.hearing([*words, two / "out"], stdout=pipe, stderr=subprocess.DEVNULL)
    while not list((two / "out").glob("results/*.json")):
        time.sleep(0.1)
    ours = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate()
    assert process.returncode == 130
    assert b"the same command goes on from here" in told
    assert not [one for one in ours if one.is_running()]
    assert not list(Path(tempfile.gettempdir()).glob(f"kmeans-lesson-{process.pid}-*"))


def test_the_lesson_s_solutions_are_right_and_what_is_handed_out_is_not_written(capfd):
    check_key(NOTEBOOKS, 20)


def test_a_key_that_is_wrong_stops_before_the_class(monkeypatch):
    one = NOTEBOOKS["02"]
    tasks = [
        replace(task, solution="my_row = 1") if task.name == "row" else task for task in one.tasks
    ]
    with pytest.raises(ValueError, match="the key should be right in all exercises; 02 row"):
        check_key({"02": replace(one, tasks=tasks)}, 20)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "FOLDER must be a folder or a zip file; there is no"),
        (["in", "--out", "in/report"], "REPORT must lie outside FOLDER"),
        ([str(submissions.ROOT.parent)], "FOLDER must not have the lesson in it"),
        (["in/Ada", "--out", "in/Ada/04.ipynb"], "REPORT must"),
        (["empty"], "there is nothing in"),
    ],
)
def test_a_mistake_gets_one_sentence(two, monkeypatch, capsys, words, told):
    monkeypatch.chdir(two)
    (two / "empty").mkdir()
    assert command.main(words) == 1
    assert told in capsys.readouterr().err


def test_a_submission_cannot_look_at_others_nor_write_outside(two):
    cells = [
        submissions.HEAD,
        f"found = []\nfor name in ({str(two / 'in/Alan/04.ipynb')!r}, '../../in/Alan/04.ipynb'):\n"
        "    try:\n        found.append(open(name).read())\n    except OSError:\n        pass",
        f"try:\n    open({str(two / 'left')!r}, 'w')\nexcept OSError:\n    found.append('kept')",
        "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9))\n"
        "except OSError as error:\n    found.append(str(error))",
        "import os\nfound.append(sorted(os.listdir()) + sorted(os.listdir('../data'))[:1])",
        "def my_kmeans(p, c, i):\n    raise ValueError(found)",
    ]
    path = two / "in" / "Ada" / "04.ipynb"
    path.write_bytes(submissions.notebook(*cells))
    ada, _ = grade(two / "in", two / "out", NOTEBOOKS, SECONDS)
    (said,) = [e["answer"] for e in ada["exercises"] if e["status"] == "error"]
    assert "['kept', 'there is no network while a notebook is graded', ['" in said
    assert not (two / "left").exists()
