"""K-means around given colours, beside a loop of assign and update that puts them back."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmeans_lesson import assign, kmeans, update
from kmeans_lesson.further import keep
from kmeans_lesson.further.keep import centroids_with, kmeans_keeping

KEPT = np.array([[0.0, 0, 0], [255, 255, 255]])


@given(seed=st.integers(0, 2**32), k=st.integers(2, 20), iterations=st.integers(0, 4))
def test_the_run_is_that_of_the_loop_that_puts_the_kept_colours_back(seed, k, iterations):
    pixels = np.random.default_rng(seed).integers(0, 256, (300, 3), np.uint8)
    start = centroids = centroids_with(KEPT, pixels, k, seed)
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
        centroids[:2] = KEPT
    run = kmeans_keeping(pixels, start, 2, iterations)
    assert np.array_equal(run.centroids, centroids)
    assert np.array_equal(run.labels, assign(pixels, centroids))
    assert np.array_equal(run.history[0], start)
    assert len(run.history) == iterations + 1
    distances = ((pixels - centroids[run.labels]) ** 2).sum(axis=1)
    assert run.errors[-1] == pytest.approx(distances.mean() / 3)
    assert (np.diff(run.errors) <= 1e-9).all()


def test_with_nothing_kept_it_is_k_means():
    pixels = np.random.default_rng(0).integers(0, 256, (300, 3), np.uint8)
    ours, theirs = kmeans_keeping(pixels, pixels[:5], 0), kmeans(pixels, pixels[:5])
    assert np.array_equal(ours.labels, theirs.labels)
    assert np.array_equal(ours.history, theirs.history)


def test_the_start_has_the_kept_colours_first_and_no_colour_twice():
    pixels = np.uint8([[0, 0, 0]] * 50 + [[255, 255, 255]] * 50 + [[1, 2, 3], [4, 5, 6]])
    for seed in range(20):
        start = centroids_with(KEPT, pixels, 4, seed)
        assert np.array_equal(start[:2], KEPT)
        assert sorted(start[2:].tolist()) == [[1, 2, 3], [4, 5, 6]]
    assert np.array_equal(centroids_with(KEPT, pixels, 2), KEPT)


def test_what_does_not_fit_is_told():
    pixels = np.zeros((5, 3), np.uint8)
    with pytest.raises(ValueError, match="at least the number of kept colours, 2; got 1"):
        centroids_with(KEPT, pixels, 1)
    with pytest.raises(ValueError, match="must differ; one of them comes twice"):
        centroids_with([[1, 1, 1], [1, 1, 1]], pixels, 3)
    with pytest.raises(ValueError, match="uint8; got float64"):
        kmeans_keeping(pixels / 2, KEPT, 1)


def test_the_examples_run():
    assert doctest.testmod(keep) == (0, 5)
