"""The live widgets: sliders for K, the start and the iteration, and all they change.

`live_lab` is the whole lab; `live_start`, `live_steps`, `live_palette` and `live_compare` are
smaller ones for one step each. All are a `Lab`: ipywidgets on top, one `View` below. A change of K,
seed or image computes the whole run here, once. A change of the iteration only picks from it, in
the browser, where live.js draws every part from one and the same state.
"""

import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import anywidget
import ipywidgets as widgets
import matplotlib.cbook
import numpy as np
import traitlets

from kmeans_lesson.figures import show_images
from kmeans_lesson.images import load_image, to_pixels
from kmeans_lesson.kmeans import assign, init_centroids, update
from kmeans_lesson.previews import history, painted, palette, preview, weigh

HERE = Path(__file__).parent
ITERATIONS = 10
MAX_K = 64
KEPT = 32  # runs that are kept; on a photograph one is about a megabyte
PORTRAIT = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
QUESTIONS = {
    "k": (
        "What do you expect at K = 2?",
        "Two flat areas, roughly dark and light: each is the mean of all colours on its side. "
        "The error falls fast up to about K = 8 and slowly from there.",
    ),
    "iteration": (
        "After which iteration do you stop seeing a change?",
        "Mostly after three to five. The error goes on falling, but by less and less: the "
        "centroids have almost arrived.",
    ),
    "seed": (
        "Does another start end in the same colours?",
        "Nearly, not exactly: each start leads down to an error of its own, a local minimum. With "
        "few colours the difference can be seen.",
    ),
    "hand": (
        "Can you place the centroids better than chance does?",
        "Often yes, if you spread them over the large areas. The algorithm then still lowers "
        "your error: no placing by eye hits the means.",
    ),
}


class View(anywidget.AnyWidget):
    """What is seen: `parts` that live.js draws from one state of a run.

    image and run hold what `_image_data` and `_run_data` give. index counts in strides: with
    stride 2 in iterations, with stride 1 in half-steps. chosen is the label whose pixels alone are
    shown, -1 for all. picked is the last pixel (label, row, column) that was clicked on to be the
    start of a centroid. weight is (state, bytes of its image's file).
    """

    _esm = HERE / "live.js"
    _css = HERE / "live.css"
    parts = traitlets.List().tag(sync=True)
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


def _run_data(history):
    """Describe a history to the browser; infinite PSNRs, which JSON does not have, are None."""
    return {
        "k": history.sizes.shape[1],
        "labels": history.labels.tobytes(),
        "palettes": np.stack([palette(c) for c in history.centroids]).tobytes(),
        "sizes": history.sizes.tolist(),
        "errors": history.errors.tolist(),
        "psnrs": [psnr if np.isfinite(psnr) else None for psnr in history.psnrs],
    }


class Lab(widgets.VBox):
    """Controls above a `View`, all of one state.

    Every control is an attribute (`lab.k.value = 8` works in a cell as well as by mouse): k, seed,
    iteration, play, halves, original, hand, colour, source, upload. controls names those that are
    shown, a list for each row; parts the parts of the view.
    """

    def __init__(self, image, parts, controls, k=16, iteration=ITERATIONS, own=(assign, update)):
        self.own = own
        self.view = View(parts=parts.split(), index=iteration)
        self.sources = _samples() if image is None else {"your image": image} | _samples()
        self._make_controls(k, iteration)
        self._connect()
        rows = [self._row(names.split()) for names in controls]
        super().__init__([*rows, self.view])
        self.add_class("kmeans-lab")
        self._show_source()

    def _make_controls(self, k, iteration):
        self.k = widgets.IntSlider(k, 1, MAX_K, description="K")
        self.seed = widgets.IntSlider(0, 0, 20, description="seed")
        self.iteration = widgets.SelectionSlider(
            options=_iterations(2), index=iteration, description="iteration"
        )
        self.play = widgets.Play(value=iteration, max=ITERATIONS, interval=600, show_repeat=False)
        self.halves = widgets.ToggleButton(description="half-steps")
        self.original = widgets.ToggleButton(description="show original")
        self.hand = widgets.ToggleButton(description="place by hand")
        self.colour = widgets.ColorPicker(concise=True, description="colour", disabled=True)
        self.source = widgets.Dropdown(options=list(self.sources), description="image")
        self.upload = widgets.FileUpload(accept="image/*", description="upload your own")

    def _row(self, names):
        """Lay some controls out in a row, a question beside those that have one."""
        shown = [getattr(self, name) for name in names]
        shown += [_question(*QUESTIONS[name]) for name in names if name in QUESTIONS]
        return widgets.HBox(shown)

    def _connect(self):
        self.links = [
            widgets.jsdlink((self.iteration, "index"), (self.view, "index")),
            widgets.jslink((self.iteration, "index"), (self.play, "value")),
            widgets.jsdlink((self.original, "value"), (self.view, "original")),
        ]
        self.k.observe(self._draw_start, "value")
        self.seed.observe(self._draw_start, "value")
        self.iteration.observe(self._weigh, "index")
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
        with self._telling():
            image = self.sources[self.source.value]
            self.preview = preview(image if isinstance(image, np.ndarray) else load_image(image))
            self.runs = lru_cache(KEPT)(self._compute)
            self.view.image = _image_data(self.preview)
            self._draw_start()

    def _draw_start(self, _=None):
        """Draw the start at random, as many centroids as K says, and run from there."""
        with self._telling():
            k = min(self.k.value, len(self.preview.colours))
            start = init_centroids(to_pixels(self.preview.image), k, self.seed.value)
            self._run(start)
            if k < self.k.value:
                self.view.message = f"This image has only {k} different colours, so K is {k} here."

    def _run(self, start):
        """Show the run from a start, (K, 3) float64."""
        self.history = self.runs(start.tobytes())
        with self.view.hold_sync():
            self.view.run = _run_data(self.history)
            self.view.weight = []
            self.view.chosen = min(self.view.chosen, len(start) - 1)
        self._weigh()

    def _compute(self, start):
        start = np.frombuffer(start).reshape(-1, 3)
        return history(self.preview, start, ITERATIONS, *self.own)

    def _weigh(self, _=None):
        state = self.iteration.index * self.view.stride
        self.view.weight = [state, weigh(self.preview, self.history, state)]

    def _change_stride(self, change):
        """Count in half-steps or in iterations, and stay at the same iteration."""
        before, stride = self.view.stride, 1 if change.new else 2
        index = self.iteration.index * before // stride
        with self.view.hold_sync(), self.iteration.hold_sync(), self.play.hold_sync():
            self.view.stride, self.view.index = stride, index
            self.iteration.options = _iterations(stride)
            self.play.max = len(self.iteration.options) - 1
            self.iteration.index = index

    def _change_hand(self, change):
        """Let the learner place the centroids, or draw them at random again."""
        self.view.picking = change.new
        self.colour.disabled = not change.new
        self.view.chosen = 0 if change.new else -1
        if change.new:
            self.iteration.index = 0
        else:
            self._draw_start()

    def _show_colour(self, change):
        if self.view.picking and change.new >= 0:
            with self.colour.hold_trait_notifications():
                self.colour.value = _code(palette(self.history.centroids[0])[change.new])

    def _pick(self, change):
        """Start a centroid at the colour of the pixel that was clicked on; go on to the next."""
        label, row, column = change.new
        self._place(label, self.preview.image[row, column])
        self.view.chosen = (label + 1) % len(self.history.centroids[0])

    def _mix(self, change):
        """Start the chosen centroid at the colour that was mixed."""
        colour = np.array([int(change.new[i : i + 2], 16) for i in (1, 3, 5)])
        self._place(self.view.chosen, colour)

    def _place(self, label, colour):
        with self._telling():
            start = self.history.centroids[0].copy()
            if self.view.picking and (palette(start)[label] != colour).any():
                start[label] = colour
                self.iteration.index = 0
                self._run(start)

    def _receive(self, change):
        """Add an uploaded file to the images and show it."""
        with self._telling(), tempfile.TemporaryDirectory() as folder:
            for file in change.new:
                path = Path(folder, Path(file.name).name)
                path.write_bytes(file.content)
                try:
                    self.sources[path.name] = load_image(path)
                except ValueError as error:
                    raise ValueError(str(error).replace(str(path), path.name)) from error
                self.source.options = list(self.sources)
                self.source.value = path.name

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
        bundle = super()._repr_mimebundle_(**options)
        state = 2 * ITERATIONS
        image = painted(self.preview, self.history, state)
        k, error = len(self.history.centroids[0]), self.history.errors[state]
        caption = f"K = {k} after {ITERATIONS} iterations, mean squared error {error:.1f}"
        alt = f"One moment of the live widget: the image with {caption}."
        figure = show_images([image], [caption], alt)._repr_html_()
        note = "<p>A still image: run the notebook in JupyterLab and sliders move it.</p>"
        return bundle | {"text/plain": f"Lab(k={k})", "text/html": figure + note}


def _samples():
    """Return the sample images that are there, {name: file}, the real portrait last."""
    files = sorted((HERE.parent / "data").glob("*.png"))
    return {file.stem: file for file in files} | {"portrait": PORTRAIT}


def _iterations(stride):
    """Return the marks of the iteration slider: 0, 1, 2 or 0, 0½, 1, ..."""
    return [f"{state // 2}{'½' * (state % 2)}" for state in range(0, 2 * ITERATIONS + 1, stride)]


def _question(question, answer):
    """Show a question with its answer to unfold."""
    return widgets.HTML(f"<details><summary>{question}</summary><p>{answer}</p></details>")


def _code(colour):
    return "#{:02x}{:02x}{:02x}".format(*colour)


# ---------------------------------------------------------------------- the lab, whole and in parts


def live_lab(image=None, assign=assign, update=update):
    """Show everything of K-means on an image, (H, W, 3) uint8, live: a `Lab`.

    Without an image it starts with the first sample. assign and update may be your own functions.
    """
    parts = "original compressed palette numbers cloud curve"
    controls = [
        "source upload original halves",
        "k",
        "play iteration",
        "seed",
        "colour hand",
    ]
    return Lab(image, parts, controls, own=(assign, update))


def live_start(image, k=8):
    """Show, for step 3, how K and the seed choose the start, and where its colours lie."""
    return Lab(image, "original palette numbers", ["k", "seed"], k, iteration=0)


def live_steps(image, k=4):
    """Show, for step 4, what assigning and updating change, half-step by half-step."""
    lab = Lab(image, "compressed palette numbers cloud curve", ["k", "play iteration"], k, 0)
    lab.halves.value = True
    return lab


def live_palette(image, k=8):
    """Show, for step 5, the rebuilt image; a palette colour shows only its own pixels."""
    return Lab(image, "compressed palette numbers", ["k"], k)


def live_compare(image, k=16):
    """Show, for step 7, original and compressed image in one place, with bytes and PSNR."""
    return Lab(image, "compressed palette numbers", ["k", "iteration", "original"], k)
