"""Colour profiles for the tests, built by hand as ICC.1:2010 has them."""

import struct

import numpy as np

D50 = (0.9642, 1.0, 0.8249)
D65, WHITE_50 = (0.3127, 0.3290), (0.3457, 0.3585)
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
PROPHOTO = ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001))
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def matrix(primaries, white):
    """Return the matrix from linear RGB to XYZ under D50, white adapted by Bradford."""
    xyz = np.array([(x / y, 1, (1 - x - y) / y) for x, y in (*primaries, white)]).T
    rgb = xyz[:, :3] * np.linalg.solve(xyz[:, :3], xyz[:, 3])
    scale = np.diag((BRADFORD @ D50) / (BRADFORD @ xyz[:, 3]))
    return np.linalg.inv(BRADFORD) @ scale @ BRADFORD @ rgb


def fixed(values):
    return b"".join(struct.pack(">i", round(value * 65536)) for value in np.ravel(values))


def curve(gamma):
    """Return a curve: a power, the five numbers of a parametric curve of type 3, or its bytes."""
    if isinstance(gamma, bytes):
        return gamma
    if isinstance(gamma, tuple):
        return b"para\0\0\0\0\0\3\0\0" + fixed(gamma)
    return b"curv" + struct.pack(">IIH", 0, 1, round(gamma * 256)) + b"\0\0"


def profile(space, tags, kind=b"mntr"):
    """Put tags together into a profile for a colour space: bytes."""
    name = b"made for a test"
    tags = {
        b"desc": b"desc" + struct.pack(">II", 0, len(name) + 1) + name + bytes(79),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + fixed(D50),
    } | tags
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for tag, data in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4xI4s4s4s12x4s28x", start + len(body), 0x02400000, kind, *space, b"acsp")
    head += fixed(D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def rgb(primaries, gamma, white=D65):
    """Return a profile of three primaries and a curve."""
    tags = {}
    for letter, colour in zip("rgb", matrix(primaries, white).T, strict=True):
        tags[f"{letter}XYZ".encode()] = b"XYZ \0\0\0\0" + fixed(colour)
        tags[f"{letter}TRC".encode()] = curve(gamma)
    return profile((b"RGB ", b"XYZ "), tags)


def grey(gamma):
    """Return a profile of greys."""
    return profile((b"GRAY", b"XYZ "), {b"kTRC": curve(gamma)})


def table(space, channels, function, side=9):
    """Return a profile whose colours stand in a table of Lab: `function` makes them, 0 to 1."""
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, side)] * channels, indexing="ij"), axis=-1)
    lab = np.rint(function(grid.reshape(-1, channels)).clip(0, 1) * 255).astype(np.uint8)
    identity = bytes(range(256))
    data = b"mft1\0\0\0\0" + bytes([channels, 3, side, 0]) + fixed(np.eye(3))
    data += identity * channels + lab.tobytes() + identity * 3
    return profile((space, b"Lab "), {b"A2B0": data}, b"prtr")


def film(values):
    """Return the Lab, 0 to 1, of a made-up RGB printer: darker, and of weak colours."""
    light = values @ (0.3, 0.6, 0.1)
    a, b = values[:, 0] - values[:, 1], (values[:, 0] + values[:, 1]) / 2 - values[:, 2]
    return np.stack([0.9 * light**0.8, 0.5 + 0.2 * a, 0.5 + 0.2 * b], axis=1)


def ink(values):
    """Return the Lab, 0 to 1, of made-up inks: cyan, magenta, yellow, black."""
    return film((1 - values[:, :3]) * (1 - values[:, 3:]))


PROFILES = {
    "Display P3": rgb(P3, SRGB_CURVE),
    "Adobe RGB": rgb(ADOBE, 563 / 256),
    "ProPhoto": rgb(PROPHOTO, 1.8, WHITE_50),
    "linear": rgb(SRGB, 1.0),
    "table": table(b"RGB ", 3, film),
}
