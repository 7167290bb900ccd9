"""The live widgets, without a browser: what they send to it is what the package computes."""

import asyncio
import gc
import html
import io
import os
import shutil
import subprocess
import sys
import tomllib
import weakref
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import ipywidgets
import ipywidgets.widgets.widget as widget_module
import numpy as np
import pytest
from PIL import Image

from kmeans_lesson import (
    assign,
    init_centroids,
    kmeans,
    load_image,
    reconstruct,
    save_image,
    to_pixels,
    update,
)
from kmeans_lesson.compare import mse, psnr
from kmeans_lesson.further.dither import dither
from kmeans_lesson.further.oklab import from_oklab, kmeans_in_oklab, to_oklab
from kmeans_lesson.live import lab as live_module
from kmeans_lesson.live.lab import (
    KEPT,
    live_compare,
    live_lab,
    live_palette,
    live_start,
    live_steps,
)
from kmeans_lesson.live.previews import preview

ROOT = Path(__file__).resolve().parents[2]
RNG = np.random.default_rng(5)
IMAGE = RNG.integers(0, 256, (30, 40, 3), np.uint8)
THREE = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 0, 0]]], np.uint8)


@pytest.fixture
def lab():
    return live_lab(IMAGE)


def as_array(data, *shape):
    return np.frombuffer(data, np.uint8).reshape(shape)


def seen(lab):
    """Paint the state as the browser does, from nothing but what was sent to it."""
    image, run = lab.view.image, lab.view.run
    state = lab.iteration.value * lab.view.stride
    labels = as_array(run["labels"], len(run["sizes"]), -1)[state // 2]
    palette = as_array(run["palettes"], -1, run["k"], 3)[(state + 1) // 2]
    places = np.frombuffer(image["places"], "<i4")
    return palette[labels[places]].reshape(image["height"], image["width"], 3)


def computed(image, k, seed, iterations):
    """Compute the compressed image with the package's own seven calls."""
    pixels = to_pixels(image)
    run = kmeans(pixels, init_centroids(pixels, k, seed), iterations)
    return reconstruct(run.labels, run.centroids, image.shape)


def upload(lab, name, content):
    about = {"type": "", "size": len(content), "last_modified": datetime.now()}
    lab.upload.value = ({"name": name, "content": content, **about},)


def as_file(image, suffix="PNG"):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, suffix)
    return buffer.getvalue()


# ---------------------------------------------------------------- every control


@pytest.mark.parametrize(
    ("k", "seed", "iteration"), [(16, 0, 10), (1, 0, 0), (64, 20, 1), (2, 7, 5)]
)
def test_k_seed_and_iteration_show_what_the_package_computes(lab, k, seed, iteration):
    lab.k.value, lab.seed.value, lab.iteration.value = k, seed, iteration
    expected = computed(IMAGE, k, seed, iteration)
    assert (seen(lab) == expected).all()
    run, state = lab.view.run, 2 * iteration
    pixels = to_pixels(IMAGE)
    errors = kmeans(pixels, init_centroids(pixels, k, seed), 10).errors
    assert np.allclose(run["errors"][::2], errors, rtol=1e-9)
    assert run["psnrs"][state] == pytest.approx(psnr(IMAGE, expected))
    assert sum(run["sizes"][iteration]) == len(pixels)
    assert lab.view.message == ""


SAMPLES = ("marbles", "confetti", "poster", "sunset", "tiny")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_lab_shows_the_numbers_that_a_cell_prints(name, tmp_path):
    image = load_image(ROOT / f"data/{name}.png")
    pixels, lab = to_pixels(image), live_lab()
    lab.source.value, lab.k.value = name, 4
    assert lab.view.image["total"] == len(np.unique(pixels, axis=0))
    for seed in (0, 5):
        lab.seed.value = seed
        run = kmeans(pixels, init_centroids(pixels, 4, seed), 10)
        result = reconstruct(run.labels, run.centroids, image.shape)
        assert lab.view.run["errors"][::2] == run.errors.tolist()
        assert lab.view.run["psnrs"][20] == pytest.approx(psnr(image, result))
        assert lab.view.bytes == [20, save_image(tmp_path / "seen.png", result).bytes]
        assert (seen(lab) == result).all()


@pytest.mark.parametrize("own", [{}, {"assign": assign}])
def test_the_start_is_drawn_from_the_whole_image_also_of_a_large_one(own):
    image = RNG.integers(0, 256, (700, 1300, 3), np.uint8)
    lab = live_lab(image, **own)
    for k, seed in ((16, 0), (5, 3)):
        lab.k.value, lab.seed.value = k, seed
        start = init_centroids(to_pixels(image), k, seed)
        palettes = as_array(lab.view.run["palettes"], -1, k, 3)
        assert (palettes[0] == start).all()
        small = as_array(lab.view.image["colours"], -1, 3)
        for spot, colour in zip(lab.view.run["spots"], start, strict=True):
            if spot == [-1, -1]:
                assert not (small == colour).all(axis=1).any()


def test_what_is_written_on_the_image_afterwards_changes_nothing():
    image = IMAGE.copy()
    lab = live_lab(image)
    image[:] = 0
    lab.k.value = 5
    assert (seen(lab) == computed(IMAGE, 5, 0, 10)).all()


def test_the_bytes_are_those_of_the_file_that_would_be_written(lab, tmp_path):
    for iteration in (10, 3):
        lab.iteration.value = iteration
        saved = save_image(tmp_path / "seen.png", seen(lab))
        assert lab.view.bytes == [2 * iteration, saved.bytes]


def test_half_steps_first_assign_then_update(lab):
    lab.k.value = 5
    lab.halves.value = True
    assert (lab.iteration.value, lab.iteration.max, lab.play.max) == (20, 20, 20)
    centroids = init_centroids(to_pixels(IMAGE), 5, 0)
    for half_step in range(20):
        lab.iteration.value = half_step
        if half_step % 2 == 0:
            labels = assign(to_pixels(IMAGE), centroids)
        else:
            centroids = update(to_pixels(IMAGE), labels, centroids)
        assert (seen(lab) == reconstruct(labels, centroids, IMAGE.shape)).all()
    assert (np.diff(lab.view.run["errors"]) <= 1e-9).all()
    lab.iteration.value = 7
    lab.halves.value = False
    assert (lab.iteration.value, lab.iteration.max, lab.play.max) == (3, 10, 10)
    assert lab.iteration.description == "iteration"


def test_every_source_can_be_chosen():
    lab = live_lab()
    assert len(lab.source.options) >= 6
    assert lab.source.options[-1] == "portrait"
    for name in lab.source.options[::-1]:
        lab.source.value = name
        height, width = lab.view.image["height"], lab.view.image["width"]
        assert max(height, width) <= 640
        assert seen(lab).shape == (height, width, 3)
        assert "cannot" not in lab.view.message


def test_only_the_controls_of_a_step_are_shown():
    def shown(lab):
        every = {name: w for name, w in vars(lab).items() if isinstance(w, ipywidgets.DOMWidget)}
        grid = lab.box.children[0].children
        inside = [*grid, *(w for box in grid for w in getattr(box, "children", ()))]
        return {name for name, widget in every.items() if widget in inside}

    assert shown(live_start(IMAGE)) == {"k", "seed"}
    assert shown(live_steps(IMAGE)) == {"k", "iteration", "play", "halves"}
    assert shown(live_palette(IMAGE)) == {"k"}
    assert shown(live_compare(IMAGE)) == {"k", "original", "iteration"}
    assert len(shown(live_lab(IMAGE))) == 12


def test_a_question_stands_beside_every_slider(lab):
    cells = lab.box.children[0].children
    for slider in (lab.k, lab.seed, lab.iteration):
        question = cells[cells.index(slider) + 2].value
        assert question.startswith("<details><summary>")
        assert "?</summary><p>" in question


# ---------------------------------------------------------------- another space, and dithering


def found_in_oklab(image, start, iterations):
    """Compute the palette and the image with the functions of notebook 11."""
    found = kmeans_in_oklab(to_pixels(image), to_oklab(start.astype(np.uint8)), iterations)
    colours = from_oklab(found.centroids)
    return colours, colours[found.labels].reshape(image.shape)


@pytest.mark.parametrize(("k", "seed", "iteration"), [(16, 0, 10), (1, 0, 0), (64, 20, 1)])
def test_in_oklab_it_shows_what_the_package_finds_there_and_measures_in_rgb(
    lab, k, seed, iteration, tmp_path
):
    lab.oklab.value = True
    lab.k.value, lab.seed.value, lab.iteration.value = k, seed, iteration
    start = init_centroids(to_pixels(IMAGE), k, seed)
    expected = found_in_oklab(IMAGE, start, iteration)[1]
    assert (seen(lab) == expected).all()
    run, state = lab.view.run, 2 * iteration
    assert run["errors"][state] == pytest.approx(mse(IMAGE, expected))
    assert run["psnrs"][state] == pytest.approx(psnr(IMAGE, expected))
    assert sum(run["sizes"][iteration]) == len(to_pixels(IMAGE))
    assert lab.view.bytes == [state, save_image(tmp_path / "seen.png", expected).bytes]
    lab.oklab.value = False
    assert (seen(lab) == computed(IMAGE, k, seed, iteration)).all()


def test_half_steps_in_oklab_keep_the_labels_and_move_the_colours(lab):
    lab.oklab.value = lab.halves.value = True
    lab.k.value, lab.iteration.value = 5, 7
    start = init_centroids(to_pixels(IMAGE), 5, 0).astype(np.uint8)
    found = kmeans_in_oklab(to_pixels(IMAGE), to_oklab(start), 4)
    before = kmeans_in_oklab(to_pixels(IMAGE), to_oklab(start), 3).labels
    expected = from_oklab(found.centroids)[before].reshape(IMAGE.shape)
    assert (seen(lab) == expected).all()
    assert lab.view.run["errors"][7] == pytest.approx(mse(IMAGE, expected))


def test_a_start_placed_by_hand_counts_in_oklab_too(lab):
    lab.k.value, lab.oklab.value, lab.hand.value = 2, True, True
    lab.view.picked = [0, 12, 34]
    lab.colour.value = "#ff8000"
    lab.iteration.value = 10
    start = np.array([IMAGE[12, 34], [255, 128, 0]])
    assert (seen(lab) == found_in_oklab(IMAGE, start, 10)[1]).all()
    lab.oklab.value = False
    run = kmeans(to_pixels(IMAGE), start.astype(float), 10)
    assert (seen(lab) == reconstruct(run.labels, run.centroids, IMAGE.shape)).all()


def test_own_functions_work_in_rgb_only():
    lab = live_lab(IMAGE, assign=assign)
    assert lab.oklab.disabled
    assert not live_lab(IMAGE).oklab.disabled


@pytest.mark.parametrize("oklab", [False, True])
def test_the_dithered_file_is_weighed_and_shown_in_the_still(lab, tmp_path, oklab):
    lab.oklab.value, lab.k.value, lab.iteration.value = oklab, 4, 3
    plain = lab.view.bytes
    lab.dithering.value = True
    palettes = as_array(lab.view.run["palettes"], -1, 4, 3)
    expected = palettes[3][dither(IMAGE, palettes[3])]
    assert lab.view.bytes == [6, save_image(tmp_path / "seen.png", expected).bytes]
    still = lab._repr_mimebundle_()["text/html"]
    assert f"mean squared error {mse(IMAGE, expected):.1f}" in still
    lab.dithering.value = False
    assert lab.view.bytes == plain


# ---------------------------------------------------------------- placing by hand


def test_centroids_placed_by_hand_are_where_they_were_put(lab):
    lab.k.value = 2
    lab.hand.value = True
    assert lab.view.picking
    assert lab.iteration.value == 0
    assert lab.view.chosen == 0
    lab.view.picked = [0, 12, 34]  # the browser: a click on row 12, column 34
    assert lab.view.chosen == 1
    assert lab.view.run["spots"][0] == [12, 34]
    lab.colour.value = "#ff8000"  # the keyboard: a colour is mixed
    start = np.array([IMAGE[12, 34], [255, 128, 0]], float)
    pixels = to_pixels(IMAGE)
    run = kmeans(pixels, start, 10)
    assert np.allclose(lab.view.run["errors"][::2], run.errors)
    assert f"{run.errors[0]:.1f}" in lab.view.message
    random = kmeans(pixels, init_centroids(pixels, 2, 0), 0)
    assert f"{random.errors[0]:.1f}" in lab.view.message
    lab.iteration.value = 10
    assert (seen(lab) == reconstruct(run.labels, run.centroids, IMAGE.shape)).all()
    lab.hand.value = False
    assert (seen(lab) == computed(IMAGE, 2, 0, 10)).all()


def test_the_mixed_colour_shows_and_moves_only_the_chosen_centroid(lab):
    lab.hand.value = True
    for label in (3, 0, 15):
        before = lab.start.copy()
        lab.view.chosen = label
        assert lab.colour.value == "#{:02x}{:02x}{:02x}".format(*before[label].astype(int))
        assert (lab.start == before).all()
        lab.colour.value = "#000001"
        before[label] = 0, 0, 1
        assert (lab.start == before).all()


def test_clicks_count_only_while_placing(lab):
    before = lab.view.run["errors"]
    lab.view.picked = [0, 1, 1]
    lab.view.chosen = 2
    lab.colour.value = "#123456"
    assert lab.view.run["errors"] == before


def test_drawn_colours_are_marked_where_they_lie():
    lab = live_start(IMAGE, k=20)
    start = init_centroids(to_pixels(IMAGE), 20, 0)
    for (row, column), colour in zip(lab.view.run["spots"], start, strict=True):
        assert (IMAGE[row, column] == colour).all()


# ---------------------------------------------------------------- images of all sizes


def test_a_preview_takes_its_pixels_from_the_image():
    image = RNG.integers(0, 256, (700, 1300, 3), np.uint8)
    small = preview(image)
    assert small.image.shape == (345, 640, 3)
    rows, columns = np.arange(345) * 700 // 345, np.arange(640) * 1300 // 640
    assert (small.image == image[rows][:, columns]).all()
    assert (small.colours[small.places] == to_pixels(small.image)).all()
    assert (to_pixels(small.image)[small.examples] == small.colours).all()
    assert small.total == len(np.unique(to_pixels(image), axis=0))
    assert preview(image[:, :3]).image.shape == (640, 3, 3)
    assert preview(image[:1]).image.shape == (1, 640, 3)
    assert (preview(IMAGE).image == IMAGE).all()


def test_an_image_of_one_pixel_has_one_colour_and_no_error():
    lab = live_lab(np.full((1, 1, 3), 7, np.uint8))
    assert seen(lab).tolist() == [[[7, 7, 7]]]
    assert lab.view.run["psnrs"] == [None] * 21
    assert lab.view.message == "This image has only 1 different colour, so K is 1 here."


def test_k_above_the_number_of_colours_is_said_and_limited():
    lab = live_lab(THREE)
    assert lab.k.value == 16
    assert "only 3 different colours" in lab.view.message
    assert (seen(lab) == THREE).all()
    lab.k.value = 2
    assert lab.view.message == ""
    assert (seen(lab) == computed(THREE, 2, 0, 10)).all()


def test_an_image_of_the_wrong_kind_is_refused_in_words():
    with pytest.raises(ValueError, match=r"image must be an array of shape \(H, W, 3\)"):
        live_lab(IMAGE[..., 0])


# ---------------------------------------------------------------- upload


def test_an_uploaded_file_is_shown(lab):
    upload(lab, "mine.png", as_file(THREE.repeat(20, axis=1)))
    assert lab.source.value == "mine.png"
    assert lab.view.image["width"] == 40
    lab.source.value = "your image"
    assert (seen(lab) == computed(IMAGE, 16, 0, 10)).all()
    upload(lab, "mine.png", as_file(IMAGE[:7]))
    assert lab.view.image["height"] == 7


@pytest.mark.parametrize("content", [b"", b"<html>no image</html>", as_file(IMAGE)[:900]])
def test_a_broken_upload_is_answered_in_one_sentence_and_the_lab_lives_on(lab, content):
    upload(lab, "Ferien ü.jpg", content)
    assert lab.view.message.startswith("Ferien ü.jpg")
    assert lab.view.message.count("\n") == 0
    assert not lab.view.busy
    lab.k.value = 3
    assert lab.view.message == ""
    assert (seen(lab) == computed(IMAGE, 3, 0, 10)).all()


def test_a_photo_of_12_megapixels_is_shown_small(lab):
    tile = RNG.integers(0, 256, (300, 400, 3), np.uint8)
    upload(lab, "photo.jpg", as_file(np.tile(tile, (10, 10, 1)), "JPEG"))
    assert lab.view.message == ""
    assert (lab.view.image["width"], lab.view.image["height"]) == (640, 480)


# ---------------------------------------------------------------- computed once, kept, bounded


def test_nothing_is_computed_twice_and_not_everything_kept():
    calls = []

    def counted(pixels, centroids):
        calls.append(len(centroids))
        return assign(pixels, centroids)

    lab = live_lab(IMAGE, assign=counted)
    lab.k.value = 17
    calls.clear()
    lab.k.value = 16
    lab.iteration.value = 4
    lab.halves.value = True
    lab.original.value = True
    assert calls == []
    for k in range(20, 20 + KEPT):
        lab.k.value = k
    calls.clear()
    lab.k.value = 16
    assert calls == [16] * 11


def test_many_changes_leave_nothing_behind():
    lab = live_lab(IMAGE[:3])

    def count():
        return sum(isinstance(thing, ipywidgets.Widget) for thing in gc.get_objects())

    async def change_everything():  # as in a notebook, where the file is weighed later
        for change in range(150):
            lab.k.value = 1 + 7 * change % 64
            lab.iteration.value = change % 11
            lab.seed.value = change % 3

    widgets = count()
    asyncio.run(change_everything())
    assert count() == widgets
    assert lab.runs.cache_info().currsize == KEPT


def test_in_a_notebook_the_file_is_weighed_when_the_lab_has_come_to_rest(lab, monkeypatch):
    weighed = []
    encode = live_module.file_bytes
    monkeypatch.setattr(
        live_module, "file_bytes", lambda *state: weighed.append(state[2]) or encode(*state)
    )

    async def drag():
        for iteration in range(9, 0, -1):
            lab.iteration.value = iteration
            assert lab.view.bytes == []
        await asyncio.sleep(0.4)

    asyncio.run(drag())
    assert weighed == [2]
    assert lab.view.bytes[0] == 2


# ---------------------------------------------------------------- your own assign and update


def farthest(pixels, centroids):
    distances = ((pixels[:, None] - np.asarray(centroids, float)) ** 2).sum(axis=2)
    return distances.argmax(axis=1)


def medians(pixels, labels, centroids):
    for label in range(len(centroids)):
        if (labels == label).any():
            centroids[label] = np.median(pixels[labels == label], axis=0)
    return centroids


def test_own_functions_move_the_lab():
    image = IMAGE[:9] // 64 * 64  # colours occur more than once, which medians must see
    lab = live_lab(image, assign=farthest, update=medians)
    lab.k.value = 4
    centroids = init_centroids(to_pixels(image), 4, 0)
    for iteration in range(3):
        labels = farthest(to_pixels(image), centroids)
        lab.iteration.value = iteration
        expected = reconstruct(labels, centroids, image.shape)
        assert (seen(lab) == expected).all()
        errors = ((image - centroids[labels].reshape(image.shape)) ** 2).mean()
        assert lab.view.run["errors"][2 * iteration] == pytest.approx(errors)
        assert lab.view.run["psnrs"][2 * iteration] == pytest.approx(psnr(image, expected))
        centroids = medians(to_pixels(image), labels, centroids.copy())


def test_own_functions_get_a_smaller_preview_because_they_may_be_slow():
    lab = live_lab(np.zeros((300, 600, 3), np.uint8), assign=farthest)
    assert lab.view.image["width"] == 100


def test_labels_of_own_functions_are_kept_though_they_are_written_over():
    labels = np.empty(IMAGE[..., 0].size, int)

    def reused(pixels, centroids):
        labels[:] = assign(pixels, centroids)
        return labels

    lab = live_lab(IMAGE, assign=reused)
    for iteration in (0, 4, 10):
        lab.iteration.value = iteration
        assert (seen(lab) == computed(IMAGE, 16, 0, iteration)).all()


def test_one_own_function_runs_with_the_other_of_the_package():
    for own in ({"assign": assign}, {"update": update}):
        lab = live_lab(IMAGE, **own)
        assert (seen(lab) == computed(IMAGE, 16, 0, 10)).all()
        pixels = to_pixels(IMAGE)
        errors = kmeans(pixels, init_centroids(pixels, 16, 0), 10).errors
        assert np.allclose(lab.view.run["errors"][::2], errors)


def broken(pixels, centroids):
    raise ZeroDivisionError("division by <zero>")


TOLD = "Your functions stopped with ZeroDivisionError: division by <zero>"


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"assign": broken}, TOLD),
        ({"assign": lambda pixels, centroids: np.full(len(pixels), 99)}, "labels must be"),
        ({"assign": lambda pixels, centroids: None}, "labels must be"),
        ({"assign": lambda pixels, centroids: [[1], [2, 3]]}, "labels must be"),
        ({"update": lambda pixels, labels, centroids: centroids * np.nan}, "must be finite"),
        ({"update": lambda pixels, labels: 1 / 0}, "TypeError"),
    ],
)
def test_with_failing_own_functions_every_control_works_and_the_error_is_told(own, told):
    lab = live_lab(IMAGE, **own)

    def check():
        assert told in lab.view.message
        assert not lab.view.busy
        assert lab.view.run["errors"] == []
        start = init_centroids(to_pixels(lab.preview.image), lab.view.run["k"], lab.seed.value)
        if not lab.hand.value:
            assert (as_array(lab.view.run["palettes"], -1, 3) == start).all()

    check()
    for control, values in [
        (lab.k, (3, 5)),
        (lab.seed, (2, 0)),
        (lab.iteration, (4, 0, 10)),
        (lab.halves, (True, False)),
        (lab.original, (True, False)),
        (lab.hand, (True, False, True)),
    ]:
        for value in values:
            control.value = value
            check()
    assert lab.view.picking
    lab.view.picked = [0, 12, 34]
    check()
    assert lab.view.chosen == 1
    assert lab.view.run["spots"][0] == [12, 34]
    assert (as_array(lab.view.run["palettes"], -1, 3)[0] == IMAGE[12, 34]).all()
    lab.colour.value = "#ff8000"
    check()
    assert as_array(lab.view.run["palettes"], -1, 3)[1].tolist() == [255, 128, 0]
    lab.hand.value = False
    lab.source.value = "tiny"
    assert (lab.view.image["width"], lab.view.run["colours"]) == (4, 6)
    check()
    assert html.escape(lab.view.message) in lab._repr_mimebundle_()["text/html"]


def test_own_functions_that_fail_for_one_start_only_leave_no_run_of_another():
    def choosy(pixels, centroids):
        if len(centroids) == 4:
            raise ValueError("four is too many")
        return assign(pixels, centroids)

    lab = live_lab(IMAGE, assign=choosy)
    lab.k.value = 4
    assert "four is too many" in lab.view.message
    assert lab.view.run["k"] == 4
    assert "four is too many" in lab._repr_mimebundle_()["text/html"]
    lab.k.value = 3
    assert lab.view.message == ""
    assert (seen(lab) == computed(IMAGE, 3, 0, 10)).all()


def test_a_start_placed_by_hand_counts_though_the_random_one_failed():
    def choosy(pixels, centroids):
        if not (centroids[0] == IMAGE[12, 34]).all():
            raise ValueError("not this start")
        return np.zeros(len(pixels), int)

    lab = live_lab(IMAGE, assign=choosy, update=lambda pixels, labels, centroids: centroids)
    lab.hand.value = True
    assert "not this start" in lab.view.message
    lab.view.picked = [0, 12, 34]
    assert lab.view.message.startswith("Centroid 1 is placed. Error of your start: ")
    assert "random" not in lab.view.message
    assert len(lab.view.run["errors"]) == 21


# ---------------------------------------------------------------- where no widgets run


def test_a_still_figure_stands_in_where_widgets_cannot_run(lab):
    bundle, again = lab._repr_mimebundle_(), lab._repr_mimebundle_()
    assert bundle["text/html"] == again["text/html"]
    assert bundle["text/plain"] == "Lab()"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    images = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: images.append(dict(attributes))
    parser.feed(bundle["text/html"])
    error = mse(IMAGE, computed(IMAGE, 16, 0, 10))
    assert "K = 16 after 10 iterations" in images[0]["alt"]
    assert f"{error:.0f}" in images[0]["alt"]
    assert "JupyterLab" in bundle["text/html"]


def test_the_browser_gets_its_script_and_style_from_the_package(lab):
    assert "export default { render }" in lab.view._esm
    assert ".kmeans-lab" in lab.view._css
    for text in (lab.view._esm, lab.view._css):
        assert "//cdn" not in text
        assert "https:" not in text


# ---------------------------------------------------------------- given back


def alive():
    gc.collect()
    return len(widget_module._instances)


@pytest.mark.parametrize("make", [live_lab, live_start, live_steps, live_palette, live_compare])
def test_a_lab_that_nothing_refers_to_or_that_is_closed_gives_back_its_widgets(make):
    before = alive()
    lab = make(IMAGE)
    lab.k.value = 5
    assert alive() > before + 40
    del lab
    assert alive() == before
    lab = make(IMAGE)
    view, grey = weakref.ref(lab.view), weakref.ref(lab.preview)
    lab.close()
    lab.close()
    lab.k.value = 7
    assert alive() == before
    assert grey() is None
    assert lab.run is None
    assert "closed" in lab._repr_mimebundle_()["text/html"]
    del lab
    gc.collect()
    assert view() is None


def test_a_lab_lives_as_long_as_a_variable_refers_to_it():
    labs = [live_lab(IMAGE) for _ in range(3)]
    del labs[1]
    gc.collect()
    for lab in labs:
        lab.k.value = 6
        assert (seen(lab) == computed(IMAGE, 6, 0, 10)).all()


# ---------------------------------------------------------------- the samples of an installed lab


def test_the_samples_travel_with_the_package(tmp_path):
    """Lay the files where the wheel puts them, with another's data beside the package."""
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    included = built["targets"]["wheel"]["force-include"]
    assert {Path(file).stem for file in included} == {p.stem for p in (ROOT / "data").glob("*.png")}
    shutil.copytree(ROOT / "kmeans_lesson", tmp_path / "kmeans_lesson")
    (tmp_path / "kmeans_lesson/data").mkdir()
    for here, there in included.items():
        shutil.copy(ROOT / here, tmp_path / there)
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data/tiny.png", tmp_path / "data/of_another.png")
    command = "from kmeans_lesson.live import live_lab; print(*live_lab().source.options)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    shown = subprocess.check_output(
        [sys.executable, "-c", command], cwd=tmp_path, env=environment, text=True
    )
    assert shown.split() == [*SAMPLES, "portrait"]
