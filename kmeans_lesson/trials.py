"""Run a learner's function on cases, safely: an endless loop is stopped, an error put into words.

The function runs in a second thread, because that can be stopped on every system and from every
thread a kernel may use; the notebook, its variables and its random numbers stay as they were.
"""

import builtins
import contextlib
import copy
import ctypes
import io
import linecache
import random
import sys
import threading
import time
import traceback
import warnings
from dataclasses import dataclass, field

import numpy as np

LIMIT = 1.4  # seconds for all cases together


@dataclass
class Trial:
    """One call of the learner's function: the case, and what came of it."""

    words: str
    args: tuple
    got: object = None
    printed: str = ""
    error: BaseException | None = None
    changed: tuple = ()  # which of the inputs it changed, by position
    global_random: bool = False  # whether it used the random state that all share
    lines: int = 0  # how many lines of the learner's code were run
    seen: set = field(default_factory=set, repr=False)  # which lines those were
    stopped: bool = False  # whether it has to end at the next line


class Endless(Exception):
    """What a trial raised that did not come to an end; the text says where it was."""


class _Stop(BaseException):
    """Sent into the thread of a function that does not end."""


def run(function, cases, read, watch=True):
    """Call `function` on copies of every case, (words, args): a Trial each, up to an endless one.

    `read` turns what the function gave into arrays of our own. To `watch` the lines takes time.
    """
    trials, printed = [], io.StringIO()

    def work():
        with contextlib.suppress(_Stop), np.errstate(all="ignore"):
            for words, args in cases:
                trial = Trial(words, args)
                trials.append(trial)
                _call(function, trial, read, printed, watch)

    with _apart(printed):
        thread = threading.Thread(target=work, name="check", daemon=True)
        thread.start()
        try:
            thread.join(LIMIT)
        finally:  # also when the learner interrupts the kernel
            done = list(trials)
            if thread.is_alive():
                place = _stop(thread, function, done[-1])
                done[-1] = Trial(done[-1].words, done[-1].args, error=Endless(place))
    return done


def _call(function, trial, read, printed, watch):
    args = copy.deepcopy(trial.args)
    state = _seeded(0)
    start = printed.tell()
    try:
        if watch:
            sys.settrace(_watcher(function, trial))
        value = function(*args)
        sys.settrace(None)
        trial.got = read(value, trial.args)
    except _Stop:
        raise
    except BaseException as error:  # also sys.exit() must not end the notebook
        trial.error = error
    sys.settrace(None)
    trial.printed = printed.getvalue()[start:] if printed.tell() > start else ""
    trial.global_random = state != _random_state()
    trial.changed = tuple(
        i
        for i, (before, after) in enumerate(zip(trial.args, args, strict=True))
        if not _equal(before, after)
    )


def _watcher(function, trial):
    """Make a trace function that notes the lines run in the function's own file."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)

    def trace(frame, event, _):
        if frame.f_code.co_filename != file:
            return None
        if event == "line":
            trial.lines += 1
            trial.seen.add((frame.f_lineno, frame.f_code.co_name))
            if trial.stopped:
                raise _Stop
        return trace

    return trace


def _equal(before, after):
    if not isinstance(before, np.ndarray):
        return before == after
    same_kind = before.shape == after.shape and before.dtype == after.dtype
    return same_kind and np.array_equal(before, after)


def _seeded(seed):
    random.seed(seed)
    np.random.seed(seed)
    return _random_state()


def _random_state():
    name, keys, *rest = np.random.get_state()
    return random.getstate(), name, keys.tobytes(), rest


@contextlib.contextmanager
def _apart(printed):
    """Keep prints, warnings, questions and random numbers away from the notebook."""
    states, ask = (random.getstate(), np.random.get_state()), builtins.input
    builtins.input = _no_input
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        builtins.input = ask
        random.setstate(states[0])
        np.random.set_state(states[1])


def _no_input(*_):
    raise EOFError("nobody is there to answer")


def _stop(thread, function, trial):
    """Stop a thread, and say where it was: in the first of the lines run at the moment.

    One that sleeps is left to end when it awakes, because an exception that waits for a thread
    disturbs others. Any other is sent _Stop, again and again if it is caught.
    """
    before, trial.seen = trial.seen, set()
    places = {_place(thread) for _ in range(5)}
    line = min(list(trial.seen), default=None)
    trial.stopped = True
    end = time.monotonic() + 0.3
    while (line or len(places) > 1) and thread.is_alive() and time.monotonic() < end:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(_Stop)
        )
        thread.join(0.01)
    line = line or max(before, default=None)
    if not line:
        return ""
    return where(function, [traceback.FrameSummary(function.__code__.co_filename, *line)])


def _place(thread):
    time.sleep(0.01)
    frame = sys._current_frames().get(thread.ident)
    return frame and (id(frame), frame.f_lasti)


REASONS = {
    Endless: "It has not come to an end after {limit} seconds, so it was stopped: "
    "is there a loop that never ends?",
    NameError: "It uses a name that has no value there: is it spelt right, and set before?",
    IndexError: "It asks for a place that is not there: how many are there, and what is the last?",
    KeyError: "It looks up something that is not there.",
    AttributeError: "It asks something for a part or a method it does not have.",
    ZeroDivisionError: "It divides by zero.",
    RecursionError: "It calls itself again and again: where should it stop?",
    MemoryError: "It asks for more memory than there is: what shape does that array have?",
    OverflowError: "A number does not fit into its type.",
    ImportError: "It imports something that is not there.",
    EOFError: "It asks for input; everything it needs is in its parameters.",
    AssertionError: "An assert in it does not hold.",
    SystemExit: "It calls exit, which would end the whole notebook; return is enough.",
    KeyboardInterrupt: "It raises KeyboardInterrupt itself.",
    TypeError: "It does something with a value of the wrong type.",
    ValueError: "The values, or the shapes of two arrays, do not fit together there.",
}


def explain(function, error):
    """Say in words where and why a call did not run."""
    if isinstance(error, Endless):
        return f"{error}{REASONS[Endless].format(limit=LIMIT)}"
    place = where(function, traceback.extract_tb(error.__traceback__)[::-1])
    reasons = [words for kind, words in REASONS.items() if isinstance(error, kind)]
    message = " ".join(str(error).split())[:200]
    raised = f" ({type(error).__name__}{': ' if message else ''}{message})"
    return place + (reasons[0] if reasons else "It raises an error.") + raised


def where(function, frames):
    """Name the line of the learner's code, innermost first, that the frames were in."""
    code = getattr(function, "__code__", None)
    for frame in frames:
        if code and frame.filename == code.co_filename:
            text = linecache.getline(frame.filename, frame.lineno).strip()
            number = frame.lineno - code.co_firstlineno + 1
            inside = frame.name == code.co_name or frame.name.startswith("<")
            place = f"line {number} of {code.co_name}" if inside else f"{frame.name}"
            return f"Look at {place}{f': `{text}`' if text else ''}. "
    return ""
