"""What an exercise is made of: cases to try a function on, what is right, and slips by their name.

Most slips are known by example: small functions with that very slip in them. A learner's function
that is wrong in the same places, in the same way, has it. Where no example can say it, a test does.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

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


@dataclass(frozen=True, eq=False)
class Case:
    """What a function is called with, and in words what that is."""

    words: str
    args: tuple


@dataclass(frozen=True)
class Slip:
    """A slip by name, with a hint; `examples` have it, or `test` sees it in the trials."""

    name: str
    hint: str
    examples: tuple = ()
    test: Callable | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Exercise:
    """What a learner writes, the cases to try it on, and the slips to look for."""

    name: str  # of the function, as the package has it
    takes: str  # the parameters
    gives: str  # in words
    cases: list  # (words, args); arrays like those of the case before become these, refilled
    large: list  # the same for more pixels or colours, tried once all cases are right
    largest: list = field(default_factory=list)  # and for the most pixels, after the speed
    aside: list = field(default_factory=list)  # and for the remark only
    expected: Callable  # what is right, from the parameters
    ours: Callable | None = None  # the package's function, if speed is to be compared
    notice: str  # what there is to notice about a right function
    slips: list = field(default_factory=list)
    dtypes: tuple = ("u", "i", "f")  # allowed, by kind or by name
    tolerance: float = 0.01
    wrong: Callable | None = None  # wrong(got, *args): which rows, where several can be right
    read: Callable = lambda got, args: (as_array(got), None)  # the result, and labels with it
    wanted: Callable | None = None  # what is right, in words, where several can be right
    remark: Callable = lambda trials: ""  # one more sentence for a right function
    ends_early: str = "returns inside the loop"  # what a return in a loop is called here
    later: tuple = ()  # slips that only the large cases show
    several: bool = False  # whether more than one slip can be told apart
    raised: tuple = ()  # slips that show as an error: name, pattern for case and error, hint

    def __post_init__(self):
        for name in ("cases", "large", "largest", "aside"):
            object.__setattr__(self, name, [Case(*case) for case in getattr(self, name)])

    @cache  # noqa: B019 - the exercises live as long as the module
    def right(self, case):
        """Give what is expected for a case."""
        return np.asarray(self.expected(*case.args))

    def wrong_rows(self, got, case):
        """Say which rows of a result are wrong; one of a wrong shape is wrong as a whole."""
        expected = self.right(case)
        if not isinstance(got, np.ndarray) or got.shape != expected.shape:
            return np.array([True])
        if self.wrong:
            return self.wrong(got, *case.args)
        return ~np.isclose(rows(got), rows(expected), 0, self.tolerance).all(axis=1)

    def is_wrong(self, trial):
        """See whether a trial gave anything but what is right."""
        return bool(trial.error) or self.wrong_rows(trial.got, trial.case).any()


@cache
def outcome(example, case):
    """Give what an example of a slip makes of a case, or None if it cannot run."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return as_array(example(*case.args))
    except Exception:  # a slip may be anything
        return None


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
    """Return the shape of an array, or None for anything else."""
    return got.shape if isinstance(got, np.ndarray) else None


def same(got, right):
    """See whether a result is an array of the same shape and numbers."""
    return isinstance(got, np.ndarray) and got.shape == right.shape and np.allclose(got, right)


def in_another_order(pairs):
    """See whether results hold the right rows in another order, from pairs (result, right)."""
    moved = [not same(got, right) for got, right in pairs]
    return any(moved) and all(
        shape_of(got) == right.shape and same(_sorted(got), _sorted(right)) for got, right in pairs
    )


def _sorted(array):
    return np.array(sorted(array.tolist()))


def random_image(seed, height, width, **kind):
    """Make an image of random colours."""
    colours = np.random.default_rng(seed).integers(0, 256, (height, width, 3))
    return np.array(colours, dtype=np.uint8, **kind)


def random_case(seed, n, k):
    """Make n random pixels and k random centroids."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (n, 3)).astype(np.uint8)
    return pixels, rng.uniform(0, 255, (k, 3)).round(2)


def among(got, pixels):
    """See whether every colour is one of the pixels."""
    known = {*map(tuple, pixels.tolist())}
    return all(tuple(colour) in known for colour in got.tolist())
