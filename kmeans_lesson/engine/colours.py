"""The different colours of an image: found and counted in time linear in the pixels.

A photograph has far fewer different colours than pixels, and K-means cannot tell two pixels of
one colour apart. Every colour is one number here, its code. In it the bits of red, green and blue
take turns (Z-order: Morton, 1966), so that colours near each other mostly have codes near each
other: tables by code are read where they were read just before, which is fast, and the colours of
a cell of the colour cube stand side by side, which `cells.py` makes use of.
"""

from threading import Lock

import numpy as np

from kmeans_lesson.engine.blocks import BLOCK, each_block, look_up

BITS = np.arange(8)
SPREAD = ((np.arange(256)[:, None] >> BITS & 1) << 3 * BITS).sum(axis=1)
RED, GREEN, BLUE = SPREAD << 2, SPREAD << 1, SPREAD  # where the bits of each go in a code
GATHER = (np.arange(4096)[:, None] >> 3 * np.arange(4) & 1) << np.arange(4)
GATHER = GATHER.sum(axis=1, dtype=np.uint8)  # every third bit of 12, in the place of SPREAD's
# Two pixels are three words of 16 bits, red green | blue red | green blue: where their bits go in
# two codes of 32 bits, of which the first is the lower half of 64.
LOW, HIGH = np.arange(2**16) & 255, np.arange(2**16) >> 8
WORDS = RED[LOW] | GREEN[HIGH], BLUE[LOW] | RED[HIGH] << 32, (GREEN[LOW] | BLUE[HIGH]) << 32
FEW = 2**20  # pixels, whose codes are sorted sooner than a table of all colours is read


def pack(pixels, use=None):
    """Turn colours, (..., 3) uint8, into their codes: (N,) int32.

    `use` is called with the codes of each block, as soon as they are there.
    """
    values = np.ascontiguousarray(pixels).reshape(-1)
    codes = np.empty(len(values) // 3, np.int32)
    words = values[: len(values) // 6 * 6].view("<u2").reshape(-1, 3)
    pairs = codes[: len(words) * 2].view("<i8")

    def work(rows):
        first, second, third = map(np.take, WORDS, words[rows].T)
        pairs[rows] = first | second | third
        if use:
            use(pairs[rows].view(np.int32))

    each_block(work, len(words), 2 * BLOCK)
    if len(codes) % 2:
        red, green, blue = values[-3:]
        codes[-1] = RED[red] | GREEN[green] | BLUE[blue]
        if use:
            use(codes[-1:])
    return codes


def unpack(codes):
    """Turn codes back into colours: (N,) -> (N, 3) uint8, in memory channel by channel."""
    channels = np.empty((3, len(codes)), np.uint8)
    for channel, place in zip(channels, (2, 1, 0), strict=True):
        high, low = codes >> 12 + place & 4095, codes >> place & 4095
        np.bitwise_or(GATHER.take(high) << 4, GATHER.take(low), out=channel)
    return channels.T


def seen(codes):
    """Return for every number up to the largest of the codes, (N,) int32, whether it is there."""
    there = np.zeros(codes.max() + 1, bool)

    def work(rows):
        there[codes[rows].astype(np.intp)] = True  # faster than int32

    each_block(work, len(codes), 8 * BLOCK)
    return there


def different(pixels):
    """Return the different colours of pixels, (..., 3) uint8, by their codes: (M, 3) uint8."""
    codes = pack(pixels)
    return unpack(_by_sorting(codes)[0] if len(codes) <= FEW else np.flatnonzero(seen(codes)))


def count(pixels):
    """Count the different colours of pixels, (..., 3) uint8.

    colours: (M, 3) uint8, in the order of their codes. counts: (M,) int64, how often each occurs.
    codes: (N,) int32, those of the pixels, from which `per_pixel` goes on.
    """
    if pixels.size // 3 <= FEW:
        codes = pack(pixels)
        known, counts = _by_sorting(codes)
        return unpack(known), counts, codes
    table, one_by_one = np.zeros(2**24, np.int64 if pixels.size >= 2**31 else np.int32), Lock()
    one = table.dtype.type(1)  # to numbers of its own type, numpy adds it twenty times as fast

    def add(block):
        block = block.astype(np.intp)
        with one_by_one:  # meanwhile, other threads pack
            np.add.at(table, block, one)

    codes = pack(pixels, add)
    known = np.flatnonzero(table != 0)  # faster than without the zero
    return unpack(known), table[known].astype(np.int64), codes


def per_pixel(values, colours, codes):
    """Return for each pixel the value of its colour: (N,).

    values is (M,), one for each of the colours, (M, 3) uint8; codes, (N,) int32, are the pixels'.
    """
    known = pack(colours)
    table = np.empty(known[-1] + 1, values.dtype)
    table[known] = values
    return look_up(table, codes)


def _by_sorting(codes):
    """Return the different ones of the codes, (M,), in rising order, and how often each occurs."""
    in_order = np.sort(codes)
    first = np.flatnonzero(np.diff(in_order, prepend=-1))
    return in_order[first], np.diff(first, append=len(codes))
