"""Decoding in a Python of its own, for kinds of files that make others write remarks.

libtiff writes straight to the error stream of its process, and Pillow warns of odd TIFF, AVIF and
icon files. In a process that runs this file as a script they reach nobody. It starts with the first
such file (about 0.1 s), waits for the next ones, and ends with the process that started it.
"""

import atexit
import collections
import contextlib
import io
import logging
import os
import pickle
import struct
import subprocess
import sys
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

WANTED_TAGS = (254, 258, 262, 50706)  # of a TIFF: kind of subfile, bits, white or black, DNG
OF_ALL_PLANES = (256, 257, 259, 266, 274, 278, 317, 322, 323)  # such as width and compression
OF_EACH_PLANE = (273, 279, 324, 325)  # where its parts are, and their lengths
WANTED_INFO = ("icc_profile", "transparency")
DEEP = ("L;16", "RGB;16", "RGBA;16", "RGBX;16", "CMYK;16")  # raw modes of Pillow, without order
OTHER = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}

BROKEN = (OSError, EOFError, pickle.UnpicklingError)  # a process that ends before it has answered

_waiting = collections.defaultdict(list)  # children that wait for work, by the process they serve


class TooLarge(Exception):
    """An image of more pixels than allowed; its argument is (width, height)."""


def ask(data, most_pixels):
    """Return what `answer` gives for the bytes of a file, worked out in another process."""
    waiting = _waiting[os.getpid()]  # a fork must not write into the pipes of its parent
    with contextlib.suppress(IndexError, *BROKEN):  # none waits, or it has been stopped
        return _talk(waiting.pop(), waiting, data, most_pixels)
    try:
        child = _start()
    except OSError:  # no processes in a browser, where nobody sees the remarks either
        return answer(data, most_pixels)
    try:
        return _talk(child, waiting, data, most_pixels)
    except BROKEN:
        return {"fault": "damaged"}  # it brought the library down


def _start():
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, "-P", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": paths},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _talk(child, waiting, data, most_pixels):
    try:
        pickle.dump((data, most_pixels), child.stdin, protocol=5)
        child.stdin.flush()
        found = pickle.load(child.stdout)
    except BaseException:  # also when the reader interrupts: no half answer is left in the pipe
        child.kill()
        child.stdout.close()
        child.wait()
        raise
    waiting.append(child)
    return found


@atexit.register
def _stop():
    while _waiting[os.getpid()]:
        with _waiting[os.getpid()].pop():
            pass  # closing its input ends it


def answer(data, most_pixels):
    """Decode the first image in the bytes of a file: a dict of plain values.

    "mode", "size", "pixels", "palette" and "info" are as in Pillow, "low" are the low bytes of
    16-bit colours, or "planes" all bytes of each channel, "tags" some of a TIFF's, "turned" tells
    of an image that was not upright, and "frames" is their number. An image that cannot be had
    gives "too_large" or "fault" alone.
    """
    try:
        with Image.open(io.BytesIO(data)) as frame:
            if frame.width * frame.height > most_pixels:
                raise TooLarge(frame.size)
            found = _decoded(frame)
        with Image.open(io.BytesIO(data)) as frame:
            tags = getattr(frame, "tag_v2", {})
            if tags.get(284) == 2 and tags.get(258, ())[1:2] == (16,):
                found["planes"] = [_plane(data, tags, i) for i in range(len(frame.getbands()))]
            elif take_low_bytes(frame):
                found["low"] = ImageOps.exif_transpose(frame).tobytes()
        return found
    except TooLarge as error:
        return {"too_large": error.args[0]}
    except MemoryError:
        return {"fault": "memory"}
    except UnidentifiedImageError:
        return {"fault": "unknown"}
    except Exception:  # a damaged file makes Pillow raise almost anything
        return {"fault": "damaged"}


def _decoded(frame):
    tags = getattr(frame, "tag_v2", {})
    found = {"format": frame.format, "tags": {tag: tags[tag] for tag in WANTED_TAGS if tag in tags}}
    orientation = tags.get(274)
    frame.load()  # turns a TIFF
    orientation = orientation or frame.getexif().get(274)
    ImageOps.exif_transpose(frame, in_place=True)
    found |= {"mode": frame.mode, "size": frame.size, "pixels": frame.tobytes()}
    found["palette"] = frame.getpalette() if "P" in frame.mode else None
    found["info"] = {key: frame.info[key] for key in WANTED_INFO if key in frame.info}
    return found | {"turned": orientation in range(2, 9), "frames": frame_count(frame)}


def frame_count(frame):
    """Return how many frames, pages or sizes an open file holds, as far as they can be found."""
    try:
        return len(frame.info.get("sizes", ())) or getattr(frame, "n_frames", 1)
    except Exception:  # a later frame is damaged
        return 1


def take_low_bytes(frame):
    """Have Pillow decode the low bytes of 16-bit colours, not the high ones: whether it can.

    It keeps the first or the second byte of a number, as the byte order in the name of the file's
    raw mode says; with the other order it keeps the other byte.
    """
    for i, tile in enumerate(frame.tile):
        raw_mode, *rest = tile.args if isinstance(tile.args, tuple) else (tile.args,)
        if str(raw_mode)[:-1] not in DEEP:
            return False
        other = (raw_mode[:-1] + OTHER[raw_mode[-1]]).replace("L;16L", "L;16")
        frame.tile[i] = tile._replace(args=(other, *rest))
    return bool(frame.tile)


def _plane(data, tags, number):
    """Return the mode and bytes of one channel of a TIFF that has one after the other, 16 bits.

    Pillow cuts such numbers or, where they are not compressed, reads them as if they had 8 bits;
    so the channel becomes a grey image, by a directory of its own at the end of the file.
    """
    order, head = {b"II": ("<", b"II*\0"), b"MM": (">", b"MM\0*")}[data[:2]]
    wanted = {258: (16,), 262: (1,), 277: (1,)}
    for tag in set(tags) & {*OF_ALL_PLANES}:
        wanted[tag] = (tags[tag],)
    for tag in set(tags) & {*OF_EACH_PLANE}:
        share = len(tags[tag]) // len(tags[258])
        wanted[tag] = tags[tag][number * share : (number + 1) * share]
    place, table, long = len(data) + 2 + 12 * len(wanted) + 4, b"", b""
    for tag, numbers in sorted(wanted.items()):
        values = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(numbers) > 1:
            values, long = struct.pack(order + "I", place + len(long)), long + values
        table += struct.pack(order + "HHI", tag, 4, len(numbers)) + values
    head += struct.pack(order + "I", len(data))
    count = struct.pack(order + "H", len(wanted))
    file = io.BytesIO(head + data[8:] + count + table + bytes(4) + long)
    with Image.open(file) as frame:
        frame = ImageOps.exif_transpose(frame)
        return frame.mode, frame.tobytes()


def _serve():
    warnings.simplefilter("ignore")
    logging.disable()

    def check_size(size, **_):
        if size[0] * size[1] > most_pixels:
            raise TooLarge(size)

    Image._decompression_bomb_check = check_size  # Pillow's own message names no width and height
    while True:
        try:
            data, most_pixels = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(answer(data, most_pixels), sys.stdout.buffer, protocol=5)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
