"""Step 3: the exercise of writing init_centroids."""

import numpy as np

from kmeans_lesson.checks.exercise import (
    NIGHT,
    PIXELS,
    RED,
    SKY,
    SUN,
    Exercise,
    Slip,
    among,
    shape_of,
)
from kmeans_lesson.kmeans import init_centroids


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
    if not all(len(shape_of(t.got) or ()) == 2 and t.got.shape[1] == 3 for t in trials):
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
    if not _colours_of(trials):
        return False
    many, twice = _with(trials, "many seeds"), _with(trials, "the same seed")
    if not many or not twice:
        return False
    other = {t.got.tobytes() for t in many}
    return len(other) < len(many) / 2 or any(not np.array_equal(t.got, twice[0].got) for t in twice)


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
            test=lambda trials: any(not among(got, p) for got, _, p in _colours_of(trials)),
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
            test=lambda trials: (
                len({len(got) for got, _, _ in _colours_of(trials)}) == 1
                or all(len(got) == len(np.unique(p, axis=0)) for got, _, p in _colours_of(trials))
            ),
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
