"""The best palette: no peer finds a better one, and it keeps what the random start promises."""

from pathlib import Path

import matplotlib.cbook
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from sklearn.cluster import KMeans

from kmeans_lesson import init_centroids, kmeans
from kmeans_lesson.engine import best, blocks
from kmeans_lesson.engine.best import best_centroids
from kmeans_lesson.engine.colours import count

MARBLES = Path(__file__).resolve().parents[2] / "data" / "marbles.png"


def small(file):
    """Return an image as pixels, at most 200 wide and high."""
    with Image.open(file) as image:
        image = image.convert("RGB")
    image.thumbnail((200, 200))
    return np.asarray(image).reshape(-1, 3)


@pytest.fixture(scope="module", params=["marbles", "portrait"])
def photo(request):
    if request.param == "marbles":
        return small(MARBLES)
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        return small(file)


@pytest.fixture(scope="module")
def marbles():
    return small(MARBLES)


def error(pixels, centroids):
    return kmeans(pixels, centroids, 0).errors[0]


# ---------------------------------------------------------------- as good as promised


@pytest.mark.parametrize("k", [4, 16, 64])
def test_no_run_of_scikit_learn_is_better(photo, k):
    peers = [KMeans(k, random_state=seed).fit(photo).cluster_centers_ for seed in range(4)]
    assert error(photo, best_centroids(photo, k)) <= min(error(photo, peer) for peer in peers)


@pytest.mark.parametrize("k", [16, 256])
def test_no_palette_of_pillow_is_better(photo, k):
    image = Image.fromarray(photo[None])
    ways = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    pictures = [image.quantize(k, method, kmeans, dither=0) for method, kmeans in ways]
    palettes = [np.unique(np.asarray(it.convert("RGB"))[0], axis=0) for it in pictures]
    ours = error(photo, best_centroids(photo, k))
    assert ours < min(error(photo, palette) for palette in palettes)


def test_another_seed_finds_nearly_as_good_a_palette(photo):
    errors = [error(photo, best_centroids(photo, 16, seed)) for seed in range(6)]
    assert max(errors) < 1.02 * min(errors)


def test_more_iterations_win_next_to_nothing(photo):
    run = kmeans(photo, best_centroids(photo, 16), 10)
    assert run.errors[-1] > 0.999 * run.errors[0]


def test_a_poster_in_one_colour_fewer_joins_the_two_that_cost_least():
    # joining two colours costs n m / (n + m) times their squared distance: red and orange the least
    red, orange, others = (200, 0, 0), (220, 40, 0), [(0, 0, 0), (255, 255, 255), (0, 60, 160)]
    pixels = np.repeat(np.array([red, orange, *others], np.uint8), (300, 100, 900, 50, 50), axis=0)
    found = best_centroids(pixels, 4)
    assert sorted(found.tolist()) == sorted([*map(list, others), [205, 10, 0]])


@pytest.mark.parametrize("moved", [1, 3, 7, 12])
def test_comparing_only_what_has_moved_equals_comparing_all(marbles, moved):
    colours, counts = count(marbles)
    grid = best._grid(colours, counts, 1000)
    before = init_centroids(marbles, 16)
    after = before.copy()
    after[:moved] = init_centroids(marbles, moved, seed=5)
    some = best._assigned_again(grid, after, best._assigned(grid, before))
    every = best._assigned(grid, after)
    nearest = ((grid.points - after[every.labels]) ** 2).sum(axis=1)
    np.testing.assert_allclose(((grid.points - after[some.labels]) ** 2).sum(axis=1), nearest, 1e-3)
    np.testing.assert_allclose(some.scores, every.scores, rtol=1e-4)
    assert np.array_equal(some.totals, best.add_up(grid.totals, some.labels, 16))


# ---------------------------------------------------------------- the edges


def test_one_centroid_is_the_mean(marbles):
    np.testing.assert_allclose(best_centroids(marbles, 1), [marbles.mean(axis=0)])


def test_one_pixel():
    assert best_centroids(np.array([[1, 2, 3]], np.uint8), 1).tolist() == [[1, 2, 3]]


@pytest.mark.parametrize("colours", [2, 40, 3000])
def test_as_many_centroids_as_colours_are_these_colours(colours):
    codes = np.random.default_rng(colours).choice(2**18, colours, replace=False)
    pixels = np.stack([codes & 63, codes >> 6 & 63, codes >> 12], axis=1).astype(np.uint8)
    found = best_centroids(np.concatenate([pixels, pixels[: colours // 2]]), colours)
    assert sorted(found.tolist()) == sorted(pixels.tolist())


@settings(max_examples=20)
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 60), st.just(3))), st.data())
def test_all_centroids_are_different_and_the_seed_decides(pixels, data):
    k = data.draw(st.integers(1, len(np.unique(pixels, axis=0))))
    before = pixels.copy()
    found = best_centroids(pixels, k, 7)
    assert found.shape == (k, 3)
    assert found.dtype == float
    assert len(np.unique(found, axis=0)) == k
    assert len(np.unique(kmeans(pixels, found, 0).labels)) == k
    assert np.array_equal(found, best_centroids(pixels, k, 7))
    assert np.array_equal(pixels, before)


@pytest.mark.parametrize("k", [16, 256])
def test_any_number_of_processors_finds_the_same(marbles, monkeypatch, k):
    found = []
    for processors in (1, 3):
        monkeypatch.setattr(blocks, "processors", lambda number=processors: number)
        found.append(best_centroids(marbles, k))
    assert np.array_equal(*found)


def test_another_seed_searches_elsewhere(marbles):
    assert not np.array_equal(best_centroids(marbles, 16, 0), best_centroids(marbles, 16, 1))


def test_read_only_and_strided_arrays_work(marbles):
    every_other = marbles[::2]
    every_other.flags.writeable = False
    assert np.array_equal(best_centroids(every_other, 5), best_centroids(every_other.copy(), 5))


# ---------------------------------------------------------------- wrong input, one sentence

PIXELS = np.zeros((4, 3), np.uint8)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((PIXELS, 0), "k must be an integer of at least 1; got 0"),
        ((PIXELS, 1, -1), "seed must be an integer of at least 0; got -1"),
        ((PIXELS / 2, 1), "pixels must be of dtype uint8; got float64"),
        ((PIXELS[0], 1), r"pixels must be an array .*; got shape \(3,\)"),
    ],
)
def test_wrong_input_gets_one_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        best_centroids(*arguments)


def test_too_many_centroids_are_refused_as_by_the_random_start():
    with pytest.raises(ValueError, match="which is 1; got 2") as best:
        best_centroids(PIXELS, 2)
    with pytest.raises(ValueError, match="which is 1; got 2") as random:
        init_centroids(PIXELS, 2)
    assert str(best.value) == str(random.value)
