"""Collect what a class has handed in: from a folder, or from the zip of a learning platform.

Nothing is unpacked and nothing is written. Of a zip only notebooks are read, each into memory and
no more of it than `LARGEST`; so no name in it can lead out of a folder, and no bomb goes off.
"""

import contextlib
import csv
import io
import os
import stat
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from grading.names import by_platform, copy_number, folded, owner_of, stem, without_title

LARGEST = 50 * 2**20  # bytes of a notebook that is read
LARGEST_ZIP = 200 * 2**20  # bytes of a zip in a zip
MEMBERS = 20_000  # files in one zip
NOTEBOOKS = (".ipynb", ".ipynb.txt", ".ipynb.json")  # some browsers add an ending
PACKED = (".rar", ".7z", ".tar", ".gz", ".tgz", ".xz", ".bz2")
LEFT_OUT = (".ipynb_checkpoints", "__MACOSX", "__pycache__", ".git", ".venv", "node_modules")
OURS = {"notebooks", "my-lesson"}  # folders of a lesson, and not of students
LINK = "is a link and not a file of its own"
TOO_LARGE = f"is larger than {LARGEST // 2**20} MB: ask for one without outputs"
NAMES = "students.csv"


@dataclass
class File:
    """One file that was handed in: a notebook to `read`, or a `problem`, or something else."""

    path: str
    when: float
    read: object = None  # a function that returns its bytes
    problem: str = ""


@dataclass
class Submission:
    """All files of one student, oldest first."""

    key: str
    student: str
    files: list = field(default_factory=list)


def collect(folder, titles):
    """Return the submissions in a folder or a zip file, by the students' names."""
    known = read_names(folder)
    found = {}
    for file, path in files_in(folder, titles):
        owner = owner_of(path, titles)
        listed = [owner.key, folded(owner.name), owner.number]
        mapped = next((known[word] for word in listed if word in known), None)
        key, student = mapped or (owner.key, owner.name)
        submission = found.setdefault(key, Submission(key, student))
        order = owner.order, file.when, copy_number(file.path), file.path
        submission.files.append((order, file))
    for key, student in known.values():
        found.setdefault(key, Submission(key, student))
    for submission in found.values():
        submission.files = [file for _, file in sorted(submission.files, key=lambda pair: pair[0])]
    _tell_apart(found.values())
    return sorted(found.values(), key=lambda one: (folded(one.student), one.key))


def _tell_apart(submissions):
    """Give students of one name the number that the platform knows them by."""
    often = Counter(folded(submission.student) for submission in submissions)
    for submission in submissions:
        number = submission.key.rpartition(" ")[2]
        if often[folded(submission.student)] > 1:
            submission.student += f" ({number})"


def read_names(folder):
    """Read students.csv: what stands in file or folder names, and the student's name."""
    path = (folder if folder.is_dir() else folder.parent) / NAMES
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
        between = max(",;\t", key=text.count)
        lines = csv.reader(io.StringIO(text), delimiter=between)
        rows = [[word.strip() for word in line] for line in lines if any(line)]
        if any(len(row) < 2 or not row[0] or not row[1] for row in rows):
            raise ValueError("a row of it has not two columns")
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise ValueError(
            f"{path} must have two columns in UTF-8, as `file,student` and then `ada17,Ada "
            f"Lovelace`; {error}"
        ) from None
    if rows and [word.lower() for word in rows[0][:2]] == ["file", "student"]:
        rows = rows[1:]
    return {folded(row[0]): (folded(row[1]), row[1]) for row in rows}


# ------------------------------------------------------------------ files, in folders and in zips


def files_in(folder, titles):
    """Return every file that was handed in, each with the path that tells whose it is."""
    if folder.is_file() and not zipfile.is_zipfile(folder):
        return [_from_disk(folder.parent, folder)]
    paths = [folder] if folder.is_file() else [p for p in _walk(folder) if p.name != NAMES]
    if len(paths) == 1 and not paths[0].is_symlink() and zipfile.is_zipfile(paths[0]):
        about = paths[0].stat()
        found = list(_in_zip(paths[0].name, partial(zipfile.ZipFile, paths[0]), about.st_mtime))
        inside = [(file, path.partition("/")[2]) for file, path in found]
        is_class = folder.is_file() or _has_students(inside, titles)
        return _unwrapped(inside if is_class else found, titles)
    found = [pair for path in paths for pair in _in_folder(folder, path)]
    return _unwrapped(found, ())  # without titles, so that loose files are of one student


def _in_folder(folder, path):
    name = path.relative_to(folder).as_posix()
    if name.lower().endswith(".zip") and not path.is_symlink() and path.is_file():
        return _in_zip(name, partial(zipfile.ZipFile, path), path.stat().st_mtime)
    return [_from_disk(folder, path)]


def _has_students(found, titles):
    """See whether these are the files of several students: by a platform, folders or names.

    The names of loose files count where the titles of the notebooks are known.
    """
    paths = [path for file, path in found if file.read]
    folders = {path.partition("/")[0] for path in paths if "/" in path}
    loose = {without_title(stem(path), titles) for path in paths if "/" not in path and titles}
    by_name = any(by_platform(path) for path in paths)
    return by_name or len(folders - OURS) > 1 or len(loose - {""}) > 1


def _unwrapped(found, titles):
    """Leave away a folder that is around all students."""
    below = [(file, path.partition("/")[2]) for file, path in found]
    tops = {path.partition("/")[0] for _, path in found}
    inside = len(tops) == 1 and all(path for _, path in below) and not by_platform(found[0][1])
    return below if inside and _has_students(below, titles) else found


def _walk(folder):
    """Yield all that is in a folder; of folders only those that are empty, and links to others."""
    entries = [entry for entry in os.scandir(folder) if not _left_out(entry.name)]
    for entry in sorted(entries, key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path) if any(os.scandir(entry.path)) else [Path(entry.path)]
        else:
            yield Path(entry.path)


def _left_out(name):
    return name in LEFT_OUT or name.startswith(".")


def _from_disk(folder, path):
    name, about = path.relative_to(folder).as_posix(), path.lstat()
    if path.is_dir() and not path.is_symlink():
        return File(f"{name}/", about.st_mtime), f"{name}/-"
    if path.is_symlink() or not path.is_file():
        return File(name, about.st_mtime, problem=LINK), name
    return _file(name, path.read_bytes, about.st_size, about.st_mtime), name


def _file(name, read, size, when):
    """Return a file that was handed in, and what is wrong with it if it cannot be a notebook."""
    lower = name.lower()
    if lower.endswith(PACKED):
        return File(name, when, problem="cannot be opened here: ask for a zip or for the notebooks")
    if not lower.endswith(NOTEBOOKS):
        return File(name, when)
    if size > LARGEST:
        return File(name, when, problem=TOO_LARGE)
    return File(name, when, read)


def _in_zip(name, opened, when, depth=1):
    """Yield the files of a zip and of the zips in it, each under the name of its zip."""
    try:
        with opened() as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        yield File(name, when, problem=f"is no whole zip file: {error}"), f"{name}/-"
        return
    if len(members) > MEMBERS:
        yield File(name, when, problem=f"holds more than {MEMBERS:,} files"), f"{name}/-"
        return
    for member in members:
        yield from _member(name, opened, member, depth)


def _member(name, opened, member, depth):
    inner = _decoded(member)
    parts = inner.split("/")
    if any(_left_out(part) for part in parts if part != ".."):
        return
    path, when = f"{name}/{inner}", _time_of(member)
    lower = inner.lower()
    problem = ""
    if ".." in parts or inner.startswith("/") or ":" in parts[0]:
        problem, path = "has a name that leads out of its zip", f"{name}/{parts[-1]}"
    elif stat.S_ISLNK(member.external_attr >> 16):
        problem = LINK
    elif member.flag_bits & 1:
        problem = "is locked with a password"
    elif lower.endswith(".zip") and (depth == 3 or member.file_size > LARGEST_ZIP):
        problem = "is a zip in a zip, too deep or too large"
    if problem:
        yield File(path, when, problem=problem), path
    elif lower.endswith(".zip"):
        inner_zip = partial(_opened, opened, member)
        yield from _in_zip(path, inner_zip, when, depth + 1)
    else:
        read = partial(_bytes, opened, member, LARGEST)
        yield _file(path, read, member.file_size, when), path


def _opened(outer, member):
    return zipfile.ZipFile(io.BytesIO(_bytes(outer, member, LARGEST_ZIP)))


def _bytes(opened, member, largest):
    """Read a member of a zip, and no more of it than a file may have."""
    try:
        with opened() as archive, archive.open(member) as file:
            data = file.read(largest + 1)
    except (OSError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile) as error:
        raise ValueError(f"it cannot be taken out of its zip ({error})") from None
    if len(data) > largest:
        raise ValueError(TOO_LARGE)
    return data


def _decoded(member):
    """Return a member's name; many zips have UTF-8 in their names and do not say so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _time_of(member):
    try:
        return datetime(*member.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
