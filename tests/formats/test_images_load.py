"""Step 1: files of every kind become the same sort of array, or are refused in words."""

import contextlib
import io
import os
import random
import subprocess
import sys
import textwrap
import warnings

import corpus
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from kmeans_lesson import load_image
from kmeans_lesson.formats.kinds import UNKNOWN, ImageError, describe

FILES = corpus.files()
CHILD_TIME = 600  # seconds, for a busy machine
before_13 = pytest.mark.skipif(corpus.BEFORE_13, reason="Pillow reads it rightly from 13 on")


@pytest.fixture
def load(tmp_path):
    """Load the bytes of a file."""

    def load(data):
        path = tmp_path / "image"
        path.write_bytes(data)
        return load_image(path)

    return load


def saved(frame, kind="PNG", **options):
    buffer = io.BytesIO()
    frame.save(buffer, kind, **options)
    return buffer.getvalue()


def refused(path):
    """Return the one line that refuses a path."""
    with pytest.raises(ImageError) as caught:
        load_image(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


# ------------------------------------------------------------------------------- the right pixels


def wanted(mode):
    """Return what an image of `corpus.modes()` should look like, by plain arithmetic."""
    values = np.asarray(corpus.modes()[mode]).astype(float)
    if mode == "RGB":
        return values
    if mode in ("1", "L"):
        return np.repeat(values[:, :, None] * (255 if mode == "1" else 1), 3, axis=2)
    if mode == "P":
        palette = np.reshape(corpus.modes()[mode].getpalette(), (-1, 3))
        return palette[values.astype(int)]
    if mode == "I;16":
        return np.repeat(values[:, :, None] / 257, 3, axis=2)
    if mode in ("LA", "RGBA"):
        alpha = values[:, :, -1:] / 255
        return np.broadcast_to(values[:, :, :-1], (*values.shape[:2], 3)) * alpha + 255 * (
            1 - alpha
        )
    if mode == "CMYK":
        return (255 - values[:, :, :3]) * (255 - values[:, :, 3:]) / 255
    return wanted("RGB")  # YCbCr and LAB are the scene in other coordinates


@pytest.mark.parametrize("name", FILES)
def test_every_kind_and_mode_is_read_right(name, load):
    data, mode = FILES[name]
    kind = name.split("-")[0]
    image = load(data)
    assert image.dtype == np.uint8
    if kind == "ICNS":  # icons for a Mac come in sizes of their own
        assert image.shape[2] == 3
        return
    assert image.shape == (corpus.HEIGHT, corpus.WIDTH, 3)
    if mode == "I;16" and kind not in ("PNG", "TIFF", "PPM", "JPEG2000"):
        return  # Pillow cuts 16 bits off when it writes the other kinds
    if mode == "RGBA" and kind in ("BMP", "DIB", "PPM"):
        mode = "RGB"  # Pillow does not write the alpha of these kinds
    error = np.abs(image - wanted(mode))
    if kind in corpus.ROUGH or mode in ("YCbCr", "LAB"):
        assert error.mean() < 12
    elif kind == "GIF" and mode not in ("1", "L", "P"):
        assert image.shape[2] == 3  # at most 256 colours, and none half transparent
    else:
        assert error.max() <= 1


def test_the_array_is_the_callers_own(load):
    image = load(FILES["PNG-RGB"][0])
    image[0, 0] = 1
    assert image.flags.c_contiguous


TURNED = {
    2: lambda image: image[:, ::-1],
    3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1],
    5: lambda image: image.transpose(1, 0, 2),
    6: lambda image: np.rot90(image, -1),
    7: lambda image: image[::-1, ::-1].transpose(1, 0, 2),
    8: lambda image: np.rot90(image, 1),
}


@pytest.mark.parametrize("orientation", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 65_535])
@pytest.mark.parametrize(
    ("kind", "mode"),
    [(kind, mode) for kind in ("PNG", "TIFF") for mode in ("RGB", "L", "P", "I;16")]
    + [(kind, mode) for kind in ("WEBP", "JPEG") for mode in ("RGB", "L")],
)
def test_images_are_turned_upright(kind, orientation, mode, load):
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100, "subsampling": 0}}.get(kind, {})
    frame = corpus.modes()[mode]
    plain = load(saved(frame, kind, **options))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image = load(saved(frame, kind, exif=exif, **options))
    assert (image == TURNED.get(orientation, lambda image: image)(plain)).all()


@pytest.mark.parametrize("exif", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\xff", b"x"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_broken_exif_block_does_not_matter(kind, exif, load):
    plain = load(saved(corpus.scene(), kind))
    assert (load(saved(corpus.scene(), kind, exif=exif)) == plain).all()


def test_the_orientation_counts_where_the_rest_of_the_exif_block_is_broken(load):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.XResolution] = 72.0
    broken = exif.tobytes().replace(b"\x01\x1a\0\5", b"\x01\x1a\0\2")  # a number that is a text
    image = load(saved(corpus.scene(), exif=broken))
    assert (image == np.rot90(np.asarray(corpus.scene()), -1)).all()


def test_an_orientation_in_xmp_counts(load):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", '<x:xmpmeta tiff:Orientation="6"></x:xmpmeta>')
    assert load(saved(corpus.scene(), pnginfo=info)).shape == (corpus.WIDTH, corpus.HEIGHT, 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_the_first_frame_counts(kind, load):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert (load(data) == (255, 0, 0)).all()


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_the_transparent_grey_of_a_png_shows_white(bits, load):
    top = 2**bits - 1
    values = [0, top, top // 2, 0] if bits > 1 else [0, 1, 1, 0]
    row = sum(value << bits * (3 - i) for i, value in enumerate(values))
    row = (row << -4 * bits % 8).to_bytes(-(-4 * bits // 8), "big")
    for key in set(values):
        transparent = corpus.chunk(b"tRNS", key.to_bytes(2, "big"))
        image = load(corpus.png(4, 1, bits, 0, [row], transparent))
        grey = [255 if value == key else round(value * 255 / top) for value in values]
        assert np.abs(image[0].astype(int) - np.array(grey)[:, None]).max() <= 1


@pytest.mark.parametrize("bits", [8, 16])
def test_the_transparent_colour_of_a_png_shows_white(bits, load):
    top = 2**bits - 1
    colours = [(0, 0, 0), (top, 0, 0), (top // 3, top // 5, top // 7), (top, top, top)]
    row = b"".join(value.to_bytes(bits // 8, "big") for colour in colours for value in colour)
    for key in colours:
        data = b"".join(value.to_bytes(2, "big") for value in key)
        image = load(corpus.png(4, 1, bits, 2, [row], corpus.chunk(b"tRNS", data)))
        shown = [(top, top, top) if colour == key else colour for colour in colours]
        assert np.abs(image[0] - np.array(shown) * 255 / top).max() <= 1


def test_transparent_palettes_show_white(load):
    frame = Image.fromarray(np.array([[0, 1, 2]], np.uint8))
    frame.putpalette([200, 0, 0, 0, 200, 0, 0, 0, 200])
    one = load(saved(frame, transparency=1))
    assert one.tolist() == [[[200, 0, 0], [255, 255, 255], [0, 0, 200]]]
    some = load(saved(frame, transparency=b"\xff\x80\x00"))
    assert some.tolist() == [[[200, 0, 0], [127, 227, 127], [255, 255, 255]]]
    assert (load(saved(frame, "GIF", transparency=1)) == one).all()


@pytest.mark.parametrize(
    ("data", "tags", "grey"),
    [
        (np.array([0, 257, 65_535], "<u2").tobytes(), {"t258": 16}, [0, 1, 255]),
        (np.array([0, 257, 65_535], "<u2").tobytes(), {"t258": 16, "t262": 0}, [255, 254, 0]),
        (b"\x00\x08\x00\xff\xf0", {"t258": 12}, [0, 128, 255]),
        (b"\x00\x07\xff", {"t258": 8, "t262": 0}, [255, 248, 0]),
    ],
)
def test_deep_and_inverted_grey_in_tiff(data, tags, grey, load):
    image = load(corpus.tiff(3, 1, data, **tags))
    assert image.tolist() == [[[value] * 3 for value in grey]]


@before_13
def test_grey_multiplied_by_its_alpha_in_tiff(load):
    data = bytes([0, 0, 64, 128, 200, 255])
    tags = {"t258": 8 << 16 | 8, "t277": 2, "t338": 1}
    tags = corpus.tiff(3, 1, data, **tags).replace(
        b"\x02\x01\x04\0\1\0\0\0\x08\0\x08\0", b"\x02\x01\x03\0\2\0\0\0\x08\0\x08\0"
    )
    assert np.abs(load(tags)[0, :, 0].astype(int) - [255, 64 + 127, 200]).max() <= 1


def test_kinds_are_known_by_content_and_not_by_suffix(tmp_path):
    for name in ("photo.jpg", "photo.txt", "photo", "photo.svg"):
        (tmp_path / name).write_bytes(FILES["PNG-RGB"][0])
        assert (load_image(tmp_path / name) == np.asarray(corpus.scene())).all()


NAMES = ["two words.png", "Grüße-日本-🙂.png", "%03d.png", "[1].png", "#1.png", "-o.png"]
NAMES += [
    "x" * 200 + ".png",
    "imageio:chelsea.png",
    "<screen>",
    "star*.png",
    "new\nline.png",
    "a\\b",
]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        with open(name, "xb") as file:
            file.write(FILES["PNG-RGB"][0])
    except OSError:
        pytest.skip("this system has no such names")
    for path in (name, tmp_path / name, os.fsencode(name)):
        assert (load_image(path) == np.asarray(corpus.scene())).all()


# ------------------------------------------------------------------------------- refused in words


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"", "is empty"),
        (b"\0" * 3000, "nothing but zeros"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC photo"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC photo"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "raw photo"),
        (b"\xff\x0a\xfa\x1f\x41", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"II*\0\x10\0\0\0CR\2\0", "raw photo"),
        (b"FUJIFILMCCD-RAW 0201", "raw photo"),
        (b"%PDF-1.7\n%", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', "SVG"),
        (b"<svg width='3'/>", "SVG"),
        (b"\n<!DOCTYPE html><html><body><svg/></body>", "web page"),
        (b"<HTML><HEAD>", "web page"),
        (b"Not found. Please log in.\n", "is a text"),
        ("Grüße".encode(), "is a text"),
        (b"PK\3\4\x14\0\0\0", "numpy data or a zip archive"),
        (b"\x93NUMPY\1\0", "numpy data or a zip archive"),
        (bytes(128) + b"DICM" + bytes(90), "DICOM"),
        (b"SIMPLE  =                    T", "measurements"),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2mp41", "video"),
        (b"RIFF\x20\0\0\0AVI LIST", "video"),
        (b"RIFF\x20\0\0\0WAVEfmt ", "sound"),
        (b"\xd7\xcd\xc6\x9a" + bytes(40), "Windows drawing"),
        (b"\x1f\x8b\x08\0", "archive"),
        (b"\x89PNG\r\n\x1a\n" + b"nonsense" * 9, "damaged"),
        (b"\xff\xd8\xff\xe0 nonsense", "damaged"),
        (b"GIF89a", "damaged"),
        (b"P6 nonsense", "damaged"),
        (b"BM\1\2\3\4\0\0\0\0", "damaged"),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", "damaged"),
        (b"qoif\0\0\0\x09\0\0\0\x09\3\0\xfe", "damaged"),
        (b"\x01\x02\x03\x04\x05\x06", "not an image of a kind"),
    ],
)
def test_what_is_no_image_is_called_by_its_name(start, words, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(start)
    message = refused(path)
    assert message.startswith(f"{path} ")
    assert words in message
    assert ": " in message  # what to do


@given(st.binary(max_size=300))
def test_whatever_a_file_begins_with_there_are_words_for_it(start):
    assert ": " in describe(start, UNKNOWN)


def test_numpy_files_and_videos_are_not_read_as_images(tmp_path):
    np.savez(tmp_path / "a.npz", np.zeros((4, 4, 3), np.uint8))
    np.save(tmp_path / "a.npy", np.zeros((4, 4, 3), np.uint8))
    for name in ("a.npz", "a.npy"):
        assert "numpy data" in refused(tmp_path / name)


@pytest.mark.parametrize(
    "tags", [{"t254": 1}, {"t50706": 1}], ids=["thumbnail first", "says that it is a DNG"]
)
def test_the_thumbnail_of_a_raw_photo_is_not_taken_for_the_photo(tags, tmp_path):
    (tmp_path / "a.dng").write_bytes(corpus.tiff(3, 1, b"\0\7\xff", t258=8, **tags))
    assert "raw photo" in refused(tmp_path / "a.dng")


@pytest.mark.parametrize("mode", ["F", "I"])
def test_measurements_are_refused(mode, tmp_path):
    Image.new(mode, (4, 4)).save(tmp_path / "a.tif")
    assert "measurements" in refused(tmp_path / "a.tif")


@pytest.mark.parametrize("kind", ["EPS", "SPIDER"])
def test_what_only_pillow_takes_for_images(kind, tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", lambda *arguments: calls.append(1))
    corpus.scene().convert("L").save(tmp_path / "a", kind)
    assert "PostScript" in refused(tmp_path / "a") or kind == "SPIDER"
    assert not calls  # no program is run to draw it


def test_a_sky_map_in_shades_of_grey_is_refused_like_other_measurements(tmp_path):
    cards = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 4", "NAXIS2  = 4", "END"]
    header = "".join(card.replace("= ", "=".ljust(22)).ljust(80) for card in cards)
    (tmp_path / "a.fits").write_bytes(header.ljust(2880).encode() + bytes(2880))
    with Image.open(tmp_path / "a.fits") as frame:
        assert frame.size == (4, 4)  # Pillow can read it
    assert "measurements" in refused(tmp_path / "a.fits")


def test_drawings_of_windows_are_refused_on_windows_too(tmp_path, monkeypatch):
    class Handler:
        def open(self, frame):
            frame._mode = "RGB"

        def load(self, frame):
            return Image.new("RGB", frame.size)

    at = "PIL.WmfImagePlugin"
    monkeypatch.setattr(f"{at}._handler", Handler(), raising=corpus.BEFORE_13)
    monkeypatch.setattr(f"{at}.WmfStubImageFile._handler", Handler(), raising=not corpus.BEFORE_13)
    box = np.array([0, 0, 100, 100, 1440], "<i2").tobytes()
    header = b"\xd7\xcd\xc6\x9a\0\0" + box + bytes(6) + b"\1\0\x09\0" + bytes(50)
    (tmp_path / "a.wmf").write_bytes(header)
    assert "Windows drawing" in refused(tmp_path / "a.wmf")


def test_memory_that_does_not_suffice(tmp_path, monkeypatch):
    def fail(*arguments):
        raise MemoryError

    (tmp_path / "a.png").write_bytes(FILES["PNG-RGB"][0])
    monkeypatch.setattr("kmeans_lesson.formats.decode.decode_frame", fail)
    assert "does not fit the memory" in refused(tmp_path / "a.png")


def test_missing_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    for path in ("no.png", "no/no.png", "file/no.png", "<clipboard>"):
        assert refused(path) == f"{path} does not exist: check its spelling and its folder"
    assert refused("two\nlines.png").startswith("'two\\nlines.png' does not exist")
    assert refused("").startswith("'' does not exist")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert "does not exist" in refused("dangling")


@pytest.mark.parametrize("path", [3, 0, None, 2.5, [], "a\0b.png", "\ud800.png"])
def test_what_is_no_name_at_all(path):
    assert "name of a file" in refused(path) or "does not exist" in refused(path)


def test_folders_and_names_that_are_too_long(tmp_path):
    assert "is a folder" in refused(tmp_path)
    assert "cannot be opened" in refused("x" * 5000) or "does not exist" in refused("x" * 5000)


def test_loops_of_links(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "cannot be opened" in refused(tmp_path / "a")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes and devices among its files")
def test_pipes_and_devices_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    code = """
        import sys
        from kmeans_lesson.images import ImageError, load_image
        for path in sys.argv[1:]:
            try:
                load_image(path)
            except ImageError as error:
                print(error)
    """
    lines = child(code, tmp_path / "pipe", "/dev/zero").stdout.splitlines()
    assert [line.split(":")[0].split(" is ")[1] for line in lines] == [
        "a device or a pipe, not an image"
    ] * 2


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="nothing is forbidden to this user")
def test_files_that_may_not_be_read(tmp_path):
    (tmp_path / "a.png").write_bytes(FILES["PNG-RGB"][0])
    (tmp_path / "a.png").chmod(0)
    assert "may not be read" in refused(tmp_path / "a.png")


@pytest.mark.parametrize("megapixels", [0, -1, float("nan"), "5", None])
def test_a_senseless_limit_is_refused(megapixels, tmp_path):
    with pytest.raises(ValueError, match="max_megapixels must be a number above 0; got"):
        load_image(tmp_path, max_megapixels=megapixels)


def test_the_limit_is_what_the_caller_says(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(FILES["PNG-RGB"][0])
    pixels = corpus.WIDTH * corpus.HEIGHT
    assert load_image(path, max_megapixels=pixels / 1e6).shape[2] == 3
    with pytest.raises(ImageError, match=r"is 23 x 17 pixels, more than 0\.00039 megapixels"):
        load_image(path, max_megapixels=(pixels - 1) / 1e6)


def test_the_error_of_the_library_is_kept(tmp_path):
    (tmp_path / "a.png").write_bytes(FILES["PNG-RGB"][0][:100])
    with pytest.raises(ImageError) as caught:
        load_image(tmp_path / "a.png")
    assert isinstance(caught.value.__cause__, OSError)


# ------------------------------------------------------------------------------- hostile files


def child(code, *arguments):
    """Run code in a Python of its own."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=CHILD_TIME)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory was used")
def test_bombs_cost_no_memory(tmp_path):
    for name, data in corpus.bombs().items():
        (tmp_path / name).write_bytes(data)
    code = """
        import sys
        from pathlib import Path
        from PIL import Image
        from kmeans_lesson.images import ImageError, load_image

        def peak():  # in megabytes
            lines = Path("/proc/self/status").read_text().splitlines()
            return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024

        Image.init()
        before = peak()
        for path in sorted(Path(sys.argv[1]).iterdir()):
            try:
                load_image(path)
            except ImageError as error:
                reason = str(error)[len(str(path)) :]
            else:
                reason = "loaded"
            print(path.name, int(peak() - before), reason, sep="\\t")
    """
    rows = [line.split("\t") for line in child(code, tmp_path).stdout.splitlines()]
    assert [row[0] for row in rows] == sorted(corpus.bombs())
    damaged = ["text in a PNG", *["WebP"] * corpus.BEFORE_13]
    for name, megabytes, reason in rows:
        assert int(megabytes) < 40, name
        assert ("damaged" if name in damaged else "more than 50 megapixels") in reason, name
    reasons = {name: reason for name, _, reason in rows}
    sides = {"PNG": 12_000, "PNG in an icon": 12_000, "PNG in a Mac icon": 12_000}
    sides |= {"JPEG": 65_500, "GIF": 65_535, "WebP": 16_383}
    for name, side in sides.items() - {(name, sides.get(name)) for name in damaged}:
        assert reasons[name].startswith(f" is {side} x {side} pixels, more than"), name


@pytest.mark.skipif(not corpus.BEFORE_13, reason="Pillow reads all that it writes from 13 on")
@pytest.mark.parametrize("name", sorted(corpus.RARE))
def test_what_an_older_pillow_cannot_read_is_refused(name, tmp_path):
    (tmp_path / "image").write_bytes(corpus.written()[name][0])
    assert "damaged, cut short or of a rare kind" in refused(tmp_path / "image")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[before_13] * name.startswith("DDS")) for name in FILES]
)
def test_files_cut_short_are_refused_or_whole(name, load):
    data = FILES[name][0]
    whole = load(data)
    for share in np.linspace(0, 1, 12, endpoint=False):
        try:
            image = load(data[: int(len(data) * share)])
        except ImageError:
            continue
        assert np.array_equal(image, whole)


def spoilt(data, seed):
    """Return `data` with bytes changed, removed, or taken from elsewhere."""
    rnd, data = random.Random(seed), bytearray(data)
    for _ in range(rnd.choice([1, 3, 10])):
        at = rnd.randrange(rnd.choice([64, len(data)])) % len(data)
        action = rnd.choice(["change", "change", "remove", "repeat"])
        if action == "change":
            data[at] = rnd.choice([0, 1, 127, 128, 255, rnd.randrange(256)])
        elif action == "remove" and len(data) > at + 9:
            del data[at : at + rnd.randrange(9)]
        else:
            data[at:at] = data[at : at + rnd.randrange(99)]
    return bytes(data)


@settings(max_examples=1500)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 2**32))
def test_spoilt_files_are_read_or_refused_and_nothing_else(tmp_path_factory, name, seed):
    path = tmp_path_factory.getbasetemp() / "spoilt"
    path.write_bytes(spoilt(FILES[name][0], seed))
    with contextlib.suppress(ImageError):
        image = load_image(path)
        assert image.dtype == np.uint8
        assert image.shape[2] == 3


def test_nothing_is_written_to_the_screen_and_no_warning_given(load, capfd):
    tiffs = [data for name, (data, _) in FILES.items() if name.startswith("TIFF")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(20):
            for data in tiffs:
                with contextlib.suppress(ImageError):
                    load(spoilt(data, seed))
    assert capfd.readouterr() == ("", "")


def test_a_file_that_pillow_warns_of_is_read_without_a_warning(load):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image = load(corpus.icon(FILES["PNG-RGB"][0]))  # is not of the size that is promised
    assert (image == np.asarray(corpus.scene())).all()


def test_what_pillow_logs_is_not_shown(tmp_path):
    (tmp_path / "a.tif").write_bytes(corpus.tiff(3, 1, b"\0\7\xff", t258=8, t277=50_000))
    code = """
        import sys
        from kmeans_lesson.images import load_image
        try:
            load_image(sys.argv[1])
        except ValueError:
            print("refused")
    """
    done = child(code, tmp_path / "a.tif")
    assert (done.stdout, done.stderr) == ("refused\n", "")
