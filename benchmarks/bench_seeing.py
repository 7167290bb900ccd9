"""Palettes and dithering beside their peers, by four measures: python benchmarks/bench_seeing.py

On the sample images and the portrait. The files of all ways are packed by the package. A number
says how many times that of the package's `kmeans` without dithering it is: the geometric mean over
the images. Less is better; of SSIM, what is missing to 1 is compared.
"""

import io
import shutil
import statistics
import subprocess
import sys
import time

import numpy as np
from PIL import Image

import peers
from kmeans_lesson import init_centroids, kmeans, load_image, to_pixels
from kmeans_lesson.compare import mse
from kmeans_lesson.engine.best import best_centroids
from kmeans_lesson.formats.encode import encode
from kmeans_lesson.further.differences import blurred, ciede2000, ssim
from kmeans_lesson.further.dither import dither
from kmeans_lesson.further.oklab import from_oklab, kmeans_in_oklab, to_oklab
from kmeans_lesson.live.lab import samples
from tables import machine, table

HEAD = ["", "MSE", "CIEDE2000", "blurred", "1 - SSIM", "blurred", "bytes", "time"]


def ours(image, k, dithering=False, start=init_centroids):
    run = kmeans(to_pixels(image), start(to_pixels(image), k))
    palette = np.rint(run.centroids).astype(np.uint8)
    return palette[dither(image, palette) if dithering else run.labels]


def ours_in_oklab(image, k, dithering=False):
    pixels = to_pixels(image)
    run = kmeans_in_oklab(pixels, to_oklab(init_centroids(pixels, k).astype(np.uint8)))
    palette = from_oklab(run.centroids)
    return palette[dither(image, palette) if dithering else run.labels]


def pillow_dither(image, k):
    """Find the palette with the package, and let Pillow dither."""
    run = kmeans(to_pixels(image), init_centroids(to_pixels(image), k))
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.rint(run.centroids).astype(np.uint8).tobytes())
    return np.asarray(Image.fromarray(image).quantize(palette=palette).convert("RGB"))


def pillow(image, k, dithering=False):
    """Let Pillow do all: median cut, and then its dithering."""
    found = Image.fromarray(image).quantize(k, dither=Image.Dither.NONE)
    if dithering:
        found = Image.fromarray(image).quantize(palette=found)
    return np.asarray(found.convert("RGB"))


def imagequant(image, k, dithering=0):
    labels, palette = peers.imagequant(image, k, None, None, dithering=dithering)
    return palette.astype(np.uint8)[labels]


def pngquant(image, k, *options):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=1)
    command = ["pngquant", *options, str(k), "-"]
    made = subprocess.run(command, input=buffer.getvalue(), capture_output=True, check=True)
    return np.asarray(Image.open(io.BytesIO(made.stdout)).convert("RGB"))


WAYS = {
    "kmeans": ours,
    "kmeans, from the palette of --best": lambda image, k: ours(image, k, start=best_centroids),
    "kmeans in OKLab": ours_in_oklab,
    "Pillow, median cut": pillow,
    "libimagequant": imagequant,
    "pngquant --nofs": lambda image, k: pngquant(image, k, "--nofs"),
    "kmeans, `dither`": lambda image, k: ours(image, k, True),
    "kmeans in OKLab, `dither`": lambda image, k: ours_in_oklab(image, k, True),
    "kmeans, Pillow's dithering": pillow_dither,
    "Pillow, median cut, dithered": lambda image, k: pillow(image, k, True),
    "libimagequant, dithered": lambda image, k: imagequant(image, k, 1),
    "pngquant": pngquant,
}
if not shutil.which("pngquant"):
    WAYS = {name: way for name, way in WAYS.items() if "pngquant" not in name}


def measured(way, image, k):
    """Return what HEAD names, of one image."""
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        result = way(image, k).reshape(image.shape)
        seconds.append(time.perf_counter() - begin)
    measures = [lambda a, b: np.mean(ciede2000(a, b)), lambda a, b: 1 - ssim(a, b)]
    eye = blurred(image), blurred(result)
    pairs = [pair for measure in measures for pair in (measure(image, result), measure(*eye))]
    return [mse(image, result), *pairs, len(encode(result)), min(seconds)]


def main():
    print("\n".join(machine()))
    images = [load_image(file) for name, file in samples().items() if name != "tiny"]
    for k in map(int, sys.argv[1:] or (16, 64)):
        found = {name: [measured(way, image, k) for image in images] for name, way in WAYS.items()}
        rows = []
        for name, numbers in found.items():
            ratios = np.array(numbers) / found["kmeans"]
            means = [statistics.geometric_mean(column) for column in ratios.T]
            rows.append([name, *(f"{mean:.2f}" for mean in means)])
        print("\n".join(table([f"K = {k}", *HEAD[1:]], rows)))


if __name__ == "__main__":
    main()
