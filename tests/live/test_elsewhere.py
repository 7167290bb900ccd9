"""The live lab outside JupyterLab: in Notebook 7 and in Voila, both in Chromium.

They lie in a folder of their own, beside the environment of the lesson, whose JupyterLab they use.
"""

import importlib.metadata
import os
import subprocess
import sys

import pytest
import uv
from live_page import CHROMIUM, PATIENCE, ROOT, SIZE, TOKEN, Lab, served, until

from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, to_pixels

OFFLINE = "NOTEBOOK 7 AND VOILA ARE NOT TESTED: the package registry cannot be reached"

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip(
        "NOTEBOOK 7 AND VOILA ARE NOT TESTED: there is no Chromium", allow_module_level=True
    )

if not importlib.metadata.version("jupyterlab").startswith("4.6."):
    pytest.skip("Notebook 7.6 needs JupyterLab 4.6", allow_module_level=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Install both, and return the settings with which Jupyter finds them."""
    target = tmp_path_factory.mktemp("elsewhere")
    pins = ROOT / "tests/live/elsewhere.txt"
    command = [uv.find_uv_bin(), "pip", "install", "--no-deps", "--python", sys.executable]
    command += ["--target", target, "-r", pins]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if "error sending request" in done.stderr:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(OFFLINE)
    assert done.returncode == 0, done.stderr
    paths = {"CONFIG_PATH": target / "etc/jupyter", "PATH": target / "share/jupyter"}
    return {
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, target))),
        **{f"JUPYTER_{name}": str(path) for name, path in paths.items()},
    }


class InNotebook7(Lab):
    """Notebook 08 in Notebook 7."""

    def url(self, address, notebook):
        return f"{address}/notebooks/{notebook}?token=secret"


class InVoila(Lab):
    """The page that Voila makes of notebook 08."""

    def __init__(self, browser, address):
        self.page = browser.new_page(viewport=SIZE)
        self.page.set_default_timeout(1000 * PATIENCE)
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        self.lab = self.page.locator(".kmeans-lab").first
        self.page.wait_for_selector(".kmeans-numbers dd")


def shows(lab, k):
    """Wait until K colours are shown, and they are those of the package."""
    image = load_image(ROOT / "data/marbles.png")
    run = kmeans(to_pixels(image), init_centroids(to_pixels(image), k))
    expected = reconstruct(run.labels, run.centroids, image.shape)
    until(lambda: (lab.canvas(1)[..., :3] == expected).all(), f"K = {k} is shown")
    until(lambda: lab.numbers()[1] == f"{run.errors[-1]:.1f}", "the error is that of the run")


def test_notebook_7_shows_the_lab_and_its_arrow_keys_move_it(browser, folder, installed):
    options = [*TOKEN, "--JupyterNotebookApp.expose_app_in_browser=True"]
    with served("notebook", folder, options, installed) as address:
        lab = InNotebook7(browser, address, "notebooks/08_live_lab.ipynb")
        shows(lab, 16)
        active = "jupyterapp.shell.currentWidget.content.activeCellIndex"
        cell = lab.page.evaluate(active)
        for key, k in (("ArrowRight", 17), ("ArrowDown", 16), ("ArrowUp", 17)):
            lab.press(0, key)
            shows(lab, k)
        assert lab.page.evaluate(active) == cell, "the arrow keys are the slider's"
        lab.close()


def test_voila_shows_the_lab_as_a_page(browser, folder, installed):
    notebook = folder / "notebooks/08_live_lab.ipynb"
    with served("voila", folder, [str(notebook)], installed) as address:
        lab = InVoila(browser, address)
        shows(lab, 16)
        lab.press(0, "ArrowLeft", 2)
        shows(lab, 14)
        assert lab.complaints == []
        lab.page.close()
