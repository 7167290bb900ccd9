"""Predictions: each notebook asks three or four; the answer is told after choice and result."""

import doctest
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from kmeans_lesson.checks import predict
from kmeans_lesson.checks.predictions import questions
from kmeans_lesson.checks.predictions.handed_in import chosen

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
NOTEBOOKS = [path for path in NOTEBOOKS if path.name[:2] <= "12"]
ROW = questions.find("02-row")
VIEW = questions.find("02-view")
code, markdown = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell


def names_in(cell):
    return re.findall(r'^predict\("(\S+)"\)$', cell.source, re.MULTILINE)


# ---------------------------------------------------------------- in the notebooks


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_asks_all_its_questions_under_their_headings_and_ends_with_the_tally(path):
    asked, heading, before = [], "", None
    cells = nbformat.read(path, as_version=4).cells
    for cell in cells:
        if cell.cell_type == "markdown":
            heading = [heading, *re.findall(r"^##+ (.*)$", cell.source, re.MULTILINE)][-1]
        for name in names_in(cell):
            assert questions.find(name).section == heading
            asked.append(name)
        if before is not None and names_in(before):
            assert cell.cell_type == "code", "the result is in the cell below"
        before = cell
    assert asked == list(questions.of_notebook(path.name[:2]))
    assert 3 <= len(asked) <= 4
    assert [cell.source for cell in cells if cell.cell_type == "code"][-1] == "predict.score()"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_stored_in_a_notebook_a_question_is_text_without_the_answer(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for name in names_in(cell):
            asked, (output,) = questions.find(name), cell.outputs
            for text in output.data["text/plain"], plain(output.data["text/html"]):
                for part in (asked.question, *asked.choices.values()):
                    assert plain(part) in text.replace("`", "")
                for told in (asked.reason, *asked.wrong.values()):
                    assert plain(told) not in text.replace("`", "")


def plain(text):
    text = re.sub("<[^>]+>", "", text).replace("`", "")
    return text.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")


@pytest.mark.parametrize(
    "name", [n for path in NOTEBOOKS for n in questions.of_notebook(path.name[:2])]
)
def test_a_question_is_well_posed(name):
    asked = questions.find(name)
    if asked.choices:
        assert "".join(asked.choices) in "abcde"
        assert asked.right in asked.choices
        assert set(asked.wrong) <= set(asked.choices) - {asked.right}
    for given in asked.wrong:
        assert asked.read(given) == given
        assert not asked.is_right(given)
        told = f"Not {given}. {asked.wrong[given]} The answer is {asked.right}. {asked.reason}"
        assert asked.answer(given) == told
    assert asked.answer(asked.read(asked.right)) == f"Right. {asked.reason}"


# ---------------------------------------------------------------- what is typed


@pytest.mark.parametrize(
    ("given", "choice"),
    [
        (9, "9"),
        ("9", "9"),
        (" 9.0 ", "9"),
        ("142,227", "142227"),
        ("142 227", "142227"),
        ("2,5", "2.5"),
        ("−3", "-3"),  # noqa: RUF001
    ],
)
def test_a_number_is_read_however_it_is_written(given, choice):
    assert ROW.read(given) == choice


@pytest.mark.parametrize("given", ["b", "B", " b", '"b"'])
def test_a_letter_is_read_however_it_is_written(given):
    assert VIEW.read(given) == "b"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("02-row", "nine"), "choice must be a number, such as 12 or 2.5; got 'nine'"),
        (("02-row", "nan"), "choice must be a number, such as 12 or 2.5; got 'nan'"),
        (("02-view", "c"), "choice must be a or b; got 'c'"),
        (("04-argmin", 1), "choice must be a, b or c; got 1"),
        (
            ("02-rows",),
            "no prediction has the name '02-rows'; "
            "that notebook has 02-row, 02-reshape, 02-view, 02-shuffle",
        ),
        (("argmin",), "no prediction has the name 'argmin'; one is \"04-argmin\""),
        (("../x",), "no prediction has the name '../x'; one is \"04-argmin\""),
        ((4,), 'no prediction has the name 4; one is "04-argmin"'),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(args, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        predict(*args)


def test_the_example_in_the_docstring_runs():
    (test,) = doctest.DocTestFinder(recurse=False).find(
        predict, "predict", globs={"predict": predict}
    )
    said = []
    doctest.DocTestRunner().run(test, out=said.append)
    assert said == []


# ---------------------------------------------------------------- in a kernel


def run_cells(*cells):
    """Run cells in a new kernel and return the notebook."""
    notebook = nbformat.v4.new_notebook(
        cells=[code("from kmeans_lesson.checks import predict"), *map(code, cells)]
    )
    NotebookClient(notebook, kernel_name="python3", timeout=600, allow_errors=True).execute()
    return notebook


def told(cell):
    """Return what a cell showed, as plain text."""
    return "\n".join(
        output.get("text", "")
        or output.get("data", {}).get("text/plain", "")
        or output.get("evalue", "")
        for output in cell.outputs
    )


CLICK = 'row.view.given = "{}"'  # as the browser sends it
SAY = 'print(row.view.state["message"])'


@pytest.fixture(scope="module")
def lesson():
    """Return the cells of a notebook in which wrong and right things were chosen."""
    return run_cells(
        'row = predict("02-row"); row',  # 1
        SAY,
        f"{CLICK.format('6')}\n{SAY}",  # 3: the cell above has been run since it was asked
        f"{CLICK.format('9')}\n{SAY}",
        f"{CLICK.format('many')}\n{SAY}",
        'predict("02-view", "b")',  # 6
        'predict("02-shuffle", "c")',  # asks, too: tells nothing
        "1 / 0",  # no result: tells nothing
        'print(predict("02-view"), predict("02-shuffle"))',
        "'the result'",  # 10
        'predict("02-view", "a")',
        'predict.score()\npredict("02-reshape");',  # 12
        "'the result'",
        'predict("02-reshape", 3);',  # the tally above follows
    ).cells


def test_nothing_is_told_before_there_is_a_choice(lesson):
    assert told(lesson[2]).strip() == ""


def test_the_answer_is_told_after_the_choice_and_the_first_one_counts(lesson):
    assert told(lesson[3]).strip() == ROW.answer("6")
    assert told(lesson[4]).strip() == f"{ROW.answer('9')} Your first choice counts, 6."
    assert told(lesson[5]).strip() == "choice must be a number, such as 12 or 2.5; got 'many'"


def test_the_answer_waits_for_a_result_that_is_no_question_and_no_error(lesson):
    for cell in lesson[6], lesson[7], lesson[9]:
        assert "Now run the cell below; then the answer is here." in told(cell)
        assert "Not b. " not in told(cell)
        assert "Right. " not in told(cell)
    first = "Your first choice counts, b."
    assert told(lesson[11]).endswith(f"{VIEW.answer('a')} {first}")


def test_the_tally_counts_first_choices_and_follows_later_ones(lesson):
    tally = lesson[12].outputs[0].data
    assert tally["text/plain"].splitlines() == [
        "1 of 4 predictions right, 3 wrong.",
        "02-row: 6, wrong",
        "02-view: b, wrong",
        "02-shuffle: c, right",
        "02-reshape: 3, wrong",
        "Worth reading again: From a table to a list · Is it a new array?",
    ]
    assert '<a href="#Is-it-a-new-array?">Is it a new array?</a>' in tally["text/html"]


def test_no_choice_is_no_prediction():
    cells = run_cells("predict.score()", 'predict("02-row")', "predict.score()").cells
    assert told(cells[1]) == "No prediction was asked for yet: run the cells above first."
    none = "None of 1 predictions was made. Choose an answer above, and the tally follows here."
    assert told(cells[3]) == none


def test_what_was_chosen_can_be_read_from_a_notebook_that_was_handed_in(lesson):
    notebook = nbformat.v4.new_notebook(cells=lesson)
    read = {"02-row": "6", "02-view": "b", "02-shuffle": "c", "02-reshape": "3"}
    assert chosen(notebook) == read
    for cell in notebook.cells:
        cell.outputs = []
    del read["02-row"]
    assert chosen(notebook) == read | {"02-view": "a"}  # what stands in the cells is all there is
    notebook.cells = [markdown('predict("02-view", "b")'), code('%magic\npredict("02-view", "z")')]
    assert chosen(notebook) == {}
