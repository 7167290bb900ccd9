"""Steps 3 and 4: the centroids, the labels and the run keep what they promise."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from kmeans_lesson import assign, init_centroids, kmeans, update

NIGHT, BLUE, SKY = (10, 0, 30), (30, 110, 170), (130, 140, 210)
SUN, ORANGE, RED = (250, 210, 80), (250, 130, 60), (170, 90, 70)
EVENING = np.array(
    [
        *(NIGHT, BLUE, BLUE, NIGHT),
        *(BLUE, SKY, SKY, BLUE),
        *(SUN, SUN, SUN, ORANGE),
        *(RED, ORANGE, ORANGE, RED),
    ],
    dtype=np.uint8,
)

METHODS = st.sampled_from(["random", "k-means++"])

few_colours = hnp.arrays(
    np.uint8, st.tuples(st.integers(1, 60), st.just(3)), elements=st.integers(0, 3)
)
many_colours = hnp.arrays(np.uint8, st.tuples(st.integers(1, 60), st.just(3)))
floats = hnp.arrays(
    float, st.tuples(st.integers(1, 60), st.just(3)), elements=st.floats(-1000, 1000, width=32)
)
any_pixels = few_colours | many_colours | floats


@st.composite
def pixels_and_start(draw, pixels=any_pixels):
    """Pixels and a start of 1 to 8 centroids, some of them far off, doubled, or pixels."""
    rows = draw(pixels)
    k = draw(st.integers(1, 8))
    anywhere = hnp.arrays(float, (k, 3), elements=st.floats(-500, 500, width=32))
    some_rows = st.lists(st.sampled_from(list(rows)), min_size=k, max_size=k).map(np.array)
    return rows, draw(anywhere | some_rows).astype(float)


def different(rows):
    return len(np.unique(rows, axis=0))


def textbook(pixels, centroids, iterations):
    """Lloyd's algorithm in its plainest form, and the smallest margin that decided a label."""
    pixels, centroids, margin = np.asarray(pixels, float), centroids.copy(), np.inf
    for i in range(iterations + 1):
        squared = ((pixels[:, None] - centroids) ** 2).sum(axis=2)
        labels = squared.argmin(axis=1)
        if len(centroids) > 1:
            best, second = np.sort(squared, axis=1)[:, :2].T
            margin = min(margin, (second - best).min())
        if i < iterations:
            for label in set(labels):
                centroids[label] = pixels[labels == label].mean(axis=0)
    return centroids, labels, margin


@pytest.fixture(scope="module")
def photo_pixels():
    """Smooth, noisy pixels with a few thousand different colours."""
    rng = np.random.default_rng(1)
    x, y = np.mgrid[0:1:100j, 0:1:80j]
    image = np.stack([200 * x, 220 * y, 60 + 120 * x * y], axis=2) + rng.normal(0, 12, (100, 80, 3))
    return image.clip(0, 255).astype(np.uint8).reshape(-1, 3)


# ---------------------------------------------------------------- by hand


def test_two_rounds_worked_by_hand():
    run = kmeans(EVENING, np.array([ORANGE, RED]), iterations=3)
    assert run.history.tolist() == [
        [[250, 130, 60], [170, 90, 70]],
        [[250, 170, 70], [74, 90, 130]],
        [[230, 150, 70], [50, 90, 145]],
        [[230, 150, 70], [50, 90, 145]],
    ]
    assert run.labels.tolist() == [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_error_of_the_first_round_by_hand():
    # squared distances to the nearer of orange and red, times how often each colour occurs
    total = 2 * 35_300 + 4 * 30_000 + 2 * 23_700 + 3 * 6_800 + 3 * 0 + 2 * 0
    errors = kmeans(EVENING, np.array([ORANGE, RED]), iterations=0).errors
    assert errors.tolist() == [total / (3 * 16)]


def test_a_tie_goes_to_the_lowest_label():
    between = np.array([[100, 100, 100]], np.uint8)
    assert assign(between, [[90, 100, 100], [110, 100, 100], [100, 90, 100]]).tolist() == [0]
    assert assign(between, [[0, 0, 0], [110, 100, 100], [90, 100, 100]]).tolist() == [1]


def test_an_empty_cluster_keeps_its_centroid():
    centroids = [[0.0, 0.0, 0.0], [7.5, 8.5, 9.5]]
    assert update([[10, 20, 30], [20, 40, 60]], [0, 0], centroids).tolist() == [
        [15, 30, 45],
        [7.5, 8.5, 9.5],
    ]


def test_counts_weigh_the_mean():
    assert update([[0, 0, 0], [100, 40, 4]], [0, 0], [[1, 1, 1]], counts=[3, 1]).tolist() == [
        [25, 10, 1]
    ]


# ---------------------------------------------------------------- independent oracles


@pytest.mark.parametrize("k", [1, 2, 16, 64])
@pytest.mark.parametrize("iterations", [1, 10])
def test_equals_scikit_learn_from_the_same_start(photo_pixels, k, iterations):
    # starts off the integer grid, so that no two distances tie
    start = init_centroids(photo_pixels, k) + np.random.default_rng(k).random((k, 3))
    run = kmeans(photo_pixels, start, iterations)
    peer = KMeans(k, init=start, n_init=1, max_iter=iterations, tol=0).fit(
        photo_pixels.astype(float)
    )
    np.testing.assert_allclose(run.centroids, peer.cluster_centers_, rtol=0, atol=1e-6)
    assert run.labels.tolist() == peer.labels_.tolist()
    assert run.errors[-1] * photo_pixels.size == pytest.approx(peer.inertia_)


@given(pixels_and_start(), st.integers(0, 4))
def test_equals_the_textbook_on_every_pixel(pixels_and_start, iterations):
    pixels, start = pixels_and_start
    centroids, labels, margin = textbook(pixels, start, iterations)
    assume(margin > 1e-3)  # where distances tie, rounding decides
    run = kmeans(pixels, start, iterations)
    assert run.labels.tolist() == labels.tolist()
    np.testing.assert_allclose(run.centroids, centroids, atol=1e-9)


@given(few_colours | many_colours, st.data())
def test_ties_of_whole_numbers_go_to_the_lowest_label(pixels, data):
    centroids = data.draw(hnp.arrays(np.uint8, (data.draw(st.integers(1, 9)), 3)) | st.just(pixels))
    squared = cdist(pixels, centroids, "sqeuclidean")
    assert assign(pixels, centroids).tolist() == squared.argmin(axis=1).tolist()


@given(pixels_and_start())
def test_labels_are_the_nearest_by_scipy(pixels_and_start):
    pixels, centroids = pixels_and_start
    distances = cdist(pixels, centroids)
    chosen = distances[np.arange(len(pixels)), assign(pixels, centroids)]
    np.testing.assert_allclose(chosen, distances.min(axis=1), rtol=1e-9, atol=1e-4)


# ---------------------------------------------------------------- laws


@given(pixels_and_start(), st.integers(0, 6))
def test_laws_of_a_run(pixels_and_start, iterations):
    pixels, start = pixels_and_start
    before = pixels.copy(), start.copy()
    run = kmeans(pixels, start, iterations)
    again = kmeans(pixels, start, iterations)

    assert (np.diff(run.errors) <= 1e-9 * (1 + run.errors[:-1])).all()
    assert np.array_equal(run.labels, assign(pixels, run.centroids))
    assert np.isfinite(run.centroids).all()
    assert run.history.shape == (iterations + 1, *start.shape)
    assert np.array_equal(run.history[0], start)
    assert np.array_equal(run.history[-1], run.centroids)
    residuals = pixels - run.centroids[run.labels]
    assert run.errors[-1] == pytest.approx((residuals**2).mean(), abs=1e-9)
    for name in ("centroids", "labels", "history", "errors"):
        assert np.array_equal(getattr(run, name), getattr(again, name))
    assert np.array_equal(pixels, before[0])
    assert np.array_equal(start, before[1])


@given(pixels_and_start())
def test_a_twin_of_a_centroid_never_gets_a_pixel(pixels_and_start):
    pixels, centroids = pixels_and_start
    k = len(centroids)
    assert assign(pixels, np.concatenate([centroids, centroids])).max() < k


@given(pixels_and_start())
def test_each_centroid_moves_to_the_mean_of_its_pixels(pixels_and_start):
    pixels, centroids = pixels_and_start
    labels = assign(pixels, centroids)
    moved = update(pixels, labels, centroids)
    for label in range(len(centroids)):
        mine = pixels[labels == label].astype(float)
        expected = mine.mean(axis=0) if len(mine) else centroids[label]
        np.testing.assert_allclose(moved[label], expected, atol=1e-9)


@given(any_pixels, METHODS, st.data())
def test_start_is_k_different_colours_of_the_image(pixels, method, data):
    k = data.draw(st.integers(1, different(pixels)))
    seed = data.draw(st.integers(0, 2**40))
    start = init_centroids(pixels, k, seed, method)
    assert start.dtype == float
    assert start.shape == (k, 3)
    assert different(start) == k
    assert {tuple(row) for row in start} <= {tuple(row) for row in pixels.astype(float)}
    assert np.array_equal(start, init_centroids(pixels, k, seed, method))


@given(any_pixels, METHODS)
def test_too_many_centroids_says_how_many_colours_there_are(pixels, method):
    most = different(pixels)
    with pytest.raises(ValueError, match=rf"k .*different colours.*\b{most}\b.*got {most + 1}"):
        init_centroids(pixels, most + 1, method=method)


@given(few_colours, METHODS)
def test_as_many_centroids_as_colours_leaves_no_error(pixels, method):
    start = init_centroids(pixels, different(pixels), method=method)
    run = kmeans(pixels, start, iterations=2)
    assert run.errors.tolist() == [0, 0, 0]


# ---------------------------------------------------------------- the random start


def test_colours_are_drawn_as_often_as_their_pixels_are():
    pixels = np.repeat(
        np.array([[0, 0, 0], [9, 9, 9], [50, 0, 0]], np.uint8), (900, 90, 10), axis=0
    )
    first = [init_centroids(pixels, 1, seed)[0, 0] for seed in range(2000)]
    shares = [first.count(red) / 2000 for red in (0, 9, 50)]
    np.testing.assert_allclose(shares, (0.9, 0.09, 0.01), atol=0.02)


def test_rare_colours_are_found_when_every_colour_is_wanted():
    pixels = np.zeros((50_000, 3), np.uint8)
    pixels[[7, 30_000]] = (1, 2, 3), (200, 0, 0)
    assert sorted(init_centroids(pixels, 3).tolist()) == [[0, 0, 0], [1, 2, 3], [200, 0, 0]]


def test_different_seeds_give_different_starts(photo_pixels):
    starts = {tuple(init_centroids(photo_pixels, 4, seed).ravel()) for seed in range(20)}
    assert len(starts) == 20


# ---------------------------------------------------------------- the k-means++ start


def shares(pixels, place):
    """Return how often each red is the start's colour at a place, in 2000 seeds that begin at 0."""
    starts = [init_centroids(pixels, place + 1, seed, "k-means++")[:, 0] for seed in range(2000)]
    reds, times = np.unique(
        [s[place] for s in starts if s[0] == 0 or not place], return_counts=True
    )
    return dict(zip(reds, times / times.sum(), strict=True))


def test_the_first_is_drawn_as_often_as_its_pixels_are():
    pixels = np.repeat([[0.0, 0, 0], [9, 9, 9], [50, 0, 0]], (900, 90, 10), axis=0)
    assert shares(pixels, 0) == pytest.approx({0: 0.9, 9: 0.09, 50: 0.01}, abs=0.02)


def test_the_second_is_the_better_of_two_that_are_drawn_by_their_error():
    # From 0 the nine at 1 have the error 9 x 1, the one at 3 has 1 x 9: both are drawn as often.
    # 1 leaves the smaller error, 4 against 9, so it is chosen unless 3 is drawn twice.
    pixels = np.repeat([[0.0, 0, 0], [1, 0, 0], [3, 0, 0]], (90, 9, 1), axis=0)
    assert shares(pixels, 1) == pytest.approx({1: 0.75, 3: 0.25}, abs=0.03)


def test_far_groups_get_a_centroid_each():
    corners = np.array([[0, 0, 0], [200, 0, 0], [0, 200, 0], [0, 0, 200]])
    pixels = (corners[:, None] + np.random.default_rng(2).integers(0, 4, (40, 3))).reshape(-1, 3)
    for seed in range(100):
        start = init_centroids(pixels.astype(float), 4, seed, "k-means++")
        assert different(start // 100) == 4


def test_a_start_far_apart_is_better_than_a_random_one(photo_pixels):
    def error(method, seed):
        return kmeans(photo_pixels, init_centroids(photo_pixels, 16, seed, method), 0).errors[0]

    seeds = range(10)
    spread = [error("k-means++", seed) for seed in seeds]
    assert max(spread) < np.median([error("random", seed) for seed in seeds])
    assert len(set(spread)) == 10


@given(many_colours, st.integers(0, 9))
def test_bytes_and_floats_start_alike(pixels, seed):
    k = min(5, different(pixels))
    start = init_centroids(pixels, k, seed, "k-means++")
    assert np.array_equal(start, init_centroids(pixels.astype(float), k, seed, "k-means++"))


# ---------------------------------------------------------------- far from zero


@st.composite
def far_off(draw):
    """Pixels and centroids around a point up to 1e8 away, and the same around zero."""
    near = hnp.arrays(
        float, st.tuples(st.integers(1, 40), st.just(3)), elements=st.integers(-64, 64)
    )
    pixels = draw(near) / 16
    centroids = draw(near)[: draw(st.integers(1, 6))] / 16
    away = np.array(draw(st.lists(st.integers(-(10**8), 10**8), min_size=3, max_size=3)))
    return pixels, centroids, away


@given(far_off())
def test_far_from_zero_all_is_as_near_it(case):
    pixels, centroids, away = case
    squared = ((pixels[:, None] - centroids) ** 2).sum(axis=2)
    labels = assign(pixels + away, centroids + away)
    assert labels.tolist() == squared.argmin(axis=1).tolist()
    moved = update(pixels + away, labels, centroids + away)
    np.testing.assert_allclose(moved - away, update(pixels, labels, centroids), atol=1e-7)


@given(st.integers(0, 2**32), st.integers(1, 9), st.floats(-1e8, 1e8))
def test_far_from_zero_errors_never_rise(seed, k, away):
    pixels = away + np.random.default_rng(seed).normal(size=(200, 3))
    run = kmeans(pixels, init_centroids(pixels, k, seed), 8)
    assert (np.diff(run.errors) <= 1e-9).all()


def test_numbers_that_float64_cannot_square_are_refused():
    for big in (1e200, -1e101):
        sentence = r"^pixels must be between -1e\+100 and 1e\+100; got .* in row 1$"
        with pytest.raises(ValueError, match=sentence):
            assign([[0, 0, 0], [1, big, 1]], [[0, 0, 0]])
    run = kmeans(np.array([[1e100, 0, 0], [-1e100, 0, 0]]), [[1e100, 0, 0], [1.0, 0, 0]], 2)
    assert run.labels.tolist() == [0, 1]
    assert run.errors[-1] == 0


# ---------------------------------------------------------------- shapes and types


@pytest.mark.parametrize(("k", "dtype"), [(1, "uint8"), (256, "uint8"), (257, "uint16")])
def test_labels_have_the_smallest_type(photo_pixels, k, dtype):
    start = init_centroids(photo_pixels, k)
    assert assign(photo_pixels, start).dtype == dtype
    assert kmeans(photo_pixels, start, 0).labels.dtype == dtype


def test_one_pixel_and_no_iteration():
    run = kmeans(
        np.array([[1, 2, 3]], np.uint8), init_centroids(np.array([[1, 2, 3]], np.uint8), 1), 0
    )
    assert run.labels.tolist() == [0]
    assert run.centroids.tolist() == [[1, 2, 3]]
    assert run.errors.tolist() == [0]


def test_read_only_and_strided_arrays_work(photo_pixels):
    every_other = photo_pixels[::2]
    every_other.flags.writeable = False
    start = init_centroids(every_other, 5)
    start.flags.writeable = False
    strided = kmeans(every_other, start, 3)
    assert np.array_equal(strided.labels, kmeans(every_other.copy(), start.copy(), 3).labels)


def test_a_progress_bar_sees_every_iteration(photo_pixels):
    seen = []

    def watch(steps):
        for step in steps:
            seen.append(step)
            yield step

    run = kmeans(photo_pixels, init_centroids(photo_pixels, 2), 3, progress=watch)
    assert len(run.errors) == 4
    assert seen == [0, 1, 2]


# ---------------------------------------------------------------- a learner's own functions


def test_own_functions_take_the_place_of_the_package_s(photo_pixels):
    asked = []

    def my_assign(pixels, centroids):
        asked.append(len(pixels))
        return ((pixels[:, None].astype(float) - centroids) ** 2).sum(axis=2).argmin(axis=1)

    def my_update(pixels, labels, centroids):
        centroids[:] = [pixels[labels == label].mean(axis=0) for label in range(len(centroids))]
        return centroids

    start = init_centroids(photo_pixels, 5) + 0.25  # off the grid, so that no two distances tie
    own = kmeans(photo_pixels, start, 4, assign=my_assign, update=my_update)
    ours = kmeans(photo_pixels, start, 4)
    assert asked == [len(photo_pixels)] * 5  # every pixel, not every colour
    assert np.array_equal(own.labels, ours.labels)
    np.testing.assert_allclose(own.history, ours.history)
    np.testing.assert_allclose(own.errors, ours.errors)


def test_own_functions_that_write_on_what_they_get_change_nothing(photo_pixels):
    def my_assign(pixels, centroids):
        labels = assign(pixels, centroids)
        pixels[:], centroids[:] = 0, 0
        return labels

    def my_update(pixels, labels, centroids):
        moved = update(pixels, labels, centroids)
        pixels[:], labels[:], centroids[:] = 0, 0, 0
        return moved

    pixels, start = photo_pixels.copy(), init_centroids(photo_pixels, 5)
    own = kmeans(pixels, start, 4, assign=my_assign, update=my_update)
    assert np.array_equal(pixels, photo_pixels)
    assert np.array_equal(own.history, kmeans(photo_pixels, start, 4).history)


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"assign": lambda p, c: [len(c)] * len(p)}, "labels must .* from 0 to 1; got 2 to 2"),
        ({"assign": lambda p, c: None}, "labels must .*; got dtype object"),
        ({"update": lambda p, labels, c: c * np.nan}, "centroids must be finite; got .* row 0"),
        ({"update": lambda p, labels, c: c[:1]}, r"centroids must .* \(2, 3\); got shape \(1, 3\)"),
    ],
)
def test_own_functions_that_give_something_else_are_answered(own, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        kmeans(EVENING, np.array([ORANGE, RED]), 1, **own)


# ---------------------------------------------------------------- wrong input, one sentence

PIXELS, CENTROIDS, LABELS = np.zeros((4, 3), np.uint8), np.zeros((2, 3)), [0] * 4


@pytest.mark.parametrize(
    ("function", "arguments", "sentence"),
    [
        (init_centroids, (PIXELS, 3.5), "k must be an integer of at least 1; got 3.5"),
        (init_centroids, (PIXELS, 0), "k must be an integer of at least 1; got 0"),
        (init_centroids, (PIXELS, True), "k must be an integer of at least 1; got True"),
        (init_centroids, (PIXELS, "4"), "k must be an integer of at least 1; got '4'"),
        (init_centroids, (PIXELS, 1, -1), "seed must be an integer of at least 0; got -1"),
        (init_centroids, (PIXELS, 1, None), "seed must be an integer of at least 0; got None"),
        (
            init_centroids,
            (PIXELS, 1, 0, "best"),
            r"method must be \"random\" or \"k-means\+\+\"; got 'best'",
        ),
        (kmeans, (PIXELS, CENTROIDS, 1.0), "iterations must be an integer of at least 0; got 1.0"),
        (kmeans, (PIXELS, CENTROIDS, -1), "iterations must be an integer of at least 0; got -1"),
        (kmeans, ([[1, 2, 3], [np.inf, 0, 0]], CENTROIDS), "pixels must be finite; got .* row 1"),
        (
            assign,
            (np.zeros((2, 2, 3)), CENTROIDS),
            r"pixels must .*\(N, 3\).*; got shape \(2, 2, 3\)",
        ),
        (assign, (np.zeros((0, 3)), CENTROIDS), r"pixels must .*at least 1; got shape \(0, 3\)"),
        (assign, ([[1, 2, 3], [4]], CENTROIDS), "pixels must .*; got rows of different lengths"),
        (assign, ([["a", "b", "c"]], CENTROIDS), "pixels must .*; got dtype <U1"),
        (assign, (PIXELS > 0, CENTROIDS), "pixels must .*; got dtype bool"),
        (assign, (3.0, CENTROIDS), r"pixels must .*; got shape \(\)"),
        (assign, (PIXELS, np.zeros(3)), r"centroids must .*; got shape \(3,\)"),
        (assign, (PIXELS, [[1, np.nan, 3]]), r"centroids must be finite; got \[1.0, nan, 3.0\]"),
        (
            update,
            (PIXELS, [0, 1, 2, 0], CENTROIDS),
            "labels must .* 4 integers from 0 to 1; got 0 to 2",
        ),
        (update, (PIXELS, [0, -1, 1, 0], CENTROIDS), "labels must .* from 0 to 1; got -1 to 1"),
        (update, (PIXELS, [0, 1], CENTROIDS), r"labels must .*; got shape \(2,\)"),
        (update, (PIXELS, [0.0] * 4, CENTROIDS), "labels must .*; got dtype float64"),
        (update, (PIXELS, LABELS, CENTROIDS, [1, 2]), r"counts must .*; got shape \(2,\)"),
        (update, (PIXELS, LABELS, CENTROIDS, [1, 2, -3, 4]), "counts must .* least 0; got -3 to 4"),
    ],
)
def test_wrong_input_gets_one_sentence(function, arguments, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}") as error:
        function(*arguments)
    assert "\n" not in str(error.value)
