"""What can be read in a learner's code: gaps, a return inside a loop, swapped parameters."""

import ast
import inspect
import textwrap

from kmeans_lesson.checks.exercise import Slip

LOOPS = (ast.For, ast.While)


def is_stub(function):
    """See whether a function's body is empty: pass, a docstring, a bare return."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_names or code.co_nlocals > code.co_argcount:
        return False
    return set(code.co_consts) <= {None, ..., function.__doc__}


def has_dots(function):
    """See whether a line of a function is still the three dots that stand for the missing one."""
    lines = [node.value for node in _nodes(function) if isinstance(node, ast.Expr)]
    return any(isinstance(line, ast.Constant) and line.value is ... for line in lines)


def slips(function, exercise):
    """Find the slips that a wrong function shows in its text."""
    takes = exercise.takes.split(", ")
    names = _parameters(function)[: len(takes)]
    if names != takes and sorted(names) == sorted(takes):
        hint = f"The check calls your function with ({exercise.takes}), in this order."
        return [Slip("parameters in another order", hint)]
    if returns_in_loop(function):
        hint = "A return ends the function at once, also in the first round of a loop. Where does "
        return [Slip(exercise.ends_early, f"{hint}yours stand?")]
    return []


def returns_in_loop(function):
    """See whether a loop of the function returns in its first round, whatever happens."""
    loops = [node for node in _nodes(function) if isinstance(node, LOOPS)]
    return any(isinstance(line, ast.Return) for loop in loops for line in loop.body)


def _parameters(function):
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def _nodes(function):
    """Return the nodes of a function's text, or none if it is not to be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # typed at a prompt, or not a plain function
        return []
    return list(ast.walk(tree))
