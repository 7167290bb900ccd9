"""Whole cells of the colour cube at once: the same labels and totals, with less work.

The cube of all colours is cut into cells of 8 x 8 x 8. Where one centroid is the nearest all over a
cell, every colour in it has that label, and what the cell adds to the cluster is known beforehand.
The colours of the other cells, along the borders between clusters, are looked at one by one, and
only the centroids that come near one of the cells with the same label are compared for them.
"""

import numpy as np

from kmeans_lesson.colours import BLOCK, each_block, index, look_up
from kmeans_lesson.lloyd import State, label_type, scores, total_square, totals, weights

SIDE = 8  # colours along an edge of a cell
MARGIN = 1e-6  # more than rounding can be wrong


def by_cell(colours, counts):
    """Return a function that assigns the different colours of an image: centroids -> `State`.

    colours is (M, 3) uint8; counts, (M,), says how often each occurs.
    """
    corners, cells = index(colours // SIDE)
    middles = corners * float(SIDE) + (SIDE - 1) / 2
    cell_totals = totals(colours, cells, counts, len(corners))
    square = total_square(colours, counts)

    def assigned(centroids):
        k, weighed = len(centroids), weights(centroids)
        cell_labels, sure, rivals = _label_cells(middles, centroids)
        parts = cell_totals[:, sure]
        sums = np.array([np.bincount(cell_labels[sure], part, k) for part in parts], float)
        labels, left = look_up(cell_labels, cells), np.flatnonzero(~look_up(sure, cells))
        left = left[labels[left].argsort(kind="stable")]
        groups = np.split(left, np.searchsorted(labels[left], np.arange(1, k)))
        for group, few in zip(groups, map(np.flatnonzero, rivals), strict=True):
            labels[group] = few[scores(colours[group], weighed[:, few]).argmin(axis=1)]
        sums += totals(colours[left], labels[left], counts[left], k)
        return State(centroids, labels, sums, square)

    return assigned


def _label_cells(middles, centroids):
    """Label cells by their middles, (C, 3).

    Returns the labels, (C,), whether all of a cell has its label, (C,), and for each label which
    centroids are the nearest somewhere in the other cells, (K, K). From the middle of a cell to any
    colour in it each channel changes by at most 3.5, so the difference of two scores, 2 x·(c - c'),
    by at most 7 times the sum of their |c - c'|.
    """
    k, weighed = len(centroids), weights(centroids)
    reach = (SIDE - 1) * np.abs(centroids[:, None] - centroids).sum(axis=2) + MARGIN
    np.fill_diagonal(reach, -1)  # no centroid competes with itself
    labels, sure = np.empty(len(middles), label_type(k)), np.empty(len(middles), bool)
    rivals = np.eye(k, dtype=bool)

    def work(rows):
        block = scores(middles[rows], weighed)
        labels[rows] = first = block.argmin(axis=1)
        near = block - block.min(axis=1, keepdims=True) <= reach[first]
        sure[rows] = ~near.any(axis=1)
        cells, others = np.nonzero(near)
        rivals[first[cells], others] = True

    each_block(work, len(middles), max(1, BLOCK // k))
    return labels, sure, rivals
