"""Whole cells of the colour cube at once: the same labels and totals, with less work.

The cube of all colours is cut into cells, these into smaller ones, and so on. To each cell come the
centroids that may be the nearest to one of its colours. If only one is left, it wins the whole
cell, whose colours have been added up beforehand. If more are left, they go on to the smaller cells
inside it. So only along the borders between clusters are single colours looked at. This is the
filtering algorithm of Kanungo et al. (2002) on a fixed tree, for all cells of one size at once.
"""

from typing import NamedTuple

import numpy as np

from kmeans_lesson.engine.blocks import BLOCK
from kmeans_lesson.engine.colours import pack
from kmeans_lesson.engine.lloyd import State, homogeneous, label_type, shares, weights

SIDES = (4, 8, 16, 32)  # colours along an edge of a cell
# A score is a sum of four products: float64 gets it wrong by less than 2**-50 of the largest score.
# To drop a centroid takes two scores of a middle, two of a colour and the reach between them, so it
# is safe beyond 2**-47 of the largest score. This leaves room.
ROUNDING = 2**-44


class Cells(NamedTuple):
    """The C cells of one size that hold colours, in the order of the colours' codes."""

    side: int
    middles: np.ndarray  # (3, C)
    totals: np.ndarray  # (4, C), how many pixels are in each, and their sum of each channel
    colours: np.ndarray  # (C + 1,), where the colours of each begin, and those of the last end
    parts: np.ndarray  # (C + 1,), the same for the smaller cells in each, or for the colours


class Claims(NamedTuple):
    """Which centroids may be the nearest in which of n cells."""

    cells: np.ndarray  # (n,)
    sizes: np.ndarray  # (n,), how many centroids claim each cell
    rivals: np.ndarray  # (sizes.sum(),), these centroids, cell after cell, in rising order in each


def by_cell(colours, counts):
    """Return a function that assigns the different colours of an image: centroids -> `State`.

    colours is (M, 3) uint8, in the order of their codes; counts, (M,), says how often each occurs.
    """
    points = homogeneous(colours)
    columns = shares(colours, counts)
    square = np.einsum("ci,ic->", columns[1:], points[:, :3])  # not a BLAS thread's work
    tree = _tree(colours, columns)

    def assigned(centroids):
        k, weighed = len(centroids), weights(centroids)
        totals, won = np.zeros((4, k)), []
        parts = np.array([0, len(tree[0].parts) - 1])  # of the whole cube, which all claim
        claims = Claims(np.array([0]), np.array([k]), np.arange(k))
        for cells in tree:
            nearest, claims = _contest(cells, _inside(parts, claims), centroids, weighed)
            alone, parts = claims.sizes == 1, cells.parts
            mine, labels = claims.cells[alone], nearest[alone]
            totals += _add_up(cells.totals, mine, labels, k)
            won.append((cells.colours[mine], np.diff(cells.colours)[mine], labels))
            nearest, claims = nearest[~alone], _some(claims, ~alone)
        rows, labels = _along_borders(points, weighed, parts, claims, nearest)
        totals += _add_up(columns, rows, labels, k)
        won.append((rows, np.ones_like(rows), labels))
        return State(centroids, totals, square, lambda: _labels(won, k, len(colours)))

    return assigned


def _tree(colours, columns):
    """Cut the cube into cells: `Cells` from the largest to the smallest."""
    codes, tree, parts = pack(colours), [], np.arange(len(colours) + 1)
    for side in SIDES:
        bounds = np.flatnonzero(np.diff(codes // side**3, prepend=-1, append=-1))
        starts, parts = bounds[:-1], np.searchsorted(parts, bounds)
        columns = np.add.reduceat(columns, parts[:-1], 1)
        middles = colours[starts].T // side * side + (side - 1) / 2
        tree.insert(0, Cells(side, middles, columns, bounds, parts))
        parts = bounds
    return tree


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
    starts = sizes.cumsum() - sizes
    scores = weighed[3].take(rivals)
    for middle, weight in zip(cells.middles, weighed[:3], strict=True):
        scores += middle[which].repeat(sizes) * weight.take(rivals)
    scores -= np.minimum.reduceat(scores, starts).repeat(sizes)
    lowest = np.flatnonzero(scores == 0)
    nearest = rivals[lowest[np.searchsorted(lowest, starts)]]
    reach = ROUNDING * (np.abs(weighed).T @ (256, 256, 256, 1)).max()
    for channel in (cells.side - 1) * centroids.T:
        reach = reach + np.abs(channel.take(rivals) - channel.take(nearest).repeat(sizes))
    near = scores <= reach
    return nearest, Claims(which, np.add.reduceat(near, starts, dtype=np.intp), rivals[near])


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
            block = slice(start, min(start + BLOCK // len(few), end))
            scores = points.take(rows[block], 0) @ weighed[:, few]
            labels[block], start = few[scores.argmin(axis=1)], block.stop
    return rows, labels


def _labels(won, k, m):
    """Return the labels of all m colours, of cells that were won and along the borders: (m,)."""
    all_labels = np.empty(m, label_type(k))
    for starts, sizes, labels in won:
        all_labels[_ranges(starts, sizes)] = labels.repeat(sizes)
    return all_labels


def _ranges(starts, sizes):
    """Return start, start + 1, ... for each of the starts, as many as its size says."""
    return np.arange(sizes.sum()) + (starts - (sizes.cumsum() - sizes)).repeat(sizes)


def _add_up(columns, which, labels, k):
    """Add up some of the columns, (4, N), for each of K labels: (4, K) float64."""
    return np.array([np.bincount(labels, column.take(which), k) for column in columns])
