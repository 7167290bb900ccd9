"""The command beside its core: what the lines, the weighing and the comparison add to three calls.

python benchmarks/bench_command.py PHOTO ... [--repeats 3]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CORE = """
import sys
from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, save_image, to_pixels

source, k, target = sys.argv[1:]
image = load_image(source)
pixels = to_pixels(image)
run = kmeans(pixels, init_centroids(pixels, int(k)), iterations=10)
save_image(target, reconstruct(run.labels, run.centroids, image.shape))
"""


def seconds(*words):
    """Time a whole process, from its start to its end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *map(str, words)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    shown = min(seconds("-m", "kmeans_lesson", "--help") for _ in range(options.repeats))
    print(f"--help: {1000 * shown:.0f} ms; least of {options.repeats} runs, in turn")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "out.png")
        for photo in options.photos:
            for k in (16, 64, 256):
                command = ["-m", "kmeans_lesson", photo, "-k", k, "-o", target, "--force"]
                pairs = [
                    (seconds("-c", CORE, photo, k, target), seconds(*command))
                    for _ in range(options.repeats)
                ]
                core, whole = map(min, zip(*pairs, strict=True))
                print(f"{photo.name}, K = {k}: load, kmeans, save {1000 * core:.0f} ms, ", end="")
                print(f"command {1000 * whole:.0f} ms, {whole / core:.2f} x")


if __name__ == "__main__":
    main()
