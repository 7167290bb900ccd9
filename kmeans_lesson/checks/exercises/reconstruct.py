"""Step 5: the exercise of writing reconstruct."""

import numpy as np

from kmeans_lesson.checks.exercise import ONE_BASED, Exercise, Slip, shape_of
from kmeans_lesson.checks.exercises.update import LABELS
from kmeans_lesson.images import reconstruct


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
            if shape_of(t.got) != shape or t.got.dtype.kind not in "ui":
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


def _leaves_black(trials):
    """See whether all that is wrong is pixels that have stayed black."""
    wrong = []
    for t in trials:
        if shape_of(t.got) != t.args[2]:
            return False
        wrong.append(t.got.reshape(-1, 3)[_wrong_image(t.got, *t.args)])
    return any(len(pixels) for pixels in wrong) and not any(pixels.any() for pixels in wrong)


def _paint_case(seed, height, width, k, low=0, high=255):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, height * width).astype(np.uint8 if k <= 256 else np.uint16)
    return labels, rng.uniform(low, high, (k, 3)).round(2), (height, width, 3)


WARM = np.array([(230.0, 150.0, 70.0), (50.0, 90.0, 145.0)])
RECONSTRUCT = Exercise(
    name="reconstruct",
    takes="labels, centroids, shape",
    gives="an image: an array of shape (H, W, 3) and dtype uint8",
    dtypes=("uint8",),
    cases=[
        ("the 4 by 4 image, K = 2", (LABELS, WARM, (4, 4, 3))),
        ("the same labels with other centroids", (LABELS, WARM[::-1] - 7.8, (4, 4, 3))),
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
        ("6 by 7 other random labels, K = 9", _paint_case(12, 6, 7, 9)),
        ("one pixel, K = 2", (np.array([1], np.uint8), WARM + 0.43, (1, 1, 3))),
        ("3 by 3 pixels, K = 1", (np.zeros(9, np.uint8), np.array([[0, 254.9, 0.2]]), (3, 3, 3))),
        ("7 by 4 random labels, K = 300", _paint_case(13, 7, 4, 300)),
        ("9 by 8 random labels, some centroids out of 0 to 255", _paint_case(3, 9, 8, 9, -60, 400)),
    ],
    expected=reconstruct,
    ours=reconstruct,
    large=[
        ("31 by 23 random labels, K = 300", _paint_case(14, 31, 23, 300)),
        ("83 by 5 random labels, K = 40", _paint_case(15, 83, 5, 40)),
        ("67 by 73 random labels, K = 16", _paint_case(16, 67, 73, 16)),
    ],
    largest=[("233 by 301 random labels, K = 16", _paint_case(17, 233, 301, 16))],
    notice="centroids[labels] fetches one row for each label: that is the whole of painting.",
    wrong=_wrong_image,
    raised=(
        (
            "wraps above 255, or does not fit",
            r"out of bounds for uint8|range\(0, 256\)",
            "No uint8 is 300, or -20. How can you keep the numbers between 0 and 255 before it?",
        ),
        ONE_BASED,
        (
            "labels and centroids in each other's place",
            "IndexError.*(arrays used as indices|only integers)",
            "Of which array do you take rows, and which one says which rows?",
        ),
    ),
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
            "forgets one channel",
            "A colour is three numbers. Which two of them have you painted?",
            (
                *(
                    lambda labels, c, shape, i=i: (
                        reconstruct(labels, c, shape) * (np.arange(3) != i).astype(np.uint8)
                    )
                    for i in range(3)
                ),
                lambda labels, c, shape: reconstruct(labels, c, shape)[:, :, :2],
            ),
        ),
        Slip(
            "upside down or mirrored",
            "Which label belongs to the pixel at the top left?",
            (
                lambda labels, c, shape: reconstruct(labels, c, shape)[::-1],
                lambda labels, c, shape: reconstruct(labels, c, shape)[:, ::-1],
                lambda labels, c, shape: reconstruct(labels, c, shape)[::-1, ::-1],
            ),
        ),
        Slip(
            "inverts the colours",
            "Where you paint dark, it should be light. What do you subtract from what?",
            (lambda labels, c, shape: 255 - reconstruct(labels, c, shape),),
        ),
        Slip(
            "paints all pixels in one colour",
            "Each pixel has a label of its own. Which one do you look up for each of them?",
            (
                lambda labels, c, shape: reconstruct(0 * labels, c, shape),
                lambda labels, c, shape: reconstruct(0 * labels + len(c) - 1, c, shape),
                lambda labels, c, shape: reconstruct(0 * labels + labels[0], c, shape),
                lambda labels, c, shape: reconstruct(0 * labels + labels[-1], c, shape),
                lambda labels, c, s: reconstruct(0 * labels, c.mean(axis=0)[None], s),
            ),
        ),
        Slip(
            "paints only the first row of the image",
            "The first row is right. Which label has the first pixel of the second row?",
            (
                lambda labels, c, s: reconstruct(np.tile(labels[: s[1]], s[0]), c, s),
                lambda labels, c, s: reconstruct(
                    np.add.outer(np.arange(s[0]), np.arange(s[1])).ravel() % len(c), c, s
                ),
            ),
        ),
        Slip(
            "skips every second row, column or pixel (a range with a step)",
            "Some pixels have stayed black. What does the third number of a range mean?",
            tuple(
                lambda labels, c, shape, g=g: (
                    reconstruct(labels, c, shape)
                    * g(np.arange(shape[0] * shape[1]).reshape(*shape[:2], 1), shape[1])
                )
                for g in (
                    lambda i, w: (i // w % 2 == 0).astype(np.uint8),
                    lambda i, w: (i % w % 2 == 0).astype(np.uint8),
                    lambda i, w: (i % 2 == 0).astype(np.uint8),
                )
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
            tuple(
                lambda labels, c, shape, i=i: reconstruct(labels, c, shape)[:, :, i]
                for i in ([2, 1, 0], [1, 2, 0], [2, 0, 1], [0, 2, 1], [1, 0, 2])
            ),
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
            "drops pixels",
            "Some pixels have stayed black. Does each loop reach the last row and column?",
            test=_leaves_black,
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
