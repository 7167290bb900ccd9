"""Answers as learners write them: right ones in many forms, and wrong ones by their slip."""

from collections import defaultdict

RIGHT, WRONG = defaultdict(list), defaultdict(list)


def right(exercise):
    """Put a function into the bank as a right answer."""
    return lambda function: RIGHT[exercise].append(function) or function


def wrong(exercise, slip):
    """Put a function into the bank as a wrong answer with this slip."""
    return lambda function: WRONG[exercise].append((slip, function)) or function
