"""One palette for an album, in every way: python benchmarks/bench_album.py PHOTO ... [--peers]

Each way runs in a process of its own: seconds, processor seconds and megabytes of it and of all
processes that it starts, and the mean squared error over all pixels of all photos. The package
begins with a search; the peers, which are much slower, get the centroids that it finds. Then there
are ten iterations, or one pass of mini-batches.
"""

import argparse
import io
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from kmeans_lesson import load_image, to_pixels
from kmeans_lesson.engine.best import searched
from kmeans_lesson.engine.lloyd import kmeans_of_counted
from kmeans_lesson.formats.encode import encode_rgb_png
from kmeans_lesson.further.album import count_photos, palette_of
from tables import machine, table

SAMPLE = 10_000  # pixels of each photo
WIDTH = 4000  # of the image of all pixels
BATCH = 10_240  # pixels of a mini-batch; the default is a tenth of it
TRIM = "distributed.nanny.pre-spawn-environ"  # what Dask sets before a worker begins


def joint(files, start, **how):
    return palette_of(count_photos(files, **how), len(start)).centroids


def on_cluster(files, start, memory_kept=False):
    """Count on Dask's LocalCluster of one process for each processor."""
    import dask
    from distributed import Client, LocalCluster

    kept = {TRIM: {"OMP_NUM_THREADS": 1}} if memory_kept else {}
    quiet = {"dashboard_address": ":0", "silence_logs": logging.ERROR}
    with (
        dask.config.set(kept),
        LocalCluster(n_workers=os.cpu_count(), threads_per_worker=1, **quiet) as cluster,
        Client(cluster) as client,
    ):
        return joint(files, start, client=client)


def sampled(files, start):
    """K-means on some pixels of each photo, drawn at random."""
    from sklearn.cluster import KMeans

    rng, some = np.random.default_rng(0), []
    for file in files:
        pixels = to_pixels(load_image(file))
        some.append(pixels[rng.integers(len(pixels), size=SAMPLE)])
    model = KMeans(len(start), init=start, n_init=1, max_iter=10, tol=0)
    return model.fit(np.concatenate(some).astype(float)).cluster_centers_


def mini_batches(files, start):
    """One pass of MiniBatchKMeans over all pixels, photo by photo, each in random order."""
    from sklearn.cluster import MiniBatchKMeans

    rng = np.random.default_rng(0)
    model = MiniBatchKMeans(len(start), init=start, n_init=1, random_state=0)
    for file in files:
        pixels = to_pixels(load_image(file))
        order = rng.permutation(len(pixels))
        for first in range(0, len(order), BATCH):
            model.partial_fit(pixels[order[first : first + BATCH]].astype(float))
    return model.cluster_centers_


def dask_ml(files, start):
    """The K-means of dask-ml on all pixels, one block for each photo."""
    import dask.array
    from dask_ml.cluster import KMeans
    from distributed import Client, LocalCluster

    blocks = [dask.array.from_delayed(*_later(file)) for file in files]
    quiet = {"dashboard_address": ":0", "silence_logs": logging.ERROR}
    workers = {"n_workers": os.cpu_count(), "threads_per_worker": 1}
    with LocalCluster(**workers, **quiet) as cluster, Client(cluster):
        model = KMeans(len(start), init=start, max_iter=10, tol=0)
        return model.fit(dask.array.concatenate(blocks)).cluster_centers_


def _later(file):
    import dask

    shape = to_pixels(load_image(file)).shape
    return dask.delayed(lambda: to_pixels(load_image(file)).astype(float))(), shape, float


def pngquant(files, start):
    """pngquant on one image of all pixels, without dithering; it chooses its own start."""
    pixels = np.concatenate([to_pixels(load_image(file)) for file in files])
    rows = pixels[: len(pixels) // WIDTH * WIDTH].reshape(-1, WIDTH, 3)
    command = ["pngquant", "--nofs", str(len(start)), "-"]
    joined = encode_rgb_png(rows)
    made = subprocess.run(command, input=joined, capture_output=True, check=True)
    palette = Image.open(io.BytesIO(made.stdout)).getpalette("RGB")
    return np.reshape(palette[: 3 * len(start)], (-1, 3)).astype(float)


OURS = {
    "histogram, one process": joint,
    "histogram, a process for each processor": lambda files, start: joint(
        files, start, processes=os.cpu_count()
    ),
    "histogram, Dask's LocalCluster": on_cluster,
    "the same, its workers keep memory": lambda files, start: on_cluster(files, start, True),
}
PEERS = {
    f"scikit-learn on {SAMPLE:,} pixels of each photo": sampled,
    "scikit-learn's MiniBatchKMeans, one pass": mini_batches,
    "dask-ml's KMeans": dask_ml,
    "pngquant on the joined image": pngquant,
}
WAYS = OURS | PEERS


class Watch(threading.Thread):
    """Note the most memory of this process and all that it has started, shared parts once.

    It looks seldom, because a process stands still while its pages are counted.
    """

    def __init__(self):
        super().__init__(daemon=True)
        self.most = 0

    def run(self):
        while True:
            self.most = max(self.most, sum(map(_proportional, _family())))
            time.sleep(0.2)


def _family():
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def _proportional(process):
    try:
        return process.memory_full_info().pss
    except psutil.Error:  # it has just ended
        return 0


def one(name, files, folder):
    """Run one way in this process, and print what it took as JSON."""
    start = np.load(Path(folder, "start.npy"))
    watch = Watch()
    watch.start()
    begin = time.perf_counter()
    centroids = WAYS[name](files, start)
    seconds = time.perf_counter() - begin
    processor = sum(os.times()[:4])
    np.save(Path(folder, "centroids.npy"), centroids)
    print(json.dumps([seconds, processor, watch.most / 1e6]))


def measure(name, files, folder, limit):
    """Run one way in a process of its own: its numbers, or why there are none."""
    command = [sys.executable, __file__, *files, "--one", name, "--folder", folder]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"not done in {limit} s"
    if done.returncode:
        return done.stderr.splitlines()[-1]
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", nargs="+", metavar="PHOTO")
    parser.add_argument("-k", type=int, default=64)
    parser.add_argument("--peers", action="store_true", help="measure the peers, too: minutes")
    parser.add_argument("--limit", type=int, default=600, help="seconds for one way (600)")
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return one(options.one, options.photos, options.folder)

    colours, counts, *_ = count_photos(options.photos)
    print(f"{len(options.photos)} photos, {counts.sum():,} pixels, {len(colours):,} colours")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder, "start.npy"), searched(colours, counts, options.k, 0))
        for name in WAYS if options.peers else OURS:
            found = measure(name, options.photos, folder, options.limit)
            if isinstance(found, str):
                rows.append([name, found, "", "", ""])
            else:
                centroids = np.load(Path(folder, "centroids.npy"))
                error = kmeans_of_counted(colours, counts, centroids, range(0))[3][0]
                seconds, processor, megabytes = found
                rows.append([name, f"{seconds:.1f} s", f"{processor:.1f} s"])
                rows[-1] += [f"{megabytes:.0f} MB", f"{error:.2f}"]
            print(rows[-1], flush=True)
    head = ["", "seconds", "of all processors", "memory", "mean squared error"]
    print("\n".join([*machine(), "", *table(head, rows)]))


if __name__ == "__main__":
    main()
