"""The last figure of one's own program: what it made of a photo, and whose functions made it."""

import numpy as np

from kmeans_lesson import describe, figures
from kmeans_lesson.figures import ON_ANY_COLOUR, SMALL_TEXT, TEXT
from kmeans_lesson.formats.encode import dark_to_light

WIDTH, HEIGHT = 1100, 800  # pixels
PANEL = 400, 300  # of each of the two images, at most


def certificate(mine, image, result, run):
    """Draw a photo, its compressed image, palette and error curve, and whose functions made them.

    Parameters
    ----------
    mine : Kept
        As `kept` gives it.
    image, result : (H, W, 3) uint8
    run : Run
        As `kmeans` gives it.

    Returns
    -------
    Figure
        With an alt text.

    Examples
    --------
    >>> from kmeans_lesson import kmeans
    >>> from kmeans_lesson.checks import kept
    >>> image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    >>> run = kmeans(image.reshape(-1, 3), [[0, 0, 0], [9, 9, 9]])
    >>> certificate(kept(), image, image, run).alt[:39]
    'My own program, K = 2: error 3 to 2.25 '
    """
    others = [name for name in mine.names if name not in mine.own]
    verb = "is" if len(mine.own) == 1 else "are"
    title = f"My own program: {len(mine.own)} of its {len(mine.names)} functions {verb} mine"
    alt = describe.certificate(run.errors, run.centroids, mine.own, others)
    figure = figures.Figure(WIDTH, HEIGHT, alt)
    figure.text(0.5, 0.96, title, size=1.3 * TEXT, ha="center", va="center")
    _draw_image(figure, image, (20, 60), "photo")
    _draw_image(figure, result, (440, 60), f"K = {len(run.centroids)}")
    _draw_palette(figure, run)
    _draw_errors(figure, run.errors)
    for row, name in enumerate(mine.names):
        sign, whose = ("✓", "mine") if name in mine.own else ("○", "borrowed")
        y = 1 - (120 + 66 * row) / HEIGHT
        figure.text(870 / WIDTH, y, f"{sign} {name}", size=TEXT, family="DejaVu Sans")
        figure.text(900 / WIDTH, y - 25 / HEIGHT, whose, size=SMALL_TEXT, color="#555555")
    return figure


def _axes(figure, left, top, width, height, **options):
    """Add axes at a place in pixels from the upper left corner."""
    place = (left / WIDTH, 1 - (top + height) / HEIGHT, width / WIDTH, height / HEIGHT)
    return figure.add_axes(place, **options)


def _draw_image(figure, image, corner, title):
    axes = _axes(figure, *corner, *PANEL, xticks=[], yticks=[], frame_on=False)
    axes.imshow(figures.thin(image), interpolation="none")
    axes.set_xlabel(title, size=TEXT)


def _draw_palette(figure, run):
    """Draw the centroids from dark to light, each as wide as its share of the pixels."""
    order = dark_to_light(run.centroids)
    shares = np.bincount(run.labels, minlength=len(order))[order] / len(run.labels)
    colours = np.clip(run.centroids[order] / 255, 0, 1)
    axes = _axes(figure, 20, 410, 820, 60)
    left = np.cumsum(shares) - shares
    axes.barh(0, shares, left=left, height=1, color=colours, edgecolor="grey")
    axes.text(0.01, 0, "palette", size=SMALL_TEXT, va="center", **ON_ANY_COLOUR)
    axes.set(xlim=(0, 1), ylim=(-0.5, 0.5))
    axes.set_axis_off()


def _draw_errors(figure, errors):
    axes = _axes(figure, 110, 500, 730, 220)
    axes.plot(errors, marker="o", markersize=10, linewidth=3, color=figures.COLOURS[0])
    axes.set_ylim(0, 1.1 * max(errors[0], 1))
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    axes.set_xlabel("iteration", size=TEXT)
    axes.set_ylabel("mean squared error", size=SMALL_TEXT)
    axes.tick_params(labelsize=SMALL_TEXT)
    axes.grid(alpha=0.3)
    axes.annotate(
        describe.number(errors[-1]),
        (len(errors) - 1, errors[-1]),
        (0, 14),
        textcoords="offset points",
        size=TEXT,
        ha="right",
    )
