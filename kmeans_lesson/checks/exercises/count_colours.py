"""Step 1: the exercise of writing count_colours."""

import numpy as np

from kmeans_lesson.checks.exercise import (
    BLUE,
    NIGHT,
    SUN,
    TINY,
    Exercise,
    Slip,
    as_array,
    random_image,
    rows,
    shape_of,
)
from kmeans_lesson.compare import count_colours


def _count(values):
    return len(np.unique(values, axis=0))


def _packed(weights, dtype):
    """Make a count of the numbers that three channels are packed into."""
    return lambda image: _count(
        (rows(image).astype(dtype) * np.array(weights, dtype)).sum(1, dtype)
    )


def _each_channel(image):
    return [_count(channel) for channel in rows(image).T]


def _returns_colours(trials):
    return all(shape_of(t.got) == (count_colours(t.args[0]), 3) for t in trials)


def _off_by_one(trials):
    steps = {t.got - count_colours(t.args[0]) if shape_of(t.got) == () else 0 for t in trials}
    return steps in ({1}, {-1})


def _constant(trials):
    counts = {float(t.got) if shape_of(t.got) == () else None for t in trials}
    return len(trials) > 5 and len(counts) == 1 and None not in counts


def _few(seed, height, width, colours):
    """Make an image of a few random colours."""
    labels = np.random.default_rng(seed).integers(0, colours, (height, width))
    return random_image(seed, 1, colours)[0][labels]


def _read(value, args):
    return as_array(list(value) if isinstance(value, (set, frozenset)) else value), None


ALIKE = np.array(
    [[(1, 1, 1), (2, 1, 1), (1, 2, 1)], [(1, 1, 3), (2, 1, 2), (3, 1, 4)]], dtype=np.uint8
)
CARRIED = [(0, 0, n) for n in (1, 2, 3, 10, 16, 100, 128, 255)]
CARRIED += [(0, n, 0) for n in (1, 16, 255)] + [(n, 0, 0) for n in (1, 100, 128, 255)]
CARRIED += [(1, 11, 1), (11, 1, 1), (1, 1, 11), (0, 255, 255), (255, 255, 0)]
ALMOST = np.zeros((3, 4, 3), np.uint8)
ALMOST[2, 1, 2] = 1
NEARLY = np.array([[(254, 255, 255), (255, 255, 255), (255, 255, 254)]], np.uint8)
COUNT_COLOURS = Exercise(
    name="count_colours",
    takes="image",
    gives="one whole number",
    read=_read,
    cases=[
        ("the 4 by 4 image", (TINY,)),
        ("two pixels, night and blue", (TINY[:1, :2].copy(),)),
        ("two pixels of the same colour", (TINY[:1, 1:3].copy(),)),
        (
            "three pixels with the same numbers in another order",
            (np.array([[SUN, SUN[::-1], (80, 250, 210)]], np.uint8),),
        ),
        ("six pixels, some of them alike in one channel or two", (ALIKE,)),
        ("20 pixels whose numbers look alike when joined", (np.array([CARRIED], np.uint8),)),
        (
            "a grey image of 2 rows and 3 columns",
            (np.array([[[0], [9], [9]], [[200], [0], [255]]], np.uint8).repeat(3, 2),),
        ),
        (
            "the corners of the colour cube",
            (np.array(np.meshgrid([0, 255], [0, 255], [0, 255]), np.uint8).T.reshape(2, 4, 3),),
        ),
        (
            "blue, night, blue and night, one row each",
            (np.array([[BLUE] * 3, [NIGHT] * 3] * 2, np.uint8),),
        ),
        ("7 by 9 pixels of 5 random colours", (_few(1, 7, 9, 5),)),
        ("7 by 9 pixels of 8 random colours", (_few(11, 7, 9, 8),)),
        ("one black pixel", (np.zeros((1, 1, 3), np.uint8),)),
        ("black pixels, and one that differs in one number", (ALMOST,)),
        ("two nearly white pixels and a white one", (NEARLY,)),
        ("a random image of 30 rows and 40 columns", (random_image(2, 30, 40),)),
        (
            "a random image of 40 rows and 20 columns, with few numbers",
            (random_image(3, 40, 20) // 32,),
        ),
        ("every second pixel of a random image", (_few(4, 8, 12, 6)[::2, ::2],)),
    ],
    expected=count_colours,
    ours=count_colours,
    large=[
        ("1 by 701 random pixels", (random_image(14, 1, 701),)),
        ("601 by 3 pixels of 300 random colours", (_few(15, 601, 3, 300),)),
        ("67 by 73 random pixels", (random_image(16, 67, 73),)),
        ("233 by 301 random pixels", (random_image(17, 233, 301),)),  # the package is slow on few
    ],
    notice="Two pixels have one colour only if all three of their numbers agree.",
    raised=(
        (
            "packs with uint8 wrap-around, or does not fit",
            "out of bounds for uint8",
            "uint8 ends at 255. Which type has room for the number of a colour?",
        ),
    ),
    slips=[
        Slip(
            "counts different numbers instead of colours",
            "A colour is three numbers together. Is (10, 0, 30) one thing in your count, or three?",
            (lambda image: np.unique(image).size, lambda image: image.size),
        ),
        Slip(
            "counts pixels",
            "Two pixels of the same colour: do they count once or twice?",
            (lambda image: len(rows(image)),),
        ),
        Slip(
            "counts per channel",
            "Red, green and blue make a colour together. What do you lose when you count them "
            "apart?",
            (
                _each_channel,
                lambda image: np.mean(_each_channel(image)),
            ),
        ),
        Slip(
            "counts per channel, and adds the counts",
            "Red, green and blue make a colour together. How many colours have two pixels, if you "
            "count them apart and add?",
            (lambda image: sum(_each_channel(image)),),
        ),
        Slip(
            "counts per channel, and multiplies the counts",
            "So many colours could be mixed of these reds, greens and blues. How many of them are "
            "in the image?",
            (lambda image: np.prod(_each_channel(image)),),
        ),
        Slip(
            "counts only one channel",
            "Two colours can have as much red and yet differ. How many channels do you look at?",
            tuple(lambda image, i=i: _count(rows(image)[:, i]) for i in ([0], [1])),
        ),
        Slip(
            "forgets one channel",
            "Two colours can agree in two channels and differ in the third. Which two do you look "
            "at?",
            tuple(lambda image, i=i: _count(rows(image)[:, i]) for i in ([0, 1], [0, 2], [1, 2])),
        ),
        Slip(
            "counts only one channel (or packs with uint8 wrap-around)",
            "You count the blue only. Or, if you pack three numbers into one: has uint8 room "
            "for it?",
            (lambda image: _count(rows(image)[:, 2]),),
        ),
        Slip(
            "adds the three channels",
            "Red and green of the same strength: different colours, but what is their sum?",
            (
                _packed((1, 1, 1), int),
                _packed((1, 1, 1), np.uint8),
                lambda image: _count((rows(image).astype(float) ** 2).sum(axis=1)),
                lambda image: _count(rows(image).mean(axis=1).astype(np.uint8)),
            ),
        ),
        Slip(
            "multiplies the three channels",
            "Any colour without red has the product 0. Which number would no two colours share?",
            (
                lambda image: _count(rows(image).astype(float).prod(axis=1)),
                lambda image: _count(rows(image).prod(axis=1, dtype=np.uint8)),
            ),
        ),
        Slip(
            "forgets the order of the channels",
            "Are (10, 20, 30) and (30, 20, 10) the same colour? What does sorting, or a set, lose?",
            (
                lambda image: _count(np.sort(rows(image), axis=1)),
                lambda image: len({frozenset(pixel) for pixel in rows(image).tolist()}),
            ),
        ),
        Slip(
            "subtracts channels",
            "Do your numbers tell every two colours apart?",
            (
                _packed((1, -1, -1), int),
                _packed((1, -1, 0), int),
            ),
        ),
        Slip(
            "packs with uint8 wrap-around",
            "A number for a colour can be as large as 256³. What happens to it in uint8?",
            tuple(
                _packed(weights, np.uint8)
                for base in (2, 3, 10, 100, 128, 255)
                for weights in ((base * base % 256, base, 1), (1, base, base * base % 256))
            ),
        ),
        Slip(
            "packs different colours into one number",
            "Each channel has 256 values. Do your numbers tell (0, 1, 0) from (0, 0, 255) and "
            "(0, 0, 100)?",
            (
                *(
                    _packed(weights, int)
                    for base in (2, 3, 10, 16, 100, 128, 255)
                    for weights in ((base * base, base, 1), (1, base, base * base))
                ),
                _packed((256, 256, 1), int),
                _packed((256**2 - 1, 256, 1), int),
                _packed((1, 256, 256), int),
                lambda image: _count(["".join(map(str, pixel)) for pixel in rows(image).tolist()]),
            ),
        ),
        Slip(
            "returns the colours",
            "Those are the colours themselves. How many are there?",
            test=_returns_colours,
        ),
        Slip(
            "counts rows or columns of the image",
            "What is one thing in your count: a pixel, or a whole line of them? Which shape "
            "makes each row of an array one pixel?",
            tuple(lambda image, i=i: np.unique(image, axis=i).shape[i] for i in range(3))
            + tuple(lambda image, i=i: image.shape[i] for i in range(3)),
        ),
        Slip(
            "counts what np.unique returns",
            "np.unique gives two arrays when it is to count, too. How long is the first of them?",
            (lambda image: 2,),
        ),
        Slip(
            "skips pixels (a range with a step)",
            "Which rows and columns does your loop come to? What does the third number of a range "
            "or a slice mean?",
            (
                lambda image: _count(rows(image)[::2]),
                lambda image: _count(rows(image)[::3]),
                lambda image: _count(rows(image[::2])),
                lambda image: _count(rows(image[:, ::2])),
                lambda image: _count(rows(image[::2, ::2])),
            ),
        ),
        Slip(
            "always the same number",
            "Your count is the same for every image. Does your function look at all of it, and "
            "where does its return stand?",
            test=_constant,
        ),
        Slip(
            "looks at only a part of the image",
            "Does your loop reach every row and every column?",
            (
                lambda image: _count(image[0]),
                lambda image: _count(image[:, 0]),
                lambda image: _count(image[-1]),
                lambda image: _count(rows(image)[1:]),
                lambda image: _count(rows(image)[:-1]),
                lambda image: _count(rows(image[:-1])),
                lambda image: _count(rows(image[:, :-1])),
                lambda image: _count(rows(image[:, : len(image)])),
                lambda image: _count(np.array([image[i, i] for i in range(min(image.shape[:2]))])),
            ),
        ),
        Slip(
            "counts changes instead of colours",
            "A colour that comes again later is not new. How could you remember all that you have "
            "seen?",
            (
                lambda image: 1 + (rows(image)[1:] != rows(image)[:-1]).any(axis=1).sum(),
                lambda image: (rows(image)[1:] != rows(image)[:-1]).any(axis=1).sum(),
                lambda image: (np.unique(rows(image), axis=0, return_counts=True)[1] == 1).sum(),
                lambda image: (np.unique(rows(image), axis=0, return_counts=True)[1] > 1).sum(),
            ),
        ),
        Slip(
            "off by one",
            "How many colours has an image of one colour only, by your count?",
            test=_off_by_one,
        ),
    ],
)
