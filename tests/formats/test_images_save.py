"""Step 6: files that keep every colour, as small as they go, and whole or not at all."""

import errno
import io
import os
import random
import runpy
import signal
import stat
import struct
import subprocess
import sys
import textwrap
import time
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from kmeans_lesson import load_image, reconstruct, save_image
from kmeans_lesson.formats import png
from kmeans_lesson.formats.encode import encode, encode_rgb_png
from kmeans_lesson.formats.files import ImageError, replace_file
from kmeans_lesson.formats.png import _filtered, _png, indexed_png

LOSSLESS = [".png", ".gif", ".bmp", ".tif", ".tiff", ".webp"]
SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 20), st.just(3))
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files, limits and signals")


def with_colours(k, height=20, width=31):
    """Return an image of exactly k different colours."""
    rng = np.random.default_rng(k)
    palette = rng.choice(256**3, k, replace=False).astype("<u4").view(np.uint8).reshape(-1, 4)
    labels = np.arange(height * width) % k
    return reconstruct(rng.permutation(labels), palette[:, :3], (height, width, 3))


def png_parts(data):
    """Take a PNG apart by hand, checksums checked: a list of (kind, data)."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, parts = 8, []
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, part = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert data[at + 8 + length : at + 12 + length] == struct.pack(
            ">I", zlib.crc32(kind + part)
        )
        parts.append((kind, part))
        at += 12 + length
    return parts


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


# ------------------------------------------------------------------------------- what is written


@pytest.mark.parametrize("suffix", LOSSLESS)
@given(data=st.data())
def test_every_pixel_comes_back(suffix, data, tmp_path_factory):
    image = data.draw(arrays(np.uint8, SHAPES, elements=st.sampled_from([0, 1, 128, 255])))
    before = image.copy()
    path = tmp_path_factory.getbasetemp() / f"image{suffix}"
    report = save_image(path, image)
    assert (load_image(path) == image).all()
    assert (image == before).all()
    assert report.bytes == path.stat().st_size
    assert report.colours == len(np.unique(image.reshape(-1, 3), axis=0))
    assert report.bits_per_pixel == 8 * report.bytes / (image.shape[0] * image.shape[1])


@pytest.mark.parametrize("suffix", [suffix for suffix in LOSSLESS if suffix != ".gif"])
def test_more_than_256_colours_come_back_too(suffix, tmp_path):
    image = with_colours(300)
    assert save_image(tmp_path / f"image{suffix}", image).colours == 300
    assert (load_image(tmp_path / f"image{suffix}") == image).all()


@pytest.mark.parametrize("suffix", [".PNG", ".Png", ".TIFF", ".Gif"])
def test_capitals_in_the_suffix(suffix, tmp_path):
    save_image(tmp_path / f"image{suffix}", with_colours(5))
    assert (load_image(tmp_path / f"image{suffix}") == with_colours(5)).all()


def header_of(data):
    """Return the bits of an index, the filters of the rows and the palette of an indexed PNG."""
    parts = png_parts(data)
    assert [kind for kind, _ in parts] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    _, height, bits, *kind = struct.unpack(">IIBBBBB", parts[0][1])
    assert kind == [3, 0, 0, 0]
    lines = np.frombuffer(zlib.decompress(parts[2][1]), np.uint8).reshape(height, -1)
    return bits, set(lines[:, 0]), np.frombuffer(parts[1][1], np.uint8).reshape(-1, 3)


@pytest.mark.parametrize(
    ("k", "bits"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (255, 8), (256, 8)]
)
@pytest.mark.parametrize("width", [31, 32, 1])
def test_an_indexed_png_has_the_fewest_bits_or_8(k, bits, width):
    image = with_colours(k, height=600, width=width)
    used, _, palette = header_of(encode(image))
    assert used in (bits, 8)
    assert sorted(map(tuple, palette)) == sorted(set(map(tuple, image.reshape(-1, 3).tolist())))
    assert (np.asarray(Image.open(io.BytesIO(encode(image))).convert("RGB")) == image).all()


def test_an_image_of_many_pixels_gets_the_fewest_bits_unfiltered_dark_to_light():
    image = with_colours(16, height=1000, width=1001)
    bits, filters, palette = header_of(encode(image))
    assert (bits, filters) == (4, {0})
    assert (np.diff(palette @ np.array([0.2126, 0.7152, 0.0722])) >= 0).all()
    assert (np.asarray(Image.open(io.BytesIO(encode(image))).convert("RGB")) == image).all()


def smooth(k, height=330, width=300):
    """Return an image like a photograph of k colours: waves, and a little noise."""
    y, x = np.mgrid[:height, :width]
    waves = np.sin(x / 31) + np.cos(y / 17) + np.sin((x + y) / 53)
    waves += np.random.default_rng(0).normal(0, 0.02, waves.shape)
    labels = ((waves - waves.min()) / np.ptp(waves) * (k - 0.001)).astype(np.uint8)
    return np.unique(with_colours(k).reshape(-1, 3), axis=0)[labels]


@pytest.mark.parametrize("image", [smooth(k) for k in (2, 4, 16, 64, 256)])
def test_no_single_way_to_write_it_is_much_smaller_than_the_chosen_one(image):
    codes = image @ np.array([65536, 256, 1])
    known, indices = np.unique(codes, return_inverse=True)
    indices = indices.reshape(codes.shape).astype(np.uint8)
    few = next(bits for bits in (1, 2, 4, 8) if len(known) <= 2**bits)
    others = [
        len(zlib.compress(np.insert(line, 0, method, axis=1).tobytes(), 9))
        for bits in {few, 8}
        for packed in [
            np.packbits(
                np.unpackbits(indices[..., None], axis=2)[..., 8 - bits :].reshape(
                    len(indices), -1
                ),
                axis=1,
            )
        ]
        for method, line in ((0, packed), (2, np.diff(packed, axis=0, prepend=packed[:1] * 0)))
    ]
    assert len(encode(image)) < 1.02 * (min(others) + 3 * len(known) + 69)


def expected(method, left, above, corner):
    """Return what a filter of the PNG specification (9.2) lets expect of its neighbours."""
    nearest = min((left, above, corner), key=lambda side: abs(left + above - corner - side))
    return (0, left, above, (left + above) // 2, nearest)[method]


def test_every_filter_can_be_read_back_and_a_row_gets_the_one_that_fits():
    rows = np.random.default_rng(0).integers(0, 256, (6, 99)).tolist()
    for method in (1, 2, 3, 4):  # each byte is what is expected, and some more
        for i in range(99):
            left, corner = (rows[method][i - 1], rows[method - 1][i - 1]) if i else (0, 0)
            rows[method][i] = (expected(method, left, rows[method - 1][i], corner) + method) % 256
    rows[5] = [byte % 2 * 200 for byte in rows[5]]
    rows = np.array(rows, np.uint8)
    ways = list(_filtered(rows))
    assert [lines[1:, 0].tolist() for lines in ways] == [[0] * 5, [1] * 5, [1, 2, 3, 4, 0]]
    for lines in ways:
        data = _png(99, 8, 0, lines, 6)  # shades of grey
        assert (np.asarray(Image.open(io.BytesIO(data))) == rows).all()


def test_where_deflate_cannot_be_imported_zlib_takes_its_place(monkeypatch):
    images = smooth(16), smooth(256), with_colours(2)
    tight = [len(encode(image)) for image in images]
    monkeypatch.setitem(sys.modules, "deflate", None)
    fresh = runpy.run_path(png.__file__)
    assert fresh["deflate"] is None
    monkeypatch.setattr(png, "deflate", None)
    for image, least in zip(images, tight, strict=True):
        data = encode(image)
        assert (np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) == image).all()
        assert least <= len(data) < 1.2 * least


def test_where_threads_cannot_start_the_file_is_the_same(monkeypatch):
    def none(*_):
        raise RuntimeError("can't start new thread")

    expected = encode(smooth(16))
    monkeypatch.setattr("threading.Thread.start", none)
    assert encode(smooth(16)) == expected


def test_a_png_of_more_colours_has_24_bits():
    assert struct.unpack(">BB", png_parts(encode(with_colours(257)))[0][1][8:10]) == (8, 2)


@pytest.mark.parametrize("height", [20, 40_000])  # a million pixels and more are written otherwise
def test_the_24_bit_png_has_24_bits_also_for_few_colours(height):
    image = with_colours(2, height=height)
    data = encode_rgb_png(image)
    assert struct.unpack(">BB", png_parts(data)[0][1][8:10]) == (8, 2)
    assert (np.asarray(Image.open(io.BytesIO(data))) == image).all()


def test_an_unused_colour_may_stand_in_a_palette():
    indices = np.array([[0, 2]], np.uint8)
    data = indexed_png(indices, np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], np.uint8))
    assert np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).tolist() == [
        [[1, 2, 3], [7, 8, 9]]
    ]


@pytest.mark.parametrize("k", [2, 4, 16, 64, 256])
def test_the_indexed_png_is_smaller_than_pillows_best(k):
    y, x = np.mgrid[:200, :300]
    waves = np.sin(x / 31) + np.cos(y / 17) + np.sin((x + y) / 53)
    labels = ((waves - waves.min()) / np.ptp(waves) * (k - 0.001)).astype(np.uint8)
    palette = with_colours(k)[:, :, :].reshape(-1, 3)
    palette = np.unique(palette, axis=0)
    image = reconstruct(labels.ravel(), palette, (200, 300, 3))
    buffer = io.BytesIO()
    frame = Image.fromarray(labels)
    frame.putpalette(palette.tobytes())
    frame.save(buffer, "PNG", optimize=True, bits=next(b for b in (1, 2, 4, 8) if k <= 2**b))
    assert len(encode(image)) < buffer.tell()


@pytest.mark.parametrize("suffix", LOSSLESS)
def test_turned_read_only_and_sparse_arrays(suffix, tmp_path):
    image = with_colours(40)
    image.flags.writeable = False
    for view in (image[::-1, ::2], image.transpose(1, 0, 2), image[:, :, ::-1]):
        save_image(tmp_path / f"image{suffix}", view)
        assert (load_image(tmp_path / f"image{suffix}") == view).all()


def test_equal_images_give_equal_files():
    assert encode(with_colours(9)) == encode(with_colours(9))


# ------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 5, 3)),
        np.zeros((4, 5, 3), np.int64),
        np.zeros((4, 5, 3), bool),
        np.zeros((4, 5), np.uint8),
        np.zeros((4, 5, 4), np.uint8),
        np.zeros((1, 4, 5, 3), np.uint8),
        np.zeros((0, 5, 3), np.uint8),
        np.zeros((4, 0, 3), np.uint8),
        [[[0, 0, 0]]],
        None,
        "image",
        Image.new("RGB", (3, 3)),
    ],
)
def test_what_is_no_image_is_refused(image, tmp_path):
    with pytest.raises(ValueError, match=r"image must be an array of shape \(H, W, 3\).*; got"):
        save_image(tmp_path / "image.png", image)
    assert listing(tmp_path) == []


@pytest.mark.parametrize("suffix", [".jpg", ".JPG", ".jpeg", ".jfif", ".avif", ".heic", ".jp2"])
def test_formats_that_change_colours_are_refused_with_the_reason(suffix, tmp_path):
    with pytest.raises(ImageError, match=r"would turn 16 colours into thousands .*: use \.png"):
        save_image(tmp_path / f"image{suffix}", with_colours(16))
    assert listing(tmp_path) == []


@pytest.mark.parametrize("name", ["image", "image.", ".png", "image.xyz", "image.png.txt", "png"])
def test_other_suffixes_are_refused_with_a_list(name, tmp_path):
    with pytest.raises(ImageError, match=r"one of \.png, \.gif, \.bmp, \.tif, \.tiff, \.webp"):
        save_image(tmp_path / name, with_colours(16))
    assert listing(tmp_path) == []


@pytest.mark.parametrize("path", [None, 3, [], "a\0b.png"])
def test_what_is_no_name(path):
    with pytest.raises(ImageError, match="path must be the name of a file"):
        save_image(path, with_colours(2))


@pytest.mark.parametrize(
    ("suffix", "image"),
    [
        (".gif", with_colours(257)),
        (".gif", np.zeros((1, 70_000, 3), np.uint8)),
        (".webp", np.zeros((1, 17_000, 3), np.uint8)),
    ],
)
def test_what_a_format_cannot_hold(suffix, image, tmp_path):
    with pytest.raises(ImageError, match=r"cannot hold this image .*: use \.png"):
        save_image(tmp_path / f"image{suffix}", image)
    assert listing(tmp_path) == []


def test_missing_folders_and_files_in_the_place_of_folders(tmp_path):
    (tmp_path / "file").touch()
    for folder in ("missing", "file"):
        with pytest.raises(ImageError, match="cannot be written") as caught:
            save_image(tmp_path / folder / "image.png", with_colours(2))
        assert isinstance(caught.value.__cause__, OSError)
    assert listing(tmp_path) == ["file"]


@pytest.mark.parametrize("name", ["folder.png", pytest.param("pipe.png", marks=posix)])
def test_folders_and_pipes_are_not_replaced(name, tmp_path):
    (tmp_path / "folder.png").mkdir()
    if os.name != "nt":
        os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ImageError, match="not an ordinary file"):
        save_image(tmp_path / name, with_colours(2))
    assert name in listing(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="nothing is forbidden to this user")
def test_protected_files_and_folders_stay_as_they_are(tmp_path):
    path = tmp_path / "image.png"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(ImageError, match="write-protected"):
        save_image(path, with_colours(2))
    tmp_path.chmod(0o555)
    with pytest.raises(ImageError, match="Permission denied"):
        save_image(tmp_path / "new.png", with_colours(2))
    tmp_path.chmod(0o755)
    assert path.read_bytes() == b"old"
    assert listing(tmp_path) == ["image.png"]


# ------------------------------------------------------------------------------- all or nothing


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["os.fsync", "os.replace", "pathlib.Path.chmod"])
def test_whatever_fails_the_old_file_stays_and_nothing_else(step, error, tmp_path, monkeypatch):
    path = tmp_path / "image.png"
    path.write_bytes(b"old")

    def fail(*arguments):
        raise error

    monkeypatch.setattr(step, fail)
    with pytest.raises((ImageError, KeyboardInterrupt)) as caught:
        save_image(path, with_colours(3))
    assert isinstance(error, KeyboardInterrupt) or caught.value.__cause__ is error
    assert path.read_bytes() == b"old"
    assert listing(tmp_path) == ["image.png"]


def run(code, *arguments, **options):
    """Start code in a Python of its own."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)


@posix
def test_a_limit_on_the_size_of_files(tmp_path):
    path = tmp_path / "image.bmp"
    path.write_bytes(b"old")
    code = """
        import resource, sys
        import numpy as np
        from kmeans_lesson import save_image
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        try:
            save_image(sys.argv[1], np.zeros((300, 300, 3), np.uint8))
        except ValueError as error:
            print(error)
    """
    assert "cannot be written (File too large)" in run(code, path).communicate()[0]
    assert path.read_bytes() == b"old"
    assert listing(tmp_path) == ["image.bmp"]


@pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0, reason="only root can make a small disk, on Linux"
)
def test_a_full_disk(tmp_path):
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "small", str(tmp_path)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this system does not let root mount a disk")
    try:
        path = tmp_path / "image.bmp"
        path.write_bytes(b"old")
        with pytest.raises(ImageError, match="No space left on device"):
            save_image(path, np.zeros((300, 300, 3), np.uint8))
        assert path.read_bytes() == b"old"
        assert listing(tmp_path) == ["image.bmp"]
        save_image(path, np.zeros((9, 9, 3), np.uint8))
        assert load_image(path).shape == (9, 9, 3)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_signals_leave_a_whole_file(number, tmp_path):
    path = tmp_path / "image.bmp"
    images = [np.full((700, 900, 3), value, np.uint8) for value in (1, 2)]
    code = """
        import itertools, signal, sys
        import numpy as np
        from kmeans_lesson import save_image
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job has none
        try:
            for i in itertools.count():
                save_image(sys.argv[1], np.full((700, 900, 3), i % 2 + 1, np.uint8))
                print("saved", flush=True)
        except KeyboardInterrupt:
            print("stopped")
    """
    rnd = random.Random(0)
    for _ in range(4):
        process = run(code, path)
        assert process.stdout.readline() == "saved\n"
        time.sleep(rnd.uniform(0, 0.05))
        process.send_signal(number)
        output = process.communicate(timeout=600)[0]
        assert any(np.array_equal(load_image(path), image) for image in images)
        if number == signal.SIGINT:
            assert output.endswith("stopped\n")
            assert listing(tmp_path) == ["image.bmp"]


def test_a_new_file_has_the_usual_permissions_and_a_replaced_one_keeps_its_own(tmp_path):
    usual = tmp_path / "usual"
    usual.touch()
    path = tmp_path / "image.png"
    save_image(path, with_colours(2))
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
    if os.name != "nt":
        path.chmod(0o640)
        save_image(path, with_colours(3))
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_and_its_file_is_replaced(tmp_path):
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link.png"
    try:
        link.symlink_to(tmp_path / "folder" / "image.png")
    except OSError:
        pytest.skip("this user may not make links")
    for k in (2, 3):  # first the file is missing, then it is replaced
        save_image(link, with_colours(k))
        assert link.is_symlink()
        assert (load_image(tmp_path / "folder" / "image.png") == with_colours(k)).all()
    (tmp_path / "a.png").symlink_to("b.png")
    (tmp_path / "b.png").symlink_to("a.png")
    with pytest.raises(ImageError, match="cannot be written"):
        save_image(tmp_path / "a.png", with_colours(2))


NAMES = ["two words.png", "Grüße-日本-🙂.png", "%03d.png", "[1].png", "#1.png", "-o.png"]
NAMES += ["x" * 200 + ".png", "new\nline.png", "a.b.c.png", "imageio:chelsea.png"]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        (tmp_path / name).touch()
    except OSError:
        pytest.skip("this system has no such names")
    for path in (name, tmp_path / name, os.fsencode(name)):
        save_image(path, with_colours(2))
        assert listing(tmp_path) == [name]
        assert (load_image(name) == with_colours(2)).all()


def test_other_files_are_replaced_the_same_way(tmp_path):
    replace_file(tmp_path / "notes.txt", b"one")
    replace_file(tmp_path / "notes.txt", b"two")
    assert (tmp_path / "notes.txt").read_bytes() == b"two"
    assert listing(tmp_path) == ["notes.txt"]
