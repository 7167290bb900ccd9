"""Files: opened with care, called by their name when they hold no image, and replaced whole."""

import contextlib
import os
import re
import secrets
import stat
from pathlib import Path

CONVERT = "open it in another program and save it as JPEG or PNG"
CHOOSE = "choose an image instead, such as a JPEG or PNG file"
AGAIN = "copy or download it again"
UNKNOWN = f"is not an image of a kind that can be read here: {CHOOSE}"
DAMAGED = f"is damaged, cut short or of a rare kind: {AGAIN}, or save it as PNG in another program"
RAW_PHOTO = f"is a camera's raw photo: {CONVERT}"

# How files begin that people take for images, and what to say of each; the first that fits counts.
KINDS = [
    (rb"\Z", f"is empty: {AGAIN}"),
    (rb".{4}ftyp.{,28}?avi[fs]", f"is an AVIF image that cannot be read here: {CONVERT}"),
    (rb".{4}ftyp.{,28}?(hei|hev|mif1)", f"is a HEIC photo, as an iPhone takes them: {CONVERT}"),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", f"is a JPEG XL image: {CONVERT}"),
    (rb"II\*\0.{4}CR|II(RO|RS|U\0)|MMOR|FUJIFILM|FOVb|II.{4}HEAP|\0MRM|.{4}ftypcrx", RAW_PHOTO),
    (rb"%PDF", f"is a PDF document: {CONVERT}"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", f"is a PostScript drawing: {CONVERT}"),
    (rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF", f"is a Windows drawing (WMF or EMF): {CONVERT}"),
    (rb"(<(\?xml|!--|!DOCTYPE svg).*)?<svg", f"is an SVG drawing, not made of pixels: {CONVERT}"),
    (rb"(?i:<(!doctype html|html|head|body|!--))", f"is a web page, not an image: {CHOOSE}"),
    (rb"\x93NUMPY|PK\x03\x04", f"is numpy data or a zip archive, not an image: {CHOOSE}"),
    (rb"\x1f\x8b|BZh|7z\xbc\xaf|Rar!|\xfd7zXZ", f"is an archive, not an image: {CHOOSE}"),
    (rb".{128}DICM", f"is a medical DICOM file, not an image here: {CHOOSE}"),
    (rb"SIMPLE  =|\x89HDF|GRIB|BUFR", f"is a file of measurements, not an image: {CHOOSE}"),
    (rb".{4}(ftyp|moov|mdat|wide|free|skip)", f"is a video, not an image: {CHOOSE}"),
    (rb"RIFF.{4}AVI |\x1aE\xdf\xa3|\0\0\x01[\xb3\xba]|FLV", f"is a video, not an image: {CHOOSE}"),
    (rb"ID3|OggS|fLaC|RIFF.{4}WAVE", f"is a sound, not an image: {CHOOSE}"),
    (rb"\0*\Z", f"holds nothing but zeros: {AGAIN}"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|P[1-7]\s|II[*+]\0|MM\0[*+]|RIFF.{4}WEBP|8BPS", DAMAGED),
    (rb"#define|/\* XPM", DAMAGED),
    (rb"[^\0-\x08\x0e-\x1a\x1c-\x1f]*\Z", f"is a text, not an image: {CHOOSE}"),
    (rb"BM", DAMAGED),
]


class ImageError(ValueError):
    """A file that cannot be read as an image, or cannot be written."""


def file_name(path):
    """Return the name of a file as a string, whether it is given as str, bytes or Path."""
    try:
        name = os.fsencode(path)
    except (TypeError, ValueError) as error:
        raise ImageError(f"path must be the name of a file; got {path!r}") from error
    if b"\0" in name:
        raise ImageError(f"path must be the name of a file, without zeros in it; got {path!r}")
    return os.fsdecode(name)


def printable(path):
    """Return the name of a file as a message can show it, in one line."""
    name = file_name(path)
    return name if name.isprintable() and name.strip() else repr(name)


def open_file(path):
    """Open an ordinary file for reading bytes; an ImageError says why it cannot be opened."""
    name, shown = file_name(path), printable(path)
    try:
        mode = os.stat(name).st_mode  # before opening, which waits for ever at a pipe
        if stat.S_ISREG(mode):
            return open(name, "rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageError(f"{shown} does not exist: check its spelling and its folder") from error
    except PermissionError as error:
        reason = "may not be read by you: change its permissions, or ask its owner for a copy"
        raise ImageError(f"{shown} {reason}") from error
    except (OSError, ValueError) as error:
        raise ImageError(f"{shown} cannot be opened ({_reason(error)}): check its name") from error
    what = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
    raise ImageError(f"{shown} is {what}, not an image: {CHOOSE}")


def first_bytes(file):
    """Return the first bytes of an open file, by which its kind is known."""
    file.seek(0)
    return file.read(1024)


def describe(head, otherwise):
    """Say what a file is, from its first bytes, and what to do; `otherwise` if that is unknown."""
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    fitting = (words for start, words in KINDS if re.match(start, head, re.DOTALL))
    return next(fitting, otherwise)


def replace_file(path, data):
    """Write the bytes `data` to the file `path`: all of them, or the old file stays as it was.

    They go to a new file beside it that takes its place once it is complete on the disk.
    """
    target = os.path.realpath(file_name(path))  # through a link, to the file it stands for
    beside = Path(target).with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        old = _mode_of(target)
        with open(beside, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if old is not None:
            beside.chmod(stat.S_IMODE(old))
        os.replace(beside, target)
    except (OSError, ValueError) as error:
        reason = f"cannot be written ({_reason(error)}): check its folder and the space on the disk"
        raise ImageError(f"{printable(path)} {reason}") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _mode_of(target):
    """Return the permissions of a file that may be replaced, or None if there is none yet."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(0, "it is not an ordinary file")
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "it is write-protected")
    return mode


def _reason(error):
    return getattr(error, "strerror", None) or error
