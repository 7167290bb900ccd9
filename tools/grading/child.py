"""Run the notebooks of one submission, in a process of its own, and judge what is written in them.

Reads a job from its standard input, and writes one line of JSON for each thing that happens:

    {"step": ["cell", "0", 12]}  what begins now; what ends the process is laid to it
    {"notebook": …}              what came of one notebook, see `Graded`
"""

import json
import os
import shutil
import sys
from pathlib import Path

from grading import guard


def main():
    """Do the job; the limits come first, before any other module makes threads."""
    job = json.loads(sys.stdin.readline())
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    guard.limit_memory(job["memory"])
    guard.cut_network()

    def tell(**what):
        lines.write(json.dumps(what) + "\n")

    tell(step=["start"])
    from grading import notebook  # numpy, IPython and the package: a second

    box = Path(job["box"])
    taken = {path: (box / path).read_bytes() for path in job["files"]}
    shutil.rmtree(box / "submitted")
    guard.refuse(box, job["hidden"])
    sys.path[:] = [folder for folder in sys.path if folder != job["tools"]]
    notebook.grade_all(taken, box, job["ended"], job["finished"], tell)
    tell(step=["end"])
    os._exit(0)  # threads of the learner's have nothing to finish


if __name__ == "__main__":
    main()
