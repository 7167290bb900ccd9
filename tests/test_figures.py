"""Figures show what they are given, pixel for pixel, and say it in words too."""

import base64
import io
import pkgutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from mpl_toolkits.mplot3d import proj3d
from PIL import Image

import kmeans_lesson
from kmeans_lesson import figures, init_centroids, kmeans, reconstruct, to_pixels
from kmeans_lesson.formats import encode

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (340, 400, 3), np.uint8)  # shown as it is, neither large nor small
TINY = RNG.integers(0, 256, (4, 5, 3), np.uint8)
CENTROIDS = np.array([[200.4, 10, 10], [250, 250, 250], [0, 0, 90], [20, 120, 20]])
LABELS = np.repeat([0, 1, 2], (20, 70, 10))  # the last centroid has no pixel
LONG = "a title that says so much that it needs more than a single line of this figure"
TIMES = {"loops over pixels and centroids": 86.4, "broadcasting": 0.25, "the package": 0.0051}


def quick_runs(image, seeds):
    """Run K-means for some seeds, with no iteration."""
    pixels = to_pixels(image)
    return [kmeans(pixels, init_centroids(pixels, 4, seed), iterations=0) for seed in seeds]


RUNS, RUNS_TALL = quick_runs(NOISE, range(20)), quick_runs(NOISE[:, :150], range(13))
FIGURES = {
    "an image": lambda: figures.show_images([NOISE], [LONG]),
    "a tiny image": lambda: figures.show_images([TINY], [LONG], ["one\ntwo"]),
    "a thin image": lambda: figures.show_images([TINY[:, :1]], ["tall"], [LONG]),
    "two sizes": lambda: figures.show_images([NOISE, TINY], ["a", LONG], ["", LONG]),
    "a grid": lambda: figures.show_images([NOISE] * 6, ["K"] * 6, ["9\n9"] * 6, columns=3),
    "seeds": lambda: figures.seed_strip(NOISE, RUNS),
    "seeds of a tall image": lambda: figures.seed_strip(NOISE[:, :150], RUNS_TALL),
    "numbers": lambda: figures.show_numbers(TINY, TINY[..., 0], "red"),
    "a table": lambda: figures.distance_table(TINY[0, :4], CENTROIDS[:2], [[75400] * 2] * 4, "t"),
    "palette": lambda: figures.palette_bar(CENTROIDS, LABELS, "palette"),
    "cloud": lambda: figures.colour_cloud(NOISE.reshape(-1, 3), "colours", CENTROIDS),
    "small cloud": lambda: figures.colour_cloud(TINY.reshape(-1, 3), "colours"),
    "curve": lambda: figures.error_curve([123456.7, 9.5, 3], "error"),
    "one error": lambda: figures.error_curve([0.0], "error"),
    "curves": lambda: figures.error_curve({"seed 0": [9, 4], "seed 1": [8, 5, 1]}, "e"),
    "a chart": lambda: figures.line_chart({"": ([1, 64], [9999.0, 5])}, "e", "K", "error"),
    "charts": lambda: figures.line_chart(
        {"palette": ([929, 16586], [19.8, 43.2]), "JPEG": ([5198, 12658], [23.3, 39.8])},
        LONG[:60],
        "bytes of the file",
        "PSNR in decibels",
        log=True,
    ),
    "times": lambda: figures.time_bars(TIMES, LONG[:60]),
    "difference": lambda: figures.difference_map(NOISE, NOISE[::-1], "moved"),
    "no difference": lambda: figures.difference_map(TINY, TINY, "not moved"),
}
every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)


def is_in(figure, image):
    """Tell whether an image stands in the figure, pixel for pixel."""
    page, (height, width) = figure.pixels(), image.shape[:2]
    corners = np.argwhere((page == image[0, 0]).all(axis=2))
    return any(np.array_equal(page[y : y + height, x : x + width], image) for y, x in corners)


def texts(figure):
    """Return the texts that a figure shows, as matplotlib's objects."""
    figure.pixels()
    with_axes = [axes for axes in figure.axes if axes.axison or axes.name == "3d"]
    found = (text for axes in with_axes for text in axes.findobj(Text))
    titles = (axes.title for axes in figure.axes)
    return [text for text in {*found, *titles} if text.get_visible() and text.get_text().strip()]


# ---------------------------------------------------------------- every figure


@every_figure
def test_alt_text_reaches_the_notebook(draw):
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append((tag, dict(attributes)))
    figure = draw()
    parser.feed(figure._repr_html_())
    ((tag, attributes),) = tags
    assert (tag, attributes["alt"]) == ("img", figure.alt)
    kind, data = attributes["src"].split(",")
    assert kind == "data:image/png;base64"
    shown = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    assert np.array_equal(shown, figure.pixels())


def test_a_title_with_any_letters_reaches_the_alt_text():
    title = """K = 4 & "few" colours: 4 < 16, 'bands'"""
    figure = figures.show_images([NOISE], [title])
    assert title in figure.alt
    assert "K = 4 &amp; &quot;few&quot; colours: 4 &lt; 16" in figure._repr_html_()


@pytest.mark.parametrize("alt", ["", " \n", 3])
def test_a_figure_without_alt_text_is_refused(alt):
    with pytest.raises(ValueError, match=r"^alt must be a text that says .*; got ") as error:
        figures.Figure(320, 240, alt)
    assert "\n" not in str(error.value)


@every_figure
def test_nothing_is_cut_off_or_too_small_to_read(draw):
    figure = draw()
    width, height = figure.get_size_inches() * figures.DPI
    assert figure.pixels().shape == (round(height), round(width), 3)
    assert width >= 320  # room for a title above a thin image
    drawn = figure.get_tightbbox()
    assert min(drawn.x0, drawn.y0) >= 0
    assert drawn.x1 * figures.DPI <= width
    assert drawn.y1 * figures.DPI <= height
    for text in texts(figure):  # 16 pixels where a notebook leaves 1000 for the figure
        pixels = text.get_fontsize() / 72 * figures.DPI * min(1, 1000 / width)
        assert pixels > 15.9, text


@every_figure
def test_no_text_stands_on_another(draw):
    boxes = [text.get_window_extent() for text in texts(draw())]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]


@every_figure
def test_draws_the_same_in_the_thread_of_a_callback(draw):
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(lambda: draw().pixels()).result()
    assert np.array_equal(other, draw().pixels())


def test_pyplot_is_never_imported():
    modules = [
        module.name for module in pkgutil.iter_modules(kmeans_lesson.__path__, "kmeans_lesson.")
    ]
    program = (
        f"import sys, importlib; sys.path[:0] = {[str(Path(__file__).parent), *sys.path]}\n"
        "import test_figures\n"
        "for draw in test_figures.FIGURES.values(): draw()._repr_html_()\n"
        f"for name in {modules}: importlib.import_module(name)\n"
        "print([name for name in sys.modules if 'pyplot' in name])"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


# ---------------------------------------------------------------- images


def test_shows_exactly_the_pixels():
    figure = figures.show_images([NOISE, NOISE[::-1], NOISE[:, ::-1]], list("abc"))
    assert is_in(figure, NOISE)
    assert is_in(figure, NOISE[::-1])
    assert is_in(figure, NOISE[:, ::-1])


def test_a_small_image_is_shown_in_blocks_and_a_large_one_by_every_nth_pixel():
    blocks = np.kron(TINY, np.ones((64, 64, 1), np.uint8))  # 5 pixels make the least width, 320
    assert is_in(figures.show_images([TINY], [""]), blocks)
    large = RNG.integers(0, 256, (700, 1290, 3), np.uint8)
    assert is_in(figures.show_images([large], [""]), large[::3, ::3])


def test_no_colour_is_added_but_the_white_of_the_page():
    page = figures.show_images([TINY], [""]).pixels().reshape(-1, 3)
    expected = np.unique([*TINY.reshape(-1, 3), (255, 255, 255)], axis=0)
    assert np.array_equal(np.unique(page, axis=0), expected)


def test_a_grid_goes_row_by_row_with_titles_and_captions():
    images = [np.full((340, 330, 3), 50 * i, np.uint8) for i in range(5)]
    titles, captions = [f"K = {i}" for i in range(5)], [f"{i} bytes" for i in range(5)]
    figure = figures.show_images(images, titles, captions, columns=2)
    page = figure.pixels()
    centres = [
        [round(page.shape[0] * y / 6), round(page.shape[1] * x / 4)]
        for y, x in product((1, 3, 5), (1, 3))
    ]
    assert [page[y, x, 0] for y, x in centres] == [0, 50, 100, 150, 200, 255]
    assert [axes.get_title() for axes in figure.axes] == titles
    assert [axes.get_xlabel() for axes in figure.axes] == captions


@pytest.mark.parametrize(
    ("image", "step", "block"), [(NOISE, 3, 1), (NOISE[:, :150], 2, 1), (TINY, 1, 36)]
)
def test_seeds_stand_in_order_each_with_its_image_and_its_error(image, step, block):
    runs = quick_runs(image, range(7))
    figure = figures.seed_strip(image, runs)
    titles = [f"seed {seed}: {run.errors[-1]:,.0f}" for seed, run in enumerate(runs)]
    assert [axes.get_title() for axes in figure.axes] == titles
    for axes, run in zip(figure.axes, runs, strict=True):
        result = reconstruct(run.labels, run.centroids, image.shape)[::step, ::step]
        (shown,) = axes.images
        assert np.array_equal(shown.get_array()[::block, ::block], result)


def test_numbers_stand_on_their_pixels():
    axes = figures.show_numbers(TINY, np.arange(20).reshape(4, 5), "title").axes[0]
    places = {text.get_text(): text.get_position() for text in axes.texts}
    assert places == {
        str(5 * y + x): (64 * x + 31.5, 64 * y + 31.5) for y in range(4) for x in range(5)
    }


def test_a_table_has_pixels_down_the_side_and_centroids_along_the_top():
    axes = figures.distance_table(TINY[0], CENTROIDS, np.arange(20).reshape(5, 4), "table").axes[0]
    (shown,) = axes.images
    block = shown.get_array().shape[0] // 6
    table = shown.get_array()[::block, ::block]
    assert np.array_equal(table[1:, 0], TINY[0])
    assert np.array_equal(table[0, 1:], CENTROIDS.astype(np.uint8))
    places = {text.get_text(): text.get_position() for text in axes.texts if text.get_text()}
    assert places == {
        str(4 * row + column): ((column + 1.5) * block - 0.5, (row + 1.5) * block - 0.5)
        for row in range(5)
        for column in range(4)
    }


@pytest.mark.parametrize("image", [NOISE / 255, NOISE[..., 0], [[1, 2, 3]]])
def test_what_is_no_image_is_refused_in_one_sentence(image):
    with pytest.raises(ValueError, match=r"^images must be an array of shape \(H, W, 3\).*; got"):
        figures.show_images([NOISE, image], ["a", "b"])


# ---------------------------------------------------------------- palette, cloud, curve, maps


def test_palette_is_as_wide_as_the_shares_from_dark_to_light():
    bars = figures.palette_bar(CENTROIDS, LABELS, "title").axes[0].patches
    # blue, green without pixels, red, white: 0.0722, 0.7152 and 0.2126 of them are seen as light
    np.testing.assert_allclose([bar.get_width() for bar in bars], [0.1, 0.2, 0, 0.7])
    np.testing.assert_allclose([bar.get_x() for bar in bars], [0, 0.1, 0.3, 0.3])
    shown = [np.multiply(bar.get_facecolor()[:3], 255) for bar in bars]
    np.testing.assert_allclose(shown, CENTROIDS[[2, 0, 3, 1]])


@pytest.mark.parametrize("points", [50, 10**6])
def test_cloud_shows_colours_of_the_image_the_same_every_time(points):
    pixels = np.concatenate([TINY.reshape(-1, 3), NOISE[:10].reshape(-1, 3)] * 2)
    different = {tuple(row) for row in pixels}

    def shown():
        dots, diamonds = figures.colour_cloud(pixels, "", CENTROIDS, points).axes[0].collections
        # matplotlib's y, the depth, is blue; its z, the height, is green
        return [np.transpose(group._offsets3d)[:, [0, 2, 1]] for group in (dots, diamonds)]

    dots, diamonds = shown()
    assert {tuple(dot) for dot in dots} <= different
    assert len(np.unique(dots, axis=0)) == len(dots) == min(points, len(different))
    np.testing.assert_allclose(diamonds, CENTROIDS)
    assert np.array_equal(dots, shown()[0])


def test_each_colour_stands_at_its_place_in_the_cloud():
    colours = 255 * np.eye(3, dtype=np.uint8)
    figure = figures.colour_cloud(colours, "")
    page, (axes,) = figure.pixels(), figure.axes
    for colour in colours:
        x, y, _ = proj3d.proj_transform(*colour[[0, 2, 1]], axes.get_proj())
        column, row = axes.transData.transform((x, y)).round().astype(int)
        assert np.array_equal(page[len(page) - row, column], colour)


def test_curve_shows_the_errors_at_whole_iterations():
    errors = {"first": [806.2, 402.5, 309.1], "second": [500.0, 300.0]}
    axes = figures.error_curve(errors, "title").axes[0]
    lines = {line.get_label(): line.get_xydata().tolist() for line in axes.lines}
    assert lines == {
        "first": [[0, 806.2], [1, 402.5], [2, 309.1]],
        "second": [[0, 500.0], [1, 300.0]],
    }
    assert [text.get_text() for text in axes.get_legend().texts] == ["first", "second"]
    for values in errors.values():
        axes = figures.error_curve(values[:1], "title").axes[0]
        assert [tick for tick in axes.get_xticks() if abs(tick) < 1] == [0]
        assert axes.get_ylim()[0] == 0


def test_curves_can_be_told_apart_without_their_colours():
    names = [f"seed {i}" for i in range(len(figures.COLOURS))]
    lines = figures.error_curve({name: [2, 1] for name in names}, "title").axes[0].lines
    assert len({line.get_marker() for line in lines}) == len(lines) == 5
    for line in lines:  # 3 to 1 is what WCAG 2.2, 1.4.11, asks of lines on white
        channels = np.array(to_rgb(line.get_color()))
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        assert 1.05 / (linear @ encode.LUMINANCE + 0.05) >= 3


def test_chart_shows_the_points_over_named_axes():
    curves = {"palette": ([929, 16586], [19.8, 43.2]), "JPEG": ([5198, 7000, 9000], [23, 35, 37])}
    for log, scale in ((False, "linear"), (True, "log")):
        axes = figures.line_chart(curves, "title", "bytes", "PSNR", log).axes[0]
        shown = {line.get_label(): line.get_xydata().T.tolist() for line in axes.lines}
        assert shown == {name: list(points) for name, points in curves.items()}
        assert [text.get_text() for text in axes.get_legend().texts] == list(curves)
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("bytes", "PSNR")
        assert axes.get_xscale() == axes.get_yscale() == scale
        assert log or axes.get_ylim()[0] == 0


def test_times_are_shown_as_ratios_to_the_fastest_in_the_order_given():
    (axes,) = figures.time_bars({"a": 0.5, "b": 0.0004, "c": 0.001}, "title").axes
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([1250, 1, 2.5])
    assert {text.get_text() for text in axes.texts} == {"1,250", "1.0", "2.5"}
    labels = [text.get_text() for text in axes.get_yticklabels()]
    heights = [bar.get_y() + bar.get_height() / 2 for bar in axes.patches]
    assert dict(zip(labels, axes.get_yticks(), strict=True)) == dict(
        zip("abc", heights, strict=True)
    )
    assert axes.yaxis_inverted(), "the first is on top"


def test_difference_map_shows_distances():
    figure = figures.difference_map(NOISE, NOISE[::-1], "title")
    (shades,) = figure.axes[0].images
    distances = np.linalg.norm(NOISE.astype(float) - NOISE[::-1], axis=2)
    np.testing.assert_allclose(shades.get_array(), distances)
    assert (shades.norm.vmin, shades.norm.vmax) == (0, distances.max())
