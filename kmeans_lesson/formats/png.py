"""PNG files, written as small as a few ways make them (W3C: Portable Network Graphics, 2003)."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

try:
    import deflate  # packs tighter than zlib
except ImportError:  # it has no wheel for WebAssembly, so a browser is without it
    deflate = None

RGB, INDEXED = 2, 3  # how a PNG says what its numbers are
MANY = 1_000_000  # pixels; for more, only one way is tried


def indexed_png(indices, palette):
    """Write an indexed PNG: `indices` (H, W) uint8 into the `palette` (K, 3) uint8, K <= 256.

    The smallest of a few ways, as a quarter of the rows tells: two orders of the palette, the
    fewest bits that can tell K colours apart or 8, and filters of the rows. An image of many pixels
    gets the fewest bits, unfiltered, as the PNG specification (12.8) advises: to try more would
    cost more than it saves.
    """
    height, width = indices.shape
    few = next(bits for bits in (1, 2, 4, 8) if len(palette) <= 2**bits)
    if indices.size > MANY:
        return _png(width, few, INDEXED, _unfiltered(_packed(indices, few)), 6, palette)
    orders = np.arange(len(palette)), _neighbours_first(indices, len(palette))
    some = indices[np.arange(height) // 16 % 4 == min(1, height // 32)]
    ways = {
        (first, bits, method): rows
        for first, order in enumerate(orders)
        for bits in sorted({few, 8})
        for method, rows in enumerate(_filtered(_packed(_ranks(order)[some], bits)))
    }
    # Of the levels up to 12, the higher are slower and closer to the end. There, bytes of 8 bits
    # that are not filtered have shrunk by more than others.
    soon, late = (0.04, 0) if few == 8 else (0.15, 0.03)
    for level, left, more in ((6, 4, soon), (10, 1, late)):
        ways = _smallest(ways, level, left, more)
    ((first, bits, method),) = ways
    order = orders[first]
    rows = list(_filtered(_packed(_ranks(order)[indices], bits)))[method]
    return _png(width, bits, INDEXED, rows, 12, palette[order])


def _neighbours_first(indices, k):
    """Order K colours so that those which often lie side by side are close: (K,) int.

    One colour after the other is put at the better end of a row (Zeng, Li and Lei, 2004).
    """
    pairs = [
        indices[:, :-1] * np.int32(k) + indices[:, 1:],
        indices[:-1] * np.int32(k) + indices[1:],
    ]
    met = np.bincount(np.concatenate([pair.ravel() for pair in pairs]), minlength=k * k)
    met = met.reshape(k, k) + met.reshape(k, k).T
    np.fill_diagonal(met, 0)
    row = [int(met.sum(axis=0).argmax())]
    near, left = met[row[0]].copy(), np.arange(k) != row[0]
    while left.any():
        new = int(np.where(left, near, -1).argmax())
        before = met[new, row] @ np.arange(len(row) - 1, -len(row), -2) > 0  # nearer to the first
        row.insert(0 if before else len(row), new)
        near, left[new] = near + met[new], False
    return np.array(row)


def _ranks(order):
    return order.argsort().astype(np.uint8)


def _packed(indices, bits):
    """Put indices, (H, W) uint8, into rows of bytes, `bits` for each."""
    if bits == 8:
        return indices
    packed = indexed_frame(indices, np.zeros((1, 3), np.uint8)).tobytes("raw", f"P;{bits}")
    return np.frombuffer(packed, np.uint8).reshape(len(indices), -1)


def _unfiltered(rows):
    return np.pad(rows, ((0, 0), (1, 0)))  # a row begins with the number of its filter


def _filtered(rows):
    """Yield rows of bytes in three ways: unfiltered, through filter 1, through one for each row.

    A filter of the PNG specification (9.2) subtracts what the neighbours let expect: 1 the left
    one, 2 the one above, 3 their mean, 4 one of three. Each row gets the filter that leaves the
    fewest different bytes, which is told by their entropy (Shannon, 1948).
    """
    around = np.pad(rows, ((1, 0), (1, 0)))
    left, above, corner = around[1:, :-1], around[:-1, 1:], around[:-1, :-1]
    sideways, down = (side.astype(np.int16) - corner for side in (above, left))  # Paeth's
    far = [np.abs(step) for step in (sideways, down, sideways + down)]
    paeth = np.where(far[1] <= far[2], above, corner)
    paeth = np.where((far[0] <= far[1]) & (far[0] <= far[2]), left, paeth)
    mean = ((left.astype(np.int16) + above) >> 1).astype(np.uint8)
    filters = [_unfiltered(rows - expected) for expected in (np.uint8(0), left, above, mean, paeth)]
    for number, lines in enumerate(filters):
        lines[:, 0] = number
    yield from filters[:2]
    order = [_order(lines[:, 1:]) for lines in filters]
    yield np.stack(filters)[np.argmax(order, axis=0), np.arange(len(rows))]


def _order(rows):
    """Return a number for each row of N bytes: N log N less N times their entropy, in bits."""
    starts = 256 * np.arange(len(rows))[:, None]
    counts = np.bincount((starts + rows).ravel(), minlength=256 * len(rows)).reshape(-1, 256)
    return (counts * np.log2(np.maximum(counts, 1))).sum(axis=1)


def _smallest(ways, level, left, more):
    """Keep so many of the ways as are left: those whose rows take the fewest bytes."""

    def size(way):
        _, bits, method = way
        return len(_deflated(ways[way], level)) * (1 - more * (bits == 8 and method == 0))

    try:
        with ThreadPoolExecutor() as pool:
            sizes = list(pool.map(size, ways))
    except RuntimeError:  # there are no threads here, as in a browser
        sizes = list(map(size, ways))
    best = sorted(zip(sizes, ways, strict=True))[:left]
    return {way: ways[way] for _, way in best}


def _png(width, bits, kind, rows, level, palette=None):
    """Put rows of bytes, each with its filter in front, into a PNG."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), bits, kind, 0, 0, 0))]
    if palette is not None:
        parts.append((b"PLTE", palette.tobytes()))
    parts += [(b"IDAT", _deflated(rows, level)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _deflated(rows, level):
    """Compress bytes at a level of 1 to 12, of which zlib has those up to 9."""
    if deflate is None:
        return zlib.compress(rows, min(level, 9))
    return deflate.zlib_compress(rows, level)


def _chunk(kind, data):
    """Return a part of a PNG: the length of its data, its kind, the data, and a checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def unfiltered_rgb_png(image):
    """Write an image, (H, W, 3) uint8, as a PNG of 24 bits a pixel: bytes."""
    height, width, _ = image.shape
    return _png(width, 8, RGB, _unfiltered(image.reshape(height, -1)), 4)


def indexed_frame(indices, palette):
    """Return an indexed image of Pillow."""
    frame = Image.fromarray(indices)
    frame.putpalette(palette.tobytes())
    return frame
