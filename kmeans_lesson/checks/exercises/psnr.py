"""Step 7: the exercise of writing psnr."""

import numpy as np

from kmeans_lesson.checks.exercise import TINY, Exercise, Slip, random_image
from kmeans_lesson.checks.exercises.reconstruct import WARM
from kmeans_lesson.checks.exercises.update import LABELS
from kmeans_lesson.compare import psnr
from kmeans_lesson.images import reconstruct


def _decibels(error, peak=255.0):
    return 10 * np.log10(peak**2 / error)


def _error(original, compressed):
    return ((original.astype(float) - compressed) ** 2).mean()


def _errors_in(dtype):
    """Give the ways to work out a mean squared error in an integer type that is too small."""
    finishes = [
        lambda step: (step**2).mean(),
        lambda step: (step**2).sum(dtype=dtype) / step.size,
        lambda step: abs((step**2).mean()),
    ]
    if np.dtype(dtype).itemsize == 1:  # else the differences of colours still fit
        finishes += [
            lambda step: (step.astype(float) ** 2).mean(),
            lambda step: np.abs(step).astype(float).mean() ** 2,
        ]
    early = [lambda a, b, f=f: _decibels(f(a.astype(dtype) - b.astype(dtype))) for f in finishes]
    turned = [lambda a, b, e=e: e(b, a) for e in early]

    def late(a, b):
        return _decibels(((a.astype(float) - b) ** 2).astype(dtype).mean())

    return (*early, *turned, late)


def _pair(seed, height, width, change):
    rng = np.random.default_rng(seed)
    image = random_image(seed, height, width).astype(int)
    other = image + rng.integers(-change, change + 1, image.shape)
    return image.astype(np.uint8), other.clip(0, 255).astype(np.uint8)


def _one_differs(height, width):
    image = random_image(18, height, width)
    other = image.copy()
    other[height // 2, width // 2, 1] ^= 1
    return image, other


def _black_and_white(height, width):
    return np.zeros((height, width, 3), np.uint8), np.full((height, width, 3), 255, np.uint8)


def _only_equal_wrong(trials):
    wrong = [t for t in trials if not np.isclose(_number(t.got), psnr(*t.args), 0, 0.006)]
    return bool(wrong) and all(t.words == "two equal images" for t in wrong)


def _number(got):
    return got if isinstance(got, np.ndarray) and got.shape == () else np.nan


EQUAL = (
    "Two equal images have no error at all. How many decibels are that, and what does your "
    "function do there?"
)
GREY = np.array([0.299, 0.587, 0.114])  # how bright the eye finds red, green and blue
TWO = reconstruct(LABELS, WARM, (4, 4, 3))
ONE_OFF = TINY + (np.arange(TINY.size).reshape(TINY.shape) == 17).astype(np.uint8)
PSNR = Exercise(
    name="psnr",
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
        ("two random images of 5 by 2 pixels", (random_image(1, 5, 2), random_image(2, 5, 2))),
        ("6 by 7 pixels, changed by up to 9", _pair(3, 6, 7, 9)),
        ("7 by 3 pixels, changed by up to 120", _pair(4, 7, 3, 120)),
        ("6 by 7 other pixels, changed by up to 9", _pair(13, 6, 7, 9)),
        ("one number differs by 1", (TINY, ONE_OFF)),
        ("black and white", (np.zeros((2, 3, 3), np.uint8), np.full((2, 3, 3), 255, np.uint8))),
        ("two equal images", (TINY, TINY)),
    ],
    expected=psnr,
    ours=psnr,
    large=[
        ("one of 12,000 numbers differs by 1", _one_differs(40, 100)),
        ("black and white, 97 by 101 pixels", _black_and_white(97, 101)),
        ("31 by 157 pixels, changed by up to 120", _pair(16, 31, 157, 120)),
        ("67 by 73 pixels, changed by up to 20", _pair(17, 67, 73, 20)),
    ],
    largest=[("233 by 301 pixels, changed by up to 20", _pair(18, 233, 301, 20))],
    notice="Higher is better: a tenth of the error gives 10 dB more, and two equal images have "
    "no error, so their PSNR is infinite.",
    raised=(("equal images", "^two equal images", EQUAL),),
    slips=[
        Slip(
            "MSE for PSNR",
            "That is how large the error is. What makes decibels of it?",
            (
                _error,
                lambda a, b: np.sqrt(_error(a, b)),
                lambda a, b: 3 * _error(a, b),
                lambda a, b: _error(a, b) / 255**2,
            ),
        ),
        Slip(
            "forgets the logarithm",
            "How many times larger the peak is, is not yet a number of decibels. What is missing?",
            (
                lambda a, b: 255**2 / _error(a, b),
                lambda a, b: 10 * 255**2 / _error(a, b),
                lambda a, b: 255 / np.sqrt(_error(a, b)),
                lambda a, b: 20 * 255 / np.sqrt(_error(a, b)),
            ),
        ),
        Slip(
            "log base e",
            "10 dB stand for a factor of ten. Which logarithm counts factors of ten?",
            (
                lambda a, b: 10 * np.log(255**2 / _error(a, b)),
                lambda a, b: 10 * np.log(255 / _error(a, b)),
                lambda a, b: 10 * np.log(255 / np.sqrt(_error(a, b))),
                lambda a, b: 20 * np.log(255**2 / _error(a, b)),
                lambda a, b: np.log(255**2 / _error(a, b)),
            ),
        ),
        Slip(
            "log base 2",
            "10 dB stand for a factor of ten. Which logarithm counts factors of ten?",
            (
                lambda a, b: 10 * np.log2(255**2 / _error(a, b)),
                lambda a, b: 20 * np.log2(255**2 / _error(a, b)),
                lambda a, b: np.log2(255**2 / _error(a, b)),
            ),
        ),
        Slip(
            "adds 1 before the logarithm",
            "log1p is the logarithm of 1 + x, and adding to the error changes it. What stands "
            "behind the logarithm in the formula?",
            (
                lambda a, b: 10 * np.log1p(255**2 / _error(a, b)),
                lambda a, b: 10 * np.log10(1 + 255**2 / _error(a, b)),
                lambda a, b: _decibels(_error(a, b) + 1),
                lambda a, b: _decibels(_error(a, b) + 0.1),
                lambda a, b: _decibels(_error(a, b) + 0.01),
            ),
        ),
        Slip(
            "forgets one channel",
            "Three channels count in the mean. Which two do you look at?",
            (
                *(
                    lambda a, b, i=i: _decibels(_error(np.delete(a, i, 2), np.delete(b, i, 2)))
                    for i in range(3)
                ),
                *(
                    lambda a, b, i=i: _decibels(
                        _error(np.delete(a, i, 2), np.delete(b, i, 2)) * 2 / 3
                    )
                    for i in range(3)
                ),
            ),
        ),
        Slip(
            "skips pixels (a range with a step)",
            "Which rows and columns does your loop come to?",
            (
                lambda a, b: _decibels(_error(a[::2], b[::2])),
                lambda a, b: _decibels(_error(a[:, ::2], b[:, ::2])),
                lambda a, b: _decibels(_error(a[::2, ::2], b[::2, ::2])),
            ),
        ),
        Slip(
            "looks at only a part of the images",
            "Does your loop reach every row and every column?",
            (
                lambda a, b: _decibels(_error(a[0], b[0])),
                lambda a, b: _decibels(_error(a[-1], b[-1])),
                lambda a, b: _decibels(_error(a[0, 0], b[0, 0])),
                lambda a, b: _decibels(_error(a[:-1], b[:-1])),
                lambda a, b: _decibels(_error(a[1:], b[1:])),
                lambda a, b: _decibels(_error(a[:, :-1], b[:, :-1])),
                lambda a, b: _decibels(_error(a[0, 0], b[0, 0]) * 3 / a.size),
            ),
        ),
        Slip(
            "product instead of quotient",
            "A larger error should give fewer decibels. Is 255² divided by it, or multiplied?",
            (
                lambda a, b: 10 * np.log10(255**2 * _error(a, b)),
                lambda a, b: 20 * np.log10(255 * np.sqrt(_error(a, b))),
                lambda a, b: 10 * np.log10(255**2 - _error(a, b)),
                lambda a, b: 10 * np.log10(255**2 + _error(a, b)),
                lambda a, b: 10 * np.log10(255**2) * np.log10(_error(a, b)),
                lambda a, b: 10 * np.log10(255**2) / np.log10(_error(a, b)),
                lambda a, b: 10 * (np.log10(255**2) + np.log10(_error(a, b))),
            ),
        ),
        Slip(
            "adds the images instead of subtracting",
            "Which sign stands between the two images in the error?",
            (
                lambda a, b: _decibels(_error(a, -b.astype(float))),
                lambda a, b: _decibels((a.astype(float) * b).mean()),
            ),
        ),
        Slip(
            "divides only a part, or in another order",
            "Where do the brackets stand: around 255² / MSE, or around 255² alone?",
            (
                lambda a, b: 10 * np.log10(255**2) / _error(a, b),
                lambda a, b: 20 * np.log10(255) - _error(a, b),
                lambda a, b: 20 * np.log10(255) - np.log10(_error(a, b)),
                lambda a, b: 20 * np.log10(255) - 20 * np.log10(_error(a, b)),
                lambda a, b: np.log10(10 * 255**2 / _error(a, b)),
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
                lambda a, b: _decibels(_error(a @ GREY, b @ GREY)),
                lambda a, b: _decibels(((a.astype(float) - b) ** 2).mean(axis=(0, 1))),
                *(
                    lambda a, b, f=f: f(_decibels(((a.astype(float) - b) ** 2).mean(axis=(0, 1))))
                    for f in (np.mean, np.sum, np.min, np.max)
                ),
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
                lambda a, b: _decibels(_error(a, b), 255**2),
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
                lambda a, b: 10 * np.log10(255 / np.abs(a.astype(float) - b).mean()),
            ),
        ),
        Slip(
            "wrong factor before the logarithm",
            "A deci-bel is a tenth of a bel. How many of them make one bel?",
            tuple(
                lambda a, b, f=f: f * _decibels(_error(a, b))
                for f in (0.1, 2, 0.5, 10, 100, 0.05, 1 / 255)
            ),
        ),
        Slip(
            "wrong way up",
            "Should a larger error give more decibels or fewer? What stands above the line?",
            (lambda a, b: -_decibels(_error(a, b)), lambda a, b: -_decibels(_error(a, b), 1)),
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
            "integer division",
            "Two strokes, //, drop the fraction. Is the number before the logarithm a whole one?",
            (
                lambda a, b: 10 * np.log10(255**2 // _error(a, b)),
                lambda a, b: _decibels(_error(a, b) // 1),
            ),
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
            EQUAL,
            test=_only_equal_wrong,
        ),
    ],
)
