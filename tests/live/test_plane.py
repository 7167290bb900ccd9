"""The plane, without a browser: its points, its start, and what Python knows of what is shown."""

import re
from pathlib import Path

import ipywidgets.widgets.widget as widget_module
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from sklearn.cluster import KMeans
from test_shown import PATIENCE, Kernel, model

from kmeans_lesson import assign, init_centroids, kmeans, load_image, to_pixels
from kmeans_lesson.live import live_plane
from kmeans_lesson.live.plane.widget import PlaneView, drawn_sets

IMAGE = np.random.default_rng(1).integers(0, 256, (9, 7, 3), np.uint8)
ROOT = Path(__file__).resolve().parents[2]
TINY = load_image(ROOT / "data/tiny.png")
SETS = drawn_sets()


def flat(image, across, up):
    """Return the pixels of an image by two channels, with 0 as the third."""
    names = ["red", "green", "blue"]
    pixels = to_pixels(image)[:, [names.index(across), names.index(up)]]
    return np.pad(pixels, ((0, 0), (0, 1)))


@pytest.mark.parametrize("channels", [("red", "green"), ("blue", "red"), ["green", "blue"]])
@pytest.mark.parametrize(("k", "seed"), [(1, 0), (3, 0), (8, 12)])
def test_the_plane_starts_as_the_package_does_without_the_third_channel(channels, k, seed):
    plane, pixels = live_plane(IMAGE, channels, k, seed), flat(IMAGE, *channels)
    start = init_centroids(pixels, k, seed)
    np.testing.assert_array_equal(plane.centroids, start[:, :2])
    np.testing.assert_array_equal(plane.labels, assign(pixels, start))
    assert plane.error == pytest.approx(1.5 * kmeans(pixels, start, 0).errors[0])  # 2 channels of 3
    assert plane.view.data["names"] == list(channels)


def test_every_different_point_is_sent_once_with_how_often_it_occurs():
    data = live_plane(TINY).view.data
    points = np.frombuffer(data["points"]).reshape(-1, 2)
    sent = dict(zip(map(tuple, points.tolist()), np.frombuffer(data["counts"]), strict=True))
    pairs = [tuple(pixel) for pixel in flat(TINY, "red", "green")[:, :2].tolist()]
    assert sent == {pair: pairs.count(pair) for pair in pairs}
    assert sum(sent.values()) == 16


def test_points_need_not_be_whole_numbers_and_are_not_changed():
    points = np.random.default_rng(3).uniform(0, 255, (50, 2))
    points[7] = points[3]
    before = points.copy()
    plane = live_plane(points, k=4)
    np.testing.assert_array_equal(points, before)
    distances = ((points[:, None] - plane.centroids) ** 2).sum(axis=2)
    np.testing.assert_array_equal(plane.labels, distances.argmin(axis=1))
    assert plane.error == pytest.approx(distances.min(axis=1).mean() / 2)
    points[:] = 0
    assert plane.error > 0


@pytest.mark.parametrize("name", SETS)
def test_a_drawn_data_set_is_shown_by_its_name(name):
    plane = live_plane(name, k=2)
    assert len(plane.labels) == len(SETS[name]) == len(drawn_sets()[name])
    assert (drawn_sets()[name] == SETS[name]).all()
    assert plane.view.data["names"] == ["x", "y"]


def agreement(name, sizes):
    """Return the share of the points of each group that its best K-means cluster holds."""
    best = KMeans(len(sizes), n_init=20, random_state=0).fit(SETS[name].astype(float))
    groups = np.split(best.labels_, np.cumsum(sizes)[:-1])
    return [np.bincount(group).max() / len(group) for group in groups]


def test_k_means_finds_the_round_groups_and_neither_the_moons_nor_the_small_group():
    assert min(agreement("three round groups", [200, 200, 200])) > 0.97
    assert max(agreement("two moons", [300, 300])) < 0.95
    assert agreement("a large and a small group", [900, 60])[0] < 0.75  # it cuts the large one


def test_of_the_first_ten_starts_three_end_with_two_centroids_in_one_group():
    points = np.pad(SETS["three round groups"], ((0, 0), (0, 1)))
    runs = [kmeans(points, init_centroids(points, 3, seed), 50) for seed in range(10)]
    lost = [seed for seed, run in enumerate(runs) if np.bincount(run.labels).max() > 390]
    assert lost == [3, 6, 7]
    errors = [round(1.5 * run.errors[-1], 1) for run in runs]
    assert {error for seed, error in enumerate(errors) if seed not in lost} == {249.5}
    assert [errors[seed] for seed in lost] == [1741.3, 1869.5, 1558.9]


def test_a_change_in_the_widget_shows_other_points_and_another_start():
    plane = live_plane(IMAGE)
    plane.view.settings = plane.view.settings | {"source": "tiny image", "up": "blue", "k": 2}
    start = init_centroids(flat(TINY, "red", "blue"), 2)
    np.testing.assert_array_equal(plane.centroids, start[:, :2])
    np.testing.assert_array_equal(plane.labels, assign(flat(TINY, "red", "blue"), start))
    plane.view.settings = plane.view.settings | {"source": "two moons", "seed": 4}
    assert len(plane.labels) == 600


def test_fewer_different_places_than_k_are_told():
    plane = live_plane(TINY, k=8)
    assert len(plane.centroids) == 6
    assert plane.error == 0
    assert "only 6 different places on this plane, so K is 6" in plane.view.data["message"]
    assert "only 1 place on" in live_plane([[5, 5], [5, 5]], k=2).view.data["message"]
    assert live_plane(TINY, k=6).view.data["message"] == ""


def test_what_the_browser_shows_is_what_python_knows():
    plane = live_plane([[0, 0], [2, 0], [9, 0], [9, 0]], k=2)
    key = plane.view.data["key"]
    plane.view.state = {"key": key, "centroids": [[1, 0], [7, 0]], "labels": b"\0\0\1"}
    assert plane.centroids.tolist() == [[1, 0], [7, 0]]
    assert plane.labels.tolist() == [0, 0, 1, 1]
    assert plane.error == (1 + 1 + 4 + 4) / 8


def test_a_drag_that_ends_after_other_points_were_chosen_changes_nothing():
    plane = live_plane(IMAGE)
    old = plane.view.state
    plane.view.settings = plane.view.settings | {"source": "tiny image"}
    before = plane.centroids, plane.labels, plane.error
    plane.view.state = old
    assert plane.view.state["key"] == plane.view.data["key"]
    for now, then in zip((plane.centroids, plane.labels, plane.error), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"k": 0}, "k must be an integer of at least 1; got 0"),
        ({"k": 9}, "k must be at most 8 on the plane; got 9"),
        ({"seed": -1}, "seed must be an integer of at least 0; got -1"),
        ({"channels": ("red", "red")}, "channels must be two of red, green, blue; got"),
        ({"channels": "red"}, "channels must be two of red, green, blue; got 'red'"),
        ({"channels": ("red", ["blue"])}, "channels must be two of red, green, blue; got"),
        ({"image_or_points": "moon"}, "got 'moon'"),
        ({"image_or_points": [[1, 2], [3]]}, "got rows of different lengths"),
        ({"image_or_points": IMAGE.astype(float)}, "got shape (9, 7, 3) and dtype float64"),
        ({"image_or_points": [[0, 256]]}, "from 0 to 255"),
        ({"image_or_points": [[0, np.nan]]}, "got nan to nan"),
        ({"image_or_points": np.empty((0, 2))}, "got shape (0, 2)"),
        ({"image_or_points": [["a", "b"]]}, "image_or_points must be an image"),
    ],
)
def test_a_wrong_argument_is_named_in_one_sentence(arguments, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        live_plane(**{"image_or_points": IMAGE} | arguments)


def test_where_no_widgets_run_there_is_a_figure_whose_alt_text_tells_the_data():
    plane = live_plane(TINY, k=2)
    shown = plane._repr_mimebundle_()
    assert shown["text/plain"] == "Plane()"
    alt = re.search(r'<img alt="([^"]*)"', shown["text/html"])[1]
    assert "16 pixels by red and green" in alt
    assert "K = 2" in alt
    assert f"The mean squared error is {plane.error:.1f}." in alt
    for label, (x, y) in enumerate(plane.centroids):
        assert f"{label} at ({x:.1f}, {y:.1f})" in alt


def test_the_figure_is_drawn_for_one_centroid_for_eight_and_for_twins():
    for plane in (live_plane(IMAGE, k=1), live_plane(IMAGE, k=8), live_plane([[3, 3]], k=1)):
        assert plane._figure().pixels().shape == (640, 640, 3)
    key = plane.view.data["key"]
    plane.view.state = {"key": key, "centroids": [[1, 0], [1, 0]], "labels": b"\0"}
    assert "0 at (1.0, 0.0), 1 at (1.0, 0.0)" in plane._figure().alt


def test_a_plane_that_nothing_refers_to_gives_back_its_widgets():
    before = len(widget_module._instances)
    plane = live_plane(IMAGE)
    view = plane.view
    assert isinstance(view, PlaneView)
    del plane
    assert view.comm is None
    assert len(widget_module._instances) == before


def test_a_closed_plane_says_so():
    plane = live_plane(IMAGE)
    plane.close()
    assert plane.places is None
    assert plane.view.data == plane.view.state == {}
    with pytest.raises(ValueError, match="this plane is closed"):
        _ = plane.error
    assert "closed" in plane._repr_mimebundle_()["text/html"]


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(startup_timeout=PATIENCE)
    yield Kernel(client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_cell_that_is_run_again_closes_the_plane_that_it_showed(kernel):
    kernel.run("from kmeans_lesson.live import live_plane", "first")
    code = "live_plane(load_image('data/marbles.png'))"
    for _ in range(3):
        _, (shown,) = kernel.run(code, "plane")
    widgets, megabytes = kernel.ask("measure()")
    for _ in range(50):
        closed, (again,) = kernel.run(code, "plane")
        assert model(shown) in closed
        shown = again
    after = kernel.ask("measure()")
    assert after[0] == widgets
    assert after[1] < megabytes + 30
