"""What one would pick to reduce an image to K colours, each as one small function.

Each takes an image, (H, W, 3) uint8, K, a start, (K, 3) float64, and a number of iterations, and
gives labels, (H*W,), and a palette, (K, 3), or the image in these colours at once. The first group
begins at `start` and does that many iterations; the others do what they do unasked.
Imports stand inside the functions, so that a peer that is not installed can be named and left out.
"""

import functools
import importlib.util
import io
import json
import shutil
import subprocess
import sys
from typing import NamedTuple

import numpy as np
from PIL import Image

MAGICK = shutil.which("magick") or shutil.which("convert-im6.q16")
FFMPEG = shutil.which("ffmpeg")
PROGRAMS = {"ImageMagick": MAGICK, "ffmpeg": FFMPEG}

# -------------------------------------------------------- the same start, the same iterations


def ours(image, k, start, iterations):
    from kmeans_lesson import init_centroids, kmeans, reconstruct, to_pixels

    pixels = to_pixels(image)
    run = kmeans(pixels, init_centroids(pixels, k, seed=0), iterations)
    return reconstruct(run.labels, run.centroids, image.shape)


def sklearn_lloyd(
    image, k, start, iterations, algorithm="lloyd", dtype=float, module="sklearn.cluster"
):
    KMeans = importlib.import_module(module).KMeans
    model = KMeans(k, init=start, n_init=1, max_iter=iterations, tol=0, algorithm=algorithm)
    model.fit(image.reshape(-1, 3).astype(dtype))
    return model.labels_, model.cluster_centers_


def sklearn_intelex(image, k, start, iterations):
    return sklearn_lloyd(image, k, start, iterations, module="sklearnex.cluster")


def sklearn_float32(image, k, start, iterations):
    """Faster, but its means of millions of pixels go astray."""
    return sklearn_lloyd(image, k, start, iterations, dtype=np.float32)


def sklearn_elkan(image, k, start, iterations):
    return sklearn_lloyd(image, k, start, iterations, "elkan")


def sklearn_colours(image, k, start, iterations):
    from sklearn.cluster import KMeans

    codes = image.reshape(-1, 3) @ np.array([65536, 256, 1], np.int32)
    counts = np.bincount(codes)
    colours = np.flatnonzero(counts)
    points = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    model = KMeans(k, init=start, n_init=1, max_iter=iterations, tol=0)
    model.fit(points.astype(float), sample_weight=counts[colours])
    table = np.empty(len(counts), np.uint8)
    table[colours] = model.labels_
    return table[codes], model.cluster_centers_


def numba_colours(image, k, start, iterations):
    """Loops over the different colours, compiled: about what such a program can do at best."""
    count, lloyd = compiled()
    codes, counts = count(image.reshape(-1, 3))
    colours = np.flatnonzero(counts)
    labels, centroids = lloyd(colours, counts[colours].astype(float), start.copy(), iterations)
    table = np.empty(len(counts), labels.dtype)
    table[colours] = labels
    return table.take(codes), centroids


@functools.cache
def compiled():
    import numba

    @numba.njit
    def count(pixels):
        codes, counts = np.empty(len(pixels), np.int32), np.zeros(2**24, np.int32)
        for i in range(len(pixels)):
            codes[i] = pixels[i, 0] << 16 | pixels[i, 1] << 8 | pixels[i, 2]
            counts[codes[i]] += 1
        return codes, counts

    @numba.njit(fastmath=True)
    def lloyd(colours, counts, centroids, iterations):
        k, labels = len(centroids), np.empty(len(colours), np.uint16)
        for step in range(iterations + 1):
            totals = np.zeros((k, 4))
            for i in range(len(colours)):
                red, green, blue = colours[i] >> 16, colours[i] >> 8 & 255, colours[i] & 255
                best, nearest = np.inf, 0
                for j in range(k):
                    r, g, b = red - centroids[j, 0], green - centroids[j, 1], blue - centroids[j, 2]
                    distance = r * r + g * g + b * b
                    if distance < best:
                        best, nearest = distance, j
                labels[i] = nearest
                totals[nearest, 0] += counts[i] * red
                totals[nearest, 1] += counts[i] * green
                totals[nearest, 2] += counts[i] * blue
                totals[nearest, 3] += counts[i]
            for j in range(k):
                if step < iterations and totals[j, 3] > 0:
                    centroids[j] = totals[j, :3] / totals[j, 3]
        return labels, centroids

    return count, lloyd


def opencv(image, k, start, iterations):
    import cv2

    # It begins with labels, and ends with those of the last centroids but one.
    pixels, slopes, offsets = np.float32(image.reshape(-1, 3)), -2 * start.T, (start**2).sum(axis=1)
    blocks = np.array_split(pixels, 1 + len(pixels) // 2000)
    first = np.concatenate([(block @ slopes + offsets).argmin(axis=1) for block in blocks])
    first, stop = first.astype(np.int32)[:, None], (cv2.TERM_CRITERIA_MAX_ITER, iterations, 0)
    _, labels, centroids = cv2.kmeans(pixels, k, first, stop, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    return labels.ravel(), centroids


def scipy(image, k, start, iterations):
    from scipy.cluster.vq import kmeans2, vq

    pixels = image.reshape(-1, 3).astype(float)  # in float32 the means of large clusters go astray
    centroids, _ = kmeans2(pixels, start, iterations, minit="matrix")
    return vq(pixels, centroids)[0], centroids


def faiss(image, k, start, iterations):
    import faiss

    pixels = np.float32(image.reshape(-1, 3))
    few, many = 1, len(pixels)  # or it would take a sample
    model = faiss.Kmeans(
        3, k, niter=iterations, min_points_per_centroid=few, max_points_per_centroid=many
    )
    model.train(pixels, init_centroids=np.float32(start))
    return model.index.search(pixels, 1)[1].ravel(), model.centroids


def broadcast(image, k, start, iterations):
    pixels, centroids = image.reshape(-1, 3), start.copy()
    for step in range(iterations + 1):
        labels = ((pixels[:, None] - centroids) ** 2).sum(axis=2).argmin(axis=1)
        for j in range(k if step < iterations else 0):
            if (labels == j).any():
                centroids[j] = pixels[labels == j].mean(axis=0)
    return labels, centroids


def loops(image, k, start, iterations):
    pixels, centroids = image.reshape(-1, 3).tolist(), start.tolist()
    for step in range(iterations + 1):
        labels, sums = [], [[0, 0, 0, 0] for _ in range(k)]
        for r, g, b in pixels:
            best, nearest = 1e9, 0
            for j, (x, y, z) in enumerate(centroids):
                distance = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2
                if distance < best:
                    best, nearest = distance, j
            labels.append(nearest)
            for channel, value in enumerate((r, g, b, 1)):
                sums[nearest][channel] += value
        if step < iterations:
            pairs = zip(sums, centroids, strict=True)
            centroids = [[s / n for s in rgb] if n else old for (*rgb, n), old in pairs]
    return np.array(labels), np.array(centroids)


# -------------------------------------------------------- their own start, as long as they like


def best(image, k, start, iterations):
    from kmeans_lesson import kmeans, reconstruct, to_pixels
    from kmeans_lesson.engine.best import best_centroids

    pixels = to_pixels(image)
    run = kmeans(pixels, best_centroids(pixels, k, seed=0), 0)
    return reconstruct(run.labels, run.centroids, image.shape)


def sklearn_default(image, k, start, iterations):
    from sklearn.cluster import KMeans

    model = KMeans(k, random_state=0).fit(image.reshape(-1, 3).astype(float))
    return model.labels_, model.cluster_centers_


def sklearn_minibatch(image, k, start, iterations):
    from sklearn.cluster import MiniBatchKMeans

    model = MiniBatchKMeans(k, random_state=0).fit(image.reshape(-1, 3).astype(float))
    return model.labels_, model.cluster_centers_


def pillow_median_cut(image, k, start, iterations, method=Image.Quantize.MEDIANCUT, refine=0):
    photo = Image.fromarray(image)
    indexed = photo.quantize(k, method, kmeans=refine, dither=Image.Dither.NONE)
    return np.asarray(indexed).ravel(), np.reshape(indexed.getpalette("RGB"), (-1, 3))


def pillow_octree(image, k, start, iterations):
    return pillow_median_cut(image, k, start, iterations, Image.Quantize.FASTOCTREE)


def pillow_kmeans(image, k, start, iterations):
    return pillow_median_cut(image, k, start, iterations, refine=1)


def imagequant(image, k, start, iterations, speed=4, dithering=0):
    from imagequant import ffi, lib

    height, width = image.shape[:2]
    rgba = np.full((height, width, 4), 255, np.uint8)
    rgba[..., :3] = image
    settings = ffi.gc(lib.liq_attr_create(), lib.liq_attr_destroy)
    lib.liq_set_max_colors(settings, k)
    lib.liq_set_speed(settings, speed)
    source = lib.liq_image_create_rgba(settings, ffi.from_buffer(rgba), width, height, 0)
    source, result = ffi.gc(source, lib.liq_image_destroy), ffi.new("liq_result**")
    if lib.liq_image_quantize(source, settings, result) != lib.LIQ_OK:
        raise RuntimeError("imagequant could not quantise the image")
    result = ffi.gc(result[0], lib.liq_result_destroy)
    lib.liq_set_dithering_level(result, dithering)
    labels = np.empty(height * width, np.uint8)
    lib.liq_write_remapped_image(result, source, ffi.from_buffer(labels), labels.size)
    palette = lib.liq_get_palette(result)
    entries = [palette.entries[i] for i in range(palette.count)]
    return labels, np.array([[colour.r, colour.g, colour.b] for colour in entries])


def imagequant_best(image, k, start, iterations):
    return imagequant(image, k, start, iterations, speed=1)


def imagemagick(image, k, start, iterations):
    size = ["-size", f"{image.shape[1]}x{image.shape[0]}", "-depth", "8"]
    result = program([MAGICK, *size, "rgb:-", "+dither", "-colors", str(k), "rgb:-"], image.data)
    return np.frombuffer(result, np.uint8).reshape(image.shape)


def libvips(image, k, start, iterations):
    import pyvips

    # It reduces the colours while it writes a file, here one that is not compressed.
    photo = pyvips.Image.new_from_array(image)
    data = photo.pngsave_buffer(palette=True, colours=k, dither=0, effort=7, compression=0)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def ffmpeg(image, k, start, iterations):
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
    size = ["-s", f"{image.shape[1]}x{image.shape[0]}"]
    palette = f"palettegen=max_colors={k}:reserve_transparent=0"
    chain = f"split[a][b];[a]{palette}[p];[b][p]paletteuse=dither=none"
    command = [FFMPEG, *raw, *size, "-i", "-", "-filter_complex", chain, *raw, "-"]
    return np.frombuffer(program(command, image.data), np.uint8).reshape(image.shape)


def copy(image, k, start, iterations):
    return image.copy()


class Peer(NamedTuple):
    function: callable
    needs: str  # the module
    same_work: bool = False  # the same start, the same iterations


PEERS = {
    "kmeans_lesson": Peer(ours, "kmeans_lesson", True),
    "scikit-learn, Lloyd": Peer(sklearn_lloyd, "sklearn", True),
    "scikit-learn, Lloyd, float32": Peer(sklearn_float32, "sklearn", True),
    "scikit-learn-intelex, Lloyd": Peer(sklearn_intelex, "sklearnex", True),
    "scikit-learn, Elkan": Peer(sklearn_elkan, "sklearn", True),
    "scikit-learn on the different colours": Peer(sklearn_colours, "sklearn", True),
    "numba on the different colours": Peer(numba_colours, "numba", True),
    "OpenCV": Peer(opencv, "cv2", True),
    "SciPy": Peer(scipy, "scipy.cluster", True),
    "faiss": Peer(faiss, "faiss", True),
    "broadcasting": Peer(broadcast, "numpy", True),
    "loops": Peer(loops, "numpy", True),
    "kmeans_lesson, --best": Peer(best, "kmeans_lesson.engine.best"),
    "scikit-learn, defaults": Peer(sklearn_default, "sklearn"),
    "scikit-learn, MiniBatchKMeans": Peer(sklearn_minibatch, "sklearn"),
    "Pillow, median cut": Peer(pillow_median_cut, "PIL"),
    "Pillow, fast octree": Peer(pillow_octree, "PIL"),
    "Pillow, median cut, kmeans=1": Peer(pillow_kmeans, "PIL"),
    "libimagequant, speed 4": Peer(imagequant, "imagequant"),
    "libimagequant, speed 1": Peer(imagequant_best, "imagequant"),
    "ImageMagick": Peer(imagemagick, "ImageMagick"),
    "libvips": Peer(libvips, "pyvips"),
    "ffmpeg, palettegen": Peer(ffmpeg, "ffmpeg"),
    "one read, one write": Peer(copy, "numpy"),
}


def installed(peer):
    if peer.needs in PROGRAMS:
        return PROGRAMS[peer.needs] is not None
    return importlib.util.find_spec(peer.needs) is not None


# -------------------------------------------------------- programs, and the memory they take

# A program is started from a small Python, because Linux counts the memory of who starts it too.
STARTER = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL, check=True)
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
megabytes = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
took = {"seconds": seconds, "processor": used.ru_utime + used.ru_stime, "megabytes": megabytes}
print(json.dumps(took), file=sys.stderr)
"""
last_program = {}  # what the last one took


def program(command, data=b""):
    """Run a program with `data` as its standard input: its standard output."""
    command = [sys.executable, "-S", "-c", STARTER, *map(str, command)]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    last_program.update(json.loads(done.stderr))
    return done.stdout
