"""Figures with alt text: images, labels, the palette, the colour cloud and the error curve.

Every function returns a `Figure`, which shows itself in a notebook and has `savefig`. None uses
pyplot, so figures can also be drawn in the callback of a widget. Text is large enough for the back
row, and marks differ in shape or number as well as in colour.
"""

import base64
import html
import math

import matplotlib.figure
import numpy as np
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kmeans_lesson.colours import count, pack, unpack
from kmeans_lesson.images import encode

DPI = 100
MAX_SIDE = 640  # pixels; larger images are shown with every second, third, ... pixel
MIN_SIDE = 240  # smaller images are shown with every pixel as a block
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
        return f'<img alt="{html.escape(self.alt)}" style="max-width: 100%" src="{source}">'


def show_images(images, titles, alt, captions=None, columns=None):
    """Draw images, (H, W, 3) uint8 each, in a grid with a title above and a caption below each.

    One pixel of an image is one pixel of the figure, or a block of them, so no colour is blended.
    """
    captions = captions or [""] * len(images)
    panels = [_fit(image) for image in images]
    columns = columns or len(panels)
    rows = math.ceil(len(panels) / columns)
    height, width = np.max([panel.shape[:2] for panel in panels], axis=0)
    gap = 20
    size = max(16, (columns * (width + gap)) // 44)  # of the letters, in pixels
    line = int(1.5 * size)
    above, below = line + 6, line * max(text.count("\n") + 1 for text in captions) + 6
    if not any(captions):
        below = 0
    cell = height + above + below
    figure = Figure(columns * (width + gap), rows * cell + 10, alt)
    for i, panel in enumerate(panels):
        left = (i % columns) * (width + gap) + gap // 2
        bottom = (rows - 1 - i // columns) * cell + below + 5
        axes = _axes_at(figure, left, bottom + height - panel.shape[0], panel.shape)
        axes.imshow(panel, interpolation="none")
        axes.set_title(titles[i], fontsize=_points(size), pad=_points(6))
        axes.set_xlabel(captions[i], fontsize=_points(0.8 * size), labelpad=_points(4))
    return figure


def show_numbers(image, numbers, title, alt):
    """Draw a tiny image, (H, W, 3) uint8, with the (H, W) `numbers` written on its pixels."""
    figure = show_images([image], [title], alt)
    axes = figure.axes[0]
    block = _fit(image).shape[0] // image.shape[0]
    for (row, column), number in np.ndenumerate(numbers):
        x, y = (column + 0.5) * block - 0.5, (row + 0.5) * block - 0.5
        _outlined(axes.text(x, y, number, fontsize=_points(22), ha="center", va="center"))
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
    axes.set_title(title, fontsize=_points(20))
    return figure


def colour_cloud(pixels, title, alt, centroids=None, points=4000):
    """Draw pixels, (N, 3), as points in the RGB cube, and centroids, (K, 3), as large diamonds.

    A cloud shows at most `points` of the different colours, the same ones every time.
    """
    colours = unpack(count(pack(np.asarray(pixels, np.uint8)))[0])
    rng = np.random.default_rng(0)
    shown = colours[rng.permutation(len(colours))[:points]]
    figure = Figure(640, 600, alt, layout="constrained")
    axes = figure.add_subplot(projection="3d", computed_zorder=False)
    size = 6 if len(shown) > 100 else 200
    axes.scatter(
        *shown.T, c=shown / 255, s=size, depthshade=False, edgecolors="grey", linewidths=0.1
    )
    if centroids is not None:
        faces = np.clip(np.asarray(centroids) / 255, 0, 1)
        marks = {"marker": "D", "s": 130, "edgecolors": "black", "linewidths": 1.8, "zorder": 3}
        axes.scatter(*np.transpose(centroids), c=faces, depthshade=False, **marks)
    for axis, name in zip(
        (axes.xaxis, axes.yaxis, axes.zaxis), ("red", "green", "blue"), strict=True
    ):
        axis.set(label_text=name, ticks=(0, 128, 255))
        axis.label.set_fontsize(_points(20))
        axis.set_tick_params(labelsize=_points(16))
    axes.set_title(title, fontsize=_points(20))
    axes.set_box_aspect((1, 1, 1), zoom=0.9)
    return figure


def error_curve(errors, title, alt):
    """Draw the mean squared error after 0, 1, 2, ... iterations; `errors` may be {name: errors}."""
    curves = errors if isinstance(errors, dict) else {"": errors}
    figure = Figure(900, 450, alt, layout="constrained")
    axes = figure.subplots()
    axes.set_prop_cycle(color=COLOURS, marker=list("osD^v"))
    for name, values in curves.items():
        axes.plot(range(len(values)), values, label=name, markersize=9, linewidth=2)
    axes.set_title(title, fontsize=_points(20))
    axes.set_xlabel("iteration", fontsize=_points(20))
    axes.set_ylabel("mean squared error", fontsize=_points(20))
    axes.tick_params(labelsize=_points(18))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    if isinstance(errors, dict):
        axes.legend(fontsize=_points(18))
    return figure


def label_map(labels, shape, title, alt):
    """Draw the labels, (N,), as a map of the image of that shape: one shade for each label."""
    return _map(np.reshape(labels, shape[:2]), title, "label", alt, levels=int(np.max(labels)) + 1)


def difference_map(original, compressed, title, alt):
    """Draw how far each pixel has moved: the distance between its two colours in the RGB cube."""
    steps = original.astype(float) - compressed
    return _map(np.sqrt((steps**2).sum(axis=2)), title, "distance", alt)


def _map(values, title, meaning, alt, levels=None):
    figure = Figure(900, 620, alt, layout="constrained")
    axes = figure.subplots()
    colours = matplotlib.colormaps["cividis"].resampled(levels or 256)
    limits = {"vmin": -0.5, "vmax": levels - 0.5} if levels else {"vmin": 0}
    shades = axes.imshow(_fit(values), cmap=colours, interpolation="nearest", **limits)
    axes.set_axis_off()
    axes.set_title(title, fontsize=_points(22))
    bar = figure.colorbar(shades, ax=axes, shrink=0.8)
    bar.set_label(meaning, fontsize=_points(20))
    bar.ax.tick_params(labelsize=_points(18))
    return figure


def _fit(image):
    """Show a large image with fewer pixels and a small one with blocks; blend nothing."""
    longest = max(image.shape[:2])
    step, block = math.ceil(longest / MAX_SIDE), math.ceil(MIN_SIDE / longest)
    return image[::step, ::step].repeat(block, axis=0).repeat(block, axis=1)


def _axes_at(figure, left, bottom, shape):
    """Add axes that cover exactly `shape` pixels of the figure, without ticks."""
    height, width = shape[:2]
    across, up = figure.get_size_inches() * DPI
    place = (left / across, bottom / up, width / across, height / up)
    return figure.add_axes(place, xticks=[], yticks=[], frame_on=False)


def _points(pixels):
    """Turn a length in pixels into matplotlib's points, 72 to the inch."""
    return pixels * 72 / DPI


def _outlined(text):
    """Make a text readable on any colour: white with a black outline."""
    text.set(color="white", path_effects=[patheffects.withStroke(linewidth=3, foreground="black")])
    return text
