"""The different colours of an image: found and counted by sorting.

A photograph has far fewer different colours than pixels, and K-means cannot tell two pixels of
one colour apart. Every colour is one number here, its code: its three bytes read as one.

Different colours are listed in Z-order (Morton, 1966). The place of a colour in it is a number, too,
in which the bits of red, green and blue take turns. So colours near each other mostly stand near
each other, and those of a cell of the colour cube side by side, which `cells.py` makes use of.
"""

import numpy as np

from kmeans_lesson.engine.blocks import BLOCK, each_block, each_share

CODES = 2**24  # as many as there are colours
BITS = np.arange(8)
SPREAD = ((np.arange(256)[:, None] >> BITS & 1) << 3 * BITS).sum(axis=1, dtype=np.int32)
# The other way: of 12 bits of a place, the lower half of each byte of the code.
HALVES = np.arange(4096)[:, None, None] >> np.arange(2, -1, -1)[:, None] >> 3 * BITS[:4] & 1
HALVES = (HALVES << BITS[:4] << 8 * np.arange(3)[:, None]).sum(axis=(1, 2), dtype=np.int32)
COUNT_BITS = 38  # of 62, of which a place takes 24
SHARE = 2**20  # pixels that are worth a thread


def pack(pixels):
    """Turn colours, (..., 3) uint8, into their codes: (N,) int32."""
    values = np.ascontiguousarray(pixels).reshape(-1)
    codes = np.empty(len(values) // 3, np.int32)
    if len(codes):
        # Four bytes at every third place: a colour, and the first byte of the next one.
        words = np.ndarray(len(codes) - 1, "<i4", values, 0, (3,))
        np.bitwise_and(words, CODES - 1, out=codes[:-1])
        codes[-1] = values[-3:] @ (1, 2**8, 2**16)
    return codes


def unpack(codes):
    """Turn codes back into colours: (N,) -> (N, 3) uint8, in memory channel by channel."""
    return np.array([codes >> place & 255 for place in (0, 8, 16)], np.uint8).T


def z_order(codes):
    """Return the place of each code in Z-order: (N,) int32, from 0 to 2**24 - 1."""
    red, green, blue = (SPREAD.take(codes >> place & 255) for place in (0, 8, 16))
    return red << 2 | green << 1 | blue


def seen(codes):
    """Return for every number up to the largest of the codes, (N,) int32, whether it is there."""
    there = np.zeros(codes.max() + 1, bool)

    def work(rows):
        there[codes[rows].astype(np.intp)] = True  # faster than int32

    each_block(work, len(codes), 8 * BLOCK)
    return there


def different(pixels):
    """Return the different colours of pixels, (..., 3) uint8, in Z-order: (M, 3) uint8."""
    return count(pixels)[0]


def count(pixels):
    """Count the different colours of pixels, (..., 3) uint8.

    colours: (M, 3) uint8, in Z-order. counts: (M,) int64, how often each occurs.
    """
    pixels = pixels.reshape(-1, 3)

    def work(rows):
        codes = pack(pixels[rows])
        codes.sort()
        first = np.append(0, np.flatnonzero(codes[1:] != codes[:-1]) + 1)
        return codes[first], np.diff(first, append=len(codes))

    return in_z_order(*map(np.concatenate, zip(*each_share(work, len(pixels), SHARE), strict=True)))


def in_z_order(codes, counts):
    """Return the colours of codes in Z-order, and the counts; those of equal codes are added up."""
    keys = z_order(codes).astype(np.int64) << COUNT_BITS | counts
    keys.sort()  # faster than their order would be found
    places = keys >> COUNT_BITS
    first = np.flatnonzero(np.diff(places, prepend=-1))
    counts = np.add.reduceat(keys & 2**COUNT_BITS - 1, first)
    places = places[first]
    return unpack(HALVES.take(places >> 12) << 4 | HALVES.take(places & 4095)), counts


def per_pixel(values, colours, pixels):
    """Return for each pixel the value of its colour: (N,).

    values is (M,), one for each of the colours, (M, 3) uint8; pixels is (..., 3) uint8.
    """
    table = np.empty(CODES, values.dtype)
    table[pack(colours)] = values
    pixels = pixels.reshape(-1, 3)
    out = np.empty(len(pixels), values.dtype)

    def work(rows):
        table.take(pack(pixels[rows]), 0, out[rows], "clip")

    each_block(work, len(pixels), 4 * BLOCK)
    return out
