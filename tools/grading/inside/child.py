"""Run the notebooks of one submission, in a process of its own, and judge what is written in them.

Reads a job from its standard input, and writes one line of JSON for each thing that happens:

    {"step": ["cell", "0", 12]}  what begins now; what ends the process is laid to it
    {"read": …, "number": "04"}  which notebook of the lesson a file is
    {"unreadable": …}            that it is none, and the reason
    {"notebook": …}              what came of one notebook, see `Graded.found`
    {"fault": …}                 an error outside all cells and checks
"""

import contextlib
import json
import os
import shutil
import sys
import threading
import traceback
from pathlib import Path

from grading.inside import guard, nothing


def main():
    """Do the job; the limits come first, before any other module makes threads."""
    job = json.loads(sys.stdin.readline())
    held = os.dup(0)
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    guard.limit(job["memory"], job["seconds"])
    guard.cut_network()
    threading.Thread(target=end_with, args=(held,), daemon=True).start()

    owner = os.getpid()

    def tell(**what):
        if os.getpid() != owner:  # a learner's cell has forked
            os._exit(0)
        lines.write(json.dumps(what) + "\n")

    tell(step=["start"])
    try:
        work(job, tell)
    except Exception:  # ours, or a learner's who has broken Python
        tell(fault=traceback.format_exc()[-2000:])
    os._exit(0)  # threads of the learner's have nothing to finish


def end_with(pipe):
    """End when the other end of a pipe is gone, which is held by the process that looks on."""
    with contextlib.suppress(OSError):
        while os.read(pipe, 1):
            pass
        os._exit(1)


def work(job, tell):
    """Load the package, close what a notebook must not reach, and grade."""
    nothing.stand_in()
    from grading.inside import notebook  # numpy, IPython and the package: a second

    box = Path(job["box"])
    taken = {path: (box / path).read_bytes() for path in job["files"]}
    shutil.rmtree(box / "submitted")
    guard.refuse(box, job["hidden"])
    sys.path[:] = [folder for folder in sys.path if folder != job["tools"]]
    notebook.grade_all(taken, box, job["ended"], job["finished"], tell)
    tell(step=["end"])


if __name__ == "__main__":
    main()
