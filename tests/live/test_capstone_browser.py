"""Notebook 13 in a real browser: one's own functions become a program, and a certificate."""

import os
from pathlib import Path

import axe_core_python
import numpy as np
import pytest
from live_page import CHROMIUM, SIZE, Notebook, until

from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, to_pixels

AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
CERTIFICATE = 14  # the number of its cell
MINE = """\
import numpy as np


def my_to_pixels(image):
    return image.reshape(-1, 3)
"""

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip(
        "ONE'S OWN PROGRAM IS NOT TESTED IN A BROWSER: there is no Chromium on this computer. "
        "On Debian and Ubuntu `apt install chromium` adds it.",
        allow_module_level=True,
    )


@pytest.fixture(scope="module")
def opened(browser, server, folder):
    """Open the notebook beside a program of one function, and run it."""
    program = folder / "notebooks/my_kmeans.py"
    program.write_text(MINE)
    page = Notebook(browser, server, "notebooks/13_your_own_program.ipynb")
    page.command("notebook:run-all-cells")
    page.run(CERTIFICATE)  # once more, which brings it into view
    yield page
    page.close()
    program.unlink()


def test_it_ends_in_a_certificate_that_says_which_functions_are_ones_own(opened):
    told = opened.page.locator(".jp-Cell.jp-mod-active img")
    told.wait_for()
    alt = told.get_attribute("alt")
    assert "Mine: to_pixels. Borrowed: " in alt
    assert told.evaluate("image => image.complete && image.naturalWidth > 0")
    assert opened.page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert opened.complaints == []


def test_the_file_it_writes_is_what_the_package_would_write(opened, folder):
    image = load_image(folder / "data/marbles.png")
    image = image[:: -(-max(image.shape) // 320), :: -(-max(image.shape) // 320)]
    run = kmeans(to_pixels(image), init_centroids(to_pixels(image), 16, 0), 10)
    expected = reconstruct(run.labels, run.centroids, image.shape)
    file = folder / "notebooks/my_compressed.png"
    until(file.exists, "the file is written")
    assert np.array_equal(load_image(file), expected)


def test_nothing_keeps_anyone_out(opened):
    opened.page.locator(".jp-Cell.jp-mod-active img").wait_for()
    opened.page.evaluate(AXE.read_text(encoding="utf-8"))
    run = "output => axe.run(output)"
    found = opened.page.locator(".jp-Cell.jp-mod-active .jp-OutputArea").evaluate(run)["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == []


def test_on_a_phone_the_certificate_fits_its_place(opened):
    opened.page.set_viewport_size({"width": 390, "height": 844})
    image = opened.page.locator(".jp-Cell.jp-mod-active img")
    place = opened.page.locator(".jp-Cell.jp-mod-active .jp-OutputArea")
    until(
        lambda: image.bounding_box()["width"] <= place.bounding_box()["width"] + 1,
        "it becomes as small as the screen",
    )
    opened.page.set_viewport_size(SIZE)
