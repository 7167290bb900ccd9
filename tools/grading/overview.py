"""What the page of a class shows: who has what right, the slips, the predictions."""

import itertools
from collections import Counter, defaultdict

import mistune
from markupsafe import Markup

from kmeans_lesson.checks.predictions import questions
from teaching import what_to_show

MARKDOWN = mistune.create_markdown()


def to_html(text):
    """Return Markdown of the lesson's own, as in TEACHING.md, as HTML."""
    return Markup(MARKDOWN(text))


def class_view(results, links):
    """Return what the page of the class shows; `links` lead to the feedback pages."""
    columns = exercises_of(results)
    rows = []
    for result, link in zip(results, links, strict=True):
        done = {key_of(exercise): exercise for exercise in result["exercises"]}
        cells = [done.get(column) for column in columns]
        rows.append({"result": result, "link": link, "cells": cells})
    by_notebook = itertools.groupby(notebook for notebook, _ in columns)
    return {
        "rows": rows,
        "columns": columns,
        "notebooks": [(notebook, len([*group])) for notebook, group in by_notebook],
        "right": [sum(is_right(row["cells"][i]) for row in rows) for i in range(len(columns))],
        "statuses": Counter(result["status"] for result in results).most_common(),
        "slips": slips_of(results),
        "unnamed": sum(is_unnamed(e) for result in results for e in result["exercises"]),
        "predictions": predictions_of(results),
        "notes": [row for row in rows if row["result"]["notes"]],
    }


def key_of(exercise):
    """Return what tells an exercise from others: its notebook and its name."""
    return exercise["notebook"], exercise["exercise"]


def exercises_of(results):
    """Return the exercises of all students, by notebook, and there in the order of the results."""
    keys = dict.fromkeys(key_of(e) for result in results for e in result["exercises"])
    return sorted(keys, key=lambda key: key[0])


def is_right(exercise):
    """See whether an exercise was found and is right."""
    return bool(exercise) and exercise["status"] == "right"


def is_unnamed(exercise):
    """See whether an answer is wrong in a way that has no name."""
    return exercise["status"] == "wrong" and not exercise["slip"]


def slips_of(results):
    """Return the slips of the class, the most frequent first: who made it, where, what to show."""
    who, where = defaultdict(dict), defaultdict(dict)
    for result in results:
        for exercise in result["exercises"]:
            if exercise["slip"]:
                slip = exercise["slip"], what_to_show(exercise["exercise"], exercise["slip"])
                who[slip][result["key"]] = result["student"]
                where[slip][key_of(exercise)] = None
    slips = [
        {
            "name": name,
            "show": to_html(show),
            "who": who[name, show],
            "where": sorted(where[name, show]),
        }
        for name, show in who
    ]
    return sorted(slips, key=lambda slip: (-len(slip["who"]), slip["name"]))


def predictions_of(results):
    """Return the questions that were answered, each with its choices and who took how many."""
    given = defaultdict(Counter)
    for result in results:
        for name, choice in result["predictions"].items():
            given[name][choice] += 1
    return [_question(questions.find(name), given[name]) for name in sorted(given)]


def _question(question, given):
    """Return a question as it is shown: all its choices, or the numbers that were given."""
    choices = question.choices or dict.fromkeys(sorted(given, key=float), "")
    return {
        "name": question.name,
        "text": to_html(question.question),
        "all": given.total(),
        "choices": [
            {
                "letter": choice,
                "text": to_html(text),
                "number": given[choice],
                "right": question.is_right(choice),
            }
            for choice, text in choices.items()
        ],
    }
