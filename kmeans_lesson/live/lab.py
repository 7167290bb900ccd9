"""The live widgets: sliders for K, the start and the iteration, and all they change.

`live_lab` is the whole lab; `live_start`, `live_steps`, `live_palette` and `live_compare` are
smaller ones for one step each. All are a `Lab`: ipywidgets on top, one `View` below. A change of K,
seed or image computes the whole run here, once. A change of the iteration only picks from it, in
the browser, where view.js draws every part from one and the same state.
"""

import asyncio
import html
import os
import tempfile
import weakref
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

import ipywidgets as widgets
import matplotlib.cbook
import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.compare import counted, mse
from kmeans_lesson.figures import show_images
from kmeans_lesson.images import load_image
from kmeans_lesson.kmeans import init_centroids
from kmeans_lesson.live import shown
from kmeans_lesson.live.previews import (
    OWN_SIDE,
    SIDE,
    file_bytes,
    live_run,
    painted,
    palette,
    preview,
    spots,
)
from kmeans_lesson.live.view.widget import View, image_data, run_data

PACKAGE = Path(__file__).parents[1]
ITERATIONS = 10
MAX_K = 64
KEPT = 32  # runs that are kept; on a photograph one is about a megabyte
PORTRAIT = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
TWO_IMAGES = '"message message" "original compressed" "palette palette" "numbers numbers"'
IN_OKLAB = "Found in OKLab. Error and PSNR are still measured in RGB, where the error can rise."
QUESTIONS = {
    "k": (
        "What do you expect at K = 2?",
        "Two colours, in many patches. Each is the mean, or nearly, of the pixels that it paints. "
        "Now raise K, one by one. Where you stop seeing a difference depends on the image.",
    ),
    "seed": (
        "Does every start end alike?",
        "Not always. Each start leads downhill to a local optimum, and there can be several. "
        "Compare the errors of a few seeds, and look for small colourful things: one run may keep "
        "them, another lose them.",
    ),
    "iteration": (
        "When do you stop seeing a change?",
        "It depends on the image and the start. With a right assign and update the error never "
        "rises, but it can still fall late: with K = 16 and seed 0, the sunset gets the colour of "
        "its sun after the tenth.",
    ),
}


class Lab:
    """Controls above a `View`, all of one state.

    Every control is an attribute (`lab.k.value = 8` works in a cell as well as by mouse): source,
    upload, oklab, k, original, dithering, seed, hand, colour, iteration, play, halves. rows names
    those that are shown: a slider, what belongs to it, and beside it a question or, after a slash,
    more controls. areas are those of the view.

    A lab works while a cell shows it or a variable refers to it. When every cell that showed it has
    been run again, it is closed: its images, runs and widgets are given back, as by `close`.
    """

    def __init__(
        self, image, rows, areas, k=16, iteration=ITERATIONS, halves=False, own=(None, None)
    ):
        self.own, self.source_shown, self.run, self.waiting = own, None, None, None
        self.sources = samples()
        if image is not None:
            image = arguments.image("image", image).copy()
            self.sources = {"your image": image} | self.sources
        self.view = View(areas=areas, index=iteration)
        self._make_controls(k, iteration)
        self._connect()
        cells = [cell for names in rows for cell in self._row(names)]
        grid = widgets.GridBox(cells).add_class("kmeans-controls")
        self.box = widgets.VBox([grid, self.view]).add_class("kmeans-lab")
        every = [self.box, *vars(self).values(), *self.links]
        every = [widget for widget in every if isinstance(widget, widgets.Widget)]
        self._close = shown.close_with(self, every)
        self._show_source()
        self.halves.value = halves

    def close(self):
        """Take the lab from the page and give back its images, its runs and its widgets."""
        self._close()
        self.view.image = self.view.run = {}
        for name in ("sources", "source_shown", "preview", "run", "drawn", "runs", "waiting"):
            setattr(self, name, None)  # IPython keeps the lab itself, as the output of its cell

    def _make_controls(self, k, iteration):
        self.source = widgets.Dropdown(options=list(self.sources), description="image")
        self.upload = widgets.FileUpload(accept="image/*", description="upload your own")
        self.oklab = widgets.ToggleButton(description="OKLab", disabled=any(self.own))
        self.k = widgets.IntSlider(k, 1, MAX_K, description="K")
        self.original = widgets.ToggleButton(description="show original")
        self.dithering = widgets.ToggleButton(description="dithering")
        self.seed = widgets.IntSlider(0, 0, 20, description="seed")
        self.hand = widgets.ToggleButton(description="place by hand")
        self.colour = widgets.ColorPicker(concise=True, disabled=True)
        self.iteration = widgets.IntSlider(iteration, 0, ITERATIONS, description="iteration")
        self.play = widgets.Play(value=iteration, max=ITERATIONS, interval=600, show_repeat=False)
        self.halves = widgets.ToggleButton(description="half-steps")

    def _row(self, names):
        """Give the three cells of a row: a control, those that belong to it, a question or more."""
        names, _, more = names.partition(" / ")
        first, *others = names.split()
        last = self._box(more.split()) if more else _question(*QUESTIONS.get(first, ("", "")))
        return getattr(self, first), self._box(others), last

    def _box(self, names):
        return widgets.HBox([getattr(self, name) for name in names])

    def _connect(self):
        self.links = [
            widgets.jsdlink((self.iteration, "value"), (self.view, "index")),
            widgets.jslink((self.iteration, "value"), (self.play, "value")),
            widgets.jsdlink((self.original, "value"), (self.view, "original")),
            widgets.jsdlink((self.dithering, "value"), (self.view, "dithering")),
        ]
        lab = weakref.proxy(self)  # else the widgets, which ipywidgets keeps, would keep the lab
        self.oklab.observe(lambda _: lab._change_space(), "value")
        self.dithering.observe(lambda _: lab._encode_soon(), "value")
        self.k.observe(lambda _: lab._draw_start(), "value")
        self.seed.observe(lambda _: lab._draw_start(), "value")
        self.iteration.observe(lambda _: lab._encode_soon(), "value")
        self.halves.observe(lambda change: lab._change_stride(change.new), "value")
        self.hand.observe(lambda change: lab._change_hand(change.new), "value")
        self.view.observe(lambda _: lab._show_colour(), "chosen")
        self.view.observe(lambda change: lab._pick(*change.new), "picked")
        self.colour.observe(lambda change: lab._mix(change.new), "value")
        self.source.observe(lambda _: lab._show_source(), "value")
        self.upload.observe(lambda change: lab._receive(change.new), "value")

    # ------------------------------------------------------------------ what the controls do

    def _show_source(self):
        """Take the chosen image as the one that all parts show."""
        source = self.sources[self.source.value]
        if source is self.source_shown:
            return
        with self._telling():
            image = source if isinstance(source, np.ndarray) else load_image(source)
            self.preview = preview(image, OWN_SIDE if any(self.own) else SIDE)
            self.source_shown = source
            self.runs = lru_cache(KEPT)(partial(_compute, self.preview, self.own))
            self.view.image = image_data(self.preview)
            self._draw_start()

    def _draw_start(self):
        """Draw the start at random, as many centroids as K says, and run from there.

        It is drawn from the whole image, so that it is the one that `init_centroids` gives.
        """
        with self._telling():
            k = min(self.k.value, self.preview.total)
            start = init_centroids(self.preview.pixels, k, self.seed.value)
            self.drawn = None
            self._run(start, spots(self.preview, start))
            self.drawn = self.run
            if self.oklab.value:
                self.view.message = IN_OKLAB
            if k < self.k.value:
                colours = f"{k} different colour{'s' * (k > 1)}"
                self.view.message = f"This image has only {colours}, so K is {k} here."

    def _run(self, start, spots):
        """Show the run from a start, (K, 3) float64, whose colours lie at the spots."""
        self.start, self.spots, self.run = start, spots, None
        try:
            self.run = self.runs(start.tobytes(), self.oklab.value)
        finally:  # without a run the view shows the original and why there is none
            with self.view.hold_sync():
                self.view.run = run_data(self.preview, start, spots, self.run)
                self.view.chosen = min(self.view.chosen, len(start) - 1)
            self._encode_soon()

    def _encode_soon(self):
        """Tell the bytes of the state that is shown once nothing has changed for a moment."""
        self.view.bytes = []
        if self.waiting:
            self.waiting.cancel()
        try:
            self.waiting = asyncio.get_running_loop().call_later(0.15, self._encode)
        except RuntimeError:  # outside a notebook nothing else waits
            self._encode()

    def _encode(self):
        self.waiting = None  # it refers to this lab
        if self.run:
            state = self.iteration.value * self.view.stride
            size = file_bytes(self.preview, self.run, state, self.dithering.value)
            self.view.bytes = [state, size]

    def _change_stride(self, halves):
        """Count in half-steps or in iterations, and stay at the same iteration."""
        stride = 1 if halves else 2
        value = self.iteration.value * self.view.stride // stride
        with self.view.hold_sync():
            self.view.stride, self.view.index = stride, value
        self.play.max = self.iteration.max = 2 * ITERATIONS  # room for the value, before and after
        self.iteration.value = value
        self.play.max = self.iteration.max = 2 * ITERATIONS // stride
        self.iteration.description = "half-step" if halves else "iteration"

    def _change_space(self):
        """Run in the other space, from the same start if it was placed by hand."""
        start, spots = self.start, self.spots
        self._draw_start()
        if self.view.picking:
            with self._telling():
                self._run(start, spots)

    def _change_hand(self, picking):
        """Let the learner place the centroids, or draw them at random again."""
        self.view.picking = picking
        self.colour.disabled = not picking
        self._draw_start()
        self.view.chosen = 0 if picking else -1
        if picking:
            self.iteration.value = 0
            if self.run:
                words = "Click on a pixel of the image: centroid 1 starts at its colour."
                self.view.message = words

    def _show_colour(self):
        """Show the colour at which the chosen centroid starts, as the one to change."""
        if self.view.picking and self.view.chosen >= 0:
            self.colour.value = self._code()

    def _code(self):
        return "#{:02x}{:02x}{:02x}".format(*palette(self.start)[self.view.chosen])

    def _pick(self, label, row, column):
        """Start the chosen centroid at the colour of the pixel that was clicked on."""
        if self.view.picking and 0 <= label < len(self.start):
            self.view.chosen = (label + 1) % len(self.start)  # first: the next click can be near
            self._place(label, self.preview.image[row, column], [row, column])

    def _mix(self, code):
        """Start the chosen centroid at the colour that was mixed."""
        if self.view.picking and self.view.chosen >= 0 and code != self._code():
            self._place(self.view.chosen, [*bytes.fromhex(code[1:])], [-1, -1])

    def _place(self, label, colour, spot):
        with self._telling():
            start, spots = self.start.copy(), list(self.spots)
            start[label], spots[label] = colour, spot
            self.iteration.value = 0
            self._run(start, spots)
            words = f"Centroid {label + 1} is placed. Error of your start: {self.run.errors[0]:.1f}"
            if self.drawn:
                words += f", of the random start: {self.drawn.errors[0]:.1f}"
            self.view.message = f"{words}. Now press play."

    def _receive(self, files):
        """Put an uploaded file first among the images and show it."""
        with self._telling(), tempfile.TemporaryDirectory() as folder:
            for file in files:
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

    # ------------------------------------------------------------------ how it is shown

    def _repr_mimebundle_(self, **options):
        """Show the live lab in JupyterLab and a static image wherever widgets cannot run."""
        text = {"text/plain": "Lab()"}
        if not self._close.alive:
            words = "This lab is closed: the cell that showed it was run again. Make a new one."
            return text | {"text/html": f"<p>{words}</p>"}
        shown.show(self)
        return self.box._repr_mimebundle_(**options) | text | {"text/html": self._still()}

    def _still(self):
        """Return one moment of the lab as HTML, or why there is none."""
        if self.run is None:
            return f"<p>{html.escape(self.view.message)}</p>"
        state = self.iteration.value * self.view.stride
        image = painted(self.preview, self.run, state, self.dithering.value)
        when = f"after {counted(state // 2, 'iteration')}" if state > 1 else "at the start"
        when += " and a half" if state % 2 else ""
        error = mse(self.preview.image, image) if self.dithering.value else self.run.errors[state]
        k = len(self.start)
        caption = f"K = {k} {when}, mean squared error {error:.1f}"
        figure = show_images([image], [caption])._repr_html_()
        return f"{figure}<p>A still image: run the notebook in JupyterLab and sliders move it.</p>"


def _compute(preview, own, start, oklab):
    """Run from a start, given as bytes; an error of a learner's functions says whose it is."""
    try:
        return live_run(preview, np.frombuffer(start).reshape(-1, 3), ITERATIONS, *own, oklab)
    except Exception as error:
        if not any(own):
            raise
        words = f"Your functions stopped with {type(error).__name__}: {error}"
        raise RuntimeError(words) from error


def samples():
    """Return the sample images, {name: file}: the marbles first, a portrait last.

    They lie in the package where it was installed, and beside it where the lesson was unpacked.
    """
    folder = PACKAGE / "data" if (PACKAGE / "data").is_dir() else PACKAGE.parent / "data"
    files = sorted(folder.glob("*.png"), key=lambda file: (file.stem != "marbles", file))
    return {file.stem: file for file in files} | {"portrait": PORTRAIT}


def _question(question, answer):
    """Show a question with its answer to unfold, or nothing."""
    folded = f"<details><summary>{question}</summary><p>{answer}</p></details>"
    return widgets.HTML(folded if question else "")


# ---------------------------------------------------------------------- the lab, whole and in parts

# The labs by name: which rows of controls and which parts they have, and where they begin.
LABS = {
    "live_lab": {
        "rows": [
            "source upload / oklab dithering",
            "k original",
            "seed hand colour",
            "iteration play halves",
        ],
        "areas": """
            "message message message"
            "original compressed cloud"
            "palette palette curve"
            "numbers numbers curve"
        """,
    },
    "live_start": {"rows": ["k", "seed"], "areas": TWO_IMAGES, "iteration": 0},
    "live_steps": {
        "rows": ["k", "iteration play halves"],
        "areas": '"message message" "compressed cloud" "palette curve" "numbers curve"',
        "iteration": 0,
        "halves": True,
    },
    "live_palette": {"rows": ["k"], "areas": TWO_IMAGES},
    "live_compare": {"rows": ["k original", "iteration"], "areas": TWO_IMAGES},
}


def live_lab(image=None, assign=None, update=None):
    """Show everything of K-means on an image, (H, W, 3) uint8, live: a `Lab`.

    Without an image it starts with the first sample. An image of at most 640 x 640 pixels is shown
    whole, and errors, PSNR and bytes are those that `kmeans` and `save_image` give for the same K
    and seed. Of a larger one the lab shows a small copy: the start is still drawn from the whole
    image, but the numbers are those of the copy. *OKLab* finds the colours in that space, where the
    numbers are still measured in RGB; *dithering* shows and weighs the image with its errors
    diffused.

    assign(pixels, centroids) and update(pixels, labels, centroids) may be your own. Then the copy
    has at most 100 pixels in a row or column, since loops take their time.
    """
    return Lab(image, **LABS["live_lab"], own=(assign, update))


def live_start(image, k=8):
    """Show, for step 3, how K and the seed choose the start, and where its colours lie."""
    return Lab(image, k=k, **LABS["live_start"])


def live_steps(image, k=4):
    """Show, for step 4, what assigning and updating change, half-step by half-step."""
    return Lab(image, k=k, **LABS["live_steps"])


def live_palette(image, k=8):
    """Show, for step 5, the rebuilt image; a palette colour shows only its own pixels."""
    return Lab(image, k=k, **LABS["live_palette"])


def live_compare(image, k=16):
    """Show, for step 7, original and compressed image in one place, with bytes and PSNR."""
    return Lab(image, k=k, **LABS["live_compare"])
