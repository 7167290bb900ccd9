"""The questions, read from `00.toml` and the like, and what is told to whoever has answered."""

import math
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Question:
    """A question with one right answer: the letter of a choice or, without choices, a number."""

    name: str  # "04-argmin" is the table [argmin] of 04.toml
    section: str  # the heading it stands under in the notebook
    question: str
    right: str | float
    reason: str
    choices: dict = field(default_factory=dict)  # {letter: text}
    wrong: dict = field(default_factory=dict)  # {letter or number, as text: what speaks against it}

    def read(self, given):
        """Return a choice as text, "b" or "2.5"; what cannot be one is a ValueError."""
        text = str(given).strip().strip("\"'")
        if self.choices:
            if text.lower() in self.choices:
                return text.lower()
            *letters, last = self.choices
            raise ValueError(f"choice must be {', '.join(letters)} or {last}; got {given!r}")
        number = _number(text)
        if number is None:
            raise ValueError(f"choice must be a number, such as 12 or 2.5; got {given!r}")
        return f"{number:.15g}"

    def is_right(self, choice):
        """Tell whether a choice, as `read` returns it, is the right one."""
        if self.choices:
            return choice == self.right
        return math.isclose(float(choice), self.right, rel_tol=1e-9)

    def answer(self, choice):
        """Say whether a choice is right, and why."""
        if self.is_right(choice):
            return f"Right. {self.reason}"
        against, right = self.wrong.get(choice), f"The answer is {self.right}."
        return " ".join(filter(None, [f"Not {choice}.", against, right, self.reason]))


def _number(text):
    """Return the number that a text says, however its thousands are written, or None."""
    text = re.sub(r"(?<=\d)[,\s](?=\d{3}\b)", "", text)
    try:
        number = float(text.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


@cache
def of_notebook(number):
    """Return the questions of a notebook, {name: Question}; none if it has none."""
    path = HERE / f"{number}.toml"
    if not re.fullmatch(r"\d\d", number) or not path.exists():
        return {}
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{number}-{key}": Question(f"{number}-{key}", **tables[key]) for key in tables}


def find(name):
    """Return the question of this name."""
    questions = of_notebook(str(name)[:2])
    if str(name) in questions:
        return questions[str(name)]
    known = f"that notebook has {', '.join(questions)}" if questions else 'one is "04-argmin"'
    raise ValueError(f"no prediction has the name {name!r}; {known}")
