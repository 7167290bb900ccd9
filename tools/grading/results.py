"""Results: one JSON file for each student in REPORT/results, written whole or not at all.

    {"student": "Ada Lovelace", "key": "what tells this student from others of the same name",
     "file": "what was graded: relative paths, or members of a zip, joined by commas",
     "also": ["earlier submissions, not graded"],
     "status": "graded", "notes": ["sentences for the teacher"],
     "exercises": [{"notebook": "04", "exercise": "assign", "function": "my_assign",
                    "status": "wrong", "slip": "argmax", "answer": "what the check says",
                    "points": 0.0, "of": 1.0, "source": "the learner's code"}],
     "predictions": {"04-argmin": "b"}, "points": 7.5, "of": 22.0, "fingerprint": "…"}

An exercise for which the weights give no points has `of` 0; a table or a page may leave it out.
"""

import hashlib
import json
import re
import unicodedata

from kmeans_lesson.formats.files import replace_file

# Of a submission: all was run / something could not be / no notebook came / nothing was done in
# time / no notebook can be read.
STATUSES = ("graded", "partly", "missing", "timed out", "unreadable")
# Of an exercise; only `right` earns points. Missing is: not written, or not to be found.
KINDS = ("right", "wrong", "missing", "error", "timed out", "borrowed")


def load_results(report):
    """Return the results of a report's students, a list of dicts, in the order of their names."""
    found = []
    for path in (report / "results").glob("*.json"):
        try:
            found.append(json.loads(path.read_text(encoding="utf-8")))
        except ValueError:
            raise ValueError(f"{path} is no file of results: delete it and grade again") from None
    return sorted(found, key=lambda result: (result["student"].casefold(), result["key"]))


def save_result(report, result):
    """Write the result of one student, whole or not at all."""
    (report / "results").mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    replace_file(report / "results" / f"{file_stem(result)}.json", text.encode(errors="replace"))


def file_stem(result):
    """Return a name for a student's files: the same each time, and another for each student."""
    plain = unicodedata.normalize("NFKD", result["student"]).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40] or "student"
    return f"{words}-{hashlib.sha256(result['key'].encode(errors='replace')).hexdigest()[:6]}"
