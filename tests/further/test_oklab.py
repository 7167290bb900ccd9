"""OKLab against coloraide and hand-worked numbers; its K-means against the textbook's."""

import doctest

import numpy as np
import pytest
from coloraide import Color

from kmeans_lesson import init_centroids, kmeans, load_image, to_pixels
from kmeans_lesson.further import oklab
from kmeans_lesson.further.oklab import from_oklab, kmeans_in_oklab, to_oklab


def test_the_examples_run():
    assert doctest.testmod(oklab).failed == 0


def test_oklab_is_that_of_coloraide():
    colours = np.random.default_rng(0).integers(0, 256, (200, 3), np.uint8)
    theirs = [Color("srgb", list(rgb / 255)).convert("oklab").coords() for rgb in colours]
    # coloraide has the matrices with more digits than were published
    assert np.abs(to_oklab(colours) - theirs).max() < 1e-4
    assert np.array_equal(from_oklab(np.array(theirs)), colours)


def test_red_is_what_its_inventor_says():
    assert to_oklab(np.uint8([255, 0, 0])) == pytest.approx([0.62796, 0.22486, 0.12585], abs=1e-5)


def test_a_grid_of_colours_comes_back_exactly():
    values = np.r_[0:255:5, 255]
    grid = np.stack(np.meshgrid(values, values, values), axis=-1).astype(np.uint8)
    assert np.array_equal(from_oklab(to_oklab(grid)), grid)


def test_colours_no_screen_can_show_are_clipped():
    assert from_oklab([[-1, 0, 0], [0.5, 0.5, 0]]).tolist()[0] == [0, 0, 0]
    assert from_oklab([0.6, 0.4, 0.1])[1] == 0  # a red beyond the gamut has no green


@pytest.mark.parametrize("k", [1, 16])
def test_it_is_the_textbook_kmeans(k):
    pixels = to_pixels(load_image("data/marbles.png"))
    start = to_oklab(init_centroids(pixels, k).astype(np.uint8))
    fast, textbook = kmeans_in_oklab(pixels, start), kmeans(to_oklab(pixels), start)
    assert np.array_equal(fast.labels, textbook.labels)
    assert fast.labels.dtype == textbook.labels.dtype
    for name in ("centroids", "history", "errors"):
        assert np.allclose(getattr(fast, name), getattr(textbook, name), rtol=1e-9, atol=1e-12)


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match="colours must be an array of integers from 0 to 255"):
        to_oklab([[0.5, 0, 0]])
    with pytest.raises(ValueError, match="oklab must be an array of finite numbers"):
        from_oklab([[np.nan, 0, 0]])
    with pytest.raises(ValueError, match="pixels must be of dtype uint8; got float64"):
        kmeans_in_oklab(np.zeros((4, 3)), np.zeros((1, 3)))
