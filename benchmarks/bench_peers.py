"""The lesson's K-means beside what one would pick instead, on the same work.

python benchmarks/bench_peers.py [--photos FOLDER] [--parts file growth best speed photos]

Prints tables and writes them to RESULTS.md. Every run has a process of its own, and the peers take
turns, so that all suffer alike from other work. A peer that is not installed is named.
"""

import argparse
import itertools
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.pop("OPENBLAS_CORETYPE", None)  # numpy as it comes: a foreign core type slows it down
os.environ.pop("OPENBLAS_L2_SIZE", None)

import numpy as np
from PIL import Image

import photos
from measure import Cell, Result, send
from peers import MAGICK, PEERS, installed, last_program, program
from tables import cells_table, exponent, machine, median, seconds, table

HERE, PNGQUANT = Path(__file__).parent, shutil.which("pngquant")
OURS, BEST, COPY = "kmeans_lesson", "kmeans_lesson, --best", "one read, one write"
PALETTES = [name for name, peer in PEERS.items() if not peer.same_work and name != COPY]
RIVALS = [name for name in PALETTES if name not in (BEST, "scikit-learn, MiniBatchKMeans")]
DIFFERENT = "on the different colours"
CLOSEST = ["scikit-learn, Lloyd", f"scikit-learn {DIFFERENT}", f"numba {DIFFERENT}"]
SLOW = ("broadcasting", "loops")  # too slow, or too large, for a large photograph
NOISE = 4  # standard deviation; gives a photograph of 12 megapixels a million different colours
PRELOAD = ["measure", "sklearn.cluster", "cv2", "faiss", "scipy.cluster.vq", "imagequant"]


class Bench:
    """The peers and photographs there are, and how to run the ones on the others."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        asked = [name for name in PEERS if any(word in name for word in (OURS, *options.peers))]
        self.names = [name for name in asked if installed(PEERS[name])]
        self.missing = [name for name in asked if name not in self.names]
        self.missing += [] if PNGQUANT else ["pngquant"]
        self.paths = photos.find(options.photos)
        self.main_photo = max(self.paths, key=photos.megapixels)
        self.large = max(size for size in options.megapixels if size <= 12)
        self.k = 16 if 16 in options.k else options.k[0]
        self.images = {}  # name: (.npy file, pixels, different colours)
        self.pace = {}  # peer: seconds and megabytes for a pixel and centroid, in its last cell
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(PRELOAD)

    def cell(self, path, megapixels, k, noise=0, **more):
        """Put a photograph in that size into a .npy file, unless it is there: a Cell."""
        enlarged = " enlarged" if megapixels > photos.megapixels(path) else ""
        name = f"{path.stem}{enlarged}, {megapixels:g} MP" + (", with noise" if noise else "")
        if name not in self.images:
            image = photos.sized(path, megapixels, noise)
            self.images[name] = self.keep(image), image.size // 3, photos.colours(image)
        return Cell(name, *self.images[name][:2], k, **more)

    def keep(self, image):
        file = self.folder / f"{len(self.images)}-{time.monotonic_ns()}.npy"
        np.save(file, image)
        return str(file)

    def measure(self, cells, names):
        """Run the peers on each cell in turn: {cell: {name: Results, or why there are none}}."""
        return {cell: self.measure_one(cell, names) for cell in cells}

    def measure_one(self, cell, names):
        print(f"... {cell.image}, K = {cell.k}, {cell.threads} threads", file=sys.stderr)
        results = {name: [] for name in names}
        for _ in range(self.options.repeats):
            for name in names:
                results[name] = self.once_more(name, cell, results[name])
        for name, runs in results.items():
            if isinstance(runs, list):
                took = np.array([median(runs, "seconds"), median(runs, "megabytes")])
                self.pace[name] = took / (cell.pixels * cell.k)
        return results

    def once_more(self, name, cell, runs):
        """Run a peer once more, unless it failed, or would take or has taken too long."""
        if isinstance(runs, str) or sum(run.seconds for run in runs) > self.options.patience:
            return runs
        duration, memory = self.pace.get(name, np.zeros(2)) * cell.pixels * cell.k
        if not runs and duration > self.options.limit:
            return f"over {self.options.limit:g} s"
        if not runs and memory > self.options.memory:
            return f"over {self.options.memory / 1000:g} GB"
        result = self.run(name, cell)
        return result if isinstance(result, str) else [*runs, result]

    def run(self, name, cell):
        """Run a peer in a process of its own: a Result, or why there is none."""
        ours, its = self.context.Pipe(duplex=False)
        process = self.context.Process(target=send, args=(its, name, cell))
        process.start()
        its.close()
        try:
            if ours.poll(2 * self.options.limit):
                return ours.recv()
            took = np.array([2 * self.options.limit, 0])
            self.pace[name] = took / (cell.pixels * cell.k)
            return f"over {2 * self.options.limit:g} s"
        except EOFError:
            return "failed (its process has ended)"
        finally:
            process.kill()
            process.join()


# ---------------------------------------------------------------------------------- the parts


def speed(bench):
    """In memory, on one photograph: each size, each K; with one thread; with much noise."""
    pairs = [(size, k) for size in bench.options.megapixels for k in bench.options.k]
    if not bench.options.all:
        pairs = [(size, k) for size, k in pairs if k == bench.k or size in (0.25, 12)]
    photo, smallest = bench.main_photo, min(bench.options.megapixels)
    yield "## In memory: uint8 image in, uint8 image out\n"
    same = sum(PEERS[name].same_work for name in bench.names)
    yield f"The first {same} begin at the same centroids and do 10 iterations, the others do what"
    yield "they do unasked; two threads at most, except where one is said. *over*: stopped after"
    yield "that, or not run, since by the cell before it would take longer, or more memory.\n"
    yield from tables(bench, [bench.cell(photo, *pair) for pair in pairs])
    yield "### With one thread\n"
    cells = [bench.cell(photo, size, bench.k, threads=1) for size in (smallest, bench.large)]
    yield from tables(bench, cells)
    yield f"### With heavy sensor noise: Gaussian, standard deviation {NOISE}\n"
    yield from tables(bench, [bench.cell(photo, bench.large, bench.k, noise=NOISE)])


def tables(bench, cells):
    """Time, memory and error of all peers in these cells."""
    measured = bench.measure(cells, bench.names)
    repeats = bench.options.repeats
    for what, words in (
        ("seconds", f"Time: median of {repeats} runs, and how many times ours"),
        ("processor", "Processor time, of all threads"),
        ("megabytes", "Peak memory, beyond the image that comes in and the one that goes out"),
        ("error", "Mean squared error"),
    ):
        yield f"{words}:\n"
        yield from cells_table(measured, bench.names, OURS, repeats, what)


def other_photos(bench):
    """In memory, on all large photographs: those that come closest, or are asked for most."""
    names = [name for name in (OURS, *CLOSEST) if name in bench.names]
    large = [path for path in bench.paths if photos.megapixels(path) >= 0.99 * bench.large]
    ks, ratios = [k for k in bench.options.k if k >= bench.k], {}
    yield f"## In memory, on {len(large)} photographs of {bench.large:g} MP\n"
    for path in large:
        cells = [bench.cell(path, bench.large, k) for k in ks]
        yield f"{path.stem}, {bench.images[cells[0].image][2]:,} colours:\n"
        measured = bench.measure(cells, names)
        yield from cells_table(measured, names, OURS, bench.options.repeats, "seconds")
        for (cell, results), name in itertools.product(measured.items(), names[1:]):
            if not isinstance(results[name], str):
                took = [median(results[one], "seconds") for one in (name, OURS)]
                ratios.setdefault((name, cell.k), []).append(took[0] / took[1])
    yield "Times ours, median (least) of these photographs:\n"
    rows = [[name, *(_spread(ratios.get((name, k), [])) for k in ks)] for name in names[1:]]
    yield from table(["", *(f"K = {k}" for k in ks)], rows)


def _spread(ratios):
    return f"{statistics.median(ratios):.1f} x ({min(ratios):.1f} x)" if ratios else ""


def growth(bench):
    """How our time grows, and how far it is from one read and one write of the image."""
    ks = bench.options.k
    yield "## How the time grows, and how far it is from one read and one write\n"
    yield "The exponent p of time ~ size**p is fitted to the logarithms of the medians.\n"
    rows, times = [], []
    for size in bench.options.megapixels:
        cells = [bench.cell(bench.main_photo, size, k) for k in ks]
        runs = bench.measure(cells, [OURS, COPY]).values()
        times.append([median(run[OURS], "seconds") for run in runs])
        copy = statistics.median(median(run[COPY], "seconds") for run in runs)
        memory = max(median(run[OURS], "megabytes") for run in runs)
        colours = f"{bench.images[cells[0].image][2]:,}"
        ratios = f"{min(times[-1]) / copy:.0f} to {max(times[-1]) / copy:.0f} x"
        rest = [_exponent(ks, times[-1]), seconds(copy), ratios, f"{memory:.0f} MB"]
        bytes_each = f"{memory * 1e6 / cells[0].pixels:.1f}"
        rows.append([f"{size:g} MP", colours, *map(seconds, times[-1]), *rest, bytes_each])
    sizes = bench.options.megapixels
    over_pixels = [_exponent(sizes, column) for column in zip(*times, strict=True)]
    rows.append(["exponent over pixels", "", *over_pixels, *[""] * 5])
    head = ["", "colours", *(f"K = {k}" for k in ks), "exponent over K", "one read, one write"]
    yield from table([*head, "ours is", "most memory", "bytes a pixel"], rows)

    counts, times = bench.options.iterations, []
    for count in counts:
        cell = bench.cell(bench.main_photo, bench.large, bench.k, iterations=count)
        times.append(median(bench.measure_one(cell, [OURS])[OURS], "seconds"))
    head = [f"{bench.large:g} MP, K = {bench.k}", *(f"{count} iterations" for count in counts)]
    yield from table([*head, "exponent"], [["", *map(seconds, times), _exponent(counts, times)]])


def _exponent(sizes, times):
    return f"{exponent(sizes, times):.2f}" if len(sizes) > 1 else ""


def whole_process(bench):
    """A JPEG in, an indexed PNG out, each in a new process: time, peak memory, file, error."""
    cell = bench.cell(bench.main_photo, bench.large, bench.k)
    source, target = bench.folder / "photo.jpg", bench.folder / "out.png"
    Image.fromarray(np.load(cell.path)).save(source, quality=90)
    with Image.open(source) as photo:
        original = np.asarray(photo)
        photo.save(bench.folder / "photo.png", compress_level=1)
        indexed = photo.quantize(cell.k)
    np.savez(f"{target}.npz", labels=indexed, palette=np.reshape(indexed.getpalette(), (-1, 3)))
    jobs = _jobs(bench, cell.k, source, target)
    runs, sizes = {name: [] for name in jobs}, {}
    for _ in range(bench.options.repeats):
        for name, job in jobs.items():
            if sum(run.seconds for run in runs[name]) <= bench.options.patience:
                print(f"... whole process: {name}", file=sys.stderr)
                program(job)
                sizes[name] = f"{target.stat().st_size / 1e6:.2f} MB"
                error = 0 if name.startswith("load") else _error(target, original)
                runs[name].append(Result(**last_program, error=error))
    yield f"## The whole process: a JPEG of {bench.large:g} MP in, an indexed PNG out\n"
    yield f"K = {cell.k}, 10 iterations where a start is given; a new process each time.\n"
    base, rows = median(runs["load and save unchanged"], "seconds"), []
    for name, results in runs.items():
        took = median(results, "seconds")
        rows.append([name, seconds(took), f"{took / base:.2f} x", len(results)])
        rows[-1].append(seconds(median(results, "processor")))
        rows[-1] += [f"{median(results, 'megabytes'):.0f} MB", sizes[name]]
        rows[-1].append(f"{median(results, 'error'):.2f}")
    head = ["", "time", "load and save", "runs", "processor time", "peak memory", "file"]
    yield from table([*head, "mean squared error"], rows)


def _jobs(bench, k, source, target):
    scripts = ["load and save unchanged", "load and save unchanged, as PNG"]
    scripts += ["load, and save finished labels"]
    scripts += [name for name in bench.names if PEERS[name].same_work and name not in SLOW]
    scripts += ["Pillow, median cut", "Pillow, median cut, kmeans=1"]
    python = [sys.executable, HERE / "file_job.py"]
    jobs = {name: [*python, name, k, source, target] for name in scripts}
    command = [sys.executable, "-m", "kmeans_lesson", source, "-k", k, "-o", target, "--force"]
    jobs["the command kmeans-lesson (also shows them side by side)"] = command
    if BEST in bench.names:
        jobs["the same with --best"] = [*command, "--best"]
    if MAGICK:
        jobs["ImageMagick"] = [MAGICK, source, "+dither", "-colors", k, f"png8:{target}"]
    if PNGQUANT:
        settings = ["--nofs", "--force", "-o", target, k, bench.folder / "photo.png"]
        for pace in (1, 4):
            jobs[f"pngquant, speed {pace} (PNG in)"] = [PNGQUANT, "--speed", pace, *settings]
    return jobs


def _error(file, original):
    with Image.open(file) as photo:
        result = np.asarray(photo.convert("RGB"))
    rows = zip(result, original, strict=True)
    return sum(np.square(a.astype(float) - b).sum() for a, b in rows) / original.size


def best(bench):
    """How good the palettes are, on all photographs, made small."""
    names = [name for name in (OURS, *PALETTES) if name in bench.names]
    chosen = photos.find(bench.options.held_out or bench.options.photos)
    photographs = [(path.stem, photos.small(path)) for path in chosen]
    files = [(name, bench.keep(image), image.size // 3) for name, image in photographs]
    yield f"## The palettes, on {len(files)} photographs of 0.25 to 1 MP\n"
    yield "One run each; medians over the photographs. *excess*: the mean squared error above the"
    yield "least of all rows, in percent.\n"
    for k in (k for k in bench.options.k if k >= bench.k):
        measured = [{name: bench.run(name, Cell(*file, k)) for name in names} for file in files]
        least = [min(result.error for result in results.values()) for results in measured]
        rows = []
        for name in names:
            errors = [results[name].error for results in measured]
            excess = [100 * (error / low - 1) for error, low in zip(errors, least, strict=True)]
            took = statistics.median(results[name].seconds for results in measured)
            rows.append([name, seconds(took), f"{statistics.median(errors):.2f}"])
            rows[-1] += [f"{statistics.median(excess):.1f} %", f"{max(excess):.1f} %"]
        yield from table([f"K = {k}", "time", "error", "median excess", "worst excess"], rows)
        if BEST in names:
            yield _verdict(measured, [name for name in RIVALS if name in names])


def _verdict(measured, rivals):
    """Say how often --best is ahead of the rivals, and its time beside the best of them."""
    ahead, ratios = 0, []
    for results in measured:
        rival = min((results[name] for name in rivals), key=lambda result: result.error)
        ahead += results[BEST].error <= rival.error
        ratios.append(results[BEST].seconds / rival.seconds)
    return (
        f"--best has no larger error than any other on {ahead} of {len(measured)}, and takes "
        f"{statistics.median(ratios):.2f} x the time of the best of the others (median; "
        f"most: {max(ratios):.2f} x).\n"
    )


PARTS = {
    "file": whole_process,
    "growth": growth,
    "best": best,
    "speed": speed,
    "photos": other_photos,
}


def main(arguments=None):
    options = _options(arguments)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, Path(folder))
        lines = ["# kmeans_lesson beside what one would pick instead\n"]
        lines += [*machine(MAGICK, PNGQUANT), ""]
        lines += [f"Not installed, so not measured: {', '.join(bench.missing) or 'none'}.\n"]
        for part in options.parts:
            lines += PARTS[part](bench)
            images = [f"- {name}: {data[2]:,} colours" for name, data in bench.images.items()]
            text = "\n".join([*lines, "## The images, and their different colours\n", *images])
            text += f"\n\nMeasured in {(time.monotonic() - start) / 60:.0f} minutes.\n"
            if options.output or not options.quick:  # after each part, for all take an hour
                Path(options.output or HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", metavar="FOLDER", help="photographs (default: bundled ones)")
    parser.add_argument("--held-out", metavar="FOLDER", help="those for the palettes (the same)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--peers", nargs="+", default=[""], help="words of their names")
    parser.add_argument("--megapixels", nargs="+", type=float, default=[0.25, 1, 4, 12, 48])
    parser.add_argument("--k", nargs="+", type=int, default=[4, 16, 64, 256])
    parser.add_argument("--iterations", nargs="+", type=int, default=[5, 10, 20, 40])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--patience", type=float, default=6, help="seconds: no more repeats then")
    parser.add_argument("--limit", type=float, default=30, help="seconds: none that takes more")
    parser.add_argument("--memory", type=float, default=8000, help="MB: no run that takes more")
    parser.add_argument("--all", action="store_true", help="every size with every K")
    parser.add_argument("--quick", action="store_true", help="a tiny image, one run: does it work?")
    parser.add_argument("--output", help="the file to write (RESULTS.md; none with --quick)")
    options = parser.parse_args(arguments)
    if options.quick:
        options.megapixels, options.k, options.iterations = [0.01], [4], [2]
        options.repeats, options.all = 1, True
    return options


if __name__ == "__main__":
    main()
