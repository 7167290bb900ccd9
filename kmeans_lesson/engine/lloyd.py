"""The loop of K-means on the different colours of an image, for which `kmeans.py` calls it."""

import numpy as np

from kmeans_lesson.engine.arithmetic import means
from kmeans_lesson.engine.cells import by_cell
from kmeans_lesson.engine.colours import count, per_pixel


def kmeans_by_colour(pixels, centroids, steps):
    """Run K-means as `kmeans.py` does, with the same result, once for each different colour.

    pixels is (N, 3) uint8, centroids is (K, 3) float64. Returns the final centroids, the labels,
    the history of the centroids and that of the errors, as a `Run` has them.
    """
    colours, counts = count(pixels)
    centroids, labels, history, errors = kmeans_of_counted(colours, counts, centroids, steps)
    return centroids, per_pixel(labels, colours, pixels), history, errors


def kmeans_of_counted(colours, counts, centroids, steps, points=None, kept=0):
    """Do the same where the colours are counted already; the labels are those of the colours.

    colours is (M, 3) uint8, in Z-order; counts, (M,), says how often each occurs.
    points, (M, 3) float64, are the same colours in another space, if the centroids are in that.
    The first `kept` of the centroids do not move.
    """
    history, errors = [], []
    for state in lloyd(by_cell(colours, counts, points), centroids, steps, kept):
        history.append(state.centroids)
        errors.append(state.error(state.centroids))
    return state.centroids, state.labels, np.array(history), np.array(errors)


def lloyd(assigned, centroids, steps, kept=0):
    """Assign, then update and assign once for each of the steps: a `State` after each assign.

    The first `kept` of the centroids do not move.
    """
    state = assigned(centroids)
    yield state
    for _ in steps:
        moved = means(state.totals[0], state.totals[1:], state.centroids)
        moved[:kept] = centroids[:kept]
        state = assigned(moved)
        yield state
