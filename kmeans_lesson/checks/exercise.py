"""The exercises: cases to try a function on, what is right, and the slips that are known by name.

A slip is known by example: small functions with that very slip in them. A learner's function that
is wrong in the same places, in the same way, has it. Where no example can say it, a test does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

NIGHT, BLUE, SKY = (10, 0, 30), (30, 110, 170), (130, 140, 210)
SUN, ORANGE, RED = (250, 210, 80), (250, 130, 60), (170, 90, 70)
TINY = np.array(
    [
        [NIGHT, BLUE, BLUE, NIGHT],
        [BLUE, SKY, SKY, BLUE],
        [SUN, SUN, SUN, ORANGE],
        [RED, ORANGE, ORANGE, RED],
    ],
    dtype=np.uint8,
)
PIXELS = TINY.reshape(-1, 3)
EMPTY = "Some clusters have no pixels. What should become of their centroids? "
ONE_BASED = (
    "1-based labels",
    r"IndexError: index (\d+) is out of bounds for axis 0 with size \1\b",
    "With K centroids, the first label is 0. Which is the last?",
)
NO_MEAN = (
    "error for empty clusters (NaN in numpy)",
    "ZeroDivision|StatisticsError|zero-size|empty",
    EMPTY + "The mean of nothing, 0 / 0, has no value.",
)
COLUMNS = "reshape in column order (transposed height and width)"


@dataclass(frozen=True)
class Slip:
    """A slip by name, with a hint; `examples` have it, or `test` sees it in the trials."""

    name: str
    hint: str
    examples: tuple = ()
    test: Callable | None = None


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What a learner writes, the cases to try it on, and the slips to look for."""

    takes: str  # the parameters
    gives: str  # in words
    cases: list
    expected: Callable  # what is right, from the parameters
    ours: Callable | None = None  # the package's function
    notice: str
    slips: list = field(default_factory=list)
    large: Callable | None = None  # makes 4,800 pixels, if it is to be timed beside `ours`
    dtypes: tuple = ("u", "i", "f")  # allowed, by kind or by name
    tolerance: float = 0.01
    wrong: Callable | None = None  # wrong(got, *args): which rows, where several can be right
    read: Callable = lambda got, args: as_array(got)
    wanted: Callable | None = None  # what is right, in words, where several can be right
    remark: Callable = lambda function, trials: ""  # one more sentence for a right function
    several: bool = False  # whether more than one slip can be told apart
    raised: tuple = ()  # slips that show as an error: name, pattern for case and error, hint
    known: dict = field(default_factory=dict, repr=False)

    def right(self, args):
        """Give what is expected for one of the cases; it is worked out once."""
        if id(args) not in self.known:
            self.known[id(args)] = np.asarray(self.expected(*args))
        return self.known[id(args)]

    def outcome(self, example, args):
        """Give what an example of a slip makes of one of the cases, or None if it cannot run."""
        if (example, id(args)) not in self.known:
            try:
                with np.errstate(all="ignore"):
                    other = as_array(example(*args))
            except (ValueError, IndexError, TypeError, OverflowError):
                other = None
            self.known[example, id(args)] = other
        return self.known[example, id(args)]


def as_array(value):
    """Copy what can be an array of numbers into one; give everything else back as it is."""
    if isinstance(value, (type(None), type(...), str, dict, set)):
        return value
    try:
        objects = isinstance(value, np.ndarray) and value.dtype.kind == "O"
        array = np.array(value.tolist() if objects else value)
    except (TypeError, ValueError):
        return value
    if array.dtype.kind in "buif":
        return array
    return value.tolist() if isinstance(value, np.ndarray) else value


def rows(array):
    """Lay an array out as rows: pixels of an image, colours, or single numbers."""
    return array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array.reshape(-1, 1)


def shape_of(got):
    return getattr(got, "shape", None)


def same(got, right):
    return isinstance(got, np.ndarray) and got.shape == right.shape and np.allclose(got, right)


def random_image(seed, height, width, **kind):
    colours = np.random.default_rng(seed).integers(0, 256, (height, width, 3))
    return np.array(colours, dtype=np.uint8, **kind)


def random_case(seed, n, k, whole=False):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (n, 3)).astype(np.uint8)
    return pixels, rng.uniform(0, 255, (k, 3)).round(2)


def among(got, pixels):
    known = {*map(tuple, pixels.tolist())}
    return all(tuple(colour) in known for colour in got.tolist())
