"""Figures with alt text: images, labels, the palette, the colour cloud, curves and times.

Every function returns a `Figure`, which shows itself in a notebook and has `savefig`. None uses
pyplot, so figures can also be drawn in the callback of a widget. Text is large enough for the back
row, and marks differ in shape or number as well as in colour.
"""

import base64
import html
import math
import textwrap

import matplotlib.figure
import numpy as np
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kmeans_lesson import arguments
from kmeans_lesson.colours import different
from kmeans_lesson.encode import encode

DPI = 100
MAX_SIDE = 640  # pixels; larger images are shown with every second, third, ... pixel
MIN_SIDE = 320  # smaller images are shown with every pixel as a block
TEXT = 20  # pixels, the size of titles and labels
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")  # Okabe & Ito (2008)
LUMINANCE = (0.2126, 0.7152, 0.0722)  # weights of R, G, B in Rec. ITU-R BT.709


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


def show_images(images, titles, alt, captions=None, columns=None):
    """Draw images, (H, W, 3) uint8 each, in a grid with a title above and a caption below each.

    One pixel of an image is one pixel of the figure, or a block of them, so no colour is blended.
    """
    panels = [_fit(arguments.image("images", image)) for image in images]
    columns = columns or len(panels)
    rows = math.ceil(len(panels) / columns)
    height, width = np.max([panel.shape[:2] for panel in panels], axis=0)
    width = max(width, MIN_SIDE) + 20
    size = max(TEXT, columns * width // 44)  # a wide figure is shown smaller, so its text grows
    titles, above = _wrap(titles, size, width)
    captions, below = _wrap(captions or [""] * len(panels), 0.8 * size, width)
    figure = Figure(columns * width, rows * (above + height + below) + 10, alt)
    for i, (panel, title, caption) in enumerate(zip(panels, titles, captions, strict=True)):
        left = i % columns * width + (width - panel.shape[1]) // 2
        top = i // columns * (above + height + below) + above
        axes = _axes_at(figure, left, top, panel.shape)
        axes.imshow(panel, interpolation="none")
        axes.set_title(title, fontsize=_points(size), pad=_points(6))
        axes.set_xlabel(caption, fontsize=_points(0.8 * size), labelpad=_points(4))
    return figure


def show_numbers(image, numbers, title, alt):
    """Draw a tiny image, (H, W, 3) uint8, with the (H, W) `numbers` written on its pixels."""
    figure = show_images([image], [title], alt)
    axes = figure.axes[0]
    block = _fit(image).shape[0] // image.shape[0]
    for (row, column), number in np.ndenumerate(numbers):
        x, y = (column + 0.5) * block - 0.5, (row + 0.5) * block - 0.5
        text = axes.text(x, y, number, fontsize=_points(block / 3), ha="center", va="center")
        _outlined(text)
    return figure


def palette_bar(centroids, labels, title, alt):
    """Draw the K centroids as one bar, dark to light, each as wide as its share of the pixels."""
    shares = np.bincount(labels, minlength=len(centroids)) / len(labels)
    order = np.argsort(np.dot(centroids, LUMINANCE), kind="stable")
    figure = Figure(900, 150, alt, layout="constrained")
    axes = figure.subplots()
    left = 0
    for label in order:
        colour = np.clip(centroids[label] / 255, 0, 1)
        axes.barh(0, shares[label], left=left, height=1, color=colour, edgecolor="white")
        if shares[label] >= 0.05:
            text = axes.text(left + shares[label] / 2, 0, f"{shares[label]:.0%}")
            _outlined(text).set(fontsize=_points(20), ha="center", va="center")
        left += shares[label]
    axes.set(xlim=(0, 1), ylim=(-0.5, 0.5))
    axes.set_axis_off()
    axes.set_title(title, fontsize=_points(TEXT))
    return figure


def colour_cloud(pixels, title, alt, centroids=None, points=4000):
    """Draw pixels, (N, 3), as points in the RGB cube, and centroids, (K, 3), as large diamonds.

    A cloud shows at most `points` of the different colours, the same ones every time.
    """
    colours = different(np.asarray(pixels, np.uint8))
    rng = np.random.default_rng(0)
    shown = colours[rng.permutation(len(colours))[:points]]
    figure = Figure(640, 560, alt)
    axes = figure.add_axes((-0.03, 0.05, 1, 0.88), projection="3d", computed_zorder=False)
    size = 6 if len(shown) > 100 else 200
    axes.scatter(
        *shown.T, c=shown / 255, s=size, depthshade=False, edgecolors="grey", linewidths=0.1
    )
    if centroids is not None:
        faces = np.clip(np.asarray(centroids) / 255, 0, 1)
        marks = {"marker": "D", "s": 130, "edgecolors": "black", "linewidths": 1.8, "zorder": 3}
        axes.scatter(*np.transpose(centroids), c=faces, depthshade=False, **marks)
    for name, channel in (("x", "red"), ("y", "green"), ("z", "blue")):
        axis = getattr(axes, f"{name}axis")
        axes.set(**{f"{name}lim": (-8, 263), f"{name}ticks": (0, 128, 255)})
        axis.set_label_text(channel, fontsize=_points(TEXT))
        axis.set_tick_params(labelsize=_points(16))
        axis.set_rotate_label(False)
        axis.labelpad = 12
    axes.set_title(title, fontsize=_points(TEXT))
    axes.set_box_aspect((1, 1, 1), zoom=1)
    return figure


def error_curve(errors, title, alt):
    """Draw the mean squared error after 0, 1, 2, ... iterations; `errors` may be {name: errors}."""
    curves = errors if isinstance(errors, dict) else {"": errors}
    points = {name: (range(len(values)), values) for name, values in curves.items()}
    figure = line_chart(points, title, "iteration", "mean squared error", alt)
    (axes,) = figure.axes
    axes.set_xlim(-0.3, max(len(values) for values in curves.values()) - 0.7)
    return figure


def label_map(labels, shape, title, alt):
    """Draw the labels, (N,), as a map of the image of that shape: one shade for each label."""
    return _map(np.reshape(labels, shape[:2]), title, "label", alt, levels=int(np.max(labels)) + 1)


def difference_map(original, compressed, title, alt):
    """Draw how far each pixel has moved: the distance between its two colours in the RGB cube."""
    steps = original.astype(float) - compressed
    return _map(np.sqrt((steps**2).sum(axis=2)), title, "distance", alt)


def line_chart(curves, title, across, up, alt, log=False):
    """Draw curves, {name: (xs, ys)}, over two named axes, from 0 up or, if `log`, by doublings."""
    figure = Figure(900, 450, alt, layout="constrained")
    axes = figure.subplots()
    axes.set_prop_cycle(color=COLOURS, marker=list("osD^v"))
    for name, (xs, ys) in curves.items():
        axes.plot(xs, ys, label=name, markersize=9, linewidth=2, clip_on=False)
    axes.set_title(title, fontsize=_points(TEXT))
    axes.set_xlabel(across, fontsize=_points(TEXT))
    axes.set_ylabel(up, fontsize=_points(TEXT))
    axes.tick_params(labelsize=_points(18))
    if log:
        for axis, scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
            scale("log", base=2)
            axis.set_major_formatter("{x:,g}")
    else:
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    if any(curves):
        axes.legend(fontsize=_points(18))
    return figure


def time_bars(seconds, title, alt):
    """Draw how many times as long as the fastest each took, {name: seconds}, by factors of ten."""
    figure = Figure(900, 450, alt, layout="constrained")
    axes = figure.subplots()
    ratios = np.divide(list(seconds.values()), min(seconds.values()))
    bars = axes.barh(list(seconds), ratios, color=COLOURS[0])
    words = [f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}" for ratio in ratios]
    axes.bar_label(bars, words, padding=6, fontsize=_points(18))
    axes.set(xscale="log", xlim=(0.5, max(10, 4 * ratios.max())))
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.xaxis.set_minor_formatter("")
    axes.invert_yaxis()
    axes.set_title(title, fontsize=_points(TEXT))
    axes.set_xlabel("times as long as the fastest", fontsize=_points(TEXT))
    axes.tick_params(labelsize=_points(18))
    axes.grid(axis="x", alpha=0.3)
    return figure


def _map(values, title, meaning, alt, levels=None):
    panel = _fit(values)
    height, width = panel.shape[0], max(panel.shape[1], MIN_SIDE)
    (title,), above = _wrap([title], TEXT, width)
    figure = Figure(width + 140, above + height + 20, alt)
    colours = matplotlib.colormaps["cividis"].resampled(levels or 256)
    low, high = (-0.5, levels - 0.5) if levels else (0, max(1, values.max()))
    axes = _axes_at(figure, 10 + (width - panel.shape[1]) // 2, above, panel.shape)
    shades = axes.imshow(panel, cmap=colours, vmin=low, vmax=high, interpolation="none")
    axes.set_title(title, fontsize=_points(TEXT))
    beside = _axes_at(figure, width + 30, above, (height, 24))
    ticks = range(0, levels, math.ceil(levels / 16)) if levels else None
    bar = figure.colorbar(shades, cax=beside, ticks=ticks)
    bar.set_label(meaning, fontsize=_points(TEXT))
    beside.tick_params(labelsize=_points(16))
    return figure


def _fit(image):
    """Show a large image with fewer pixels and a small one with blocks; blend nothing."""
    longest = max(image.shape[:2])
    step, block = math.ceil(longest / MAX_SIDE), math.ceil(MIN_SIDE / longest)
    return image[::step, ::step].repeat(block, axis=0).repeat(block, axis=1)


def _wrap(texts, size, width):
    """Break texts into lines that fit into `width` pixels; return them and the height they need."""
    letters = int(width / (0.6 * size))
    wrapped = [
        "\n".join(textwrap.fill(line, letters) for line in text.split("\n")) for text in texts
    ]
    lines = max(text.count("\n") + 1 if text else 0 for text in wrapped)
    return wrapped, round(lines * 1.25 * size) + 12


def _axes_at(figure, left, top, shape):
    """Add axes that cover exactly `shape` pixels of the figure, without ticks."""
    height, width = shape[:2]
    across, up = figure.get_size_inches() * DPI
    place = (left / across, 1 - (top + height) / up, width / across, height / up)
    return figure.add_axes(place, xticks=[], yticks=[], frame_on=False)


def _points(pixels):
    """Turn a length in pixels into matplotlib's points, 72 to the inch."""
    return pixels * 72 / DPI


def _outlined(text):
    """Make a text readable on any colour: white with a black outline."""
    text.set(color="white", path_effects=[patheffects.withStroke(linewidth=3, foreground="black")])
    return text
