"""Whole cells of the colour cube at once: the same labels and totals, with less work.

The cube of all colours is cut into cells, these into smaller ones, and so on. To each cell come the
centroids that may be the nearest to one of its colours. If only one is left, it wins the whole
cell. If more are left, they go on to the smaller cells inside it. So only along the borders between
clusters are single colours looked at. This is the filtering algorithm of Kanungo et al. (2002) on a
fixed tree, for all cells of one size at once.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kmeans_lesson.engine.arithmetic import (
    add_up,
    add_up_again,
    homogeneous,
    label_type,
    shares,
    weights,
)
from kmeans_lesson.engine.blocks import BLOCK, each_block

SIDES = (4, 8, 16)  # colours along an edge of a cell
# A score is a sum of four products: float64 gets it wrong by less than 2**-50 of the largest score.
# To drop a centroid takes two scores of a middle, two of a colour and the reach between them, so it
# is safe beyond 2**-47 of the largest score. This leaves room.
ROUNDING = 2**-44


class State(NamedTuple):
    """A moment of a run, after an assign.

    centroids: (K, 3). labels: (N,), of the points. totals: (4, K), of each cluster its size and its
    sum of each channel. square: the sum of |x|² of all points.
    """

    centroids: np.ndarray
    labels: np.ndarray
    totals: np.ndarray
    square: float

    def error(self, centroids):
        """Return the mean squared error of these labels with any centroids, (K, 3).

        |x - c|² = |x|² - 2 x·c + |c|², and the x of a cluster add up to its sum.
        """
        sizes, sums = self.totals[0], self.totals[1:].T
        clusters = sizes @ (centroids**2).sum(axis=1) - 2 * (sums * centroids).sum()
        return max(self.square + clusters, 0) / (3 * sizes.sum())  # rounding could make it negative


class Cells(NamedTuple):
    """The C cells of one size that hold colours, in the order of the colours' codes."""

    side: int
    middles: np.ndarray  # (3, C)
    parts: np.ndarray  # (C + 1,), where the next smaller cells in each begin, and the last end
    smallest: np.ndarray  # (C + 1,), the same for the smallest cells in each


class Claims(NamedTuple):
    """Which centroids may be the nearest in which of n cells."""

    cells: np.ndarray  # (n,)
    sizes: np.ndarray  # (n,), how many centroids claim each cell
    rivals: np.ndarray  # (sizes.sum(),), these centroids, cell after cell, in rising order in each


def by_cell(colours, counts):
    """Return a function that assigns the different colours of an image: centroids -> `State`.

    colours is (M, 3) uint8, in the order of their codes; counts, (M,), says how often each occurs.
    """
    points, rows, last = homogeneous(colours), shares(colours, counts), None
    square = np.einsum("ij,ij->", rows[:, 1:], colours)
    tree, bounds = _tree(colours)
    cell_of_colour = np.arange(len(bounds) - 1).repeat(np.diff(bounds))

    def assigned(centroids):
        nonlocal last
        k, weighed = len(centroids), weights(centroids)
        cell_labels, nearest, claims = _label_cells(tree, centroids, weighed)
        labels = cell_labels.take(cell_of_colour)
        unsure, theirs = _along_borders(points, weighed, bounds, claims, nearest)
        labels[unsure] = theirs
        if last is None or len(last.centroids) != k:
            totals = add_up(rows, labels, k)
        else:  # few colours have another label than in the iteration before
            totals = add_up_again(rows, labels, last)
        last = State(centroids, labels, totals, square)
        return last

    return assigned


def _tree(colours):
    """Cut the cube into cells: `Cells` from the largest to the smallest, and where colours begin.

    The latter, (C + 1,), says where the colours of each of the smallest cells begin.
    """
    red, green, blue = (colours[1:] ^ colours[:-1]).T  # the bits that change from one to the next
    changes = np.concatenate([[255], red | green | blue, [255]])
    tree, parts, smallest = [], None, np.flatnonzero(changes >= SIDES[0])
    for side in SIDES:
        bounds = np.flatnonzero(changes >= side)
        middles = colours[bounds[:-1]].T // side * side + (side - 1) / 2
        inside = np.arange(len(bounds)) if parts is None else np.searchsorted(parts, bounds)
        tree.insert(0, Cells(side, middles, inside, np.searchsorted(smallest, bounds)))
        parts = bounds
    return tree, smallest


def _label_cells(tree, centroids, weighed):
    """Label the smallest cells, (C,), with the centroid that is nearest all over each.

    Also returns, of those where several may be, which centroid is nearest to the middle, and the
    claims. Their labels have no meaning.
    """
    labels = np.empty(tree[-1].smallest[-1], label_type(len(centroids)))
    for above, cells in pairwise([None, *tree]):
        if above is None:
            nearest, claims = _contest_of_all(cells, centroids, weighed)
        else:
            nearest, claims = _contest(cells, _inside(above.parts, claims), centroids, weighed)
        alone = claims.sizes == 1
        won, sizes = claims.cells[alone], np.diff(cells.smallest)
        labels[_ranges(cells.smallest[won], sizes[won])] = nearest[alone].repeat(sizes[won])
        nearest, claims = nearest[~alone], _some(claims, ~alone)
    return labels, nearest, claims


def _contest_of_all(cells, centroids, weighed):
    """Do what `_contest` does where every centroid claims every cell."""
    n, k = len(cells.parts) - 1, len(centroids)
    nearest, near = np.empty(n, np.intp), np.empty((n, k), bool)
    middles = homogeneous(cells.middles.T)

    def work(rows):
        scores = middles[rows] @ weighed
        nearest[rows] = first = scores.argmin(axis=1)
        reach = sum(np.abs(c[first, None] - c) for c in (cells.side - 1) * centroids.T)
        near[rows] = scores - scores.min(axis=1, keepdims=True) <= reach + _rounding(weighed)

    each_block(work, n, max(1, BLOCK // k))
    _, first = np.unique(centroids, axis=0, return_index=True)
    near[:, np.setdiff1d(np.arange(k), first)] = False  # twins of others, which win nothing
    return nearest, Claims(np.arange(n), near.sum(axis=1), np.nonzero(near)[1])


def _inside(parts, claims):
    """Let the centroids that claim a cell claim each of its parts."""
    starts, many = parts[claims.cells], np.diff(parts)[claims.cells]
    first, sizes = claims.sizes.cumsum() - claims.sizes, claims.sizes.repeat(many)
    rivals = claims.rivals[_ranges(first.repeat(many), sizes)]
    return Claims(_ranges(starts, many), sizes, rivals)


def _contest(cells, claims, centroids, weighed):
    """Return the centroid nearest to the middle of each cell, (n,), and the claims that hold.

    From the middle of a cell to any colour in it, each channel changes by at most (side - 1) / 2,
    so the difference of two scores, 2 x·(c - c'), by at most side - 1 times the sum of |c - c'|.
    """
    which, sizes, rivals = claims
    ends = sizes.cumsum()
    scores = weighed[3].take(rivals)
    for middle, weight in zip(cells.middles, weighed[:3], strict=True):
        scores += middle[which].repeat(sizes) * weight.take(rivals)
    scores -= np.minimum.reduceat(scores, ends - sizes).repeat(sizes)
    lowest = np.flatnonzero(scores == 0)
    if len(lowest) > len(sizes):  # some are equally near: the first
        lowest = lowest[np.searchsorted(lowest, ends - sizes)]
    nearest = rivals.take(lowest)
    reach = _rounding(weighed)
    for channel in (cells.side - 1) * centroids.T:
        reach = reach + np.abs(channel.take(rivals) - channel.take(nearest).repeat(sizes))
    near = scores <= reach
    left = np.diff(near.cumsum()[ends - 1], prepend=0)
    return nearest, Claims(which, left, rivals.take(np.flatnonzero(near)))


def _rounding(weighed):
    """Return more than a decision can be wrong: ROUNDING of the largest score of any colour."""
    return ROUNDING * (np.abs(weighed).T @ (256, 256, 256, 1)).max()


def _some(claims, which):
    """Return the claims on some of the cells."""
    cells, sizes, rivals = claims
    return Claims(cells[which], sizes[which], rivals[which.repeat(sizes)])


def _along_borders(points, weighed, bounds, claims, nearest):
    """Label the colours of cells that several claim: which colours, (U,), and the labels, (U,).

    All cells with the same centroid nearest to their middles are done together, with all of their
    rivals.
    """
    k, order = weighed.shape[1], nearest.argsort(kind="stable")
    sizes = np.diff(bounds)[claims.cells]
    rows = _ranges(bounds[claims.cells[order]], sizes[order])
    labels, ends = np.empty(len(rows), np.intp), np.bincount(nearest, sizes, k).cumsum().astype(int)
    pairs = np.sort(nearest.repeat(claims.sizes) * k + claims.rivals)
    owners, rivals = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], k)
    start, groups = 0, np.split(rivals, np.searchsorted(owners, np.arange(1, k)))
    for few, end in zip(groups, ends, strict=True):
        while start < end:
            block = slice(start, min(start + max(1, BLOCK // len(few)), end))
            scores = points.take(rows[block], 0) @ weighed[:, few]
            labels[block], start = few[scores.argmin(axis=1)], block.stop
    return rows, labels


def _ranges(starts, sizes):
    """Return start, start + 1, ... for each of the starts, as many as its size says."""
    return np.arange(sizes.sum()) + (starts - (sizes.cumsum() - sizes)).repeat(sizes)
