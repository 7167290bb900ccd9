"""Run a learner's notebooks cell by cell, and find in them what answers each exercise."""

import ast
import difflib
import json
import os
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FunctionType, SimpleNamespace

from grading import lesson as lessons
from grading.inside.needed import needed
from grading.inside.read import (
    cells_of,
    content_of,
    given_in,
    latest,
    named_in,
    number_of,
    predictions_of,
)
from grading.inside.shell import Shell, check_later
from grading.inside.verdict import NOT_WRITTEN, Judge, Verdict
from kmeans_lesson.checks.trials import world

CAUSES = {
    "time": Verdict("timed out", "It has not come to an end in the time there is (see --seconds)."),
    "memory": Verdict("error", "It asks for more memory than there is when notebooks are graded."),
    "output": Verdict("error", "It writes more into files than there is room for."),
    "died": Verdict("error", "It ends the whole process, as os._exit or a crash does."),
}
ALIKE = 0.75  # how much of two names is the same, for one to be the other misspelt
NOT_FOUND = "Not found: neither its name, nor a function that does this."
UNWRITTEN = ("missing", "error", "timed out")


def grade_all(taken, box, ended, finished, tell):
    """Grade the notebooks `taken`, {name: bytes}, oldest first; those `finished` are done.

    `ended` says which steps have ended the process before, and how: [[step, cause], ...].
    """
    ended = {json.dumps(step): cause for step, cause in ended}
    notebooks, read, predicted = lessons.load(), {}, {}
    check_later()
    judge = Judge(notebooks)
    for file, data in taken.items():
        tell(step=["read", file])
        try:
            if cause := ended.get(json.dumps(["read", file])):
                raise ValueError(CAUSES[cause].answer)
            content = content_of(data)
            cells = cells_of(content)
            read[file] = cells, number_of(cells, notebooks)
            predicted[file] = predictions_of(content)
            tell(read=file, number=read[file][1])
        except ValueError as error:
            tell(unreadable=file, reason=str(error))
    for file, earlier in latest(read, notebooks).items():
        if file in finished:
            continue
        cells, number = read[file]
        settings = world.World()
        graded = Graded(file, number, notebooks, judge, ended, tell)
        folder = box / f"{Path(file).stem}-folder"
        folder.mkdir(exist_ok=True)
        os.chdir(folder)
        graded.run(cells)
        found = {"file": file, "number": number, "earlier": earlier, **graded.found()}
        tell(notebook=found | {"predictions": predicted[file]})
        settings.put_back()
        judge.put_back()


@dataclass
class Definition:
    """A line of the learner's that gave a name a value; `early` is the verdict, if there is one."""

    name: str
    value: object
    line: ast.stmt
    source: str
    cell: str
    step: list
    verdict: Verdict | None = None


class Graded:
    """One notebook of a learner: its cells are run, and what they define is judged."""

    def __init__(self, file, number, notebooks, judge, ended, tell):
        self.file, self.judge, self.ended, self.tell = file, judge, ended, tell
        self.own = notebooks[number].tasks if number else []
        self.given = given_in(notebooks, number)
        others = [n for n in notebooks.values() if n.number != number]
        self.tasks = [*self.own, *(task for other in others for task in other.tasks)]
        self.targets = {task.target for task in self.tasks}
        self.answers = defaultdict(list)  # {task: its definitions}
        self.cells, self.others, self.notes, self.last = [], [], [], None
        self.shell = Shell()

    def run(self, cells):
        """Run the cells that matter, judge what each defines, then look for what is missing."""
        self.cells = cells
        sources = [source for _, source in cells]
        changed = [i for i, source in enumerate(sources) if source.strip() not in self.given]
        early = []  # cells that ask for a name which may come further down
        for place in needed(sources, changed):
            noted, error = self._run_cell(place, sources[place])
            if place in changed:
                self._take_all(place, noted, error)
                early += [place] if isinstance(error, NameError) else []
        for place in early:
            noted, error = self._run_cell(place, sources[place], "again")
            if error is None:
                self._take_all(place, noted, error, "again")
                self.notes.append(f"Code cell {place + 1} needs a cell that stands below it.")
        self._judge_again()
        self._find_renamed()
        if self.shell.commands:
            listed = "; ".join(self.shell.commands[:3])
            self.notes.append(f"Commands of the system were not run: {listed}.")

    def _take_all(self, place, noted, error, again=""):
        """Judge what a changed cell has defined, and note what it did not come to define."""
        cell, source = self.cells[place]
        for count, line in enumerate(noted):
            step = ["judge", self.file, place, count, again]
            self._take(Definition(**vars(line), cell=cell, step=step))
        done = {line.name for line in noted}
        for name in sorted((named_in(source) & self.targets) - done):
            self._take_unfinished(name, source, cell, error)
        if isinstance(error, ModuleNotFoundError):
            self.notes.append(
                f"It imports {error.name}, which is not installed here: if that is allowed, "
                "install it into .venv and grade again."
            )

    def _run_cell(self, place, source, again=""):
        """Run a cell, or of one that has ended the process only what it defines."""
        step = ["cell", self.file, place, again]
        cause = self.ended.get(json.dumps(step))
        if not cause:
            self.tell(step=step)
            error = self.shell.run(source)
            return self.shell.noted, error
        self.notes.append(f"Code cell {place + 1} was stopped. {CAUSES[cause].answer}")
        step = ["definitions", self.file, place, again]
        if json.dumps(step) in self.ended:
            return [], CAUSES[cause]
        self.tell(step=step)
        self.shell.run_definitions(source)
        return self.shell.noted, CAUSES[cause]

    # ------------------------------------------------------------ which exercise a line answers

    def _take(self, definition):
        """Judge a definition for the exercise that it answers, if it answers one."""
        task = self._task_of(definition)
        if task:
            self.last = task
            definition.verdict = self._verdict(task, definition)
            self.answers[task].append(definition)
        elif isinstance(definition.value, FunctionType):
            self.others.append(definition)

    def _take_unfinished(self, name, source, cell, error):
        """Note for an exercise that its cell stopped before it was written."""
        if isinstance(error, Verdict):
            verdict = Verdict(error.status, error.answer)
        elif error is not None:
            kind = type(error).__name__
            verdict = Verdict("error", f"Its cell does not run. ({kind}: {error})")
        else:
            return  # deleted again, or in a branch that was not reached
        line = SimpleNamespace(name=name, value=None, line=ast.Pass(), source=source, cell=cell)
        line.verdict = verdict
        task = self._task_of(line)
        self.answers[task].append(line)

    def _task_of(self, definition):
        """Find the exercise by the name, and of several by the words, the cell, or the order."""
        tasks = [task for task in self.tasks if task.target == definition.name]
        tasks = [t for t in tasks if t in self.own] or tasks
        if len(tasks) < 2:
            return tasks[0] if tasks else None
        words = lessons.words_of(definition.line)
        alike = [task for task in tasks if words and words == task.words]
        if len(alike) == 1:
            return alike[0]
        tasks = [task for task in tasks if task.notebook == tasks[0].notebook]
        for task in tasks:
            here = [other for other in self.answers[task] if other.cell == task.cell]
            if definition.cell == task.cell and task in self.own and not here:
                return task
        if self.last in tasks and self._status(self.last) == "missing":
            return self.last
        waiting = {cell for cell, source in self.cells if source.strip() in self.given}
        empty = [t for t in tasks if not self.answers[t] and t.cell not in waiting]
        return empty[0] if empty else (self.last if self.last in tasks else tasks[0])

    # ------------------------------------------------------------ what becomes of it

    def _verdict(self, task, definition, again=""):
        step = [*definition.step, definition.name, again]
        cause = self.ended.get(json.dumps(step))
        self.tell(step=step)
        return CAUSES[cause] if cause else self.judge.verdict(task, definition, self.shell.names)

    def _judge_again(self):
        """Judge once more what did not run: a cell further down may have what it needs."""
        for task, definitions in self.answers.items():
            best = _best(definitions) if definitions else None
            if best and best.verdict.status == "error" and hasattr(best, "step"):
                verdict = self._verdict(task, best, "again")
                if verdict.status not in UNWRITTEN:
                    best.verdict = verdict
                    self.notes.append(f"{best.name} needs a cell that stands below it.")

    def _find_renamed(self):
        """Look among the other functions for those that an exercise still lacks."""
        for task in self.own:
            if self._status(task) != "missing":
                continue
            for definition in list(self.others):
                sure = self._is_meant(task, definition)
                if not sure and not isinstance(definition.line, ast.FunctionDef):
                    continue
                verdict = self._verdict(task, definition, task.name)
                if verdict.status == "right" or (sure and verdict.status != "missing"):
                    definition.verdict = verdict
                    self.answers[task].append(definition)
                    self.others.remove(definition)
                    found = "its place or its words" if sure else "what it does"
                    self.notes.append(
                        f"{task.target} is called {definition.name}; found by {found}."
                    )
                    break

    def _is_meant(self, task, definition):
        """See whether a function is handed to the check, or has the words, place or nearly name."""
        source = self.cells[definition.step[2]][1]
        handed = task.exercise and f"check.{task.exercise.name}({definition.name})" in source
        if handed or isinstance(definition.line, ast.ImportFrom):
            return handed
        words = task.words and lessons.words_of(definition.line) == task.words
        close = difflib.SequenceMatcher(None, task.target, definition.name.lower()).ratio() >= ALIKE
        return words or close or definition.cell == task.cell

    def _status(self, task):
        return _best(self.answers[task]).verdict.status if self.answers[task] else "missing"

    def found(self):
        """Return what was found, as it is told: the notes, and a verdict for each exercise."""
        cells = {cell for cell, _ in self.cells}
        answers = []
        for task in self.own:
            if not self.answers[task]:
                words = NOT_WRITTEN if task.cell in cells else NOT_FOUND
                answers.append({"task": task.key, "own": True, **asdict(Verdict("missing", words))})
        for task, definitions in self.answers.items():
            if definitions:
                best = _best(definitions)
                verdict = asdict(best.verdict) | {"source": best.source}
                answers.append({"task": task.key, "own": task in self.own, **verdict})
        return {"answers": answers, "notes": self.notes}


def _best(definitions):
    """Return the last definition that runs; if none does, the last that was written."""
    ran = [d for d in definitions if d.verdict.status not in UNWRITTEN]
    written = [d for d in definitions if d.verdict.status != "missing"]
    return (ran or written or definitions)[-1]
