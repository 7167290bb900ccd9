"""One palette for many photos: count the colours of each, add up, and run K-means once.

All that K-means needs to know of its pixels is how often each colour occurs. Such a histogram is
made photo by photo, and histograms add up. So the palette is that of all pixels joined, bit for
bit, while no more than one photo for each worker is in memory.
"""

import os
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.best import searched
from kmeans_lesson.engine.colours import count, in_z_order, pack
from kmeans_lesson.engine.lloyd import kmeans_of_counted
from kmeans_lesson.formats.files import file_name, printable, short
from kmeans_lesson.formats.kinds import SHRINK, ImageError
from kmeans_lesson.further.workers import STOPPED, each
from kmeans_lesson.images import load_and_tell, load_image, reconstruct, save_image, to_pixels
from kmeans_lesson.kmeans import Run, kmeans

ALL_COLOURS = 2**24


class Histogram(NamedTuple):
    """How often each colour occurs in some photos.

    colours: (M, 3) uint8, the different ones. counts: (M,) int64. unread: {file: ImageError}, the
    photos passed over. notes: {file: list of str}, what is left out or changed, as
    `load_and_tell` has it.
    """

    colours: np.ndarray
    counts: np.ndarray
    unread: dict
    notes: dict


def joint_palette(files, k, client=None, processes=1, iterations=10, seed=0, progress=iter):
    """Run K-means on all pixels of many photos, as if they were one image.

    Parameters
    ----------
    files : sequence of names, str or Path
        A file that is no image is passed over, and told in `unread`.
    k : int, from 1 to the number of different colours in the photos
    client : dask.distributed.Client, optional
        Its cluster reads and counts the photos; its workers must see the files by these names.
    processes : int, at least 1
        Without a client, how many processes of this computer do so. In a program of your own, call
        it below ``if __name__ == "__main__":``, as Python asks of all that starts processes.
    iterations, seed : int, at least 0
        The seed is that of the search for a start, as `kmeans-lesson --best` has it: on a coarse
        grid of the colours.
    progress : callable, optional
        Wraps the range of the photos and that of the iterations, as `tqdm.tqdm` does.

    Returns
    -------
    run : Run
        Its labels are those of the different colours. It is the same in whatever order the photos
        come, and however many workers count them.
    histogram : Histogram

    Raises
    ------
    ValueError
        If an argument is not as above; an ImageError, which is one, if no photo can be read.

    Examples
    --------
    >>> from kmeans_lesson import save_image
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = [f"{folder}/{grey}.png" for grey in (0, 10, 250)]
    ...     for file in files:
    ...         saved = save_image(file, np.full((2, 3, 3), int(Path(file).stem), np.uint8))
    ...     run, histogram = joint_palette(files, k=2)
    >>> histogram.colours.tolist(), histogram.counts.tolist()
    ([[0, 0, 0], [10, 10, 10], [250, 250, 250]], [6, 6, 6])
    >>> sorted(run.centroids.tolist())
    [[5.0, 5.0, 5.0], [250.0, 250.0, 250.0]]
    """
    k, seed = arguments.integer("k", k, 1), arguments.integer("seed", seed, 0)
    iterations = arguments.integer("iterations", iterations, 0)
    histogram = count_photos(files, client, processes, progress)
    return palette_of(histogram, k, iterations, seed, progress), histogram


def palette_of(histogram, k, iterations=10, seed=0, progress=iter):
    """Run K-means on a `Histogram`: a `Run`; the parameters are as in `joint_palette`."""
    colours, counts, *_ = histogram
    arguments.at_most_colours(k, len(colours), "the photos")
    start = searched(colours, counts, k, seed)
    return Run(*kmeans_of_counted(colours, counts, start, progress(range(iterations))))


def count_photos(files, client=None, processes=1, progress=iter):
    """Count the colours of many photos: a `Histogram`; the parameters are as in `joint_palette`."""
    files = _names(files)
    table, unread, notes = np.zeros(ALL_COLOURS, np.int64), {}, {}
    for file, photo in _each(_counted, files, client, processes, progress):
        if isinstance(photo, ImageError):
            unread[file] = photo
        else:
            colours, counts, notes[file] = photo
            table[pack(colours)] += counts
    codes = np.flatnonzero(table)
    if not len(codes):
        raise ImageError(f"none of the {len(files)} photos can be read: {unread[files[0]]}")
    told = ({file: found[file] for file in files if file in found} for found in (unread, notes))
    return Histogram(*in_z_order(codes, table[codes]), *told)


def _each(work, files, client, processes, progress):
    """Yield (file, work(file)) as each is done; what cannot be done is an ImageError that says why.

    `work` returns such errors, too, because one photo must not stop the others.
    """
    processes = arguments.integer("processes", processes, 1)
    found = each(work, files, processes, client)
    for _, (file, result) in zip(progress(range(len(files))), found, strict=True):
        if result is STOPPED:
            result = ImageError(f"{printable(file)} stopped the process that read it: {SHRINK}")
        yield file, result


def _names(files):
    """Return the names of files as a list of at least one."""
    if isinstance(files, (str, bytes, os.PathLike)) or not len(files := [*files]):
        raise ValueError(f"files must be a list of at least one name; got {short(files)}")
    return files


def _counted(file):
    """Count the colours of one photo: (M, 3) uint8, (M,), and notes; or the ImageError instead."""
    try:
        image, notes = load_and_tell(file)
    except ImageError as error:
        return error
    colours, counts = count(image)
    return colours, counts.astype(np.uint32), notes  # half as many bytes to send


def save_photos(files, centroids, folder, client=None, processes=1, progress=iter):
    """Paint photos in the colours of one palette, each into an indexed PNG file of its name.

    Parameters
    ----------
    files : sequence of names, str or Path
    centroids : (K, 3) array of numbers
    folder : str or Path
        Where the files go; it is there. A file of that name is replaced.
    client, processes, progress
        As in `joint_palette`.

    Returns
    -------
    saved : dict from the file to its SavedImage, or to the ImageError that says why there is none

    Raises
    ------
    ValueError
        If an argument is not as above, or two photos would be written to one file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = save_image(f"{folder}/a.bmp", np.full((2, 3, 3), 200, np.uint8))
    ...     saved = save_photos([f"{folder}/a.bmp"], [[0, 0, 0], [9, 9, 9]], folder)
    ...     load_image(f"{folder}/a.png")[0, 0].tolist()
    [9, 9, 9]
    """
    files = [*painted_names(files, folder)]
    centroids = arguments.colours("centroids", centroids).astype(float)
    paint = partial(_painted, centroids, folder)
    saved = dict(_each(paint, files, client, processes, progress))
    return {file: saved[file] for file in files}


def painted_names(files, folder):
    """Return where each photo is to be written: {file: Path}; two of one name are refused."""
    names, owners = {file: _painted_name(file, folder) for file in _names(files)}, {}
    for file, name in names.items():
        other = owners.setdefault(os.path.normcase(name), file)
        if other != file:
            both = f"{printable(other)} and {printable(file)}"
            raise ValueError(f"{both} would both become {name.name}: rename one of them")
    return names


def _painted_name(file, folder):
    return Path(file_name(folder), Path(file_name(file)).stem + ".png")


def _painted(centroids, folder, file):
    """Paint one photo and write it: a SavedImage, or the ImageError that says why not."""
    try:
        image = load_image(file)
        labels = kmeans(to_pixels(image), centroids, iterations=0).labels
        painted = reconstruct(labels, centroids, image.shape)
        return save_image(_painted_name(file, folder), painted)
    except ImageError as error:
        return error
