"""Photographs to measure on: from a folder, or those that installed packages bring along."""

import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
BUNDLED = {  # package: its photographs, from the package's own folder
    "matplotlib": ["mpl-data/sample_data/grace_hopper.jpg"],
    "sklearn": ["datasets/images/china.jpg", "datasets/images/flower.jpg"],
    "skimage": [f"data/{name}" for name in ("astronaut.png", "chelsea.png", "coffee.png")],
}


def find(folder=None):
    """List the image files of a folder, or the bundled ones that are installed."""
    if folder is not None:
        return sorted(path for path in Path(folder).iterdir() if path.suffix.lower() in SUFFIXES)
    packages = {name: importlib.util.find_spec(name) for name in BUNDLED}
    roots = {name: Path(spec.origin).parent for name, spec in packages.items() if spec}
    paths = [root / path for name, root in roots.items() for path in BUNDLED[name]]
    return [path for path in paths if path.exists()]


def megapixels(path):
    with Image.open(path) as photo:
        return photo.width * photo.height / 1e6


def small(path):
    """Read a photograph, averaged over squares of pixels so that 0.25 to 1 megapixels remain."""
    with Image.open(path) as photo:
        factor = max(1, int((megapixels(path) / 0.25) ** 0.5))
        return np.asarray(photo.convert("RGB").reduce(factor))


def sized(path, size, noise=0):
    """Read a photograph in `size` megapixels, with Gaussian noise of that standard deviation.

    A larger one is averaged over squares of pixels and its middle cut out; a smaller one is
    enlarged (Lanczos) and gets noise of at least 1, for a sensor has no smooth pixels.
    """
    with Image.open(path) as photo:
        scale = (megapixels(path) / size) ** 0.5
        shape = round(photo.width / scale), round(photo.height / scale)
        photo = photo.convert("RGB")
    if scale < 1:
        photo, noise = photo.resize(shape, Image.LANCZOS), max(noise, 1)
    else:
        photo = photo.reduce(int(scale))
        left, top = (photo.width - shape[0]) // 2, (photo.height - shape[1]) // 2
        photo = photo.crop((left, top, left + shape[0], top + shape[1]))
    image = np.asarray(photo)
    if noise:
        rng = np.random.default_rng(0)
        for row in (image := image.copy()):  # row by row, to keep the memory small
            row[:] = (row + rng.normal(0, noise, row.shape)).round().clip(0, 255)
    return image


def colours(image):
    """Count the different colours of an image."""
    codes = image.reshape(-1, 3) @ np.array([65536, 256, 1], np.int32)
    return np.count_nonzero(np.bincount(codes, minlength=2**24))
