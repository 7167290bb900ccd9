"""The whole program as a command: kmeans-lesson PHOTO, or python -m kmeans_lesson PHOTO."""

import argparse
import os
import sys
from pathlib import Path

from tqdm import tqdm

from kmeans_lesson import (
    init_centroids,
    kmeans,
    load_image,
    reconstruct,
    save_image,
    side_by_side,
    to_pixels,
)
from kmeans_lesson.compare import count_colours, psnr
from kmeans_lesson.images import encode_rgb_png

EXAMPLE = """\
example:
  kmeans-lesson data/marbles.png -k 8 -o eight.png
writes the image in 8 colours to eight.png, and both images to eight-side-by-side.png
"""


def main(arguments=None):
    """Run the command: exit status 0, 1 (an image or file is at fault) or 2 (wrong usage)."""
    sys.stdout.reconfigure(errors="backslashreplace")  # a file name may hold any character
    parser = _parser()
    options = parser.parse_args(arguments)
    output, comparison = _outputs(options)
    try:
        if any(_same_file(path, options.photo) for path in (output, comparison)):
            parser.error(f"{output} would replace the photo itself: choose another name with -o")
        for path in (output, comparison):
            if os.path.lexists(path) and not options.force:
                raise FileExistsError(f"{path} exists: choose another name with -o, or --force")
        _run(options, output, comparison)
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
    parser.add_argument("photo", metavar="PHOTO", help="the image file to compress")
    parser.add_argument("-k", type=_at_least(1), default=16, help="number of colours (16)")
    parser.add_argument(
        *("-n", "--iterations"), type=_at_least(0), default=10, help="number of iterations (10)"
    )
    parser.add_argument("--seed", type=_at_least(0), default=0, help="of the random start (0)")
    parser.add_argument("-o", "--output", metavar="OUT.png", help="the file to write")
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    return parser


def _at_least(least):
    def integer(text):
        if text.isdecimal() and int(text) >= least:
            return int(text)
        raise argparse.ArgumentTypeError(f"must be an integer of at least {least}; got {text}")

    return integer


def _outputs(options):
    photo = Path(options.photo)
    output = Path(options.output or photo.with_name(f"{photo.stem}-k{options.k}.png"))
    return output, output.with_name(f"{output.stem}-side-by-side.png")


def _same_file(path, photo):
    return os.path.exists(path) and os.path.exists(photo) and os.path.samefile(path, photo)


def _run(options, output, comparison):
    image = load_image(options.photo)
    height, width = image.shape[:2]
    source = os.path.getsize(options.photo)
    size = f"{width} x {height} pixels, {count_colours(image):,} colours, {source:,} bytes"
    print(f"1 Load and display      {options.photo}: {size}")

    pixels = to_pixels(image)
    print(f"2 From image to pixels  {len(pixels):,} rows of red, green, blue")

    start = init_centroids(pixels, options.k, options.seed)
    codes = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in start.astype(int)]
    print(f"3 Choose K centroids    {options.k} random colours: {_listed(codes, ' ')}")

    run = kmeans(pixels, start, options.iterations, _progress)
    errors = [f"{error:.0f}" for error in run.errors]
    print(f"4 Assign and update     mean squared error {_listed(errors, ' -> ')}")

    result = reconstruct(run.labels, run.centroids, image.shape)
    quality = f"{count_colours(result)} colours, PSNR {psnr(image, result):.1f} dB"
    print(f"5 Rebuild the image     {quality}")

    saved = save_image(output, result)
    others = f"{len(encode_rgb_png(result)):,} as a 24-bit PNG, {source:,} the photo's file"
    print(f"6 Display and save      {output}: {saved.bytes:,} bytes ({others})")

    save_image(comparison, side_by_side(image, result, (source, saved.bytes)).pixels())
    print(f"7 Side by side          {comparison}")


def _listed(words, between):
    """Join words; of more than 12 leave out the middle."""
    return between.join(words if len(words) <= 12 else [*words[:10], "...", words[-1]])


def _progress(steps):
    """Show a progress bar on a terminal when the work takes longer than a second."""
    return tqdm(steps, unit="iteration", leave=False, delay=1, disable=None)


if __name__ == "__main__":
    sys.exit(main())
