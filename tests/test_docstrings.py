"""The public functions: docstrings say what they take, give and refuse, with examples that run."""

import doctest
import itertools

import numpy as np
import pytest

import kmeans_lesson

NAMES = ["load_image", "to_pixels", "reconstruct", "save_image"]
SECTIONS = ["Parameters", "Returns", "Raises", "Examples"]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("name", NAMES)
def test_the_sections_stand_in_their_order(name):
    lines = [line.strip() for line in getattr(kmeans_lesson, name).__doc__.splitlines()]
    headings = [
        line for line, under in itertools.pairwise(lines) if under == "-" * len(line) and line
    ]
    assert headings == SECTIONS


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function = getattr(kmeans_lesson, name)
    (test,) = doctest.DocTestFinder(recurse=False).find(function, name, globs={"np": np})
    assert test.examples
    said = []
    doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=said.append)
    assert said == []
