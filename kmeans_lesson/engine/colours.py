"""The different colours of an image: found and counted in time linear in the pixels.

A photograph has far fewer different colours than pixels, and K-means cannot tell two pixels of
one colour apart. Every colour is one number here, its code. In it the bits of red, green and blue
take turns (Z-order: Morton, 1966), so that colours near each other mostly have codes near each
other: tables by code are read where they were read just before, which is fast, and the colours of
a cell of the colour cube stand side by side, which `cells.py` makes use of.
"""

import numpy as np

from kmeans_lesson.engine.blocks import BLOCK, each_block

BITS = np.arange(8, dtype=np.int32)
SPREAD = ((np.arange(256)[:, None] >> BITS & 1) << 3 * BITS).sum(axis=1, dtype=np.int32)
SPREAD = SPREAD << np.array([[2], [1], [0]], np.int32)  # the bits of red, of green and of blue
GATHER = (np.arange(4096)[:, None] >> 3 * np.arange(4) & 1) << np.arange(4)
GATHER = GATHER.sum(axis=1, dtype=np.uint8)  # every third bit of 12, in the place of SPREAD's


def pack(pixels):
    """Turn colours, (..., 3) uint8, into their codes: (N,) int32."""
    pixels = pixels.reshape(-1, 3)
    codes = np.empty(len(pixels), np.int32)

    def work(rows):
        red, green, blue = map(np.take, SPREAD, pixels[rows].T)
        codes[rows] = red | green | blue

    each_block(work, len(pixels), 4 * BLOCK)
    return codes


def unpack(codes):
    """Turn codes back into colours: (N,) -> (N, 3) uint8."""
    channels = [
        GATHER[codes >> 12 + place & 4095] << 4 | GATHER[codes >> place & 4095]
        for place in (2, 1, 0)
    ]
    return np.stack(channels, axis=1)


def seen(codes):
    """Return for every number up to the largest of the codes, (N,) int32, whether it is there."""
    there = np.zeros(codes.max() + 1, bool)
    for start in range(0, len(codes), 2 * BLOCK):
        there[codes[start : start + 2 * BLOCK].astype(np.intp)] = True  # faster than int32
    return there


def different(pixels):
    """Return the different colours of pixels, (..., 3) uint8, by their codes: (M, 3) uint8."""
    return unpack(np.flatnonzero(seen(pack(pixels))))


def count(pixels):
    """Count the different colours of pixels, (..., 3) uint8.

    colours: (M, 3) uint8, in the order of their codes. counts: (M,) int64, how often each occurs.
    places: (N,) int32, pixel i has colour `places[i]`.
    """
    codes = pack(pixels)
    there = seen(codes)
    known = np.flatnonzero(there)
    # The place of a colour is how many come before it: those whose first 16 bits are less, and, of
    # those with the same, the ones whose last 8 are. Two small tables are quicker than a large one.
    same = np.bincount(known >> 8)
    before = (same.cumsum() - same).astype(np.int32)
    among = there.view(np.uint8)
    among[known] = np.arange(len(known)) - before[known >> 8]

    def work(rows):
        block = codes[rows].astype(np.intp)
        np.add(before.take(block >> 8), among.take(block), out=codes[rows])

    each_block(work, len(codes))
    counts = np.zeros(len(known), np.int64)
    for start in range(0, len(codes), 2**20):
        counts += np.bincount(codes[start : start + 2**20], minlength=len(known))
    return unpack(known), counts, codes
