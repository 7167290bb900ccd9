"""Step 2: the exercise of writing to_pixels."""

import numpy as np

from kmeans_lesson.checks.exercise import (
    COLUMNS,
    TINY,
    Exercise,
    Slip,
    among,
    in_another_order,
    random_image,
    rows,
    same,
    shape_of,
)
from kmeans_lesson.images import to_pixels


def _drops_pixels(trials):
    """See whether rows are missing or left empty, and all others are pixels of the image."""
    pairs = [(trial.got, rows(trial.args[0])) for trial in trials]
    failed = [(got, right) for got, right in pairs if not same(got, right)]
    fewer = [len(got) < len(right) for got, right in failed if shape_of(got)]
    if len(fewer) < len(failed) or not failed:
        return False
    if any(fewer):
        return all(got.size == 0 or (got.ndim == 2 and among(got, right)) for got, right in failed)
    return all(got.shape == right.shape and _loses(got, right) for got, right in failed)


def _loses(got, right):
    """See whether rows are zero or come twice instead of others, or an end is not filled."""
    if among(got, np.vstack([right, 0 * right[:1]])):
        return sorted(got.tolist()) != sorted(right.tolist())
    wrong = np.flatnonzero((got != right).any(axis=1))
    block = len(wrong) == wrong[-1] - wrong[0] + 1 and (wrong[0] == 0 or wrong[-1] == len(got) - 1)
    return block and len(wrong) < len(got)


def _other_order(trials):
    return in_another_order([(trial.got, rows(trial.args[0])) for trial in trials])


def _all_in_one_line(trials):
    sizes = [(shape_of(t.got), t.args[0].size) for t in trials]
    return all(shape in [(size,), (size, 1), (1, size)] for shape, size in sizes)


def _one_number_a_pixel(trials):
    shapes = [(shape_of(t.got), t.args[0].shape) for t in trials]
    return all(s in [(h * w,), (h * w, 1), (h, w), (h, w, 1)] for s, (h, w, _) in shapes)


TO_PIXELS = Exercise(
    name="to_pixels",
    takes="image",
    gives="an array of shape (H*W, 3)",
    cases=[
        ("the 4 by 4 image", (TINY,)),
        ("the two columns in the middle of the 4 by 4 image", (TINY[:2, 1:3].copy(),)),
        ("an image of 1 row and 2 columns", (TINY[:1, :2].copy(),)),
        ("an image of 2 rows and 3 columns", (TINY[1:3, 1:].copy(),)),
        ("a random image of 5 rows and 2 columns", (random_image(1, 5, 2),)),
        ("a random image of 6 rows and 7 columns", (random_image(2, 6, 7),)),
        ("another random image of 6 rows and 7 columns", (random_image(12, 6, 7),)),
        ("an image of one pixel", (TINY[2:3, :1].copy(),)),
        ("a black image of 2 rows and 3 columns", (np.zeros((2, 3, 3), np.uint8),)),
        ("a random image of 3 rows and 3 columns", (random_image(13, 3, 3),)),
        (
            "an image of 7 rows and 6 columns, turned on its side",
            (random_image(3, 6, 7, order="F"),),
        ),
        ("every second pixel of a random image", (random_image(4, 8, 10)[::2, ::2],)),
    ],
    expected=to_pixels,
    ours=to_pixels,
    large=[
        ("1 by 2,003 random pixels", (random_image(14, 1, 2003),)),
        ("307 by 3 random pixels", (random_image(15, 307, 3),)),
        ("67 by 73 random pixels", (random_image(16, 67, 73),)),
    ],
    largest=[("233 by 301 random pixels", (random_image(17, 233, 301),))],
    notice="No pixel has changed, only the shape: row i is the pixel (i // W, i % W).",
    raised=(
        (
            "height and width swapped",
            r"(rows and \d+ columns|columns in the middle|1 row and 2 columns).*IndexError.*bounds",
            "Square images run, and others do not. Which comes first in `shape`, the height or the "
            "width?",
        ),
    ),
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
                lambda image: image.transpose(2, 0, 1).reshape(-1, 3),
                lambda image: image.T.reshape(-1, 3),
            ),
        ),
        Slip(
            "transposed: (3, N), not (N, 3)",
            "Should a row of the result be one pixel, or one channel of them all? Which axis comes "
            "first?",
            (
                lambda image: image.reshape(-1, 3).T,
                lambda image: image.transpose(1, 0, 2).reshape(-1, 3).T,
                lambda image: image.T.reshape(-1, 3).T,
            ),
        ),
        Slip(
            "skips pixels (a range with a step)",
            "Which rows and columns do your loops come to? What does the third number of a range "
            "or a slice mean?",
            (
                lambda image: image[::2].reshape(-1, 3),
                lambda image: image[:, ::2].reshape(-1, 3),
                lambda image: image[::2, ::2].reshape(-1, 3),
                lambda image: image.reshape(-1, 3)[::2],
                lambda image: image.reshape(-1, 3)[::3],
            ),
        ),
        Slip(
            "only one pixel or one row (returns inside the loop?)",
            "Your result ends after the first pixel, or has only the last. Where does your return "
            "stand, and where does your list begin?",
            (
                lambda image: image[0, 0],
                lambda image: image[:1, 0],
                lambda image: image[0],
                lambda image: image[-1],
                lambda image: image[-1, -1],
                lambda image: image[-1:, -1],
                lambda image: image[:, 0],
            ),
        ),
        Slip(
            "forgets one channel",
            "A pixel is three numbers. Which two of them are in your result?",
            (
                *(lambda image, i=i: np.delete(image.reshape(-1, 3), i, axis=1) for i in range(3)),
                *(lambda image, i=i: image.reshape(-1, 3) * (np.arange(3) != i) for i in range(3)),
            ),
        ),
        Slip(
            "channels in another order",
            "Which channel comes first in the image, and which in your rows?",
            (
                lambda image: image.reshape(-1, 3)[:, ::-1],
                lambda image: image.reshape(-1, 3)[:, [1, 2, 0]],
                lambda image: image.reshape(-1, 3)[:, [2, 0, 1]],
                lambda image: image.reshape(-1, 3)[:, [0, 2, 1]],
                lambda image: image.reshape(-1, 3)[:, [1, 0, 2]],
            ),
        ),
        Slip(
            "scales the colours",
            "Only the shape should change here. What happens to the numbers on the way?",
            (
                lambda image: image.reshape(-1, 3) / 255,
                lambda image: image.reshape(-1, 3) / 256,
                lambda image: image.reshape(-1, 3) // 255,
                lambda image: 255 - image.reshape(-1, 3),
            ),
        ),
        Slip(
            "int8 wrap-around",
            "The largest int8 is 127. Which type holds a colour?",
            (lambda image: image.reshape(-1, 3).astype(np.int8),),
        ),
        Slip(
            "wrong shape: the image as it came",
            "How many axes has an image, and how many has a list of pixels?",
            (lambda image: image, lambda image: image.transpose(1, 0, 2)),
        ),
        Slip(
            "wrong shape: the three numbers of a pixel lie apart",
            "A pixel is three numbers that belong together: one row of three columns. How many "
            "columns has your result?",
            test=_all_in_one_line,
        ),
        Slip(
            "forgets channels",
            "A pixel is three numbers that belong together. Where have they gone in your result?",
            (
                lambda image: image[:, :, :1].repeat(3, axis=2).reshape(-1, 3),
                lambda image: image.mean(axis=2, keepdims=True).repeat(3, axis=2).reshape(-1, 3),
                lambda image: image.reshape(-1, 3) * np.array([1, 0, 0]),
                lambda image: image.reshape(-1, 3) * np.array([0, 0, 1]),
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
