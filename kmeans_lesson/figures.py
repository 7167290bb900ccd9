"""Figures with alt text: images, the palette, the colour cloud, curves, maps and times.

The alt text is made from what a figure shows, by `describe`. Every function returns a `Figure`,
which shows itself in a notebook and has `savefig`. None uses pyplot, so figures can also be drawn
in the callback of a widget. Text is large enough for the back row, and marks differ in shape or
number as well as in colour.
"""

import base64
import html
import math
import textwrap

import matplotlib.figure
import numpy as np
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kmeans_lesson import arguments, describe
from kmeans_lesson.engine.colours import different
from kmeans_lesson.formats.encode import dark_to_light, encode
from kmeans_lesson.images import reconstruct

DPI = 72  # so that matplotlib's points, 72 to the inch, are pixels
MAX_SIDE = 640  # pixels; larger images are shown with every second, third, ... pixel
MIN_SIDE = 320  # smaller images are shown with every pixel as a block
STRIP_SIDE = 180  # the images of many seeds are small
TEXT = 20  # pixels, the size of titles and labels
SMALL_TEXT = 16
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")  # Okabe & Ito (2008)
WAYS = [0, 2, 1]  # channels to the right, into the depth and up
OUTLINE = [patheffects.withStroke(linewidth=4, foreground="black")]
ON_ANY_COLOUR = {"color": "white", "path_effects": OUTLINE}  # how to write on it


class Figure(matplotlib.figure.Figure):
    """A matplotlib figure of width x height pixels that carries its alt text into the notebook."""

    def __init__(self, width, height, alt, **options):
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError(f"alt must be a text that says what the figure shows; got {alt!r}")
        super().__init__(figsize=(width / DPI, height / DPI), dpi=DPI, **options)
        self.alt = alt

    def pixels(self):
        """Return the figure as an image, (height, width, 3) uint8."""
        canvas = FigureCanvasAgg(self)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., :3]

    def _repr_html_(self):
        data = base64.b64encode(encode(self.pixels())).decode()
        source = f"data:image/png;base64,{data}"
        style = "max-width: 100%; max-height: 80vh"  # as large as the window can show at once
        return f'<img alt="{html.escape(self.alt)}" style="{style}" src="{source}">'


def show_images(images, titles, captions=None, columns=None):
    """Draw images, (H, W, 3) uint8 each, in a grid with a title above and a caption below each.

    One pixel of an image is one pixel of the figure, or a block of them, so no colour is blended.
    """
    images = [arguments.image("images", image) for image in images]
    captions = captions or [""] * len(images)
    alt = describe.images([thin(image) for image in images], titles, captions)
    return _grid(images, titles, alt, captions, columns or len(images))


def seed_strip(image, runs):
    """Draw what the runs of seed 0, 1, 2, ... make of an image, (H, W, 3) uint8, with their errors.

    They are small, five in a row: to see what is the same for every seed, and what is chance.
    """
    painted = [reconstruct(run.labels, run.centroids, image.shape) for run in runs]
    errors = [run.errors[-1] for run in runs]
    titles = [f"seed {seed}: {describe.number(error)}" for seed, error in enumerate(errors)]
    small = [thin(result, STRIP_SIDE) for result in painted]
    return _grid(small, titles, describe.seeds(errors), [""] * len(runs), 5, least=STRIP_SIDE)


def show_numbers(image, numbers, title):
    """Draw a tiny image, (H, W, 3) uint8, with the (H, W) `numbers` written on its pixels."""
    alt = describe.numbers(arguments.image("image", image), numbers, title)
    figure = _grid([image], [title], alt, [""], 1)
    block = _fit(image).shape[0] // image.shape[0]
    size = block / max(3, 0.8 * max(len(str(number)) for number in np.ravel(numbers)))
    for (row, column), number in np.ndenumerate(numbers):
        x, y = (column + 0.5) * block - 0.5, (row + 0.5) * block - 0.5
        style = {"size": size, "ha": "center", "va": "center"} | ON_ANY_COLOUR
        figure.axes[0].text(x, y, number, **style)
    return figure


def distance_table(pixels, centroids, numbers, title):
    """Draw a few pixels, (N, 3), below each other, centroids, (K, 3), side by side, and numbers.

    The (N, K) `numbers` stand where the row of a pixel meets the column of a centroid.
    """
    table = np.full((len(pixels) + 1, len(centroids) + 1, 3), 160, np.uint8)
    table[0, 0], table[1:, 0], table[0, 1:] = 255, pixels, centroids
    words = np.full(table.shape[:2], "", object)
    words[1:, 1:] = numbers
    return show_numbers(table, words, title)


def palette_bar(centroids, labels, title):
    """Draw the K centroids as one bar, dark to light, each as wide as its share of the pixels."""
    order = dark_to_light(np.asarray(centroids))
    shares = np.bincount(labels, minlength=len(centroids))[order] / len(labels)
    ordered = np.asarray(centroids)[order]
    colours = np.clip(ordered / 255, 0, 1)
    figure, axes = _chart(150, title, describe.palette(ordered, shares, title))
    left = np.cumsum(shares) - shares
    bars = axes.barh(0, shares, left=left, height=1, color=colours, edgecolor="grey")
    words = [f"{share:.0%}" if share >= 0.05 else "" for share in shares]
    axes.bar_label(bars, words, label_type="center", size=TEXT, **ON_ANY_COLOUR)
    axes.set(xlim=(0, 1), ylim=(-0.5, 0.5))
    axes.set_axis_off()
    return figure


def colour_cloud(pixels, title, centroids=None, points=4000):
    """Draw pixels, (N, 3), as points in the RGB cube, and centroids, (K, 3), as large diamonds.

    Red goes to the right, blue into the depth and green up, as in the live lab.
    A cloud shows at most `points` of the different colours, the same ones every time.
    """
    colours = different(np.asarray(pixels, np.uint8))
    shown = np.random.default_rng(0).permutation(colours)[:points]
    figure = Figure(640, 560, describe.cloud(colours, title, centroids))
    axes = figure.add_axes((-0.03, 0.05, 1, 0.88), projection="3d", computed_zorder=False)
    size = 12 if len(shown) > 100 else 400
    axes.scatter(*shown.T[WAYS], c=shown / 255, s=size, depthshade=False, ec="grey", lw=0.1)
    if centroids is not None:
        faces = np.clip(np.asarray(centroids) / 255, 0, 1)
        marks = {"marker": "D", "s": 250, "ec": "black", "lw": 2.5, "zorder": 3}
        axes.scatter(*np.transpose(centroids)[WAYS], c=faces, depthshade=False, **marks)
    axes.set(xlim=(-8, 263), ylim=(-8, 263), zlim=(-8, 263))
    for axis, channel in ((axes.xaxis, "red"), (axes.yaxis, "blue"), (axes.zaxis, "green")):
        axis.set(ticks=(0, 128, 255), rotate_label=False)
        axis.set_label_text(channel, size=TEXT)
        axis.labelpad = 22
    axes.tick_params(labelsize=SMALL_TEXT)
    axes.set_title(title, size=TEXT)
    axes.set_box_aspect((1, 1, 1), zoom=1)
    return figure


def error_curve(errors, title):
    """Draw the mean squared error after 0, 1, 2, ... iterations; `errors` may be {name: errors}."""
    curves = errors if isinstance(errors, dict) else {"": errors}
    points = {name: (range(len(values)), values) for name, values in curves.items()}
    figure = line_chart(points, title, "iteration", "mean squared error")
    figure.axes[0].set_xlim(-0.3, max(map(len, curves.values())) - 0.7)
    return figure


def difference_map(original, compressed, title):
    """Draw how far each pixel has moved: the distance between its two colours in the RGB cube."""
    steps = np.linalg.norm(original.astype(float) - compressed, axis=2)
    alt = describe.shades(steps, title, "distance")
    figure = _grid(
        [steps], [title], alt, [""], 1, right=120, cmap="cividis", clim=(0, max(1, steps.max()))
    )
    width = figure.get_size_inches()[0] * DPI
    below, height = figure.axes[0].get_position().bounds[1::2]
    bar = figure.add_axes((1 - 110 / width, below, 24 / width, height))
    figure.colorbar(figure.axes[0].images[0], bar)
    bar.set_ylabel("distance", size=TEXT, labelpad=6)
    bar.tick_params(labelsize=SMALL_TEXT)
    return figure


def line_chart(curves, title, across, up, log=False):
    """Draw curves, {name: (xs, ys)}, over two named axes, from 0 up or, if `log`, by doublings."""
    figure, axes = _chart(450, title, describe.curves(curves, title, across, up))
    axes.set_prop_cycle(color=COLOURS, marker=list("osD^v"))
    for name, (xs, ys) in curves.items():
        axes.plot(xs, ys, label=name, markersize=12, linewidth=3, clip_on=False)
    axes.set_xlabel(across, size=TEXT)
    axes.set_ylabel(up, size=TEXT)
    axes.tick_params(labelsize=SMALL_TEXT)
    if log:
        for axis, scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
            scale("log", base=2)
            axis.set_major_formatter("{x:,g}")
    else:
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    if any(curves):
        axes.legend(fontsize=SMALL_TEXT)
    return figure


def time_bars(seconds, title):
    """Draw how many times as long as the fastest each took, {name: seconds}, by factors of ten."""
    ratios = np.divide(list(seconds.values()), min(seconds.values()))
    figure, axes = _chart(450, title, describe.times(seconds, ratios, title))
    bars = axes.barh(list(seconds), ratios, color=COLOURS[0])
    words = [f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}" for ratio in ratios]
    axes.bar_label(bars, words, padding=6, fontsize=SMALL_TEXT)
    axes.set(xscale="log", xlim=(0.5, max(10, 4 * ratios.max())))
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.xaxis.set_minor_formatter("")
    axes.invert_yaxis()
    axes.set_xlabel("times as long as the fastest", size=TEXT)
    axes.tick_params(labelsize=SMALL_TEXT)
    axes.grid(axis="x", alpha=0.3)
    return figure


def _grid(images, titles, alt, captions, columns, right=0, least=MIN_SIDE, **options):
    """Draw images in a grid, each at least that wide, with `right` pixels left free beside it."""
    panels = [_fit(image, least) for image in images]
    height, width = np.max([panel.shape[:2] for panel in panels], axis=0)
    width = max(width, least) + 20
    size = max(TEXT, columns * width // 44)  # a wide figure is shown smaller, so its text grows
    titles, above = _wrap(titles, size, width)
    captions, below = _wrap(captions, 0.8 * size, width)
    step = above + height + below
    across, down = columns * width + right, math.ceil(len(panels) / columns) * step + 10
    figure = Figure(across, down, alt)
    for i, (panel, title, caption) in enumerate(zip(panels, titles, captions, strict=True)):
        height, length = panel.shape[:2]
        left, top = i % columns * width + (width - length) // 2, i // columns * step + above
        place = (left / across, 1 - (top + height) / down, length / across, height / down)
        axes = figure.add_axes(place, xticks=[], yticks=[], frame_on=False)
        axes.imshow(panel, interpolation="none", **options)
        axes.set_title(title, size=size, pad=6)
        axes.set_xlabel(caption, size=0.8 * size, labelpad=4)
    return figure


def _chart(height, title, alt):
    """Return a wide figure of that height, and its axes under a title."""
    figure = Figure(900, height, alt, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, size=TEXT)
    return figure, axes


def thin(image, side=MAX_SIDE):
    """Take every second, third, ... pixel of an image, (H, W, 3), with a longer side than that."""
    step = math.ceil(max(image.shape[:2]) / side)
    return image[::step, ::step]


def _fit(image, least=MIN_SIDE):
    """Show a large image with fewer pixels and a small one with blocks; blend nothing."""
    block = max(1, round(least / max(image.shape[:2])))
    return thin(image).repeat(block, axis=0).repeat(block, axis=1)


def _wrap(texts, size, width):
    """Break texts into lines that fit into `width` pixels; return them and the height they need."""
    letters = int(width / (0.6 * size))
    wrapped = ["\n".join(textwrap.fill(line, letters) for line in t.split("\n")) for t in texts]
    lines = max(len(text.splitlines()) for text in wrapped)
    return wrapped, round(lines * 1.25 * size) + 12
