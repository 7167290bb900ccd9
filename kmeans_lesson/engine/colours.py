"""The different colours of an image: found and counted in time linear in the pixels.

A photograph has far fewer different colours than pixels, and K-means cannot tell two pixels of
one colour apart. Every colour is one number here, its code. In it the bits of red, green and blue
take turns (Z-order: Morton, 1966), so that colours near each other mostly have codes near each
other: tables by code are read where they were read just before, which is fast, and the colours of
a cell of the colour cube stand side by side, which `cells.py` makes use of.
"""

import numpy as np

from kmeans_lesson.engine.blocks import BLOCK, each_block

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
ONE = np.int64(1)  # to numbers of its own type, numpy adds it twenty times as fast


def pack(pixels):
    """Turn colours, (..., 3) uint8, into their codes: (N,) int32."""
    values = np.ascontiguousarray(pixels).reshape(-1)
    codes = np.empty(len(values) // 3, np.int32)
    words = values[: len(values) // 6 * 6].view("<u2").reshape(-1, 3)
    pairs = codes[: len(words) * 2].view("<i8")

    def work(rows):
        first, second, third = map(np.take, WORDS, words[rows].T)
        pairs[rows] = first | second | third

    each_block(work, len(words), 2 * BLOCK)
    if len(codes) % 2:
        red, green, blue = values[-3:]
        codes[-1] = RED[red] | GREEN[green] | BLUE[blue]
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
    return unpack(_different(pack(pixels)))


def count(pixels):
    """Count the different colours of pixels, (..., 3) uint8.

    colours: (M, 3) uint8, in the order of their codes. counts: (M,) int64, how often each occurs.
    places: (N,) int32, pixel i has colour `places[i]`.
    """
    places = pack(pixels)
    codes = _different(places)
    # The place of a colour is how many come before it: those whose first 16 bits are less, and, of
    # those with the same, the ones whose last 8 are. Two small tables are quicker than a large one.
    same = np.bincount(codes >> 8)
    before = (same.cumsum() - same).astype(np.int32)
    among = np.empty(codes[-1] + 1, np.uint8)
    among[codes] = np.arange(len(codes)) - before[codes >> 8]

    def work(rows):
        block = places[rows].astype(np.intp)
        np.add(before.take(block >> 8), among.take(block), out=places[rows])

    each_block(work, len(places), 4 * BLOCK)
    counts = np.zeros(len(codes), np.int64)
    for start in range(0, len(places), 4 * BLOCK):
        np.add.at(counts, places[start : start + 4 * BLOCK].astype(np.intp), ONE)
    return unpack(codes), counts, places


def _different(codes):
    """Return the different ones of the codes of pixels, (N,) int32, in rising order: (M,)."""
    if len(codes) > FEW:
        return np.flatnonzero(seen(codes))
    in_order = np.sort(codes)
    return in_order[np.diff(in_order, prepend=-1) > 0]
