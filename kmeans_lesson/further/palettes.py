"""Palettes as files of other programs: GIMP's .gpl, a .hex list, Adobe's .act, and .json."""

import json
import os
import re
from pathlib import Path

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.formats.files import file_name, open_file, printable, replace_file
from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.report import codes

KINDS = (".gpl", ".hex", ".act", ".json")
ACT = 256  # colours that an .act has room for, of 3 bytes each
LARGEST = 10**6  # bytes; a palette of 65,536 colours has less in .hex
CODE = re.compile(r"#?([0-9a-fA-F]{6})")


def save_palette(path, palette, shares):
    """Write a palette in the format that the name of the file ends with.

    palette: (K, 3) uint8; shares: (K,), from 0 to 1, of the pixels, which .gpl and .json hold too.
    The file is replaced whole or not at all.

    >>> save_palette("two.hex", np.uint8([[0, 0, 0], [255, 128, 0]]), [0.25, 0.75])
    >>> load_palette("two.hex").tolist()
    [[0, 0, 0], [255, 128, 0]]
    """
    kind = checked_kind(path)
    palette = arguments.colours("palette", palette)
    _check_room(kind, len(palette))
    write = {".gpl": _gpl, ".hex": _hex, ".act": _act, ".json": _json}[kind]
    replace_file(path, write(palette.astype(np.uint8), np.asarray(shares, dtype=float)))


def load_palette(path):
    """Read the colours of a palette, (K, 3) uint8, in the order of the file.

    Raises ImageError, one sentence, where the file is none of the four kinds or is damaged.
    """
    kind = checked_kind(path)
    with open_file(path) as file:
        data = file.read(LARGEST + 1)
    read = {".gpl": _from_gpl, ".hex": _from_hex, ".act": _from_act, ".json": _from_json}[kind]
    try:
        palette = np.array(read(data), dtype=int)
        good = len(data) <= LARGEST and palette.ndim == 2 and palette.shape[1:] == (3,)
        good = good and len(palette) and palette.min() >= 0 and palette.max() <= 255
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        good = False
    if not good:
        raise ImageError(f"{printable(path)} is not a palette in the format of {kind} files")
    return palette.astype(np.uint8)


def checked_kind(path):
    """Return the ending of a palette's name, if it is one of the four."""
    kind = os.path.splitext(file_name(path))[1].lower()
    if kind not in KINDS:
        raise ValueError(f"{printable(path)} must end with one of {', '.join(KINDS)}")
    return kind


def checked_target(path, force, k):
    """Refuse, before the work, a palette of k colours that may not be written after it."""
    _check_room(checked_kind(path), k)
    name = printable(path)
    path = Path(file_name(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{name} cannot be written: its folder does not exist")
    if path.is_dir():
        raise IsADirectoryError(f"{name} is a folder: choose another name with --palette")
    if os.path.lexists(path) and not force:
        raise FileExistsError(f"{name} exists: choose another name with --palette, or add --force")


def _check_room(kind, k):
    if kind == ".act" and k > ACT:
        raise ValueError(f"an .act has room for {ACT} colours; got {k}: use .gpl")


def _gpl(palette, shares):
    rows = zip(palette.tolist(), codes(palette), shares, strict=True)
    lines = [
        "{:3} {:3} {:3}\t{} {:.1%}".format(*colour, code, share) for colour, code, share in rows
    ]
    return "\n".join(["GIMP Palette", "Name: K-means", "#", *lines, ""]).encode()


def _from_gpl(data):
    first, *lines = data.decode("utf-8-sig", "replace").splitlines()
    if first.strip() != "GIMP Palette":
        raise ValueError(first)
    head = re.compile(r"\s*(#|$|Name:|Columns:|Channels:)")
    return [[int(word) for word in line.split()[:3]] for line in lines if not head.match(line)]


def _hex(palette, shares):
    return "".join(f"{code[1:]}\n" for code in codes(palette)).encode()


def _from_hex(data):
    lines = data.decode("ascii").split()
    return [_colour(line) for line in lines]


def _act(palette, shares):
    table = palette.tobytes().ljust(3 * ACT, b"\0")
    return table + len(palette).to_bytes(2, "big") + b"\xff\xff"  # none is transparent


def _from_act(data):
    if len(data) not in (3 * ACT, 3 * ACT + 4):
        raise ValueError(len(data))
    many = int.from_bytes(data[3 * ACT : 3 * ACT + 2], "big") or ACT
    return np.frombuffer(data, np.uint8, 3 * ACT).reshape(ACT, 3)[:many]


def _json(palette, shares):
    rows = zip(codes(palette), shares.tolist(), strict=True)
    rows = [json.dumps({"hex": code, "share": round(share, 6)}) for code, share in rows]
    return ("[\n  " + ",\n  ".join(rows) + "\n]\n").encode()


def _from_json(data):
    return [_colour(row["hex"] if isinstance(row, dict) else row) for row in json.loads(data)]


def _colour(code):
    return list(bytes.fromhex(CODE.fullmatch(code)[1]))
