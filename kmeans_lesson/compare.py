"""Step 7: what was lost (error) and what was saved (bytes), and both images side by side."""

import io
import math
import os

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kmeans_lesson import arguments
from kmeans_lesson.engine.blocks import BLOCK, each_block
from kmeans_lesson.engine.colours import different
from kmeans_lesson.formats.encode import encode, encode_rgb_png
from kmeans_lesson.formats.png import unfiltered_rgb_png

PANEL = 320, 640  # pixels, the longest side of each image in a drawing: at least, at most
TEXT = 24  # pixels, the size of its letters


def mse(original, compressed):
    """Return the mean squared error of two images, (H, W, 3) uint8, over pixels and channels."""
    _same_shape(original, compressed)

    def work(rows):
        return np.square(np.subtract(original[rows], compressed[rows], dtype=np.int32)).sum()

    rows_each = max(1, BLOCK // original[0].size)
    return float(sum(each_block(work, len(original), rows_each)) / original.size)


def psnr(original, compressed):
    """Return the peak signal-to-noise ratio in decibels, 10 log10(255² / MSE); inf if equal."""
    return decibels(mse(original, compressed))


def decibels(error):
    """Return the PSNR of a mean squared error."""
    return 10 * math.log10(255**2 / error) if error else math.inf


def count_colours(image):
    """Return how many different colours an image, (H, W, 3) uint8, has."""
    return len(different(arguments.image("image", image)))


def counted(number, thing):
    """Return a number and what it counts in words: "1 colour", "1,234 colours"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def jpeg_like(original, compressed):
    """Return the smallest JPEG of the original that is as close to it: its bytes.

    Both images are (H, W, 3) uint8. The qualities from 1 to 95 are tried one by one, because a
    higher quality can have a lower PSNR: once with the hue of every pixel (4:4:4) and once with one
    hue for 2 x 2 pixels (4:2:0). If none is close enough, it is the closest one of quality 95.
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
    """Draw two images side by side, with their colours and bytes under each.

    Parameters
    ----------
    original, compressed : (H, W, 3) uint8
    sizes : two integers, optional
        The bytes of the two files. Without them, both images are encoded as PNG and measured.

    Returns
    -------
    Figure
        With an alt text.

    Raises
    ------
    ValueError
        If one is no image, their shapes differ, or sizes are not two.

    Examples
    --------
    >>> from kmeans_lesson import side_by_side
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
    colours = count_colours(original), count_colours(compressed)
    captions = [*map(caption, colours, sizes)]
    from kmeans_lesson.figures import show_images  # matplotlib takes longer than all the rest

    return show_images([original, compressed], ["original", "compressed"], captions)


def caption(colours, size):
    """Say below an image how many colours it has, and how many bytes its file."""
    return f"{counted(colours, 'colour')}\n{counted(size, 'byte')}"


def side_by_side_png(original, compressed, captions):
    """Draw two images of one shape side by side, in a PNG: bytes.

    This is what the command writes, in a small part of the time that matplotlib needs to be loaded.
    A large image is drawn with every second, third, ... pixel, a small one with blocks, so that
    no colours are blended.
    """
    longest = max(original.shape[:2])
    step, block = math.ceil(longest / PANEL[1]), math.ceil(PANEL[0] / longest)
    panels = [
        Image.fromarray(image[::step, ::step].repeat(block, axis=0).repeat(block, axis=1))
        for image in (original, compressed)
    ]
    (width, height), font = panels[0].size, ImageFont.load_default(TEXT)
    column = max(width, PANEL[0]) + TEXT
    sheet = Image.new("RGB", (2 * column, height + 5 * TEXT), "white")
    draw = ImageDraw.Draw(sheet)
    for i, (panel, title) in enumerate(zip(panels, ("original", "compressed"), strict=True)):
        middle = i * column + column // 2
        draw.text((middle, TEXT // 4), title, "black", font, anchor="ma")
        sheet.paste(panel, (middle - width // 2, 3 * TEXT // 2))
        below = middle, height + 2 * TEXT
        draw.multiline_text(below, captions[i], "black", font, anchor="ma", align="center")
    return unfiltered_rgb_png(np.asarray(sheet))  # in a third of the time that Pillow takes


def _jpeg_of(image, goal, subsampling):
    """Find the lowest quality of at most 95 that reaches the PSNR: its file and its own PSNR."""
    for quality in range(1, 96):
        file, reached = _jpeg(image, quality, subsampling)
        if reached >= goal:
            break
    return file, reached


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
