"""Predictions: questions before a result, what was chosen, and the tally at the end of a notebook.

    from kmeans_lesson.checks import predict

    predict("04-argmin")  # shows the question; in the last cell: predict.score()

The questions and answers are in `04.toml` and the like, one file for each notebook.
"""

from kmeans_lesson.checks.predictions.asked import predict

__all__ = ["predict"]
