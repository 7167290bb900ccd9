"""Trials: a learner's function is called on cases, apart from the notebook, and stopped in time."""
