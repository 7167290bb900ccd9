"""k-means++: a start with centroids far from each other."""

import numpy as np

from kmeans_lesson.engine.arithmetic import squared_distances


def plus_plus(points, counts, k, rng):
    """Choose K of M different points, far from each other: (K, 3) float64.

    Each is drawn in proportion to its count times its squared distance from those chosen before
    (k-means++: Arthur and Vassilvitskii, 2007); of 2 + log K drawn, the one is chosen that leaves
    the smallest error (greedy, as scikit-learn does). points is (M, 3), counts is (M,).
    """
    channels = np.array(points.T, float, order="C")
    chosen, squared = [], np.ones(len(counts))
    for _ in range(k):
        shares = (counts * squared).cumsum()
        drawn = rng.random(2 + int(np.log(k)) if chosen else 1) * shares[-1]
        drawn = shares.searchsorted(drawn, "right")  # never one that has no share
        after = np.array([squared_distances(channels, channels[:, one]) for one in drawn])
        if chosen:
            after = np.minimum(after, squared)
        best = (after * counts).sum(axis=1).argmin()
        chosen.append(drawn[best])
        squared = after[best]
    return channels[:, chosen].T.copy()
