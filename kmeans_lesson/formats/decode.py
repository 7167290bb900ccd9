"""Decoding: from an open file to an image, whatever kind of image the file holds."""

import numpy as np
from PIL import Image, UnidentifiedImageError

from kmeans_lesson.formats.colour import conversion_to_srgb, convert
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
    """Decode the first image in an open file: (H, W, 3) uint8, sRGB, upright, on white; and notes.

    The notes are a list of short phrases, one for each thing that the file holds and the image
    leaves out or changes. An ImageError says, as the end of a sentence, why there is no image. One
    of more than `most_pixels` is refused before its pixels are decoded, also one nested in a file.
    """
    head = file.read(1024)
    file.seek(0)
    try:
        return _finished(decode_frame(file, most_pixels))
    except ImageError:
        raise
    except UnidentifiedImageError as error:
        raise ImageError(describe(head, UNKNOWN)) from error
    except MemoryError as error:
        raise ImageError(f"does not fit the memory of this computer: {SHRINK}") from error
    except Exception as error:  # a damaged file makes Pillow raise almost anything
        raise ImageError(describe(head, DAMAGED)) from error


def _finished(frame):
    image = _eight_bits(frame)
    if frame.orientation in TURNS:
        image = image.transpose(TURNS[frame.orientation])
    conversion = conversion_to_srgb(image, frame.chunks)
    notes = _notes(frame, conversion)
    if conversion and conversion.image:
        return _array(conversion.image(image)), notes
    image, alpha = _without_alpha(image)
    array = _array(image)
    if conversion:
        array = convert(array, conversion.colours)
    if alpha is not None and alpha.getextrema()[0] < 255:
        notes.append("transparent parts are laid on white")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(Image.fromarray(array), mask=alpha)
        array = _array(paper)
    return array, notes


def _notes(frame, conversion):
    """Say, in a short phrase each, what a file holds that the image leaves out or changes."""
    what = "pages" if frame.kind == "TIFF" else "frames"
    notes = []
    if frame.frames > 1:
        notes.append(f"the first of {frame.frames} {what} is taken")
    if frame.turned or frame.orientation in TURNS:
        notes.append("turned upright, as its Exif block asks")
    if frame.extra:
        notes.append(f"{frame.extra} is left out")
    if frame.deep is not None:
        notes.append(f"numbers from 0 to {frame.top} are rounded to 0 to 255")
    if conversion:
        notes.append(f"colours are converted from {conversion.name} to sRGB")
    elif frame.image.mode in ("CMYK", "LAB"):
        notes.append(f"colours are converted from {frame.image.mode} to sRGB")
    return notes


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


def _without_alpha(image):
    """Split an image into its colours, an RGB image, and how opaque they are, or None."""
    if image.mode != "P" and not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB"), None
    if image.mode == "La":
        image = image.convert("LA")  # the only way from there
    image = image.convert("RGBA")
    return image.convert("RGB"), image.getchannel("A")


def _array(image):
    """Copy an RGB image of Pillow into an array; in strips, that takes a third of the time."""
    array = np.empty((image.height, image.width, 3), np.uint8)
    strip = Image.new("RGB", (image.width, min(ROWS, image.height)))
    for top in range(0, image.height, ROWS):
        strip.paste(image, (0, -top))
        array[top : top + ROWS] = np.asarray(strip)[: image.height - top]
    return array
