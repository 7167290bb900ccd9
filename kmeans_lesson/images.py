"""Steps 1, 2, 5 and 6: from a file to an image, to pixels, back to an image, and into a file."""

import operator
import os
from typing import NamedTuple

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.colours import paint
from kmeans_lesson.formats import files
from kmeans_lesson.formats.decode import decode
from kmeans_lesson.formats.encode import FORMATS, encode_and_count
from kmeans_lesson.formats.files import printable, short
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
    """Read an image file of any common kind.

    Parameters
    ----------
    path : str, bytes, Path or open binary file
        A name, in which ``~`` stands for the home folder, or a file such as ``io.BytesIO(data)``.
    max_megapixels : float
        A larger image is refused before its pixels are decoded.

    Returns
    -------
    image : (H, W, 3) uint8
        Red, green and blue of every pixel, in sRGB: an embedded colour profile is converted. The
        image is upright, transparent parts are laid on white, numbers of 16 bits are rounded to 8,
        and of an animation the first frame is taken.

    Raises
    ------
    ImageError
        If the file cannot be read: one sentence that names the file, the reason and what to do.
    ValueError
        If `max_megapixels` is not a number above 0. An ImageError is a ValueError, too.

    Examples
    --------
    >>> import io
    >>> from kmeans_lesson import load_image, save_image
    >>> file = io.BytesIO()
    >>> saved = save_image(file, np.full((2, 3, 3), 200, np.uint8))
    >>> load_image(file).shape
    (2, 3, 3)
    >>> load_image("no such photo.jpg")
    Traceback (most recent call last):
        ...
    kmeans_lesson.formats.kinds.ImageError: no such photo.jpg does not exist: check its spelling...
    """
    return load_and_tell(path, max_megapixels)[0]


def load_and_tell(path, max_megapixels=50):
    """Load an image as `load_image` does, and tell what of its file it leaves out or changes.

    Returns the image and a list of short phrases, such as "transparent parts are laid on white".
    """
    if not isinstance(max_megapixels, (int, float)) or not max_megapixels > 0:
        raise ValueError(f"max_megapixels must be a number above 0; got {short(max_megapixels)}")
    with files.open_file(path) as file:
        try:
            return decode(file, max_megapixels * 1e6)
        except ImageError as error:
            raise ImageError(f"{printable(path)} {error}") from error.__cause__


# ----------------------------------------------------------------------- step 2: pixels


def to_pixels(image):
    """Put the pixels of an image into rows, one after the other.

    Parameters
    ----------
    image : (H, W, 3) array
        Red, green and blue of every pixel, from 0 to 255.

    Returns
    -------
    pixels : (H*W, 3) array of the same dtype
        Row i is the pixel in row i // W and column i % W of the image. Where numpy can, it shares
        the memory of the image.

    Raises
    ------
    ValueError
        If the shape is another, or the image holds floats from 0 to 1.

    Examples
    --------
    >>> from kmeans_lesson import to_pixels
    >>> image = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [9, 9, 9]]], np.uint8)
    >>> to_pixels(image).tolist()
    [[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]
    """
    image = np.asarray(image)
    floats = image.dtype.kind == "f" and image.ndim == 3 and image.size
    if floats and image.min() >= 0 and image.max() <= 1:
        came = "image holds numbers from 0 to 1, as plt.imread gives them for a PNG"
        raise ValueError(f"{came}: multiply them by 255, or read the file with load_image")
    if image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"image must be an array of shape (H, W, 3); got shape {image.shape}")
    return image.reshape(-1, 3)


# -------------------------------------------------- small copies, for films and live views


def evenly_spaced(image, side):
    """Take evenly spaced pixels of an image, (H, W, 3): at most `side` in a row or column.

    An image that is no larger is taken whole. No colours are blended, so that it has no colour
    that the image does not have.
    """
    scale = min(1, side / max(image.shape[:2]))
    sizes = [max(1, round(scale * length)) for length in image.shape[:2]]
    rows, columns = (
        np.arange(size) * length // size
        for size, length in zip(sizes, image.shape[:2], strict=True)
    )
    return image[np.ix_(rows, columns)]


# ----------------------------------------------------------------------- step 5: reconstruct


def reconstruct(labels, centroids, shape):
    """Paint every pixel in the colour of its centroid.

    Parameters
    ----------
    labels : (H*W,) integers
        For each pixel the number of its centroid, from 0 to K-1.
    centroids : (K, 3) array
        The colours; they are rounded, and clipped to 0 to 255.
    shape : (H, W, 3)
        The shape of the image.

    Returns
    -------
    image : (H, W, 3) uint8
        An image of at most K colours.

    Raises
    ------
    ValueError
        If one of the three is of another shape or kind, or they do not fit together.

    Examples
    --------
    >>> from kmeans_lesson import reconstruct
    >>> reconstruct([0, 1, 1], [[255, 0, 0], [0.4, 0.6, 300]], (1, 3, 3)).tolist()
    [[[255, 0, 0], [0, 1, 255], [0, 1, 255]]]
    """
    centroids = arguments.colours("centroids", centroids)
    height, width = _height_and_width(shape)
    labels = arguments.labels("labels", labels, height * width, len(centroids))
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return paint(palette, labels).reshape(height, width, 3)


def _height_and_width(shape):
    """Return H and W of a shape (H, W, 3) as integers of Python, which never overflow."""
    try:
        sizes = [operator.index(size) for size in shape]
    except TypeError:
        sizes = []
    if len(sizes) != 3 or min(sizes) < 1 or sizes[2] != 3:
        raise ValueError(f"shape must be (H, W, 3) with H and W at least 1; got {short(shape)}")
    return sizes[:2]


# ----------------------------------------------------------------------- step 6: save


def save_image(path, image):
    """Write an image to a file that keeps every colour.

    Parameters
    ----------
    path : str, bytes, Path or open binary file
        The suffix of its name says which kind of file to write: .png, .gif, .bmp, .tif, .tiff or
        .webp; a file without a name, such as ``io.BytesIO()``, becomes a PNG.
    image : (H, W, 3) uint8
        Red, green and blue of every pixel, in sRGB.

    Returns
    -------
    saved : SavedImage
        The size of the file in `bytes`, the number of different `colours`, and `bits_per_pixel`.
        A PNG is indexed if there are at most 256 colours.

    Raises
    ------
    ImageError
        If the file cannot be written, or would not keep the colours, as a JPEG. An old file stays
        whole until the new one is complete.
    ValueError
        If `image` is of another shape or dtype. An ImageError is a ValueError, too.

    Examples
    --------
    >>> import io
    >>> from kmeans_lesson import save_image
    >>> saved = save_image(io.BytesIO(), np.zeros((4, 4, 3), np.uint8))
    >>> saved.colours
    1
    >>> save_image("photo.jpg", np.zeros((4, 4, 3), np.uint8))
    Traceback (most recent call last):
        ...
    kmeans_lesson.formats.kinds.ImageError: photo.jpg cannot be written: JPEG and its like would...
    """
    arguments.image("image", image)
    suffix = checked_suffix(path)
    try:
        data, colours = encode_and_count(image, suffix)
    except Exception as error:  # more colours or a longer side than the format can hold
        raise ImageError(f"{printable(path)} cannot hold this image ({error}): use .png") from error
    write = files.write_file if files.is_open_file(path) else files.replace_file
    write(path, data)
    return SavedImage(len(data), colours, 8 * len(data) / (image.shape[0] * image.shape[1]))


def checked_suffix(path):
    """Return the suffix of a file that `save_image` can write; an ImageError refuses any other."""
    if files.is_open_file(path):
        name = getattr(path, "name", None)
        if not isinstance(name, (str, bytes, os.PathLike)):
            return ".png"
        path = name
    suffix = os.path.splitext(files.file_name(path))[1].lower()
    if suffix in LOSSY:
        raise ImageError(f"{printable(path)} cannot be written: {LOSSY_REASON}")
    if suffix not in FORMATS:
        reason = f"must end in one of {', '.join(FORMATS)}, so that it is clear what to write"
        raise ImageError(f"{printable(path)} {reason}")
    return suffix
