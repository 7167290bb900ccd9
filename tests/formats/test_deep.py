"""Step 1: numbers of 16 bits are rounded to the nearest of 8 bits, not cut."""

import struct
import zlib

import corpus
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmeans_lesson import load_image

COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # of a PNG, by the numbers a pixel has
HEIGHT, WIDTH = 16, 4096


def numbers(channels):
    """Return 16-bit numbers of which each occurs in every channel: (16, 4096, channels)."""
    every = np.arange(65536, dtype=np.uint16)
    rng = np.random.default_rng(0)
    return np.stack([every, *(rng.permutation(every) for _ in range(channels - 1))], 1).reshape(
        HEIGHT, WIDTH, channels
    )


def rounded(values):
    """Round 16-bit numbers to 8 bits: the oracle, in whole numbers."""
    return (values.astype(np.int64) * 255 + 32767) // 65535


def wanted(values):
    """Return what an image of those numbers looks like on white paper."""
    grey = values.shape[2] < 3
    eight = rounded(values)
    colours = np.repeat(eight[:, :, :1], 3, axis=2) if grey else eight[:, :, :3]
    if values.shape[2] in (1, 3):
        return colours
    alpha = eight[:, :, -1:]
    return np.rint((colours * alpha + 255 * (255 - alpha)) / 255)


def png(values, *chunks):
    rows = [row.astype(">u2").tobytes() for row in values]
    height, width, channels = values.shape
    return corpus.png(width, height, 16, COLOUR_TYPES[channels], rows, *chunks)


def tiff(values, order="<", compression=1, predictor=1, inks=False):
    """Build a TIFF of 16-bit numbers by hand."""
    height, width, channels = values.shape
    values = values.astype(order + "u2")
    if predictor == 2:
        values[:, 1:] -= values[:, :-1].copy()
    data = values.tobytes() if compression == 1 else zlib.compress(values.tobytes())
    kind = 5 if inks else 2 if channels > 2 else 1
    tags = {256: width, 257: height, 258: None, 259: compression, 262: kind, 273: None}
    tags |= {277: channels, 278: height, 279: len(data), 317: predictor}
    if channels in (2, 4) and not inks:
        tags[338] = 2
    start = 8 + 2 + 12 * len(tags) + 4
    tags[273] = start + 2 * channels
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "IH", 8, len(tags))
    for tag in sorted(tags):
        if tag == 258:
            place = start if channels > 2 else 0
            head += struct.pack(order + "HHII", tag, 3, channels, place)
            if channels == 1:
                head = head[:-4] + struct.pack(order + "HH", 16, 0)
        else:
            head += struct.pack(order + "HHII", tag, 4, 1, tags[tag])
    return head + bytes(4) + struct.pack(f"{order}{channels}H", *[16] * channels) + data


@pytest.fixture
def load(tmp_path):
    def load(data):
        (tmp_path / "image").write_bytes(data)
        return load_image(tmp_path / "image").astype(int)

    return load


@pytest.mark.parametrize("channels", COLOUR_TYPES)
def test_every_number_of_a_png_is_rounded(channels, load):
    values = numbers(channels)
    error = np.abs(load(png(values)) - wanted(values)).max()
    assert error == 0 if channels in (1, 3) else error <= 1


def test_a_thousand_of_65535_is_four(load):
    image = load(png(np.full((1, 1, 3), 1000, np.uint16)))
    assert image.tolist() == [[[4, 4, 4]]]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("compression", "predictor"), [(1, 1), (8, 1), (8, 2)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_number_of_a_tiff_is_rounded(channels, compression, predictor, order, load):
    values = numbers(channels)
    error = np.abs(load(tiff(values, order, compression, predictor)) - wanted(values)).max()
    assert error == 0 if channels in (1, 3) else error <= 1


def test_inks_of_16_bits_are_rounded_too(load):
    values = numbers(4)
    inks = 255 - rounded(values)
    right = inks[:, :, :3] * inks[:, :, 3:] / 255
    assert np.abs(load(tiff(values, inks=True)) - right).max() <= 1


@given(st.lists(st.integers(0, 65535), min_size=3, max_size=30), st.data())
def test_the_transparent_colour_is_told_from_its_neighbours(tmp_path_factory, row, data):
    path = tmp_path_factory.getbasetemp() / "transparent.png"
    for channels in (1, 3):
        values = np.array(row[: len(row) // 3 * 3], np.uint16).reshape(1, -1, channels)
        key = values[0, data.draw(st.integers(0, values.shape[1] - 1))]
        near = values.copy()
        near[0, 0, -1] ^= 1  # differs in the lowest bit
        path.write_bytes(png(near, corpus.chunk(b"tRNS", key.astype(">u2").tobytes())))
        right = wanted(near)
        right[(near == key).all(axis=2)] = 255
        assert (load_image(path) == right).all()


def test_an_interlaced_png_is_rounded_too(load):
    values = numbers(3)[:8, :8]
    rows = [  # the seven passes of Adam7
        values[y0::dy, x0::dx]
        for x0, y0, dx, dy in [
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ]
    ]
    data = b"".join(b"\0" + row.astype(">u2").tobytes() for part in rows for row in part)
    header = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 1)
    parts = [corpus.chunk(b"IHDR", header), corpus.chunk(b"IDAT", zlib.compress(data))]
    data = b"\x89PNG\r\n\x1a\n" + b"".join([*parts, corpus.chunk(b"IEND", b"")])
    assert (load(data) == wanted(values)).all()
