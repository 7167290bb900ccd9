"""A class is graded: every submission gets the marks that it must have."""

import hashlib

import pytest
import submissions

from grading import lesson
from grading.classroom import grade

NOTEBOOKS = lesson.load()
SECONDS = 2  # for a cell


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
    assert result["status"] == wanted.status, result["notes"]
    assert wanted.note in " ".join(result["notes"])
    assert result["points"] == sum(mark == "right" for mark in wanted.marks.values())
    if wanted.status in ("missing", "unreadable"):
        assert result["notes"], "never a silent 0"
