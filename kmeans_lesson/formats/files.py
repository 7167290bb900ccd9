"""Files: their names, opening them with care, and replacing them whole."""

import contextlib
import io
import os
import re
import stat
from pathlib import Path

from kmeans_lesson.formats.kinds import CHOOSE, ImageError

MISSING = "does not exist: check its spelling and its folder"
FORBIDDEN = "may not be read by you: change its permissions, or ask its owner for a copy"
NAME = "path must be the name of a file, or a file opened for bytes"
LONGEST = 4096  # a name has fewer bytes on every system; the content of a file mostly more


def short(value):
    """Return what came, as a message can show it: at most 200 characters."""
    text = value if isinstance(value, str) else " ".join(repr(value).split())
    return text if len(text) <= 200 else f"{text[:150]} ... {text[-45:]}"


def file_name(path):
    """Return the name of a file as a string, whether it is given as str, bytes or Path.

    `~` stands for the home folder, and quotes around a name, as Windows copies it, are left out.
    """
    data = isinstance(path, (bytes, bytearray, memoryview))
    if data and (len(path) > LONGEST or b"\0" in bytes(path)):
        raise ImageError(f"{NAME}; got {len(path)} bytes of content: wrap them in io.BytesIO")
    try:
        name = os.fsdecode(path)
        os.fsencode(name)
    except (TypeError, ValueError):
        name = "\0"
    if "\0" in name:
        raise ImageError(f"{NAME}; got {short(repr(path) if isinstance(path, str) else path)}")
    if len(name) > 2 and name[0] == name[-1] and name[0] in "\"'" and not os.path.lexists(name):
        name = name[1:-1]
    return os.path.expanduser(name)


def is_open_file(path):
    """Say whether a file was handed in open, and not by its name."""
    return hasattr(path, "read") or hasattr(path, "write")


def printable(path):
    """Return the name of a file as a message can show it, in one line."""
    if is_open_file(path):
        path = getattr(path, "name", None)
        if not isinstance(path, (str, bytes, os.PathLike)):  # a number, or none
            return "the open file"
    name = file_name(path)
    return short(name if name.isprintable() and name.strip() else repr(name))


def open_file(path):
    """Open an ordinary file for reading bytes; an ImageError says why it cannot be opened."""
    if is_open_file(path):
        return io.BytesIO(_content(path))
    name, shown = file_name(path), printable(path)
    try:
        mode = os.stat(name).st_mode  # before opening, which waits for ever at a pipe
        if stat.S_ISREG(mode):
            return open(name, "rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        web = re.match(r"(https?|ftp|s3|gs):/|data:image/|www\.", name, re.IGNORECASE)
        reason = "is a web address: download the image first" if web else MISSING
        raise ImageError(f"{shown} {reason}") from error
    except PermissionError as error:
        raise ImageError(f"{shown} {FORBIDDEN}") from error
    except OSError as error:
        raise ImageError(f"{shown} cannot be opened ({error.strerror}): check its name") from error
    what = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
    raise ImageError(f"{shown} is {what}, {CHOOSE}")


def _content(file):
    """Read an open file from its beginning, if it can go there, and leave it where it was."""
    wanted = "open it for reading bytes, as in open(name, 'rb')"
    try:
        place = file.tell() if file.seekable() else None
        if place is not None:
            file.seek(0)
        data = file.read()
        if place is not None:
            file.seek(place)
    except (AttributeError, OSError, ValueError) as error:  # closed, for writing, or not bytes
        raise ImageError(f"{printable(file)} cannot be read ({error}): {wanted}") from error
    if not isinstance(data, bytes):
        raise ImageError(f"{printable(file)} gives {type(data).__name__}, not bytes: {wanted}")
    return data


def write_file(file, data):
    """Write the bytes `data` to an open file, where it stands."""
    try:
        file.write(data)
    except (AttributeError, OSError, TypeError, ValueError) as error:  # closed, for reading or text
        reason = f"cannot be written ({error}): open it for writing bytes, as in open(name, 'wb')"
        raise ImageError(f"{printable(file)} {reason}") from error


def replace_file(path, data):
    """Write the bytes `data` to the file `path`: all of them, or the old file stays as it was.

    They go to a new file beside it that takes its place once it is complete on the disk.
    """
    target = Path(os.path.realpath(file_name(path)))  # through a link, to the file it stands for
    beside = target.with_name(f".{os.urandom(8).hex()}.tmp")
    old = os.path.lexists(target)
    try:
        if old and not target.is_file():
            raise OSError(0, "it is not an ordinary file")
        if old and not os.access(target, os.W_OK):
            raise OSError(0, "it is write-protected")
        with open(beside, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if old:
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(beside, target)
    except OSError as error:
        reason = f"cannot be written ({error.strerror}): check its folder and the space on the disk"
        raise ImageError(f"{printable(path)} {reason}") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
