"""Grade what a class has handed in: `python lesson.py grade FOLDER [--out REPORT]`.

FOLDER holds notebooks, one folder for each student, or is the zip of Moodle, Canvas or Google
Classroom. A file students.csv in it may give names to folders and files. Each submission is run in
a process of its own, without a network; nothing in FOLDER is changed. What is graded stays graded:
a second run goes on where the first was stopped, and takes up what has changed.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from grading import lesson
from grading.classroom import grade
from grading.key import check_key
from grading.pages import write_pages


def main(words):
    """Grade as the words of the command line say; return the exit status."""
    parser = argparse.ArgumentParser(prog="python lesson.py grade", description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="what was handed in")
    parser.add_argument("--out", metavar="REPORT", type=Path, help="default: FOLDER-report")
    parser.add_argument(
        "--check-key", action="store_true", help="see first that the key gets full marks"
    )
    parser.add_argument("--solutions", action="store_true", help="show them in the feedback")
    parser.add_argument("--nbgrader", action="store_true", help="write nbgrader's columns as well")
    parser.add_argument(
        "--seconds", type=float, default=60, help="of work for one cell (default: 60)"
    )
    asked = parser.parse_args(words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as with Ctrl-C
    try:
        folder, report = where(asked.folder, asked.out)
        notebooks = lesson.load()
        if asked.check_key:
            check_key(notebooks, asked.seconds)
            print("The key gets full marks, and the untouched hand-out none.")
        results = grade(folder, report, notebooks, asked.seconds, asked.nbgrader)
        write_pages(report, results, asked.solutions)
    except (OSError, RuntimeError, ValueError) as error:
        print(f"The grading stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What is graded is kept; the same command goes on from here.")
        return 130
    tell(results, report)
    return 0


def where(folder, report):
    """Return where the submissions are and where the results go, as whole paths."""
    folder = Path(os.path.realpath(folder))
    report = Path(os.path.realpath(report or f"{folder.with_suffix('')}-report"))
    if not folder.exists():
        raise ValueError(f"FOLDER must be a folder or a zip file; there is no {folder}")
    if lesson.ROOT.is_relative_to(folder):
        raise ValueError(f"FOLDER must not have the lesson in it; {folder} has")
    if report == folder or report.is_relative_to(folder):
        raise ValueError(f"REPORT must lie outside FOLDER, which stays as it is; got {report}")
    if report.exists() and not report.is_dir():
        raise ValueError(f"REPORT must be a folder; {report} is a file")
    return folder, report


def tell(results, report):
    """Say what came out and where it is."""
    states = [result["status"] for result in results]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    print(f"{len(results)} students: {counts}. See {report / 'class.html'}.")
    print("Beside it are grades.csv, a page for each student in feedback, and alike.txt.")
    print(f"The points for each exercise are in {report / 'weights.toml'}, yours to change.")
    if sys.platform != "linux":
        print("On this system a submission is kept from the network by Python only, not by it.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
