"""Files: their names, opening them with care, and replacing them whole."""

import contextlib
import os
import stat
from pathlib import Path

from kmeans_lesson.formats.kinds import CHOOSE, ImageError

MISSING = "does not exist: check its spelling and its folder"
FORBIDDEN = "may not be read by you: change its permissions, or ask its owner for a copy"


def file_name(path):
    """Return the name of a file as a string, whether it is given as str, bytes or Path."""
    with contextlib.suppress(TypeError, ValueError):
        if b"\0" not in os.fsencode(path):
            return os.fsdecode(path)
    raise ImageError(f"path must be the name of a file; got {path!r}")


def printable(path):
    """Return the name of a file as a message can show it, in one line."""
    name = file_name(path)
    return name if name.isprintable() and name.strip() else repr(name)


def open_file(path):
    """Open an ordinary file for reading bytes; an ImageError says why it cannot be opened."""
    shown = printable(path)
    try:
        mode = os.stat(path).st_mode  # before opening, which waits for ever at a pipe
        if stat.S_ISREG(mode):
            return open(path, "rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageError(f"{shown} {MISSING}") from error
    except PermissionError as error:
        raise ImageError(f"{shown} {FORBIDDEN}") from error
    except OSError as error:
        raise ImageError(f"{shown} cannot be opened ({error.strerror}): check its name") from error
    what = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
    raise ImageError(f"{shown} is {what}, {CHOOSE}")


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
