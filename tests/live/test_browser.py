"""The live lab in a real browser: Chromium, JupyterLab and notebook 08, moved as by a user.

What is seen is read back from the page, pixel by pixel, and is what the package computes.
"""

import os
import re
import shutil
from pathlib import Path

import axe_core_python
import nbformat
import numpy as np
import pytest
from live_page import CHROMIUM, ROOT, Lab, until, use_subshells
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
from kmeans_lesson.live.previews import preview

AXE = Path(axe_core_python.__file__).with_name("axe.min.js")

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip(
        "THE LIVE LAB IS NOT TESTED IN A BROWSER: there is no Chromium on this computer. "
        "On Debian and Ubuntu `apt install chromium` adds it.",
        allow_module_level=True,
    )


class LiveLab(Lab):
    """Notebook 08, and what it should show."""

    def __init__(self, browser, server, folder, name="08_live_lab"):
        super().__init__(browser, server, f"notebooks/{name}.ipynb")
        self.image = load_image(ROOT / "data/marbles.png")
        self.file = folder / "seen.png"

    def shows(self, expected, iteration, curve=True):
        """Tell whether the compressed image, the numbers, the palette and the curve agree."""
        small = preview(self.image).image
        seen = self.canvas(1)
        if seen.shape[:2] != expected.shape[:2] or (seen[..., :3] != expected).any():
            return False
        error, quality, weight = self.numbers()[1:]
        bar = self.lab.locator(".kmeans-palette")
        width = sum(button.bounding_box()["width"] for button in bar.get_by_role("button").all())
        return (
            self.numbers()[0] == iteration
            and abs(float(error) - mse(small, expected)) < 1  # centroids are not rounded yet
            and quality == f"{psnr(small, expected):.1f}"
            and weight == f"{save_image(self.file, expected).bytes:,}"
            and abs(width - bar.bounding_box()["width"]) < 2
            and (
                not curve
                or f"{error} now" in self.lab.locator(".kmeans-curve").get_attribute("aria-label")
            )
        )

    def expect(self, k=16, seed=0, iteration=10):
        small, start = preview(self.image).image, init_centroids(to_pixels(self.image), k, seed)
        run = kmeans(to_pixels(small), start, iteration)
        expected = reconstruct(run.labels, run.centroids, small.shape)
        until(lambda: self.shows(expected, str(iteration)), f"{k=} {seed=} {iteration=} is shown")


@pytest.fixture(scope="module")
def opened(browser, server, folder):
    page = LiveLab(browser, server, folder)
    yield page
    page.close()


@pytest.fixture
def page(opened):
    """Give the page with everything as at the start; after the test there is no complaint."""

    def pressed(button):
        return "mod-active" in button.get_attribute("class")

    chosen = opened.lab.locator(".kmeans-palette [aria-pressed=true]")
    by_hand = opened.button("place by hand")
    if pressed(by_hand):
        by_hand.click()
        until(lambda: not chosen.count(), "placing by hand ends")
    elif chosen.count():
        chosen.click()
    for button in map(opened.button, ("half-steps", "show original", "OKLab", "dithering")):
        if pressed(button):
            button.click()
    until(lambda: opened.slider(2).get_attribute("aria-label") == "iteration", "whole iterations")
    opened.lab.locator("select").select_option("marbles")
    opened.image = load_image(ROOT / "data/marbles.png")
    for number, value in enumerate((16, 0, 10)):
        if opened.value(number) != value:
            opened.press(number, "Home")
            opened.press(number, "ArrowRight", value - (number == 0))
    opened.page.mouse.move(0, 0)
    opened.expect()
    yield opened
    assert opened.complaints == []


def test_every_slider_is_moved_by_keyboard_and_keeps_the_focus(page):
    for number, name in enumerate(("K", "seed", "iteration")):
        key, after = ("ArrowLeft", -1) if name == "iteration" else ("ArrowRight", +1)
        after += page.value(number)
        page.press(number, key)
        until(lambda: page.value(number) == after, f"{key} moves {name} to {after}")  # noqa: B023
        page.expect(*(page.value(slider) for slider in range(3)))
        focused = page.page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focused == name
        assert page.slider(number).get_attribute("aria-label") == name
    page.press(0, "Home")
    page.expect(1, 1, 9)
    page.press(0, "End")
    page.expect(64, 1, 9)
    page.press(2, "Home")
    page.expect(64, 1, 0)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_slider_is_dragged_by_mouse(page, number):
    box = page.slider(number).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = page.value(number)
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    for step in range(1, 11):
        page.page.mouse.move(x + (-6 if number == 2 else 6) * step, y)
    page.page.mouse.up()
    assert page.value(number) != before
    page.expect(*(page.value(slider) for slider in range(3)))


def test_play_runs_to_the_end(page):
    page.press(2, "Home")
    page.expect(iteration=0)
    seen = page.record(page.slider(2), "aria-valuetext")
    page.lab.get_by_role("button", name="play").click()
    page.expect()
    assert list(dict.fromkeys(seen())) == [str(iteration) for iteration in range(1, 11)]


def test_half_steps_move_the_labels_and_the_centroids_in_turn(page):
    small = preview(page.image).image
    pixels = to_pixels(small)
    centroids = init_centroids(pixels, 16, 0)
    page.press(2, "Home")
    page.button("half-steps").click()
    until(lambda: page.slider(2).get_attribute("aria-valuemax") == "20.0", "half-steps")
    for half_step in range(4):
        if half_step % 2 == 0:
            labels = assign(pixels, centroids)
        else:
            centroids = update(pixels, labels, centroids)
        expected = reconstruct(labels, centroids, small.shape)
        iteration = f"{half_step // 2}{'½' * (half_step % 2)}"
        until(lambda: page.shows(expected, iteration), f"half-step {half_step} is shown")  # noqa: B023
        assert page.message().startswith(("Start", "Updated", "Assigned", "Updated")[half_step])
        page.press(2, "ArrowRight")


def test_the_cloud_is_rotated_by_pointer_and_arrow_keys(page):
    canvas = page.lab.locator(".kmeans-cloud")
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    pictures = [page.canvas(2)]

    def changed():
        if any((page.canvas(2) == before).all() for before in pictures):
            return False
        pictures.append(page.canvas(2))
        return True

    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 60, y + 20, steps=5)
    page.page.mouse.up()
    until(changed, "the pointer rotates the cloud")
    canvas.focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight"):
        canvas.press(key)
        until(changed, f"{key} rotates the cloud")
    assert canvas.evaluate("canvas => canvas === document.activeElement")
    assert "16 centroids" in canvas.get_attribute("aria-label")
    page.press(0, "ArrowLeft")
    until(changed, "another K changes the cloud")


def test_a_chosen_palette_colour_shows_only_its_pixels(page):
    small = preview(page.image).image
    pixels = to_pixels(small)
    labels = kmeans(pixels, init_centroids(pixels, 16, 0), 10).labels.reshape(small.shape[:2])
    button = page.lab.locator(".kmeans-palette button").nth(4)
    label = int(button.get_attribute("aria-label").split()[1].strip(",")) - 1

    def alone():
        return all(((page.canvas(i)[..., 3] == 255) == (labels == label)).all() for i in (0, 1))

    assert not alone()
    button.hover()
    until(alone, "the colour under the pointer is shown alone")
    page.page.mouse.move(0, 0)
    until(lambda: (page.canvas(1)[..., 3] == 255).all(), "all colours are back")
    button.focus()
    button.press("Enter")
    until(alone, "the chosen colour is shown alone")
    assert button.get_attribute("aria-pressed") == "true"
    assert button.evaluate("button => button === document.activeElement")
    button.press("Enter")
    until(lambda: (page.canvas(1)[..., 3] == 255).all(), "all colours are back")


def test_the_original_takes_the_place_of_the_compressed_image(page):
    small = preview(page.image).image
    page.button("show original").click()
    until(lambda: (page.canvas(1)[..., :3] == small).all(), "the original is shown")
    page.button("show original").click()
    page.expect()
    assert (page.canvas(0)[..., :3] == small).all()


def test_colours_found_in_oklab_and_dithered_are_those_of_the_package(page):
    pixels, shape = to_pixels(page.image), page.image.shape
    start = init_centroids(pixels, 16, 0)
    found = kmeans_in_oklab(pixels, to_oklab(start.astype(np.uint8)))
    palette = from_oklab(found.centroids)
    page.button("OKLab").click()
    until(lambda: page.shows(palette[found.labels].reshape(shape), "10"), "OKLab is shown")
    page.button("dithering").click()
    labels = dither(page.image, palette)
    until(lambda: page.shows(palette[labels], "10", curve=False), "dithered OKLab is shown")
    page.button("OKLab").click()
    palette = np.rint(kmeans(pixels, start).centroids).astype(np.uint8)
    labels = dither(page.image, palette)
    until(lambda: page.shows(palette[labels], "10", curve=False), "dithered RGB is shown")

    button = page.lab.locator(".kmeans-palette button").nth(4)
    label = int(button.get_attribute("aria-label").split()[1].strip(",")) - 1
    share = f"{round(100 * (labels == label).mean())} % of the pixels"
    assert share in button.get_attribute("aria-label")
    button.hover()

    def alone():
        return all(((page.canvas(i)[..., 3] == 255) == (labels == label)).all() for i in (0, 1))

    until(alone, "the dithered pixels of the colour under the pointer are shown alone")
    page.page.mouse.move(0, 0)
    page.button("dithering").click()
    page.expect()


def test_uploaded_files_are_shown_and_broken_ones_answered(page, tmp_path):
    def choose(path):
        with page.page.expect_file_chooser() as chooser:
            page.button("upload your own").click()
        chooser.value.set_files(path)

    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no image at all")
    choose(broken)
    until(lambda: page.message().startswith("broken.jpg"), "a broken file is answered")
    page.press(0, "ArrowLeft")
    page.expect(k=15)

    photo = tmp_path / "my photo.png"
    noise = np.random.default_rng(1).integers(0, 256, (2000, 2300, 3), np.uint8)
    Image.fromarray(noise).save(photo)
    assert photo.stat().st_size > 13_000_000  # more than a websocket takes by default
    seen = page.record(page.lab.locator(".kmeans-view"), "class")
    choose(photo)
    page.image = noise
    page.expect(k=15)
    assert seen() == ["kmeans-view kmeans-busy", "kmeans-view"]


def test_centroids_are_placed_by_clicking_on_pixels(page):
    page.press(0, "Home")
    page.press(0, "ArrowRight", 2)
    page.expect(k=3)
    page.button("place by hand").click()
    until(lambda: "Click on a pixel" in page.message(), "placing begins")
    small = preview(page.image).image
    height, width = small.shape[:2]
    page.lab.locator("canvas").first.scroll_into_view_if_needed()
    box = page.lab.locator("canvas").first.bounding_box()
    start = []
    for down, right in [(0.2, 0.3), (0.5, 0.5), (0.9, 0.9)]:
        x, y = int(box["x"] + right * box["width"]), int(box["y"] + down * box["height"])
        row, column = (y - box["y"]) / box["height"] * height, (x - box["x"]) / box["width"] * width
        start.append(small[int(row), int(column)])
        page.page.mouse.click(x, y)
        placed = f"Centroid {len(start)} is placed"
        until(lambda: placed in page.message(), placed)  # noqa: B023
    run = kmeans(to_pixels(small), np.array(start, float), 0)
    expected = reconstruct(run.labels, run.centroids, small.shape)
    until(lambda: page.shows(expected, "0"), "the start placed by hand is shown")
    assert f"{run.errors[0]:.1f}" in page.message()


def test_a_view_of_its_own_shows_the_same(page):
    page.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 3")
    page.command("notebook:create-output-view")
    view = page.page.locator(".jp-LinkedOutputView .kmeans-lab")
    until(lambda: view.count() == 1, "a second view opens")
    second = view.locator(".kmeans-numbers dd")
    page.press(0, "ArrowRight")
    page.expect(k=17)
    until(lambda: second.all_inner_texts() == page.numbers(), "both views agree")
    page.page.evaluate("""() => [...jupyterapp.shell.widgets("main")].find(
        widget => widget.title.label === "Output View").close()""")
    until(lambda: view.count() == 0, "the second view is closed")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_nothing_keeps_anyone_out(page, theme):
    page.command("apputils:change-theme", theme=theme)
    page.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    page.lab.locator("summary").first.click()
    page.page.evaluate(AXE.read_text(encoding="utf-8"))
    page.lab.evaluate("lab => lab.scrollIntoView()")  # axe errs on what it has to scroll to
    found = page.lab.evaluate("lab => axe.run(lab)")["violations"]
    page.lab.locator("summary").first.click()
    serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    told = [(rule["id"], node["html"][:200]) for rule in serious for node in rule["nodes"]]
    assert told == []


def test_what_changes_out_of_sight_is_there_when_it_comes_back(page):
    before = page.canvas(2)
    page.command("launcher:create")
    until(lambda: not page.lab.is_visible(), "another tab covers the lab")
    page.command("apputils:change-theme", theme="JupyterLab Dark")
    until(lambda: not np.array_equal(page.canvas(2), before), "the cloud is drawn in other ink")
    page.command("apputils:change-theme", theme="JupyterLab Light")
    page.command("application:close")
    until(lambda: page.lab.is_visible(), "the lab is back")
    until(lambda: np.array_equal(page.canvas(2), before), "the cloud is as before")


@pytest.mark.parametrize("sidebar", ["open", "closed"])
@pytest.mark.parametrize("source", ["marbles", "poster"])
def test_the_lab_fits_a_projector_without_scrolling(page, sidebar, source):
    page.lab.locator("select").select_option(source)
    page.image = load_image(ROOT / f"data/{source}.png")
    page.expect()
    before = page.lab.bounding_box()["width"]
    if sidebar == "closed":
        page.command("application:toggle-left-area")
        until(lambda: page.lab.bounding_box()["width"] > before, "the lab gets wider")

    def fits():
        page.lab.evaluate("lab => lab.scrollIntoView({block: 'start'})")
        lab = page.lab.bounding_box()
        window = page.page.locator(".jp-WindowedPanel-outer").bounding_box()
        right = page.lab.evaluate("""lab => Math.max(...[...lab.querySelectorAll("*")].map(
            part => part.getBoundingClientRect().right))""")
        return lab["height"] <= window["height"] and right <= lab["x"] + lab["width"] + 1

    until(fits, f"the lab with {source} fits the window")
    if sidebar == "closed":
        page.command("application:toggle-left-area")
        until(lambda: page.lab.bounding_box()["width"] == before, "the sidebar is back")


def test_arrow_keys_move_controls_and_never_the_notebook(page):
    """At the end of a slider, too, where the key has nothing left to move."""
    active = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    collapsed = "document.querySelectorAll('.jp-MarkdownHeadingCollapsed').length"
    before = [page.page.evaluate(what) for what in (active, collapsed)]
    page.press(0, "Home")
    for key in ("ArrowLeft", "ArrowDown", "ArrowUp", "ArrowDown"):
        page.press(0, key)
    page.press(2, "End")
    for key in ("ArrowRight", "ArrowUp", "ArrowDown", "ArrowUp"):
        page.press(2, key)
    canvas = page.lab.locator(".kmeans-cloud")
    for key in ("ArrowLeft", "ArrowUp", "ArrowDown"):
        canvas.press(key)
    for control in ("show original", "half-steps"):
        for key in ("ArrowUp", "ArrowDown", "ArrowLeft"):
            page.button(control).press(key)
    assert [page.page.evaluate(what) for what in (active, collapsed)] == before


def test_nothing_is_fetched_from_elsewhere(page, server):
    elsewhere = [url for url in page.fetched if not url.startswith((server, "data:", "blob:"))]
    assert elsewhere == []


def test_the_lab_works_without_subshells_too(browser, server, folder):
    notebook = ROOT / "notebooks/08_live_lab.ipynb"
    shutil.copy(notebook, folder / "notebooks/again.ipynb")
    use_subshells(folder, "disabled")
    page = LiveLab(browser, server, folder, "again")
    use_subshells(folder, "perCommTarget")
    page.press(0, "ArrowLeft", 3)
    page.press(2, "ArrowLeft")
    page.expect(k=13, iteration=9)
    assert page.complaints == []
    page.close()


LIVE_STEPS = ["live_start", "live_steps", "live_palette", "live_compare"]
AGAIN = ["from kmeans_lesson.live import live_lab", "live_lab()", "live_lab()"]
FAILS = """\
from kmeans_lesson.live import live_lab
def broken(pixels, centroids):
    raise ZeroDivisionError("division by zero")
live_lab(assign=broken)"""


def write(folder, name, cells):
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / f"notebooks/{name}.ipynb")


IMAGE = "from kmeans_lesson import load_image\nimage = load_image('../data/marbles.png')"


def test_the_live_widgets_of_the_steps_are_shown(browser, server, folder):
    found = []
    for path in sorted(folder.glob("notebooks/0[3457]_*.ipynb")):
        cells = nbformat.read(path, 4).cells
        found += [cell.source for cell in cells if re.search(r"\nlive_(?!plane)", cell.source)]
    assert [source.splitlines()[-1].split("(")[0] for source in found] == LIVE_STEPS
    write(folder, "steps", [IMAGE, *found])
    page = Lab(browser, server, "notebooks/steps.ipynb")
    labs = page.page.locator(".kmeans-lab")
    until(lambda: labs.count() == len(LIVE_STEPS), "every cell shows its widget")
    for lab in labs.all():
        page.lab = lab
        page.slider(0).focus()
        until(lambda: all(page.numbers()), "the widget is in view")
        before, error = page.canvas(0), page.numbers()[1]
        page.press(0, "ArrowRight")
        until(lambda: page.numbers()[1] != error, "K changes the error")  # noqa: B023
        assert page.canvas(0).shape == before.shape
    assert page.complaints == []
    page.close()


def test_a_cell_that_is_run_again_closes_only_what_it_showed(browser, server, folder):
    write(folder, "twice", AGAIN)
    page = Lab(browser, server, "notebooks/twice.ipynb")
    labs = page.page.locator(".kmeans-lab")
    until(lambda: labs.count() == 2, "both cells show a lab")

    def models():
        return page.page.evaluate("""async () => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const answer = await kernel.requestCommInfo({target_name: "jupyter.widget"});
            return Object.keys(answer.content.comms).length;
        }""")

    before = models()
    for _ in range(3):
        page.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
        page.page.evaluate("document.querySelector('.kmeans-lab').classList.add('kmeans-old')")
        page.command("notebook:run-cell")
        until(lambda: not page.page.locator(".kmeans-old").count(), "the old lab is gone")
        until(lambda: labs.count() == 2, "a new lab is there")
    assert models() == before
    for lab in labs.all():
        page.lab = lab
        page.slider(0).focus()
        until(lambda: all(page.numbers()), "the lab is in view")
        error = page.numbers()[1]
        page.press(0, "ArrowRight")
        until(lambda: page.numbers()[1] != error, "K changes the error")  # noqa: B023
    assert page.complaints == []
    page.close()


def test_a_failing_function_is_told_and_the_original_stays(browser, server, folder):
    write(folder, "fails", [FAILS])
    page = Lab(browser, server, "notebooks/fails.ipynb", ready=".kmeans-message")
    told = "Your functions stopped with ZeroDivisionError: division by zero"
    until(lambda: page.message() == told, "the error is told")
    assert not page.lab.locator(".kmeans-numbers").is_visible()
    assert page.lab.locator(".kmeans-image").nth(1).is_hidden()
    original = preview(load_image(ROOT / "data/marbles.png"), 100).image
    page.button("place by hand").click()
    until(lambda: page.lab.locator(".kmeans-picking").count() == 1, "placing begins")
    page.lab.locator("canvas").first.click()
    page.press(0, "ArrowLeft")
    page.button("play").click()
    page.lab.locator("select").select_option("poster")
    until(lambda: page.canvas(0).shape[0] > page.canvas(0).shape[1], "the poster is shown")
    page.lab.locator("select").select_option("marbles")
    page.button("place by hand").click()
    page.press(2, "End")
    until(lambda: page.canvas(0).shape[:2] == original.shape[:2], "the marbles are shown")
    assert page.message() == told
    assert page.complaints == []
    page.close()
