"""Whole cells of the colour cube at once: the same labels and totals, with less work.

The cube of all colours is cut into cells of 8 x 8 x 8. Where one centroid is the nearest all over a
cell, every colour in it has that label. The colours of the other cells, along the borders between
clusters, are looked at one by one, and only the centroids that come near one of the cells with the
same label are compared for them. Few colours change their label in an iteration, so the totals are
not added up anew: what changed is moved from one cluster to another, exactly, for all of it is
whole numbers.
"""

import numpy as np

from kmeans_lesson.engine.colours import BLOCK, each_block, index, look_up
from kmeans_lesson.engine.lloyd import (
    State,
    add_up,
    homogeneous,
    label_type,
    moved_totals,
    total_square,
    weights,
)

SIDE = 8  # colours along an edge of a cell
ROUNDING = 2**-20  # of the largest score: more than float32 can be wrong


def by_cell(colours, counts):
    """Return a function that assigns the different colours of an image: centroids -> `State`.

    colours is (M, 3) uint8; counts, (M,), says how often each occurs.
    """
    corners, cells = index(colours // SIDE)
    middles = homogeneous(corners * float(SIDE) + (SIDE - 1) / 2).astype(np.float32)
    points, cells = homogeneous(colours), cells.astype(np.intp)
    columns = np.array([counts, *(counts * channel for channel in colours.T)], float)
    square, last = total_square(colours, counts), None

    def assigned(centroids):
        nonlocal last
        k, weighed = len(centroids), weights(centroids)
        cell_labels, unsure, rivals = _label_cells(middles, centroids)
        labels, left = look_up(cell_labels, cells), np.flatnonzero(look_up(unsure, cells))
        left = left[labels[left].argsort(kind="stable")]
        groups = np.split(left, np.searchsorted(labels[left], np.arange(1, k)))
        for group, few in zip(groups, map(np.flatnonzero, rivals), strict=True):
            labels[group] = few[(points.take(group, 0) @ weighed[:, few]).argmin(axis=1)]
        if last is None or len(last.centroids) != k:
            sums = add_up(columns, labels, k)
        else:
            sums = moved_totals(columns, labels, last)
        last = State(centroids, labels, sums, square)
        return last

    return assigned


def _label_cells(middles, centroids):
    """Label cells by their middles, (C, 4) float32, homogeneous.

    Returns the labels, (C,), whether a cell may have other labels too, (C,), and for each label
    which centroids are the nearest somewhere in those cells, (K, K). From the middle of a cell to
    any colour in it each channel changes by at most 3.5, so the difference of two scores,
    2 x·(c - c'), by at most 7 times the sum of their |c - c'|.
    """
    k, weighed = len(centroids), weights(centroids)
    reach = (SIDE - 1) * sum(np.abs(channel[:, None] - channel) for channel in centroids.T)
    reach += ROUNDING * (np.abs(weighed).T @ (256, 256, 256, 1)).max()
    np.fill_diagonal(reach, -1)  # no centroid competes with itself
    reach, weighed = reach.astype(np.float32), weighed.astype(np.float32)
    labels, unsure = np.empty(len(middles), label_type(k)), np.zeros(len(middles), bool)
    rivals = np.eye(k, dtype=bool)

    def work(rows):
        scores = middles[rows] @ weighed
        labels[rows] = first = scores.argmin(axis=1)
        far = scores - scores.min(axis=1, keepdims=True) > reach[first]
        cells, others = np.divmod(np.flatnonzero(~far), k)
        unsure[rows][cells] = True
        rivals[first[cells], others] = True

    each_block(work, len(middles), max(1, BLOCK // k))
    return labels, unsure, rivals
