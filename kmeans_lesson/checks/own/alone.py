"""What a function needs to stand alone: its source, and that of all it uses from other cells."""

import ast
import builtins
import inspect
import symtable
import sys
import textwrap
from types import FunctionType, ModuleType

FILE = "my_kmeans.py"
LONGEST = 500  # letters of a constant that is written out
PLAIN = (int, float, complex, str, bytes, tuple, list, dict, set, type(None))


class CannotStandAlone(ValueError):
    """Says what a function uses that cannot be written into a file."""


def parts(function, apart):
    """Return what must stand in a file for a function to run there: {name: source}.

    Imports, helpers and constants come before what uses them, so the function itself comes last.
    The source of what stands `apart`, by name, is None.
    """
    function, found = inspect.unwrap(function), dict.fromkeys(apart)
    _collect(function.__name__, function, function.__globals__, found, set(apart))
    used = set().union(*(uses(source) for source in found.values() if source))
    return {name: source for name, source in found.items() if source or name in used}


def uses(source):
    """Return the names that a piece of source takes from outside, but for Python's own."""
    tables, names = [symtable.symtable(source, FILE, "exec")], set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        top = str(table.get_type()) == "module"
        symbols = [s for s in table.get_symbols() if s.is_referenced()]
        names |= {s.get_name() for s in symbols if top or s.is_global()}
    return names


def same(source, other):
    """See whether two pieces of source say the same, whatever their comments and blank lines."""
    return ast.dump(ast.parse(source)) == ast.dump(ast.parse(other))


def _collect(name, value, space, found, begun):
    begun.add(name)  # before it is found, because functions may call each other
    own_name = getattr(value, "__name__", name)
    if own_name != name and space.get(own_name) is value:
        source = f"{name} = {own_name}"
    else:
        source = _import(name, value) or _constant(name, value) or _definition(name, value)
    for other in sorted(uses(source) - begun):
        if other in space and space[other] is not getattr(builtins, other, None):
            _collect(other, space[other], space, found, begun)
    found[name] = source


def _import(name, value):
    """Return the line that imports a value under this name, or nothing if no module has it."""
    if isinstance(value, ModuleType):
        renamed = "" if value.__name__ == name else f" as {name}"
        return f"import {value.__name__}{renamed}"
    home, own_name = getattr(value, "__module__", None), getattr(value, "__name__", name)
    places = [home.partition(".")[0], home] if isinstance(home, str) else []
    for place in [*places, type(value).__module__]:
        if place in ("__main__", "builtins", FILE.removesuffix(".py")):
            continue
        if getattr(sys.modules.get(place), own_name, None) is value:
            renamed = "" if own_name == name else f" as {name}"
            return f"from {place} import {own_name}{renamed}"
    return ""


def _constant(name, value):
    """Return the line that sets a name to a plain value, or nothing if the value is not plain."""
    text = repr(value) if type(value) in (bool, *PLAIN) else ""
    try:
        plain = 0 < len(text) <= LONGEST and ast.literal_eval(text) == value
    except ValueError:  # such as a list of arrays
        plain = False
    return f"{name} = {text}" if plain else ""


def _definition(name, value):
    """Return the source of a function or class of that name from one of the learner's cells."""
    if not isinstance(value, (FunctionType, type)) and not hasattr(value, "__wrapped__"):
        words = f"it uses `{name}`, of type {type(value).__name__}, which another cell makes. "
        raise CannotStandAlone(f"{words}Hand it in as a parameter, or make it inside the function")
    value = inspect.unwrap(value)
    if getattr(value, "__closure__", None):
        raise CannotStandAlone(f"`{name}` is made inside another function, whose names it uses")
    try:
        source = textwrap.dedent(inspect.getsource(value)).strip()
        (statement,) = ast.parse(source).body
    except (OSError, TypeError, ValueError, SyntaxError) as error:
        raise CannotStandAlone(f"the source of `{name}` cannot be read") from error
    targets = [getattr(t, "id", "") for t in getattr(statement, "targets", [])]
    if getattr(statement, "name", None) != name and targets != [name]:
        raise CannotStandAlone(f"`{name}` is not made by a def of that name")
    return source
