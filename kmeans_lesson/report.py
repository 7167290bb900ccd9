"""What the command prints: the steps, colours, and a progress bar while it works."""

import contextlib
import os
import shutil
import sys

import numpy as np

from kmeans_lesson.engine.colours import in_z_order, pack
from kmeans_lesson.formats.encode import dark_to_light
from kmeans_lesson.formats.files import printable
from kmeans_lesson.images import reconstruct

INDENT = 24  # of what is said, behind the names of the steps


def tell(step, *lines):
    """Print a step and what is to be said of it, in a line or more."""
    text = f"{step:<{INDENT}}" + f"\n{'':{INDENT}}".join(lines)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"  # a name may hold any character
    print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def codes(colours):
    """Return colours, (K, 3), as a list of codes such as #ff8000."""
    return ["#" + bytes(colour).hex() for colour in np.rint(colours).astype(np.uint8)]


def shortened(words, between):
    """Join words; of more than 12 leave out the middle."""
    return between.join(words if len(words) <= 12 else [*words[:10], "...", words[-1]])


def painted(centroids, counts):
    """Return the palette that centroids become, dark to light, its shares, and lines that tell it.

    counts says how many pixels each of the (K, 3) centroids has; those of none are left out, and
    two that are rounded to one colour are one. The lines say how many are lost so, and give each
    colour with its share.
    """
    used = np.flatnonzero(counts)
    rounded = reconstruct(used, centroids, (1, len(used), 3))[0]
    palette, sizes = in_z_order(pack(rounded), counts[used].astype(int))
    shares = sizes / counts.sum()
    order = dark_to_light(palette)
    words = map("{} {:6.1%}".format, codes(palette[order]), shares[order])
    return palette[order], shares[order], _lost(centroids, len(palette)) + _table([*words])


def _lost(centroids, painted):
    """Say why an image has fewer colours than there are centroids, in a line or none."""
    k = len(centroids)
    different = len(np.unique(reconstruct(np.arange(k), centroids, (1, k, 3))[0], axis=0))
    why = [f"{different} different after rounding"] if different < k else []
    why += [f"{painted} that any pixel is nearest to"] if painted < different else []
    return [", ".join([f"{k} asked", *why])] if why else []


def write_palette(path, palette, shares):
    """Write a palette, if its file is named, and return lines that tell it."""
    if not path:
        return []
    from kmeans_lesson.further.palettes import save_palette  # only here: few ask for it

    save_palette(path, palette, shares)
    return [f"{printable(path)}: the palette"]


def write_film(paths, image, run):
    """Write the film of a run, if a file is named for it, and return lines that tell it."""
    if not paths:
        return []
    from kmeans_lesson.compare import counted
    from kmeans_lesson.further.film import save_film  # only here: few ask for it

    (path,) = paths
    return [f"{printable(path)}: the film, {counted(save_film(path, image, run), 'byte')}"]


def _table(words):
    """Put words of one length into lines that fit the terminal, or 80 letters in a pipe."""
    columns = shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else 80
    each = max(1, (columns - INDENT) // (len(words[0]) + 2))
    return ["  ".join(words[first : first + each]) for first in range(0, len(words), each)]


def with_bar(unit, work, *arguments):
    """Return work(*arguments, progress=...), which shows a bar; it is wiped away in every case."""
    with contextlib.ExitStack() as stack:
        return work(*arguments, progress=lambda steps: stack.enter_context(_bar(steps, unit)))


@contextlib.contextmanager
def _bar(steps, unit):
    """Show a progress bar on a terminal when the work takes longer than a second."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield steps
        return
    from tqdm import tqdm  # only here, because it takes as long to load as a small image

    with tqdm(steps, unit=unit, leave=False, delay=1) as bar:
        try:
            yield bar
        except BaseException:  # it may be stopped before it has noted what it drew
            width = os.get_terminal_size(sys.stderr.fileno()).columns
            print("\r" + " " * (width - 1), end="\r", file=sys.stderr, flush=True)
            raise
