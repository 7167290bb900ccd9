"""Step 1: whatever a file holds that the image leaves out or changes is told, in a short phrase."""

import io
import struct

import corpus
import numpy as np
import profiles
import pytest
from PIL import ExifTags, Image
from test_deep import numbers, png, tiff

from kmeans_lesson import load_image
from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.images import load_and_tell

FILES = corpus.files()
FRAMES = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
WHITE = "transparent parts are laid on white, which may take one of the K colours"


def saved(frame, kind="PNG", **options):
    buffer = io.BytesIO()
    frame.save(buffer, kind, **options)
    return buffer.getvalue()


def told(data):
    image, notes = load_and_tell(io.BytesIO(data))
    assert (image == load_image(io.BytesIO(data))).all()
    return notes


@pytest.mark.parametrize(
    "name", sorted(name for name in FILES if name.split("-")[1] in ("RGB", "L", "1", "P"))
)
def test_of_an_ordinary_file_there_is_nothing_to_tell(name):
    notes = told(FILES[name][0])
    assert notes == (["the largest of 8 sizes is taken"] if name.startswith("ICNS") else [])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_an_animation_or_several_pages(kind):
    data = saved(FRAMES[0], kind, save_all=True, append_images=FRAMES[1:])
    what = "pages" if kind == "TIFF" else "frames"
    assert told(data) == [f"the first of 3 {what} is taken"]


def test_an_icon_of_several_sizes():
    data = saved(corpus.scene().resize((64, 64)), "ICO", sizes=[(16, 16), (32, 32), (64, 64)])
    assert told(data) == ["the largest of 3 sizes is taken"]
    assert load_image(io.BytesIO(data)).shape == (64, 64, 3)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "GIF", "ICO", "AVIF"])
def test_transparent_parts(kind):
    frame = corpus.scene().convert("RGBA")
    options = {"ICO": {"sizes": [frame.size]}}.get(kind, {})
    assert told(saved(frame, kind, **options)) == []  # it could be transparent, but is not
    frame.putpixel((3, 3), (0, 0, 0, 0))
    assert told(saved(frame, kind, **options)) == [WHITE]


def test_a_transparent_colour_that_does_not_occur_is_not_told():
    frame = Image.new("L", (4, 4), 7)
    assert told(saved(frame, transparency=8)) == []
    assert told(saved(frame, transparency=7)) == [WHITE]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_turned_upright(kind):
    exif = Image.Exif()
    for orientation in range(1, 9):
        exif[ExifTags.Base.Orientation] = orientation
        notes = ["turned upright, as its Exif block asks"] * (orientation > 1)
        assert told(saved(corpus.scene(), kind, exif=exif)) == notes


def test_a_colour_profile_is_told_by_its_name():
    data = saved(corpus.scene(), icc_profile=profiles.PROFILES["Display P3"])
    assert told(data) == ["colours are converted from made for a test to sRGB"]
    assert told(saved(corpus.scene(), icc_profile=b"nonsense")) == []
    rows = [bytes(12)]
    p3 = corpus.png(4, 1, 8, 2, rows, corpus.chunk(b"cICP", bytes([12, 13, 0, 1])))
    assert told(p3) == ["colours are converted from Display P3 to sRGB"]
    dark = corpus.png(4, 1, 8, 2, rows, corpus.chunk(b"gAMA", struct.pack(">I", 100_000)))
    assert told(dark) == ["colours are converted from gamma 1 to sRGB"]


def test_a_profile_with_a_wild_name_stays_in_one_short_line():
    profile = profiles.PROFILES["Adobe RGB"].replace(b"made for a test", b"a\nb\x07c\x1b[1m<d>   ")
    (note,) = told(saved(corpus.scene(), icc_profile=profile))
    assert note.isprintable()
    assert len(note) < 100


@pytest.mark.parametrize("mode", ["CMYK", "LAB"])
def test_inks_and_lab(mode):
    (note,) = told(saved(corpus.scene().convert(mode), "TIFF"))
    assert note.startswith("colours are converted from ")
    assert note.endswith(" to sRGB")


@pytest.mark.parametrize("channels", [1, 3])
def test_more_than_8_bits(channels):
    notes = ["16 bits a channel are rounded to 8"]
    assert told(png(numbers(channels))) == notes
    assert told(tiff(numbers(channels))) == notes
    assert told(corpus.tiff(3, 1, b"\x00\x08\x00\xff\xf0", t258=12)) == [
        "12 bits a channel are rounded to 8"
    ]


def test_bits_of_a_jpeg_2000_that_cannot_be_had():
    deep = Image.fromarray(np.arange(1000, dtype=np.uint16).reshape(20, 50) * 65)
    assert told(saved(deep, "JPEG2000")) == ["16 bits a channel are rounded to 8"]
    for kind in ({}, {"no_jp2": True}):
        data = bytearray(saved(corpus.scene(), "JPEG2000", irreversible=True, **kind))
        at = data.index(b"\xff\x4f\xff\x51") + 42
        data[at : at + 9 : 3] = bytes([11] * 3)  # numbers of 12 bits
        assert told(bytes(data)) == [
            "what its numbers of 12 bits say beyond the first 8 is left out"
        ]


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


@pytest.mark.parametrize(
    ("part", "note"),
    [
        (
            segment(0xE1, b'http://ns.adobe.com/xap/1.0/\0<x hdrgm:Version="1.0"/>'),
            "the gain map, which makes it brighter on HDR screens, is left out",
        ),
        (segment(0xE2, b"MPF\0II*\0"), "a further image is left out"),
        (segment(0xE2, b"other"), None),
    ],
    ids=["gain map", "further image", "neither"],
)
def test_what_else_a_jpeg_holds(part, note):
    data = FILES["JPEG-RGB"][0]
    assert told(data[:2] + part + data[2:]) == ([note] if note else [])


def test_several_notes_come_in_one_order():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    frames = [frame.convert("RGBA") for frame in FRAMES]
    frames[0].putalpha(100)
    data = saved(
        frames[0],
        save_all=True,
        append_images=frames[1:],
        exif=exif,
        icc_profile=profiles.PROFILES["linear"],
    )
    assert [note.split()[0] for note in told(data)] == ["the", "turned", "colours", "transparent"]


def test_what_cannot_be_read_is_refused_as_by_load_image():
    with pytest.raises(ImageError, match="the open file is empty"):
        load_and_tell(io.BytesIO())
    assert np.ndim(load_and_tell(io.BytesIO(FILES["PNG-RGB"][0]))[0]) == 3
