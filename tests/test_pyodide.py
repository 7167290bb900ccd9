"""The package's wheel in Pyodide, the Python of browsers, as far as it goes without a browser.

Node runs Pyodide from its npm package, which brings Python and no numpy, and no registry has one
for it: so nothing of the package can be imported there. JupyterLite fetches it from Pyodide's host.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import uv

ROOT = Path(__file__).resolve().parent.parent
PYODIDE = "pyodide@314.0.7"
SCRIPT = """
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const pyodide = await loadPyodide();
pyodide.FS.writeFile("/kmeans_lesson.whl", readFileSync(process.argv[2]));
console.log(pyodide.runPython(`
import json, sys, zipfile

told = {"platform": sys.platform, "python": sys.version.split()[0], "files": {}, "missing": ""}
with zipfile.ZipFile("/kmeans_lesson.whl") as wheel:
    told["broken"] = wheel.testzip()
    for name in wheel.namelist():
        told["files"][name] = wheel.getinfo(name).file_size
        if name.endswith(".py"):
            compile(wheel.read(name), name, "exec")
sys.path.insert(0, "/kmeans_lesson.whl")
try:
    import kmeans_lesson
except ModuleNotFoundError as error:
    told["missing"] = error.name
json.dumps(told)
`));
"""


def done(command, folder):
    """Run a command; without the network, skip aloud, or fail where nothing may be skipped."""
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    if any(word in ran.stderr for word in ("error sending request", "ENOTFOUND", "ECONNREFUSED")):
        words = "PYODIDE IS NOT TESTED: the package registry cannot be reached"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(words)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return what Pyodide says of the wheel."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("PYODIDE IS NOT TESTED: there is no Node.js here")
    folder = tmp_path_factory.mktemp("pyodide")
    done([uv.find_uv_bin(), "build", "--wheel", "--quiet", "--out-dir", folder, ROOT], folder)
    done([shutil.which("npm"), "install", "--no-audit", "--no-fund", "--silent", PYODIDE], folder)
    (folder / "boot.mjs").write_text(SCRIPT, "utf-8")
    (wheel,) = folder.glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    return json.loads(done(["node", "boot.mjs", wheel], folder))


def test_its_python_reads_the_wheel_and_every_module_of_it(told):
    assert told["platform"] == "emscripten"
    assert told["broken"] is None
    modules = {str(path.relative_to(ROOT)) for path in ROOT.glob("kmeans_lesson/**/*.py")}
    assert modules <= {*told["files"]}


def test_the_samples_and_the_scripts_travel_with_it(told):
    for path in [*ROOT.glob("data/*.png"), *ROOT.glob("kmeans_lesson/**/*.js")]:
        name = path.relative_to(ROOT).as_posix()
        there = name if name.startswith("kmeans_lesson") else f"kmeans_lesson/{name}"
        assert told["files"][there] == path.stat().st_size


def test_the_first_thing_it_lacks_is_numpy(told):
    """All before it, which is of the standard library and our own, is there and works."""
    assert told["missing"] == "numpy"
