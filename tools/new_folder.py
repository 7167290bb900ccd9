"""Fill a new folder outside the lesson, whole or not at all."""

import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fill(folder, write):
    """Let `write` write into a folder within it; once that is whole, its parts move up."""
    if folder.resolve().is_relative_to(ROOT):
        raise ValueError(f"FOLDER must lie outside the lesson, as ../handout does; got {folder}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"FOLDER must be new or an empty folder; {folder} is neither")
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder) as unfinished:
            write(Path(unfinished))
            for part in sorted(Path(unfinished).iterdir()):
                part.rename(folder / part.name)
    except BaseException:
        for part in folder.iterdir():
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        if is_new:
            folder.rmdir()
        raise
