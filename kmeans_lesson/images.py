"""Steps 1, 2, 5 and 6: from a file to an image, to pixels, back to an image, and into a file."""

import os
from typing import NamedTuple

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.colours import look_up
from kmeans_lesson.formats.decode import decode
from kmeans_lesson.formats.encode import FORMATS, encode_and_count
from kmeans_lesson.formats.files import file_name, open_file, printable, replace_file
from kmeans_lesson.formats.kinds import ImageError

LOSSY = {".jpg", ".jpeg", ".jpe", ".jfif", ".jp2", ".j2k", ".avif", ".heic", ".heif", ".jxl"}
LOSSY_REASON = "JPEG and its like would turn 16 colours into thousands of similar ones: use .png"


class SavedImage(NamedTuple):
    """What `save_image` wrote: the size of the file, the different colours, the bits per pixel."""

    bytes: int
    colours: int
    bits_per_pixel: float


# ----------------------------------------------------------------------- step 1: load


def load_image(path, max_megapixels=50):
    """Read an image file of any common kind: (H, W, 3) uint8, RGB, the right way up.

    Transparent parts show white, 16 bits become 8, and of an animation the first frame counts.
    An ImageError says why a file cannot be read; one of more than `max_megapixels` million pixels
    is refused before they are decoded.
    """
    return load_and_tell(path, max_megapixels)[0]


def load_and_tell(path, max_megapixels=50):
    """Load an image as `load_image` does, and tell what of its file it leaves out or changes.

    The notes are a list of short phrases, such as "transparent parts are laid on white".
    """
    if not isinstance(max_megapixels, (int, float)) or not max_megapixels > 0:
        raise ValueError(f"max_megapixels must be a number above 0; got {max_megapixels!r}")
    with open_file(path) as file:
        try:
            return decode(file, max_megapixels * 1e6)
        except ImageError as error:
            raise ImageError(f"{printable(path)} {error}") from error.__cause__


# ----------------------------------------------------------------------- step 2: pixels


def to_pixels(image):
    """Put the pixels of an image, (H, W, 3), into rows, (H*W, 3): row i is (i // W, i % W)."""
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"image must be an array of shape (H, W, 3); got shape {image.shape}")
    return image.reshape(-1, 3)


# ----------------------------------------------------------------------- step 5: reconstruct


def reconstruct(labels, centroids, shape):
    """Paint each pixel in the colour of its centroid: (H, W, 3) uint8, at most K colours.

    labels (H*W,) are integers in 0..K-1, centroids (K, 3) are rounded and clipped to 0..255.
    """
    centroids = arguments.colours("centroids", centroids)
    sizes = np.asarray(shape)
    if sizes.shape != (3,) or sizes.dtype.kind not in "iu" or sizes.min() < 1 or sizes[2] != 3:
        raise ValueError(f"shape must be (H, W, 3) with H and W at least 1; got {shape!r}")
    labels = arguments.labels("labels", labels, sizes[0] * sizes[1], len(centroids))
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return look_up(palette, labels).reshape(shape)


# ----------------------------------------------------------------------- step 6: save


def save_image(path, image):
    """Write an image, (H, W, 3) uint8, to a file that keeps every colour: a SavedImage.

    The suffix says which kind: .png, .gif, .bmp, .tif, .tiff or .webp. A PNG is indexed if there
    are at most 256 colours. An existing file is replaced once the new one is complete. An
    ImageError says why a file cannot be written.
    """
    arguments.image("image", image)
    suffix = checked_suffix(path)
    try:
        data, colours = encode_and_count(image, suffix)
    except Exception as error:  # more colours or a longer side than the format can hold
        raise ImageError(f"{printable(path)} cannot hold this image ({error}): use .png") from error
    replace_file(path, data)
    return SavedImage(len(data), colours, 8 * len(data) / (image.shape[0] * image.shape[1]))


def checked_suffix(path):
    """Return the suffix of a file that `save_image` can write; an ImageError refuses any other."""
    suffix = os.path.splitext(file_name(path))[1].lower()
    if suffix in LOSSY:
        raise ImageError(f"{printable(path)} cannot be written: {LOSSY_REASON}")
    if suffix not in FORMATS:
        reason = f"must end in one of {', '.join(FORMATS)}, so that it is clear what to write"
        raise ImageError(f"{printable(path)} {reason}")
    return suffix
