"""The measures of notebook 11, beside the tables and the libraries that others use."""

import doctest

import numpy as np
import pytest
from claims import image, result
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from kmeans_lesson.further import differences
from kmeans_lesson.further.differences import (
    LUMA,
    blurred,
    ciede2000,
    ciede2000_of_lab,
    gaussian,
    ssim,
    to_lab,
)

# Pairs of CIELAB colours and their difference, from the test data of Sharma, Wu and Dalal (2005):
# where the hue turns, near grey, and where all terms count.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
    ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("one", "other", "difference"), SHARMA)
def test_ciede2000_is_that_of_the_published_table(one, other, difference):
    for pair in ((one, other), (other, one)):
        assert ciede2000_of_lab(*np.array(pair, float)) == pytest.approx(difference, abs=5e-5)


def test_ciede2000_is_that_of_coloraide():
    low, high = [0, -90, -90], [100, 90, 90]
    far = RNG.uniform(low, high, (2, 200, 3))
    near = far[0] + RNG.normal(size=(200, 3))
    for other in (far[1], near):
        colours = [[Color("lab-d65", [*lab]) for lab in labs] for labs in (far[0], other)]
        theirs = [
            a.delta_e(b, method="2000", space="lab-d65") for a, b in zip(*colours, strict=True)
        ]
        assert np.allclose(ciede2000_of_lab(far[0], other), theirs)


def test_an_image_is_compared_pixel_by_pixel():
    one, other = RNG.integers(0, 256, (2, 9, 11, 3), np.uint8)
    found = ciede2000(one, other)
    assert found.shape == (9, 11)
    for row, column in ((0, 0), (3, 7), (8, 10)):
        a, b = (Color("srgb", [*(im[row, column] / 255)]) for im in (one, other))
        assert found[row, column] == pytest.approx(
            a.delta_e(b, method="2000", space="lab-d65"), abs=0.02
        )
    assert np.allclose(ciede2000(one.astype(float), other.astype(float)), found)


def test_lab_is_that_of_coloraide():
    for colour in [[0, 0, 0], [255, 255, 255], [255, 0, 0], [3, 2, 1], [10, 200, 90]]:
        theirs = Color("srgb", [c / 255 for c in colour]).convert("lab-d65")
        assert np.allclose(to_lab(np.uint8(colour)), theirs[:3], atol=0.02)


# By structural_similarity of scikit-image 0.26.0, on the grey image @ (0.299, 0.587, 0.114) of the
# marbles, with data_range=255, gaussian_weights=True, use_sample_covariance=False, full=True: the
# mean of the map.
@pytest.mark.parametrize(
    ("k", "similarity"), [(16, 0.818130174863), (4, 0.741883777533), (64, 0.884941590545)]
)
def test_ssim_is_that_of_scikit_image(k, similarity):
    assert ssim(image("marbles"), result("marbles", k, 0)) == pytest.approx(similarity, abs=1e-9)


def test_ssim_sees_light_and_not_hue():
    grey = np.repeat(RNG.integers(60, 190, (40, 40, 1)), 3, axis=2).astype(float)
    hue = grey + np.array([58.7, -29.9, 0])  # as bright: 0.299 · 58.7 = 0.587 · 29.9
    assert np.allclose(hue @ LUMA, grey @ LUMA)
    assert ssim(grey, hue) == pytest.approx(1)
    assert ciede2000(grey, hue).mean() > 20
    assert ssim(grey, grey[::-1]) < 0.3


def test_the_blur_is_that_of_scipy():
    values = RNG.random((20, 30, 3))
    theirs = gaussian_filter(values, (1.5, 1.5, 0), mode="reflect", truncate=3.5)
    assert np.allclose(gaussian(values), theirs)
    assert np.allclose(
        gaussian(values[:3, :2]),
        gaussian_filter(values[:3, :2], (1.5, 1.5, 0), mode="reflect", truncate=3.5),
    )


@given(st.integers(0, 255), st.integers(1, 12), st.integers(1, 12))
def test_a_flat_image_stays_as_it_is(value, height, width):
    flat = np.full((height, width, 3), value, np.uint8)
    assert np.allclose(blurred(flat), value)


@given(st.integers(0, 2**32 - 1))
def test_laws(seed):
    one, other = np.random.default_rng(seed).integers(0, 256, (2, 6, 7, 3), np.uint8)
    assert (ciede2000(one, other) >= 0).all()
    assert np.allclose(ciede2000(one, other), ciede2000(other, one), atol=1e-9)
    assert (ciede2000(one, one) == 0).all()
    assert ssim(one, one) == pytest.approx(1)
    assert ssim(one, other) == pytest.approx(ssim(other, one))
    assert -1 <= ssim(one, other) <= 1


@pytest.mark.parametrize("measure", [ciede2000, ssim])
def test_images_that_do_not_fit_get_one_sentence(measure):
    with pytest.raises(
        ValueError, match=r"same shape, \(H, W, 3\); got \(2, 2, 3\) and \(2, 3, 3\)"
    ):
        measure(np.zeros((2, 2, 3)), np.zeros((2, 3, 3)))
    with pytest.raises(ValueError, match="one and other must be images"):
        measure(np.zeros((2, 2)), np.zeros((2, 2)))


def test_its_examples_run():
    assert doctest.testmod(differences, extraglobs={"np": np}).failed == 0
