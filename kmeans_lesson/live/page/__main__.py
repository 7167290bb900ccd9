"""Write the live lab as one HTML file, for any browser: `python lesson.py page [FILE]`."""

import argparse
import sys
from pathlib import Path

from kmeans_lesson.formats.files import printable, replace_file
from kmeans_lesson.images import load_image
from kmeans_lesson.live.page import page

SUFFIXES = (".html", ".htm")


def write(file, photo=None):
    """Write the page, with a photo to begin with, whole or not at all; return its bytes."""
    if Path(file).suffix.lower() not in SUFFIXES:
        raise ValueError(f"FILE must end in .html or .htm; got {printable(file)}")
    image, name = (load_image(photo), Path(photo).name) if photo else (None, "")
    data = page(image, name).encode()
    replace_file(file, data)
    return len(data)


def main(words):
    """Write the page that the words of the command line ask for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python lesson.py page", description=__doc__)
    parser.add_argument("file", metavar="FILE", nargs="?", default="live-lab.html")
    parser.add_argument("--image", metavar="PHOTO", help="the image to begin with")
    asked = parser.parse_args(words)
    try:
        size = write(asked.file, asked.image)
    except ValueError as error:
        print(f"No page was written: {error}", file=sys.stderr)
        return 1
    print(f"{asked.file} is ready, {size:,} bytes: open it in any browser, or send it to anyone.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
