"""Palettes as files: other readers read what is written, and broken ones get one sentence."""

import doctest
import json
import re

import numpy as np
import pytest
from command_line import ROOT
from PIL import GimpPaletteFile, Image

from kmeans_lesson import kmeans, load_image, to_pixels
from kmeans_lesson.__main__ import main
from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.further import palettes
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


def test_its_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert doctest.testmod(palettes, extraglobs={"np": np}) == (0, 2)


# ---------------------------------------------------------------- the command

MARBLES, SUNSET = (str(ROOT / "data" / f"{name}.png") for name in ("marbles", "sunset"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def colours_of(file):
    return np.unique(np.asarray(Image.open(file).convert("RGB")).reshape(-1, 3), axis=0)


def test_the_palette_of_one_photo_paints_another(folder, capsys):
    assert main([MARBLES, "-k8", "-o", "a.png", "--palette", "a.json"]) == 0
    rows = json.loads((folder / "a.json").read_text())
    palette = load_palette("a.json")
    assert np.array_equal(np.unique(palette, axis=0), colours_of("a.png"))
    assert sum(row["share"] for row in rows) == pytest.approx(1, abs=1e-5)
    light = palette @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(light) > 0).all()

    assert main([SUNSET, "--use", "a.json", "-o", "b.png"]) == 0
    run = kmeans(to_pixels(load_image(SUNSET)), palette, 0)
    painted = palette[run.labels].reshape(load_image(SUNSET).shape)
    assert np.array_equal(load_image("b.png"), painted)
    assert "8 asked, 6 that any pixel is nearest to" in capsys.readouterr().out


def test_kept_colours_are_in_the_palette(folder, capsys):
    words = ["-k6", "--keep", "#000000", "ffffff", "-o", "a.png", "--palette", "a.hex"]
    assert main([MARBLES, *words]) == 0
    palette = load_palette("a.hex").tolist()
    assert len(palette) == 6
    assert [0, 0, 0] in palette
    assert [255, 255, 255] in palette
    assert "6 colours: #000000 #ffffff" in capsys.readouterr().out


def test_colours_that_meet_after_rounding_are_told(folder, capsys):
    Image.fromarray(np.uint8([[[0, 0, 0], [1, 1, 1], [1, 1, 1], [9, 9, 9]]])).save("p.png")
    assert main(["p.png", "-k3", "-o", "a.png", "--keep", "#000000"]) == 0
    assert "asked" not in capsys.readouterr().out
    (folder / "two.hex").write_text("010101\n010101\n")
    assert main(["p.png", "--use", "two.hex", "-o", "b.png"]) == 0
    assert "2 asked, 1 different after rounding" in capsys.readouterr().out


def test_an_album_s_palette_is_written(folder):
    words = ["--together", "-k4", "-o", "small", "--palette", "a.act"]
    assert main([MARBLES, SUNSET, *words]) == 0
    painted = [colours_of(folder / "small" / f"{name}.png") for name in ("marbles", "sunset")]
    both = np.unique(np.concatenate(painted), axis=0)
    assert np.array_equal(np.unique(load_palette("a.act"), axis=0), both)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["--use", "a.gpl", "-k3"], 2, "leave out -k, -n, --best and --keep"),
        (["--keep", "#000000", "--best"], 2, "--keep begins with colours drawn at random"),
        (["--keep", "black"], 2, "must be a colour such as #ff8000; got black"),
        ([SUNSET, "--use", "a.gpl"], 2, "--use and --keep are for one photo at a time"),
        (["--use", "none.gpl"], 1, "none.gpl does not exist"),
        (["--palette", "a.txt"], 1, "a.txt must end with one of"),
        (["--palette", "here.hex"], 1, "here.hex exists: choose another name with --palette"),
        (["--palette", "no/a.hex"], 1, "its folder does not exist"),
        (["--palette", "a.act", "-k257"], 1, "an .act has room for 256 colours; got 257"),
    ],
)
def test_a_mistake_gets_one_sentence_before_the_work(folder, capsys, words, status, told):
    (folder / "here.hex").write_text("keep me")
    try:
        found = main([MARBLES, *words])
    except SystemExit as end:
        found = end.code
    assert found == status
    assert re.search(re.escape(told), capsys.readouterr().err)
    assert [path.name for path in folder.iterdir()] == ["here.hex"]
    assert (folder / "here.hex").read_text() == "keep me"
