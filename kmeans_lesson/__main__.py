"""The whole program as a command: kmeans-lesson PHOTO, or python -m kmeans_lesson PHOTO."""

import argparse
import contextlib
import math
import os
import re
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from kmeans_lesson.compare import caption, counted, decibels, side_by_side_png
from kmeans_lesson.engine.best import best_of_counted
from kmeans_lesson.engine.blocks import begin
from kmeans_lesson.engine.colours import count, per_pixel
from kmeans_lesson.engine.lloyd import kmeans_of_counted
from kmeans_lesson.formats.encode import encode_rgb_png
from kmeans_lesson.formats.files import file_name, printable, replace_file
from kmeans_lesson.images import checked_suffix, load_and_tell, reconstruct, save_image, to_pixels
from kmeans_lesson.kmeans import Run, init_centroids
from kmeans_lesson.report import (
    codes,
    painted,
    shortened,
    tell,
    with_bar,
    write_film,
    write_palette,
)

EXAMPLE = """\
example:
  kmeans-lesson data/marbles.png -k 8 -o eight.png
writes the image in 8 colours to eight.png, and both images to eight-side-by-side.png;
  kmeans-lesson album/*.jpg --together -k 64 -o small
writes all photos in the same 64 colours to the folder small;
  kmeans-lesson map.png -k 8 --keep "#000000" "#ffffff" --palette map.gpl
keeps black and white, finds six more colours, and writes all eight for GIMP;
  kmeans-lesson data/marbles.png --film
writes a film of how the colours are found, too
"""
USUAL_K = 16  # where -k is not given
USUAL_ITERATIONS = 10


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
    add("-n", "--iterations", type=_at_least(0), help=f"number of them ({USUAL_ITERATIONS})")
    add("--seed", type=_at_least(0), default=0, help="of the random numbers (0)")
    add("--best", action="store_true", help="start with the best palette that a short search finds")
    add("-o", "--output", metavar="OUT.png", help="the file to write (PHOTO-kK.png), or the folder")
    kinds = "FILE.gpl|.hex|.act|.json"
    add("--palette", metavar=kinds, help="write the colours of the result to this file, too")
    add("--use", metavar=kinds, help="take the colours from this file, instead of finding them")
    add(
        "--keep",
        metavar="#RRGGBB",
        nargs="+",
        type=_colour,
        help="colours that stay as they are; the others are found around them",
    )
    add(
        "--film",
        metavar="FILE.gif|.png|.webp|.mp4",
        nargs="?",
        const="",
        help="write the iterations as a film, too (OUT-film.gif); the photo comes before it",
    )
    add("--force", action="store_true", help="replace files that exist")
    return parser


def _at_least(least):
    def integer(text):
        if text.isdecimal() and int(text) >= least:
            return int(text)
        raise argparse.ArgumentTypeError(f"must be an integer of at least {least}; got {text}")

    return integer


def _colour(text):
    if re.fullmatch("#?[0-9a-fA-F]{6}", text):
        return tuple(bytes.fromhex(text[-6:]))
    raise argparse.ArgumentTypeError(f"must be a colour such as #ff8000; got {text}")


def _agree(options, parser):
    """Refuse options that do not go together, and set what is not given."""
    found = options.k or options.best or options.keep or options.iterations is not None
    if options.use and found:
        parser.error("--use takes the colours as they are: leave out -k, -n, --best and --keep")
    if options.keep and options.best:
        parser.error("--keep begins with colours drawn at random: leave out --best")
    if (options.use or options.keep) and len(options.photos) > 1:
        parser.error("--use and --keep are for one photo at a time")
    if options.film is not None and len(options.photos) > 1:
        parser.error("--film is for one photo at a time")
    if options.palette:
        from kmeans_lesson.further.palettes import checked_target

        checked_target(options.palette, options.force, options.k or USUAL_K)
    if options.iterations is None:
        options.iterations = 0 if options.use else USUAL_ITERATIONS


def _check(path, photo, options, parser):
    """Refuse, before the work, what may not be written after it."""
    name = printable(path)
    if path.exists() and path.samefile(photo):
        parser.error(f"{name} would replace the photo itself: choose another name with -o")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{name} cannot be written: its folder does not exist")
    if path.is_dir():
        raise IsADirectoryError(f"{name} is a folder: choose another name with -o")
    if os.path.lexists(path) and not options.force:
        raise FileExistsError(f"{name} exists: choose another name with -o, or add --force")


def _run(options, parser):
    """Go through the seven steps, and tell each."""
    _agree(options, parser)
    if options.together or len(options.photos) > 1:
        from kmeans_lesson.further.together import compress_together  # for one photo, not loaded

        return compress_together(options, parser, USUAL_K)
    (source,) = options.photos
    image, notes = load_and_tell(source)
    photo, (colours, counts) = Path(file_name(source)), count(image)
    given = _given(options)
    usual = max(len(given), min(USUAL_K, len(colours)))
    k = len(given) if options.use else options.k or usual
    output = Path(file_name(options.output or photo.with_name(f"{photo.stem}-k{k}.png")))
    comparison = output.with_name(f"{output.stem}-side-by-side.png")
    checked_suffix(output)
    film = _film(options, output, k, parser)
    for path in (output, comparison, *film):
        _check(path, photo, options, parser)
    height, width, _ = image.shape
    size = f"{width} x {height} pixels, {counted(len(colours), 'colour')}"
    tell("1 Load and display", f"{printable(photo)}: {size}", *notes)

    pixels = to_pixels(image)
    tell("2 From image to pixels", f"{counted(len(pixels), 'row')} of red, green and blue")

    start, kind = _start(given, pixels, colours, counts, k, options)
    fewer = f"K is {k}, not {USUAL_K}, because the image has no more colours"
    few = [fewer] if options.k is None and not options.use and k < USUAL_K else []
    listed = shortened(codes(start), " ")
    tell("3 Choose K centroids", f"{counted(k, f'{kind}colour')}: {listed}", *few)

    run = with_bar("iteration", partial(_find, colours, counts, start, options))
    errors = shortened([f"{error:.1f}" for error in run.errors], " -> ")
    rounds = counted(options.iterations, "iteration")
    tell("4 Assign and update", f"{rounds}, mean squared error {errors}")

    _compress(image, colours, counts, run, photo, output, comparison, film, options.palette)


def _given(options):
    """Return the colours that are given by --use or --keep: (K, 3) uint8, K may be 0."""
    if options.use:
        from kmeans_lesson.further.palettes import load_palette

        return load_palette(options.use)
    return np.array(options.keep or [], np.uint8).reshape(-1, 3)


def _start(given, pixels, colours, counts, k, options):
    """Return the centroids to start from, and a word for the kind of colours they are."""
    if options.use:
        return given.astype(float), ""
    if options.keep:
        from kmeans_lesson.further.keep import centroids_with

        return centroids_with(given, pixels, k, options.seed), ""
    if options.best:
        return best_of_counted(colours, counts, k, options.seed), "best "
    return init_centroids(pixels, k, options.seed), "random "


def _find(colours, counts, start, options, progress):
    """Run K-means on the different colours: a `Run`, whose labels are those of the colours."""
    steps, kept = progress(range(options.iterations)), len(options.keep or [])
    return Run(*kmeans_of_counted(colours, counts, start, steps, kept=kept))


def _film(options, output, k, parser):
    """Return the path of the film in a list, which is empty if none is wanted."""
    if options.film is None:
        return []
    from kmeans_lesson.further.film import checked_film

    if k > 256:
        parser.error(f"--film has at most 256 colours in a frame; got {k}")
    path = Path(file_name(options.film or output.with_name(f"{output.stem}-film.gif")))
    checked_film(path)
    others = output, output.with_name(f"{output.stem}-side-by-side.png")
    if path.resolve() in [other.resolve() for other in others]:
        parser.error(f"--film and -o are one file, {printable(path)}: choose another name")
    return [path]


def _compress(image, colours, counts, run, photo, output, comparison, film, palette_file):
    """Do steps 5 to 7, from the run to the two files, and those of the film and the palette."""
    labels = per_pixel(run.labels, colours, image)
    result = reconstruct(labels, run.centroids, image.shape)
    rgb_png = begin(encode_rgb_png, result)  # only weighed, while the rest goes on
    sizes = np.bincount(run.labels, counts, len(run.centroids))
    palette, shares, told = painted(run.centroids, sizes)
    after = reconstruct(run.labels, run.centroids, (1, len(colours), 3))[0]
    apart = np.square(np.subtract(colours, after, dtype=float)).mean(axis=1)
    quality = decibels(np.average(apart, weights=counts))
    lost = f"PSNR {quality:.1f} dB (higher is closer)" if quality < math.inf else "nothing lost"
    tell("5 Rebuild the image", f"{counted(len(palette), 'colour')}, {lost}", *told)

    saved, source = save_image(output, result), os.path.getsize(photo)
    others = f"as a 24-bit PNG: {len(rgb_png()):,}; the photo's file: {source:,}"
    written = write_palette(palette_file, palette, shares)
    written += write_film(film, image, replace(run, labels=labels))
    ours = f"{printable(output)}: {counted(saved.bytes, 'byte')} ({others})"
    tell("6 Display and save", ours, *written)

    captions = caption(len(colours), source), caption(len(palette), saved.bytes)
    replace_file(comparison, side_by_side_png(image, result, captions))
    tell("7 Side by side", printable(comparison))


if __name__ == "__main__":
    sys.exit(main())
