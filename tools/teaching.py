"""TEACHING.md, read by its headings, so that what it says stands in one place only."""

import re
from pathlib import Path

TEACHING = Path(__file__).resolve().parent.parent / "TEACHING.md"


def section(title):
    """Return what stands under a heading, down to the next of any level."""
    text = TEACHING.read_text(encoding="utf-8")
    return re.search(rf"(?ms)^#+ {re.escape(title)}$(.*?)(?=^#|\Z)", text).group(1)


def rows(text):
    """Return the cells of each row of the tables in a text, without their heads."""
    lines = [line.strip("| ") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r" *\| ", line)] for line in lines]
    rules = [number for number, row in enumerate(cells) if re.fullmatch("[-: ]+", row[0])]
    heads = {number - 1 for number in rules}
    return [row for number, row in enumerate(cells) if number not in heads.union(rules)]


def slip_kinds():
    """Return the kinds of slips: (kind, words, what to show).

    A slip is of the first kind that has a word of its name, or of the last kind.
    """
    kinds = rows(section("What to show for a slip"))
    return [(kind, re.findall("`(.+?)`", words), show) for kind, words, show in kinds]


def what_to_show(exercise, slip):
    """Return what to show for a slip of an exercise, as assign or assign_2; see slip_kinds."""
    name, kinds = re.sub(r"_\d+$", "", exercise) + ": " + slip, slip_kinds()
    return next((show for _, words, show in kinds if any(w in name for w in words)), kinds[-1][2])
