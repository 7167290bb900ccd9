"""K-means on the different colours of an image: what `kmeans.py` hands uint8 pixels to."""

import numpy as np

from kmeans_lesson.engine.cells import by_cell
from kmeans_lesson.engine.colours import count, look_up
from kmeans_lesson.engine.lloyd import lloyd


def kmeans_by_colour(pixels, centroids, steps):
    """Run K-means as `kmeans.py` does, with the same result, once for each different colour.

    pixels is (N, 3) uint8, centroids is (K, 3) float64. Returns the final centroids, the labels,
    the history of the centroids and that of the errors, as a `Run` has them.
    """
    colours, counts, places = count(pixels)
    history, errors = [], []
    for state in lloyd(by_cell(colours, counts), centroids, steps):
        history.append(state.centroids)
        errors.append(state.error(state.centroids))
    return state.centroids, look_up(state.labels, places), np.array(history), np.array(errors)
