"""Steps 2 and 5: images into pixels, and labels back into images."""

import matplotlib.image
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kmeans_lesson import reconstruct, save_image, to_pixels

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3))


@given(arrays(np.uint8, SHAPES))
def test_pixel_i_is_the_one_of_row_i_div_w_and_column_i_mod_w(image):
    pixels = to_pixels(image)
    height, width, _ = image.shape
    assert pixels.shape == (height * width, 3)
    for i, pixel in enumerate(pixels):
        assert (pixel == image[i // width, i % width]).all()


def test_pixels_are_a_view_where_numpy_can_give_one():
    image = np.zeros((4, 5, 3), np.uint8)
    assert np.shares_memory(to_pixels(image), image)


def test_pixels_of_turned_read_only_and_float_images():
    image = np.arange(60.0).reshape(4, 5, 3)
    image.flags.writeable = False
    assert (to_pixels(image[::-1, ::2]) == image[::-1, ::2].reshape(-1, 3)).all()
    assert to_pixels(image).dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("brightest", [0, 0.5, 1])
def test_an_image_of_numbers_from_0_to_1_is_refused_with_what_to_do(dtype, brightest):
    image = np.linspace(0, brightest, 60).reshape(4, 5, 3).astype(dtype)
    with pytest.raises(ValueError, match=r"numbers from 0 to 1, as plt\.imread .*: multiply them"):
        to_pixels(image)
    image[3, 4, 2] = 1.5
    assert to_pixels(image).dtype == dtype


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool])
def test_whole_numbers_from_0_to_1_are_an_image_as_any_other(dtype):
    assert len(to_pixels(np.ones((4, 5, 3), dtype))) == 20


@pytest.mark.parametrize("width", [5, 500])
def test_what_pyplot_reads_from_a_png_is_refused(width, tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (4, width, 3), np.uint8)
    save_image(tmp_path / "a.png", image)  # with a palette, or, of more colours, without
    image = matplotlib.image.imread(tmp_path / "a.png")
    assert image.shape == (4, width, 4 if width == 5 else 3)
    with pytest.raises(ValueError, match=r"or read the file with load_image"):
        to_pixels(image)


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 4), (4, 5, 1), (2, 4, 5, 3), (3,), ()])
def test_pixels_of_anything_but_an_rgb_image_are_refused(shape):
    with pytest.raises(ValueError, match=r"image must be an array of shape \(H, W, 3\); got shape"):
        to_pixels(np.zeros(shape, np.uint8))


@given(st.data())
def test_every_pixel_gets_the_rounded_colour_of_its_centroid(data):
    k = data.draw(st.integers(1, 5))
    centroids = data.draw(arrays(np.float64, (k, 3), elements=st.floats(-50, 300)))
    shape = data.draw(SHAPES)
    labels = data.draw(arrays(np.uint8, shape[0] * shape[1], elements=st.integers(0, k - 1)))
    image = reconstruct(labels, centroids, shape)
    assert image.shape == shape
    assert image.dtype == np.uint8
    for i, pixel in enumerate(image.reshape(-1, 3)):
        for got, wanted in zip(pixel, centroids[labels[i]], strict=True):
            assert got == min(max(round(wanted), 0), 255)


SIZES = [np.int64, np.int8, np.uint8, np.uint16, np.uint64]


@pytest.mark.parametrize("dtype", SIZES)
def test_the_shape_may_hold_integers_of_every_sort(dtype):
    height, width = (16, 127) if dtype is np.int8 else (250, 200)  # their product overflows
    labels = np.arange(height * width) % 2
    wanted = reconstruct(labels, [[0, 0, 0], [9, 9, 9]], (height, width, 3))
    shape = (height, width, 3)
    for sizes in (
        np.array(shape, dtype),
        [dtype(size) for size in shape],
        (dtype(height), width, 3),
    ):
        assert (reconstruct(labels, [[0, 0, 0], [9, 9, 9]], sizes) == wanted).all()


def test_half_values_round_to_even_and_others_are_clipped():
    image = reconstruct([0, 1], [[0.5, 1.5, 254.5], [-0.6, 255.6, 1e9]], (1, 2, 3))
    assert image.tolist() == [[[0, 2, 254], [0, 255, 255]]]


def test_pixels_and_reconstruct_undo_each_other():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (5, 7, 3), np.uint8)
    pixels = to_pixels(image)
    labels = np.arange(35, dtype=np.uint16)
    assert (reconstruct(labels, pixels, image.shape) == image).all()


@pytest.mark.parametrize(
    ("labels", "centroids", "shape", "parameter"),
    [
        ([0, 1], [[0, 0, 0]], (1, 2, 3), "labels"),
        ([0, -1], [[0, 0, 0]], (1, 2, 3), "labels"),
        ([0, 0, 0], [[0, 0, 0]], (1, 2, 3), "labels"),
        ([0.0, 0.0], [[0, 0, 0]], (1, 2, 3), "labels"),
        ([[0, 0]], [[0, 0, 0]], (1, 2, 3), "labels"),
        ([0, 0], [[0, 0, np.nan]], (1, 2, 3), "centroids"),
        ([0, 0], [[0, 0, np.inf]], (1, 2, 3), "centroids"),
        ([0, 0], [[0, 0]], (1, 2, 3), "centroids"),
        ([0, 0], [0, 0, 0], (1, 2, 3), "centroids"),
        ([0, 0], [[0, 0, 0]], (1, 2), "shape"),
        ([0, 0], [[0, 0, 0]], (1, 2, 4), "shape"),
        ([0, 0], [[0, 0, 0]], 2, "shape"),
        ([0, 0], [[0, 0, 0]], (1.0, 2, 3), "shape"),
        ([0, 0], [[0, 0, 0]], ([1], 2, 3), "shape"),
        ([0, 0], [[0, 0, 0]], (True, True, True), "shape"),
        ([0, 0], [[0, 0, 0]], (-1, -2, 3), "shape"),
        ([0, 0], [[0, 0, 0]], (10**30, 2, 3), "labels"),
        ([0, 0], [[0, 0, 0]], (2**62, 2**62, 3), "labels"),
        ([], [[0, 0, 0]], (0, 2, 3), "shape"),
    ],
)
def test_what_cannot_be_painted_is_refused_by_name(labels, centroids, shape, parameter):
    with pytest.raises(ValueError, match=f"^{parameter} must be "):
        reconstruct(labels, centroids, shape)
