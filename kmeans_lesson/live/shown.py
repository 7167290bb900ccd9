"""Which cells show which labs, so that a lab that no cell shows any more gives back what it holds.

ipywidgets keeps every widget until it is closed, and IPython keeps every output of a cell. So a lab
is closed when the cells that showed it have been run again and show something newer, and when it is
shown nowhere and no variable refers to it.
"""

import weakref

from IPython import get_ipython
from ipywidgets import Widget

_shown = {}  # for each cell that showed labs: which run of the cell it was, and the labs


def show(lab):
    """Note that the cell that is running shows a lab; close those that its run before showed."""
    if get_ipython() is None:  # nothing is shown
        return
    cell, run = _running()
    before, gone = _shown.get(cell, (run, []))
    if before == run:
        _shown[cell] = run, [*gone, lab]
        return
    _shown[cell] = run, [lab]
    still = [shown for _, labs in _shown.values() for shown in labs]
    for old in gone:
        if not any(old is shown for shown in still):
            old.close()


def _running():
    """Tell which cell is running, and which run of it this is; both None if that is not known.

    A frontend that does not name its cells tells their code, and a cell is taken for another with
    the same code. One that cannot ask anything runs a notebook once, from top to bottom.
    """
    shell = get_ipython()
    message = shell.get_parent() if hasattr(shell, "get_parent") else {}
    code = message.get("content", {}).get("code")
    if not code:
        return None, None
    known = message.get("metadata", {}).get("cellId")
    if not known and not message["content"].get("allow_stdin"):
        return None, None
    return known or code, message["header"]["msg_id"]


def close_with(owner, widgets):
    """Return a function that closes widgets; it is called when nothing refers to their owner."""
    every = {id(inner): inner for widget in widgets for inner in _inside(widget)}
    finalizer = weakref.finalize(owner, _close, list(every.values()))
    finalizer.atexit = False
    return finalizer


def _inside(widget):
    """Yield a widget and all that belong to it: its layout, its style, its children."""
    yield widget
    for name in widget.keys:
        value = getattr(widget, name)
        for inner in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(inner, Widget):
                yield from _inside(inner)


def _close(widgets):
    for widget in widgets:
        widget.close()
        widget.unobserve_all()
