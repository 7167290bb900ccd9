"""Run notebooks, each from a fresh kernel, and store them so that equal outputs are equal bytes.

`python lesson.py notebooks` runs all of them, `python lesson.py notebooks 03 05` some.

A figure of times differs from run to run. Its cell is tagged `measured`, and its stored output
stays while nothing but pixels and times has changed; to store new times, clear the output of the
cell first.
"""

import copy
import json
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
WIDGET = "application/vnd.jupyter.widget-view+json"  # points to a kernel that is gone


def tidy(notebook):
    """Bring a notebook into its one normal form: nothing of the machine, the time or chance."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = KERNEL
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02d}"
        cell.metadata = {
            key: cell.metadata[key] for key in ("jupyter", "tags") if key in cell.metadata
        }
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    return nbformat.from_dict(notebook)


def measured(notebook):
    """Return the cells tagged `measured` by their ids."""
    return {c.id: c for c in notebook.cells if "measured" in c.metadata.get("tags", [])}


def keep_measured(notebook, stored):
    """Put the stored outputs of `measured` cells back where only pixels and times have changed."""
    before = measured(stored)
    for name, cell in measured(notebook).items():
        if name in before and _without_times(before[name]) == _without_times(cell):
            cell.outputs = before[name].outputs


def _without_times(cell):
    changing = r"base64,[A-Za-z0-9+/=]+|As multiples of the fastest: [^\"]*"
    return re.sub(changing, "", json.dumps(cell.outputs, sort_keys=True))


def as_text(notebook):
    """Return the text of a notebook's file."""
    return nbformat.writes(notebook) + "\n"


def rerun(path):
    """Run the notebook at `path` and replace its file; one that fails stays as it was."""
    notebook = nbformat.read(path, as_version=4)
    stored = tidy(copy.deepcopy(notebook))
    NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        timeout=600,
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
    ).execute()
    notebook = tidy(notebook)
    keep_measured(notebook, stored)
    path.write_text(as_text(notebook), encoding="utf-8", newline="\n")


def main(numbers):
    """Run the notebooks whose names start with one of the `numbers`, or all; return the status."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    if numbers:
        paths = [path for path in paths if path.name.startswith(tuple(numbers))]
    if not paths:
        print(f"no notebook starts with {' or '.join(numbers)}", file=sys.stderr)
        return 1
    for path in paths:
        print(path.name, flush=True)
        try:
            rerun(path)
        except CellExecutionError as error:
            print(f"{path.name} was left as it was:\n{error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
