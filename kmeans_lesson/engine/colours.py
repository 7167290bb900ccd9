"""The different colours of an image: found and counted by sorting.

A photograph has far fewer different colours than pixels, and K-means cannot tell two pixels of
one colour apart. Every colour is one number here, its code: its three bytes read as one.

Different colours are listed in Z-order (Morton, 1966): the place of a colour in it is a number, in
which the bits of red, green and blue take turns. So the colours of a cell of the colour cube stand
side by side, which `cells.py` makes use of.
"""

import numpy as np

from kmeans_lesson.engine.blocks import BLOCK, each_block, each_share

CODES = 2**24  # as many as there are colours
BITS = np.arange(8)
BLUE = ((np.arange(256)[:, None] >> BITS & 1) << 3 * BITS).sum(axis=1, dtype=np.int32)
RED, GREEN = BLUE << 2, BLUE << 1  # where the bits of each go in a place
COUNT_BITS = 38  # of 62, of which a place takes 24
SHARE = 2**20  # pixels that are worth a thread


def pack(pixels, kind=np.int32):
    """Turn colours, (..., 3) uint8, into their codes: (N,) of that kind of integer."""
    values = np.ascontiguousarray(pixels).reshape(-1)
    codes = np.empty(len(values) // 3, kind)
    if len(codes):
        # Four bytes at every third place: a colour, and the first byte of the next one.
        words = np.ndarray(len(codes) - 1, "<i4", values, 0, (3,))
        np.bitwise_and(words, CODES - 1, out=codes[:-1])
        codes[-1] = int.from_bytes(values[-3:].tobytes(), "little")
    return codes


def unpack(codes):
    """Turn codes back into colours: (N,) -> (N, 3) uint8, in memory channel by channel."""
    return np.array(codes.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3], order="F")


def first_of_each(values):
    """Return where each of the different values begins in sorted ones, (N,)."""
    return _where(_begins(values))


def _begins(values):
    """Say of each of sorted values, (N,), whether it differs from the one before: (N,) bool."""
    begins = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins


def _where(mask):
    """Return where a mask, (N,) bool, is true: sooner than np.flatnonzero, if few are.

    Eight are looked at as one number, which mostly is 0.
    """
    if 10 * np.count_nonzero(mask) > len(mask):
        return np.flatnonzero(mask)
    end = len(mask) // 8 * 8
    eights = mask[:end].view(np.int64)
    some = np.flatnonzero(eights.astype(bool))
    which = np.flatnonzero(eights.take(some).view(bool))
    places = (some.take(which >> 3) << 3) + (which & 7)
    return np.append(places, end + np.flatnonzero(mask[end:]))


def z_order(colours):
    """Return the place of each colour, (N, 3) uint8, in Z-order: (N,) int32 from 0 to 2**24 - 1."""
    places = np.empty(len(colours), np.int32)

    def work(rows):
        red, green, blue = map(np.take, (RED, GREEN, BLUE), colours[rows].T)
        red |= green
        np.bitwise_or(red, blue, out=places[rows])

    each_block(work, len(places))
    return places


# The other way: the code of every colour of four bits a channel, by its place.
SMALL = np.indices((16, 16, 16), np.uint8).reshape(3, -1).T
CODE = np.empty(len(SMALL), np.int32)
CODE[z_order(SMALL)] = pack(SMALL)


def _at(places):
    """Return the colours at places in Z-order: (M, 3) uint8, in memory channel by channel."""
    colours = np.empty((len(places), 3), np.uint8, order="F")

    def work(rows):
        high, low = CODE.take(places[rows] >> 12), CODE.take(places[rows] & 4095)
        colours[rows] = unpack(high << 4 | low)

    each_block(work, len(places))
    return colours


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
        # in parts, for the sake of memory; a colour that is in two of them is added up later
        parts = np.split(codes, range(SHARE, len(codes), SHARE))
        return np.concatenate([_counted(part) for part in parts])

    return _listed(np.concatenate(each_share(work, len(pixels), SHARE)))


def _counted(codes):
    """Count the different ones of sorted codes, (N,): return their keys."""
    first = first_of_each(codes)
    return _keys(codes.take(first), np.diff(first, append=len(codes)))


def in_z_order(codes, counts):
    """List colours that are given by their codes, (N,) each, as `count` does."""
    return _listed(_keys(codes, counts))


def _keys(codes, counts):
    """Return numbers that say the place of a colour in Z-order, and how often it occurs: (N,)."""
    keys = np.empty(len(codes), np.int64)
    keys[:] = counts

    def work(rows):
        keys[rows] |= z_order(unpack(codes[rows])).astype(np.int64) << COUNT_BITS

    each_block(work, len(keys))
    return keys


def _listed(keys):
    """Return the colours of keys, in Z-order, and the sums of their counts."""
    keys.sort()  # faster than to find their order
    places = (keys >> COUNT_BITS).astype(np.int32)
    begins = _begins(places)
    first, again = _where(begins), _where(~begins)
    counts, more = (keys.take(some) & 2**COUNT_BITS - 1 for some in (first, again))
    # What comes again goes to the first of its kind.
    np.add.at(counts, again - np.arange(len(again)) - 1, more)
    return _at(places.take(first)), counts


def per_pixel(values, colours, pixels):
    """Return for each pixel the value of its colour: (N,).

    values is (M,), one for each of the colours, (M, 3) uint8; pixels is (..., 3) uint8.
    """
    table = np.empty(CODES, values.dtype)
    table[pack(colours, np.intp)] = values
    pixels = pixels.reshape(-1, 3)
    out = np.empty(len(pixels), values.dtype)

    def work(rows):
        table.take(pack(pixels[rows], np.intp), 0, out[rows], "clip")

    each_block(work, len(pixels), 2 * BLOCK)
    return out


def paint(palette, labels):
    """Return the colour of each label, (N,), in a palette, (K, 3) uint8: (N, 3) uint8.

    Labels of one byte are looked up two at a time.
    """
    out, k, paired = np.empty((len(labels), 3), np.uint8), len(palette), 0
    if labels.dtype == np.uint8:
        paired = len(labels) // 2 * 2
        pairs = np.zeros((k, 256, 2, 3), np.uint8)  # by the second label and the first
        pairs[:, :k, 0], pairs[:, :, 1] = palette, palette[:, None]
        labels = np.ascontiguousarray(labels)
        _look_up(pairs.reshape(-1, 6), labels[:paired].view("<u2"), out[:paired].reshape(-1, 6))
    _look_up(palette, labels[paired:], out[paired:])
    return out


def _look_up(table, places, out):
    """Write the rows of a table at the places, (N,), into `out`."""

    def work(rows):
        table.take(places[rows], 0, out[rows], "clip")

    each_block(work, len(places), 4 * BLOCK)
