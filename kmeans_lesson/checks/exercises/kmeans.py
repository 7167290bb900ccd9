"""Step 4: the exercise of writing the loop of assign and update."""

from functools import cache
from itertools import pairwise

import numpy as np

from kmeans_lesson.checks.exercise import (
    EMPTY,
    NO_MEAN,
    PIXELS,
    SKY,
    SUN,
    Exercise,
    Slip,
    as_array,
    in_another_order,
    random_case,
    same,
    shape_of,
)
from kmeans_lesson.checks.exercises.assign import (
    ASSIGN,
    START,
    nearest,
    squared_distances,
    wrong_labels,
)
from kmeans_lesson.checks.exercises.update import UPDATE, cluster_means
from kmeans_lesson.kmeans import assign, kmeans, update


def _lloyd(pixels, centroids):
    return cluster_means(pixels, nearest(squared_distances)(pixels, centroids), centroids)


def _rounds(pixels, centroids, n, step=_lloyd):
    for _ in range(n):
        centroids = step(pixels, centroids)
    return centroids


def read_run(value, args):
    """Find the centroids in what a loop returned, and the labels with them, or None."""
    k, n = len(args[1]), len(args[0])
    if isinstance(value, dict):
        value = tuple(value.values())
    if hasattr(value, "centroids"):
        value = (value.centroids, getattr(value, "labels", None))
    if isinstance(value, (tuple, list)):
        parts = [as_array(part) for part in value]
        centroids = [part for part in parts if shape_of(part) == (k, 3)]
        labels = [part for part in parts if shape_of(part) == (n,)]
        if len(parts) == 2:  # then a list of another length is meant for labels, too
            labels = [part for part in parts if _could_be_labels(part, n)]
        centroids = centroids or [part for part in parts if (shape_of(part) or ())[1:] == (3,)]
        if centroids:
            return centroids[0], labels[0] if labels else None
    return as_array(value), None


def _could_be_labels(part, n):
    """See whether a part is a list of whole numbers, or of others for each of n pixels."""
    if not isinstance(part, np.ndarray):
        return isinstance(part, list)
    return part.ndim == 1 and (part.dtype.kind in "ui" or len(part) == n)


@cache
def _after(case):
    """Give the centroids of a case after 0, 1, 2, … rounds, until nothing moves any more."""
    pixels, centroids, _ = case.args
    after = [centroids]
    for _ in range(60):
        after.append(_lloyd(pixels, after[-1]))
    return after


def _numbers_of_rounds(trial):
    """Say after which numbers of rounds a correct loop has the centroids of this trial."""
    return {n for n, centroids in enumerate(_after(trial.case)) if same(trial.got, centroids)}


def _always(rounds):
    return lambda trials: all(rounds(t.args[2]) in _numbers_of_rounds(t) for t in trials)


def _goes_on(trials):
    """See whether more of the learner's lines run if there are more iterations."""
    return len({t.lines for t in trials if t.words.startswith("60 random")}) > 1


def _skips_rounds(trials):
    """See whether half the rounds are run, and no more lines for 2 iterations than for 1."""
    lines = [t.lines for t in trials if t.words.startswith("60 random")]
    return _always(lambda n: (n + 1) // 2)(trials) and lines[:1] == lines[1:2]


def _own_number(trials):
    """See whether all trials agree on a number of rounds of their own."""
    return bool(set.intersection(*map(_numbers_of_rounds, trials)))


def _old_labels(trials):
    """See whether labels belong to the centroids before the last update."""
    with_labels = [t for t in trials if t.labels is not None]
    behind = [assign(t.args[0], _after(t.case)[t.args[2] - 1]) for t in with_labels]
    return (
        bool(with_labels)
        and all(
            np.array_equal(t.labels, labels) for t, labels in zip(with_labels, behind, strict=True)
        )
        and any(
            wrong_labels(labels, t.args[0], t.got).any()
            for t, labels in zip(with_labels, behind, strict=True)
        )
    )


def _wrong_run_labels(trials):
    """See whether labels are not whole numbers, one for each pixel, of the nearest centroid."""
    with_labels = [(t.labels, t.args[0], t.got) for t in trials if t.labels is not None]
    return any(
        shape_of(labels) != (len(pixels),)
        or labels.dtype.kind not in "ui"
        or wrong_labels(labels, pixels, centroids).any()
        for labels, pixels, centroids in with_labels
    )


def _wrong_later_labels(trials):
    return _wrong_run_labels([t for t in trials if not t.error])


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
        Slip(slip.name, slip.hint, tuple(map(loop, slip.examples)))
        for slip in exercise.slips
        if slip.examples
    ]


def _only_empty_wrong(trials):
    wrong = [t.words for t in trials if not same(t.got, KMEANS.right(t.case))]
    return len(wrong) == 1 and "empty" in wrong[0]


def _other_order(trials):
    return in_another_order([(t.got, KMEANS.right(t.case)) for t in trials])


def _begins_elsewhere(trials):
    """Give the spread of the first centroids if each round but the first follows from the last."""
    runs = [t.got for t in trials if t.words.startswith("60 random")]
    pixels, start, _ = KMEANS.cases[3].args
    follows = len(runs) == 4 and all(shape_of(run) == (5, 3) for run in runs)
    follows = follows and all(same(b, _lloyd(pixels, a)) for a, b in pairwise(runs))
    if not follows or same(runs[0], _lloyd(pixels, start)):
        return None
    return runs[0].std(axis=0).mean() / pixels.std(axis=0).mean()


def _long_way(seed, iterations):
    """Make 100 pixels along the greys, with a start so dark that the way is long."""
    rng = np.random.default_rng(seed)
    along = rng.integers(0, 236, 100)
    pixels = (along[:, None] + rng.integers(0, 20, (100, 3))).astype(np.uint8)
    return pixels, pixels[np.argsort(along)[:5]] + 0.25, iterations


def _stops_early(trials):
    """See whether a loop gives what is right after fewer iterations, where there are many."""
    early = []
    for t in trials:
        rounds = _numbers_of_rounds(t)
        if not rounds or min(rounds) > t.args[2]:
            return False
        early.append(t.args[2] not in rounds)
    return any(early)


def _history(trials):
    return all((shape_of(t.got) or ())[1:] == t.args[1].shape for t in trials)


def _transposed(trials):
    turned = [t.got.T if isinstance(t.got, np.ndarray) else None for t in trials]
    return all(same(got, KMEANS.right(t.case)) for got, t in zip(turned, trials, strict=True))


def _run_case(seed, n, k, iterations):
    return *random_case(seed, n, k), iterations


OTHER = (random_case(801, 80, 8)[1], 3)
FAR = np.vstack([START, [[1000.5, 1000, 1000]]])
KMEANS = Exercise(
    name="kmeans",
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
        ("the same pixels and other centroids", (*_run_case(14, 80, 8, 3)[:1], *OTHER)),
        ("80 other random pixels, K = 8, 3 iterations", _run_case(16, 80, 8, 3)),
        ("one pixel, K = 1, 2 iterations", (PIXELS[8:9], START[:1], 2)),
        (
            "black and light pixels, K = 2, 2 iterations",
            (
                np.array([[0] * 3] * 5 + [SUN, SKY, [255] * 3], np.uint8),
                np.array([[30.5, 20, 60], [200, 240, 190.25]]),
                2,
            ),
        ),
        ("120 random pixels, K = 3, 11 iterations", _run_case(660, 120, 3, 11)),
        ("100 pixels from black to white, K = 5, 21 iterations", _long_way(725, 21)),
    ],
    expected=_rounds,
    ours=kmeans,
    large=[
        ("403 random pixels, K = 40, 3 iterations", _run_case(134, 403, 40, 3)),
        ("350 random pixels, K = 300, 2 iterations", _run_case(274, 350, 300, 2)),
        ("1,501 random pixels, K = 8, 30 iterations", _run_case(206, 1501, 8, 30)),
        ("2,503 random pixels, K = 8, 5 iterations", _run_case(178, 2503, 8, 5)),
    ],
    largest=[("70,001 random pixels, K = 2, 2 iterations", _run_case(36, 70_001, 2, 2))],
    ends_early="stops after one round: returns inside the loop",
    later=(
        Slip(
            "labels that do not belong to the centroids, for many pixels or centroids",
            "The centroids are right. Is there a limit or a type in your function that larger "
            "numbers go beyond?",
            test=_wrong_later_labels,
        ),
    ),
    notice="Each half-step can only lower the error, so the order assign, update, assign, … "
    "always goes downhill.",
    raised=(
        (
            "update before assign",
            r"update.*UnboundLocal|UnboundLocal.*'(l|\w*lab\w*|assign\w*|near\w*|cluster\w*)'"
            r"|labels must be an array.*got (dtype|shape \(0)",
            "Which half-step finds the labels, and does it come first?",
        ),
        (
            "values swapped in a call of assign or update",
            r"(labels|centroids|pixels) must be an array.*got (dtype|shape)",
            "In which order do assign and update take what they need?",
        ),
        ("NaN for empty clusters", r"must be finite; got \[nan", EMPTY + "0 / 0 is NaN."),
        NO_MEAN,
    ),
    slips=[
        Slip(
            "stops after one round",
            "After the first round it is over, whatever `iterations` "
            "says. Where does your `return` stand?",
            test=lambda trials: _always(lambda n: 1)(trials) and not _goes_on(trials),
        ),
        Slip(
            "runs half the rounds (a range with a step)",
            "How often does your loop run if `iterations` is 4? What do the numbers of a range "
            "mean?",
            test=_skips_rounds,
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
            "How often does your loop run if `iterations` is 1? Is the last update returned? Or "
            "is the first an update before assign, when there are no labels yet?",
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
            "The centroids are right. Are the labels whole numbers, one for each pixel, and that "
            "of its nearest final centroid?",
            test=_wrong_run_labels,
        ),
        Slip(
            "update before assign",
            "All your centroids begin in the middle of all pixels: with which labels does the "
            "first update work? Which half-step comes first?",
            test=lambda trials: (_begins_elsewhere(trials) or 1) < 0.5,
        ),
        Slip(
            "stops before the iterations are over",
            "A few iterations are right, many are not. Is there a number or a condition in your "
            "loop that ends it too early?",
            test=_stops_early,
        ),
        Slip(
            "returns the whole history",
            "You hand back the centroids of all iterations. Which of them are asked for?",
            test=_history,
        ),
        Slip(
            "transposed: wrong shape, (3, K)",
            "Which axis should count the centroids, the first or the last?",
            test=_transposed,
        ),
        Slip(
            "returns the labels",
            "Which centroid each pixel has, is only half of the result. Where are the centroids?",
            test=lambda trials: all(shape_of(t.got) == (len(t.args[0]),) for t in trials),
        ),
        Slip(
            "centroids in another order",
            "The centroids are right, but label i belongs to row i. Why have the rows moved?",
            test=_other_order,
        ),
        Slip(
            "ignores the centroids it is given",
            "Your loop begins somewhere else. Which centroids does the first assign compare with?",
            test=lambda trials: (_begins_elsewhere(trials) or 0) >= 0.5,
        ),
        *_in_loop(ASSIGN, lambda p, c, labels: cluster_means(p, labels(p, c), c)),
        *_in_loop(UPDATE, lambda p, c, means: means(p, nearest(squared_distances)(p, c), c)),
        Slip(
            "moves the centroid of an empty cluster",
            EMPTY + "Here it keeps its centroid: with no pixels, nothing says where to move.",
            test=_only_empty_wrong,
        ),
    ],
)
