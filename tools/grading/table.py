"""Tables of the grades that a spreadsheet opens: grades.csv, and nbgrader's columns."""

import csv
import io

from kmeans_lesson.formats.files import replace_file

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NBGRADER = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name"]
NBGRADER += ["email", "raw_score", "late_submission_penalty", "score", "max_score"]


def write_grades(report, results):
    """Write grades.csv: a row for each student, three columns for each exercise that counts."""
    counted = [e for e in results[0]["exercises"] if e["of"]] if results else []
    names = [f"{e['notebook']} {e['exercise']}" for e in counted]
    columns = [c for name in names for c in (name, f"{name} slip", f"{name} points")]
    rows = [["student", "status", *columns, "points", "of", "notes", "file", "not graded"]]
    for result in results:
        cells = []
        for exercise in result["exercises"]:
            if exercise["of"]:
                cells += [exercise["status"], exercise["slip"] or "", exercise["points"]]
        notes, also = "\n".join(result["notes"]), ", ".join(result["also"])
        row = [result["student"], result["status"], *cells, result["points"], result["of"]]
        rows.append([*row, notes, result["file"], also])
    _write(report / "grades.csv", rows)


def write_nbgrader(report, results):
    """Write nbgrader.csv: the columns of `nbgrader export`, for those who import them."""
    rows = [NBGRADER]
    for result in results:
        first, _, last = result["student"].rpartition(" ")
        row = ["kmeans_lesson", "", "", result["student"], last, first, ""]
        rows.append([*row, result["points"], 0.0, result["points"], result["of"]])
    _write(report / "nbgrader.csv", rows)


def _write(path, rows):
    text = io.StringIO()
    csv.writer(text).writerows([[safe(cell) for cell in row] for row in rows])
    replace_file(path, text.getvalue().encode("utf-8-sig", errors="replace"))


def safe(cell):
    """Return a cell that no spreadsheet takes for a formula."""
    is_formula = isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA)
    return f"'{cell}" if is_formula else cell
