"""Whole cells at once give the labels and totals that every colour by itself gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import cdist

from kmeans_lesson.engine import cells
from kmeans_lesson.engine.cells import SIDE, by_cell
from kmeans_lesson.engine.colours import count
from kmeans_lesson.engine.lloyd import by_point, lloyd
from kmeans_lesson.kmeans import MANY, assign, init_centroids, kmeans


def smooth(seed, n=30_000):
    """Return pixels that crowd together as those of a photograph do."""
    rng = np.random.default_rng(seed)
    middles, spread = rng.integers(0, 256, (12, 3)), rng.integers(2, 40, (12, 1))
    which = rng.integers(12, size=n)
    return (middles[which] + spread[which] * rng.normal(size=(n, 3))).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("k", [1, 2, 3, 16, 64, 300])
def test_a_whole_run_equals_one_colour_by_colour(k):
    pixels = smooth(k)
    colours, counts, _ = count(pixels)
    start = init_centroids(pixels, k)
    runs = [lloyd(way(colours, counts), start, range(8)) for way in (by_cell, by_point)]
    for mine, plain in zip(*runs, strict=True):
        for part, other in zip(mine, plain, strict=True):
            assert np.array_equal(part, other)


@given(st.data())
def test_ties_of_whole_numbers_go_to_the_lowest_label(data):
    # centroids on the corners of cells and half-way between colours, some of them twins
    pixels = data.draw(hnp.arrays(np.uint8, (60, 3), elements=st.integers(0, 4 * SIDE)))
    whole = st.integers(-2 * SIDE, 12 * SIDE).map(lambda number: number / 2)
    centroids = data.draw(hnp.arrays(float, (data.draw(st.integers(1, 9)), 3), elements=whole))
    colours, counts, _ = count(pixels)
    labels = by_cell(colours, counts)(centroids).labels
    assert labels.tolist() == cdist(colours, centroids, "sqeuclidean").argmin(axis=1).tolist()


def test_most_cells_are_settled_whole_and_few_centroids_compared_in_the_others(monkeypatch):
    seen = []

    def watched(*parts):
        seen.extend(label_cells(*parts))
        return seen

    label_cells = cells._label_cells
    monkeypatch.setattr(cells, "_label_cells", watched)
    colours, counts, _ = count(smooth(1, 300_000))
    by_cell(colours, counts)(init_centroids(colours, 16))
    _, unsure, rivals = seen
    assert unsure.mean() < 0.5
    assert rivals.sum(axis=1).mean() < 8


@pytest.mark.parametrize("far", [1e3, 1e6, 1e15])
def test_centroids_far_away_and_other_numbers_of_them_in_turn(far):
    colours, counts, _ = count(smooth(3))
    ways = by_cell(colours, counts), by_point(colours, counts)
    for k in (5, 9, 5):
        centroids = np.array(init_centroids(colours, k, seed=k))
        centroids[::2] *= far
        mine, plain = (way(centroids) for way in ways)
        assert np.array_equal(mine.labels, plain.labels)
        assert np.array_equal(mine.totals, plain.totals)


def test_centroids_closer_together_than_float32_can_tell():
    colours, counts, _ = count(smooth(4))
    centroids = 200 + 1e-4 * np.random.default_rng(4).normal(size=(9, 3))
    labels = by_cell(colours, counts)(centroids).labels
    assert np.array_equal(labels, assign(colours, centroids))


def test_more_centroids_than_cells_can_tell():
    pixels = smooth(2, 5000)
    run = kmeans(pixels, init_centroids(pixels, MANY + 1), 1)
    assert np.array_equal(run.labels, assign(pixels, run.centroids))
