"""Whose file is it: the names that learning platforms give to what was handed in.

Moodle             Ada Lovelace_123_assignsubmission_file_/04.ipynb, also without the folder
Canvas             lovelaceada_LATE_123_4567_04.ipynb
Google Classroom   Ada Lovelace - 04.ipynb
by hand            Ada Lovelace/04.ipynb, or ada_04.ipynb
"""

import re
import unicodedata
from dataclasses import dataclass

MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?:/|$|(?=[^/]))")
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_(?P<order>\d+)_.+$", re.IGNORECASE)
CLASSROOM = re.compile(r"(?P<name>.+?) - .+\.\w{2,5}$")
COPY = re.compile(r"([ _-]*(\(\d+\)|copy|copy ?\(?\d*\)?|-copy\d*))+$", re.IGNORECASE)


@dataclass(frozen=True)
class Owner:
    """Who handed a file in: what is the same for all files of one student, and a name to show."""

    key: str
    name: str
    number: str = ""  # what the platform knows the student by
    order: int = 0  # the platform's own count of what was handed in, if it tells one


def owner_of(path, titles):
    """Find whose file the relative path is; `titles` are those of the lesson's notebooks."""
    platform = by_platform(path)
    if platform:
        return platform
    folder, _, rest = path.partition("/")
    is_file = not rest or folder.lower().endswith(".zip")
    name = folder
    if is_file:
        name = without_title(stem(folder), titles) or COPY.sub("", stem(folder))
    return Owner(folded(name), shown(name))


def by_platform(path):
    """Find whose file it is by the names that a platform gives; None if it is none of them."""
    if found := MOODLE.search(path):
        name, number = found["name"], found["id"]
        return Owner(f"{folded(name)} {number}", shown(name), number)
    for part in path.split("/"):
        if found := CANVAS.match(part):
            name, number = found["name"], found["id"]
            return Owner(f"{folded(name)} {number}", name, number, int(found["order"]))
        if found := CLASSROOM.match(part):
            return Owner(folded(found["name"]), shown(found["name"]))
    return None


def stem(path):
    """Return a file's name without what stands behind its first known ending."""
    name = path.rpartition("/")[2]
    return re.sub(r"(\.ipynb(\.json|\.txt)?|\.zip|\.\w{1,5})$", "", name, flags=re.IGNORECASE)


def copy_number(path):
    """Return the number that a browser gives to a second download of a name, or 0."""
    found = re.search(r"\((\d+)\)|-copy(\d+)", stem(path), flags=re.IGNORECASE)
    return int(found[1] or found[2]) if found else 0


def without_title(name, titles):
    """Take the title or number of a notebook, and the sign of a copy, out of a file's name."""
    rest = COPY.sub("", name)
    for title in titles:
        rest = re.sub(re.escape(title), "", rest, flags=re.IGNORECASE)
    numbers = "|".join(title[:2] for title in titles)
    rest = re.sub(rf"^({numbers})(?=[ _-]|$)|(?<=[ _-])({numbers})$", "", rest.strip(" _-"))
    return COPY.sub("", rest).strip(" _-")


def shown(name):
    """Return a name as it is shown: composed letters, and spaces instead of underscores."""
    return " ".join(unicodedata.normalize("NFC", name).replace("_", " ").split())


def folded(name):
    """Return a name as it is compared."""
    return shown(name).casefold()
