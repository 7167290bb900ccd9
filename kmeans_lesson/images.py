"""Steps 1, 2, 5 and 6: from a file to an image, to pixels, back to an image, and into a file."""

import io
import os
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from kmeans_lesson.colours import different, look_up, pack, unpack


class ImageError(ValueError):
    """A file that cannot be read as an image, or an image that cannot be written to a file."""


class SavedImage(NamedTuple):
    """What `save_image` wrote: the size of the file, the different colours, the bits per pixel."""

    bytes: int
    colours: int
    bits_per_pixel: float


# --------------------------------------------------------------------------- step 1: load


def load_image(path, max_megapixels=50):
    """Read an image file: (H, W, 3) uint8."""
    try:
        with warnings.catch_warnings(), Image.open(path) as picture:
            warnings.simplefilter("ignore")
            width, height = picture.size
            if width * height > max_megapixels * 1e6:
                raise ImageError(f"{path} is too large: {width} × {height} pixels")
            picture = ImageOps.exif_transpose(picture)
            if picture.has_transparency_data:
                picture = picture.convert("RGBA")
                white = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(white, picture)
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError) as error:
        raise ImageError(f"{path} cannot be read as an image: {error}") from error


# --------------------------------------------------------------------------- step 2: pixels


def to_pixels(image):
    """Put the pixels of an (H, W, 3) image into rows, (H*W, 3): pixel i is `(i // W, i % W)`."""
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"image must have shape (height, width, 3); got {image.shape}")
    return image.reshape(-1, 3)


# --------------------------------------------------------------------------- step 5: reconstruct


def reconstruct(labels, centroids, shape):
    """Paint every pixel with the colour of its centroid: (H, W, 3) uint8, at most K colours."""
    labels, centroids = np.asarray(labels), np.asarray(centroids, dtype=float)
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return np.take(palette, labels, axis=0).reshape(shape)


# --------------------------------------------------------------------------- step 6: save


def encode(image, suffix=".png"):
    """Encode an image, (H, W, 3) uint8, as the bytes of a file that keeps every colour."""
    codes = pack(image)
    colours = different(codes)
    if len(colours) > 256:
        return _compress(Image.fromarray(image), suffix)
    indices = look_up(codes, colours, np.arange(len(colours), dtype=np.uint8))
    picture = Image.fromarray(indices.reshape(image.shape[:2]))
    picture.putpalette(unpack(colours).tobytes())
    bits = next(bits for bits in (1, 2, 4, 8) if len(colours) <= 2**bits)
    return _compress(picture, suffix, bits=bits)


def encode_rgb_png(image):
    """Encode an image as a 24-bit PNG, three bytes a pixel before compression."""
    return _compress(Image.fromarray(image), ".png")


def _compress(picture, suffix, **options):
    buffer = io.BytesIO()
    picture.save(buffer, Image.registered_extensions()[suffix], **options)
    return buffer.getvalue()


def save_image(path, image):
    """Write an image, (H, W, 3) uint8, to a file that keeps every colour."""
    path = Path(path)
    data = encode(image, path.suffix.lower())
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(data)
    os.replace(temporary, path)
    colours = len(different(pack(image)))
    return SavedImage(len(data), colours, 8 * len(data) / (image.shape[0] * image.shape[1]))
