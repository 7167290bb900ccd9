"""Add JupyterLite to the site: the notebooks to work in, which run in the reader's browser.

It is built in an environment of its own, `.venv-lite`, because JupyterLite's kernel would show in
the JupyterLab of `.venv` too. Python itself, numpy, Pillow and matplotlib are no part of it: the
browser fetches them from Pyodide's host when a notebook starts. To have them on one's own, put the
full Pyodide beside the site and its address as `pyodideUrl` into lite/jupyter-lite.json.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-lite"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PINS = ROOT / "tools/lite.txt"
WIDGETS = ("anywidget", "comm", "ipywidgets", "jupyterlab-widgets", "psygnal", "widgetsnbextension")
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
INSTALL = 'import piplite\n\nawait piplite.install("kmeans-lesson")\n\n'


def write(folder, notebooks):
    """Write JupyterLite with these notebooks into `folder`, which is not there yet."""
    environment()
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        wheels(place / "wheels")
        contents(place / "contents", notebooks)
        config = {"litePluginSettings": {KERNEL: {"disablePyPIFallback": True}}}
        config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}
        (place / "jupyter-lite.json").write_text(json.dumps(config), "utf-8")
        command = [BIN / "jupyter-lite", "build", "--lite-dir", place, "--output-dir", folder]
        command += ["--contents", place / "contents", "--apps", "lab", "--no-sourcemaps"]
        for wheel in sorted((place / "wheels").iterdir()):
            command += ["--piplite-wheels", wheel]
        run(command, place)


def environment():
    """Make `.venv-lite`, unless it is there with the pinned versions."""
    ready, pins = VENV / "ready.txt", hashlib.sha256(PINS.read_bytes()).hexdigest()
    if not ready.exists() or ready.read_text() != pins:
        venv.create(VENV, clear=True, with_pip=True)
        run([BIN / "python", "-m", "pip", "install", "-r", PINS])
        ready.write_text(pins)


def wheels(folder):
    """Collect the wheels of the package and of what Pyodide lacks: all are plain Python."""
    pip = [BIN / "python", "-m", "pip"]
    run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT])
    pinned = [line for line in PINS.read_text("utf-8").splitlines() if line.startswith(WIDGETS)]
    plain = ["--implementation", "py", "--abi", "none", "--platform", "any"]
    plain += ["--only-binary", ":all:", "--no-deps", "--python-version", "3.14"]
    run([*pip, "download", *plain, "--dest", folder, *pinned])


def contents(folder, notebooks):
    """Copy the notebooks, which install the package first, and the sample images."""
    (folder / "notebooks").mkdir(parents=True)
    shutil.copytree(ROOT / "data", folder / "data")
    for name in notebooks:
        notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
        first = next(cell for cell in notebook.cells if cell.metadata.get("jupyter"))
        first.source = INSTALL + first.source
        nbformat.write(notebook, folder / "notebooks" / name)


def run(command, folder=ROOT):
    """Run a command without a word; if it fails, say what it said last."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=inherited, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        sys.stderr.write(done.stdout.decode("utf-8", "replace")[-2000:] + "\n")
        raise OSError(f"JupyterLite could not be built: {Path(command[0]).name} failed, see above")
