"""Decoding: from an open file to an image, whatever kind of image the file holds."""

import numpy as np
from PIL import Image, UnidentifiedImageError

from kmeans_lesson.formats.frames import decode_frame
from kmeans_lesson.formats.kinds import DAMAGED, SHRINK, UNKNOWN, ImageError, describe

# How Exif says that an image is turned, and what turns it upright; 1 is upright.
TURNS = dict(
    zip(
        range(2, 9),
        (
            Image.Transpose.FLIP_LEFT_RIGHT,
            Image.Transpose.ROTATE_180,
            Image.Transpose.FLIP_TOP_BOTTOM,
            Image.Transpose.TRANSPOSE,
            Image.Transpose.ROTATE_270,
            Image.Transpose.TRANSVERSE,
            Image.Transpose.ROTATE_90,
        ),
        strict=True,
    )
)
ROWS = 64  # handed from Pillow to numpy at a time, which stay in the processor's cache


def decode(file, most_pixels):
    """Decode the first image in an open file: (H, W, 3) uint8, upright, on white paper.

    An ImageError says, as the end of a sentence, why there is none. An image of more than
    `most_pixels` is refused before its pixels are decoded, also one nested in the file.
    """
    head = file.read(1024)
    file.seek(0)
    try:
        frame = decode_frame(file, most_pixels)
        image = _eight_bits(frame)
        if frame.orientation in TURNS:
            image = image.transpose(TURNS[frame.orientation])
        return _on_paper(image)
    except ImageError:
        raise
    except UnidentifiedImageError as error:
        raise ImageError(describe(head, UNKNOWN)) from error
    except MemoryError as error:
        raise ImageError(f"does not fit the memory of this computer: {SHRINK}") from error
    except Exception as error:  # a damaged file makes Pillow raise almost anything
        raise ImageError(describe(head, DAMAGED)) from error


def _eight_bits(frame):
    """Round numbers of more than 8 bits to the nearest of 8; a colour that means none is clear."""
    if frame.deep is None:
        return frame.image
    table = (np.arange(frame.top + 1) * 255 + frame.top // 2) // frame.top
    values = table.astype(np.uint8).take(frame.deep, mode="clip")
    modes = {1: "L", 2: "LA", 3: "RGB", 4: frame.image.mode}
    bands = [Image.fromarray(np.ascontiguousarray(band)) for band in np.moveaxis(values, 2, 0)]
    clear = frame.image.info.get("transparency")
    if clear is not None and len(bands) in (1, 3):
        bands.append(Image.fromarray(~(frame.deep == clear).all(axis=2)).convert("L"))
        return Image.merge({2: "LA", 4: "RGBA"}[len(bands)], bands)
    return Image.merge(modes[len(bands)], bands)


def _on_paper(image):
    """Convert to RGB, on white paper where the image is transparent: (H, W, 3) uint8."""
    if image.mode != "P" and not image.has_transparency_data:
        return _array(image.convert("RGB"))
    if image.mode == "La":
        image = image.convert("LA")  # the only way from there
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image)
    return _array(paper)


def _array(image):
    """Copy an RGB image of Pillow into an array; in strips, that takes a third of the time."""
    array = np.empty((image.height, image.width, 3), np.uint8)
    strip = Image.new("RGB", (image.width, min(ROWS, image.height)))
    for top in range(0, image.height, ROWS):
        strip.paste(image, (0, -top))
        array[top : top + ROWS] = np.asarray(strip)[: image.height - top]
    return array
