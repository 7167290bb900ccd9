"""What the live widgets show, without any widget: a small copy of an image and a run on it.

A state is a point in time of a run, counted in half-steps. State 2i has both halves of iteration i
behind it: every colour has the label of its nearest centroid. State 2i + 1 is in the middle of the
next iteration: the centroids have moved to their means, the labels are still the old ones.
"""

import copy
import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.cells import State, by_cell
from kmeans_lesson.engine.colours import count, different, per_pixel, z_order
from kmeans_lesson.engine.lloyd import lloyd
from kmeans_lesson.formats.encode import encode
from kmeans_lesson.further.dither import dither
from kmeans_lesson.further.oklab import from_oklab, to_oklab
from kmeans_lesson.images import evenly_spaced, reconstruct, to_pixels
from kmeans_lesson.kmeans import assign as our_assign
from kmeans_lesson.kmeans import kmeans
from kmeans_lesson.kmeans import update as our_update

SIDE = 640  # pixels of the longer side of a preview: the sample images are shown whole
OWN_SIDE = 100  # the same where a learner's functions run, which may be slow


@dataclass(frozen=True)
class Preview:
    """The small copy of an image that is shown, (H, W, 3) uint8, and where its colours occur.

    pixels: (N, 3), those of the whole image; total: how many different colours they have.
    colours: (M, 3) uint8, the different colours of the copy; counts: (M,), how often each occurs.
    places: (H*W,), pixel i of the copy has the colour `places[i]`. examples: (M,), for each colour
    one pixel that has it, at random.
    """

    image: np.ndarray
    pixels: np.ndarray
    total: int
    colours: np.ndarray
    counts: np.ndarray
    places: np.ndarray
    examples: np.ndarray

    @cached_property
    def assigned(self):
        """Assign the colours to centroids, (K, 3), in RGB: a function that gives a `State`."""
        return by_cell(self.colours, self.counts)

    @cached_property
    def assigned_in_oklab(self):
        """The same for centroids in OKLab."""
        return by_cell(self.colours, self.counts, to_oklab(self.colours))


@dataclass(frozen=True)
class LiveRun:
    """Everything that a run of n iterations on a preview went through.

    history: (n + 1, K, 3) float64, the centroids. labels: (n + 1, M) uint8, of the different
    colours. sizes: (n + 1, K), how many pixels have each label. errors and psnrs: (2n + 1,), of
    each state. bytes: the size of the file of each state, dithered or not, that was asked for.
    """

    history: np.ndarray
    labels: np.ndarray
    sizes: np.ndarray
    errors: np.ndarray
    psnrs: np.ndarray
    bytes: dict


class Assigned(NamedTuple):
    """What a learner's assign gave: the label of every pixel, for these centroids."""

    centroids: np.ndarray
    labels: np.ndarray
    pixels: np.ndarray

    def error(self, centroids):
        """Return the mean squared error of these labels with any centroids, (K, 3)."""
        return ((self.pixels - centroids[self.labels]) ** 2).mean()


def preview(image, side=SIDE):
    """Take evenly spaced pixels of an image, (H, W, 3) uint8: at most `side` in a row or column."""
    arguments.image("image", image)
    small = evenly_spaced(image, side)
    colours, counts = count(small)
    places = per_pixel(np.arange(len(colours)), colours, small)
    total = len(colours) if small.shape == image.shape else len(different(image))
    examples = np.empty(len(colours), int)
    shuffled = np.random.default_rng(0).permutation(len(places))
    examples[places[shuffled]] = shuffled  # of several pixels, the last one written stays
    return Preview(small, to_pixels(image), total, colours, counts, places, examples)


def spots(preview, start):
    """Return where the colours of a start lie: a [row, column] for each, or [-1, -1]."""
    places, wanted = z_order(preview.colours), z_order(palette(start))
    found = np.searchsorted(places, wanted).clip(max=len(places) - 1)
    pixels = np.unravel_index(preview.examples[found], preview.image.shape[:2])
    return np.where((places[found] == wanted)[:, None], np.transpose(pixels), -1).tolist()


def live_run(preview, start, iterations, assign=None, update=None, oklab=False):
    """Run K-means on a preview from a start, (K, 3), with K at most 256: a `LiveRun`.

    assign(pixels, centroids) and update(pixels, labels, centroids) may be a learner's own. With
    oklab, the centroids are found there; what the run holds, errors too, is in RGB all the same.
    """
    if assign or update:
        states = _own_states(preview, start, iterations, assign or our_assign, update or our_update)
        sizes = [np.bincount(state.labels, minlength=len(start)) for state in states]
        labels = [state.labels[preview.examples] for state in states]
    else:
        start, steps = np.asarray(start, float), range(iterations)
        in_rgb = lloyd(preview.assigned, start, steps)
        states = list(_oklab_states(preview, start, steps) if oklab else in_rgb)
        sizes, labels = [state.totals[0] for state in states], [state.labels for state in states]
    errors, psnrs = [], []
    for i, state in enumerate(states):
        for now in states[i : i + 2]:  # its own centroids, and where update moves them
            errors.append(state.error(now.centroids))
            psnrs.append(_decibels(state.error(palette(now.centroids).astype(float))))
    history = np.array([state.centroids for state in states])
    labels = np.array(labels, np.uint8)
    return LiveRun(history, labels, np.array(sizes), np.array(errors), np.array(psnrs), {})


def _oklab_states(preview, start, steps):
    """Run K-means in OKLab and bring each state back: centroids as they are painted, RGB totals."""
    colours = preview.colours.astype(float)
    rows = [preview.counts, *(preview.counts * colours.T)]
    square = preview.counts @ np.square(colours).sum(axis=1)
    for state in lloyd(preview.assigned_in_oklab, to_oklab(start.astype(np.uint8)), steps):
        labels, k = state.labels, len(start)
        totals = np.array([np.bincount(labels, row, k) for row in rows])
        yield State(from_oklab(state.centroids).astype(float), totals, square, state.settled)


def _own_states(preview, start, iterations, assign, update):
    """Run `kmeans` with a learner's functions and watch what assign gives: [`Assigned`, ...]."""
    pixels, seen = to_pixels(preview.image), []

    def watched(pixels, centroids):
        labels = assign(pixels, centroids)
        seen.append(copy.copy(labels))  # the learner may write the next ones into the same array
        return labels

    run = kmeans(pixels, start, iterations, assign=watched, update=update)
    return [
        Assigned(centroids, np.asarray(labels), pixels)
        for centroids, labels in zip(run.history, seen, strict=True)
    ]


def palette(centroids):
    """Return the colours, (K, 3) uint8, with which centroids are painted."""
    return reconstruct(np.arange(len(centroids)), centroids, (1, len(centroids), 3))[0]


def painted(preview, run, state, dithering=False):
    """Paint a preview with the centroids and labels of a state of a run: (H, W, 3) uint8."""
    centroids = run.history[(state + 1) // 2]
    if dithering:
        return palette(centroids)[dither(preview.image, palette(centroids))]
    return reconstruct(run.labels[state // 2][preview.places], centroids, preview.image.shape)


def file_bytes(preview, run, state, dithering=False):
    """Return the size in bytes of the file that `save_image` writes of a state."""
    if (state, dithering) not in run.bytes:
        run.bytes[state, dithering] = len(encode(painted(preview, run, state, dithering)))
    return run.bytes[state, dithering]


def _decibels(error):
    return 10 * math.log10(255**2 / error) if error else math.inf
