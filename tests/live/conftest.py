"""What the tests in a browser share: one JupyterLab, and for each of their files a Chromium."""

import shutil

import pytest
from live_page import CHROMIUM, ROOT, chromium, jupyterlab, use_subshells


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Copy what the notebooks need: JupyterLab saves notebooks that were run."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


@pytest.fixture(scope="session")
def server(folder):
    use_subshells(folder, "perCommTarget")  # the harder way, JupyterLab's own default
    with jupyterlab(folder) as address:
        yield address


@pytest.fixture(scope="module")  # no longer: as long as it runs, nothing else may run an event loop
def browser():
    assert CHROMIUM, "Chromium is missing, and here the tests in a browser must not be skipped"
    with chromium() as browser:
        yield browser
