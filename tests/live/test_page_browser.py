"""The page in Chromium, opened from a file with the network off, moved as by a user.

What is seen is read back, pixel by pixel, and is what the package computes.
"""

import base64
import io
import json
import os
from pathlib import Path

import axe_core_python
import numpy as np
import pytest
from live_page import CHROMIUM, ROOT, SIZE, chromium, until
from own_page import Page
from PIL import Image

from kmeans_lesson import (
    assign,
    init_centroids,
    kmeans,
    load_image,
    reconstruct,
    to_pixels,
    update,
)
from kmeans_lesson.compare import count_colours
from kmeans_lesson.formats.encode import encode
from kmeans_lesson.further.dither import dither
from kmeans_lesson.live.lab import LABS
from kmeans_lesson.live.page import bundle, page

AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
SAMPLES = ("marbles", "sunset", "confetti", "poster", "tiny")
RNG = np.random.default_rng(7)

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip(
        "THE PAGE IS NOT TESTED IN A BROWSER: there is no Chromium on this computer. "
        "On Debian and Ubuntu `apt install chromium` adds it.",
        allow_module_level=True,
    )


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "Chromium is missing, and here the tests in a browser must not be skipped"
    with chromium() as browser:
        yield browser


# ---------------------------------------------------------------------- the engine alone

RUNS = """([text, ks, iterations]) => {
    const image = engine_js.count(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
    return ks.map(([k, seed]) => {
        const start = start_js.centroidsAt(image, start_js.drawColours(image, k, seed));
        const states = engine_js.kmeans(image, start, iterations), { labels } = states.at(-1);
        let text = "";
        for (const place of image.places) text += String.fromCharCode(labels[place]);
        return [btoa(text), states.map(({ centroids, error }) => [[...centroids], error])];
    });
}"""


@pytest.fixture(scope="module")
def engine(browser):
    """Give a function that runs K-means of the page on pixels, once for each (k, seed)."""
    tab = browser.new_page()
    tab.add_script_tag(content=bundle(["engine", "start"]))

    def run(pixels, ks, iterations=10):
        text = base64.b64encode(pixels.tobytes()).decode()
        return tab.evaluate(RUNS, [text, ks, iterations])

    yield run
    tab.close()


def agree(pixels, k, seed, labels, states):
    """Compare a run of the page with one of the package from the start of the same seed."""
    run = kmeans(pixels, init_centroids(pixels, k, seed), len(states) - 1)
    history = np.array([state[0] for state in states]).reshape(run.history.shape)
    assert (history[0] == run.history[0]).all(), f"{k=} {seed=}: another start"
    assert np.abs(history - run.history).max() < 1e-9, f"{k=} {seed=}"
    assert (np.frombuffer(base64.b64decode(labels), np.uint8) == run.labels).all(), f"{k=} {seed=}"
    errors = [state[1] for state in states]
    assert np.allclose(errors, run.errors, rtol=1e-9, atol=1e-6), f"{k=} {seed=}"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_give_equal_labels_and_centroids_for_every_k(engine, name):
    pixels = to_pixels(load_image(ROOT / f"data/{name}.png"))
    most = min(64, count_colours(pixels[None]))
    ks = [[k, k % 21] for k in range(1, most + 1)]
    for (k, seed), (labels, states) in zip(ks, engine(pixels, ks, 5), strict=True):
        agree(pixels, k, seed, labels, states)


@pytest.mark.parametrize("values", [2, 3, 5, 8, 256])
def test_random_images_do_so_too_where_many_centroids_are_equally_near(engine, values):
    for _ in range(150):
        pixels = RNG.integers(0, values, (RNG.integers(1, 300), 3)).astype(np.uint8)
        most = min(64, count_colours(pixels[None]))
        k, seed = int(RNG.integers(1, most + 1)), int(RNG.integers(0, 2**32))
        ((labels, states),) = engine(pixels, [[k, seed]])
        agree(pixels, k, seed, labels, states)


def test_an_image_nearly_of_one_colour_gives_the_same_start(engine):
    pixels = np.full((5000, 3), 200, np.uint8)
    pixels[:40] = RNG.integers(0, 256, (40, 3))
    for seed in range(5):
        ((labels, states),) = engine(pixels, [[30, seed]])
        agree(pixels, 30, seed, labels, states)


# ---------------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "lab.html"
    file.write_text(page(), "utf-8", newline="\n")
    return file


@pytest.fixture
def opened(browser, file):
    opened = Page(browser, file)
    yield opened
    opened.close()


def test_it_opens_with_the_marbles_and_every_slider_shows_what_the_package_computes(opened):
    assert (opened.pixels("original") == load_image(ROOT / "data/marbles.png")).all()
    opened.expect(16, 0, 10)
    opened.set("K", 18)
    opened.expect(18, 0, 10)
    opened.set("seed", 3)
    opened.expect(18, 3, 10)
    opened.set("iteration", 8)
    opened.expect(18, 3, 8)
    for name in SAMPLES:
        opened.page.locator("select").select_option(name)
        image = load_image(ROOT / f"data/{name}.png")
        until(lambda: opened.pixels("original").shape == image.shape, name)  # noqa: B023
        until(lambda: (opened.pixels("original") == image).all(), name)  # noqa: B023
        opened.expect(min(18, count_colours(image)), 3, 8)
    assert opened.message() == "This image has only 6 different colours, so K is 6 here."
    assert opened.page.locator(".kmeans-palette button").count() == 6


def test_half_steps_move_the_labels_and_the_centroids_in_turn(opened):
    image = load_image(ROOT / "data/marbles.png")
    pixels = to_pixels(image)
    centroids = init_centroids(pixels, 16, 0)
    opened.set("iteration", 0)
    opened.button("half-steps").click()
    assert opened.slider("half-step").get_attribute("max") == "20"
    for half_step in range(4):
        if half_step % 2 == 0:
            labels = assign(pixels, centroids)
        else:
            centroids = update(pixels, labels, centroids)
        expected = reconstruct(labels, centroids, image.shape)
        opened.shows(image, expected, f"{half_step // 2}{'½' * (half_step % 2)}")
        opened.slider("half-step").press("ArrowRight")
    opened.button("half-steps").click()
    assert opened.slider("iteration").input_value() == "2"
    opened.expect(16, 0, 2)


def test_play_runs_to_the_end_and_can_be_stopped(opened):
    opened.set("iteration", 7)
    opened.button("play").click()
    until(lambda: opened.numbers()[0] == "8", "play moves on")
    opened.button("pause").click()
    assert opened.button("play").is_visible()
    opened.button("play").click()
    until(lambda: opened.numbers()[0] == "10", "play reaches the end")
    until(lambda: opened.button("play").is_visible(), "play stops there")
    opened.expect(16, 0, 10)


def test_the_original_takes_the_place_of_the_compressed_image(opened):
    opened.button("show original").click()
    assert (opened.pixels("compressed") == load_image(ROOT / "data/marbles.png")).all()
    opened.button("show original").click()
    opened.expect(16, 0, 10)


@pytest.mark.parametrize("k", [1, 16, 64])
def test_dithered_it_is_the_packages_and_so_is_its_file(opened, k):
    opened.set("K", k)
    opened.button("dithering").click()
    image = load_image(ROOT / "data/marbles.png")
    run = kmeans(to_pixels(image), init_centroids(to_pixels(image), k, 0))
    palette = np.rint(run.centroids).astype(np.uint8)
    expected = palette[dither(image, palette)]
    opened.shows(image, expected, "10")
    with opened.page.expect_download() as got:
        opened.button("Download PNG").click()
    file = Path(got.value.path())
    assert (load_image(file) == expected).all()
    assert file.stat().st_size < 1.03 * len(encode(expected))
    until(lambda: opened.numbers()[3] == f"{file.stat().st_size:,}", "the page tells its bytes")
    opened.button("dithering").click()
    opened.set("K", 16)
    opened.expect(16, 0, 10)


def test_centroids_are_placed_by_clicking_on_pixels_and_by_mixing_a_colour(opened):
    image = opened.pixels("original")
    opened.set("K", 2)
    opened.button("place by hand").click()
    assert opened.message().startswith("Click on a pixel")
    box = opened.page.locator("canvas").first.bounding_box()
    x, y = int(box["x"] + 0.3 * box["width"]), int(box["y"] + 0.8 * box["height"])
    opened.page.mouse.click(x, y)
    row = int((y - box["y"]) / box["height"] * image.shape[0])
    first = image[row, int((x - box["x"]) / box["width"] * image.shape[1])]
    assert opened.message().startswith("Centroid 1 is placed. Error of your start:")
    opened.page.get_by_label("colour of the centroid").fill("#102030")
    start = np.array([first, [16, 32, 48]], float)
    run = kmeans(to_pixels(image), start, 3)
    assert f"Centroid 2 is placed. Error of your start: {run.errors[0]:.1f}" in opened.message()
    opened.set("iteration", 3)
    opened.shows(image, reconstruct(run.labels, run.centroids, image.shape), "3")
    opened.button("place by hand").click()
    opened.expect(2, 0, 3)


# ---------------------------------------------------------------------- one's own photo


def jpeg(size, turned=1, **options):
    """Return a JPEG: left red, right blue, as it is stored; Exif says how to turn it."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112] = turned
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, quality=90, **options)
    return buffer.getvalue()


def test_a_photo_is_turned_upright_shrunk_and_shown(opened, tmp_path):
    photo = tmp_path / "of mine.jpg"
    photo.write_bytes(jpeg((8000, 6000), turned=6))  # 48 megapixels
    opened.choose(photo)
    until(lambda: opened.sources()[0] == photo.name, "the photo is listed")
    until(lambda: opened.pixels("original").shape == (512, 384, 3), "it is upright and small")
    seen = opened.pixels("original").astype(int)
    assert np.abs(seen[:250] - (200, 30, 30)).max() < 12
    assert np.abs(seen[-250:] - (30, 30, 200)).max() < 12
    opened.set("K", 2)
    opened.expect(2, 0, 10)
    opened.choose(photo)  # again: it is not listed twice
    until(lambda: not opened.page.locator(".kmeans-busy").count(), "it is shown again")
    assert opened.sources() == [photo.name, *SAMPLES[:1], *sorted(SAMPLES[1:])]


def test_photos_are_pasted_and_dropped_and_transparent_parts_are_white(opened):
    image = Image.new("RGBA", (30, 20), (255, 0, 0, 0))
    image.paste((0, 90, 0, 255), (0, 0, 15, 20))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    for name, event in (("pasted.png", "paste"), ("dropped.png", "drop")):
        opened.give(event, name, buffer.getvalue())
        until(lambda: opened.sources()[0] == name, name)  # noqa: B023
        until(lambda: opened.pixels("original").shape == (20, 30, 3), name)
        assert opened.pixels("original")[5, 5].tolist() == [0, 90, 0]
        assert opened.pixels("original")[5, 25].tolist() == [255, 255, 255]
    assert opened.message() == "This image has only 2 different colours, so K is 2 here."


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("notes.jpg", b"Dear diary,\n", "is a text, not an image: choose an image instead"),
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic" + bytes(99), "is a HEIC photo, as an iPhone takes"),
        ("cut.jpg", jpeg((300, 200))[:300], "is damaged or cut short: copy or download it again"),
        ("empty.png", b"", "is empty: copy or download it again"),
        ("data.bin", bytes(range(256)), "is not an image of a kind that this browser can read"),
    ],
)
def test_what_is_no_photo_is_told_in_one_sentence_and_the_lab_goes_on(opened, name, data, told):
    opened.give("drop", name, data, "image/jpeg")
    until(lambda: opened.message().startswith(f"{name} {told}"), name)
    assert opened.message().endswith(".")
    assert name not in opened.sources()
    opened.expect(16, 0, 10)
    opened.set("K", 15)
    opened.expect(15, 0, 10)


# ---------------------------------------------------------------------- the file it gives


@pytest.mark.parametrize(("name", "k"), [("marbles", 16), ("sunset", 4), ("poster", 40)])
def test_the_download_is_indexed_and_as_small_as_the_packages(opened, name, k):
    opened.page.locator("select").select_option(name)
    opened.set("K", k)
    image = load_image(ROOT / f"data/{name}.png")
    until(lambda: opened.pixels("original").shape == image.shape, name)
    with opened.page.expect_download() as got:
        opened.button("Download PNG").click()
    data = Path(got.value.path()).read_bytes()
    assert got.value.suggested_filename == f"{name}-{k}-colours.png"
    run = kmeans(to_pixels(image), init_centroids(to_pixels(image), k, 0))
    result = reconstruct(run.labels, run.centroids, image.shape)
    file = Image.open(io.BytesIO(data))
    assert file.mode == "P"
    assert (np.asarray(file.convert("RGB")) == result).all()
    assert len(data) < 1.03 * len(encode(result))
    until(lambda: opened.numbers()[3] == f"{len(data):,}", "the page tells its bytes")


PACK = """([text, width, palette]) => {
    const indices = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return [...png_js.indexedPng(width, indices, Uint8Array.from(palette))];
}"""


def test_any_indices_can_be_packed(browser):
    tab = browser.new_page()
    tab.add_script_tag(content=bundle(["deflate", "png"]))
    for case in range(60):
        k, height = int(RNG.integers(1, 65)), int(RNG.integers(1, 60))
        width = int(RNG.choice([1, 2, 3, 7, 8, 9, 61]))
        palette = RNG.integers(0, 256 if case % 3 else 3, (k, 3), np.uint8)  # or with equal colours
        indices = RNG.integers(0, k, (height, width), np.uint8)
        indices.sort(axis=case % 2)
        text = base64.b64encode(indices.tobytes()).decode()
        data = bytes(tab.evaluate(PACK, [text, width, palette.ravel().tolist()]))
        file = Image.open(io.BytesIO(data))
        assert (np.asarray(file.convert("RGB")) == palette[indices]).all()
    tab.close()


# ---------------------------------------------------------------------- phones, and everyone


PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_nothing_keeps_anyone_out(browser, file, device, theme):
    options = PHONE if device == "phone" else {}
    opened = Page(browser, file, color_scheme=theme, **options)
    opened.page.locator("summary").first.click()
    opened.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = opened.page.evaluate("axe.run()")["violations"]
    serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    assert [(rule["id"], node["html"][:200]) for rule in serious for node in rule["nodes"]] == []
    inner, whole, height = opened.page.evaluate(
        "[innerWidth, document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert whole <= inner
    if device == "desk":
        assert height <= SIZE["height"]  # a projector shows it without scrolling
    opened.close()


def test_touch_rotates_the_cloud_and_moves_sliders_on_a_phone(browser, file):
    opened = Page(browser, file, **PHONE)
    cloud = opened.page.locator(".kmeans-cloud")
    cloud.scroll_into_view_if_needed()
    before, box = opened.pixels("cloud"), cloud.bounding_box()
    touch = opened.context.new_cdp_session(opened.page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    moves = [("touchStart", 0), ("touchMove", 30), ("touchMove", 60)]
    for kind, far in moves:
        points = [{"x": x + far, "y": y + far / 3}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until(lambda: (opened.pixels("cloud") != before).any(), "touch rotates the cloud")
    slider = opened.slider("K")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    opened.page.touchscreen.tap(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    until(lambda: 25 < int(slider.input_value()) < 40, "a tap moves the slider")
    opened.expect(int(slider.input_value()), 0, 10)
    compressed = opened.page.locator("[data-part=compressed]")
    assert compressed.bounding_box()["y"] >= 0  # it stays in sight above the sliders
    opened.close()


def test_the_cloud_is_rotated_by_arrow_keys_and_a_palette_colour_is_shown_alone(opened):
    before = opened.pixels("cloud")
    opened.page.locator(".kmeans-cloud").press("ArrowLeft")
    assert (opened.pixels("cloud") != before).any()
    button = opened.page.locator(".kmeans-palette button").first
    button.focus()
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    button.press("Enter")
    opened.expect(16, 0, 10)


def test_a_hundred_changes_of_k_keep_no_memory(opened):
    measure = opened.context.new_cdp_session(opened.page)

    def kept():
        measure.send("HeapProfiler.collectGarbage")
        return sum(v for k, v in measure.send("Runtime.getHeapUsage").items() if k != "totalSize")

    opened.slider("K").focus()
    opened.slider("K").press("ArrowRight")
    before = kept()
    for change in range(100):
        opened.slider("K").press("ArrowRight" if change // 20 % 2 else "ArrowLeft")
    assert kept() - before < 10e6


@pytest.mark.parametrize("name", [name for name in LABS if name != "live_lab"])
def test_the_labs_of_the_steps_are_pages_too(browser, tmp_path, name):
    image = load_image(ROOT / "data/poster.png")
    file = tmp_path / "step.html"
    file.write_text(page(image, "poster", lab=name, k=8, alone=True), "utf-8", newline="\n")
    opened = Page(browser, file, viewport={"width": 800, "height": 720})
    iteration = LABS[name].get("iteration", 10)
    run = kmeans(to_pixels(image), init_centroids(to_pixels(image), 8), iteration)
    expected = reconstruct(run.labels, run.centroids, image.shape)
    assert (opened.pixels("compressed") == expected).all()
    assert not opened.page.locator("h1").is_visible()
    assert opened.page.locator("select").count() == 0
    opened.close()


def test_the_questions_are_those_of_the_notebooks(opened):
    asked = opened.page.locator("summary").all_inner_texts()
    assert len(asked) == 3
    told = json.loads(opened.page.locator("#about").text_content())
    assert [question for question, _ in told["questions"].values()] == asked
