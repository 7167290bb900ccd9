"""Frames: from an open file to the first image in it, decoded by Pillow, and what the file says."""

import logging
import math
import re
import struct
from typing import NamedTuple

import numpy as np
from PIL import Image, JpegImagePlugin, UnidentifiedImageError

from kmeans_lesson.formats import apart
from kmeans_lesson.formats.kinds import CONVERT, RAW_PHOTO, SHRINK, ImageError

APART = re.compile(rb"II[*+]\0|MM\0[*+]|II\0\*|MM\*\0|.{4}ftyp|\0\0[\1\2]\0|icns", re.DOTALL)
NOT_IMAGES = {"EPS", "FITS", "WMF"}  # drawings and measurements, which Pillow opens too
SUBFILE_TYPE, BITS, WHITE_OR_BLACK, DNG_VERSION = 254, 258, 262, 50706  # tags of TIFF files
FAULTS = {"unknown": UnidentifiedImageError, "damaged": OSError, "memory": MemoryError}

logging.getLogger("PIL").addHandler(logging.NullHandler())  # its remarks are not for the reader


class Frame(NamedTuple):
    """The first image of a file.

    `image` is Pillow's; of 16-bit numbers, which Pillow cuts, `deep` holds all bits, (H, W, C),
    and `top` is the brightest of them. `orientation` says how to turn it upright (1: not at all),
    or it was `turned` already. `chunks` are the parts of a PNG or AVIF that tell of colours,
    and `extra` is what else is in the file beside its image.
    """

    image: Image.Image
    kind: str
    deep: np.ndarray | None = None
    top: int = 65535
    orientation: int = 1
    turned: bool = False
    frames: int = 1
    extra: str = ""
    chunks: dict = {}  # noqa: RUF012 - never changed


def decode_frame(file, most_pixels):
    """Decode the first image in an open file: a Frame.

    Nothing of this process is touched: where Pillow or a library of its would write or warn, or
    its own limit comes before `most_pixels`, another process decodes.
    """
    head = file.read(16)
    if not APART.match(head):
        try:
            return _here(file, head, most_pixels)
        except (Image.DecompressionBombError, Warning):  # a warning, where the caller made it one
            pass
    file.seek(0)
    data = file.read()
    frame = _from_apart(apart.ask(data, most_pixels), most_pixels)
    code_points = re.search(rb"colrnclx\0(.)\0(.)", data[:4096], re.DOTALL)
    if frame.kind == "AVIF" and code_points and "icc_profile" not in frame.image.info:
        frame = frame._replace(chunks={b"cICP": code_points[1] + code_points[2] + b"\0\1"})
    return frame


def _here(file, head, most_pixels):
    frame = _opened(file, head)
    _check_size(frame.size, most_pixels)
    decoder, _, _, raw_mode = frame.tile[0] if frame.tile else (None,) * 4
    if raw_mode == "LA;16B":  # four bytes a pixel, as in RGBA, and Pillow would drop two
        frame.tile = [frame.tile[0]._replace(args="RGBA")]
    frame.load()
    _check_size(frame.size, most_pixels)  # a first frame may be larger than the whole promises
    frames = apart.frame_count(_opened(file, head))  # counting moves a GIF to its last frame
    low = _opened(file, head)
    low = low if apart.take_low_bytes(low) and low.load() else None
    if frame.format == "PNG" and isinstance(frame.info.get("transparency"), int):
        frame.info["transparency"] *= {"L;2": 85, "L;4": 17}.get(raw_mode, 1)  # as the pixels are
    deep, turn = _deep(frame, low, raw_mode), _orientation(frame.info)
    deep = _sgi_numbers(file, frame) if decoder == "SGI16" else deep
    chunks = _chunks(file) if frame.format == "PNG" else {}
    return Frame(
        frame,
        frame.format,
        deep,
        orientation=turn,
        frames=frames,
        chunks=chunks,
        extra=_extra(frame, file),
    )


def _sgi_numbers(file, frame):
    """Read the 16-bit numbers of an SGI image: channel after channel, rows from the bottom."""
    file.seek(512)
    size = len(frame.getbands()), frame.height, frame.width
    values = np.frombuffer(file.read(2 * math.prod(size)), ">u2").reshape(size)
    return np.moveaxis(values[:, ::-1], 0, 2)


def _extra(frame, file):
    """Name what a JPEG holds beside its photo, or a JPEG 2000 in bits that Pillow cuts off."""
    if frame.format == "JPEG2000":
        file.seek(0)
        bits = re.search(rb"\xff\x4f\xff\x51.{38}(.)", file.read(), re.DOTALL)
        bits = (bits[1][0] & 127) + 1 if bits else 8
        cut = bits > 8 and not frame.mode.startswith("I")
        return f"what its numbers of {bits} bits say beyond the first 8" if cut else ""
    parts = getattr(frame, "applist", [])
    if any(b"hdrgm:" in data or b"hdrgainmap" in data for _, data in parts):
        return "the gain map, which makes it brighter on HDR screens,"
    return "a further image" if any(data[:4] == b"MPF\0" for _, data in parts) else ""


def _chunks(file):
    """Return the parts of a PNG, before its pixels, that tell of colours: name -> bytes."""
    file.seek(8)
    found = {}
    while len(head := file.read(8)) == 8 and head[4:] not in (b"IDAT", b"IEND"):
        length = int.from_bytes(head[:4])
        if head[4:] in (b"cICP", b"sRGB", b"gAMA", b"cHRM") and length <= 32:
            found[head[4:]] = file.read(length)
            length = 0
        file.seek(length + 4, 1)  # and the checksum
    return found


def _opened(file, head):
    """Open a file as `Image.open` does, but without its check of the size, and its warnings."""
    for load_plugins in (Image.preinit, Image.init):  # first the common ones, then all
        load_plugins()
        for kind in [kind for kind in Image.ID if kind not in NOT_IMAGES]:
            factory, accept = Image.OPEN[kind]
            accepted = not accept or accept(head)  # text says why it is not
            if not accepted or isinstance(accepted, str):
                continue
            file.seek(0)
            try:
                return {"JPEG": _Jpeg}.get(kind, factory)(file, "")
            except (SyntaxError, IndexError, TypeError, struct.error):
                continue  # it is of another kind
    raise UnidentifiedImageError


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """A JPEG that does not look into its Exif block while it is opened, which may give warnings."""

    def getexif(self):
        return Image.Exif()


def _check_size(size, most_pixels):
    width, height = size
    if width * height > most_pixels:
        reason = f"is {width} x {height} pixels, more than {most_pixels / 1e6:g} megapixels"
        raise ImageError(f"{reason}: {SHRINK}, or raise max_megapixels")


def _deep(image, low, raw_mode=None):
    """Return all bits of an image whose numbers have more than 8: (H, W, C), or None."""
    if raw_mode == "LA;16B":
        return np.asarray(image).view(">u2")
    if low is not None:
        return np.atleast_3d(image).astype(np.uint16) << 8 | np.atleast_3d(low)
    if image.mode == "F" or (image.mode == "I" and image.format != "PPM"):
        raise ImageError(f"holds measurements (32-bit numbers), not colours: {CONVERT}")
    return np.asarray(image)[:, :, None] if image.mode.startswith("I") else None


def _orientation(info):
    """Return how an image is turned (Exif 2.32, 4.6.4), or 1 if its Exif block cannot be read."""
    exif = info.get("exif", b"")
    if not exif and "Raw profile type exif" in info:  # as ImageMagick writes it into a PNG
        exif = _unhex(info["Raw profile type exif"])
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2], ">")
    try:
        (at,) = struct.unpack_from(order + "I", exif, 4)
        (entries,) = struct.unpack_from(order + "H", exif, at)
        for start in range(at + 2, at + 2 + 12 * entries, 12):
            if struct.unpack_from(order + "HH", exif, start) == (274, 3):
                return struct.unpack_from(order + "H", exif, start + 8)[0]
    except struct.error:
        pass
    xmp = info.get("xmp") or info.get("XML:com.adobe.xmp", "").encode()
    found = re.search(rb'tiff:Orientation(?:="|>)([1-8])', xmp)
    return int(found[1]) if found else 1


def _unhex(text):
    try:
        return bytes.fromhex("".join(text.split("\n")[3:]))
    except ValueError:
        return b""


def _from_apart(found, most_pixels):
    """Turn an answer from the other process into a Frame, or into an error."""
    if "too_large" in found:
        _check_size(found["too_large"], most_pixels)
    if "fault" in found:
        raise FAULTS[found["fault"]]
    tags = found["tags"]
    if tags.get(SUBFILE_TYPE) == 1 or DNG_VERSION in tags:  # a thumbnail comes first
        raise ImageError(RAW_PHOTO)
    image, low = (
        Image.frombytes(found["mode"], found["size"], found[part]) if part in found else None
        for part in ("pixels", "low")
    )
    if found["palette"]:
        image.putpalette(found["palette"])
    image.info = found["info"]
    deep = _deep(image, low)
    if "planes" in found:
        planes = [Image.frombytes(mode, found["size"], data) for mode, data in found["planes"]]
        deep = np.stack([np.asarray(plane) for plane in planes], axis=2)
    top = 4095 if tags.get(BITS) == (12,) else 65535
    if deep is not None and tags.get(WHITE_OR_BLACK) == 0:  # 0 is white
        deep = top - deep
    return Frame(image, found["format"], deep, top, turned=found["turned"], frames=found["frames"])
