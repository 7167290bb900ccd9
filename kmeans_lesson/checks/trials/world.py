"""What a learner's function may change and a notebook must not lose: kept, and put back.

Random numbers, the current folder, Python's paths and limits, the environment, how numpy prints,
and the functions of numpy and Python, which a line like `sum = 0` or `np.sum = None` replaces.
"""

import builtins
import contextlib
import io
import math
import os
import random
import sys
import warnings

import numpy as np

MODULES = (builtins, math, random, np, np.linalg, np.random)
ABSENT = object()


def functions():
    """Note the functions of numpy and Python as they are now."""
    return [(module, dict(vars(module))) for module in MODULES]


def put_back(known):
    """Put back the functions that are not as they were when they were noted."""
    for module, names in known:
        now = vars(module)
        for name in [name for name, value in names.items() if now.get(name, ABSENT) is not value]:
            setattr(module, name, names[name])


ORIGINAL = functions()  # as they are before a learner's cell has replaced one


@contextlib.contextmanager
def original_functions():
    """Judge with the functions as they were at first; give those of now, and put them back."""
    known = functions()
    put_back(ORIGINAL)
    try:
        yield known
    finally:
        put_back(known)


class World:
    """The settings of this process at one moment."""

    def __init__(self):
        self.folder, self.path, self.environment = _folder(), [*sys.path], dict(os.environ)
        self.depth, self.shown = sys.getrecursionlimit(), getattr(sys, "tracebacklimit", ABSENT)
        self.numbers = random.getstate(), np.random.get_state()
        self.errors, self.printing = np.geterr(), np.get_printoptions()

    def put_back(self):
        """Make all settings what they were."""
        if self.folder and self.folder != _folder():
            os.chdir(self.folder)
        sys.path[:] = self.path
        if dict(os.environ) != self.environment:
            os.environ.clear()
            os.environ.update(self.environment)
        sys.setrecursionlimit(self.depth)
        if self.shown is not ABSENT:
            sys.tracebacklimit = self.shown
        elif hasattr(sys, "tracebacklimit"):
            del sys.tracebacklimit
        random.setstate(self.numbers[0])
        np.random.set_state(self.numbers[1])
        np.seterr(**self.errors)
        np.set_printoptions(**self.printing)


def _folder():
    """Return the current folder, or None if it has been deleted."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def quiet():
    """Keep prints and warnings away from the notebook, and its settings as they are."""
    before, printed = World(), io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield printed
    finally:
        before.put_back()


def nobody_answers(*_):
    """Stand in for `input`."""
    raise EOFError("nobody is there to answer")


def seed_all(seed):
    """Seed the random numbers that all share, and return their state."""
    random.seed(seed)
    np.random.seed(seed)
    return random_state()


def random_state():
    """Return the state of the random numbers that all share, ready to be compared."""
    name, keys, *rest = np.random.get_state()
    return random.getstate(), name, keys.tobytes(), rest
