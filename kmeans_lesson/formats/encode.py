"""Encoding: from an image to the bytes of a file that keeps every colour."""

import io

import numpy as np
from PIL import Image

from kmeans_lesson.engine.colours import different, per_pixel
from kmeans_lesson.formats.png import MANY, indexed_frame, indexed_png, unfiltered_rgb_png

# The formats that keep every colour, by suffix, and what Pillow must be told for TIFF and WebP.
FORMATS = {".png": "PNG", ".gif": "GIF", ".bmp": "BMP", ".tif": "TIFF", ".tiff": "TIFF"}
FORMATS |= {".webp": "WEBP"}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of R, G, B: Rec. ITU-R BT.709
LOSSLESS = {"compression": "tiff_adobe_deflate", "lossless": True}


def encode(image, suffix=".png"):
    """Encode an image, (H, W, 3) uint8, as a file of that suffix: bytes.

    A PNG is indexed if there are at most 256 colours; a GIF of more is refused with a ValueError.
    """
    return encode_and_count(image, suffix)[0]


def encode_and_count(image, suffix):
    """Encode an image as `encode` does, and count its colours: (bytes, int)."""
    palette = different(image)
    if len(palette) > 256:
        if suffix == ".gif":
            raise ValueError(f"a GIF holds at most 256 colours, and the image has {len(palette)}")
        return _encode_with_pillow(Image.fromarray(image), suffix), len(palette)
    palette = palette[dark_to_light(palette)]
    labels = per_pixel(np.arange(len(palette), dtype=np.uint8), palette, image)
    indices = labels.reshape(image.shape[:2])
    if suffix == ".png":  # smaller than Pillow writes it
        return indexed_png(indices, palette), len(palette)
    return _encode_with_pillow(indexed_frame(indices, palette), suffix), len(palette)


def dark_to_light(colours):
    """Return the order of colours, (K, 3), by their luminance: (K,) int."""
    return np.argsort(colours @ LUMINANCE, kind="stable")


def encode_rgb_png(image):
    """Encode an image, (H, W, 3) uint8, as an ordinary PNG of 24 bits a pixel: bytes.

    Pillow writes it, and so do matplotlib and imageio. Many pixels of few colours, as a large
    compressed image has them, are not filtered: that is quicker, and for photographs smaller.
    """
    if image.shape[0] * image.shape[1] <= MANY or len(different(image[::16, ::16])) > 256:
        return _encode_with_pillow(Image.fromarray(image), ".png")
    return unfiltered_rgb_png(image)


def _encode_with_pillow(frame, suffix):
    buffer = io.BytesIO()
    frame.save(buffer, FORMATS[suffix], **LOSSLESS)
    return buffer.getvalue()
