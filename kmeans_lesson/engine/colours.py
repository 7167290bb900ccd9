"""The different colours of an image: found, counted and looked up in time linear in the pixels.

A photograph has far fewer different colours than pixels, and K-means cannot tell two pixels of
one colour apart. A table with one entry for each of the 2**24 colours says which there are.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

BLOCK = 2**15  # numbers worked on at a time: 256 kB, which stays in the processor's cache
FEW = 16  # blocks, which are done before threads would have begun


def pack(pixels):
    """Turn colours, (..., 3) uint8, into one number each, 65536 R + 256 G + B: (N,) int32."""
    pixels = pixels.reshape(-1, 3)
    codes = np.empty(len(pixels), np.int32)

    def work(rows):
        codes[rows] = pixels[rows, 0]
        for channel in (1, 2):
            codes[rows] <<= 8
            codes[rows] |= pixels[rows, channel]

    each_block(work, len(pixels))
    return codes


def unpack(codes):
    """Turn the numbers of `pack` back into colours: (N,) -> (N, 3) uint8."""
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.uint8)


def seen(codes):
    """Return for every number up to the largest of the codes, (N,) int32, whether it is there."""
    there = np.zeros(codes.max() + 1, bool)

    def work(rows):
        there[codes[rows].astype(np.intp)] = True  # numpy indexes faster with its own integers

    each_block(work, len(codes))
    return there


def different(pixels):
    """Return the different colours of pixels, (..., 3) uint8, in rising order: (M, 3) uint8."""
    return unpack(np.flatnonzero(seen(pack(pixels))))


def index(pixels):
    """Return the different colours of pixels, (..., 3) uint8, and where they occur.

    colours: (M, 3) uint8, in rising order. places: (N,) int32, pixel i has colour `places[i]`.
    """
    codes = pack(pixels)
    there = seen(codes)
    known = np.flatnonzero(there)
    # The place of a colour is how many come before it: those with less R or G, and, of those with
    # the same R and G, the ones with less B. That makes two small tables, quicker than a large one.
    same_rg = np.bincount(known >> 8)
    less_rg = (same_rg.cumsum() - same_rg).astype(np.int32)
    less_b = there.view(np.uint8)
    less_b[known] = np.arange(len(known)) - less_rg[known >> 8]

    def work(rows):
        block = codes[rows].astype(np.intp)
        np.add(less_rg.take(block >> 8), less_b.take(block), out=codes[rows])

    each_block(work, len(codes))
    return unpack(known), codes


def count(pixels):
    """Index the colours of pixels, (..., 3) uint8, and count them: (colours, counts, places)."""
    colours, places = index(pixels)

    def work(rows):
        return np.bincount(places[rows], minlength=len(colours))

    return colours, sum(each_block(work, len(places), 2**21)), places


def look_up(table, places):
    """Return table[places], where a table has one row for each place: (N,) or (N, ...)."""
    out = np.empty((len(places), *table.shape[1:]), table.dtype)

    def work(rows):
        table.take(places[rows], 0, out[rows], "clip")

    each_block(work, len(places), 2 * BLOCK)
    return out


def each_block(work, length, size=BLOCK):
    """Return [work(rows), ...] for slices of at most `size` rows that cover `length` rows.

    Each processor takes its share of the slices: while numpy works, Python lets threads run.
    """
    slices = [slice(start, start + size) for start in range(0, length, size)]
    processors = os.cpu_count() or 1
    if processors == 1 or len(slices) < FEW:
        return [work(rows) for rows in slices]
    shares = [slices[first::processors] for first in range(processors)]
    with ThreadPoolExecutor(processors) as pool:
        done = list(pool.map(lambda share: [work(rows) for rows in share], shares))
    return [done[i % processors][i // processors] for i in range(len(slices))]
