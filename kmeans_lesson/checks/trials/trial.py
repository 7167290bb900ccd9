"""Call a learner's function on cases, and note what came of each call.

On Linux this happens in a process of its own: whatever the function changes, hangs in or ends, the
notebook stays as it is. Elsewhere it is a second thread: Windows cannot fork, and on macOS numpy
may not work in a forked process. A thread can be stopped in a loop of Python's, but not inside a C
function, and what ends the process ends the notebook. Where no thread can start either, as in a
browser, the function is called directly, and nothing stops an endless loop but closing the page.
"""

import builtins
import copy
import os
import sys
import time
from dataclasses import dataclass, field

import numpy as np

from kmeans_lesson.checks.exercise import Case, shape_of
from kmeans_lesson.checks.trials import processes, threads, world
from kmeans_lesson.checks.trials.errors import explain
from kmeans_lesson.checks.words import Thing

LIMIT = 2.0  # seconds of processor time for all cases; a slow right answer takes a quarter
ENOUGH = 50_000  # lines that are counted: more would only take time
CAN_FORK = sys.platform == "linux"
PACKAGE = os.path.abspath(__file__).rpartition("checks")[0]


@dataclass(eq=False)
class Trial:
    """One call of the learner's function: the case, and what came of it."""

    case: Case
    got: object = None
    labels: object = None  # what came with the result, where an exercise allows it
    blank: bool = False  # whether it gave the three dots of a gap
    printed: str = ""
    error: str = ""  # the kind of error it raised
    reason: str = ""  # that error in words
    changed: tuple = ()  # which of the inputs it changed, by position
    global_random: bool = False  # whether it used the random state that all share
    seconds: float = 0.0  # how long it took, of processor time
    lines: int = 0  # how many lines of the learner's code were run
    borrowed: set = field(default_factory=set)  # what it called of this package: (module, function)

    @property
    def args(self):
        """What the function was called with."""
        return self.case.args

    @property
    def words(self):
        """The case in words."""
        return self.case.words


def run(function, cases, read, learners, watch=True, limit=LIMIT):
    """Call `function` on copies of every case: a Trial each, the last one where it was stopped.

    `read` makes arrays of what the function gave: (result, labels). `learners` are the functions of
    numpy and Python as the learner's code has them. To `watch` the lines takes time. The limit is
    in seconds for all cases together.
    """
    with world.quiet() as printed:

        def attempts(over=lambda: False):
            args = ()
            for case in cases:
                if over():  # it was asleep, or did not let itself be stopped
                    return
                args = _fresh(case.args, args)
                trial = Trial(case)
                value = _call(function, args, trial, learners, watch, over)
                _note(trial, value, args, read, printed)
                yield trial

        apart = processes.run if CAN_FORK else threads.run
        trials, end = apart(attempts, function, limit)
    world.put_back(world.ORIGINAL)
    for trial, case in zip(trials, cases, strict=False):
        trial.case = case  # not the copy that came from another process
    if end:
        trials.append(Trial(cases[len(trials)], error=end.kind, reason=end.reason))
    return trials


def _fresh(args, before):
    """Copy the arguments; an array like that of the call before becomes that array, refilled.

    So a function that remembers the result for an array it knows is found out.
    """
    return tuple(map(_refilled, args, before or args))


def _refilled(new, old):
    kinds = [(shape_of(a), getattr(a, "dtype", None), getattr(a, "strides", 0)) for a in (new, old)]
    if new is old or not isinstance(new, np.ndarray) or kinds[0] != kinds[1]:
        return copy.deepcopy(new)
    old[...] = new
    return old


def clock_of_thread():
    """Return the clock of this thread's processor time; a browser has no other threads."""
    return getattr(time, "thread_time", time.process_time)


def _call(function, args, trial, learners, watch, over):
    """Call the function, among the learner's own functions, and note how that went."""
    before, state, value, raised = world.World(), world.seed_all(0), None, None
    world.put_back(learners)
    builtins.input, clock = world.nobody_answers, clock_of_thread()
    try:
        if watch:
            sys.settrace(_watcher(function, trial))
        start = clock()
        value = function(*args)
        trial.seconds = clock() - start
    except BaseException as error:  # also sys.exit() must not end the notebook
        raised = error
    sys.settrace(None)
    if over():
        raise SystemExit
    world.put_back(world.ORIGINAL)
    trial.global_random = state != world.random_state()
    before.put_back()
    if raised is not None:
        trial.error, trial.reason = type(raised).__name__, explain(function, raised)
    return value


def _note(trial, value, args, read, printed):
    """Note what the function gave, what it printed, and which inputs it changed."""
    parts = value if isinstance(value, tuple) else [value]
    trial.blank = any(part is ... for part in parts)
    trial.got, trial.labels = map(_plain, read(value, trial.args))
    trial.printed = printed.getvalue()
    printed.seek(0)
    printed.truncate()
    pairs = enumerate(zip(trial.args, args, strict=True))
    trial.changed = tuple(i for i, (before, after) in pairs if not _equal(before, after))


def _plain(value):
    """Return an array or None as it is, and the name of anything else."""
    return value if value is None or isinstance(value, np.ndarray) else Thing(value)


def _equal(before, after):
    if not isinstance(before, np.ndarray):
        return before == after
    same_kind = before.shape == after.shape and before.dtype == after.dtype
    return same_kind and np.array_equal(before, after)


def _watcher(function, trial):
    """Make a trace function that counts the learner's lines, and notes our functions it calls."""
    learners_file = getattr(getattr(function, "__code__", None), "co_filename", None)

    def trace(frame, event, _):
        file, caller = frame.f_code.co_filename, frame.f_back
        if file.startswith(PACKAGE):
            ours = caller.f_code.co_filename.startswith(PACKAGE)
            if not ours or caller.f_code is _call.__code__:
                module = os.path.relpath(file, PACKAGE)
                trial.borrowed.add((module, frame.f_code.co_name))
        if file != learners_file or trial.lines > ENOUGH:
            return None
        if event == "line":
            trial.lines += 1
        return trace

    return trace
