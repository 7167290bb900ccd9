"""Encoding: from an image to the bytes of a file that keeps every colour."""

import io
import struct
import zlib

import deflate
import numpy as np
from PIL import Image

from kmeans_lesson.colours import count, look_up

# How Pillow writes the formats that keep every colour; indexed PNG we write ourselves, smaller.
SUFFIXES = {
    ".png": {"format": "PNG"},
    ".gif": {"format": "GIF"},
    ".bmp": {"format": "BMP"},
    ".tif": {"format": "TIFF", "compression": "tiff_adobe_deflate"},
    ".tiff": {"format": "TIFF", "compression": "tiff_adobe_deflate"},
    ".webp": {"format": "WEBP", "lossless": True},
}


def encode(image, suffix=".png"):
    """Encode an image, (H, W, 3) uint8, as a file of that suffix: bytes.

    A PNG is indexed if there are at most 256 colours; a GIF of more is refused with a ValueError.
    """
    return encode_and_count(image, suffix)[0]


def encode_and_count(image, suffix):
    """Encode an image as `encode` does, and count its colours: (bytes, int)."""
    colours, _, places = count(image)
    if len(colours) > 256:
        if suffix == ".gif":
            raise ValueError(f"a GIF holds at most 256 colours, and the image has {len(colours)}")
        return _encode_with_pillow(Image.fromarray(image), suffix), len(colours)
    order = np.argsort(colours @ (299, 587, 114), kind="stable")  # dark to light
    palette, rank = colours[order], np.argsort(order).astype(np.uint8)
    indices = look_up(rank, places).reshape(image.shape[:2])
    if suffix == ".png":
        return indexed_png(indices, palette), len(colours)
    indexed = Image.fromarray(indices)
    indexed.putpalette(palette.tobytes())
    return _encode_with_pillow(indexed, suffix), len(colours)


def encode_rgb_png(image):
    """Encode an image, (H, W, 3) uint8, as an ordinary PNG of 24 bits a pixel: bytes."""
    return _encode_with_pillow(Image.fromarray(image), ".png")


def indexed_png(indices, palette):
    """Write an indexed PNG: `indices` (H, W) uint8 into the `palette` (K, 3) uint8, K <= 256.

    Each index takes 1, 2, 4 or 8 bits, the fewest that can tell K colours apart. Rows are not
    filtered, as the PNG specification (W3C 2003, 12.8) advises for indexed images.
    """
    height, width = indices.shape
    bits = next(bits for bits in (1, 2, 4, 8) if len(palette) <= 2**bits)
    in_a_byte = 8 // bits
    rows = np.zeros((height, 1 + -(-width // in_a_byte)), np.uint8)  # the first byte: no filter
    for place in range(in_a_byte):
        column = indices[:, place::in_a_byte]
        rows[:, 1 : 1 + column.shape[1]] |= column << (8 - bits * (place + 1))
    level = 11 if indices.size <= 1_000_000 else 6  # of 12; more would cost more than it saves
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"IDAT", deflate.zlib_compress(rows.tobytes(), level)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind, data):
    """Return a part of a PNG: the length of its data, its kind, the data, and a checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _encode_with_pillow(frame, suffix):
    buffer = io.BytesIO()
    frame.save(buffer, **SUFFIXES[suffix])
    return buffer.getvalue()
