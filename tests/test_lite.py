"""JupyterLite in the site: all that its kernel needs is there or with Pyodide, and nothing else."""

import json
import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser

import nbformat
import pytest
import uv
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import make_lite
import make_site

OFFLINE = "JUPYTERLITE IS NOT TESTED: the package registry cannot be reached"
PYODIDE = {  # what Pyodide 314.0 has, by its pyodide-lock.json
    "imageio": "2.37.3",
    "ipython": "9.12.0",
    "matplotlib": "3.10.8",
    "numpy": "2.4.6",
    "pillow": "12.2.0",
    "tqdm": "4.67.3",
    "traitlets": "5.14.3",
    "typing-extensions": "4.15.0",
}
BROWSER = default_environment() | {"sys_platform": "emscripten", "python_version": "3.14"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Write the site with JupyterLite, as the command does."""
    (wanted,) = re.findall("jupyterlite-core==.*", make_lite.PINS.read_text("utf-8"))
    command = [uv.find_uv_bin(), "pip", "install", "--no-deps", "--python", sys.executable]
    command += ["--target", tmp_path_factory.mktemp("asked"), wanted]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if "error sending request" in done.stderr:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(OFFLINE)
    assert done.returncode == 0, done.stderr
    folder = tmp_path_factory.mktemp("lite") / "site"
    assert make_site.main([str(folder), "--lite"]) == 0
    return folder


@pytest.fixture(scope="module")
def wheels(site):
    """Return what the wheels beside the kernel say of themselves: name to METADATA."""
    about = {}
    for path in (*site.glob("lite/pypi/*.whl"), *site.glob("lite/extensions/**/*.whl")):
        assert path.name.endswith("-none-any.whl"), "only plain Python runs in a browser"
        with zipfile.ZipFile(path) as wheel:
            name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
            metadata = Parser().parsestr(wheel.read(name).decode())
        about[canonicalize_name(metadata["Name"])] = metadata
    return about


def test_all_that_the_package_needs_lies_beside_the_kernel_or_is_with_pyodide(wheels):
    open_, seen = ["kmeans-lesson"], set()
    while open_:
        name = open_.pop()
        seen.add(name)
        for line in wheels[name].get_all("Requires-Dist", []):
            need = Requirement(line)
            if need.marker and not need.marker.evaluate(BROWSER | {"extra": ""}):
                continue
            other = canonicalize_name(need.name)
            version = PYODIDE.get(other) or wheels[other]["Version"]
            assert need.specifier.contains(version), f"{name} needs {line}; there is {version}"
            if other not in PYODIDE and other not in seen:
                open_.append(other)
    assert {"anywidget", "ipywidgets", "psygnal"} <= seen


def test_nothing_is_asked_of_the_package_registry_at_run_time(site):
    about = json.loads((site / "lite/jupyter-lite.json").read_text("utf-8"))
    kernel = about["jupyter-config-data"]["litePluginSettings"][make_lite.KERNEL]
    assert kernel["disablePyPIFallback"] is True
    for address in kernel["pipliteUrls"]:
        assert (site / "lite" / address.partition("?")[0]).is_file()


def test_each_page_opens_its_notebook_which_installs_the_package_first(site):
    for name in make_site.NOTEBOOKS:
        page = (site / make_site.page_of(name)).read_text("utf-8")
        (link,) = re.findall(r'href="(lite/[^"]+)">Open this notebook to work in<', page)
        file, _, path = link.partition("?path=")
        assert (site / file).is_file()
        notebook = nbformat.read(site / "lite/files" / path, as_version=4)
        code = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
        assert code.startswith("import piplite\n")
        assert 'piplite.install("kmeans-lesson")' in code
    for path in make_site.ROOT.glob("data/*.png"):
        assert (site / "lite/files/data" / path.name).read_bytes() == path.read_bytes()


def test_the_live_lab_has_its_widgets_and_all_is_light_enough_for_a_web_host(site):
    for extension in ("anywidget", "@jupyter-widgets/jupyterlab-manager"):
        assert (site / "lite/extensions" / extension / "package.json").is_file()
    assert sum(p.stat().st_size for p in site.rglob("*") if p.is_file()) < 60e6


def test_a_build_that_fails_is_told_in_one_sentence_and_leaves_nothing(
    tmp_path, monkeypatch, capsys
):
    def fails():
        make_lite.run([sys.executable, "-c", "raise SystemExit('no way out')"])

    monkeypatch.setattr(make_lite, "environment", fails)
    assert make_site.main([str(tmp_path / "site"), "--lite"]) == 1
    said = capsys.readouterr().err
    assert "no way out" in said
    assert "No site was written: JupyterLite could not be built" in said
    assert not (tmp_path / "site").exists()
