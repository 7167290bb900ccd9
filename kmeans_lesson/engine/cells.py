"""Whole cells of the colour cube at once: the same labels and totals, with less work.

The cube of all colours is cut into cells, these into smaller ones, and so on, down to the single
colours. To each cell come the centroids that may be the nearest to one of its colours. If only one
is left, it wins the whole cell, and the totals of the cell go to it. If more are left, they go on
to the smaller cells inside it. So only along the borders between clusters are single colours looked
at. This is the filtering algorithm of Kanungo et al. (2002) on a fixed tree, for all cells of one
size at once. Mostly two centroids are left, for a duel: one number tells which is nearer.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kmeans_lesson.engine.arithmetic import (
    add_up,
    homogeneous,
    label_type,
    lowest_of,
    scores,
    weights,
)
from kmeans_lesson.engine.blocks import BLOCK, each_block
from kmeans_lesson.engine.colours import first_of_each, z_order

SIDES = (4, 8, 16, 32)  # colours along an edge of a cell
# A score is a sum of four products: float64 gets it wrong by less than 2**-50 of the largest score.
# To drop a centroid takes two scores of a middle (or one of their difference), two of a colour and
# the reach between them, so it is safe beyond 2**-47 of the largest score. This leaves room.
ROUNDING = 2**-44


class Cells(NamedTuple):
    """The C cells of one size that hold colours, in Z-order.

    The colours themselves are cells with a side of 1: for these, `sums` is None.
    """

    side: int
    middles: np.ndarray  # (3, C)
    sizes: np.ndarray  # (C,) float64, how many pixels are in each
    sums: np.ndarray  # (3, C), the sums of their channels
    parts: np.ndarray  # (C + 1,), where the next smaller cells in each begin, and the last end
    colours: np.ndarray  # (C + 1,), the same for the colours in each
    widths: np.ndarray | None = None  # (3, C), of each in another space; None: all are side - 1

    def add_up(self, which, labels, k):
        """Add up the sizes and sums of some cells, cluster by cluster: (4, K)."""
        sizes = self.sizes.take(which)
        if self.side == 1:
            sums = [middle.take(which) * sizes for middle in self.middles]
        else:
            sums = [row.take(which) for row in self.sums]
        return add_up([sizes, *sums], labels, k)


class Weighed(NamedTuple):
    """The centroids of an assign, and what scores them."""

    channels: np.ndarray  # (3, K)
    weights: np.ndarray  # (4, K)
    rounding: float  # more than a decision can be wrong


class Claims(NamedTuple):
    """Which centroids may be the nearest in which of n cells."""

    cells: np.ndarray  # (n,)
    sizes: np.ndarray  # (n,), how many centroids claim each cell
    rivals: np.ndarray  # (sizes.sum(),), these centroids, cell after cell, in rising order in each


class Duels(NamedTuple):
    """The same of cells that two centroids claim."""

    cells: np.ndarray  # (n,)
    first: np.ndarray  # (n,), the one with the lower label
    second: np.ndarray  # (n,)


class Settled(NamedTuple):
    """Cells of one size, and the label of all colours in each."""

    cells: Cells
    which: np.ndarray  # (n,)
    labels: np.ndarray  # (n,)


class State(NamedTuple):
    """A moment of a run, after an assign.

    centroids: (K, 3). totals: (4, K), of each cluster its size and its sum of each channel. square:
    the sum of |x|² of all points. settled: [`Settled`, ...], with every colour once.
    """

    centroids: np.ndarray
    totals: np.ndarray
    square: float
    settled: list

    @property
    def labels(self):
        """The label of each colour: (M,)."""
        labels = np.empty(self.settled[-1].cells.middles.shape[1], label_type(len(self.centroids)))
        for cells, which, winners in self.settled:
            if cells.side > 1:
                which, cell, _ = _inside(cells.colours, which)
                winners = winners.take(cell)
            labels[which] = winners
        return labels

    def error(self, centroids):
        """Return the mean squared error of these labels with any centroids, (K, 3).

        |x - c|² = |x|² - 2 x·c + |c|², and the x of a cluster add up to its sum.
        """
        sizes, sums = self.totals[0], self.totals[1:].T
        clusters = sizes @ (centroids**2).sum(axis=1) - 2 * (sums * centroids).sum()
        return max(self.square + clusters, 0) / (3 * sizes.sum())  # rounding could make it negative


def by_cell(colours, counts, points=None):
    """Return a function that assigns the different colours of an image: centroids -> `State`.

    colours is (M, 3) uint8, in Z-order; counts, (M,), says how often each occurs.
    points, (M, 3) float64, are the same colours in another space, if the centroids are in that.
    """
    tree = _tree(colours, counts, points)
    single = tree[-1]
    # einsum, because BLAS would start threads that then spin, and take a processor from ours
    square = np.einsum("i,ci,ci", single.sizes, single.middles, single.middles)

    def assigned(centroids):
        settled = list(_settle(tree, centroids))
        parts = (cells.add_up(which, labels, len(centroids)) for cells, which, labels in settled)
        return State(centroids, sum(parts), square, settled)

    return assigned


def _tree(colours, counts, points):
    """Cut the cube into cells: `Cells` from the largest to the single colours."""
    places = z_order(colours)
    channels = np.ascontiguousarray((colours if points is None else points).T)
    low = high = channels
    themselves = np.arange(len(places) + 1)
    tree = [Cells(1, channels, counts.astype(float), None, themselves, themselves)]
    for side in SIDES:
        inside = tree[0]
        # three bits less for each half of a side
        places = places >> 3 * (side // inside.side).bit_length() - 3
        first = first_of_each(places)
        places, parts = places[first], np.append(first, len(places))
        sums = inside.sums if inside.side > 1 else (row * inside.sizes for row in inside.middles)
        sums = np.array([np.add.reduceat(row, first) for row in sums])
        if points is None:
            middles, widths = inside.middles.take(first, 1) // side * side + (side - 1) / 2, None
        else:
            low, high = (
                f.reduceat(x, first, 1) for f, x in ((np.minimum, low), (np.maximum, high))
            )
            middles, widths = (low + high) / 2, high - low
        sizes = np.add.reduceat(inside.sizes, first)
        tree.insert(0, Cells(side, middles, sizes, sums, parts, inside.colours.take(parts), widths))
    return tree


def _weighed(centroids):
    """Return what scores centroids, (K, 3); their rounding is that of the largest score."""
    rows = weights(centroids)
    largest = (np.abs(rows).T @ (256, 256, 256, 1)).max()
    return Weighed(np.ascontiguousarray(centroids.T), rows, ROUNDING * largest)


def _settle(tree, centroids):
    """Label all colours, as many at once as one centroid wins: yield `Settled`, size by size."""
    weighed = _weighed(centroids)
    won, duels, claims = _sorted_out(*_contest_of_all(tree[0], weighed))
    yield Settled(tree[0], *won)
    for above, cells in pairwise(tree):
        fought, duels = _duel(cells, above.parts, duels, weighed)
        if cells.side > 1:
            claims = _handed_down(above.parts, claims)
            won, more, claims = _sorted_out(*_contest(cells, claims, weighed))
            duels = Duels(*map(np.concatenate, zip(duels, more, strict=True)))
        else:
            won, ties = _tournament(cells, above.parts, claims, weighed)
        yield Settled(cells, *map(np.concatenate, zip(fought, won, strict=True)))
    ties = np.concatenate([ties, duels.cells])
    yield Settled(cells, ties, _by_score(cells.middles.T[ties], weighed))


def _sorted_out(nearest, claims):
    """Part claims by how many centroids are left: one, which wins the cells, two, or more."""
    cells, sizes, rivals = claims
    alone, two, more = sizes == 1, sizes == 2, sizes > 2
    second = sizes.cumsum().compress(two) - 1
    duels = Duels(cells.compress(two), rivals.take(second - 1), rivals.take(second))
    crowd = rivals.compress(more.repeat(sizes))  # sooner than rivals[more.repeat(sizes)]
    crowds = Claims(cells.compress(more), sizes.compress(more), crowd)
    return (cells.compress(alone), nearest.compress(alone)), duels, crowds


def _duel(cells, parts, duels, weighed):
    """Ask in each part of cells with two rivals whether one of them is nearer all over it.

    Returns the parts that are won, with the winners, and the duels that go on. The first rival is
    in the lead by what the second scores more at the middle of a part.
    """
    first, second = duels.first, duels.second
    which, duel, _ = _inside(parts, duels.cells)
    ahead = weighed.weights.take(second, 1) - weighed.weights.take(first, 1)
    *slopes, lead = (row.take(duel) for row in ahead)
    for slope, middle in zip(slopes, cells.middles, strict=True):
        lead += np.multiply(slope, middle.take(which), out=slope)
    reach = weighed.rounding
    if cells.side > 1 or cells.widths is not None:
        apart = np.abs(weighed.channels.take(first, 1) - weighed.channels.take(second, 1))
        for gap, width in zip(apart, _widths(cells), strict=True):
            reach = reach + gap.take(duel) * (width.take(which) if np.ndim(width) else width)
    close = np.abs(lead) <= reach
    # looked up by whether the first is behind: np.where is slow where nobody can foretell that
    labels = np.append(first, second).take(duel + len(first) * (lead < 0))
    if not close.any():
        return (which, labels), Duels(*np.empty((3, 0), int))
    won, left = np.flatnonzero(~close), np.flatnonzero(close)
    duels = Duels(which.take(left), *(rivals.take(duel.take(left)) for rivals in (first, second)))
    return (which.take(won), labels.take(won)), duels


def _contest_of_all(cells, weighed):
    """Do what `_contest` does where every centroid claims every cell."""
    n, k = len(cells.sizes), len(weighed.channels.T)
    nearest, near = np.empty(n, np.intp), np.empty((n, k), bool)
    middles, widths = homogeneous(cells.middles.T), _widths(cells)

    def work(rows):
        scores = middles[rows] @ weighed.weights
        first, lowest = lowest_of(scores)
        nearest[rows] = first
        gaps = (np.abs(c[first, None] - c) for c in weighed.channels)
        some = [width[rows, None] if np.ndim(width) else width for width in widths]
        reach = sum(width * gap for width, gap in zip(some, gaps, strict=True))
        near[rows] = scores - lowest[:, None] <= reach + weighed.rounding

    each_block(work, n, max(1, BLOCK // k))
    near[:, _twins(weighed.channels)] = False
    return nearest, Claims(np.arange(n), near.sum(axis=1), np.flatnonzero(near) % k)


def _twins(channels):
    """List the centroids that are twins of one before them, and so win nothing.

    numpy's `unique` of rows turns a Ctrl-C that it meets into a TypeError.
    """
    first = {}
    places = zip(*channels.tolist(), strict=True)
    return [label for label, place in enumerate(places) if first.setdefault(place, label) < label]


def _handed_down(parts, claims):
    """Let the centroids that claim a cell claim each of its parts."""
    which, cell, _ = _inside(parts, claims.cells)
    first = np.append(0, claims.sizes.cumsum())
    claimed, _, sizes = _inside(first, cell)
    return Claims(which, sizes, claims.rivals.take(claimed))


def _contest(cells, claims, weighed):
    """Return the centroid nearest to the middle of each cell, (n,), and the claims that hold.

    From the middle of a cell to any colour in it, each channel changes by at most (side - 1) / 2,
    so the difference of two scores, 2 x·(c - c'), by at most side - 1 times the sum of |c - c'|.
    In another space, (side - 1) is the width of the cell there, which differs by channel.
    """
    which, sizes, rivals = claims
    ends, claim = sizes.cumsum(), _each_by(sizes)
    *slopes, fixed = weighed.weights
    cell, scores = which.take(claim), fixed.take(rivals)
    for middle, weight in zip(cells.middles, slopes, strict=True):
        scores += middle.take(cell) * weight.take(rivals)
    scores -= np.minimum.reduceat(scores, ends - sizes).take(claim)
    lowest = np.flatnonzero(scores == 0)
    if len(lowest) > len(sizes):  # some are equally near: the first
        lowest = lowest[np.searchsorted(lowest, ends - sizes)]
    nearest = rivals.take(lowest)
    reach = weighed.rounding
    for channel, width in zip(weighed.channels, _widths(cells), strict=True):
        gap = np.abs(channel.take(rivals) - channel.take(nearest).take(claim))
        reach = reach + gap * (width.take(cell) if np.ndim(width) else width)
    near = np.flatnonzero(scores <= reach)
    left = np.bincount(claim.take(near), minlength=len(which))
    return nearest, Claims(which, left, rivals.take(near))


def _tournament(colours, parts, claims, weighed):
    """Find the nearest of more than two rivals for each single colour in the cells they claim.

    Returns the colours and their labels, and those colours where rounding may decide. The rivals
    come on one after the other, in the cells that have so many; these stand first.
    """
    order = (-claims.sizes).argsort()
    sizes, cells = claims.sizes[order], claims.cells[order]
    first = (claims.sizes.cumsum() - claims.sizes)[order]
    which, cell, many = _inside(parts, cells)
    ends = np.append(0, many.cumsum())
    points = [channel.take(which).astype(float) for channel in colours.middles]
    lowest, second = np.full((2, len(which)), np.inf)
    kind = label_type(sizes.max(initial=1))
    nearest = np.zeros(len(which), kind)  # the place of the nearest among its rivals
    for place in range(sizes.max(initial=0)):
        n = np.searchsorted(-sizes, -place)
        some = slice(ends[n])
        rivals = claims.rivals.take(first[:n] + place)
        *slopes, score = (row.take(cell[some]) for row in weighed.weights.take(rivals, 1))
        for slope, channel in zip(slopes, points, strict=True):
            score += np.multiply(slope, channel[some], out=slope)
        # a maximum, because a masked copy is slow where nobody can foretell the mask
        closer = (score < lowest[some]) * kind.type(place)
        np.maximum(nearest[some], closer, out=nearest[some])
        np.minimum(second[some], np.maximum(score, lowest[some]), out=second[some])
        np.minimum(score, lowest[some], out=lowest[some])
    labels = claims.rivals.take(first.take(cell) + nearest)
    close = second - lowest <= weighed.rounding
    if not close.any():
        return (which, labels), which[:0]
    return (which[~close], labels[~close]), which[close]


def _widths(cells):
    """Return per channel how far apart the colours of a cell lie at most: a number, or (C,)."""
    return [cells.side - 1] * 3 if cells.widths is None else cells.widths


def _by_score(points, weighed):
    """Label the points that lie between two centroids or more as `assign` does: (n,)."""
    labels = np.empty(len(points), np.intp)

    def work(rows):
        labels[rows] = scores(points[rows], weighed.weights).argmin(axis=1)

    each_block(work, len(points), max(1, BLOCK // weighed.weights.shape[1]))
    return labels


def _inside(firsts, which):
    """List what is inside of some cells, where `firsts` says where in a list each cell begins.

    Returns the places in the list, (n,), the number in `which` of the cell each is in, (n,), and
    how many there are in each.
    """
    starts = firsts.take(which)
    many = firsts.take(which + 1) - starts
    cell = _each_by(many)
    return np.arange(len(cell)) + (starts - (many.cumsum() - many)).take(cell), cell, many


def _each_by(many):
    """Return the numbers 0, 1, ..., each as often as `many` says."""
    return np.arange(len(many)).repeat(many)
