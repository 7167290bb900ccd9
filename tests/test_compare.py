"""Step 7: the errors are right, and every number of bytes is that of a file really written."""

import doctest
import io
import math
import re
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from packaging.version import Version
from PIL import Image
from test_figures import is_in

from kmeans_lesson import (
    compare,
    init_centroids,
    kmeans,
    load_image,
    reconstruct,
    save_image,
    side_by_side,
    to_pixels,
)
from kmeans_lesson.compare import (
    count_colours,
    counted,
    file_sizes,
    jpeg_like,
    mse,
    psnr,
    side_by_side_png,
)
from kmeans_lesson.figures import Figure
from kmeans_lesson.formats.encode import encode_rgb_png

ROOT = Path(__file__).parent.parent
EXACT = Version(matplotlib.__version__) >= Version("3.11.1")  # repeats no row of an image
RNG = np.random.default_rng(0)
ROW, COLUMN = np.mgrid[0:340, 0:330]
PHOTO = np.stack([ROW * 0.7, COLUMN * 0.7, 60 + (ROW * COLUMN) ** 0.5 / 3], axis=2)
PHOTO = (PHOTO + RNG.normal(0, 4, PHOTO.shape)).clip(0, 255).astype(np.uint8)


def compressed(k):
    run = kmeans(to_pixels(PHOTO), init_centroids(to_pixels(PHOTO), k), 3)
    return reconstruct(run.labels, run.centroids, PHOTO.shape)


@st.composite
def two_images(draw):
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3)))
    return draw(hnp.arrays(np.uint8, shape)), draw(hnp.arrays(np.uint8, shape))


# ---------------------------------------------------------------- errors


def test_errors_worked_by_hand():
    original = np.array([[[10, 20, 30], [200, 100, 0]]], np.uint8)
    moved = np.array([[[13, 16, 30], [200, 100, 0]]], np.uint8)
    assert mse(original, moved) == (9 + 16) / 6
    black, white = np.zeros((2, 3, 3), np.uint8), np.full((2, 3, 3), 255, np.uint8)
    assert mse(black, white) == 255**2
    assert psnr(black, white) == 0
    assert psnr(black, black + 1) == pytest.approx(48.1308036)  # 20 log10(255)
    assert psnr(white, white) == math.inf


@given(two_images())
def test_errors_equal_those_of_plain_floats(images):
    before = [image.copy() for image in images]
    first, second = (image.astype(float) for image in images)
    expected = np.mean((first - second) ** 2)
    assert mse(*images) == pytest.approx(expected)
    assert mse(*images) == mse(*images[::-1])
    if expected:
        assert psnr(*images) == pytest.approx(20 * np.log10(255 / np.sqrt(expected)))
    assert np.array_equal(images, before)


def test_the_error_of_a_large_image_does_not_overflow():
    black = np.zeros((300, 12_000, 3), np.uint8)  # a sum of 7e11, where 32 bits end at 4e9
    assert mse(black, black + 255) == 255**2
    assert mse(black.reshape(1, -1, 3), black.reshape(1, -1, 3) + 255) == 255**2


def test_colours_are_counted():
    assert count_colours(PHOTO) == len(np.unique(PHOTO.reshape(-1, 3), axis=0))
    assert [counted(number, "byte") for number in (0, 1, 1234)] == [
        "0 bytes",
        "1 byte",
        "1,234 bytes",
    ]


# ---------------------------------------------------------------- bytes


def jpeg(quality, subsampling=0, image=PHOTO):
    """Write an image as JPEG; return its bytes and the image they hold."""
    buffer = io.BytesIO()
    options = {"quality": quality, "subsampling": subsampling, "optimize": True}
    Image.fromarray(image).save(buffer, "JPEG", **options)
    return buffer.getvalue(), np.asarray(Image.open(buffer))


@pytest.mark.parametrize("k", [32, 64, 128])
def test_no_jpeg_that_is_as_close_is_smaller_than_the_one_of_the_same_psnr(k):
    result = compressed(k)
    files = [jpeg(quality, subsampling) for quality in range(1, 96) for subsampling in (0, 2)]
    enough = [file for file, image in files if psnr(PHOTO, image) >= psnr(PHOTO, result)]
    assert jpeg_like(PHOTO, result) == min(enough, key=len)
    assert len(enough) < len(files)


def test_jpeg_has_the_lowest_quality_also_where_a_higher_one_is_further_away():
    poster = load_image(ROOT / "data" / "poster.png")
    tried = [
        [jpeg(quality, subsampling, poster) for quality in range(1, 96)] for subsampling in (0, 2)
    ]
    errors = [[mse(poster, near) for _, near in files] for files in tried]
    rises = [i for i in range(1, 94) if errors[1][i + 1] > errors[1][i]]
    assert len(rises) > 3
    for i in rises:
        goal = errors[1][i]
        lowest = [next((j for j in range(95) if e[j] <= goal), None) for e in errors]
        enough = [tried[n][j][0] for n, j in enumerate(lowest) if j is not None]
        assert jpeg_like(poster, tried[1][i][1]) == min(enough, key=len)


def test_jpeg_stops_at_the_ends_of_its_range():
    assert jpeg_like(PHOTO, PHOTO) == jpeg(95)[0]
    assert jpeg_like(PHOTO, 255 - PHOTO) == min(jpeg(1, 0)[0], jpeg(1, 2)[0], key=len)


def test_every_number_of_bytes_is_that_of_a_file(tmp_path):
    result = compressed(8)
    source = tmp_path / "source.jpg"
    source.write_bytes(jpeg(90)[0])
    sizes = file_sizes(PHOTO, result, source)

    def written(name, data):
        (tmp_path / name).write_bytes(data)
        return (tmp_path / name).stat().st_size

    save_image(tmp_path / "indexed.png", result)
    assert sizes == {
        "source file": source.stat().st_size,
        "raw, 3 bytes a pixel": written("raw", PHOTO.tobytes()),
        "24-bit PNG of the original": written("original.png", encode_rgb_png(PHOTO)),
        "24-bit PNG of the compressed image": written("rgb.png", encode_rgb_png(result)),
        "indexed PNG of the compressed image": (tmp_path / "indexed.png").stat().st_size,
        "JPEG of the original, same PSNR": written("like.jpg", jpeg_like(PHOTO, result)),
    }
    for name, mode, image in (
        ("original.png", "RGB", PHOTO),
        ("rgb.png", "RGB", result),
        ("indexed.png", "P", result),
    ):
        with Image.open(tmp_path / name) as file:
            assert (file.format, file.mode) == ("PNG", mode)
            assert np.array_equal(file.convert("RGB"), image)
    del sizes["source file"]
    assert file_sizes(PHOTO, result) == sizes


def test_a_jpeg_that_does_not_get_as_close_is_not_called_so():
    assert list(file_sizes(PHOTO, PHOTO))[-1] == "JPEG of the original, quality 95, lower PSNR"


# ---------------------------------------------------------------- side by side


@pytest.mark.parametrize("sizes", [None, (123_456, 7), [3, 2], np.array([3, 2])])
def test_side_by_side_shows_both_images_their_colours_and_bytes(tmp_path, sizes):
    result = compressed(4)
    figure = side_by_side(PHOTO, result, sizes)
    assert isinstance(figure, Figure)
    assert is_in(figure, PHOTO) >= EXACT
    assert is_in(figure, result) >= EXACT
    assert [axes.get_title() for axes in figure.axes] == ["original", "compressed"]
    weighed = [save_image(tmp_path / "a.png", image).bytes for image in (PHOTO, result)]
    said = [
        f"{count_colours(image):,} colours, {size:,} bytes"
        for image, size in zip((PHOTO, result), weighed if sizes is None else sizes, strict=True)
    ]
    assert [axes.get_xlabel().replace("\n", ", ") for axes in figure.axes] == said
    assert f"original, {said[0]}: top" in figure.alt
    assert f". compressed, {said[1]}: top" in figure.alt


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        (PHOTO, PHOTO),
        (np.tile(PHOTO, (4, 4, 1)), np.tile(PHOTO, (4, 4, 1))[::3, ::3]),  # 1360 x 1320
        (PHOTO[:2, :5], PHOTO[:2, :5].repeat(64, axis=0).repeat(64, axis=1)),
        (PHOTO[:, :1], PHOTO[:, :1]),
    ],
)
def test_the_drawing_of_the_command_shows_both_images_without_blending(image, shown):
    drawings = []
    for captions in (("", ""), ("4 colours\n9 bytes", ""), ("", "4 colours\n9 bytes")):
        data = side_by_side_png(image, 255 - image, captions)
        drawings.append(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
        half = drawings[-1].shape[1] // 2
        for part, panel in ((slice(half), shown), (slice(half, None), 255 - shown)):
            assert is_in(SimpleNamespace(pixels=lambda p=part: drawings[-1][:, p]), panel)
    height, half = drawings[0].shape[0], drawings[0].shape[1] // 2
    for i, side in ((1, 0), (2, half)):  # each caption stands below its image, and is whole
        rows, columns = np.nonzero((drawings[i] != drawings[0]).any(axis=2))
        assert rows.min() > height - 80
        assert rows.max() < height - 1
        assert side < columns.min() < columns.max() < side + half - 1


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(compare).attempted >= 3
    assert doctest.testmod(compare).failed == 0


# ---------------------------------------------------------------- wrong input, one sentence


@pytest.mark.parametrize("sizes", [(1,), (1, 2, 3), np.array([1])])
def test_sizes_are_two(sizes):
    with pytest.raises(ValueError, match=r"^sizes must be the bytes of the two files; got "):
        side_by_side(PHOTO, PHOTO, sizes)


@pytest.mark.parametrize("function", [mse, psnr, jpeg_like, file_sizes, side_by_side])
@pytest.mark.parametrize(
    ("original", "other", "sentence"),
    [
        (
            PHOTO,
            PHOTO[1:],
            "original and compressed must have the same shape; got (340, 330, 3) and",
        ),
        (PHOTO, PHOTO / 255, "compressed must be an array of shape (H, W, 3) and dtype uint8"),
        (PHOTO[..., 0], PHOTO, "original must be an array of shape (H, W, 3) and dtype uint8"),
        (None, PHOTO, "original must be an array of shape (H, W, 3) and dtype uint8"),
    ],
)
def test_wrong_images_get_one_sentence(function, original, other, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}.*$"):
        function(original, other)
