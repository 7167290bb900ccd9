"""The live widgets: sliders for K, the start and the iteration, and all they change.

`live_lab` is the whole lab; `live_start`, `live_steps`, `live_palette` and `live_compare` are
smaller ones for one step each. All are a `Lab`: ipywidgets on top, one `View` below. A change of K,
seed or image computes the whole run here, once. A change of the iteration only picks from it, in
the browser, where live.js draws every part from one and the same state.
"""

import asyncio
import os
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import anywidget
import ipywidgets as widgets
import matplotlib.cbook
import numpy as np
import traitlets

from kmeans_lesson import arguments
from kmeans_lesson.figures import show_images
from kmeans_lesson.images import load_image, to_pixels
from kmeans_lesson.kmeans import init_centroids
from kmeans_lesson.live.previews import (
    OWN_SIDE,
    SIDE,
    history,
    painted,
    palette,
    preview,
    spots,
    weigh,
)

HERE = Path(__file__).parent
ITERATIONS = 10
MAX_K = 64
KEPT = 32  # runs that are kept; on a photograph one is about a megabyte
PORTRAIT = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
TWO_IMAGES = '"message message" "original compressed" "palette palette" "numbers numbers"'
QUESTIONS = {
    "k": (
        "What do you expect at K = 2?",
        "Two flat areas, one darker and one lighter: each is the mean of all colours on its side. "
        "From there the error falls fast up to about K = 8, and slowly after that.",
    ),
    "seed": (
        "Does every start end alike?",
        "No. Each start leads downhill to an end of its own, a local minimum. The errors are often "
        "close together, but small colourful things can be lost from one seed to the next.",
    ),
    "iteration": (
        "When do you stop seeing a change?",
        "Often after three to five iterations. The error still falls, but by less and less: the "
        "centroids have almost arrived at the means of their pixels.",
    ),
}


class View(anywidget.AnyWidget):
    """What is seen: parts that live.js draws from one state of a run.

    areas says which parts there are and where, as CSS names the areas of a grid. image and run hold
    what `_image_data` and `_run_data` give. index counts in strides: with stride 2 in iterations,
    with stride 1 in half-steps. chosen is the label whose pixels alone are shown, -1 for all.
    picked is the last pixel, (label, row, column), that was clicked on to be the start of a
    centroid. weight is (state, bytes of its image's file).
    """

    _esm = (HERE / "cloud.js").read_text("utf-8") + (HERE / "view.js").read_text("utf-8")
    _css = (HERE / "view.css").read_text("utf-8")
    areas = traitlets.Unicode().tag(sync=True)
    image = traitlets.Dict().tag(sync=True)
    run = traitlets.Dict().tag(sync=True)
    index = traitlets.Int(0).tag(sync=True)
    stride = traitlets.Int(2).tag(sync=True)
    original = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    picking = traitlets.Bool(False).tag(sync=True)
    picked = traitlets.List().tag(sync=True)
    weight = traitlets.List().tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)


def _image_data(preview):
    """Describe a preview to the browser."""
    height, width = preview.image.shape[:2]
    return {
        "height": height,
        "width": width,
        "colours": preview.colours.tobytes(),
        "places": preview.places.astype("<i4").tobytes(),
    }


def _run_data(history, spots):
    """Describe a history to the browser; infinite PSNRs, which JSON does not have, are None."""
    return {
        "k": history.sizes.shape[1],
        "spots": spots,
        "labels": history.labels.tobytes(),
        "palettes": np.stack([palette(c) for c in history.centroids]).tobytes(),
        "sizes": history.sizes.tolist(),
        "errors": history.errors.tolist(),
        "psnrs": [psnr if np.isfinite(psnr) else None for psnr in history.psnrs],
    }


class Lab(widgets.VBox):
    """Controls above a `View`, all of one state.

    Every control is an attribute (`lab.k.value = 8` works in a cell as well as by mouse): source,
    upload, k, original, seed, hand, colour, iteration, play, halves. rows names those that are
    shown: a slider, what belongs to it, and the question beside it. areas are those of the view.
    """

    def __init__(self, image, rows, areas, k=16, iteration=ITERATIONS, own=(None, None)):
        self.own, self.shown, self.history, self.waiting = own, None, None, None
        self.sources = _samples()
        if image is not None:
            self.sources = {"your image": arguments.image("image", image)} | self.sources
        self.view = View(areas=areas, index=iteration)
        self._make_controls(k, iteration)
        self._connect()
        cells = [cell for names in rows for cell in self._row(*names.split())]
        grid = widgets.GridBox(cells).add_class("kmeans-controls")
        super().__init__([grid, self.view])
        self.add_class("kmeans-lab")
        self._show_source()

    def _make_controls(self, k, iteration):
        self.source = widgets.Dropdown(options=list(self.sources), description="image")
        self.upload = widgets.FileUpload(accept="image/*", description="upload your own")
        self.k = widgets.IntSlider(k, 1, MAX_K, description="K")
        self.original = widgets.ToggleButton(description="show original")
        self.seed = widgets.IntSlider(0, 0, 20, description="seed")
        self.hand = widgets.ToggleButton(description="place by hand")
        self.colour = widgets.ColorPicker(concise=True, disabled=True)
        self.iteration = widgets.IntSlider(iteration, 0, ITERATIONS, description="iteration")
        self.play = widgets.Play(value=iteration, max=ITERATIONS, interval=600, show_repeat=False)
        self.halves = widgets.ToggleButton(description="half-steps")

    def _row(self, first, *others):
        """Give the three cells of a row: a control, those that belong to it, a question."""
        belongings = widgets.HBox([getattr(self, name) for name in others])
        return getattr(self, first), belongings, _question(*QUESTIONS.get(first, ("", "")))

    def _connect(self):
        self.links = [
            widgets.jsdlink((self.iteration, "value"), (self.view, "index")),
            widgets.jslink((self.iteration, "value"), (self.play, "value")),
            widgets.jsdlink((self.original, "value"), (self.view, "original")),
        ]
        self.k.observe(self._draw_start, "value")
        self.seed.observe(self._draw_start, "value")
        self.iteration.observe(self._weigh_soon, "value")
        self.halves.observe(self._change_stride, "value")
        self.hand.observe(self._change_hand, "value")
        self.view.observe(self._show_colour, "chosen")
        self.view.observe(self._pick, "picked")
        self.colour.observe(self._mix, "value")
        self.source.observe(self._show_source, "value")
        self.upload.observe(self._receive, "value")

    # ------------------------------------------------------------------ what the controls do

    def _show_source(self, _=None):
        """Take the chosen image as the one that all parts show."""
        source = self.sources[self.source.value]
        if source is self.shown:
            return
        with self._telling():
            image = source if isinstance(source, np.ndarray) else load_image(source)
            self.preview = preview(image, OWN_SIDE if any(self.own) else SIDE)
            self.shown = source
            self.runs = lru_cache(KEPT)(self._compute)
            self.view.image = _image_data(self.preview)
            self._draw_start()

    def _draw_start(self, _=None):
        """Draw the start at random, as many centroids as K says, and run from there."""
        with self._telling():
            k = min(self.k.value, len(self.preview.colours))
            start = init_centroids(to_pixels(self.preview.image), k, self.seed.value)
            self._run(start, spots(self.preview, start))
            self.drawn = self.history
            if k < self.k.value:
                self.view.message = f"This image has only {k} different colours, so K is {k} here."

    def _run(self, start, spots):
        """Show the run from a start, (K, 3) float64, whose colours lie at the spots."""
        self.history = self.runs(start.tobytes())
        with self.view.hold_sync():
            self.view.run, self.view.weight = _run_data(self.history, spots), []
            self.view.chosen = min(self.view.chosen, len(start) - 1)
        self._weigh_soon()

    def _compute(self, start):
        start = np.frombuffer(start).reshape(-1, 3)
        return history(self.preview, start, ITERATIONS, *self.own)

    def _weigh_soon(self, _=None):
        """Weigh the state that is shown once nothing has changed for a moment."""
        self.view.weight = []
        if self.waiting:
            self.waiting.cancel()
        try:
            self.waiting = asyncio.get_running_loop().call_later(0.15, self._weigh)
        except RuntimeError:  # outside a notebook nothing else waits
            self._weigh()

    def _weigh(self):
        if self.history is None:  # the learner's own functions failed
            return
        state = self.iteration.value * self.view.stride
        self.view.weight = [state, weigh(self.preview, self.history, state)]

    def _change_stride(self, change):
        """Count in half-steps or in iterations, and stay at the same iteration."""
        stride = 1 if change.new else 2
        value = self.iteration.value * self.view.stride // stride
        with self.view.hold_sync():
            self.view.stride, self.view.index = stride, value
        self.play.max = self.iteration.max = 2 * ITERATIONS  # room for the value, before and after
        self.iteration.value = value
        self.play.max = self.iteration.max = 2 * ITERATIONS // stride
        self.iteration.description = "half-step" if change.new else "iteration"

    def _change_hand(self, change):
        """Let the learner place the centroids, or draw them at random again."""
        self.view.picking = change.new
        self.colour.disabled = not change.new
        self._draw_start()
        if change.new:
            self.iteration.value = self.view.chosen = 0
            self.view.message = "Click on a pixel of the image: centroid 1 starts at its colour."
        else:
            self.view.chosen = -1

    def _show_colour(self, _=None):
        """Show the colour at which the chosen centroid starts, as the one to change."""
        if self.view.picking and self.view.chosen >= 0:
            self.colour.value = self._code()

    def _code(self):
        return "#{:02x}{:02x}{:02x}".format(*palette(self.history.centroids[0])[self.view.chosen])

    def _pick(self, change):
        """Start the chosen centroid at the colour of the pixel that was clicked on."""
        label, row, column = change.new
        if self.view.picking and 0 <= label < len(self.history.centroids[0]):
            self.view.chosen = (label + 1) % len(self.history.centroids[0])
            self._place(label, self.preview.image[row, column], [row, column])

    def _mix(self, change):
        """Start the chosen centroid at the colour that was mixed."""
        if self.view.picking and self.view.chosen >= 0 and change.new != self._code():
            self._place(self.view.chosen, [*bytes.fromhex(change.new[1:])], [-1, -1])

    def _place(self, label, colour, spot):
        with self._telling():
            start, spots = self.history.centroids[0].copy(), list(self.view.run["spots"])
            start[label], spots[label] = colour, spot
            self.iteration.value = 0
            self._run(start, spots)
            mine, drawn = self.history.errors[0], self.drawn.errors[0]
            self.view.message = (
                f"Centroid {label + 1} is placed. Error of your start: {mine:.1f}, of the random "
                f"start: {drawn:.1f}. Now press play."
            )

    def _receive(self, change):
        """Put an uploaded file first among the images and show it."""
        with self._telling(), tempfile.TemporaryDirectory() as folder:
            for file in change.new:
                path = Path(folder, Path(file["name"]).name)
                path.write_bytes(file["content"])
                try:
                    image = load_image(path)
                except ValueError as error:
                    raise ValueError(str(error).replace(f"{folder}{os.sep}", "")) from error
                self.sources = {path.name: image} | {**self.sources, path.name: image}
                self.source.options = list(self.sources)
                self.source.value = path.name
                self._show_source()  # also if the file before had the same name

    @contextmanager
    def _telling(self):
        """Show that work goes on, and in words what went wrong with it."""
        self.view.busy, self.view.message = True, ""
        try:
            yield
        except Exception as error:
            self.view.message = str(error) or type(error).__name__
        finally:
            self.view.busy = False

    # ------------------------------------------------------------------ where no widgets run

    def _repr_mimebundle_(self, **options):
        """Show the live lab in JupyterLab and a static image wherever widgets cannot run."""
        bundle = super()._repr_mimebundle_(**options) | {"text/plain": "Lab()"}
        if self.history is None:
            return bundle
        image = painted(self.preview, self.history, 2 * ITERATIONS)
        k, error = len(self.history.centroids[0]), self.history.errors[-1]
        caption = f"K = {k} after {ITERATIONS} iterations, mean squared error {error:.1f}"
        alt = f"One moment of the live widget: the image with {caption}."
        figure = show_images([image], [caption], alt=alt)._repr_html_()
        note = "<p>A still image: run the notebook in JupyterLab and sliders move it.</p>"
        return bundle | {"text/html": figure + note}


def _samples():
    """Return the sample images that are there, {name: file}: the marbles first, a portrait last."""
    files = sorted(
        (HERE.parent.parent / "data").glob("*.png"), key=lambda file: (file.stem != "marbles", file)
    )
    return {file.stem: file for file in files} | {"portrait": PORTRAIT}


def _question(question, answer):
    """Show a question with its answer to unfold, or nothing."""
    folded = f"<details><summary>{question}</summary><p>{answer}</p></details>"
    return widgets.HTML(folded if question else "")


# ---------------------------------------------------------------------- the lab, whole and in parts


def live_lab(image=None, assign=None, update=None):
    """Show everything of K-means on an image, (H, W, 3) uint8, live: a `Lab`.

    Without an image it starts with the first sample. assign(pixels, centroids) and update(pixels,
    labels, centroids) may be your own; the lab then shows what they do, on a smaller preview.
    """
    rows = ["source upload", "k original", "seed hand colour", "iteration play halves"]
    areas = """
        "message message message"
        "original compressed cloud"
        "palette palette curve"
        "numbers numbers curve"
    """
    return Lab(image, rows, areas, own=(assign, update))


def live_start(image, k=8):
    """Show, for step 3, how K and the seed choose the start, and where its colours lie."""
    return Lab(image, ["k", "seed"], TWO_IMAGES, k, iteration=0)


def live_steps(image, k=4):
    """Show, for step 4, what assigning and updating change, half-step by half-step."""
    areas = '"message message" "compressed cloud" "palette curve" "numbers curve"'
    lab = Lab(image, ["k", "iteration play halves"], areas, k, iteration=0)
    lab.halves.value = True
    return lab


def live_palette(image, k=8):
    """Show, for step 5, the rebuilt image; a palette colour shows only its own pixels."""
    return Lab(image, ["k"], TWO_IMAGES, k)


def live_compare(image, k=16):
    """Show, for step 7, original and compressed image in one place, with bytes and PSNR."""
    return Lab(image, ["k original", "iteration"], TWO_IMAGES, k)
