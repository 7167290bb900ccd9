"""Loading and saving beside plain Pillow: time and peak memory, each run in a process of its own.

python benchmarks/bench_images.py [--megapixels 12] [--repeats 7]
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from matplotlib.cbook import get_sample_data
from PIL import Image

MEASURE = """
import json, sys, time
import numpy as np
import PIL.Image
from kmeans_lesson import load_image, reconstruct, save_image
from kmeans_lesson.formats.encode import encode
PIL.Image.preinit()

def peak():  # in megabytes, of this process alone; only Linux says it
    if not sys.platform.startswith("linux"):
        return 0
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024

path, out = sys.argv[1:]
{prepare}
before = peak()
start = time.perf_counter()
result = {job}
seconds = time.perf_counter() - start
print(json.dumps([seconds, peak() - before]))
"""
JOBS = {
    "load: kmeans_lesson": ("", "load_image(path)"),
    "load: Pillow": ("", "np.asarray(PIL.Image.open(path).convert('RGB'))"),
    "save 16 colours: kmeans_lesson": ("image = np.load(out + '.npy')", "save_image(out, image)"),
    "save 16 colours: Pillow, 24 bits": (
        "image = np.load(out + '.npy')",
        "PIL.Image.fromarray(image).save(out)",
    ),
}


def photo(megapixels, path):
    """Write a photo-like JPEG of 4:3: the sample portrait, enlarged, with sensor noise."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    with get_sample_data("grace_hopper.jpg") as file:
        large = Image.open(file).convert("RGB").resize((width, width * 3 // 4), Image.LANCZOS)
    noise = np.random.default_rng(0).integers(-4, 5, (large.height, large.width, 1), np.int16)
    image = (np.asarray(large) + noise).clip(0, 255).astype(np.uint8)
    Image.fromarray(image).save(path, quality=90)
    return image


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "photo.jpg"), Path(folder, "out.png")
        image = photo(options.megapixels, source)
        np.save(f"{target}.npy", image // 128 * 120 + (image[..., :1] // 64 % 2))  # 16 colours
        rows = {name: [] for name in JOBS}
        for _ in range(options.repeats):  # in turn, so that all suffer alike from other work
            for name, (prepare, job) in JOBS.items():
                code = MEASURE.format(prepare=prepare, job=job)
                command = [sys.executable, "-c", code, source, target]
                rows[name].append(json.loads(subprocess.check_output(command)))
    print(f"{options.megapixels:g} megapixels, median (least) of {options.repeats} runs")
    for name, runs in rows.items():
        seconds, megabytes = zip(*runs, strict=True)
        middle, least = 1000 * statistics.median(seconds), 1000 * min(seconds)
        print(f"{name:34} {middle:7.0f} ms ({least:.0f})  {max(megabytes):6.0f} MB")


if __name__ == "__main__":
    main()
