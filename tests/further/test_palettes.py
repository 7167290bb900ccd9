"""Palettes as files: other readers read what is written, and broken ones get one sentence."""

import json

import numpy as np
import pytest
from PIL import GimpPaletteFile

from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.further.palettes import KINDS, load_palette, save_palette

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", [1, 16, 256])
def test_what_is_written_is_read(tmp_path, kind, k):
    palette, shares = RNG.integers(0, 256, (k, 3), np.uint8), np.full(k, 1 / k)
    save_palette(tmp_path / f"some{kind}", palette, shares)
    assert np.array_equal(load_palette(tmp_path / f"some{kind}"), palette)


def test_gimp_s_palette_is_what_pillow_reads(tmp_path):
    palette = RNG.integers(0, 256, (16, 3), np.uint8)
    save_palette(tmp_path / "some.gpl", palette, np.full(16, 1 / 16))
    with open(tmp_path / "some.gpl", "rb") as file:
        found, _ = GimpPaletteFile.GimpPaletteFile(file).getpalette()
    assert found[:48] == palette.tobytes()
    assert "6.2%" in (tmp_path / "some.gpl").read_text()


def test_the_other_three_byte_by_byte(tmp_path):
    palette, shares = np.uint8([[0, 0, 0], [255, 128, 1]]), [0.25, 0.75]
    for kind in KINDS:
        save_palette(tmp_path / f"some{kind}", palette, shares)
    assert (tmp_path / "some.hex").read_text() == "000000\nff8001\n"
    act = b"\0\0\0\xff\x80\x01" + bytes(762) + b"\0\x02\xff\xff"
    assert (tmp_path / "some.act").read_bytes() == act
    told = json.loads((tmp_path / "some.json").read_text())
    assert told == [{"hex": "#000000", "share": 0.25}, {"hex": "#ff8001", "share": 0.75}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gpl", b""),
        ("a.gpl", b"JASC-PAL\n1 2 3\n"),
        ("a.gpl", b"GIMP Palette\n1 2\n"),
        ("a.gpl", b"GIMP Palette\n1 2 256\n"),
        ("a.hex", b""),
        ("a.hex", b"12345\n"),
        ("a.hex", b"\xff\xfe1\0"),
        ("a.act", bytes(771)),
        ("a.json", b"{"),
        ("a.json", b"[]"),
        ("a.json", b"3"),
        ("a.json", b'[{"share": 1}]'),
        ("a.json", b"[1, 2]"),
        ("a.json", b"[" * 5000),
        ("a.hex", b"000000\n" * 200_000),
    ],
)
def test_a_broken_one_gets_one_sentence(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImageError, match=f"{name} is not a palette in the format of") as told:
        load_palette(tmp_path / name)
    assert "\n" not in str(told.value)


def test_names_and_sizes_that_do_not_fit(tmp_path):
    with pytest.raises(ValueError, match=r"some.png must end with one of .gpl, .hex, .act, .json"):
        load_palette("some.png")
    with pytest.raises(ImageError, match="does not exist"):
        load_palette(tmp_path / "some.gpl")
    with pytest.raises(ValueError, match=r"an .act has room for 256 colours; got 257"):
        save_palette(tmp_path / "some.act", np.zeros((257, 3), np.uint8), np.zeros(257))
    assert not list(tmp_path.iterdir())
