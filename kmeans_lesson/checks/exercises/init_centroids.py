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


SEEDS = 40
THREE = np.array([SKY, RED, NIGHT], dtype=np.uint8)
MANY = np.random.default_rng(600).choice(2**24, (600, 1), replace=False) // [65536, 256, 1] % 256
MANY = MANY.astype(np.uint8)
RARE = np.array([NIGHT] * 45 + [SUN] * 3 + [RED, SKY], dtype=np.uint8)
FLAT = np.array([SUN] * 12 + [NIGHT] * 10 + [SKY, RED], dtype=np.uint8)


def _wrong_start(got, pixels, k, seed):
    known = {*map(tuple, pixels.tolist())}
    seen = [tuple(colour) for colour in got.tolist()]
    return np.array([c not in known or c in seen[:i] for i, c in enumerate(seen)], dtype=bool)


def _with(trials, words):
    return [t for t in trials if t.words.startswith(words) and isinstance(t.got, np.ndarray)]


def _no_colours(trials):
    return all(isinstance(t.got, np.ndarray) and t.got.size == 0 for t in trials)


def _mixes(trials):
    """See whether colours are means of pixels, or all centroids are one."""
    found = _colours_of(trials)
    return bool(found) and any(
        len(got) and np.allclose(got, pixels.mean(axis=0)) and not among(got, pixels)
        for got, _, pixels in found
    )


def _scaled(trials):
    """See whether the colours are those of the pixels, divided by 255."""
    found = _colours_of(trials)
    return any(got.any() for got, _, _ in found) and all(
        got.max(initial=0) <= 1 and among(np.rint(got * 255), pixels) for got, _, pixels in found
    )


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


def _of_many(trials):
    """Give the starts drawn from 600 pixels, if all came in time."""
    drawn = [t for t in trials if t.words.startswith("600 pixels") and not t.error]
    return [t.got for t in drawn] if len(drawn) == SEEDS else []


def _begins_alike(starts):
    """See whether many starts begin, or end, with the same colour, or all have one of them."""
    sets = [{*map(tuple, start.tolist())} for start in starts]
    return len(starts) > 1 and bool(set.intersection(*sets))


def _sees_a_part(trials):
    """See whether no pixel of a quarter of the image was ever drawn, or one of three pixels."""
    drawn = {tuple(colour) for start in _of_many(trials) for colour in start.tolist()}
    quarters = [{*map(tuple, part.tolist())} for part in np.array_split(MANY, 4)]
    return bool(drawn) and any(not drawn & quarter for quarter in quarters)


def _never_drawn(trials):
    """See whether many draws of one of three pixels leave out one of them."""
    first = [str(got[:1]) for got, _, _ in _colours_of(_with(trials, "3 pixels, K = 1"))]
    return len(first) == SEEDS and len(set(first)) in (1, 2)


def _draws_alike(trials):
    starts = [{*map(tuple, start.tolist())} for start in _of_many(trials)]
    return bool(starts) and len({frozenset(start) for start in starts}) < SEEDS - 3


def _sizes(trials, wanted):
    """See whether all results have as many rows as told, which is not always K."""
    pairs = [(len(t.got), wanted(*t.args), t.args[1]) for t in trials if shape_of(t.got)]
    return (
        len(pairs) == len(trials)
        and all(got == want for got, want, _ in pairs)
        and any(got != k for got, _, k in pairs)
    )


def _evenly(trials):
    """See whether each start is every n-th pixel, or every n-th colour."""

    def steps(pixels, k):
        for rows in (pixels, np.unique(pixels, axis=0)):
            n = len(rows)
            if k <= n:
                yield from (rows[:: n // k][:k], rows[np.linspace(0, n - 1, k).astype(int)])

    colours = _colours_of(_with(trials, "many seeds"))
    return bool(colours) and all(
        any(np.array_equal(got, start) for start in steps(pixels, k)) for got, k, pixels in colours
    )


def _common_first(trials):
    """See whether every start is the most frequent colours, and not those that come first."""
    flat = _colours_of(_with(trials, "50 pixels, 45"))
    spread = {got.tobytes() for got, _, _ in _colours_of(_with(trials, "many seeds"))}
    return (
        bool(flat)
        and len(spread) == 1
        and not _first_k(trials)
        and all(got[:1].tolist() == [[*NIGHT]] for got, _, _ in flat)
    )


def _about_start(trials):
    once = [tuple(t.got[0].tolist()) for t in _with(trials, "50 pixels")]
    if once.count(NIGHT) < len(once) / 2:
        return "Yours gives each colour the same chance; the package draws common ones more often."
    return ""


INIT_CENTROIDS = Exercise(
    name="init_centroids",
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
        ("one pixel, K = 1", (THREE[1:2], 1, 5)),
        ("3 pixels of 3 colours, K = 3", (THREE, 3, 1)),
        *[(f"3 pixels, K = 1, seed {s}", (THREE, 1, s)) for s in range(SEEDS)],
        *[(f"24 pixels of 4 colours, K = 4, seed {s}", (FLAT, 4, s)) for s in range(8)],
        *[(f"50 pixels, 45 of them night, K = 1, seed {s}", (RARE, 1, s)) for s in range(30)],
    ],
    large=[(f"600 pixels, K = 4, seed {3 * s}", (MANY, 4, 3 * s)) for s in range(SEEDS)],
    later=(
        Slip(
            "always begins with the same pixel",
            "One colour is in all of 40 draws with different seeds. Is every one of yours drawn?",
            test=lambda trials: _begins_alike(_of_many(trials)),
        ),
        Slip(
            "sees only a part of the image",
            "In 40 draws with different seeds, no colour is of a certain quarter of the image. "
            "From how many pixels do you draw?",
            test=_sees_a_part,
        ),
        Slip(
            "ignores the seed, or a part of it",
            "40 different seeds give only a few different draws. What do you do with the seed?",
            test=_draws_alike,
        ),
    ),
    expected=init_centroids,
    wanted=lambda pixels, k, seed: f"{k} different colours of the pixels",
    several=True,
    remark=_about_start,
    notice="K different colours of the image, the same for the same seed: a start that anyone can "
    "repeat.",
    wrong=_wrong_start,
    slips=[
        Slip(
            "returns no colours at all",
            "Your result is empty. Which line puts a colour into it, and is it reached?",
            test=_no_colours,
        ),
        Slip(
            "k and seed in each other's place",
            "How many colours do you return, k or seed? And which of them begins the draw?",
            test=lambda trials: (
                _sizes(trials, lambda pixels, k, seed: min(seed, len(pixels)))
                or _sizes(trials, lambda pixels, k, seed: min(seed, len(np.unique(pixels, axis=0))))
            ),
        ),
        Slip(
            "transposed: wrong shape, (3, K)",
            "Which axis should count the centroids, the first or the last?",
            test=lambda trials: all(shape_of(t.got) == (3, t.args[1]) for t in trials),
        ),
        Slip(
            "returns one centroid more or fewer than K",
            "How many centroids do you return if k is 1?",
            test=lambda trials: (
                _sizes(trials, lambda pixels, k, seed: k + 1)
                or _sizes(trials, lambda pixels, k, seed: k - 1)
            ),
        ),
        Slip(
            "takes pixels at equal steps (a range with a step)",
            "Nothing is drawn: every n-th pixel is taken, whatever the seed. Where would chance "
            "come in?",
            test=_evenly,
        ),
        Slip(
            "takes the mean of the pixels",
            "Is the mean of all pixels a colour of the image? And would K equal centroids help?",
            test=_mixes,
        ),
        Slip(
            "takes the most frequent colours, and ignores the seed",
            "Nothing is drawn here: the same colours come for every seed. Where would chance come "
            "in?",
            test=_common_first,
        ),
        Slip(
            "scales the colours",
            "The range of your colours is 0 to 1. Which range have the pixels?",
            test=_scaled,
        ),
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
                or _sizes(trials, lambda pixels, k, seed: len(np.unique(pixels, axis=0)))
                or _sizes(trials, lambda pixels, k, seed: len(pixels))
            ),
        ),
        Slip(
            "always begins with the same pixel, or never takes one of them",
            "Of three pixels, one has to be drawn: in 40 draws with different seeds, not each of "
            "them comes. From which numbers do you draw, and is the first of them in?",
            test=lambda trials: _never_drawn(trials) and not _ignores_seed(trials),
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
