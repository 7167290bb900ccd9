"""The view: the widget whose parts view.js draws, and what it is sent of an image and of a run."""

from pathlib import Path

import anywidget
import numpy as np
import traitlets

from kmeans_lesson.live.previews import palette

HERE = Path(__file__).parent


class View(anywidget.AnyWidget):
    """What is seen: parts that view.js draws from one state of a run.

    areas says which parts there are and where, as CSS names the areas of a grid. image and run hold
    what `image_data` and `run_data` give. index counts in strides: with stride 2 in iterations,
    with stride 1 in half-steps. chosen is the label whose pixels alone are shown, -1 for all.
    picked is the last pixel, (label, row, column), that was clicked on to be the start of a
    centroid. bytes is (state, size of its image's file).
    """

    _esm = HERE / "view.js"
    _css = HERE / "view.css"
    areas = traitlets.Unicode().tag(sync=True)
    image = traitlets.Dict().tag(sync=True)
    run = traitlets.Dict().tag(sync=True)
    index = traitlets.Int(0).tag(sync=True)
    stride = traitlets.Int(2).tag(sync=True)
    original = traitlets.Bool(False).tag(sync=True)
    dithering = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    picking = traitlets.Bool(False).tag(sync=True)
    picked = traitlets.List().tag(sync=True)
    bytes = traitlets.List().tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **state):
        super().__init__(**state)
        for file in (View._esm, View._css):
            file.changed.disconnect()  # anywidget lets the file hold every view for ever


def image_data(preview):
    """Describe a preview to the browser."""
    height, width = preview.image.shape[:2]
    return {
        "height": height,
        "width": width,
        "total": preview.total,
        "colours": preview.colours.tobytes(),
        "places": preview.places.astype("<i4").tobytes(),
    }


def run_data(preview, start, spots, run):
    """Describe a run to the browser, or, if there is none, the start from which it failed.

    Infinite PSNRs, which JSON does not have, are None.
    """
    data = {"k": len(start), "spots": spots, "colours": len(preview.colours), "errors": []}
    if run is None:
        return data | {"palettes": palette(start).tobytes(), "labels": b"", "sizes": []}
    return data | {
        "labels": run.labels.tobytes(),
        "palettes": np.stack([palette(centroids) for centroids in run.history]).tobytes(),
        "sizes": run.sizes.tolist(),
        "errors": run.errors.tolist(),
        "psnrs": [psnr if np.isfinite(psnr) else None for psnr in run.psnrs],
    }
