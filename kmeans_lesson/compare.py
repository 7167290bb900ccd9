"""Step 7: what was lost (error) and what was saved (bytes), and both images side by side."""

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
    """Return the JPEG of the original of the lowest quality that is as close to it: bytes.

    Both images are (H, W, 3) uint8. Of the qualities from 1 to 95, the lowest is taken whose PSNR
    is not below that of the compressed image; 95 if there is none. The qualities are tried one by
    one, because a higher quality can have a lower PSNR.
    """
    goal = psnr(original, compressed)
    for quality in range(1, 96):
        data, reached = _jpeg(original, quality)
        if reached >= goal:
            break
    return data


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
    """Draw two images side by side, with their colours and bytes under each.

    Parameters
    ----------
    original, compressed : (H, W, 3) uint8
        Two images of the same shape.
    sizes : two integers, optional
        The bytes of the two files. Without them, both images are encoded as PNG and measured.

    Returns
    -------
    Figure
        It shows itself in a notebook, with an alt text; `savefig` writes it to a file.

    Raises
    ------
    ValueError
        If one is not an image, their shapes differ, or sizes are not two.

    Examples
    --------
    >>> original = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    >>> figure = side_by_side(original, original // 6 * 6, sizes=(1200, 800))
    >>> [axes.get_xlabel() for axes in figure.axes]
    ['4 colours\\n1,200 bytes', '2 colours\\n800 bytes']
    """
    _same_shape(original, compressed)
    if sizes is None:
        sizes = len(encode(original)), len(encode(compressed))
    if len(sizes) != 2:
        raise ValueError(f"sizes must be the bytes of the two files; got {sizes!r}")
    captions = [
        f"{counted(count_colours(image), 'colour')}\n{counted(size, 'byte')}"
        for image, size in zip((original, compressed), sizes, strict=True)
    ]
    alt = "Two images side by side. Left, the original: {}. Right, the compressed image: {}."
    alt = alt.format(*(caption.replace("\n", ", ") for caption in captions))
    from kmeans_lesson.figures import show_images  # matplotlib takes longer than all the rest

    return show_images([original, compressed], ["original", "compressed"], alt, captions)


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
