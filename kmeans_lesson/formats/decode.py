"""Decoding: from an open file to an image, whatever kind of image the file holds."""

import numpy as np
from PIL import Image, UnidentifiedImageError

from kmeans_lesson.formats.frames import decode_frame
from kmeans_lesson.formats.kinds import DAMAGED, SHRINK, UNKNOWN, ImageError, describe
from kmeans_lesson.formats.profiles.srgb import conversion_to_srgb, convert, convert_deep

# How Exif says that an image is turned, and what turns it upright; 1 is upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
PARTS = {"TIFF": "the first of {} pages", "ICO": "the largest of {} sizes"}
PARTS["ICNS"] = PARTS["ICO"]
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}  # by the number of channels
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
    conversion = conversion_to_srgb(frame.image, frame.chunks)
    colours = conversion and conversion.colours
    image = _eight_bits(frame, colours)
    if frame.orientation in TURNS:
        image = image.transpose(TURNS[frame.orientation])
    notes = _notes(frame, conversion)
    if conversion and conversion.image:
        return _array(conversion.image(image)), notes
    image, alpha = _without_alpha(image)
    array = _array(image)
    if colours and frame.deep is None:
        array = convert(array, colours)
    if alpha is not None and alpha.getextrema()[0] < 255:
        notes.append("transparent parts are laid on white, which may take one of the K colours")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(Image.fromarray(array), mask=alpha)
        array = _array(paper)
    return array, notes


def _notes(frame, conversion):
    """Say, in a short phrase each, what a file holds that the image leaves out or changes."""
    notes = []
    if frame.frames > 1:
        which = PARTS.get(frame.kind, "the first of {} frames")
        notes.append(f"{which.format(frame.frames)} is taken")
    if frame.turned or frame.orientation in TURNS:
        notes.append("turned upright, as its Exif block asks")
    if frame.extra:
        notes.append(f"{frame.extra} is left out")
    if frame.deep is not None:
        notes.append(f"{frame.top.bit_length()} bits a channel are rounded to 8")
    if conversion:
        notes.append(f"colours are converted from {conversion.name} to sRGB")
    elif frame.image.mode in ("CMYK", "LAB"):
        notes.append(f"colours are converted from {frame.image.mode} to sRGB")
    return notes


def _eight_bits(frame, colours):
    """Round numbers of more than 8 bits to the nearest of 8; a colour that means none is clear.

    With `colours`, they are converted to sRGB before, so that no shade is lost in between.
    """
    if frame.deep is None:
        return frame.image
    table = (np.arange(frame.top + 1) * 255 + frame.top // 2) // frame.top
    values = table.astype(np.uint8).take(frame.deep, mode="clip")
    if colours:
        inks = 1 if values.shape[2] < 3 else 3
        converted = convert_deep(frame.deep[:, :, :inks], frame.top, colours)
        values = np.concatenate([converted, values[:, :, inks:]], axis=2)
    bands = [Image.fromarray(np.ascontiguousarray(band)) for band in np.moveaxis(values, 2, 0)]
    mode = frame.image.mode if frame.image.mode == "CMYK" else MODES[len(bands)]
    clear = frame.image.info.get("transparency")
    if clear is not None and mode in ("L", "RGB"):
        bands.append(Image.fromarray(~(frame.deep == clear).all(axis=2)).convert("L"))
        mode += "A"
    image = Image.merge(mode, bands)
    image.info = {key: frame.image.info[key] for key in frame.image.info if key == "icc_profile"}
    return image


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
