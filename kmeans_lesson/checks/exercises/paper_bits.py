"""Step 6: the exercise of writing paper_bits."""

from math import ceil, floor, log, log2, log10

from kmeans_lesson.checks.exercise import Exercise, Slip


def paper_bits(n, k):
    """Return the bits of n labels and a palette of k colours on paper, n log2 k + 24 k."""
    return n * log2(k) + 24 * k


def _labels(bits):
    """Make a count that gives a label other bits."""
    return lambda n, k: n * bits(k) + 24 * k


def _palette(bits):
    """Make a count that gives the palette other bits."""
    return lambda n, k: n * log2(k) + bits(n, k)


PAPER_BITS = Exercise(
    name="paper_bits",
    takes="n, k",
    gives="one number, in bits",
    cases=[
        ("16 pixels, 2 colours", (16, 2)),
        ("16 pixels, 4 colours", (16, 4)),
        ("10 pixels, 1 colour", (10, 1)),
        ("1 pixel, 1 colour", (1, 1)),
        ("1 pixel, 3 colours", (1, 3)),
        ("2 pixels, 300 colours", (2, 300)),
        ("10 pixels, 5 colours", (10, 5)),
        ("7 pixels, 3 colours", (7, 3)),
        ("100 pixels, 6 colours", (100, 6)),
        ("4,800 pixels, 16 colours", (4800, 16)),
        ("1,000 pixels, 100 colours", (1000, 100)),
        ("the marbles: 273,280 pixels, 64 colours", (273280, 64)),
        ("the marbles: 273,280 pixels, 256 colours", (273280, 256)),
    ],
    large=[
        ("2,000,003 pixels, 16 colours", (2_000_003, 16)),
        ("100,003 pixels, 1,000 colours", (100_003, 1000)),
        ("300,000 pixels, 70,000 colours", (300_000, 70_000)),
        ("5,000 pixels, 4,999 colours", (5000, 4999)),
    ],
    expected=paper_bits,
    notice="The labels weigh nearly all: for a photo, the palette next to nothing.",
    slips=[
        Slip(
            "forgets the palette",
            "Labels are numbers without colours. What else has to be kept, once for all pixels?",
            (_palette(lambda n, k: 0),),
        ),
        Slip(
            "bytes instead of bits",
            "The question was for bits. How many of them has a byte?",
            (
                lambda n, k: paper_bits(n, k) / 8,
                lambda n, k: paper_bits(n, k) // 8,
                lambda n, k: ceil(paper_bits(n, k) / 8),
                lambda n, k: paper_bits(n, k) * 8,
                lambda n, k: n * log2(k) / 8 + 24 * k,
                lambda n, k: n * ceil(log2(k)) / 8 + 3 * k,
                lambda n, k: n * ceil(log2(k)) / 8 + 24 * k,
                lambda n, k: n * log2(k) / 8,
            ),
        ),
        Slip(
            "natural log",
            "n bits tell 2 to the power of n things apart. Which logarithm undoes that?",
            (_labels(log), lambda n, k: n * log(k), lambda n, k: n * log(k) / log(2) ** 2 + 24 * k),
        ),
        Slip(
            "log base 10",
            "n bits tell 2 to the power of n things apart. Which logarithm undoes that?",
            (_labels(log10), lambda n, k: n * log10(k)),
        ),
        Slip(
            "log of 1 + K",
            "log1p(k) is the logarithm of 1 + k. How many bits does a label need if there is one "
            "colour only?",
            (_labels(lambda k: log(k + 1)), _labels(lambda k: log2(k + 1))),
        ),
        Slip(
            "log of K - 1",
            "The last label is K - 1, but how many labels are there?",
            (_labels(lambda k: log2(k - 1) if k > 1 else 0),),
        ),
        Slip(
            "product instead of sum",
            "Labels and palette are both kept. Are their bits added or multiplied?",
            (
                lambda n, k: n * log2(k) * 24 * k,
                lambda n, k: (n + log2(k)) * 24 * k,
                lambda n, k: n * log2(k) * 24,
                lambda n, k: n * (log2(k) + 24) * k,
                lambda n, k: n * k * log2(k) + 24 * k,
                lambda n, k: n * log2(k) * k,
            ),
        ),
        Slip(
            "sum instead of product",
            "Each of n labels has log2 k bits, each of k colours 24. How many is that together?",
            (
                lambda n, k: n + log2(k) + 24 * k,
                lambda n, k: n * log2(k) + 24 + k,
                lambda n, k: n + log2(k) + 24 + k,
                lambda n, k: n + k,
            ),
        ),
        Slip(
            "subtracts the palette, or divides",
            "The palette is kept besides the labels. Which sign stands between the two?",
            (
                lambda n, k: n * log2(k) - 24 * k,
                lambda n, k: 24 * k - n * log2(k),
                lambda n, k: n / log2(k) + 24 * k if k > 1 else 24 * k,
                lambda n, k: n * log2(k) + 24 / k,
                lambda n, k: n * log2(k) / (24 * k),
            ),
        ),
        Slip(
            "takes the logarithm of more than K",
            "Only the number of colours stands in the logarithm. Where do its brackets end?",
            (
                lambda n, k: log2(n * k) + 24 * k,
                lambda n, k: n * log2(24 * k),
                lambda n, k: n * log2(k + 24 * k),
                lambda n, k: log2(k) + 24 * k,
                lambda n, k: n * log2(3 * k) + 24 * k,
                lambda n, k: n * log2(256) + 24 * log2(k),
                lambda n, k: n * log2(k) + 24 * log2(k),
            ),
        ),
        Slip(
            "palette of 24 bits counted once",
            "24 bits are one colour. How many colours has the palette?",
            (_palette(lambda n, k: 24),),
        ),
        Slip(
            "wrong bits for a colour of the palette",
            "A colour has three channels of 256 values each. How many bits are that?",
            (
                *(_palette(lambda n, k, bits=bits: bits * k) for bits in (1, 3, 8, 32, 255, 256)),
                _palette(lambda n, k: k * log2(k)),
                _palette(lambda n, k: 3 * k * log2(k)),
            ),
        ),
        Slip(
            "a palette for each pixel",
            "The palette is kept once. Should it weigh more if there are more pixels?",
            (
                _palette(lambda n, k: 24 * n),
                _palette(lambda n, k: 24 * n * k),
                lambda n, k: n * (log2(k) + 24),
            ),
        ),
        Slip(
            "8 bits for every label",
            "A byte could tell 256 colours apart. How many do your labels have to tell apart?",
            (_labels(lambda k: 8), lambda n, k: 8 * n),
        ),
        Slip(
            "K bits for each label",
            "4 bits can already tell 16 colours apart. So how many bits does one of K need?",
            (_labels(lambda k: k), lambda n, k: n * k),
        ),
        Slip(
            "24 bits for every pixel",
            "So the original is kept. What does each pixel keep now in place of its colour?",
            (lambda n, k: 24 * n, lambda n, k: 24 * n + 24 * k, lambda n, k: 24 * k),
        ),
        Slip(
            "a label for each channel",
            "One label stands for a whole colour. How many labels has a pixel?",
            (_labels(lambda k: 3 * log2(k)), lambda n, k: 3 * n * log2(k)),
        ),
        Slip(
            "pixels and colours in the wrong places (n and k swapped)",
            "Which of the two numbers stands in the logarithm, and which in front of it?",
            (
                lambda n, k: k * log2(n) + 24 * n,
                lambda n, k: k * log2(n) + 24 * k,
                lambda n, k: n * log2(n) + 24 * k,
                lambda n, k: k * log2(k) + 24 * n,
                lambda n, k: paper_bits(3 * n, k),
            ),
        ),
        Slip(
            "the power instead of the logarithm",
            "2 to the power of what is K? Which function answers that?",
            (
                _labels(lambda k: 2.0**k),
                _labels(lambda k: k**0.5),
                _labels(lambda k: k**2),
                _labels(lambda k: k / 2),
                _labels(lambda k: 1 / log2(k) if k > 1 else 0),
            ),
        ),
        Slip(
            "rounds the bits of a label up",
            "A file needs whole bits for a label. But the count on paper, n log2 k + 24 k: does it "
            "round?",
            (
                _labels(lambda k: ceil(log2(k))),
                _labels(lambda k: max(1, ceil(log2(k)))),
                _labels(lambda k: k.bit_length()),
                _labels(lambda k: next(d for d in (1, 2, 4, 8) if 2**d >= k)),
            ),
        ),
        Slip(
            "rounds the bits of a label",
            "log2 of 5 is 2.32. How much of it is left in your formula?",
            (
                _labels(lambda k: floor(log2(k))),
                _labels(lambda k: round(log2(k))),
                _labels(lambda k: round(log2(k), 1)),
                _labels(lambda k: round(log2(k), 2)),
                _labels(lambda k: max(1, floor(log2(k)))),
            ),
        ),
        Slip(
            "rounds the result",
            "The count on paper may have a fraction. Where does yours lose it?",
            (
                lambda n, k: floor(paper_bits(n, k)),
                lambda n, k: ceil(paper_bits(n, k)),
                lambda n, k: round(paper_bits(n, k)),
                lambda n, k: round(paper_bits(n, k), 1),
            ),
        ),
    ],
)
