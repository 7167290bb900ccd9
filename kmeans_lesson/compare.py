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
    """Return a small JPEG of the original that is at least as close to it as the compressed image.

    Both are (H, W, 3) uint8. Searches the qualities 1 to 95 by halving, once with the hue of every
    pixel (4:4:4) and once with one hue for 2 x 2 pixels (4:2:0), and gives the bytes of the smaller
    file. If none is close enough, gives the closest one of quality 95.
    """
    goal = psnr(original, compressed)
    found = [_jpeg_of(original, goal, subsampling) for subsampling in (0, 2)]
    enough = [file for file, ratio in found if ratio >= goal]
    return min(enough, key=len) if enough else max(found, key=lambda pair: pair[1])[0]


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


def _jpeg_of(image, goal, subsampling):
    """Find the first quality of at most 95 that reaches the PSNR: its file and its own PSNR."""
    worse = bisect.bisect_left(range(1, 95), goal, key=lambda q: _jpeg(image, q, subsampling)[1])
    return _jpeg(image, worse + 1, subsampling)


def _jpeg(image, quality, subsampling):
    """Encode an image as a JPEG of that quality: its bytes and its PSNR."""
    buffer = io.BytesIO()
    options = {"quality": quality, "subsampling": subsampling, "optimize": True}
    Image.fromarray(image).save(buffer, "JPEG", **options)
    return buffer.getvalue(), psnr(image, np.asarray(Image.open(buffer)))


def _same_shape(original, compressed):
    arguments.image("original", original)
    arguments.image("compressed", compressed)
    if original.shape != compressed.shape:
        got = f"{original.shape} and {compressed.shape}"
        raise ValueError(f"original and compressed must have the same shape; got {got}")
