"""The whole program as a command: kmeans-lesson PHOTO, or python -m kmeans_lesson PHOTO."""

import argparse
import contextlib
import math
import os
import shutil
import sys
from pathlib import Path

import numpy as np

from kmeans_lesson.compare import caption, count_colours, counted, psnr, side_by_side_png
from kmeans_lesson.engine.best import best_centroids
from kmeans_lesson.engine.blocks import BLOCK, begin, each_block
from kmeans_lesson.engine.colours import pack, unpack
from kmeans_lesson.formats.encode import dark_to_light, encode_rgb_png
from kmeans_lesson.formats.files import file_name, printable, replace_file
from kmeans_lesson.images import checked_suffix, load_and_tell, reconstruct, save_image, to_pixels
from kmeans_lesson.kmeans import init_centroids, kmeans

EXAMPLE = """\
example:
  kmeans-lesson data/marbles.png -k 8 -o eight.png
writes the image in 8 colours to eight.png, and both images to eight-side-by-side.png;
  kmeans-lesson album/*.jpg --together -k 64 -o small
writes all photos in the same 64 colours to the folder small
"""
USUAL_K = 16  # where -k is not given
INDENT = 24  # of what is said, behind the names of the steps


def main(arguments=None):
    """Run the command: exit status 0, 1 (an image or file is at fault) or 2 (wrong usage)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        _run(options, parser)
    except BrokenPipeError:  # the reader of our output has left, as `head -1` does
        with contextlib.suppress(OSError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (ValueError, OSError) as error:
        print(f"kmeans-lesson: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("kmeans-lesson: stopped", file=sys.stderr)
        return 130
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="kmeans-lesson",
        description="Compress an image by reducing its colours to K, with K-means.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("photos", metavar="PHOTO", nargs="+", help="the image file to compress")
    add("--together", action="store_true", help="one palette for all photos, which go to a folder")
    add(
        "-k",
        type=_at_least(1),
        help=f"number of colours ({USUAL_K}, or all if the image has fewer)",
    )
    add("-n", "--iterations", type=_at_least(0), default=10, help="number of iterations (10)")
    add("--seed", type=_at_least(0), default=0, help="of the random numbers (0)")
    add("--best", action="store_true", help="start with the best palette that a short search finds")
    add("-o", "--output", metavar="OUT.png", help="the file to write (PHOTO-kK.png), or the folder")
    add("--force", action="store_true", help="replace files that exist")
    return parser


def _at_least(least):
    def integer(text):
        if text.isdecimal() and int(text) >= least:
            return int(text)
        raise argparse.ArgumentTypeError(f"must be an integer of at least {least}; got {text}")

    return integer


def _check(path, photo, options, parser):
    """Refuse, before the work, what may not be written after it."""
    name = printable(path)
    if path.exists() and path.samefile(photo):
        parser.error(f"{name} would replace the photo itself: choose another name with -o")
    checked_suffix(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{name} cannot be written: its folder does not exist")
    if path.is_dir():
        raise IsADirectoryError(f"{name} is a folder: choose another name with -o")
    if os.path.lexists(path) and not options.force:
        raise FileExistsError(f"{name} exists: choose another name with -o, or add --force")


def _run(options, parser):
    """Go through the seven steps, and tell each."""
    if options.together or len(options.photos) > 1:
        from kmeans_lesson.further.together import compress_together  # starts no pool for one photo

        return compress_together(options, parser, USUAL_K, _tell, _progress)
    (source,) = options.photos
    image, notes = load_and_tell(source)
    photo, colours = Path(file_name(source)), count_colours(image)
    k = options.k or min(USUAL_K, colours)
    output = Path(file_name(options.output or photo.with_name(f"{photo.stem}-k{k}.png")))
    comparison = output.with_name(f"{output.stem}-side-by-side.png")
    for path in (output, comparison):
        _check(path, photo, options, parser)
    height, width, _ = image.shape
    size = f"{width} x {height} pixels, {counted(colours, 'colour')}"
    _tell("1 Load and display", f"{printable(photo)}: {size}", *notes)

    pixels = to_pixels(image)
    _tell("2 From image to pixels", f"{counted(len(pixels), 'row')} of red, green and blue")

    choose, kind = (best_centroids, "best") if options.best else (init_centroids, "random")
    start = choose(pixels, k, options.seed)
    fewer = f"K is {k}, not {USUAL_K}, because the image has no more colours"
    few = [fewer] if options.k is None and k < USUAL_K else []
    listed = _shortened(_codes(start), " ")
    _tell("3 Choose K centroids", f"{counted(k, f'{kind} colour')}: {listed}", *few)

    with contextlib.ExitStack() as stack:  # which wipes the bar away, also when it is interrupted
        run = kmeans(
            pixels, start, options.iterations, lambda steps: stack.enter_context(_progress(steps))
        )
    errors = _shortened([f"{error:.1f}" for error in run.errors], " -> ")
    rounds = counted(options.iterations, "iteration")
    _tell("4 Assign and update", f"{rounds}, mean squared error {errors}")

    _compress(image, colours, run, photo, output, comparison)


def _compress(image, colours, run, photo, output, comparison):
    """Do steps 5 to 7, from the run to the two files."""
    result = reconstruct(run.labels, run.centroids, image.shape)
    rgb_png = begin(encode_rgb_png, result)  # only weighed, while the rest goes on
    palette, shares = _palette(run)
    quality = psnr(image, result)
    lost = f"PSNR {quality:.1f} dB (higher is closer)" if quality < math.inf else "nothing lost"
    listed = map("{} {:6.1%}".format, _codes(palette), shares)
    rest = counted(len(palette), "colour")
    _tell("5 Rebuild the image", f"{rest}, {lost}", *_table([*listed]))

    saved, source = save_image(output, result), os.path.getsize(photo)
    others = f"as a 24-bit PNG: {len(rgb_png()):,}; the photo's file: {source:,}"
    _tell("6 Display and save", f"{printable(output)}: {counted(saved.bytes, 'byte')} ({others})")

    captions = caption(colours, source), caption(len(palette), saved.bytes)
    replace_file(comparison, side_by_side_png(image, result, captions))
    _tell("7 Side by side", printable(comparison))


def _palette(run):
    """Return the colours of the result, dark to light, and the share of the pixels of each."""
    k, length = len(run.centroids), len(run.labels)

    def work(rows):
        return np.bincount(run.labels[rows], minlength=k)

    counts = sum(each_block(work, length, BLOCK + k))
    painted = reconstruct(np.arange(k), run.centroids, (1, k, 3))[0]
    used = np.flatnonzero(counts)
    codes, places = np.unique(pack(painted[used]), return_inverse=True)  # two may be one, rounded
    shares = np.bincount(places, counts[used]) / length
    order = dark_to_light(unpack(codes))
    return unpack(codes)[order], shares[order]


def _tell(step, *lines):
    """Print a step and what is to be said of it, in a line or more."""
    text = f"{step:<{INDENT}}" + f"\n{'':{INDENT}}".join(lines)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"  # a name may hold any character
    print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def _codes(colours):
    return ["#" + bytes(colour).hex() for colour in np.rint(colours).astype(np.uint8)]


def _shortened(words, between):
    """Join words; of more than 12 leave out the middle."""
    return between.join(words if len(words) <= 12 else [*words[:10], "...", words[-1]])


def _table(words):
    """Put words of one length into lines that fit the terminal, or 80 letters in a pipe."""
    columns = shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else 80
    each = max(1, (columns - INDENT) // (len(words[0]) + 2))
    return ["  ".join(words[first : first + each]) for first in range(0, len(words), each)]


@contextlib.contextmanager
def _progress(steps, unit="iteration"):
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


if __name__ == "__main__":
    sys.exit(main())
