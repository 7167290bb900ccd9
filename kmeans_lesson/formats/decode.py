"""Decoding: from an open file to an image, through Pillow, whatever kind of image it is."""

import contextlib
import logging
import os
import threading
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from kmeans_lesson.formats.files import CONVERT, DAMAGED, RAW_PHOTO, UNKNOWN, ImageError, describe

SHRINK = "make it smaller in another program"
NOT_IMAGES = {"EPS", "FITS", "WMF"}  # drawings and measurements, which Pillow opens too
SUBFILE_TYPE, BITS, WHITE_OR_BLACK, DNG_VERSION = 254, 258, 262, 50706  # tags of TIFF files

logging.getLogger("PIL").addHandler(logging.NullHandler())  # its remarks are not for the reader
one_at_a_time = threading.Lock()  # Pillow's check and the error stream belong to the whole process


def decode(file, most_pixels):
    """Decode the first image in an open file: (H, W, 3) uint8, upright, on white paper.

    An ImageError says, as the end of a sentence, why there is none. An image of more than
    `most_pixels` is refused before its pixels are decoded, also one nested in the file.
    """

    def check_size(size, **_):
        width, height = size
        if width * height > most_pixels:
            reason = f"is {width} x {height} pixels, more than {most_pixels / 1e6:g} megapixels"
            raise ImageError(f"{reason}: {SHRINK}, or raise max_megapixels")

    head = file.read(1024)
    with one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pillows_check = Image._decompression_bomb_check
        try:
            # Pillow checks sizes before it takes memory, but its message names no width and height.
            Image._decompression_bomb_check = check_size
            with Image.open(file) as frame:
                return np.array(_on_paper(_eight_bits(_upright(frame))))
        except ImageError:
            raise
        except UnidentifiedImageError as error:
            raise ImageError(describe(head, UNKNOWN)) from error
        except MemoryError as error:
            raise ImageError(f"does not fit the memory of this computer: {SHRINK}") from error
        except Exception as error:  # a damaged file makes Pillow raise almost anything
            raise ImageError(describe(head, DAMAGED)) from error
        finally:
            Image._decompression_bomb_check = pillows_check


def _upright(frame):
    """Decode the pixels and turn them as the camera asks for in its Exif block."""
    tags = getattr(frame, "tag_v2", {})
    if frame.format in NOT_IMAGES:
        raise UnidentifiedImageError(f"{frame.format} files are not read here")
    if tags.get(SUBFILE_TYPE) == 1 or DNG_VERSION in tags:  # a thumbnail comes first
        raise ImageError(RAW_PHOTO)
    key = frame.info.get("transparency")
    if frame.format == "PNG" and key is not None:  # Pillow scales the pixels, but not the key
        kind = frame.tile[0][3]
        if kind == "RGB;16B":
            frame.info["transparency"] = tuple(channel >> 8 for channel in key)
        else:
            frame.info["transparency"] = key * {"L;2": 85, "L;4": 17}.get(kind, 1)
    with _no_error_stream() if frame.format == "TIFF" else contextlib.nullcontext():
        frame.load()
    with contextlib.suppress(Exception):  # an Exif block that cannot be read turns nothing
        ImageOps.exif_transpose(frame, in_place=True)
    return frame


def _eight_bits(frame):
    """Scale 16-bit grey to 8 bits; refuse numbers that have no brightest value."""
    if frame.mode == "F" or (frame.mode == "I" and frame.format != "PPM"):
        raise ImageError(f"holds measurements (32-bit numbers), not colours: {CONVERT}")
    if not frame.mode.startswith("I"):
        return frame
    tags = getattr(frame, "tag_v2", {})
    brightest = 4095 if tags.get(BITS) == (12,) else 65535
    values = np.asarray(frame).astype(np.uint32)
    grey = ((values * 255 + brightest // 2) // brightest).astype(np.uint8)
    if tags.get(WHITE_OR_BLACK) == 0:  # 0 is white
        grey = 255 - grey
    grey[values == frame.info.get("transparency", -1)] = 255
    return Image.fromarray(grey)


def _on_paper(frame):
    """Convert to RGB, on white paper where the frame is transparent."""
    if frame.mode != "P" and not frame.has_transparency_data:
        return frame if frame.mode == "RGB" else frame.convert("RGB")
    if frame.mode == "La":
        frame = frame.convert("LA")  # the only way from there
    frame = frame.convert("RGBA")
    paper = Image.new("RGB", frame.size, "white")
    paper.paste(frame, mask=frame)
    return paper


@contextlib.contextmanager
def _no_error_stream():
    """Keep what libtiff writes straight to the error stream of the process from the reader."""
    errors = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(errors, 2)
        os.close(errors)
