"""The whole program as a command: kmeans-lesson PHOTO, or python -m kmeans_lesson PHOTO."""

import argparse
import math
import os
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from kmeans_lesson.compare import count_colours, counted, psnr, side_by_side
from kmeans_lesson.engine.best import best_centroids
from kmeans_lesson.formats.encode import encode_rgb_png
from kmeans_lesson.formats.files import printable
from kmeans_lesson.images import checked_suffix, load_image, reconstruct, save_image, to_pixels
from kmeans_lesson.kmeans import init_centroids, kmeans

EXAMPLE = """\
example:
  kmeans-lesson data/marbles.png -k 8 -o eight.png
writes the image in 8 colours to eight.png, and both images to eight-side-by-side.png
"""


def main(arguments=None):
    """Run the command: exit status 0, 1 (an image or file is at fault) or 2 (wrong usage)."""
    # A file name may hold any character, and each line shall be seen as soon as its step is done.
    sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)
    parser = _parser()
    options = parser.parse_args(arguments)
    photo = Path(options.photo)
    output = Path(options.output or photo.parent / f"{photo.stem}-k{options.k}.png")
    comparison = output.parent / f"{output.stem}-side-by-side.png"
    try:
        _check(output, options, parser)
        _check(comparison, options, parser)
        _run(options, output, comparison)
    except BrokenPipeError:  # the reader of our output has left, as `head -1` does
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
    add("photo", metavar="PHOTO", help="the image file to compress")
    add("-k", type=_at_least(1), default=16, help="number of colours (16)")
    add("-n", "--iterations", type=_at_least(0), default=10, help="number of iterations (10)")
    add("--seed", type=_at_least(0), default=0, help="of the random numbers (0)")
    add("--best", action="store_true", help="start with the best palette that a short search finds")
    add("-o", "--output", metavar="OUT.png", help="the file to write (PHOTO-kK.png)")
    add("--force", action="store_true", help="replace files that exist")
    return parser


def _at_least(least):
    def integer(text):
        if text.isdecimal() and int(text) >= least:
            return int(text)
        raise argparse.ArgumentTypeError(f"must be an integer of at least {least}; got {text}")

    return integer


def _check(path, options, parser):
    """Refuse, before the work, what may not be written after it."""
    name = printable(path)
    if path.exists() and os.path.exists(options.photo) and path.samefile(options.photo):
        parser.error(f"{name} would replace the photo itself: choose another name with -o")
    checked_suffix(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{name} cannot be written: its folder does not exist")
    if os.path.lexists(path) and not options.force:
        raise FileExistsError(f"{name} exists: choose another name with -o, or add --force")


def _run(options, output, comparison):
    image = load_image(options.photo)
    height, width = image.shape[:2]
    source = os.path.getsize(options.photo)
    colours = counted(count_colours(image), "colour")
    _tell("1 Load and display", f"{printable(options.photo)}: {width} x {height} pixels, {colours}")

    pixels = to_pixels(image)
    _tell("2 From image to pixels", f"{counted(len(pixels), 'row')} of red, green and blue")

    choose, kind = (best_centroids, "best") if options.best else (init_centroids, "random")
    start = choose(pixels, options.k, options.seed)
    codes = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.rint(start).astype(int)]
    colours = counted(options.k, f"{kind} colour")
    _tell("3 Choose K centroids", f"{colours}: {_listed(codes, ' ')}")

    run = kmeans(pixels, start, options.iterations, _progress)
    errors = _listed([f"{error:.1f}" for error in run.errors], " -> ")
    rounds = counted(options.iterations, "iteration")
    _tell("4 Assign and update", f"{rounds}, mean squared error {errors}")

    result = reconstruct(run.labels, run.centroids, image.shape)
    colours, quality = counted(count_colours(result), "colour"), psnr(image, result)
    lost = "nothing lost" if quality == math.inf else f"PSNR {quality:.1f} dB (higher is closer)"
    _tell("5 Rebuild the image", f"{colours}, {lost}")

    saved = save_image(output, result)
    others = f"as a 24-bit PNG: {len(encode_rgb_png(result)):,}; the photo's file: {source:,}"
    _tell("6 Display and save", f"{printable(output)}: {counted(saved.bytes, 'byte')} ({others})")

    save_image(comparison, side_by_side(image, result, (source, saved.bytes)).pixels())
    _tell("7 Side by side", printable(comparison))


def _tell(step, what):
    print(f"{step:<24}{what}")


def _listed(words, between):
    """Join words; of more than 12 leave out the middle."""
    return between.join(words if len(words) <= 12 else [*words[:10], "...", words[-1]])


def _progress(steps):
    """Show a progress bar on a terminal when the work takes longer than a second."""
    return tqdm(steps, unit="iteration", leave=False, delay=1, disable=None)


if __name__ == "__main__":
    sys.exit(main())
