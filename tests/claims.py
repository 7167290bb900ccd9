"""What the tests of the claims share: images, runs of twenty seeds, and what the notebooks say."""

from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.cbook import get_sample_data

from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, to_pixels
from kmeans_lesson.kmeans import Run

ROOT = Path(__file__).resolve().parent.parent
PORTRAIT = get_sample_data("grace_hopper.jpg", asfileobj=False)
NAMES = ("marbles", "sunset", "confetti", "poster", "portrait")
SEEDS = range(20)
every_image = pytest.mark.parametrize("name", NAMES)


def says(number, *sentences):
    """Assert that a notebook says these sentences, so that no claim changes without its test."""
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    text = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for sentence in sentences:
        assert sentence in text, f"{number} no longer says: {sentence}"


@cache
def image(name, step=1):
    """Return an image, or every second, third, ... row and column of it."""
    whole = load_image(PORTRAIT if name == "portrait" else ROOT / f"data/{name}.png")
    return whole[::step, ::step]


FIRST, PART = 10, 40  # iterations that are run at a time: of every run, and of a longer one


def is_converged(found):
    return np.array_equal(found.history[-1], found.history[-2])


MARBLES = {  # where some of the marbles are: column, row and radius of a disc inside them
    "red": (600, 160, 45),
    "yellow": (374, 289, 55),
    "green": (189, 277, 55),
    "dark green": (625, 255, 35),
    "violet": (38, 297, 40),
    "blue": (508, 299, 45),
    "gold": (92, 190, 55),
}


def in_marble(which, values):
    """Return the values, one for each pixel of the marbles, that belong to one of them."""
    column, row, radius = MARBLES[which]
    rows, columns = np.mgrid[:427, :640]
    inside = (columns - column) ** 2 + (rows - row) ** 2 < radius**2
    return np.asarray(values).reshape(*inside.shape, -1)[inside].squeeze()


def colour_kept(which, k, seed):
    """Return how much of a marble's strong colours are strong, and of the same kind, with K."""
    before = in_marble(which, image("marbles")).astype(int)
    after = in_marble(which, result("marbles", k, seed)).astype(int)
    before, after = (rows[np.ptp(before, axis=1) > 75] for rows in (before, after))
    same = before.argmax(axis=1) == after.argmax(axis=1)
    return (same & (np.ptp(after, axis=1) > 75)).mean()


@cache
def run(name, k, seed, method="random", iterations=10, step=1):
    """Return a run. A long one goes on from a shorter one, unless that has converged."""
    pixels = to_pixels(image(name, step))
    if step > 3:
        pixels = pixels.astype(float)  # quicker where there are few
    if iterations <= FIRST:
        return kmeans(pixels, init_centroids(pixels, k, seed, method), iterations)
    before = run(name, k, seed, method, max(FIRST, iterations - PART), step)
    more = iterations - len(before.errors) + 1
    if is_converged(before):  # nothing would change
        last, errors, history = before, before.errors[[-1] * more], before.history[[-1] * more]
    else:
        last = kmeans(pixels, before.centroids, more)
        errors, history = last.errors[1:], last.history[1:]
    history = np.concatenate([before.history, history])
    return Run(last.centroids, last.labels, history, np.append(before.errors, errors))


def result(name, k, seed, method="random"):
    found = run(name, k, seed, method)
    return reconstruct(found.labels, found.centroids, image(name).shape)


def ends(name, k, method="random", step=1, iterations=10):
    """Return the errors of the runs of all seeds after so many iterations."""
    runs = [run(name, k, seed, method, max(FIRST, iterations), step) for seed in SEEDS]
    return np.array([found.errors[iterations] for found in runs])
