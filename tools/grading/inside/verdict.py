"""Verdicts: what the check that the learner saw says of a function or a number."""

import ast
import builtins
import contextlib
import copy
import io
import sys
from dataclasses import dataclass

from grading.inside.needed import names_in, needed
from kmeans_lesson.checks.judge import judge
from kmeans_lesson.checks.trials import world
from kmeans_lesson.checks.trials.errors import explain

STATUS = {"right": "right", "borrowed": "borrowed", "not written yet": "missing"}
STATUS |= {"does not run": "error"}  # and all other kinds: wrong
NO_END = "It has not come to an end"  # what a check says of a function that it stopped
EMPTY = {"pass", "return", "return None", "return ...", "raise NotImplementedError"}
NOT_WRITTEN = "Not written yet."


@dataclass
class Verdict:
    """What became of one exercise, in the words of its check."""

    status: str
    answer: str
    slip: str | None = None
    source: str = ""


def of_function(task, value):
    """Judge a function by the check of its exercise, without the comparison of speeds."""
    exercise = copy.copy(task.exercise)
    object.__setattr__(exercise, "ours", None)  # times differ from run to run, and take long
    answer = judge(value, exercise)
    status = STATUS.get(answer.kind, "wrong")
    if status == "error" and NO_END in answer.text:
        status = "timed out"
    return Verdict(status, answer.text, answer.slip or None)


class Judge:
    """Judges what stands in a notebook; `notebooks` are those of the lesson, by their numbers."""

    def __init__(self, notebooks):
        self.notebooks, self._own_names = notebooks, {}
        ours = [m for name, m in sys.modules.items() if name.startswith("kmeans_lesson")]
        self._known = [(module, dict(vars(module))) for module in ours]

    def put_back(self):
        """Make the package, numpy and Python what they were before a learner's cells."""
        world.put_back(self._known)
        world.put_back(world.ORIGINAL)

    def verdict(self, task, definition, names):
        """Judge what a learner's line gave; `names` are those of the notebook."""
        value = definition.value
        if ast.dump(definition.line) == task.given or value is ...:
            return Verdict("missing", NOT_WRITTEN)
        world.put_back(self._known)
        if task.exercise:
            return of_function(task, value)
        if _is_empty(definition.line):
            return Verdict("missing", NOT_WRITTEN)
        here = self._says(task, value, names)
        if here.status == "right":
            return here
        in_lesson = self._says(task, value, self._names_of(task.notebook))
        return in_lesson if in_lesson.status == "right" or here.status == "error" else here

    def _says(self, task, value, names):
        """Run the lines below the exercise, as they were handed out, with the learner's value."""
        said = io.StringIO()
        names = {**names, task.target: value, "print": builtins.print}
        try:
            with contextlib.redirect_stdout(said):
                exec(compile(task.test, f"<check of {task.target}>", "exec"), names)
        except BaseException as error:  # a learner's function may raise anything
            return Verdict("error", explain(value, error))
        words = (said.getvalue().split("\n") or [""])[-2:][0]
        right = words == "right"
        return Verdict("right" if right else "wrong", "Right." if right else "Not yet.")

    def _names_of(self, number):
        """Return the names that the checks of a notebook use, as the notebook itself makes them."""
        if number not in self._own_names:
            notebook, names = self.notebooks[number], {"__name__": "__main__"}
            tests = [names_in(task.test) for task in notebook.tasks if not task.exercise]
            wanted = {name for gives, uses in tests for name in uses - gives}
            sources = [source for _, source in notebook.cells]
            for place in needed(sources, (), wanted - {task.target for task in notebook.tasks}):
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(sources[place], "<lesson>", "exec"), names)
            self._own_names[number] = names
        return self._own_names[number]


def _is_empty(line):
    """See whether a function is still to be written: a line of dots in it, or nothing but words."""
    if not isinstance(line, ast.FunctionDef):
        return False
    texts = [ast.unparse(part) for part in line.body if not _is_words(part)]
    return "..." in texts or not set(texts) - EMPTY


def _is_words(part):
    value = getattr(part, "value", None)
    return isinstance(part, ast.Expr) and isinstance(getattr(value, "value", None), str)
