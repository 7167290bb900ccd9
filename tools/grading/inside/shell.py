"""A shell that runs cells as a notebook does, magics included, and shows nothing."""

import ast
import builtins
import contextlib
import os
import sys
from types import ModuleType, SimpleNamespace

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from grading.lesson import bound
from kmeans_lesson import checks

LASTING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def check_later():
    """Let the checks in a notebook do nothing: what is written is judged as it is defined."""
    later = checks.Answer("not yet", "It is judged when the notebook is graded.")
    for name in set(checks.__all__) - {"Answer", "predict"}:
        setattr(checks, name, lambda *_: later)


def nowhere():
    """Open a stream that takes everything and keeps nothing."""
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", errors="replace")


class Shell:
    """One notebook's shell; `noted` are the lines that gave a name a value, as they were run."""

    def __init__(self):
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.ast_node_interactivity = "none"
        InteractiveShell.clear_instance()
        self.shell = InteractiveShell.instance(config=config, user_module=ModuleType("__main__"))
        self.shell.ast_transformers.append(self)
        for show in ("showtraceback", "showsyntaxerror", "showindentationerror"):
            setattr(self.shell, show, lambda *_, **__: None)
        self.shell.system = self.shell.getoutput = self._refuse
        self.shell._tee = lambda channel: contextlib.nullcontext()  # IPython keeps all that is said
        self.noted, self.commands, self._lines, self._source = [], [], [], ""

    @property
    def names(self):
        """The names of the notebook with their values."""
        return self.shell.user_ns

    def run(self, source):
        """Run a cell; return the error that stopped it, or None."""
        sys.stdout = sys.stderr = nowhere()  # anew: the last cell may have closed it
        builtins.__noted__ = self._note
        self.noted, self._source = [], source
        if source.startswith("%%"):  # what such a magic runs are the lines below it
            self._source = source.partition("\n")[2]
        else:
            with contextlib.suppress(SyntaxError):  # the cell's own, which comes again below
                self._source = self.shell.transform_cell(source)
        result = self.shell.run_cell(source, store_history=False)
        return result.error_before_exec or result.error_in_exec

    def run_definitions(self, source):
        """Run no more of a cell than its functions, classes and imports."""
        try:
            lines = ast.parse(self.shell.transform_cell(source)).body
        except SyntaxError as error:
            return error
        return self.run(
            "\n\n".join(ast.unparse(line) for line in lines if isinstance(line, LASTING))
        )

    def visit(self, tree):
        """Have every line of a cell noted that gives a name a value; IPython calls this."""
        body = []
        for line in tree.body:
            body.append(line)
            if bound(line):
                note = ast.parse(f"__noted__({len(self._lines)})").body[0]
                body.append(ast.copy_location(note, line))
                self._lines.append(line)
        return ast.fix_missing_locations(ast.Module(body, tree.type_ignores))

    def _note(self, place):
        line = self._lines[place]
        try:
            source = ast.get_source_segment(self._source, line) or ast.unparse(line)
        except IndexError:  # a magic may run other lines than it shows
            source = ast.unparse(line)
        for name in dict.fromkeys(bound(line)):
            if name in self.names:
                value = self.names[name]
                self.noted.append(SimpleNamespace(name=name, value=value, line=line, source=source))

    def _refuse(self, command, *_, **__):
        words = str(command).replace(sys.executable, "python").split()
        self.commands.append(" ".join(words)[:80])
