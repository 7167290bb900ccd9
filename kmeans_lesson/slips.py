"""The exercises: cases to try a function on, what is right, and the slips that are known by name.

A slip is known by example: small functions with that very slip in them. A learner's function that
is wrong in the same places, in the same way, has it. Where no example can say it, a test does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import numpy as np

from kmeans_lesson.compare import psnr
from kmeans_lesson.images import reconstruct, to_pixels
from kmeans_lesson.kmeans import assign, init_centroids, kmeans, update
from kmeans_lesson.trials import run

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
    ours: Callable  # the package's function
    notice: str
    slips: list = field(default_factory=list)
    large: Callable  # makes the parameters for measuring the speed
    dtypes: tuple = ("u", "i", "f")  # allowed, by kind or by name
    tolerance: float = 0.01
    wrong: Callable | None = None  # wrong(got, *args): which rows, where several can be right
    read: Callable = lambda got, args: as_array(got)
    wanted: Callable | None = None  # what is right, in words, where several can be right
    remark: Callable = lambda function, trials: ""  # one more sentence for a right function
    several: bool = False  # whether more than one slip can be told apart
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
        array = np.array(value)
    except (TypeError, ValueError):
        return value
    return value if array.dtype.kind not in "buif" else array


def rows(array):
    """Lay an array out as rows: pixels of an image, colours, or single numbers."""
    return array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array.reshape(-1, 1)


# -------------------------------------------------------------------------------- step 2


def _drops_pixels(trials):
    """See whether rows are missing or left empty, and all others are pixels of the image."""
    pairs = [(trial.got, rows(trial.args[0])) for trial in trials]
    failed = [(got, right) for got, right in pairs if not _same(got, right)]
    fewer = [len(got) < len(right) for got, right in failed if np.ndim(got)]
    if len(fewer) < len(failed) or not failed:
        return False
    if any(fewer):
        return all(got.size == 0 or (got.ndim == 2 and _among(got, right)) for got, right in failed)
    return all(got.shape == right.shape and _unfilled(got, right) for got, right in failed)


def _unfilled(got, right):
    """See whether the wrong rows are all zero, or make up the beginning or the end."""
    wrong = np.flatnonzero((got != right).any(axis=1))
    block = len(wrong) == wrong[-1] - wrong[0] + 1 and (wrong[0] == 0 or wrong[-1] == len(got) - 1)
    return not got[wrong].any() or (block and len(wrong) < len(got))


def _among(got, pixels):
    known = {*map(tuple, pixels.tolist())}
    return all(tuple(colour) in known for colour in got.tolist())


def _other_order(trials):
    pairs = [(trial.got, rows(trial.args[0])) for trial in trials]
    failed = [(got, right) for got, right in pairs if not _same(got, right)]
    return bool(failed) and all(
        _shape(got) == right.shape and sorted(got.tolist()) == sorted(right.tolist())
        for got, right in failed
    )


def _one_number_a_pixel(trials):
    shapes = [(getattr(t.got, "shape", ()), t.args[0].shape) for t in trials]
    return all(s in [(h * w,), (h * w, 1), (h, w), (h, w, 1)] for s, (h, w, _) in shapes) or all(
        s in [(h * w * 3,), (h * w * 3, 1)] for s, (h, w, _) in shapes
    )


def _same(got, right):
    return isinstance(got, np.ndarray) and got.shape == right.shape and np.allclose(got, right)


def _image(seed, height, width, **kind):
    colours = np.random.default_rng(seed).integers(0, 256, (height, width, 3))
    return np.array(colours, dtype=np.uint8, **kind)


TO_PIXELS = Exercise(
    takes="image",
    gives="an array of shape (H*W, 3)",
    cases=[
        ("the 4 by 4 image", (TINY,)),
        ("the two columns in the middle of the 4 by 4 image", (TINY[:2, 1:3].copy(),)),
        ("an image of 1 row and 2 columns", (TINY[:1, :2].copy(),)),
        ("an image of 2 rows and 3 columns", (TINY[1:3, 1:].copy(),)),
        ("a random image of 5 rows and 2 columns", (_image(1, 5, 2),)),
        ("a random image of 6 rows and 7 columns", (_image(2, 6, 7),)),
        ("an image of 7 rows and 6 columns, turned on its side", (_image(3, 6, 7, order="F"),)),
        ("every second pixel of a random image", (_image(4, 8, 10)[::2, ::2],)),
    ],
    expected=to_pixels,
    ours=to_pixels,
    large=lambda: (_image(0, 60, 80),),
    notice="No pixel has changed, only the shape: row i is the pixel (i // W, i % W).",
    slips=[
        Slip(
            COLUMNS,
            "All colours are there, in another order. After pixel (0, 0), which comes next as you "
            "read a page: the one to its right or the one below?",
            (
                lambda image: image.transpose(1, 0, 2).reshape(-1, 3),
                lambda image: image.ravel(order="F").reshape(-1, 3),
                lambda image: image.ravel(order="K").reshape(-1, 3),
                lambda image: image.reshape(-1, 3, order="A"),
                lambda image: image.ravel(order="A").reshape(-1, 3),
            ),
        ),
        Slip(
            "reshape to (3, N)",
            "Should a row of the result be one pixel, or one channel of them all? How many numbers "
            "has one pixel?",
            (
                lambda image: image.reshape(3, -1),
                lambda image: image.reshape(3, -1).T,
                lambda image: image.reshape(-1, 3).T,
                lambda image: image.transpose(1, 0, 2).reshape(-1, 3).T,
                lambda image: image.T.reshape(-1, 3).T,
            ),
        ),
        Slip(
            "channels in another order",
            "Which channel comes first in the image, and which in your rows?",
            (
                lambda image: image.reshape(-1, 3)[:, ::-1],
                lambda image: image.reshape(-1, 3)[:, [1, 2, 0]],
                lambda image: image.reshape(-1, 3)[:, [0, 2, 1]],
            ),
        ),
        Slip(
            "scales the colours",
            "Only the shape should change here. What happens to the numbers on the way?",
            (lambda image: image.reshape(-1, 3) / 255, lambda image: image.reshape(-1, 3) / 256),
        ),
        Slip(
            "wrong shape: the image as it came",
            "How many axes has an image, and how many has a list of pixels?",
            (lambda image: image, lambda image: image.transpose(1, 0, 2)),
        ),
        Slip(
            "forgets channels",
            "A pixel is three numbers that belong together. Where have they gone in your result?",
            (
                lambda image: image[:, :, :1].repeat(3, axis=2).reshape(-1, 3),
                lambda image: image.mean(axis=2, keepdims=True).repeat(3, axis=2).reshape(-1, 3),
                lambda image: image.reshape(-1, 3)[:, :2],
            ),
            _one_number_a_pixel,
        ),
        Slip(
            "drops pixels",
            "How many pixels has the image, and how many rows has your result? Does each loop "
            "reach the last row and the last column, and is no colour left out?",
            test=_drops_pixels,
        ),
        Slip(
            "pixels in another order",
            "All pixels are there. Which one should be in row 0, and which in row 1?",
            test=_other_order,
        ),
    ],
)


# -------------------------------------------------------------------------------- step 3


def _spread(n):
    """Make n pixels of n different colours."""
    return np.random.default_rng(n).permutation(256)[: 3 * n].reshape(-1, 3).astype(np.uint8)


RARE = np.array([NIGHT] * 45 + [SUN] * 3 + [RED, SKY], dtype=np.uint8)
FLAT = np.array([SUN] * 12 + [NIGHT] * 10 + [SKY, RED], dtype=np.uint8)


def _wrong_start(got, pixels, k, seed):
    known = {*map(tuple, pixels.tolist())}
    seen = [tuple(colour) for colour in got.tolist()]
    return np.array([c not in known or c in seen[:i] for i, c in enumerate(seen)], dtype=bool)


def _with(trials, words):
    return [t for t in trials if t.words.startswith(words) and isinstance(t.got, np.ndarray)]


def _colours_of(trials):
    """Give (rows, number wanted, the pixels) of each trial that returned colours."""
    if not all(np.ndim(t.got) == 2 and t.got.shape[1] == 3 for t in trials):
        return []
    return [(t.got, t.args[1], t.args[0]) for t in trials]


def _twins(trials):
    return any(len({*map(tuple, got.tolist())}) < len(got) for got, _, _ in _colours_of(trials))


def _first_k(trials):
    def first(pixels, k):
        colours, places = np.unique(pixels, axis=0, return_index=True)
        return pixels[:k], pixels[np.sort(places)[:k]], colours[:k]

    colours = _colours_of(trials)
    return bool(colours) and all(
        any(np.array_equal(got, start) for start in first(pixels, k)) for got, k, pixels in colours
    )


def _ignores_seed(trials):
    """See whether other seeds change nothing, or equal seeds give something else."""
    many, twice = _with(trials, "many seeds"), _with(trials, "the same seed")
    if not many or not twice:
        return False
    other = {t.got.tobytes() for t in many}
    return len(other) == 1 or any(not np.array_equal(t.got, twice[0].got) for t in twice)


def _about_start(function, trials):
    once = [tuple(t.got[0].tolist()) for t in _with(trials, "50 pixels")]
    if once.count(NIGHT) < len(once) / 2:
        return "Yours gives each colour the same chance; the package draws common ones more often."
    return ""


INIT_CENTROIDS = Exercise(
    takes="pixels, k, seed",
    gives="an array of shape (K, 3)",
    cases=[
        ("the 4 by 4 image, K = 2", (PIXELS, 2, 0)),
        ("the 4 by 4 image, K = 3", (PIXELS, 3, 1)),
        ("the 4 by 4 image, K = 6", (PIXELS, 6, 2)),
        *[
            (f"many seeds: 50 different colours, K = 12, seed {s}", (_spread(50), 12, s))
            for s in range(12)
        ],
        *[("the same seed twice: 50 different colours, K = 5", (_spread(50), 5, 7))] * 2,
        *[(f"24 pixels of 4 colours, K = 4, seed {s}", (FLAT, 4, s)) for s in range(8)],
        *[(f"50 pixels, 45 of them night, K = 1, seed {s}", (RARE, 1, s)) for s in range(30)],
    ],
    expected=init_centroids,
    ours=init_centroids,
    large=lambda: (_random_case(0, 4800, 1)[0], 16, 0),
    wanted=lambda pixels, k, seed: f"{k} different colours of the pixels",
    several=True,
    remark=_about_start,
    notice="K different colours of the image, the same for the same seed: a start that anyone can "
    "repeat.",
    wrong=_wrong_start,
    slips=[
        Slip(
            "picks the first K",
            "The first pixels lie side by side in the image. How could chance choose, so that "
            "every pixel has its turn?",
            test=_first_k,
        ),
        Slip(
            "picks from 0-255 and not from the pixels",
            "Is every colour in your result a colour of the image, all three channels together? "
            "What could you draw at random instead of the colours themselves?",
            test=lambda trials: any(not _among(got, p) for got, _, p in _colours_of(trials)),
        ),
        Slip(
            "returns row numbers instead of colours",
            "You have drawn where to look. What stands in those rows of `pixels`?",
            test=lambda trials: all(
                isinstance(t.got, np.ndarray) and t.got.shape in [(t.args[1],), (t.args[1], 1)]
                for t in trials
            ),
        ),
        Slip(
            "picks with replacement",
            "Can your draw come upon the very same pixel twice? And what would the second of two "
            "equal centroids win?",
            test=lambda trials: _twins(_with(trials, "many seeds")),
        ),
        Slip(
            "picks K positions with twin colours",
            "K different positions: are they K different colours, too, if the image has large flat "
            "parts?",
            test=lambda trials: _twins(trials) and not _twins(_with(trials, "many seeds")),
        ),
        Slip(
            "drops twins and does not draw again",
            "Your colours are all different, but are there still K of them?",
            test=lambda trials: (
                any(len(got) < k for got, k, _ in _colours_of(trials))
                and len({len(got) for got, _, _ in _colours_of(trials)}) > 2
            ),
        ),
        Slip(
            "ignores k",
            "You return the same number of centroids whatever k is. Where does k come in?",
            test=lambda trials: len({len(got) for got, _, _ in _colours_of(trials)}) == 1,
        ),
        Slip(
            "uses the global random state",
            "Your draw uses numbers that all code in the notebook shares, so other cells change "
            "it, and it changes them. What would make a generator of your own, from the seed?",
            test=lambda trials: any(t.global_random for t in trials),
        ),
        Slip(
            "ignores the seed",
            "Should the same seed not give the same colours, and another seed others? Where does "
            "the seed come in?",
            test=_ignores_seed,
        ),
    ],
)


# -------------------------------------------------------------------------------- step 4: assign


def _squares(pixels, centroids):
    return (pixels[:, None].astype(float) - centroids) ** 2


def _distances(pixels, centroids):
    return _squares(pixels, centroids).sum(axis=2)


def _nearest(measure, pick=np.argmin):
    return lambda pixels, centroids: pick(measure(pixels, centroids), axis=1)


def _too_small(dtype):
    """Give the ways to work out distances in an integer type that is too small for them."""
    squares = [
        lambda step: (step**2).sum(axis=2),
        lambda step: (step**2).sum(axis=2, dtype=dtype),
    ]
    late = [
        lambda p, c: _squares(p, c).astype(dtype).sum(axis=2),
        lambda p, c: _distances(p, c).astype(dtype),
    ]
    if np.dtype(dtype).itemsize == 1:  # else the differences of colours still fit
        squares += [
            lambda step: (step.astype(float) ** 2).sum(axis=2),
            lambda step: np.abs(step).sum(axis=2),
            lambda step: np.abs(step).astype(float).sum(axis=2),
        ]
        late += [
            lambda p, c: ((p[:, None] - c).astype(dtype).astype(float) ** 2).sum(axis=2),
            lambda p, c: ((p[:, None] - c).astype(dtype) ** 2).sum(axis=2),
            lambda p, c: np.sqrt(_distances(p, c)).astype(dtype),
        ]
    early = [
        _nearest(lambda p, c, f=f, whole=whole, sign=sign: f(_steps(p, whole(c), dtype, sign)))
        for f in squares
        for whole in (np.trunc, np.rint)
        for sign in (1, -1)
    ]
    return (*early, *map(_nearest, late))


def _steps(pixels, centroids, dtype, sign):
    pixels, centroids = pixels[:, None].astype(dtype), centroids.astype(dtype)
    return pixels - centroids if sign > 0 else centroids - pixels


def _wrong_labels(got, pixels, centroids):
    distances = _distances(pixels, centroids)
    if len(centroids) > 256 and got.dtype == np.uint8:  # a limit to be told, not a slip
        got = got + np.where(distances[:, :256].min(axis=1) > distances.min(axis=1), 256, 0)
    inside = (got >= 0) & (got < len(centroids))
    chosen = distances[np.arange(len(pixels)), np.where(inside, got, 0).astype(int)]
    return ~inside | (chosen > distances.min(axis=1) + 0.1)


def _one_search(pixels, centroids):
    """Keep the smallest distance of all pixels so far."""
    labels, best, label = [], np.inf, 0
    for distances in _distances(pixels, centroids):
        if distances.min() < best:
            best, label = distances.min(), distances.argmin()
        labels.append(label)
    return labels


def _search_from_too_small(trials):
    """See whether only far pixels are wrong, and all of those have the label of the start."""
    near, far, labels = [0], [], set()
    for t in trials:
        wrong = _wrong_labels(t.got, *t.args) if _shape(t.got) == (len(t.args[0]),) else None
        if wrong is None:
            return False
        distance = _distances(*t.args).min(axis=1)
        far, labels = [*far, *distance[wrong]], labels | {*t.got[wrong].tolist()}
        near += [*distance[~wrong & (t.got != 0)]]
    return bool(far) and min(far) >= max(near) and labels in ({0}, {-1})


def _shape(got):
    return getattr(got, "shape", None)


def _random_case(seed, n, k, whole=False):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (n, 3)).astype(np.uint8)
    return pixels, rng.uniform(0, 255, (k, 3)).round(2)


def _close_case(seed):
    """Make pixels between centroids that differ by fractions."""
    rng = np.random.default_rng(seed)
    return rng.integers(100, 104, (30, 3)).astype(np.uint8), 100 + rng.uniform(0, 4, (6, 3)).round(
        2
    )


START = np.array([ORANGE, RED], dtype=float)
MANY = np.random.default_rng(5).uniform(0, 255, (300, 3)).round(2)


def _about_labels(function, trials):
    if trials[-1].got.dtype == np.uint8:
        return "With more than 256 centroids your labels would wrap around: uint8 ends at 255."
    again = run(function, [("", (PIXELS, np.array([ORANGE, RED, BLUE], np.uint8)))], ASSIGN.read)[0]
    if again.error or _wrong_labels(again.got, *again.args).any():
        return (
            "But mind uint8: it is the centroids' float64 that saves you here. Give it centroids in "
            "uint8, and 10 - 50 wraps around."
        )
    return ""


ASSIGN = Exercise(
    takes="pixels, centroids",
    gives="one label for each pixel, shape (N,), whole numbers",
    dtypes=("u", "i"),
    cases=[
        ("the 4 by 4 image, K = 2", (PIXELS, START)),
        ("two pixels of the 4 by 4 image, K = 2", (PIXELS[[0, 8]], START)),
        (
            "the first row of the 4 by 4 image, K = 3",
            (PIXELS[:4], np.array([SUN, BLUE, NIGHT]) + 0.4),
        ),
        ("the 4 by 4 image, K = 3 with twins", (PIXELS, np.array([RED, RED, BLUE], dtype=float))),
        ("the 4 by 4 image, K = 1", (PIXELS, START[:1])),
        ("3 random pixels, K = 7", _random_case(1, 3, 7)),
        ("3 random pixels, K = 3", _random_case(9, 3, 3)),
        ("50 random pixels, K = 5", _random_case(2, 50, 5)),
        ("60 random pixels, K = 16", _random_case(3, 60, 16)),
        ("30 pixels and 6 centroids close together", _close_case(4)),
        (
            "black and white pixels",
            (
                np.array([[0] * 3, [255] * 3] * 4, np.uint8),
                np.array([[20, 0, 3.5], [250, 240, 255], [128, 128, 128.5], [255, 0, 0]]),
            ),
        ),
        ("20 random pixels, K = 300", (MANY[-40::2].astype(np.uint8), MANY)),
    ],
    expected=assign,
    ours=assign,
    large=lambda: _random_case(0, 4800, 16),
    remark=_about_labels,
    notice="Only which distance is smallest matters, so nobody needs the square root.",
    wrong=_wrong_labels,
    slips=[
        Slip(
            "argmax: takes the farthest",
            "Should a pixel go to the centroid with the largest distance?",
            (
                _nearest(_distances, np.argmax),
                _nearest(lambda p, c: np.sqrt(_squares(p, c)).sum(axis=2), np.argmax),
            ),
        ),
        Slip(
            "1-based labels",
            "With which number does Python begin to count the rows of `centroids`?",
            (lambda p, c: _distances(p, c).argmin(axis=1) + 1,),
        ),
        Slip(
            "forgot to square",
            "A step of -50 in one channel and +50 in another: do they cancel out? What makes "
            "every step count, whichever way it goes?",
            (
                _nearest(lambda p, c: (p[:, None] - c).sum(axis=2)),
                _nearest(lambda p, c: (c - p[:, None]).sum(axis=2)),
                _nearest(lambda p, c: np.abs((p[:, None] - c).sum(axis=2))),
                _nearest(lambda p, c: (p[:, None] - c).min(axis=2)),
            ),
        ),
        Slip(
            "absolute differences (L1)",
            "Your steps all count, but one large step should weigh more than three small ones. "
            "What do we do with each difference before adding?",
            (
                _nearest(lambda p, c: np.sqrt(_squares(p, c)).sum(axis=2)),
                _nearest(lambda p, c: np.sqrt(np.sqrt(_squares(p, c))).sum(axis=2)),
            ),
        ),
        Slip(
            "largest difference only",
            "You look at one step, the largest or the smallest. What about the other two channels?",
            (
                _nearest(lambda p, c: _squares(p, c).max(axis=2)),
                _nearest(lambda p, c: _squares(p, c).min(axis=2)),
                _nearest(lambda p, c: _squares(p, c).prod(axis=2)),
            ),
        ),
        Slip(
            "summed over the wrong axis",
            "The squares have shape (N, K, 3). Which of the three axes holds the channels?",
            (
                lambda p, c: _squares(p, c).sum(axis=1).argmin(axis=1),
                lambda p, c: _squares(p, c).sum(axis=0).argmin(axis=1),
                lambda p, c: _squares(p, c).sum(axis=1).argmin(axis=0),
                lambda p, c: _squares(p, c).sum(axis=0).argmin(axis=0),
                lambda p, c: _squares(p, c).sum().argmin(),
                lambda p, c: _squares(p, c).argmin(axis=1),
            ),
        ),
        Slip(
            "argmin over the wrong axis",
            "Each pixel chooses among the centroids. Which axis of your distances holds the "
            "centroids?",
            (
                lambda p, c: _distances(p, c).argmin(axis=0),
                lambda p, c: _distances(p, c).argmin(),
                lambda p, c: _squares(p, c).argmin(axis=2),
                lambda p, c: _squares(p, c).argmin(axis=0),
            ),
        ),
        Slip(
            "returns distances instead of labels",
            "How far the nearest one is, is not yet which one it is. What gives the place of the "
            "smallest number?",
            (
                _distances,
                lambda p, c: np.sqrt(_distances(p, c)),
                lambda p, c: _distances(p, c).T,
                lambda p, c: np.sqrt(_distances(p, c)).T,
                lambda p, c: _distances(p, c).min(axis=1),
                lambda p, c: np.sqrt(_distances(p, c).min(axis=1)),
                lambda p, c: np.trunc(np.sqrt(_distances(p, c).min(axis=1))),
                lambda p, c: np.sqrt(_squares(p, c)).sum(axis=2),
                lambda p, c: np.sqrt(_squares(p, c)).sum(axis=2).min(axis=1),
                _squares,
            ),
        ),
        Slip(
            "returns the colours",
            "These are colours. Which number stands for each of them, until step 5 paints?",
            (
                lambda p, c: c[_distances(p, c).argmin(axis=1)],
                lambda p, c: np.rint(c[_distances(p, c).argmin(axis=1)]),
                lambda p, c: np.trunc(c[_distances(p, c).argmin(axis=1)]),
                lambda p, c: p,
            ),
        ),
        Slip(
            "compares only one channel",
            "Two colours can be alike in one channel and far apart in the others. How many "
            "channels does your distance look at?",
            tuple(
                _nearest(lambda p, c, i=i: _squares(p, c)[:, :, i].sum(axis=2))
                for i in ([0], [1], [2], [0, 1], [0, 2], [1, 2])
            ),
        ),
        Slip(
            "forgets |c|²",
            "A large product p·c can come from a near centroid or just from a bright one. What "
            "else is in |p - c|² = |p|² - 2 p·c + |c|²?",
            (
                _nearest(lambda p, c: p @ c.T, np.argmax),
                _nearest(lambda p, c: p @ c.T),
                _nearest(lambda p, c: (c**2).sum(axis=1) - p @ c.T),
                _nearest(lambda p, c: (c**2).sum(axis=1) + 2 * p @ c.T),
                _nearest(lambda p, c: p @ c.T / np.linalg.norm(c, axis=1), np.argmax),
            ),
        ),
        Slip(
            "uint8 wrap-around in the difference",
            "What is 10 - 50 in uint8? What should happen to the numbers before you subtract?",
            _too_small(np.uint8),
        ),
        Slip(
            "int16 overflow",
            "The largest int16 is 32,767. How large can the square of a difference be, and which "
            "type has room for it?",
            _too_small(np.int16) + _too_small(np.int8),
        ),
        Slip(
            "centroids truncated to integers",
            "A mean is seldom a whole number. What does your function do with the fractions of "
            "the centroids?",
            (
                _nearest(lambda p, c: _distances(p, np.trunc(c))),
                _nearest(lambda p, c: _distances(p, np.rint(c))),
                _nearest(lambda p, c: (np.trunc(p[:, None] - c) ** 2).sum(axis=2)),
            ),
        ),
        Slip(
            "distances truncated to integers",
            "Two distances can differ by a fraction. Do your distances keep theirs?",
            (
                _nearest(lambda p, c: np.trunc(np.sqrt(_distances(p, c)))),
                _nearest(lambda p, c: np.rint(np.sqrt(_distances(p, c)))),
                _nearest(lambda p, c: np.trunc(_distances(p, c))),
                _nearest(lambda p, c: np.rint(_distances(p, c))),
                _nearest(lambda p, c: np.trunc(_distances(p, c) / 3)),
            ),
        ),
        Slip(
            "leaves out a centroid",
            "Your function never chooses some of the centroids. Does it look at all K of them?",
            (
                lambda p, c: _distances(p, c[:2]).argmin(axis=1),
                lambda p, c: _distances(p, c[:3]).argmin(axis=1),
                lambda p, c: _distances(p, c[: max(1, len(c) - 1)]).argmin(axis=1),
                lambda p, c: (
                    _distances(p, c[1:] if len(c) > 1 else c).argmin(axis=1) + (len(c) > 1)
                ),
                lambda p, c: _distances(p, c[1:] if len(c) > 1 else c).argmin(axis=1),
            ),
        ),
        Slip(
            "goes on with the search of the pixel before",
            "The first pixel is right. Does each of the others begin its search anew, or with the "
            "smallest distance of the pixel before?",
            (_one_search,),
        ),
        Slip(
            "the same label for every pixel",
            "Every pixel gets the same label. Does each pixel start its own search?",
            test=lambda trials: (
                len(
                    {
                        n
                        for t in trials
                        if _shape(t.got) == (len(t.args[0]),)
                        for n in t.got.tolist()
                    }
                )
                == 1
                and all(_shape(t.got) == (len(t.args[0]),) for t in trials)
            ),
        ),
        Slip(
            "starts the search from too small a distance",
            "Only pixels far from every centroid are wrong. With which distance does your search "
            "begin, and can every first candidate beat it?",
            test=_search_from_too_small,
        ),
    ],
)


# -------------------------------------------------------------------------------- step 4: update


def _per_cluster(statistic, empty=lambda centroid, pixels: centroid):
    """Make an update that gives each cluster's `statistic`, and `empty` to one without pixels."""

    def new_centroids(pixels, labels, centroids):
        clusters = [pixels[labels == label] for label in range(len(centroids))]
        return np.array(
            [
                statistic(cluster) if len(cluster) else empty(centroid, pixels)
                for cluster, centroid in zip(clusters, centroids, strict=True)
            ]
        )

    return new_centroids


def _mean(cluster):
    return cluster.mean(axis=0)


def _means(pixels, labels, centroids):
    return _per_cluster(_mean)(pixels, labels, centroids)


def _empty(value):
    return _per_cluster(_mean, lambda centroid, pixels: value + 0 * centroid)


def _sizes(labels, centroids):
    return np.bincount(labels, minlength=len(centroids))[:, None]


def _one_for_all_but_empty(pixels, labels, centroids):
    return np.where(_sizes(labels, centroids) > 0, pixels.mean(axis=0), centroids)


def _only_empty_moved(trials):
    wrong = False
    for t in trials:
        right = _means(*t.args)
        if _shape(t.got) != right.shape:
            return False
        moved = ~np.isclose(t.got, right, atol=0.01).all(axis=1)
        wrong = wrong or moved.any()
        if moved[_sizes(*t.args[1:])[:, 0] > 0].any():
            return False
    return bool(wrong)


def _sums_in(dtype):
    return _per_cluster(lambda c: c.sum(axis=0, dtype=dtype) / len(c))


def _update_case(seed, n, k, used):
    rng = np.random.default_rng(seed)
    pixels, centroids = _random_case(seed, n, k)
    return pixels, np.array(used)[rng.permutation(np.arange(n) % len(used))], centroids


LABELS = assign(PIXELS, START)
THREES = (_random_case(8, 6, 2)[0], np.array([0, 1, 1, 0, 1, 0]), _random_case(8, 6, 2)[1])

UPDATE = Exercise(
    takes="pixels, labels, centroids",
    gives="one centroid in each row, shape (K, 3)",
    cases=[
        ("the 4 by 4 image, K = 2", (PIXELS, LABELS, START)),
        (
            "two pixels of the 4 by 4 image, K = 1",
            (PIXELS[[0, 9]], np.array([0, 0], np.uint8), START[:1]),
        ),
        (
            "three pixels of the 4 by 4 image, K = 2",
            (PIXELS[[1, 8, 15]], np.array([1, 0, 1], np.uint8), START),
        ),
        ("two clusters of three pixels each", THREES),
        ("40 random pixels, K = 4", _update_case(1, 40, 4, [0, 1, 2, 3])),
        ("60 random pixels, K = 7", _update_case(2, 60, 7, [0, 1, 2, 3, 4, 5, 6])),
        (
            "500 light pixels, K = 2",
            (200 + _random_case(3, 500, 2)[0] // 5, np.arange(500) % 2, START),
        ),
        (
            "the 4 by 4 image with an empty cluster: label 1 of 0 to 2",
            (PIXELS, 2 * LABELS, np.array([RED, (9.5, 8.25, 7), BLUE])),
        ),
        (
            "30 random pixels with two empty clusters: labels 0 and 5 of 0 to 5",
            _update_case(6, 30, 6, [1, 2, 3, 4]),
        ),
    ],
    expected=update,
    ours=update,
    large=lambda: _update_case(0, 4800, 16, range(16)),
    notice="The mean is the place with the smallest sum of squared distances to its pixels, so "
    "the error cannot rise.",
    slips=[
        Slip(
            "NaN for empty clusters",
            EMPTY + "0 / 0 is NaN, and NaN swallows the image.",
            (_empty(np.nan), _empty(np.inf)),
        ),
        Slip("zero for empty clusters", EMPTY + "Is black where they were?", (_empty(0),)),
        Slip(
            "drops empty clusters",
            EMPTY + "And which label would the centroids after them have?",
            (
                lambda p, labels, c: np.array([_mean(p[labels == i]) for i in np.unique(labels)]),
                lambda p, labels, c: _empty(np.nan)(p, labels, c)[: labels.max() + 1],
                lambda p, labels, c: _empty(0)(p, labels, c)[: labels.max() + 1],
                lambda p, labels, c: _means(p, labels, c)[: labels.max() + 1],
            ),
        ),
        Slip(
            "moves the centroid of an empty cluster",
            EMPTY + "Here it keeps its centroid: with no pixels, nothing says where to move.",
            test=_only_empty_moved,
        ),
        Slip(
            "one mean for all",
            "All your centroids are in one place. Which pixels belong to which centroid?",
            (
                lambda p, labels, c: 0 * c + p.mean(axis=0),
                _one_for_all_but_empty,
                lambda p, labels, c: 0 * c + p.mean(),
                lambda p, labels, c: p.mean(axis=0),
                lambda p, labels, c: p.mean(axis=0)[None],
                lambda p, labels, c: 0 * c + c.mean(axis=0),
            ),
        ),
        Slip(
            "mean over the wrong axis",
            "The pixels of a cluster have shape (n, 3). Which axis counts the pixels, and how many "
            "numbers should be left?",
            (
                _per_cluster(lambda c: c.mean(axis=1)),
                _per_cluster(lambda c: np.full(3, c.mean())),
                _per_cluster(lambda c: c.mean(), lambda centroid, pixels: np.nan),
                _per_cluster(lambda c: c.mean(), lambda centroid, pixels: 0),
                _per_cluster(lambda c: c.mean(), lambda centroid, pixels: centroid.mean()),
            ),
        ),
        Slip(
            "median instead of mean",
            "The middle one of the sorted values is the median. What is the mean, and which of "
            "them has the smallest squared distances?",
            (
                _per_cluster(lambda c: np.median(c, axis=0)),
                _per_cluster(lambda c: np.sort(c, axis=0)[len(c) // 2]),
                _per_cluster(lambda c: np.sort(c, axis=0)[(len(c) - 1) // 2]),
            ),
        ),
        Slip(
            "centroids truncated to integers (integer division?)",
            "A mean is seldom a whole number. Which line of yours loses the fraction: a //, an "
            "int, or an array of integers?",
            (
                _per_cluster(lambda c: c.mean(axis=0) // 1),
                lambda p, labels, c: np.trunc(_means(p, labels, c)),
                lambda p, labels, c: np.rint(_means(p, labels, c)),
                lambda p, labels, c: np.ceil(_means(p, labels, c)),
                _per_cluster(lambda c: np.rint(c.mean(axis=0))),
            ),
        ),
        Slip(
            "sums are not divided",
            "You have added up the pixels of each cluster. What makes a mean of a sum?",
            (
                _per_cluster(lambda c: c.sum(axis=0)),
                _per_cluster(lambda c: c.sum(axis=0), lambda centroid, pixels: 0 * centroid),
            ),
        ),
        Slip(
            "divides by the wrong number",
            "By how many pixels should the sum of a cluster be divided: by all, or by its own?",
            (
                lambda p, labels, c: _means(p, labels, c) * _sizes(labels, c) / len(p),
                lambda p, labels, c: _means(p, labels, c) * _sizes(labels, c) / len(c),
                lambda p, labels, c: _means(p, labels, c) * _sizes(labels, c) / 3,
                lambda p, labels, c: (
                    _means(p, labels, c) * _sizes(labels, c) / np.maximum(_sizes(labels, c) - 1, 1)
                ),
                lambda p, labels, c: (
                    _means(p, labels, c) * _sizes(labels, c) / (_sizes(labels, c) + 1)
                ),
                _per_cluster(lambda c: c.sum(axis=0) / c.size),
            ),
        ),
        Slip(
            "counts the old centroid as a pixel",
            "Only the pixels of a cluster have a say in where its centroid goes. Does the old "
            "centroid still count in yours?",
            (
                lambda p, labels, c: (
                    (_means(p, labels, c) * _sizes(labels, c) + c) / (_sizes(labels, c) + 1)
                ),
                lambda p, labels, c: (_means(p, labels, c) + c) / 2,
                lambda p, labels, c: (
                    (_means(p, labels, c) * _sizes(labels, c) + c)
                    / np.maximum(_sizes(labels, c), 1)
                ),
            ),
        ),
        Slip(
            "ignores the labels",
            "Do you use the labels you are given? Here they need not be the nearest ones.",
            (
                lambda p, labels, c: _means(p, assign(p, c), c),
                lambda p, labels, c: _empty(np.nan)(p, assign(p, c), c),
            ),
        ),
        Slip(
            "returns the old centroids",
            "The centroids come back as they were. Where do the new ones go?",
            (lambda p, labels, c: c,),
        ),
        Slip(
            "1-based labels",
            "Which is the lowest label, and does your loop begin there?",
            (
                lambda p, labels, c: _means(p, labels.astype(int) - 1, c),
                lambda p, labels, c: np.vstack([c[:1], _means(p, labels, c)[1:]]),
                lambda p, labels, c: _empty(np.nan)(p, labels.astype(int) - 1, c),
            ),
        ),
        Slip(
            "leaves out a centroid",
            "Does your loop reach the last centroid, whatever K is?",
            (
                lambda p, labels, c: np.vstack([_means(p, labels, c)[:-1], c[-1:]]),
                lambda p, labels, c: np.vstack([_means(p, labels, c)[:-1], 0 * c[-1:]]),
                lambda p, labels, c: _means(p, labels, c)[:-1],
                lambda p, labels, c: _means(p, labels, c)[:2],
                lambda p, labels, c: np.vstack([_means(p, labels, c)[:2], c[2:]]),
            ),
        ),
        Slip(
            "compares only one channel: forgets channels",
            "How many channels has a centroid, and how many of them have you worked out?",
            (
                lambda p, labels, c: _means(p, labels, c)[:, :1].repeat(3, axis=1),
                *(
                    lambda p, labels, c, i=i: np.where(np.arange(3) == i, _means(p, labels, c), c)
                    for i in range(3)
                ),
                lambda p, labels, c: _means(p, labels, c)[:, 0],
            ),
        ),
        Slip(
            "returns the colours",
            "One row for each pixel is too many. How many centroids are there?",
            (lambda p, labels, c: c[labels], lambda p, labels, c: _means(p, labels, c)[labels]),
        ),
        Slip(
            "wrong shape: (3, K)",
            "Which axis should count the centroids, the first or the last?",
            (
                lambda p, labels, c: _means(p, labels, c).T,
                lambda p, labels, c: _empty(np.nan)(p, labels, c).T,
            ),
        ),
        Slip(
            "uint8 wrap-around in the sum",
            "What is 200 + 100 in uint8? Which type has room for the sum of many pixels?",
            (_sums_in(np.uint8),),
        ),
        Slip(
            "int16 overflow",
            "The largest int16 is 32,767. How soon does the sum of many pixels get there?",
            (_sums_in(np.int16), _sums_in(np.uint16), _sums_in(np.int8)),
        ),
    ],
)


# -------------------------------------------------------------------------------- step 4: the loop


def _lloyd(pixels, centroids):
    return _means(pixels, _nearest(_distances)(pixels, centroids), centroids)


def _rounds(pixels, centroids, n, step=_lloyd):
    for _ in range(n):
        centroids = step(pixels, centroids)
    return centroids


def read_run(value, args):
    """Find the centroids in what a loop returned, and with them labels, if there are any."""
    k, n = len(args[1]), len(args[0])
    if isinstance(value, dict):
        value = tuple(value.values())
    if hasattr(value, "centroids"):
        value = (value.centroids, getattr(value, "labels", None))
    if isinstance(value, (tuple, list)):
        parts = [as_array(part) for part in value]
        centroids = [part for part in parts if _shape(part) == (k, 3)]
        labels = [part for part in parts if _shape(part) == (n,)]
        if centroids:
            return Found(centroids[0], labels[0] if labels else None)
    return as_array(value)


class Found(np.ndarray):
    """The centroids of a run as an array, with its labels."""

    def __new__(cls, centroids, labels):
        found = centroids.view(cls)
        found.labels = labels
        return found


@cache
def _after(words):
    """Give the centroids of a case after 0, 1, 2, … rounds."""
    pixels, centroids, _ = next(args for known, args in KMEANS.cases if known == words)
    return [_rounds(pixels, centroids, n) for n in range(13)]


def _numbers_of_rounds(trial):
    """Say after which numbers of rounds a correct loop has the centroids of this trial."""
    return {n for n, centroids in enumerate(_after(trial.words)) if _same(trial.got, centroids)}


def _always(rounds):
    return lambda trials: all(rounds(t.args[2]) in _numbers_of_rounds(t) for t in trials)


def _goes_on(trials):
    """See whether more of the learner's lines run if there are more iterations."""
    return len({t.lines for t in trials if t.words.startswith("60 random")}) > 1


def _own_number(trials):
    """See whether all trials agree on a number of rounds of their own."""
    return bool(set.intersection(*map(_numbers_of_rounds, trials)))


def _labels_of(trial):
    return getattr(trial.got, "labels", None)


def _old_labels(trials):
    """See whether labels belong to the centroids before the last update."""
    with_labels = [t for t in trials if _labels_of(t) is not None]
    behind = [assign(t.args[0], _after(t.words)[t.args[2] - 1]) for t in with_labels]
    return (
        bool(with_labels)
        and all(
            np.array_equal(_labels_of(t), labels)
            for t, labels in zip(with_labels, behind, strict=True)
        )
        and any(
            _wrong_labels(labels, t.args[0], t.got).any()
            for t, labels in zip(with_labels, behind, strict=True)
        )
    )


def _wrong_run_labels(trials):
    with_labels = [t for t in trials if _labels_of(t) is not None]
    return any(_wrong_labels(_labels_of(t), t.args[0], t.got).any() for t in with_labels)


def _update_first(labels):
    def run(pixels, centroids, iterations):
        now = labels(len(pixels), len(centroids))
        for _ in range(iterations):
            centroids = update(pixels, now, centroids)
            now = assign(pixels, centroids)
        return centroids

    return run


def _behind(pixels, centroids, iterations):
    """Update with the labels of the round before."""
    now = assign(pixels, centroids)
    for _ in range(iterations):
        new = assign(pixels, centroids)
        centroids, now = update(pixels, now, centroids), new
    return centroids


def _in_loop(exercise, step):
    """Make the slips of assign or update those of a loop that goes on by `step` with them."""

    def loop(example):
        def run(pixels, centroids, iterations):
            return _rounds(pixels, centroids, iterations, lambda p, c: step(p, c, example))

        return run

    return [
        Slip(slip.name, slip.hint, tuple(map(loop, slip.examples[:3])))
        for slip in exercise.slips
        if slip.examples
    ]


def _begins_elsewhere(trials):
    """Give the spread of the first centroids if each round but the first follows from the last."""
    runs = [t.got for t in trials if t.words.startswith("60 random")]
    pixels, start, _ = KMEANS.cases[-2][1]
    follows = len(runs) == 4 and all(_shape(run) == (5, 3) for run in runs)
    follows = follows and all(_same(b, _lloyd(pixels, a)) for a, b in pairwise(runs))
    if not follows or _same(runs[0], _lloyd(pixels, start)):
        return None
    return runs[0].std(axis=0).mean() / pixels.std(axis=0).mean()


def _run_case(seed, n, k, iterations):
    return *_random_case(seed, n, k), iterations


FAR = np.vstack([START, [[1000.5, 1000, 1000]]])
KMEANS = Exercise(
    takes="pixels, centroids, iterations",
    gives="the centroids after all iterations, shape (K, 3), alone or with labels: "
    "(centroids, labels)",
    read=read_run,
    cases=[
        ("the 4 by 4 image, K = 2, 1 iteration", (PIXELS, START, 1)),
        ("the 4 by 4 image, K = 2, 2 iterations", (PIXELS, START, 2)),
        ("the 4 by 4 image, K = 3 with an empty cluster, 2 iterations", (PIXELS, FAR, 2)),
        *[
            (f"60 random pixels, K = 5, {n} iteration{'s' * (n > 1)}", _run_case(12, 60, 5, n))
            for n in (1, 2, 3, 4)
        ],
        ("80 random pixels, K = 8, 3 iterations", _run_case(14, 80, 8, 3)),
    ],
    expected=_rounds,
    ours=kmeans,
    large=lambda: _run_case(0, 4800, 8, 5),
    notice="Each half-step can only lower the error, so the order assign, update, assign, … "
    "always goes downhill.",
    slips=[
        Slip(
            "stops after one round",
            "After the first round it is over, whatever `iterations` "
            "says. Where does your `return` stand?",
            test=lambda trials: _always(lambda n: 1)(trials) and not _goes_on(trials),
        ),
        Slip(
            "uses old labels",
            "The centroids move, but do the labels follow? In which line does "
            "each round find new ones?",
            (_behind,),
            test=lambda trials: _always(lambda n: 1)(trials),
        ),
        Slip(
            "runs one round too many",
            "How often does your loop run if `iterations` is 1?",
            test=_always(lambda n: n + 1),
        ),
        Slip(
            "runs one round too few",
            "How often does your loop run if `iterations` is 1? And is the last update returned?",
            test=_always(lambda n: n - 1),
        ),
        Slip(
            "runs two rounds for one",
            "How many assigns and updates are there in one iteration?",
            test=_always(lambda n: 2 * n),
        ),
        Slip(
            "does not keep the new centroids",
            "The centroids come back as they were. What happens to what `update` returns?",
            test=_always(lambda n: 0),
        ),
        Slip(
            "ignores the number of iterations",
            "Your loop runs as long whatever `iterations` is. Where does it come in?",
            test=_own_number,
        ),
        Slip(
            "update before assign",
            "The first update works with labels that nobody has found yet. Which half-step comes "
            "first?",
            (
                _update_first(lambda n, k: np.zeros(n, int)),
                _update_first(lambda n, k: np.full(n, k - 1)),
                _update_first(lambda n, k: np.arange(n) % k),
                _update_first(lambda n, k: np.arange(n) * k // n),
            ),
        ),
        Slip(
            "uses old labels",
            "The centroids are right, but your labels belong to those before "
            "the last update. What is missing after the loop?",
            test=_old_labels,
        ),
        Slip(
            "labels that do not belong to the centroids",
            "The centroids are right. Is the label "
            "of every pixel that of its nearest final centroid?",
            test=_wrong_run_labels,
        ),
        Slip(
            "update before assign",
            "All your centroids begin in the middle of all pixels: with which labels does the "
            "first update work? Which half-step comes first?",
            test=lambda trials: (_begins_elsewhere(trials) or 1) < 0.5,
        ),
        Slip(
            "ignores the centroids it is given",
            "Your loop begins somewhere else. Which centroids does the first assign compare with?",
            test=lambda trials: (_begins_elsewhere(trials) or 0) >= 0.5,
        ),
        *_in_loop(ASSIGN, lambda p, c, labels: _means(p, labels(p, c), c)),
        *_in_loop(UPDATE, lambda p, c, means: means(p, _nearest(_distances)(p, c), c)),
    ],
)


# -------------------------------------------------------------------------------- step 5


def _painted(paint):
    return lambda labels, centroids, shape: paint(centroids[labels], shape)


def _to_bytes(values):
    return values.astype(np.uint8)


def _off(inside, below_and_above):
    """Make a test: only values in 0..255 are wrong, or only those out of it, as told."""

    def test(trials):
        found = False
        for t in trials:
            labels, centroids, shape = t.args
            if _shape(t.got) != shape or t.got.dtype.kind not in "ui":
                return False
            exact = centroids[labels].reshape(shape)
            wrong = _wrong_image(t.got, *t.args, rows_only=False)
            out = (exact < -0.5) | (exact > 255.5)
            found = found or (wrong & (out if below_and_above else ~out)).any()
            if inside is not None and not inside(t.got, exact, wrong & ~out).all():
                return False
        return bool(found)

    return test


def _wrong_image(got, labels, centroids, shape, rows_only=True):
    exact = centroids[labels].reshape(shape).clip(0, 255)
    wrong = np.abs(got - exact) > 0.5 + 1e-6
    return wrong.reshape(-1, 3).any(axis=1) if rows_only else wrong


def _float_image(trials):
    arrays = [t.got for t in trials if isinstance(t.got, np.ndarray)]
    return len(arrays) == len(trials) and all(a.dtype.kind == "f" for a in arrays)


def _paint_case(seed, height, width, k, low=0, high=255):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, height * width).astype(np.uint8)
    return labels, rng.uniform(low, high, (k, 3)).round(2), (height, width, 3)


WARM = np.array([(230.0, 150.0, 70.0), (50.0, 90.0, 145.0)])
RECONSTRUCT = Exercise(
    takes="labels, centroids, shape",
    gives="an image: an array of shape (H, W, 3) and dtype uint8",
    dtypes=("uint8",),
    cases=[
        ("the 4 by 4 image, K = 2", (LABELS, WARM, (4, 4, 3))),
        ("2 pixels, K = 2", (np.array([1, 0], np.uint8), WARM + 0.57, (1, 2, 3))),
        (
            "2 by 3 pixels, K = 3",
            (
                np.array([0, 1, 2, 2, 1, 0]),
                np.array([(10.0, 0.4, 29.6), (129.7, 140.2, 210.0), (250.0, 129.8, 60.3)]),
                (2, 3, 3),
            ),
        ),
        (
            "2 pixels, centroids below 0 and above 255",
            (np.array([0, 1], np.uint8), np.array([(300.0, 90, 70), (30, 256, -20)]), (2, 1, 3)),
        ),
        ("5 by 2 random labels, K = 4", _paint_case(1, 5, 2, 4)),
        ("6 by 7 random labels, K = 9", _paint_case(2, 6, 7, 9)),
        ("9 by 8 random labels, some centroids out of 0 to 255", _paint_case(3, 9, 8, 9, -60, 400)),
    ],
    expected=reconstruct,
    ours=reconstruct,
    large=lambda: _paint_case(0, 60, 80, 16),
    notice="centroids[labels] fetches one row for each label: that is the whole of painting.",
    wrong=_wrong_image,
    slips=[
        Slip(
            "float picture",
            "The colours of an image are whole numbers from 0 to 255. Which "
            "dtype says so, and what is still missing?",
            test=_float_image,
        ),
        Slip(
            "wrong shape: (N, 3)",
            "Each pixel has its colour. What turns a list of pixels into rows and columns again?",
            (
                lambda labels, c, shape: reconstruct(labels, c, shape).reshape(-1, 3),
                lambda labels, c, shape: _to_bytes(c[labels]),
                lambda labels, c, shape: reconstruct(labels, c, shape).reshape(-1),
                lambda labels, c, shape: reconstruct(labels, c, shape).reshape(3, *shape[:2]),
                lambda labels, c, shape: reconstruct(labels, c, shape).transpose(2, 0, 1),
            ),
        ),
        Slip(
            "transposed height and width (reshape in column order)",
            "Which comes first in `shape`, the height or the width? And which pixel comes after "
            "(0, 0)?",
            tuple(
                lambda labels, c, shape, f=f, g=g: g(
                    f(c).clip(0, 255).astype(np.uint8)[labels], shape
                )
                for f in (np.rint, np.trunc)
                for g in (
                    lambda rows, s: rows.reshape(s[1], s[0], 3),
                    lambda rows, s: rows.reshape(s[1], s[0], 3).transpose(1, 0, 2),
                    lambda rows, s: rows.reshape(s).transpose(1, 0, 2),
                    lambda rows, s: rows.reshape(s, order="F"),
                )
            ),
        ),
        Slip(
            "reshape to (3, N)",
            "Do the three numbers of one pixel stay together in your reshape?",
            (
                lambda labels, c, s: reconstruct(labels, c, s).reshape(-1, 3).T.reshape(s),
                lambda labels, c, s: _to_bytes(c[labels]).T.reshape(s),
                lambda labels, c, s: (
                    reconstruct(labels, c, s).reshape(3, *s[:2]).transpose(1, 2, 0)
                ),
            ),
        ),
        Slip(
            "returns the labels",
            "A label says which centroid. Which colour has that centroid?",
            (
                lambda labels, c, shape: labels.reshape(shape[:2]).astype(np.uint8),
                lambda labels, c, shape: labels,
                lambda labels, c, shape: (
                    labels.reshape(shape[:2])[:, :, None].repeat(3, axis=2).astype(np.uint8)
                ),
            ),
        ),
        Slip(
            "forgets channels",
            "A colour is three numbers. Which of them have you painted?",
            tuple(
                lambda labels, c, shape, g=g: g(reconstruct(labels, c, shape))
                for g in (
                    lambda image: image[:, :, 0],
                    lambda image: image[:, :, :1],
                    lambda image: image[:, :, :1].repeat(3, axis=2),
                    lambda image: image * np.array([1, 0, 0], np.uint8),
                    lambda image: image.mean(axis=2).astype(np.uint8),
                    lambda image: np.rint(image.mean(axis=2)).astype(np.uint8),
                    lambda image: image.mean(axis=2, keepdims=True).repeat(3, axis=2).round(),
                )
            ),
        ),
        Slip(
            "channels in another order",
            "Red, green, blue: in which order do your channels come out?",
            (lambda labels, c, shape: reconstruct(labels, c, shape)[:, :, ::-1],),
        ),
        Slip(
            "1-based labels",
            "Which label belongs to the first row of `centroids`?",
            (
                lambda labels, c, shape: reconstruct((labels.astype(int) - 1) % len(c), c, shape),
                lambda labels, c, shape: reconstruct((labels.astype(int) + 1) % len(c), c, shape),
            ),
        ),
        Slip(
            "scales the colours",
            "What range have the numbers of your image, and what range should they have?",
            (
                lambda labels, c, s: _to_bytes(c[labels].reshape(s) * 255),
                lambda labels, c, s: _to_bytes(np.rint(c[labels].reshape(s) / 255)),
                lambda labels, c, s: _to_bytes(c[labels].reshape(s) / 255),
            ),
        ),
        Slip(
            "truncates instead of rounds",
            "What does astype make of 129.7, and what would be nearer?",
            test=_off(lambda got, exact, wrong: ~wrong | (got == np.floor(exact)), False),
        ),
        Slip(
            "rounds up instead of rounds",
            "What does your function make of 0.4, and what would be nearer?",
            test=_off(lambda got, exact, wrong: ~wrong | (got == np.ceil(exact)), False),
        ),
        Slip(
            "wraps above 255",
            "What does astype make of 300, or of -20? How can you keep the numbers between 0 and "
            "255 before it?",
            test=_off(lambda got, exact, wrong: ~wrong, True),
        ),
    ],
)


# -------------------------------------------------------------------------------- step 7


def _decibels(error, peak=255.0):
    return 10 * np.log10(peak**2 / error)


def _error(original, compressed):
    return ((original.astype(float) - compressed) ** 2).mean()


def _errors_in(dtype):
    """Give the ways to work out a mean squared error in an integer type that is too small."""
    finishes = (
        lambda step: (step**2).mean(),
        lambda step: (step.astype(float) ** 2).mean(),
        lambda step: (step**2).sum(dtype=dtype) / step.size,
        lambda step: np.abs(step).astype(float).mean() ** 2,
    )
    return tuple(
        lambda a, b, f=f, turn=turn: _decibels(
            f(a.astype(dtype) - b.astype(dtype) if turn else b.astype(dtype) - a.astype(dtype))
        )
        for f in finishes
        for turn in (True, False)
    ) + (
        lambda a, b: _decibels((a.astype(float) - b).astype(dtype).astype(float).__pow__(2).mean()),
    )


def _pair(seed, height, width, change):
    rng = np.random.default_rng(seed)
    image = _image(seed, height, width).astype(int)
    other = image + rng.integers(-change, change + 1, image.shape)
    return image.astype(np.uint8), other.clip(0, 255).astype(np.uint8)


def _only_equal_wrong(trials):
    wrong = [t for t in trials if not np.isclose(_number(t.got), psnr(*t.args), 0, 0.006)]
    return bool(wrong) and all(t.words == "two equal images" for t in wrong)


def _number(got):
    return got if isinstance(got, np.ndarray) and got.shape == () else np.nan


TWO = reconstruct(LABELS, WARM, (4, 4, 3))
PSNR = Exercise(
    takes="original, compressed",
    gives="one number, in decibels",
    tolerance=0.006,
    cases=[
        ("the 4 by 4 image and its compressed version, K = 2", (TINY, TWO)),
        ("one pixel of each", (TINY[2:3, 3:], TWO[2:3, 3:])),
        (
            "2 by 3 pixels that differ in one channel",
            (TINY[:2, :3], TINY[:2, :3] + np.array([0, 0, 3], np.uint8)),
        ),
        ("two random images of 5 by 2 pixels", (_image(1, 5, 2), _image(2, 5, 2))),
        ("6 by 7 pixels, changed by up to 9", _pair(3, 6, 7, 9)),
        ("7 by 3 pixels, changed by up to 120", _pair(4, 7, 3, 120)),
        ("black and white", (np.zeros((2, 3, 3), np.uint8), np.full((2, 3, 3), 255, np.uint8))),
        ("two equal images", (TINY, TINY)),
    ],
    expected=psnr,
    ours=psnr,
    large=lambda: _pair(0, 60, 80, 20),
    notice="Higher is better: a tenth of the error gives 10 dB more, and two equal images have "
    "no error, so their PSNR is infinite.",
    slips=[
        Slip(
            "MSE for PSNR",
            "That is how large the error is. What makes decibels of it?",
            (_error, lambda a, b: np.sqrt(_error(a, b)), lambda a, b: 3 * _error(a, b)),
        ),
        Slip(
            "log base e",
            "10 dB stand for a factor of ten. Which logarithm counts factors of ten?",
            (
                lambda a, b: 10 * np.log(255**2 / _error(a, b)),
                lambda a, b: 20 * np.log(255**2 / _error(a, b)),
            ),
        ),
        Slip(
            "log base 2",
            "10 dB stand for a factor of ten. Which logarithm counts factors of ten?",
            (
                lambda a, b: 10 * np.log2(255**2 / _error(a, b)),
                lambda a, b: 10 * np.log1p(255**2 / _error(a, b)),
            ),
        ),
        Slip(
            "forgets channels",
            "How many numbers has an image: H times W, or more? Over all of them the mean is "
            "taken.",
            (
                lambda a, b: _decibels(3 * _error(a, b)),
                *(lambda a, b, i=i: _decibels(_error(a[:, :, i], b[:, :, i])) for i in range(3)),
                lambda a, b: _decibels(_error(a.mean(axis=2), b.mean(axis=2))),
                lambda a, b: _decibels(((a.astype(float) - b) ** 2).mean(axis=(0, 1))),
                lambda a, b: _decibels(((a.astype(float) - b) ** 2).mean(axis=(0, 1))).mean(),
                lambda a, b: _decibels(((a.astype(float) - b) ** 2).mean(axis=2)),
            ),
        ),
        Slip(
            "sum instead of mean",
            "A larger image should not have a larger error just because "
            "it is larger. By what should the sum be divided?",
            (
                lambda a, b: _decibels(_error(a, b) * a.size),
                lambda a, b: _decibels(_error(a, b) * a.size / len(a)),
            ),
        ),
        Slip(
            "mean over the wrong axis",
            "One number should be left, for the whole image. Over how "
            "many axes do you take the mean?",
            tuple(
                lambda a, b, i=i: _decibels(((a.astype(float) - b) ** 2).mean(axis=i))
                for i in range(2)
            ),
        ),
        Slip(
            "wrong peak",
            "How far apart can two values of a channel be at most?",
            (
                lambda a, b: _decibels(_error(a, b), 256),
                lambda a, b: _decibels(_error(a, b), 1),
                lambda a, b: _decibels(_error(a, b), 254),
                lambda a, b: _decibels(_error(a, b), 100),
                lambda a, b: _decibels(_error(a, b), float(a.max())),
                lambda a, b: _decibels(_error(a, b), float(b.max())),
                lambda a, b: _decibels(_error(a, b), float(max(a.max(), b.max()))),
                lambda a, b: _decibels(_error(a, b), float(a.max()) - float(a.min())),
            ),
        ),
        Slip(
            "forgot to square",
            "Which two numbers in the formula carry a small 2, and do yours?",
            (
                lambda a, b: 10 * np.log10(255 / _error(a, b)),
                lambda a, b: 10 * np.log10(255**2 / np.sqrt(_error(a, b))),
                lambda a, b: 10 * np.log10(255 / np.sqrt(_error(a, b))),
                lambda a, b: 20 * np.log10(255 / _error(a, b)),
                lambda a, b: _decibels((a.astype(float) - b).mean()),
                lambda a, b: _decibels((b.astype(float) - a).mean()),
                lambda a, b: _decibels(abs((a.astype(float) - b).mean())),
                lambda a, b: _decibels((a.astype(float) - b).mean() ** 2),
            ),
        ),
        Slip(
            "absolute differences (L1)",
            "The mean squared error squares every difference. What does yours do?",
            (
                lambda a, b: _decibels(np.abs(a.astype(float) - b).mean()),
                lambda a, b: _decibels(np.abs(a.astype(float) - b).mean() ** 2),
            ),
        ),
        Slip(
            "wrong factor before the logarithm",
            "A deci-bel is a tenth of a bel. How many of them make one bel?",
            tuple(lambda a, b, f=f: f * _decibels(_error(a, b)) for f in (0.1, 2, 0.5, 10)),
        ),
        Slip(
            "wrong way up",
            "Should a larger error give more decibels or fewer? What stands above the line?",
            (lambda a, b: -_decibels(_error(a, b)),),
        ),
        Slip(
            "median instead of mean",
            "The M of MSE is a mean. What have you taken?",
            (lambda a, b: _decibels(np.median((a.astype(float) - b) ** 2)),),
        ),
        Slip(
            "uint8 wrap-around in the difference",
            "What is 10 - 50 in uint8? What should happen to the images before you subtract?",
            _errors_in(np.uint8),
        ),
        Slip(
            "int16 overflow",
            "The largest int16 is 32,767. How large can the square of a difference be?",
            _errors_in(np.int16) + _errors_in(np.int8),
        ),
        Slip(
            "rounds the result",
            "Nearly the right decibels. How many digits do you keep?",
            (
                lambda a, b: np.round(_decibels(_error(a, b))),
                lambda a, b: np.round(_decibels(_error(a, b)), 1),
                lambda a, b: np.floor(_decibels(_error(a, b))),
            ),
        ),
        Slip(
            "equal images",
            "Two equal images have no error at all. How many decibels are that, "
            "and what does your function do there?",
            test=_only_equal_wrong,
        ),
    ],
)


# Slips that show as an error: the name, what the error and its line say, and the hint.
RAISED = [
    (
        "update before assign",
        "UnboundLocalError",
        "update",
        "Which half-step finds the labels, and does it come first?",
    ),
    ("NaN for empty clusters", "must be finite; got [nan", "", EMPTY + "0 / 0 is NaN."),
]


# Slips that show as an error: the name, what the error and its line say, and the hint.
RAISED = [
    (
        "update before assign",
        "UnboundLocalError",
        "update",
        "Which half-step finds the labels, and does it come first?",
    ),
    ("NaN for empty clusters", "must be finite; got [nan", "", EMPTY + "0 / 0 is NaN."),
]
