"""The live widgets, without a browser: what they send to it is what the package computes."""

import asyncio
import gc
import io
from datetime import datetime
from html.parser import HTMLParser

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from kmeans_lesson import assign, init_centroids, kmeans, reconstruct, save_image, to_pixels, update
from kmeans_lesson.compare import mse, psnr
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


def test_the_weight_is_that_of_the_file_that_would_be_written(lab, tmp_path):
    for iteration in (10, 3):
        lab.iteration.value = iteration
        saved = save_image(tmp_path / "seen.png", seen(lab))
        assert lab.view.weight == [2 * iteration, saved.bytes]


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
        assert max(height, width) <= 512
        assert seen(lab).shape == (height, width, 3)
        assert "cannot" not in lab.view.message


def test_only_the_controls_of_a_step_are_shown():
    def shown(lab):
        every = {name: w for name, w in vars(lab).items() if isinstance(w, ipywidgets.DOMWidget)}
        grid = lab.children[0].children
        inside = [*grid, *(w for box in grid for w in getattr(box, "children", ()))]
        return {name for name, widget in every.items() if widget in inside}

    assert shown(live_start(IMAGE)) == {"k", "seed"}
    assert shown(live_steps(IMAGE)) == {"k", "iteration", "play", "halves"}
    assert shown(live_palette(IMAGE)) == {"k"}
    assert shown(live_compare(IMAGE)) == {"k", "original", "iteration"}
    assert len(shown(live_lab(IMAGE))) == 10


def test_a_question_stands_beside_every_slider(lab):
    cells = lab.children[0].children
    for slider in (lab.k, lab.seed, lab.iteration):
        question = cells[cells.index(slider) + 2].value
        assert question.startswith("<details><summary>")
        assert "?</summary><p>" in question


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
        before = lab.history.centroids[0].copy()
        lab.view.chosen = label
        assert lab.colour.value == "#{:02x}{:02x}{:02x}".format(*before[label].astype(int))
        assert (lab.history.centroids[0] == before).all()
        lab.colour.value = "#000001"
        before[label] = 0, 0, 1
        assert (lab.history.centroids[0] == before).all()


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
    assert small.image.shape == (276, 512, 3)
    rows, columns = np.arange(276) * 700 // 276, np.arange(512) * 1300 // 512
    assert (small.image == image[rows][:, columns]).all()
    assert (small.colours[small.places] == to_pixels(small.image)).all()
    assert (np.bincount(small.places) == small.counts).all()
    assert (to_pixels(small.image)[small.examples] == small.colours).all()
    assert preview(image[:, :3]).image.shape == (512, 2, 3)
    assert preview(image[:1]).image.shape == (1, 512, 3)
    assert preview(IMAGE).image.shape == IMAGE.shape


def test_an_image_of_one_pixel_has_one_colour_and_no_error():
    lab = live_lab(np.full((1, 1, 3), 7, np.uint8))
    assert seen(lab).tolist() == [[[7, 7, 7]]]
    assert lab.view.run["psnrs"] == [None] * 21
    assert "only 1 different colour" in lab.view.message


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
    assert (lab.view.image["width"], lab.view.image["height"]) == (512, 384)


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
        for change in range(500):
            lab.k.value = 1 + 7 * change % 64
            lab.iteration.value = change % 11
            lab.seed.value = change % 3

    widgets = count()
    asyncio.run(change_everything())
    assert count() == widgets
    assert lab.runs.cache_info().currsize == KEPT


def test_in_a_notebook_the_file_is_weighed_when_the_lab_has_come_to_rest(lab, monkeypatch):
    weighed = []
    weigh = live_module.weigh
    monkeypatch.setattr(
        live_module, "weigh", lambda *state: weighed.append(state[-1]) or weigh(*state)
    )

    async def drag():
        for iteration in range(9, 0, -1):
            lab.iteration.value = iteration
            assert lab.view.weight == []
        await asyncio.sleep(0.4)

    asyncio.run(drag())
    assert weighed == [2]
    assert lab.view.weight[0] == 2


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


def test_an_error_in_own_functions_is_shown_in_words():
    def broken(pixels, centroids):
        raise ZeroDivisionError("division by zero")

    lab = live_lab(IMAGE, assign=broken)
    assert "division by zero" in lab.view.message
    lab.iteration.value = 3
    assert "text/html" not in lab._repr_mimebundle_()
    lab = live_lab(IMAGE, assign=lambda pixels, centroids: np.full(len(pixels), 99))
    assert "labels must be" in lab.view.message
    lab = live_lab(IMAGE, update=lambda pixels, labels, centroids: centroids * np.nan)
    assert "centroids must be finite; got [nan, nan, nan] in row 0" in lab.view.message
    assert not lab.view.busy


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
