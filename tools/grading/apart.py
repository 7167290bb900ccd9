"""Run a submission in a process of its own, and end it where it takes too much.

What it was doing when it was ended, a cell or a check, is left out when it begins again; so one
endless loop costs one exercise.
"""

import contextlib
import json
import math
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from grading.lesson import ROOT

TOOLS = Path(__file__).resolve().parents[1]
LOOK = 0.2  # seconds between two looks at a process
IDLE = 0.02  # seconds of processor time between two looks, of a process that sleeps
BUSY = (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP)
OURS = 60  # seconds for loading the package and for reading a file, whatever a cell may take
MEMORY = 2 * 2**30  # bytes, for a submission with all that it starts
WRITTEN = 2**30  # bytes in all files that it writes
CELLS = 10  # as many times the time of one cell is the time of a submission
KEPT = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LC_CTYPE")  # of the teacher's environment
ENDS = 25  # so often a submission may be ended and begin again


@dataclass
class Outcome:
    """What came of one submission: its notebooks, and why some of it could not be run."""

    notebooks: list = field(default_factory=list)
    unreadable: dict = field(default_factory=dict)
    ended: list = field(default_factory=list)  # [[step, cause], ...]
    numbers: dict = field(default_factory=dict)  # {file: the notebook of the lesson that it is}
    faults: list = field(default_factory=list)  # of the grading itself
    in_time: bool = True


def run(files, hidden, seconds, stop):
    """Run the notebooks `files`, {name: bytes}, oldest first, with `seconds` for each cell."""
    outcome, spent = Outcome(), 0.0
    while not stop.is_set():
        with _box(files) as box:
            job = {"box": str(box), "files": list(files), "hidden": hidden, "memory": MEMORY}
            job |= {"tools": str(TOOLS), "ended": outcome.ended}
            job |= {"seconds": 2 * CELLS * math.ceil(seconds)}
            job["finished"] = [notebook["file"] for notebook in outcome.notebooks]
            watched = Watched(box, job, outcome)
            step, cause = watched.run(seconds, OURS + CELLS * seconds - spent, stop)
            spent += watched.used
        if step == ["end"] or stop.is_set():
            return outcome
        outcome.ended.append([step, cause])
        if spent >= OURS + CELLS * seconds or len(outcome.ended) == ENDS:
            outcome.in_time = False
            return outcome
        if step == ["start"]:
            raise RuntimeError(f"a process to run submissions cannot start: {outcome.faults}")
    return outcome


@contextlib.contextmanager
def _box(files):
    """Make a folder of its own for a submission: its files and a copy of the lesson's images."""
    box = Path(os.path.realpath(tempfile.mkdtemp(prefix=f"kmeans-lesson-{os.getpid()}-")))
    try:
        shutil.copytree(ROOT / "data", box / "data", ignore=shutil.ignore_patterns("__pycache__"))
        (box / "tmp").mkdir()
        for name, data in files.items():
            path = box / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        yield box
    finally:
        shutil.rmtree(box, ignore_errors=True)


class Watched:
    """A process that runs a submission, from its start to its end."""

    def __init__(self, box, job, outcome):
        self.box, self.outcome, self.step, self.used = box, outcome, ["start"], 0.0
        own = {"HOME": box, "USERPROFILE": box, "TMPDIR": box / "tmp", "TEMP": box / "tmp"}
        own |= {"IPYTHONDIR": box / "tmp", "MPLCONFIGDIR": _figures_cache(), "MPLBACKEND": "agg"}
        own |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{TOOLS}", "PYTHONHASHSEED": 0, "PIP_NO_INDEX": 1}
        own |= {"OPENBLAS_NUM_THREADS": 1, "OMP_NUM_THREADS": 1, "PYTHONDONTWRITEBYTECODE": 1}
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grading.inside.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=box,
            env=kept | {name: str(value) for name, value in own.items()},
            start_new_session=True,
        )
        self.lines = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        with contextlib.suppress(OSError):  # it is gone already, and will be found to be
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()  # and it stays open: where it closes, the process ends

    def _read(self):
        with self.process.stdout as told:
            for line in told:
                self.lines.put(line)
        self.lines.put(None)

    def run(self, seconds, left, stop):
        """Follow the process to its end; return what it did last and why it ended."""
        begun = asleep = 0.0
        try:
            looked = psutil.Process(self.process.pid)
            while not stop.is_set():
                try:
                    line = self.lines.get(timeout=LOOK)
                except queue.Empty:
                    now = _used(looked)
                    asleep += LOOK * (now - self.used < IDLE and not _any_runs(looked))
                    self.used = max(now, self.used)
                    allowed = max(seconds, OURS) if self.step[0] in ("start", "read") else seconds
                    if max(self.used - begun, asleep) > allowed or self.used > left:
                        return self.step, "time"
                    if max(_memory(looked)) > MEMORY or sum(_memory(looked)) > 2 * MEMORY:
                        return self.step, "memory"
                    if _size(self.box) > WRITTEN:
                        return self.step, "output"
                    continue
                if line is None:
                    return self.step, "died"
                self.used = max(_used(looked), self.used)
                if self._hear(line):
                    begun, asleep = self.used, 0.0
                if self.step == ["end"]:
                    break
        finally:
            end(self.process)
        return self.step, ""

    def _hear(self, line):
        """Take in what the process tells; say whether a new step begins."""
        try:
            told = json.loads(line)
        except ValueError:  # not ours: whatever a notebook writes there is not heard
            return False
        if "notebook" in told:
            self.outcome.notebooks.append(told["notebook"])
        if "unreadable" in told:
            self.outcome.unreadable[told["unreadable"]] = told["reason"]
        if "read" in told:
            self.outcome.numbers[told["read"]] = told["number"]
        if "fault" in told:
            self.outcome.faults.append(told["fault"])
        self.step = told.get("step", self.step)
        return "step" in told


def _figures_cache():
    import matplotlib

    return matplotlib.get_cachedir()


def _family(process):
    """Return a process and all that it has started, as far as they are there."""
    with contextlib.suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return []


def _each(process, measure):
    found = [0]
    for one in _family(process):
        with contextlib.suppress(psutil.Error):
            found.append(measure(one))
    return found


def _used(process):
    """Return the processor time of a process and of those it has started, in seconds."""
    return sum(_each(process, lambda one: sum(one.cpu_times()[:4])))


def _memory(process):
    """Return how much memory each of them has; of a forked one part is that of its parent."""
    return _each(process, lambda one: one.memory_info().rss)


def _any_runs(process):
    return any(_each(process, lambda one: one.status() in BUSY))


def _size(box):
    """Return how many bytes are in all files of a folder."""
    total = 0
    for folder, _, names in os.walk(box):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(folder, name)).st_size
    return total


def end(process):
    """End a process and all that it has started, also what runs on in its session."""
    with contextlib.suppress(psutil.Error):
        for one in reversed(_family(psutil.Process(process.pid))):
            with contextlib.suppress(psutil.Error):
                one.kill()
    if os.name == "posix":
        for _ in range(10):
            left = [pid for pid in psutil.pids() if _session(pid) == process.pid]
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            process.poll()
            if not left:
                break
    process.wait()
    with contextlib.suppress(OSError):
        process.stdin.close()


def _session(pid):
    try:
        return os.getsid(pid)
    except OSError:
        return None
