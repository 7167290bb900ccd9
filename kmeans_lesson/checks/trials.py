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

LIMIT = 1.4  # seconds for all cases together, of processor time
LOOK = 0.02  # seconds between two looks at a function that runs


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
    seconds: float = 0.0  # how long it took, of processor time
    lines: int = 0  # how many lines of the learner's code were run
    seen: set = field(default_factory=set, repr=False)  # which lines those were


class Endless(Exception):
    """What a trial raised that did not come to an end; the text says where it was."""


class _Wait(BaseException):
    """Sent into a thread that catches whatever ends it: on catching this, it waits for ever."""

    def __init__(self):
        threading.Event().wait()


def run(function, cases, read, watch=True, limit=LIMIT):
    """Call `function` on copies of every case, (words, args): a Trial each, up to an endless one.

    `read` turns what the function gave into arrays of our own. To `watch` the lines takes time. The
    limit is in seconds for all cases together.
    """
    trials, printed, over = [], io.StringIO(), threading.Event()

    def work():
        with contextlib.suppress(SystemExit), np.errstate(all="ignore"):
            for words, args in cases:
                if over.is_set():  # it was asleep, or did not let itself be stopped
                    return
                trial = Trial(words, args)
                trials.append(trial)
                _call(function, trial, read, printed, watch, over)

    with _apart(printed):
        thread = threading.Thread(target=work, name="check", daemon=True)
        busy = False
        thread.start()
        try:
            busy = _wait(thread, limit)
        finally:  # also when the learner interrupts the kernel
            over.set()
            done = list(trials)
            if thread.is_alive():
                place = _stop(thread, function, done[-1], busy)
                done[-1] = Trial(done[-1].words, done[-1].args, error=Endless(place))
    return done


def _wait(thread, limit):
    """Wait for a thread to end; say whether it was still busy when its time was over.

    Processor time counts, so that on a crowded machine nothing is stopped that would have ended.
    Of one that uses hardly any, as in a sleep, the looks at it count, which stand still together
    with a machine that does.
    """
    start, used, idle = time.monotonic(), time.process_time(), 0
    while thread.is_alive() and idle * LOOK < limit:
        before = time.process_time()
        thread.join(LOOK)
        now = time.process_time()
        idle = idle + 1 if now - before < LOOK / 10 else 0
        if now - used > limit or time.monotonic() - start > 20 * limit:
            return True
    return False


def _call(function, trial, read, printed, watch, over):
    args = copy.deepcopy(trial.args)
    state = _seeded(0)
    told = printed.tell()
    try:
        if watch:
            sys.settrace(_watcher(function, trial))
        start = time.thread_time()
        value = function(*args)
        trial.seconds = time.thread_time() - start
        sys.settrace(None)
        trial.got = read(value, trial.args)
    except BaseException as error:  # also sys.exit() must not end the notebook
        if over.is_set():
            raise SystemExit from None
        trial.error = error
    sys.settrace(None)
    trial.printed = printed.getvalue()[told:] if printed.tell() > told else ""
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


def _stop(thread, function, trial, busy):
    """Stop a thread, and say where it was: in the first of the lines run at the moment."""
    before, trial.seen = trial.seen, set()
    time.sleep(0.05)
    line = min(list(trial.seen), default=None) or max(before, default=None)
    threading.Thread(target=_end, args=(thread, trial, busy), daemon=True).start()
    thread.join(0.3)  # one that does not catch what is sent is gone before the answer is there
    if not line:
        return ""
    return where(function, [traceback.FrameSummary(function.__code__.co_filename, *line)])


def _end(thread, trial, busy):
    """End a thread: send it SystemExit, which no thread reports; to one that is deaf to it, _Wait.

    One that sleeps gets nothing before it awakes, because an exception that waits for a thread
    slows down all others. The pauses are processor time, for a crowded machine.
    """
    asleep = trial.lines, _place(thread)
    while not busy and thread.is_alive():
        thread.join(0.05)
        busy = (trial.lines, _place(thread)) != asleep
    for error in [SystemExit] * 20 + [_Wait]:
        if not thread.is_alive():  # its number may already be that of another
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(error)
        )
        until = time.process_time() + 0.02
        while thread.is_alive() and time.process_time() < until:
            thread.join(0.02)


def _place(thread):
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
        nameless = frame.name.startswith("<")  # such as <listcomp> or <lambda>
        if nameless and code and frame.lineno < code.co_firstlineno:
            continue
        if code and frame.filename == code.co_filename:
            text = linecache.getline(frame.filename, frame.lineno).strip()
            number = frame.lineno - code.co_firstlineno + 1
            inside = frame.name == code.co_name or nameless
            place = f"line {number} of {code.co_name}" if inside else f"{frame.name}"
            return f"Look at {place}{f': `{text}`' if text else ''}. "
    return ""
