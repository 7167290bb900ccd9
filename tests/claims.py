"""What the tests of the claims share: images, runs of twenty seeds, and what the notebooks say."""

from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.cbook import get_sample_data

from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, to_pixels

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


@cache
def run(name, k, seed, method="random", iterations=10, step=1):
    pixels = to_pixels(image(name, step))
    if step > 3:
        pixels = pixels.astype(float)  # quicker where there are few
    return kmeans(pixels, init_centroids(pixels, k, seed, method), iterations)


def result(name, k, seed, method="random"):
    found = run(name, k, seed, method)
    return reconstruct(found.labels, found.centroids, image(name).shape)


def ends(name, k, method="random", step=1, iterations=10):
    """Return the errors at the end of the runs of all seeds."""
    return np.array([run(name, k, s, method, iterations, step).errors[-1] for s in SEEDS])
