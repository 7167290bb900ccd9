"""The command for several photos: kmeans-lesson PHOTO PHOTO ... --together -o FOLDER."""

import glob
import os
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np

from kmeans_lesson.compare import counted
from kmeans_lesson.engine.blocks import processors
from kmeans_lesson.formats.files import file_name, printable
from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.further.album import count_photos, painted_names, palette_of, save_photos
from kmeans_lesson.report import painted, tell, with_bar, write_palette


def compress_together(options, parser, usual_k):
    """Go through the steps with all photos at once, and tell each.

    At the end an ImageError says how many photos were passed over; the others are written.
    """
    photos, folder = _named(options.photos), _checked_folder(options, parser)
    for photo, target in painted_names(photos, folder).items():
        _check(photo, target, options, parser)
    histogram = _count(photos)
    good = [photo for photo in photos if photo not in histogram.unread]
    run = _find(histogram, options, usual_k)
    folder.mkdir(exist_ok=True)
    written = _write(good, run, histogram.counts, folder, options.palette)
    if written < len(photos):
        raise ImageError(f"{len(photos) - written} of {counted(len(photos), 'photo')} passed over")


def _named(words):
    """Return the photos, each once; where the shell has left a * or ? as it is, it is a pattern."""
    found = [[word] if os.path.lexists(word) else sorted(glob.glob(word)) for word in words]
    names = [name for word, names in zip(words, found, strict=True) for name in names or [word]]
    return [*dict.fromkeys(names)]


def _checked_folder(options, parser):
    if not options.together or not options.output:
        parser.error("several photos become one palette with --together and a folder: -o FOLDER")
    if options.best:
        parser.error("--together always begins with a search: leave out --best")
    folder = Path(file_name(options.output))
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{printable(folder)} is a file: choose a folder with -o")
    if not folder.parent.is_dir():
        raise FileNotFoundError(f"{printable(folder)} cannot be made: its folder does not exist")
    return folder


def _check(photo, target, options, parser):
    """Refuse, before the work, what may not be written after it."""
    name = printable(target)
    if os.path.exists(photo) and target.exists() and target.samefile(photo):
        parser.error(f"{name} would replace the photo itself: choose another folder with -o")
    if os.path.lexists(target) and not options.force:
        raise FileExistsError(f"{name} exists: choose another folder with -o, or add --force")


def _count(photos):
    """Do steps 1 and 2: from the photos to their `Histogram`."""
    count = partial(count_photos, processes=min(processors(), len(photos)))
    histogram = with_bar("photo", count, photos)
    colours, counts, unread, notes = histogram
    alike = Counter(note for each in notes.values() for note in each).items()
    told = [f"{counted(number, 'photo')}: {note}" for note, number in alike] + _told(unread)
    good = counted(len(notes), "photo")
    tell("1 Load and display", f"{good}, {counted(len(colours), 'colour')}", *told)
    tell("2 From image to pixels", f"{counted(counts.sum(), 'row')} of red, green and blue")
    return histogram


def _find(histogram, options, usual_k):
    """Do steps 3 and 4: from the histogram to the run."""
    k = options.k or min(usual_k, len(histogram.colours))
    find = partial(palette_of, histogram, k, options.iterations, options.seed)
    run = with_bar("iteration", find)
    tell("3 Choose K centroids", f"{counted(k, 'colour')}, found by a short search")
    rounds = counted(options.iterations, "iteration")
    first, last = run.errors[[0, -1]]
    tell("4 Assign and update", f"{rounds}, mean squared error {first:.1f} -> {last:.1f}")
    return run


def _write(photos, run, counts, folder, palette_file):
    """Do steps 5 and 6: from the run to the files; return how many there are."""
    pixels = np.bincount(run.labels, counts, len(run.centroids))
    palette, shares, told = painted(run.centroids, pixels)
    told += write_palette(palette_file, palette, shares)
    tell("5 Rebuild the image", counted(len(palette), "colour"), *told)
    save = partial(save_photos, processes=min(processors(), len(photos)))
    saved = with_bar("photo", save, photos, run.centroids, folder)
    failed = {photo: error for photo, error in saved.items() if isinstance(error, ImageError)}
    done = [photo for photo in photos if photo not in failed]
    size, before = sum(saved[photo].bytes for photo in done), sum(map(os.path.getsize, done))
    files = f"{counted(len(done), 'file')} in {printable(folder)}: {counted(size, 'byte')}"
    tell("6 Display and save", f"{files} (the photos' files: {before:,})", *_told(failed))
    return len(done)


def _told(errors):
    return [f"passed over: {error}" for error in errors.values()]
