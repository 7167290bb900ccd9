"""The different colours of an image: found, counted and looked up in time linear in the pixels.

A photograph has far fewer different colours than pixels, and K-means cannot tell two pixels of
one colour apart. A table with one entry for each of the 2**24 colours answers every question.
"""

import numpy as np

ALL_COLOURS = 256**3


def pack(pixels):
    """Turn colours, (..., 3) uint8, into one number each, 65536 R + 256 G + B: (N,) int32."""
    pixels = pixels.reshape(-1, 3)
    codes = np.empty(len(pixels), np.int32)
    for rows in blocks(len(pixels), 2**15):
        block, code = pixels[rows], codes[rows]
        code[:] = block[:, 0]
        for channel in (1, 2):
            code <<= 8
            code |= block[:, channel]
    return codes


def unpack(codes):
    """Turn the numbers of `pack` back into colours: (N,) -> (N, 3) uint8."""
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.uint8)


def different(codes):
    """Return the different codes in rising order, (M,) int32."""
    seen = np.zeros(ALL_COLOURS, bool)
    seen[codes] = True
    return np.flatnonzero(seen).astype(np.int32)


def count(codes):
    """Return the different codes in rising order, (M,) int32, and how often each occurs, (M,)."""
    colours = different(codes)
    places = look_up(codes, colours, np.arange(len(colours), dtype=np.int32))
    counts = np.zeros(len(colours), np.int64)
    for rows in blocks(len(places), 2**20):
        counts += np.bincount(places[rows], minlength=len(colours))
    return colours, counts


def look_up(codes, colours, values):
    """Give each of the `codes`, (N,), its colour's value: `values[i]` is that of `colours[i]`."""
    table = np.zeros(ALL_COLOURS, values.dtype)
    table[colours] = values
    return table[codes]


def blocks(length, size):
    """Cut `length` rows into slices of at most `size`, so that each one's work fits the cache."""
    return [slice(start, start + size) for start in range(0, length, size)]
