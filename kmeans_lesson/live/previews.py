"""What the live widgets show, without any widget: a small preview and the history of one run.

A state is a point in time of a run, counted in half-steps. State 2i has both halves of iteration i
behind it: every colour has the label of its nearest centroid. State 2i + 1 is in the middle of the
next iteration: the centroids have moved to their means, the labels are still the old ones.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.cells import by_cell
from kmeans_lesson.engine.colours import count, pack
from kmeans_lesson.engine.lloyd import lloyd
from kmeans_lesson.formats.encode import encode
from kmeans_lesson.images import reconstruct

SIDE = 512  # pixels of the longer side of a preview
OWN_SIDE = 100  # and of one for the functions of a learner, which may be slow


@dataclass(frozen=True)
class Preview:
    """A small image, (H, W, 3) uint8: its M different colours, how often and where they occur.

    colours: (M, 3) uint8. counts: (M,). places: (H*W,) int32, pixel i has colour `places[i]`.
    examples: (M,), one pixel of each colour, any. assigned: labels the colours, as `by_cell` does.
    """

    image: np.ndarray
    colours: np.ndarray
    counts: np.ndarray
    places: np.ndarray
    examples: np.ndarray
    assigned: Callable


@dataclass(frozen=True)
class History:
    """Everything a run of n iterations went through.

    centroids: (n + 1, K, 3) float64. labels: (n + 1, M) uint8, of the different colours.
    sizes: (n + 1, K), how many pixels have each label. errors and psnrs: (2n + 1,), of each state.
    weights: the bytes of the states that have been weighed so far.
    """

    centroids: np.ndarray
    labels: np.ndarray
    sizes: np.ndarray
    errors: np.ndarray
    psnrs: np.ndarray
    weights: dict


def preview(image, side=SIDE):
    """Take evenly spaced pixels of an image, (H, W, 3) uint8: at most `side` in a row or column.

    No colours are blended, so that the preview has no colour the image does not have.
    """
    arguments.image("image", image)
    scale = min(1, side / max(image.shape[:2]))
    sizes = [max(1, round(scale * length)) for length in image.shape[:2]]
    rows, columns = (
        np.arange(size) * length // size
        for size, length in zip(sizes, image.shape[:2], strict=True)
    )
    image = image[np.ix_(rows, columns)]
    colours, counts, places = count(image)
    examples = np.empty(len(colours), int)
    anyhow = np.random.default_rng(0).permutation(len(places))
    examples[places[anyhow]] = anyhow  # the last one written stays
    return Preview(image, colours, counts, places, examples, by_cell(colours, counts))


def spots(preview, start):
    """Return where the colours of a start lie: a [row, column] for each, or [-1, -1]."""
    codes, wanted = pack(preview.colours), pack(palette(start))
    found = np.searchsorted(codes, wanted).clip(max=len(codes) - 1)
    pixels = np.unravel_index(preview.examples[found], preview.image.shape[:2])
    return np.where((codes[found] == wanted)[:, None], np.transpose(pixels), -1).tolist()


def history(preview, start, iterations, assign=None, update=None):
    """Run K-means on a preview from a start, (K, 3), with K at most 256: a `History`.

    A learner's assign(pixels, centroids) and update(pixels, labels, centroids) may take the place
    of the package's: the one gets each colour once, the other a row for every pixel.
    """
    colours, counts = preview.colours, preview.counts
    assigned = by_point(colours, counts, assign) if assign else preview.assigned
    moved = our_update
    if update:
        moved = own_update(colours, update, np.repeat(np.arange(len(colours)), counts))
    states = list(lloyd(assigned, np.asarray(start, float), range(iterations), moved))
    errors, psnrs = [], []
    for i, state in enumerate(states):
        for now in states[i : i + 2]:  # its own centroids, and where update moves them
            errors.append(state.error(now.centroids))
            psnrs.append(_decibels(state.error(palette(now.centroids).astype(float))))
    centroids, labels, totals, _ = zip(*states, strict=True)
    run = np.array(centroids), np.array(labels, np.uint8), np.array(totals)[:, 0]
    return History(*run, np.array(errors), np.array(psnrs), {})


def palette(centroids):
    """Return the colours, (K, 3) uint8, with which centroids are painted."""
    return reconstruct(np.arange(len(centroids)), centroids, (1, len(centroids), 3))[0]


def painted(preview, history, state):
    """Paint a preview with the centroids and labels of a state of its history: (H, W, 3) uint8."""
    labels = history.labels[state // 2][preview.places]
    return reconstruct(labels, history.centroids[(state + 1) // 2], preview.image.shape)


def weigh(preview, history, state):
    """Return the bytes of a state's image as the file that `save_image` writes."""
    if state not in history.weights:
        history.weights[state] = len(encode(painted(preview, history, state)))
    return history.weights[state]


def _decibels(error):
    return 10 * math.log10(255**2 / error) if error else math.inf
