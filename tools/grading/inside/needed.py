"""Which cells have to run: those that a learner changed, and those that give them their names.

A lesson shows far more than its exercises need. A cell that is as it was handed out is left out
where nothing that runs uses a name it gives a value; so a submission takes seconds, not a minute.
"""

import ast
import symtable
from functools import cache


@cache
def names_in(source):
    """Return the names a cell gives a value and those it uses; None if it cannot be read so."""
    try:
        tree, table = ast.parse(source), symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):  # a line of IPython's, or a slip
        return None
    gives, uses = set(_changed_in_place(tree)), set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            gives.add(symbol.get_name())
        if symbol.is_referenced():
            uses.add(symbol.get_name())
    for inner in _tables_below(table):
        for symbol in inner.get_symbols():
            if symbol.is_global():
                uses.add(symbol.get_name())
                if symbol.is_assigned():
                    gives.add(symbol.get_name())
    return frozenset(gives), frozenset(uses)


def _tables_below(table):
    for inner in table.get_children():
        yield inner
        yield from _tables_below(inner)


def _changed_in_place(tree):
    """Yield the names whose parts get a value, as in a[0] = 1, or that a line calls a method of."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            yield _root(node)
        called = getattr(node.value, "func", None) if isinstance(node, ast.Expr) else None
        if isinstance(called, ast.Attribute):
            yield _root(called)


def _root(node):
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def needed(sources, first, wanted=()):
    """Return the places of the cells to run: `first`, and all that give a name that those use."""
    chosen, wanted = set(), set(wanted)
    places = range(len(sources))
    waiting = {*first, *(place for place in places if _gives_one(sources[place], wanted))}
    while waiting:
        chosen |= waiting
        known = [names_in(sources[place]) or ((), ()) for place in waiting]
        wanted = wanted.union(*(uses for _, uses in known))
        waiting = {p for p in places if p not in chosen and _gives_one(sources[p], wanted)}
    return sorted(chosen)


def _gives_one(source, wanted):
    names = names_in(source)
    return names is None or bool(names[0] & wanted)
