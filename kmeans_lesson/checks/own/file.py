"""The text of `my_kmeans.py`: its statements by name, and how a function comes into it."""

import ast
import itertools

from kmeans_lesson.checks.own.alone import same, uses

IMPORTS = (ast.Import, ast.ImportFrom)


def statements(text):
    """Take a file apart: a list of (name, source), where the name is None if there is no one name.

    The comments above a statement belong to it.
    """
    lines, found, done = text.splitlines(), [], 0
    for node in ast.parse(text).body:
        found.append((_name(node), "\n".join(lines[done : node.end_lineno]).strip("\n")))
        done = node.end_lineno
    rest = "\n".join(lines[done:]).strip("\n")
    return [*found, (None, rest)] if rest else found


def _name(node):
    if isinstance(node, IMPORTS) and len(node.names) == 1:
        return node.names[0].asname or node.names[0].name
    targets = getattr(node, "targets", [])
    return getattr(targets[0], "id", None) if len(targets) == 1 else getattr(node, "name", None)


def without(found, name, others):
    """Take a function out, with the helpers that nothing but this function leads to."""
    gone, rest = _reach(found, [name]), [pair for pair in found if pair[0] != name]
    stay = _reach(rest, [n for n, _ in rest if n and n not in gone] + others)
    return [(n, source) for n, source in rest if n not in gone or n in stay]


def _reach(found, names):
    """Return all names that some names lead to, with these."""
    sources, open_names, reached = dict(found), list(names), set()
    while open_names:
        name = open_names.pop()
        if name in sources and name not in reached:
            reached.add(name)
            open_names += uses(sources[name])
    return reached


def clashes(found, parts):
    """Return the names that a file has already, for something else."""
    sources = dict(found)
    return [n for n, source in parts.items() if n in sources and not same(sources[n], source)]


def joined(found, parts):
    """Return the text of a file with these parts: new imports with the others, the rest below."""
    known = {name for name, _ in found}
    new = [(n, source) for n, source in parts.items() if n not in known]
    sources = [source for _, source in found]
    places = [place for place, source in enumerate(sources, 1) if _is(source, IMPORTS)]
    place = max(places) if places else int(bool(sources) and _is(sources[0], ast.Expr))
    sources[place:place] = [source for _, source in new if _is(source, IMPORTS)]
    sources += [source for _, source in new if not _is(source, IMPORTS)]
    text = sources[0]
    for before, source in itertools.pairwise(sources):
        together = _is(before, IMPORTS) and _is(source, IMPORTS)
        text += ("\n" if together else "\n\n\n") + source
    return text + "\n"


def _is(source, kind):
    body = ast.parse(source).body
    return bool(body) and isinstance(body[0], kind)
