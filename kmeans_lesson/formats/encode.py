"""Encoding: from an image to the bytes of a file that keeps every colour."""

import io
import struct
import zlib

import deflate
import numpy as np
from PIL import Image

from kmeans_lesson.engine.colours import look_up, pack, seen, unpack

# The formats that keep every colour, by suffix, and what Pillow must be told for TIFF and WebP.
FORMATS = {".png": "PNG", ".gif": "GIF", ".bmp": "BMP", ".tif": "TIFF", ".tiff": "TIFF"}
FORMATS |= {".webp": "WEBP"}
LOSSLESS = {"compression": "tiff_adobe_deflate", "lossless": True}


def encode(image, suffix=".png"):
    """Encode an image, (H, W, 3) uint8, as a file of that suffix: bytes.

    A PNG is indexed if there are at most 256 colours; a GIF of more is refused with a ValueError.
    """
    return encode_and_count(image, suffix)[0]


def encode_and_count(image, suffix):
    """Encode an image as `encode` does, and count its colours: (bytes, int)."""
    codes = pack(image)
    known = np.flatnonzero(seen(codes))
    if len(known) > 256:
        if suffix == ".gif":
            raise ValueError(f"a GIF holds at most 256 colours, and the image has {len(known)}")
        return _encode_with_pillow(Image.fromarray(image), suffix), len(known)
    known = known[np.argsort(unpack(known) @ (299, 587, 114), kind="stable")]  # dark to light
    table = np.empty(known.max() + 1, np.uint8)
    table[known] = np.arange(len(known))
    indices, palette = look_up(table, codes).reshape(image.shape[:2]), unpack(known)
    if suffix == ".png":  # smaller than Pillow writes it
        return indexed_png(indices, palette), len(known)
    return _encode_with_pillow(_indexed(indices, palette), suffix), len(known)


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
    packed = _indexed(indices, palette).tobytes("raw", f"P;{bits}" if bits < 8 else "P")
    rows = np.pad(np.frombuffer(packed, np.uint8).reshape(height, -1), ((0, 0), (1, 0)))
    level = 11 if indices.size <= 1_000_000 else 6  # of 12; more would cost more than it saves
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, bits, 3, 0, 0, 0),
        b"PLTE": palette.tobytes(),
        b"IDAT": deflate.zlib_compress(rows.tobytes(), level),  # a row begins with 0: no filter
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts.items())


def _chunk(kind, data):
    """Return a part of a PNG: the length of its data, its kind, the data, and a checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _indexed(indices, palette):
    frame = Image.fromarray(indices)
    frame.putpalette(palette.tobytes())
    return frame


def _encode_with_pillow(frame, suffix):
    buffer = io.BytesIO()
    frame.save(buffer, FORMATS[suffix], **LOSSLESS)
    return buffer.getvalue()
