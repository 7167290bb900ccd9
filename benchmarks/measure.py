"""One run of one peer, in a process of its own: seconds, megabytes, mean squared error."""

import os
import resource
import sys
import time
from typing import NamedTuple

import numpy as np
import threadpoolctl

import peers
from kmeans_lesson import init_centroids, to_pixels

LIMITS = ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "MAGICK_THREAD_LIMIT")  # for other programs


class Cell(NamedTuple):
    """What all peers have to do."""

    image: str  # the name of the image
    path: str  # its .npy file
    pixels: int
    k: int
    iterations: int = 10
    threads: int = 2


class Result(NamedTuple):
    """What a run took: megabytes are those at the peak, beyond the image and the result."""

    seconds: float
    processor: float  # seconds of all threads
    megabytes: float
    error: float  # mean squared


def send(connection, name, cell):
    """Send what `run` gives, or why it gives nothing, to another process."""
    try:
        connection.send(run(name, cell))
    except Exception as error:  # a peer's own; the table says it
        connection.send(f"failed ({' '.join(str(error).split())})")  # in one line


def run(name, cell):
    """Measure one peer. The process is used for nothing else, before or after."""
    function = peers.PEERS[name].function
    os.environ.update(dict.fromkeys(LIMITS, str(cell.threads)))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: cell.threads])
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(cell.threads)
    image = np.load(cell.path)
    start = init_centroids(to_pixels(image), cell.k, seed=0)
    with threadpoolctl.threadpool_limits(cell.threads):
        noise = np.random.default_rng(0).integers(256, size=(32, 32, 3)).astype(np.uint8)
        function(noise, 4, noise[0, :4].astype(float), 1)  # threads started, modules loaded
        time.sleep(0.3)  # until those threads have stopped waiting for more, which is work, too
        before, clock, processor = _peak(reset=True), time.perf_counter(), time.process_time()
        result = _image(function(image, cell.k, start, cell.iterations), image.shape)
        took = {
            "seconds": time.perf_counter() - clock,
            "processor": time.process_time() - processor,
            "megabytes": max(_peak() - before - result.nbytes / 1e6, 0),
        }
    took |= peers.last_program  # if it was one
    errors = [np.square(a.astype(float) - b).sum() for a, b in zip(result, image, strict=True)]
    return Result(**took, error=sum(errors) / image.size)


def _image(result, shape):
    """Paint the labels in the colours of the palette, unless it is an image already."""
    if isinstance(result, np.ndarray):
        return result
    labels, palette = result
    palette = np.rint(palette).clip(0, 255).astype(np.uint8)
    return np.take(palette, labels, axis=0).reshape(shape)


def _peak(reset=False):
    """Return the most memory so far, in megabytes; after a reset, that of this moment (Linux)."""
    if not sys.platform.startswith("linux"):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    if reset:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) * 1024 / 1e6
