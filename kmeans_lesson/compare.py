"""Step 7: what was lost (error) and what was saved (bytes), and both images side by side."""

import bisect
import io
import math
import os

import numpy as np
from PIL import Image

from kmeans_lesson import arguments
from kmeans_lesson.engine.colours import different
from kmeans_lesson.formats.encode import encode, encode_rgb_png


def mse(original, compressed):
    """Return the mean squared error of two images, (H, W, 3) uint8, over pixels and channels."""
    _same_shape(original, compressed)
    rows = zip(original, compressed, strict=True)  # one by one, to save memory
    return float(sum(((a.astype(np.int64) - b) ** 2).sum() for a, b in rows) / original.size)


def psnr(original, compressed):
    """Return the peak signal-to-noise ratio in decibels, 10 log10(255² / MSE); inf if equal."""
    error = mse(original, compressed)
    return 10 * math.log10(255**2 / error) if error else math.inf


def count_colours(image):
    """Return how many different colours an image, (H, W, 3) uint8, has."""
    return len(different(arguments.image("image", image)))


def counted(number, thing):
    """Return a number and what it counts in words: "1 colour", "1,234 colours"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def jpeg_like(original, compressed):
    """Return the smallest JPEG of the original that is as close to it as the compressed image.

    Both are (H, W, 3) uint8. Gives the bytes of the first quality from 1 to 95 whose PSNR is no
    lower; those of quality 95 if none is.
    """
    goal = psnr(original, compressed)
    worse = bisect.bisect_left(range(1, 95), goal, key=lambda quality: _jpeg(original, quality)[1])
    return _jpeg(original, worse + 1)[0]


def file_sizes(original, compressed, source=None):
    """Weigh the ways to keep two images, (H, W, 3) uint8: a dict from the way to its bytes.

    Every file is really encoded. `source` is the file the original came from, if it is to be named.
    """
    _same_shape(original, compressed)
    sizes = {"source file": os.path.getsize(source)} if source is not None else {}
    jpeg = jpeg_like(original, compressed)
    enough = psnr(original, np.asarray(Image.open(io.BytesIO(jpeg)))) >= psnr(original, compressed)
    return sizes | {
        "raw, 3 bytes a pixel": original.nbytes,
        "24-bit PNG of the original": len(encode_rgb_png(original)),
        "24-bit PNG of the compressed image": len(encode_rgb_png(compressed)),
        "indexed PNG of the compressed image": len(encode(compressed)),
        f"JPEG of the original, {'same PSNR' if enough else 'quality 95, lower PSNR'}": len(jpeg),
    }


def side_by_side(original, compressed, sizes=None):
    """Draw both images, (H, W, 3) uint8, with their colours and bytes under each.

    sizes gives the bytes of the two files; if it is None, both are encoded as PNG and weighed.
    """
    _same_shape(original, compressed)
    sizes = sizes or [len(encode(original)), len(encode(compressed))]
    captions = [
        f"{counted(count_colours(image), 'colour')}\n{counted(size, 'byte')}"
        for image, size in zip((original, compressed), sizes, strict=True)
    ]
    from kmeans_lesson.figures import show_images  # matplotlib takes longer than all the rest

    return show_images([original, compressed], ["original", "compressed"], captions)


def _jpeg(image, quality):
    """Encode an image as a JPEG of that quality: its bytes and its PSNR."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue(), psnr(image, np.asarray(Image.open(buffer)))


def _same_shape(original, compressed):
    arguments.image("original", original)
    arguments.image("compressed", compressed)
    if original.shape != compressed.shape:
        got = f"{original.shape} and {compressed.shape}"
        raise ValueError(f"original and compressed must have the same shape; got {got}")
