"""Step 4: the exercise of writing assign."""

import numpy as np

from kmeans_lesson.checks.exercise import (
    BLUE,
    NIGHT,
    ORANGE,
    PIXELS,
    RED,
    SUN,
    Exercise,
    Slip,
    random_case,
    shape_of,
)
from kmeans_lesson.kmeans import assign


def _squares(pixels, centroids):
    return (pixels[:, None].astype(float) - centroids) ** 2


def squared_distances(pixels, centroids):
    return _squares(pixels, centroids).sum(axis=2)


def nearest(measure, pick=np.argmin):
    return lambda pixels, centroids: pick(measure(pixels, centroids), axis=1)


def _too_small(dtype):
    """Give the ways to work out distances in an integer type that is too small for them."""
    squares = [
        lambda step: (step**2).sum(axis=2),
        lambda step: (step**2).sum(axis=2, dtype=dtype),
    ]
    late = [
        lambda p, c: _squares(p, c).astype(dtype).sum(axis=2),
        lambda p, c: squared_distances(p, c).astype(dtype),
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
            lambda p, c: np.sqrt(squared_distances(p, c)).astype(dtype),
        ]
    early = [
        nearest(lambda p, c, f=f, whole=whole, sign=sign: f(_steps(p, whole(c), dtype, sign)))
        for f in squares
        for whole in (np.trunc, np.rint)
        for sign in (1, -1)
    ]
    return (*early, *map(nearest, late))


def _steps(pixels, centroids, dtype, sign):
    pixels, centroids = pixels[:, None].astype(dtype), centroids.astype(dtype)
    return pixels - centroids if sign > 0 else centroids - pixels


def wrong_labels(got, pixels, centroids):
    distances = squared_distances(pixels, centroids)
    if len(centroids) > 256 and got.dtype == np.uint8:  # a limit to be told, not a slip
        got = got + np.where(distances[:, :256].min(axis=1) > distances.min(axis=1), 256, 0)
    inside = (got >= 0) & (got < len(centroids))
    chosen = distances[np.arange(len(pixels)), np.where(inside, got, 0).astype(int)]
    return ~inside | (chosen > distances.min(axis=1) + 0.1)


def _one_search(pixels, centroids):
    """Keep the smallest distance of all pixels so far."""
    labels, best, label = [], np.inf, 0
    for distances in squared_distances(pixels, centroids):
        if distances.min() < best:
            best, label = distances.min(), distances.argmin()
        labels.append(label)
    return labels


def _search_from_too_small(trials):
    """See whether only far pixels are wrong, and all of those have the label of the start."""
    near, far, labels = [0], [], set()
    for t in trials:
        wrong = wrong_labels(t.got, *t.args) if shape_of(t.got) == (len(t.args[0]),) else None
        if wrong is None:
            return False
        distance = squared_distances(*t.args).min(axis=1)
        far, labels = [*far, *distance[wrong]], labels | {*t.got[wrong].tolist()}
        near += [*distance[~wrong & (t.got != 0)]]
    return bool(far) and min(far) >= max(near) and labels in ({0}, {-1})


def _close_case(seed):
    """Make light pixels between centroids that differ by fractions."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(244, 248, (80, 3)).astype(np.uint8)
    return pixels, rng.uniform(244, 248, (20, 3)).round(2)


START = np.array([ORANGE, RED], dtype=float)
MANY = np.random.default_rng(5).uniform(0, 255, (300, 3)).round(2)
TWINS = "the 4 by 4 image, K = 3 with twins"


def _about_labels(trials):
    """Say of right labels what they do with ties, with many centroids, and with uint8."""
    by_words = {trial.words: trial for trial in trials}
    remarks, twins = [], by_words[TWINS]
    if not np.array_equal(twins.got, assign(*twins.args)):
        remarks.append(
            "At a tie yours takes another centroid than the package, which takes the lowest label: "
            "both are nearest, so both are right."
        )
    in_bytes = by_words.get(IN_BYTES)
    if twins.got.dtype == np.uint8:
        remarks.append("With more than 256 centroids labels in uint8 wrap around: it ends at 255.")
    elif in_bytes and (in_bytes.error or ASSIGN.is_wrong(in_bytes)):
        remarks.append(
            "But mind uint8: the float64 of the centroids saves you here. Give it centroids in "
            "uint8, and its squares wrap around."
        )
    return " ".join(remarks)


def _skips(step):
    """Make an assign that looks at every `step`-th centroid only."""

    def labels(pixels, centroids):
        return squared_distances(pixels, centroids[::step]).argmin(axis=1)

    return (labels, lambda p, c: labels(p, c) * step)


def _sorted_first(key):
    return lambda p, c: squared_distances(p, c[np.argsort(key(c), kind="stable")]).argmin(axis=1)


def _always(label):
    """Make a test: every pixel has that label, of the first centroid or the last."""
    return lambda trials: all(
        shape_of(t.got) == (len(t.args[0]),) and (t.got == label % len(t.args[1])).all()
        for t in trials
    )


IN_BYTES = "centroids in uint8"


ASSIGN = Exercise(
    name="assign",
    takes="pixels, centroids",
    gives="one label for each pixel, shape (N,), whole numbers",
    dtypes=("u", "i"),
    cases=[
        ("the 4 by 4 image, K = 2", (PIXELS, START)),
        (
            "the 4 by 4 image, K = 2, with other centroids",
            (PIXELS, np.array([BLUE, SUN]) - 0.25),
        ),
        ("two pixels of the 4 by 4 image, K = 2", (PIXELS[[0, 8]], START)),
        (
            "the first row of the 4 by 4 image, K = 3",
            (PIXELS[:4], np.array([SUN, BLUE, NIGHT]) + 0.4),
        ),
        (TWINS, (PIXELS, np.array([RED, RED, BLUE], dtype=float))),
        ("the 4 by 4 image, K = 1", (PIXELS, START[:1])),
        ("one pixel, K = 3", (PIXELS[9:10], np.array([NIGHT, BLUE, ORANGE]) + 0.3)),
        ("one pixel, K = 1", (PIXELS[:1], START[:1])),
        ("3 random pixels, K = 7", random_case(1, 3, 7)),
        ("3 random pixels, K = 3", random_case(9, 3, 3)),
        ("50 random pixels, K = 5", random_case(2, 50, 5)),
        ("50 other random pixels, K = 5", random_case(22, 50, 5)),
        ("60 random pixels, K = 16", random_case(3, 60, 16)),
        ("30 random pixels, K = 70", random_case(23, 30, 70)),
        (
            "black, nearly black and white pixels, and a black centroid",
            (
                np.array([[0] * 3, [1] * 3, [0, 0, 9], [255] * 3, [0] * 3], np.uint8),
                np.array([[200.5, 220, 255], [0, 0, 0], [1, 1, 6.5]]),
            ),
        ),
        ("80 pixels and 20 centroids close together", _close_case(4)),
        (
            "black and white pixels",
            (
                np.array([[0] * 3, [255] * 3] * 4, np.uint8),
                np.array([[20, 0, 3.5], [250, 240, 255], [128, 128, 128.5], [255, 0, 0]]),
            ),
        ),
        (
            "two dark pixels, far from three light centroids",
            (
                np.array([NIGHT, (9, 5, 2)], np.uint8),
                np.array([[255, 250, 251.5], [240, 255, 230], [199.5, 210, 220]]),
            ),
        ),
        ("20 random pixels, K = 300", (MANY[-40::2].astype(np.uint8), MANY)),
    ],
    expected=assign,
    ours=assign,
    large=[
        ("97 random pixels, K = 300", random_case(24, 97, 300)),
        ("601 random pixels, K = 40", random_case(25, 601, 40)),
        ("2,003 random pixels, K = 4", random_case(26, 2003, 4)),
        ("4,801 random pixels, K = 16", random_case(27, 4801, 16)),
    ],
    largest=[("70,001 random pixels, K = 2", random_case(28, 70_001, 2))],
    aside=[(IN_BYTES, (PIXELS, np.array([ORANGE, RED, BLUE], np.uint8)))],
    remark=_about_labels,
    notice="Only which distance is smallest matters, so nobody needs the square root.",
    wrong=wrong_labels,
    slips=[
        Slip(
            "argmax: takes the farthest",
            "Should a pixel go to the centroid with the largest distance?",
            (
                nearest(squared_distances, np.argmax),
                nearest(lambda p, c: np.sqrt(_squares(p, c)).sum(axis=2), np.argmax),
            ),
        ),
        Slip(
            "1-based labels",
            "With which number does Python begin to count the rows of `centroids`?",
            (lambda p, c: squared_distances(p, c).argmin(axis=1) + 1,),
        ),
        Slip(
            "forgot to square",
            "A difference of -50 in one channel and +50 in another: do they cancel out? What "
            "makes every difference count, whichever way it goes?",
            (
                nearest(lambda p, c: (p[:, None] - c).sum(axis=2)),
                nearest(lambda p, c: (c - p[:, None]).sum(axis=2)),
                nearest(lambda p, c: np.abs((p[:, None] - c).sum(axis=2))),
                nearest(lambda p, c: (p[:, None] - c).min(axis=2)),
                nearest(lambda p, c: np.sqrt((p[:, None] - c).sum(axis=2))),
                nearest(lambda p, c: np.sqrt((c - p[:, None]).sum(axis=2))),
            ),
        ),
        Slip(
            "absolute differences (L1)",
            "Your differences all count, but one large one should weigh more than three small "
            "ones. What do we do with each difference before adding?",
            (
                nearest(lambda p, c: np.sqrt(_squares(p, c)).sum(axis=2)),
                nearest(lambda p, c: np.sqrt(np.sqrt(_squares(p, c))).sum(axis=2)),
            ),
        ),
        Slip(
            "largest difference only",
            "You look at the largest of three differences. What about the other two channels?",
            (nearest(lambda p, c: _squares(p, c).max(axis=2)),),
        ),
        Slip(
            "smallest difference only",
            "You look at the smallest of three differences. What about the other two channels?",
            (nearest(lambda p, c: _squares(p, c).min(axis=2)),),
        ),
        Slip(
            "product instead of sum",
            "If two colours are equal in one channel, your distance is 0 whatever the others are. "
            "How do three squares become one distance?",
            (nearest(lambda p, c: _squares(p, c).prod(axis=2)),),
        ),
        Slip(
            "adds instead of subtracts",
            "How far is it from 200 to 210: 10, or 410? Which sign stands between pixel and "
            "centroid?",
            (
                nearest(lambda p, c: ((p[:, None].astype(float) + c) ** 2).sum(axis=2)),
                nearest(lambda p, c: (p[:, None].astype(float) + c).sum(axis=2)),
            ),
        ),
        Slip(
            "squares before it subtracts",
            "Is 5² - 3² the same as (5 - 3)²? Which comes first, the difference or the square?",
            (
                nearest(lambda p, c: (p[:, None].astype(float) ** 2 - c**2).sum(axis=2)),
                nearest(lambda p, c: (c**2 - p[:, None].astype(float) ** 2).sum(axis=2)),
                nearest(lambda p, c: abs(p[:, None].astype(float) ** 2 - c**2).sum(axis=2)),
                nearest(lambda p, c: abs((p[:, None].astype(float) ** 2 - c**2).sum(axis=2))),
            ),
        ),
        Slip(
            "another power than the square",
            "Which small number stands above the difference in the formula, and what do other "
            "powers do with a negative one?",
            (
                nearest(lambda p, c: ((p[:, None] - c) ** 3).sum(axis=2)),
                nearest(lambda p, c: ((c - p[:, None]) ** 3).sum(axis=2)),
                nearest(lambda p, c: (np.abs(p[:, None] - c) ** 3).sum(axis=2)),
                nearest(lambda p, c: ((p[:, None] - c) ** 4).sum(axis=2)),
                nearest(lambda p, c: (2.0 ** (p[:, None] - c)).sum(axis=2)),
            ),
        ),
        Slip(
            "scales only one of the two",
            "Do pixels and centroids have the same range, 0 to 255, when you compare them?",
            (
                nearest(lambda p, c: squared_distances(p / 255, c)),
                nearest(lambda p, c: squared_distances(p, c / 255)),
                nearest(lambda p, c: squared_distances(p / 256, c)),
            ),
        ),
        Slip(
            "takes the second nearest",
            "You have sorted the distances. Which place has the smallest one?",
            (
                lambda p, c: squared_distances(p, c).argsort(axis=1, kind="stable")[:, 1],
                lambda p, c: squared_distances(p, c).argsort(axis=1)[:, min(1, len(c) - 1)],
            ),
        ),
        Slip(
            "labels of sorted centroids",
            "A label is the number of a row of `centroids`, in the order in which they came. Why "
            "have the rows moved?",
            tuple(map(_sorted_first, (lambda c: c.sum(axis=1), lambda c: c[:, 0]))),
        ),
        Slip(
            "labels counted from the end",
            "Which label has the first row of `centroids` in your result, and which the last?",
            (
                lambda p, c: len(c) - 1 - squared_distances(p, c).argmin(axis=1),
                lambda p, c: squared_distances(p, c).argmin(axis=1) - len(c),
            ),
        ),
        Slip(
            "one-hot rows instead of labels",
            "Each row says with a 1 which centroid it is. Which number says the same alone?",
            (
                lambda p, c: np.eye(len(c))[squared_distances(p, c).argmin(axis=1)],
                lambda p, c: squared_distances(p, c).argsort(axis=1, kind="stable"),
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
                lambda p, c: _squares(p, c).reshape(len(p), -1).argmin(axis=1),
            ),
        ),
        Slip(
            "argmin over the wrong axis, or pixels and centroids swapped",
            "Each pixel chooses among the centroids, not each centroid among the pixels. Which "
            "axis of your distances holds the centroids?",
            (
                lambda p, c: squared_distances(p, c).argmin(axis=0),
                lambda p, c: squared_distances(p, c).argmin(),
                lambda p, c: _squares(p, c).argmin(axis=2),
                lambda p, c: _squares(p, c).argmin(axis=0),
            ),
        ),
        Slip(
            "returns distances instead of labels",
            "How far the nearest one is, is not yet which one it is. What gives the place of the "
            "smallest number?",
            (
                squared_distances,
                lambda p, c: np.sqrt(squared_distances(p, c)),
                lambda p, c: squared_distances(p, c).T,
                lambda p, c: np.sqrt(squared_distances(p, c)).T,
                lambda p, c: squared_distances(p, c).min(axis=1),
                lambda p, c: np.sqrt(squared_distances(p, c).min(axis=1)),
                *(
                    lambda p, c, f=f, g=g: f(g(squared_distances(p, c).min(axis=1)))
                    for f in (np.trunc, np.rint)
                    for g in (np.sqrt, np.positive)
                ),
                lambda p, c: np.sqrt(_squares(p, c)).sum(axis=2),
                lambda p, c: np.sqrt(_squares(p, c)).sum(axis=2).min(axis=1),
                _squares,
            ),
        ),
        Slip(
            "returns the colours",
            "These are colours. Which number stands for each of them, until step 5 paints?",
            (
                lambda p, c: c[squared_distances(p, c).argmin(axis=1)],
                lambda p, c: np.rint(c[squared_distances(p, c).argmin(axis=1)]),
                lambda p, c: np.trunc(c[squared_distances(p, c).argmin(axis=1)]),
                lambda p, c: p,
            ),
        ),
        Slip(
            "compares only one channel",
            "Two colours can be alike in one channel and far apart in the others. How many "
            "channels does your distance look at?",
            tuple(
                nearest(lambda p, c, i=i: _squares(p, c)[:, :, i].sum(axis=2))
                for i in ([0], [1], [2])
            ),
        ),
        Slip(
            "forgets one channel",
            "A colour has three channels. Which two does your distance look at?",
            tuple(
                nearest(lambda p, c, i=i: _squares(p, c)[:, :, i].sum(axis=2))
                for i in ([0, 1], [0, 2], [1, 2])
            ),
        ),
        Slip(
            "forgets |c|²",
            "A large product p·c can come from a near centroid or just from a bright one. What "
            "else is in |p - c|² = |p|² - 2 p·c + |c|²?",
            (
                nearest(lambda p, c: p @ c.T, np.argmax),
                nearest(lambda p, c: p @ c.T),
                nearest(lambda p, c: (c**2).sum(axis=1) - p @ c.T),
                nearest(lambda p, c: (c**2).sum(axis=1) + 2 * p @ c.T),
                nearest(lambda p, c: p @ c.T / np.linalg.norm(c, axis=1), np.argmax),
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
            "float16 overflow",
            "The largest float16 is 65,504. How large can the square of a distance be?",
            (
                nearest(lambda p, c: (_steps(p, c, np.float16, 1) ** 2).sum(axis=2)),
                nearest(lambda p, c: squared_distances(p, c).astype(np.float16)),
            ),
        ),
        Slip(
            "centroids truncated to integers",
            "A mean is seldom a whole number. What does your function do with the fractions of "
            "the centroids?",
            (
                nearest(lambda p, c: squared_distances(p, np.trunc(c))),
                nearest(lambda p, c: squared_distances(p, np.rint(c))),
                nearest(lambda p, c: (np.trunc(p[:, None] - c) ** 2).sum(axis=2)),
            ),
        ),
        Slip(
            "distances truncated to integers",
            "Two distances can differ by a fraction. Do your distances keep theirs?",
            (
                nearest(lambda p, c: np.trunc(np.sqrt(squared_distances(p, c)))),
                nearest(lambda p, c: np.rint(np.sqrt(squared_distances(p, c)))),
                nearest(lambda p, c: np.trunc(squared_distances(p, c))),
                nearest(lambda p, c: np.rint(squared_distances(p, c))),
                nearest(lambda p, c: np.trunc(squared_distances(p, c) / 3)),
            ),
        ),
        Slip(
            "skips every second centroid (a range with a step)",
            "Which centroids does your loop come to? What do the three numbers of a range or a "
            "slice mean?",
            (*_skips(2), *_skips(3)),
        ),
        Slip(
            "leaves out a centroid",
            "Your function never chooses some of the centroids. Does it look at all K of them?",
            (
                lambda p, c: squared_distances(p, c[:2]).argmin(axis=1),
                lambda p, c: squared_distances(p, c[:3]).argmin(axis=1),
                lambda p, c: squared_distances(p, c[: max(1, len(c) - 1)]).argmin(axis=1),
                lambda p, c: (
                    squared_distances(p, c[1:] if len(c) > 1 else c).argmin(axis=1) + (len(c) > 1)
                ),
                lambda p, c: squared_distances(p, c[1:] if len(c) > 1 else c).argmin(axis=1),
            ),
        ),
        Slip(
            "goes on with the search of the pixel before",
            "The first pixel is right. Does each of the others begin its search anew, or with the "
            "smallest distance of the pixel before?",
            (_one_search,),
        ),
        Slip(
            "always the first label: returns inside the loop, or the smallest so far is never "
            "updated",
            "Every pixel gets the same label, 0. Does your search go on to the other centroids, "
            "and does it keep a smaller distance when it finds one?",
            test=_always(0),
        ),
        Slip(
            "always the last label: the smallest so far is never updated",
            "Every pixel gets the same label, K - 1: each centroid beats what you compare it with. "
            "When a smaller distance is found, which two things have to be kept?",
            test=_always(-1),
        ),
        Slip(
            "the same label for every pixel",
            "Every pixel gets the same label. Does each pixel start its own search?",
            test=lambda trials: all(
                shape_of(t.got) == (len(t.args[0]),) and len(np.unique(t.got)) == 1 for t in trials
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
