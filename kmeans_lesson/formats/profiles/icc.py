"""ICC profiles made of curves and primaries (ICC.1:2010), read for numbers of more than 8 bits.

Pillow hands littleCMS 8 bits a channel, too few for the shadows of an image in linear light.
"""

import struct

import numpy as np

TABLES = {b"A2B0", b"A2B1", b"D2B0", b"D2B1"}  # a profile with one of them goes by it
PRIMARIES = (b"rXYZ", b"gXYZ", b"bXYZ")
CURVES = {"RGB": (b"rTRC", b"gTRC", b"bTRC"), "L": (b"kTRC",)}
PARAMETRIC = (1, 3, 4, 5, 7)  # how many numbers a parametric curve of each kind has


def light_and_matrix(profile, space):
    """Return what makes light of numbers from 0 to 1, and the matrix from there to XYZ.

    The light of black is taken away from all: black point compensation, as littleCMS has it.
    `space` is "RGB", or "L", whose greys have no matrix: then it is None. A profile that goes by
    tables or to Lab gives None alone; a broken one raises KeyError, ValueError or struct.error.
    """
    tags = _tags(profile)
    if TABLES & set(tags) or profile[20:24] != b"XYZ ":
        return None
    curves = [_curve(tags[name]) for name in CURVES[space]]

    def light(values):
        return np.stack([curve(values[:, i]) for i, curve in enumerate(curves)], axis=1)

    matrix, luminance = None, np.ones(1)
    if space == "RGB":
        matrix = np.array([_fixed(tags[name], 8, 3) for name in PRIMARIES]).T
        luminance = matrix[1]
    (black,) = light(np.zeros((1, len(curves)))) @ luminance
    return lambda values: (light(values) - black) / (1 - black), matrix


def _tags(profile):
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = [struct.unpack_from(">4sII", profile, 132 + 12 * i) for i in range(min(count, 100))]
    return {name: profile[start : start + size] for name, start, size in entries}


def _curve(data):
    """Read a tone curve: a function of arrays from 0 to 1."""
    if data[:4] == b"para":
        return _parametric(*struct.unpack_from(">H", data, 8), data)
    if data[:4] != b"curv":
        raise ValueError
    (count,) = struct.unpack_from(">I", data, 8)
    if count == 0:
        return lambda values: values
    if count == 1:
        (gamma,) = struct.unpack_from(">H", data, 12)
        return lambda values: values ** (gamma / 256)
    heights = np.frombuffer(data, ">u2", count, 12) / 65535
    return lambda values: np.interp(values, np.linspace(0, 1, count), heights)


def _parametric(kind, data):
    """Read a curve of numbers g, a, b, c, d, e, f: (a x + b) ** g + e from d on, else c x + f."""
    if kind >= len(PARAMETRIC):
        raise ValueError
    g, a, b, c, d, e, f = [*_fixed(data, 12, PARAMETRIC[kind]), *[0.0] * 6][:7]
    if kind == 0:
        a = 1.0
    elif kind <= 2:  # their c stands for e and f, and they begin where a x + b is 0
        if a == 0:
            raise ValueError
        c, d, e, f = 0.0, -b / a, c, c
    return lambda values: np.where(values >= d, (a * values + b).clip(0) ** g + e, c * values + f)


def _fixed(data, start, count):
    return [number / 65536 for number in struct.unpack_from(f">{count}i", data, start)]
