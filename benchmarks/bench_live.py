"""How fast the live lab answers, in Chromium: python benchmarks/bench_live.py

First the page, on the marbles with 512 x 342 pixels, and how small a PNG it makes beside the
package; then the lab in JupyterLab.

Measured from a key press on a slider to changed pixels of the compressed image, on the marbles, of
whose 640 x 427 pixels no other sample has as many different colours, 40 changes each; then how soon
the lab comes to rest after a slider was dragged for 3 s, how many images a second the colour cloud
draws while it turns, how much the memory of the kernel grows over 500 changes, and how much it has
grown after the cell of the lab was run 50 times.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import numpy as np
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "live"))

from live_page import Lab, chromium, jupyterlab, until, use_subshells  # noqa: E402
from own_page import Page  # noqa: E402
from PIL import Image  # noqa: E402

from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, to_pixels  # noqa: E402
from kmeans_lesson.formats.encode import encode  # noqa: E402
from kmeans_lesson.live.page import page  # noqa: E402

CELL = """\
from kmeans_lesson.live import live_lab
live_lab()"""

# Notes the time and the canvas whenever pixels are painted that differ from those before.
WATCH = """() => {
    const paint = CanvasRenderingContext2D.prototype.putImageData, last = new Map();
    window.paints = [];
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...place) {
        paint.call(this, image, ...place);
        const pixels = new Uint32Array(image.data.buffer);
        let sum = 0;
        for (let i = 0; i < pixels.length; i += 7) sum = (31 * sum + pixels[i]) | 0;
        if (last.get(this.canvas) === sum) return;
        last.set(this.canvas, sum);
        const number = [...document.querySelectorAll(".kmeans-lab canvas")].indexOf(this.canvas);
        paints.push([performance.now(), number]);
    };
    document.addEventListener("keydown", () => (window.pressed = performance.now()), true);
    document.addEventListener("mouseup", () => (window.pressed = performance.now()), true);
}"""
SINCE = "paints.filter(([, number]) => number === 1).map(([time]) => time - pressed)"
TURN = """async () => {
    const cloud = document.querySelector(".kmeans-cloud"), begin = performance.now();
    const before = paints.filter(([, number]) => number === 2).length;
    while (performance.now() - begin < 3000) {
        cloud.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft" }));
        await new Promise(requestAnimationFrame);
    }
    return (paints.filter(([, number]) => number === 2).length - before) / 3;
}"""


def latencies(page, slider, keys):
    """Press keys on a slider, one after the other has been answered: milliseconds of each."""
    times = []
    for key in keys:
        page.page.evaluate("paints.length = 0")
        page.press(slider, key)
        until(lambda: page.page.evaluate(f"{SINCE}.length"), "the image changes")
        times.append(page.page.evaluate(f"{SINCE}[0]"))
        until(lambda: "…" not in page.numbers(), "the lab is at rest")
    return times


def settling(page, slider):
    """Drag a slider to and fro for 3 s and let go: milliseconds until the last change, changes."""
    page.press(slider, "Home")
    page.press(slider, "PageUp", 3)
    page.slider(slider).scroll_into_view_if_needed()
    page.page.evaluate("paints.length = 0")
    box = page.slider(slider).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    begin = time.monotonic()
    while time.monotonic() - begin < 3:
        page.page.mouse.move(x + 100 * np.sin(3 * (time.monotonic() - begin)), y)
    page.page.mouse.up()
    until(lambda: "…" not in page.numbers(), "the lab is at rest")
    times = page.page.evaluate(SINCE)
    return max([0, *times]), len(times)


def kernel_megabytes():
    """Return the memory of the kernel, the child of JupyterLab that runs ipykernel."""
    children = psutil.Process().children(recursive=True)
    (kernel,) = [child for child in children if "ipykernel_launcher" in child.cmdline()]
    return kernel.memory_info().rss / 1e6


def growth(page):
    """Return the memory of the kernel after 100, 300 and 500 changes."""
    sizes = []
    for change in range(1, 501):
        page.press(change % 3, "ArrowRight" if change // 60 % 2 else "ArrowLeft")
        if change in (100, 300, 500):
            until(lambda: "…" not in page.numbers(), "the lab is at rest")
            sizes.append(kernel_megabytes())
    return sizes


def run_again(page):
    """Return the memory of the kernel after 3 and after 50 further runs of the cell."""
    sizes = []
    for run in range(1, 51):
        page.command("notebook:run-cell")
        until(lambda: all(page.numbers()), "a new lab is there")
        page.press(0, "ArrowRight", 3)
        until(lambda: all(page.numbers()) and "…" not in page.numbers(), "the lab is at rest")
        if run in (3, 50):
            sizes.append(kernel_megabytes())
    return sizes


def report(name, times, limits):
    """Print the fastest, the median and the 95th percentile, and what the last two should be."""
    best, p50, p95 = np.percentile(times, (0, 50, 95))
    print(f"{name:16} {best:6.0f} ms {p50:6.0f} / {p95:4.0f} ms  (at most {limits})", flush=True)


def measure_page(browser, folder):
    """Report the latencies of the page, when it is first painted, and how small its files are."""
    small = Image.open(ROOT / "data/marbles.png").convert("RGB").resize((512, 342), Image.LANCZOS)
    file = folder / "page.html"
    file.write_text(page(np.asarray(small), "photo"), "utf-8", newline="\n")
    opened = Page(browser, file)
    painted = opened.page.evaluate("performance.getEntriesByType('paint')[0].startTime")
    print(f"page: {file.stat().st_size:,} bytes (1,500,000), first paint {painted:.0f} ms (1000)")
    opened.page.evaluate(WATCH)
    keys = ["ArrowLeft"] * 10 + ["ArrowRight"] * 10
    report("page, iteration", latencies(opened, 2, 2 * keys), "8 / 16")
    report("page, new K", latencies(opened, 0, ["ArrowRight"] * 40), "50 / 100")
    for name in ("marbles", "sunset", "confetti", "poster"):
        opened.page.locator("select").select_option(name)
        image = load_image(ROOT / f"data/{name}.png")
        until(lambda: opened.pixels("original").shape == image.shape, name)  # noqa: B023
        for k in (4, 16, 64):
            opened.set("K", k)
            run = kmeans(to_pixels(image), init_centroids(to_pixels(image), k))
            ours = len(encode(reconstruct(run.labels, run.centroids, image.shape)))
            until(lambda: "…" not in opened.numbers(), "the file is weighed")
            its = int(opened.numbers()[3].replace(",", ""))
            print(f"{name}, K = {k}: {its:,} bytes on the page, {ours:,} by the package", end=" ")
            print(f"({its / ours - 1:+.1%}, at most +3 %)", flush=True)
    opened.close()


def main():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, chromium() as browser:
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print("slider to pixels  fastest    p50 /  p95")
        measure_page(browser, Path(folder))
        nbformat.write(notebook, Path(folder, "lab.ipynb"))
        use_subshells(Path(folder), "disabled")  # as our settings have it
        with jupyterlab(Path(folder)) as address:
            page = Lab(browser, address, "lab.ipynb")
            page.page.evaluate(WATCH)
            keys = ["ArrowLeft"] * 10 + ["ArrowRight"] * 10
            report("iteration", latencies(page, 2, 2 * keys), "30 / 60")
            report("K, new", latencies(page, 0, ["ArrowRight"] * 40), "120 / 200")
            report("K, seen before", latencies(page, 0, 2 * keys), "60 / 100")
            for slider, name in ((2, "iteration"), (0, "K")):
                rest = [settling(page, slider) for _ in range(3)]
                after, changes = np.median(rest, axis=0)
                print(f"{name}, dragged for 3 s: {changes:.0f} images", end=", ")
                print(f"the last {after:.0f} ms after letting go (at most 300)")
            print(f"colour cloud: {page.page.evaluate(TURN):.0f} images a second (30)")
            sizes = " -> ".join(f"{size:.0f}" for size in growth(page))
            print(f"memory of the kernel after 100 -> 300 -> 500 changes: {sizes} MB")
            third, fiftieth = run_again(page)
            print(f"after 3 -> 50 further runs of its cell: {third:.0f} -> {fiftieth:.0f} MB")
            print(f"load {os.getloadavg()[0]:.1f}")
            page.close()


if __name__ == "__main__":
    main()
