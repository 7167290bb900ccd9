"""Error diffusion against the plain loop, pixel after pixel."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmeans_lesson.further import dither as module
from kmeans_lesson.further.dither import dither


def plain(image, palette):
    """Do it as Floyd and Steinberg tell it: left to right, row after row."""
    height, width, _ = image.shape
    handed = np.zeros((height + 1, width + 2, 3), int)
    labels = np.empty((height, width), int)
    for y in range(height):
        for x in range(width):
            wanted = np.clip(image[y, x] + (handed[y, x + 1] + 8) // 16, 0, 255)
            labels[y, x] = ((wanted - palette.astype(int)) ** 2).sum(axis=1).argmin()
            error = wanted - palette[labels[y, x]]
            handed[y, x + 2] += 7 * error
            handed[y + 1, x : x + 3] += np.outer([3, 5, 1], error)
    return labels


def test_the_example_runs():
    assert doctest.testmod(module).failed == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 300), st.integers(0, 99))
def test_it_is_the_plain_loop(height, width, k, seed):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (height, width, 3), np.uint8)
    palette = rng.integers(0, 256, (k, 3), np.uint8)
    labels = dither(image, palette)
    assert np.array_equal(labels, plain(image, palette))
    assert labels.dtype == np.min_scalar_type(k - 1)


def test_a_grey_area_keeps_its_mean():
    for grey in (10, 100, 200):
        image = np.full((64, 64, 3), grey, np.uint8)
        labels = dither(image, np.uint8([[0, 0, 0], [255, 255, 255]]))
        assert abs(255 * labels.mean() - grey) < 2


def test_colours_of_the_palette_stay():
    palette = np.random.default_rng(0).integers(0, 256, (20, 3), np.uint8)
    labels = np.arange(20).reshape(4, 5)
    assert np.array_equal(dither(palette[labels], palette), labels)


def test_wrong_arguments_are_told():
    image = np.zeros((2, 2, 3), np.uint8)
    with pytest.raises(ValueError, match="palette must be of dtype uint8; got float64"):
        dither(image, np.zeros((2, 3)))
    with pytest.raises(ValueError, match="image must be an array of shape"):
        dither(image / 2, np.zeros((2, 3), np.uint8))
