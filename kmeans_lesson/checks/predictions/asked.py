"""What was asked in this kernel: each question with its buttons, what was chosen, and the tally.

The answer is told once a choice was made and another cell has been run, which is the one with the
result. The first choice counts, and nothing is written or sent. A notebook that was handed in says
what was chosen in the output of `predict.score()`, or in the cell, as `predict("04-argmin", "b")`.
"""

import html
import re
from pathlib import Path

import anywidget
import ipywidgets
import traitlets
from IPython import get_ipython
from IPython.display import display

from kmeans_lesson.checks.predictions import questions

HERE = Path(__file__).parent
_asked = {}  # in this kernel, {name: Prediction}
_tallies = []  # the one that `predict.score` showed last, so that it can follow


class QuestionView(anywidget.AnyWidget):
    """What is seen of a question, drawn by question.js.

    given: what was clicked or typed. state: {"choice", "right", "message"}; right is the letter to
    mark, or empty as long as the answer is not told.
    """

    _esm = HERE / "question.js"
    _css = HERE / "question.css"
    question = traitlets.Unicode().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    given = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)


class Prediction:
    """A question that was asked: `first` and `latest` are what was chosen, or None."""

    def __init__(self, question):
        self.question = question
        self.first = self.latest = None
        self.is_shown = False  # once the cell that asks has been run
        self.is_seen = False  # once another one that asks nothing has been run: the result
        self.view = QuestionView(question=question.question, choices=question.choices)
        self.view.observe(lambda change: self._take(change.new), "given")
        self.refresh()

    def choose(self, given):
        """Note a choice, a letter or a number."""
        self.latest = self.question.read(given)
        self.first = self.first or self.latest
        self.refresh()

    def _take(self, given):
        try:
            self.choose(given)
        except ValueError as error:
            self.refresh(str(error))

    def message(self):
        """Return the sentences under the question: what was chosen, and then the answer."""
        if self.first is None:
            return ""
        counts = f" Your first choice counts, {self.first}." if self.first != self.latest else ""
        if self.is_seen:
            return self.question.answer(self.latest) + counts
        return f"You chose {self.latest}.{counts} Now run the cell below; then the answer is here."

    def refresh(self, message=None):
        """Bring what is shown up to date, and the tally if there is one."""
        told = self.is_seen and self.first is not None
        self.view.state = {
            "choice": self.latest or "",
            "right": self.question.right if told and self.question.choices else "",
            "message": self.message() if message is None else message,
        }
        for shown in _tallies:
            shown.update(Tally(_asked))

    def __repr__(self):
        lines = [f"Predict: {self.question.question}"]
        lines += [f"    {letter}: {text}" for letter, text in self.question.choices.items()]
        return "\n".join([*lines, *filter(None, [self.message()])])

    def _repr_mimebundle_(self, **options):
        """Show buttons in JupyterLab, and the question as text wherever widgets cannot run."""
        name, choice = self.question.name, next(iter(self.question.choices), "12")
        choices = [f"{letter}: {_html(text)}" for letter, text in self.question.choices.items()]
        call = f'`predict("{name}", "{choice}")`'
        by_hand = f"Where there are no buttons, write your choice into the cell, as in {call}."
        if self.first is not None:
            by_hand = "" if self.is_seen else "Where there are no buttons, run this one again then."
        parts = [
            f"<strong>Predict:</strong> {_html(self.question.question)}",
            "<br>".join(choices),
            _html(f"{self.message()} {by_hand}".strip()),
        ]
        still = "".join(f"<p>{part}</p>" for part in parts if part)
        live = ipywidgets.DOMWidget._repr_mimebundle_(self.view, **options)
        return live | {"text/plain": repr(self), "text/html": still}


class Tally:
    """How many of the predictions were right, what was chosen, and what to read again."""

    def __init__(self, asked):
        self.chosen = {p.question: p.first if p.is_seen else None for p in asked.values()}
        self.wrong = [q for q, choice in self.chosen.items() if choice and not q.is_right(choice)]

    def summary(self):
        """Return the first sentence."""
        every, wrong = f"{len(self.chosen)} predictions", len(self.wrong)
        made = sum(choice is not None for choice in self.chosen.values())
        if not self.chosen:
            return "No prediction was asked for yet: run the cells above first."
        if not made:
            return f"None of {every} was made. Choose an answer above, and the tally follows here."
        left = f", {len(self.chosen) - made} not made" if made < len(self.chosen) else ""
        return f"{made - wrong} of {every} right, {wrong} wrong{left}."

    def lines(self):
        """Return a line for each prediction that was made, "04-argmin: b, right"."""
        for question, choice in self.chosen.items():
            if choice is not None:
                verdict = "wrong" if question in self.wrong else "right"
                yield f"{question.name}: {choice}, {verdict}"

    def __repr__(self):
        again = [question.section for question in self.wrong[:2]]
        read = [f"Worth reading again: {' · '.join(again)}"] if again else []
        return "\n".join([self.summary(), *self.lines(), *read])

    def _repr_html_(self):
        sections = [html.escape(question.section) for question in self.wrong[:2]]
        links = [f'<a href="#{name.replace(" ", "-")}">{name}</a>' for name in sections]
        read = f"<p>Worth reading again: {' · '.join(links)}</p>" if links else ""
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines())
        listed = f"<ul>{lines}</ul>" if lines else ""
        return f"<p><strong>{html.escape(self.summary())}</strong></p>{listed}{read}"


def predict(name, choice=None):
    """Ask a question of the lesson before its result: choose, then run the cell below.

    Parameters
    ----------
    name : str
        "04-argmin" is a question of notebook 04.
    choice : str or number, optional
        A letter, "b", or a number, for where there are no buttons. The first choice counts.

    Returns
    -------
    Prediction
        It shows the question and, once a choice is made and a result was seen, the answer.

    Raises
    ------
    ValueError
        If there is no question of this name, or no such choice; the sentence says what there is.

    Examples
    --------
    >>> predict("02-row", 9)
    Predict: In which row of `pixels` is pixel (2, 1)?
    Right. Above pixel (2, 1) lie two rows of 4 pixels, and to its left one more: 2 · 4 + 1 = 9.
    """
    question = questions.find(name)
    if question.name not in _asked:
        _asked[question.name] = Prediction(question)
    prediction, shell = _asked[question.name], get_ipython()
    prediction.is_shown = False
    if shell is None:  # no cells, so nothing to wait for
        prediction.is_seen = True
    else:
        shell.events.register("post_run_cell", _cell_was_run)  # once, however often it is called
    if choice is not None:
        prediction.choose(choice)
    return prediction


def _cell_was_run(result):
    """Tell the answers that waited for this cell, unless it asks something itself or failed."""
    asking = [prediction for prediction in _asked.values() if not prediction.is_shown]
    for prediction in asking:
        prediction.is_shown = True
    if asking or not result.success:
        return
    for prediction in _asked.values():
        if not prediction.is_seen:
            prediction.is_seen = True
            prediction.refresh()


def score():
    """Show how many predictions of this notebook were right; it follows each further choice."""
    shown = display(Tally(_asked), display_id=True)
    _tallies[:] = [shown] if shown else []  # outside a notebook there is nothing to follow


predict.score = score


def _html(text):
    """Return a text as HTML, with what stands in backticks as code."""
    return re.sub("`(.*?)`", r"<code>\1</code>", html.escape(text))
