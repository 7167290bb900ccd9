"""Grade the key and the untouched hand-out, to see that full marks and none come out."""

import json
import tempfile
from pathlib import Path

from grading.classroom import grade
from grading.lesson import ROOT


def check_key(notebooks, seconds):
    """Grade both; raise ValueError with the exercises that came out otherwise."""
    with tempfile.TemporaryDirectory(prefix="kmeans-lesson-") as folder:
        for name, solved in (("key", True), ("handout", False)):
            write(Path(folder) / "class" / name, notebooks, solved)
        results = grade(Path(folder) / "class", Path(folder) / "report", notebooks, seconds)
    wanted = {"key": ["right"], "handout": ["missing"]}
    for result in results:
        name = result["student"]
        others = [e for e in result["exercises"] if e["status"] not in wanted[name]]
        if others or result["status"] != "graded":
            told = "; ".join(f"{e['notebook']} {e['exercise']}: {e['answer']}" for e in others)
            raise ValueError(f"the {name} should be {wanted[name][0]} in all exercises; {told}")


def write(folder, notebooks, solved):
    """Write the lesson's notebooks into a new folder, with or without the solutions."""
    folder.mkdir(parents=True)
    for notebook in notebooks.values():
        path = ROOT / "notebooks" / f"{notebook.title}.ipynb"
        text = path.read_text(encoding="utf-8")
        content = solve(text, notebook) if solved else json.loads(text)
        (folder / path.name).write_text(json.dumps(content), encoding="utf-8")


def solve(text, notebook):
    """Put the solutions into the cells of a notebook's exercises."""
    content = json.loads(text)
    for cell in content["cells"]:
        for task in notebook.tasks:
            if cell["id"] == task.cell:
                cell["source"] = f"{task.solution}\n\n{task.test}"
    return content
