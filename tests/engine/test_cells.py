"""Whole cells at once give the labels and totals that the textbook gives for every pixel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import cdist

from kmeans_lesson import assign, init_centroids, kmeans, update
from kmeans_lesson.engine import cells
from kmeans_lesson.engine.cells import SIDES, by_cell
from kmeans_lesson.engine.colours import count


def smooth(seed, n=30_000):
    """Return pixels that crowd together as those of a photograph do."""
    rng = np.random.default_rng(seed)
    middles, spread = rng.integers(0, 256, (12, 3)), rng.integers(2, 40, (12, 1))
    which = rng.integers(12, size=n)
    return (middles[which] + spread[which] * rng.normal(size=(n, 3))).clip(0, 255).astype(np.uint8)


def same(mine, plain):
    return all(
        np.array_equal(getattr(mine, part), getattr(plain, part))
        for part in ("centroids", "labels", "history")
    )


@pytest.mark.parametrize("k", [1, 2, 3, 16, 64, 300, 1500])
def test_a_run_equals_the_textbook_bit_for_bit(k):
    pixels = smooth(k)
    start = init_centroids(pixels, k)
    mine = kmeans(pixels, start, 8)
    plain = kmeans(pixels, start, 8, assign=assign, update=update)  # its own loop, every pixel
    assert same(mine, plain)
    np.testing.assert_allclose(mine.errors, plain.errors, rtol=1e-9)


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 60), st.just(3))), st.data())
def test_a_run_on_any_few_pixels_equals_the_textbook(pixels, data):
    centroids = data.draw(
        hnp.arrays(float, (data.draw(st.integers(1, 9)), 3), elements=st.floats(-300, 500))
    )
    mine = kmeans(pixels, centroids, 3)
    assert same(mine, kmeans(pixels, centroids, 3, assign=assign, update=update))


@given(st.data())
def test_ties_of_whole_numbers_go_to_the_lowest_label(data):
    # centroids on the corners of cells and half-way between colours, some of them twins
    side = SIDES[0]
    pixels = data.draw(hnp.arrays(np.uint8, (60, 3), elements=st.integers(0, 4 * side)))
    whole = st.integers(-2 * side, 12 * side).map(lambda number: number / 2)
    centroids = data.draw(hnp.arrays(float, (data.draw(st.integers(1, 9)), 3), elements=whole))
    colours, counts = count(pixels)
    labels = by_cell(colours, counts)(centroids).labels
    assert labels.tolist() == cdist(colours, centroids, "sqeuclidean").argmin(axis=1).tolist()


def test_most_colours_are_settled_with_their_cells():
    colours, counts = count(smooth(1, 300_000))
    state = by_cell(colours, counts)(init_centroids(colours, 16))
    singly = [len(which) for cells, which, _ in state.settled if cells.side == 1]
    assert sum(singly) < len(colours) / 3
    settled = [cells.colours[which + 1] - cells.colours[which] for cells, which, _ in state.settled]
    assert sum(many.sum() for many in settled) == len(colours)


def test_a_colour_as_near_to_two_centroids_as_rounding_can_tell_goes_where_assign_puts_it():
    # the middle of each pair of centroids, thirds of numbers apart: what decides is the rounding
    rng = np.random.default_rng(0)
    for _ in range(200):
        colour = rng.integers(50, 200, (1, 3)).astype(np.uint8)
        step = rng.integers(-90, 90, (4, 3)) / 3
        centroids = np.concatenate([colour + step, colour - step])
        state = by_cell(colour, np.array([1]))(centroids)
        assert state.labels == assign(colour, centroids)
        assert state.labels == assign(colour.repeat(9, axis=0), centroids)[4]


@pytest.mark.parametrize("far", [1e3, 1e6, 1e15])
def test_centroids_far_away_and_other_numbers_of_them_in_turn(far):
    colours, counts = count(smooth(3))
    mine = by_cell(colours, counts)
    for k in (5, 9, 5):
        centroids = np.array(init_centroids(colours, k, seed=k))
        centroids[::2] *= far
        state = mine(centroids)
        labels = assign(colours, centroids)
        assert np.array_equal(state.labels, labels)
        assert np.array_equal(state.totals[0], np.bincount(labels, counts, k))


def test_centroids_closer_together_than_float32_can_tell():
    colours, counts = count(smooth(4))
    centroids = 200 + 1e-4 * np.random.default_rng(4).normal(size=(9, 3))
    labels = by_cell(colours, counts)(centroids).labels
    assert np.array_equal(labels, assign(colours, centroids))


@pytest.mark.parametrize("k", [2, 3000])
def test_of_equal_centroids_the_first_wins_everything(k):
    colours, counts = count(smooth(5))
    state = by_cell(colours, counts)(np.full((k, 3), 90.5))
    assert not state.labels.any()
    assert state.totals[0].tolist() == [counts.sum(), *[0] * (k - 1)]


def test_more_rivals_than_numbers_in_a_block():
    pixels = smooth(6, 300)
    centroids = np.random.default_rng(6).normal(100, 1e-3, (cells.BLOCK + 9, 3))
    assert np.array_equal(kmeans(pixels, centroids, 0).labels, assign(pixels, centroids))


@pytest.mark.parametrize("k", [1, 2, 16, 64, 300])
def test_in_another_space_each_colour_goes_to_the_nearest_there(k):
    # bent and turned, so that the cells are of many widths and lie askew
    colours, counts = count(smooth(6))
    points = np.cbrt(colours / 255 @ [[0.4, 0.5, 0.1], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7]])
    points = points @ [[0.2, 2, 0], [0.8, -2.4, 0.8], [0, 0.4, -0.8]]
    centroids = np.random.default_rng(k).permutation(points)[:k] + 1e-3
    state = by_cell(colours, counts, points)(centroids)
    labels = cdist(points, centroids).argmin(axis=1)
    assert np.array_equal(state.labels, labels)
    assert np.array_equal(state.totals[0], np.bincount(labels, counts, k))
    squares = ((points - centroids[labels]) ** 2).sum(axis=1)
    assert state.error(centroids) == pytest.approx(counts @ squares / (3 * counts.sum()))
