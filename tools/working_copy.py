"""Lay a copy of the notebooks, without outputs, into the folder `my-lesson` to work in.

    python tools/working_copy.py             lay there what is new; what you wrote is kept
    python tools/working_copy.py --fresh 04  a new copy of one; yours is kept under another name

`python lesson.py` does the first at each start, `python lesson.py --fresh 04` the second. A
notebook that an update of the lesson has changed is laid beside yours, or takes its place if you
never changed yours.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from kmeans_lesson.formats.files import replace_file

ROOT = Path(__file__).resolve().parent.parent
RECORD = ".copied-from.json"  # {file: digest of what was laid there}


def without_outputs(notebook):
    """Take the outputs out of a notebook, so that a prediction is one."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def originals(root):
    """Return what the working copy is made of, {file: bytes}: the notebooks and the glossary."""
    glossary = (root / "GLOSSARY.md").read_text(encoding="utf-8")
    texts = {"GLOSSARY.md": glossary.replace("](notebooks/", "](")}  # links stay in the copy
    for path in sorted(root.glob("notebooks/*.ipynb")):
        notebook = without_outputs(json.loads(path.read_text(encoding="utf-8")))
        text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        texts[path.name] = text.replace("](../GLOSSARY.md", "](GLOSSARY.md")
    return {name: text.encode() for name, text in texts.items()}


def digest(data):
    """Return a short name for what a learner can change in a file.

    Of a notebook these are the cells without their outputs: JupyterLab writes the file anew, with
    notes of its own, when it was only opened.
    """
    try:
        cells = json.loads(data)["cells"]
        notes = [{key: cell["metadata"].get(key) for key in ("jupyter", "tags")} for cell in cells]
        written = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
        data = json.dumps([written, notes]).encode()
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # not a notebook
    return hashlib.sha256(data).hexdigest()


def free_path(path, word):
    """Return the first of name_word, name_word2, ... that is not taken."""
    number = 1
    while (free := path.with_stem(f"{path.stem}_{word}{'' if number == 1 else number}")).exists():
        number += 1
    return free


def read_record(folder):
    """Read what was laid into the folder; nothing is known where the record cannot be read."""
    try:
        return dict(json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def bring_up_to_date(path, data, laid):
    """Lay one file into the working copy; `laid` is the digest of what was laid there before."""
    if not path.exists():
        replace_file(path, data)
    elif laid not in (None, digest(data)):
        if digest(path.read_bytes()) == laid:
            replace_file(path, data)
            print(f"{path.name} was brought up to date; you had changed nothing in it.")
        else:
            beside = free_path(path, "new")
            replace_file(beside, data)
            print(f"{path.name} has changed in the lesson. Yours is kept; new: {beside.name}")


def lay_out(root=ROOT, fresh=()):
    """Bring the working copy of a lesson up to date; lay the notebooks `fresh` there anew."""
    folder = root / "my-lesson"
    folder.mkdir(exist_ok=True)
    record = read_record(folder)
    for name, data in originals(root).items():
        if name in fresh and (folder / name).exists():
            kept = free_path(folder / name, "old")
            (folder / name).rename(kept)
            print(f"{name} is new; what you had is kept as {kept.name}")
        bring_up_to_date(folder / name, data, record.get(name))
        if record.get(name) != digest(data):
            record[name] = digest(data)
            replace_file(folder / RECORD, json.dumps(record, indent=1).encode())


def find(numbers):
    """Return the notebooks whose names begin with these numbers; each must be one of them."""
    names = [path.name for path in ROOT.glob("notebooks/*.ipynb")]
    found = {number: [name for name in names if name[:2] == number] for number in numbers}
    for number, fitting in found.items():
        if not fitting:
            shown = ", ".join(sorted(name[:2] for name in names))
            raise ValueError(f"no notebook has the number {number!r}; there are {shown}")
    return [name for fitting in found.values() for name in fitting]


def main(words):
    """Lay out the working copy as the words of the command line say; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python lesson.py", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--fresh", metavar="04", nargs="+", default=[], help="lay these anew")
    try:
        lay_out(fresh=find(parser.parse_args(words).fresh))
    except (OSError, ValueError) as error:
        print(f"The folder my-lesson could not be brought up to date: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
