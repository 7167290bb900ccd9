"""The whole program as a command: kmeans-lesson PHOTO, or python -m kmeans_lesson PHOTO."""

import argparse
import contextlib
import math
import os
import sys
from pathlib import Path

import numpy as np

from kmeans_lesson.compare import caption, count_colours, counted, psnr, side_by_side_png
from kmeans_lesson.engine.best import best_centroids
from kmeans_lesson.engine.blocks import BLOCK, begin, each_block
from kmeans_lesson.formats.encode import encode_rgb_png
from kmeans_lesson.formats.files import file_name, printable, replace_file
from kmeans_lesson.images import checked_suffix, load_and_tell, reconstruct, save_image, to_pixels
from kmeans_lesson.kmeans import init_centroids, kmeans
from kmeans_lesson.report import codes, painted, shortened, tell, with_bar

EXAMPLE = """\
example:
  kmeans-lesson data/marbles.png -k 8 -o eight.png
writes the image in 8 colours to eight.png, and both images to eight-side-by-side.png;
  kmeans-lesson album/*.jpg --together -k 64 -o small
writes all photos in the same 64 colours to the folder small
"""
USUAL_K = 16  # where -k is not given


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
        from kmeans_lesson.further.together import compress_together  # for one photo, not loaded

        return compress_together(options, parser, USUAL_K)
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
    tell("1 Load and display", f"{printable(photo)}: {size}", *notes)

    pixels = to_pixels(image)
    tell("2 From image to pixels", f"{counted(len(pixels), 'row')} of red, green and blue")

    choose, kind = (best_centroids, "best") if options.best else (init_centroids, "random")
    start = choose(pixels, k, options.seed)
    fewer = f"K is {k}, not {USUAL_K}, because the image has no more colours"
    few = [fewer] if options.k is None and k < USUAL_K else []
    listed = shortened(codes(start), " ")
    tell("3 Choose K centroids", f"{counted(k, f'{kind} colour')}: {listed}", *few)

    run = with_bar("iteration", kmeans, pixels, start, options.iterations)
    errors = shortened([f"{error:.1f}" for error in run.errors], " -> ")
    rounds = counted(options.iterations, "iteration")
    tell("4 Assign and update", f"{rounds}, mean squared error {errors}")

    _compress(image, colours, run, photo, output, comparison)


def _compress(image, colours, run, photo, output, comparison):
    """Do steps 5 to 7, from the run to the two files."""
    result = reconstruct(run.labels, run.centroids, image.shape)
    rgb_png = begin(encode_rgb_png, result)  # only weighed, while the rest goes on
    k, length = len(run.centroids), len(run.labels)
    counts = each_block(lambda rows: np.bincount(run.labels[rows], minlength=k), length, BLOCK + k)
    palette, told = painted(run.centroids, sum(counts))
    quality = psnr(image, result)
    lost = f"PSNR {quality:.1f} dB (higher is closer)" if quality < math.inf else "nothing lost"
    tell("5 Rebuild the image", f"{counted(len(palette), 'colour')}, {lost}", *told)

    saved, source = save_image(output, result), os.path.getsize(photo)
    others = f"as a 24-bit PNG: {len(rgb_png()):,}; the photo's file: {source:,}"
    tell("6 Display and save", f"{printable(output)}: {counted(saved.bytes, 'byte')} ({others})")

    captions = caption(colours, source), caption(len(palette), saved.bytes)
    replace_file(comparison, side_by_side_png(image, result, captions))
    tell("7 Side by side", printable(comparison))


if __name__ == "__main__":
    sys.exit(main())
