"""A photograph in, an indexed PNG out: the script that one would write with each peer.

python benchmarks/file_job.py PEER K SOURCE TARGET
"""

import sys

import numpy as np
from PIL import Image


def main(name, k, source, target):
    if name == "kmeans_lesson":
        return ours(k, source, target)
    photo = Image.open(source).convert("RGB")
    if name.startswith("Pillow"):
        return photo.quantize(k, kmeans=int("kmeans=1" in name), dither=0).save(target)
    image = np.asarray(photo)
    if name == "load and save unchanged":
        with open(target, "wb") as file:
            return np.save(file, image)
    if name == "load and save unchanged, as PNG":
        return Image.fromarray(image).save(target)
    if name == "load, and save finished labels":
        with np.load(f"{target}.npz") as finished:
            return save(target, finished["labels"], finished["palette"], image.shape)
    from peers import PEERS

    pixels, rng = image.reshape(-1, 3), np.random.default_rng(0)
    start = np.unique(pixels[rng.integers(len(pixels), size=32 * k)], axis=0)
    start = rng.permutation(start)[:k].astype(float)
    save(target, *PEERS[name].function(image, k, start, 10), image.shape)


def ours(k, source, target):
    from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, save_image, to_pixels

    image = load_image(source)
    pixels = to_pixels(image)
    run = kmeans(pixels, init_centroids(pixels, k, seed=0), iterations=10)
    save_image(target, reconstruct(run.labels, run.centroids, image.shape))


def save(target, labels, palette, shape):
    indexed = Image.fromarray(labels.reshape(shape[:2]).astype(np.uint8))
    indexed.putpalette(np.rint(palette).clip(0, 255).astype(np.uint8).tobytes())
    indexed.save(target, bits=4 if len(palette) <= 16 else 8)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
