"""Alt texts say what their figures show, in few words, and never more than 300 letters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import CSS4_COLORS, to_rgb

from kmeans_lesson import describe, figures, load_image

TINY = load_image("data/tiny.png")
RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (60, 40, 3), np.uint8)
FLAG = np.repeat(np.uint8([[[255, 0, 0]], [[255, 255, 255]], [[0, 0, 255]]]), 30, axis=0)
FLAG = np.repeat(FLAG, 10, axis=1)  # red above white above blue


WEB = """black grey white red darkred orange yellow green lightgreen darkgreen cyan blue darkblue
lightblue magenta pink olive teal"""


@pytest.mark.parametrize("name", WEB.split())
def test_colours_have_the_names_that_the_web_gives_them(name):
    (said,) = describe.colour_names([np.multiply(to_rgb(CSS4_COLORS[name]), 255)])
    assert said.replace(" ", "") == name


def test_the_tiny_image_has_the_colours_that_the_lesson_calls_so():
    names = describe.colour_names([[30, 110, 170], [250, 210, 80], [250, 130, 60], [170, 90, 70]])
    assert names.tolist() == ["blue", "yellow", "orange", "red"]


def test_the_marbles_have_the_orange_and_the_red_that_the_lesson_calls_so():
    """The lesson has them in four colours: one orange, or a red beside a gold."""
    orange, brighter, red = [186, 90, 40], [195, 115, 55], [178, 65, 30]
    assert describe.colour_names([orange, brighter, red]).tolist() == ["orange", "orange", "red"]


def test_an_image_is_told_from_top_to_bottom_by_shares():
    part = FLAG.copy()
    part[:30, :3] = 0  # three of ten columns of the upper third
    alt = figures.show_images([FLAG, part], ["flag", "cut"], ["3 colours", "two\nlines"]).alt
    assert alt == (
        "flag, 3 colours: top red 100%; middle white 100%; bottom blue 100%. "
        "cut, two, lines: top red 70%, black 30%; middle white 100%; bottom blue 100%"
    )


def test_every_pixel_of_a_tiny_image_is_told():
    assert figures.show_images([TINY], ["tiny"]).alt == (
        "tiny: row 0: black, 2 blue, black; row 1: blue, 2 light blue, blue; "
        "row 2: 3 yellow, orange; row 3: red, 2 orange, red"
    )
    assert figures.show_numbers(TINY[:1], [[7, 8, 9, 10]], "four").alt == (
        "four. row 0: 7 black, 8 blue, 9 blue, 10 black"
    )


def test_a_palette_is_told_from_dark_to_light_by_shares():
    centroids = [[255, 255, 255], [200, 0, 0], [0, 0, 90]]
    labels = np.repeat([0, 1, 2], (50, 20, 30))
    assert figures.palette_bar(centroids, labels, "flag").alt == (
        "flag. Dark to light: dark blue 30%, red 20%, white 50%"
    )
    many = figures.palette_bar(RNG.integers(0, 256, (64, 3)), np.arange(64), "64").alt
    assert many.endswith(" more")


def test_a_cloud_is_told_by_its_extent_and_its_colours():
    alt = figures.colour_cloud(FLAG.reshape(-1, 3), "flag", [[255, 140, 0]]).alt
    assert alt == (
        "flag. 3 colours; red 0 to 255, green 0 to 255, blue 0 to 255; in 3 of 512 cells of the "
        "cube; blue 33%, red 33%, white 33%; 1 centroids: orange"
    )


def test_the_cells_of_a_cloud_are_thirty_two_levels_wide():
    alt = figures.colour_cloud(np.uint8([[0, 0, 0], [31, 31, 31], [32, 0, 0]]), "three").alt
    assert "in 2 of 512 cells" in alt


def test_curves_are_told_by_start_end_half_way_and_minimum():
    curves = {"a": [1202.4, 498, 350, 282.2], "b": [9.25, 3.5], "c": [5, 2, 1, 4]}
    assert figures.error_curve(curves, "title").alt == (
        "title. mean squared error by iteration. a: 1,202 at 0, 282 at 3, half of the way at 1; "
        "b: 9.25 at 0, 3.5 at 1; c: 5 at 0, 4 at 3, half of the way at 1, lowest 1 at 2"
    )
    assert figures.error_curve([7], "one").alt == "one. mean squared error by iteration. 7 at 0"


def test_a_map_is_told_by_its_limits_and_its_parts():
    moved = FLAG.copy()
    moved[:30] -= np.uint8([30, 0, 0])
    assert figures.difference_map(FLAG, moved, "moved").alt == (
        "moved. distance: dark is 0, light is 30. "
        "Means of the parts, from top left to bottom right: 30, 30, 30; 0, 0, 0; 0, 0, 0"
    )


def test_times_are_told_as_multiples_of_the_fastest():
    assert figures.time_bars({"loops": 3, "product": 0.2}, "assign").alt == (
        "assign. As multiples of the fastest: loops 15, product 1"
    )


@pytest.mark.parametrize("value", [0, 3, 3.14159, 99.94, 100.4, 1234.5, 12345678.9, 0.00123])
def test_numbers_are_short_and_near(value):
    said = describe.number(value)
    assert len(said.replace(",", "")) <= 8
    assert float(said.replace(",", "")) == pytest.approx(value, rel=0.005)


@given(
    count=st.integers(1, 8),
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    title=st.text("abc =", max_size=20),
)
def test_images_are_told_within_the_limit(count, height, width, title):
    shown = [NOISE[:height, :width]] * count
    assert 0 < len(describe.images(shown, [title] * count, [""] * count)) <= 300
