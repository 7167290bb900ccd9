"""The plane: K-means in two channels, moved by hand, before the colour cube has three.

`live_plane` shows the pixels of an image by two channels. Python sends the different points, how
often each occurs, and a start. The browser does the rest, so that a drag needs no kernel: plane.js
assigns and updates by the rules of `kmeans_lesson.assign` and `update`, and sends back the
centroids and labels that it shows, at the end of every drag and after every button.
"""

import html
import itertools
import weakref
from pathlib import Path

import anywidget
import ipywidgets
import numpy as np
import traitlets

from kmeans_lesson import arguments
from kmeans_lesson.engine.colours import count, per_pixel
from kmeans_lesson.figures import COLOURS, ON_ANY_COLOUR, SMALL_TEXT, TEXT, Figure
from kmeans_lesson.images import load_image, to_pixels
from kmeans_lesson.kmeans import assign, init_centroids
from kmeans_lesson.live import lab, shown

HERE = Path(__file__).parent
CHANNELS = ("red", "green", "blue")
TINY = "tiny image"
MAX_K = 8  # more regions would be hard to tell apart
LOW, HIGH = -8, 263  # the edges of the plane: values from 0 to 255, and a margin


class PlaneView(anywidget.AnyWidget):
    """What is seen of a plane, and the controls around it, drawn by plane.js.

    sources: the names that can be chosen from. settings: what was chosen, {"source", "across",
    "up", "k", "seed"}. data: the points for these settings. state: {"key", "centroids", "labels"},
    the labels being those of the different points; its key is that of the data it belongs to.
    """

    _esm = HERE / "plane.js"
    _css = HERE / "plane.css"
    sources = traitlets.List().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, **state):
        super().__init__(**state)
        for file in (PlaneView._esm, PlaneView._css):
            file.changed.disconnect()  # anywidget lets the file hold every view for ever


class Plane:
    """Points on a plane and centroids that are moved by hand.

    centroids, labels and error are those that are shown. `view.settings` holds what is chosen in
    the widget. Like a `Lab`, a plane that no cell shows any more is closed.
    """

    def __init__(self, image_or_points, channels, k, seed):
        self.sources, source = _sources(image_or_points)
        across, up = _channels(channels)
        k, seed = arguments.integer("k", k, 1), arguments.integer("seed", seed, 0)
        if k > MAX_K:
            raise ValueError(f"k must be at most {MAX_K} on the plane; got {k}")
        settings = {"source": source, "across": across, "up": up, "k": k, "seed": seed}
        self.view = PlaneView(sources=list(self.sources), settings=settings)
        self.key = 0
        self._show_points()
        plane = weakref.proxy(self)  # else the view, which ipywidgets keeps, would keep the plane
        self.view.observe(lambda _: plane._show_points(), "settings")
        self.view.observe(lambda _: plane._keep_state(), "state")
        self._close = shown.close_with(self, [self.view])

    def close(self):
        """Take the plane from the page and give back its points and its widgets."""
        self._close()
        self.view.data = self.view.state = {}
        self.sources = self.points = self.counts = self.places = self.state = None

    @property
    def centroids(self):
        """The centroids that are shown, (K, 2) float64."""
        return np.array(self._state()["centroids"], float)

    @property
    def labels(self):
        """The label that every point has on the plane, (N,) uint8, in the order of the pixels."""
        return np.frombuffer(self._state()["labels"], np.uint8)[self.places]

    @property
    def error(self):
        """The mean squared error that is shown, over all points and both channels."""
        labels = np.frombuffer(self._state()["labels"], np.uint8)
        squared = ((self.points - self.centroids[labels]) ** 2).sum(axis=1)
        return float(squared @ self.counts / (2 * self.counts.sum()))

    def _state(self):
        if not self._close.alive:
            raise ValueError("this plane is closed: the cell that showed it was run again")
        return self.view.state

    def _show_points(self):
        """Show the points that are chosen, with a start that `init_centroids` draws from them."""
        chosen = self.view.settings
        points, names, noun = _points(self.sources[chosen["source"]], chosen)
        self.points, self.counts, self.places = _different(points)
        k, message = min(chosen["k"], len(self.points)), ""
        if k < chosen["k"]:
            place = "place" if k == 1 else "different places"
            message = f"These {noun} have only {k} {place} on this plane, so K is {k} here."
        start = init_centroids(_third(points), k, chosen["seed"])
        self.key += 1
        with self.view.hold_sync():
            self.view.data = {
                "key": self.key,
                "points": self.points.astype("<f8").tobytes(),
                "counts": self.counts.astype("<f8").tobytes(),
                "start": start[:, :2].tolist(),
                "names": names,
                "noun": noun,
                "message": message,
            }
            labels = assign(_third(self.points), start).tobytes()
            centroids = start[:, :2].tolist()
            self.view.state = {"key": self.key, "centroids": centroids, "labels": labels}
        self.state = self.view.state

    def _keep_state(self):
        """Keep what the browser shows, but not of points that were there before."""
        if not self.view.state or self.view.state["key"] == self.key:
            self.state = self.view.state
        else:
            self.view.state = self.state

    def _repr_mimebundle_(self, **options):
        """Show the plane live in JupyterLab and as a figure wherever widgets cannot run."""
        text = {"text/plain": "Plane()"}
        if not self._close.alive:
            words = "This plane is closed: the cell that showed it was run again. Make a new one."
            return text | {"text/html": f"<p>{words}</p>"}
        shown.show(self)
        words = "A still image: run the notebook in JupyterLab and you can drag the centroids."
        still = {"text/html": f"{self._figure()._repr_html_()}<p>{html.escape(words)}</p>"}
        live = ipywidgets.DOMWidget._repr_mimebundle_(self.view, **options)
        return live | text | still

    def _figure(self):
        """Draw the plane with its regions, as it is now."""
        names, noun = self.view.data["names"], self.view.data["noun"]
        total, error = int(self.counts.sum()), self.error
        places = [f"{j} at ({x:.1f}, {y:.1f})" for j, (x, y) in enumerate(self.centroids)]
        alt = (
            f"One moment of the live plane: {total:,} {noun} by {names[0]} and {names[1]}, and "
            f"the regions of K = {len(places)} centroids: {', '.join(places)}. "
            f"The mean squared error is {error:.1f}."
        )
        figure = Figure(640, 640, alt)
        axes = figure.add_axes((0.14, 0.12, 0.81, 0.81))
        edges = (LOW - 0.5, HIGH + 0.5)
        image = _paint(self.points, self.counts, self.centroids)
        axes.imshow(image, extent=edges * 2, origin="lower", interpolation="nearest")
        axes.scatter(*self.centroids.T, c="white", ec="black", s=420, lw=3)
        for label, centroid in enumerate(self.centroids):
            style = {"size": TEXT, "ha": "center", "va": "center_baseline"}
            axes.annotate(f"{label}", centroid, **style | ON_ANY_COLOUR)
        axes.set(xlim=edges, ylim=edges, xticks=(0, 128, 255), yticks=(0, 128, 255))
        axes.tick_params(labelsize=SMALL_TEXT)
        axes.set_xlabel(names[0], size=TEXT)
        axes.set_ylabel(names[1], size=TEXT)
        axes.set_title(f"K = {len(places)}, mean squared error {error:.1f}", size=TEXT)
        return figure


def live_plane(image_or_points, channels=("red", "green"), k=3, seed=0):
    """Show K-means on a plane: a `Plane`, whose centroids are dragged by mouse, touch or keys.

    Parameters
    ----------
    image_or_points : (H, W, 3) uint8 array, or (N, 2) array of numbers from 0 to 255, or a name
        An image is shown by two of its channels; its pixels are the points. The names are those
        of the drawn data sets: "three round groups", "two moons", "a large and a small group".
    channels : two of "red", "green" and "blue"
        The channel that goes across and the one that goes up. The third is left out, as if it were
        0 in every pixel.
    k : int, from 1 to 8
    seed : int, at least 0
        The start is the one that `init_centroids` draws with it.

    Returns
    -------
    Plane
        `.centroids` (K, 2) float64, `.labels` (N,) uint8 and `.error`, the mean squared error over
        pixels and both channels, are what the widget shows: at the start, after each button, and
        when a drag ends.

    Raises
    ------
    ValueError
        If an argument is not as above; the sentence says which.

    Examples
    --------
    >>> plane = live_plane([[0, 0], [0, 2], [100, 100]], k=2, seed=1)
    >>> plane.labels.tolist(), plane.error
    ([0, 0, 1], 0.6666666666666666)
    """
    return Plane(image_or_points, channels, k, seed)


# ---------------------------------------------------------------------- the points


def drawn_sets():
    """Return the drawn data sets, {name: (N, 2) uint8}: one that is easy and two that are not."""
    rng = np.random.default_rng(0)

    def group(number, middle, spread):
        return rng.normal(middle, spread, (number, 2))

    angles = rng.uniform(0, np.pi, (2, 300))
    bow = 75 * np.stack([np.cos(angles), np.sin(angles)], axis=2) + rng.normal(0, 7, (2, 300, 2))
    sets = {
        "three round groups": [group(200, at, 16) for at in [(65, 65), (190, 80), (120, 195)]],
        "two moons": [(90, 105) + bow[0], (165, 150) - bow[1]],
        "a large and a small group": [group(900, (100, 125), 33), group(60, (225, 125), 8)],
    }
    return {
        name: np.clip(np.concatenate(groups).round(), 0, 255).astype(np.uint8)
        for name, groups in sets.items()
    }


def _sources(given):
    """Return what can be shown, {name: image, points or file}, and the name of what is given."""
    sources = {TINY: lab.samples()["tiny"]} | drawn_sets()
    if isinstance(given, str) and given in sources:
        return sources, given
    wanted = (
        "image_or_points must be an image, (H, W, 3) uint8, or points, (N, 2) numbers from 0 to"
    )
    names = " or ".join(f'"{name}"' for name in drawn_sets())
    wanted = f"{wanted} 255, or one of the names {names}"
    if isinstance(given, str):
        raise ValueError(f"{wanted}; got {given!r}")
    try:
        array = np.array(given)
    except ValueError as error:
        raise ValueError(f"{wanted}; got rows of different lengths") from error
    if array.ndim == 3 and array.shape[2] == 3 and array.size and array.dtype == np.uint8:
        return {"your image": array} | sources, "your image"
    if array.ndim != 2 or array.shape[1] != 2 or not array.size or array.dtype.kind not in "uif":
        raise ValueError(f"{wanted}; got shape {array.shape} and dtype {array.dtype}")
    if not (array.min() >= 0 and array.max() <= 255):  # NaN is neither
        raise ValueError(f"{wanted}; got {array.min()} to {array.max()}")
    return {"your points": array} | sources, "your points"


def _channels(channels):
    """Return two different channels, if these are two."""
    two = tuple(channels) if isinstance(channels, (tuple, list)) else ()
    if len(two) != 2 or two[0] == two[1] or not all(name in CHANNELS for name in two):
        raise ValueError(f"channels must be two of {', '.join(CHANNELS)}; got {channels!r}")
    return two


def _points(source, chosen):
    """Return the points of a source, (N, 2), the names of their two channels, and their noun."""
    image = load_image(source) if isinstance(source, Path) else source
    if image.ndim == 2:
        return image, ["x", "y"], "points"
    names = [chosen["across"], chosen["up"]]
    return to_pixels(image)[:, [CHANNELS.index(name) for name in names]], names, "pixels"


def _third(points):
    """Give points, (N, 2), a third channel that is 0 everywhere, as the package wants them."""
    return np.pad(points, ((0, 0), (0, 1)))


def _different(points):
    """Return the different points, (M, 2), how often each occurs, and the place of each, (N,)."""
    if points.dtype == np.uint8:
        points = _third(points)
        colours, counts = count(points)
        places = per_pixel(np.arange(len(colours)), colours, points)
        return colours[:, :2], counts, places
    options = {"return_inverse": True, "return_counts": True}
    different, places, counts = np.unique(points, axis=0, **options)
    return different, counts, places.ravel()


def _paint(points, counts, centroids):
    """Paint the regions in pale colours, with black borders, and the points: the more, the darker.

    One place of the plane is one pixel of this image, (H, W, 3) uint8, whose first row is lowest.
    """
    values = np.arange(LOW, HIGH + 1)
    places = np.stack(np.meshgrid(values, values), axis=2).reshape(-1, 2)
    labels = assign(_third(places), _third(centroids)).reshape(len(values), -1)
    colours = [[int(code[at : at + 2], 16) for at in (1, 3, 5)] for code in COLOURS]
    image = (0.82 * 255 + 0.18 * np.array(colours))[labels % len(COLOURS)]
    image[:, 1:][labels[:, 1:] != labels[:, :-1]] = 0
    image[1:][labels[1:] != labels[:-1]] = 0
    shares = 0.2 + 0.7 * (4 * np.log1p(counts) / np.log1p(counts.max())).round() / 4
    few, many = len(points) <= 40, len(points) > 2000
    reach = range(-3, 4) if few else range(1) if many else range(2)  # fewer points are larger
    for up, right in itertools.product(reach, reach):
        rows, columns = (points.round().astype(int)[:, ::-1] + (up, right) - LOW).T
        image[rows, columns] *= 1 - shares[:, None]
    return image.round().astype(np.uint8)
