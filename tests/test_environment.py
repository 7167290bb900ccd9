"""Dependencies agree wherever they are written down, and what is installed is in its place."""

import ast
import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions, version
from pathlib import Path

import nbformat
import pytest
import uv
import yaml
from jupyter_server.serverapp import ServerApp
from jupyterlab_server.settings_utils import get_settings
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWNERS = packages_distributions()  # which distribution brings a package
PYTHON = "Programming Language :: Python :: "
PYTHONS = [line.removeprefix(PYTHON) for line in PROJECT["classifiers"] if PYTHON in line]
PLATFORMS = {
    "Linux, x86-64": "x86_64-unknown-linux-gnu",
    "Linux, arm64": "aarch64-unknown-linux-gnu",
    "macOS, arm64": "aarch64-apple-darwin",
    "macOS, x86-64": "x86_64-apple-darwin",
    "Windows": "x86_64-pc-windows-msvc",
}
OFFLINE = "THE PINS ARE NOT CHECKED: the package registry cannot be reached"
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def by_name(lines):
    """Read lines of requirements: {name: requirement}."""
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def direct_requirements():
    """Read the direct dependencies of the lesson and of its tests: {name: requirement}."""
    return by_name(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"])


def pins():
    """Read the lines of constraints.txt that are not comments, as requirements."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def test_conda_asks_for_the_same_packages_as_pip():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = conda.pop()["pip"]
    assert pip.pop() == "-e ."
    assert conda.pop(0) in {f"python={python}" for python in PYTHONS}
    asked = {Requirement(line).name: Requirement(line).specifier for line in conda + pip}
    assert asked.pop("pip") == SpecifierSet()
    wanted = by_name(PROJECT["dependencies"])
    assert asked == {name: requirement.specifier for name, requirement in wanted.items()}


def imports(source):
    """Return the packages that a piece of Python imports, without Python's own and the lesson's."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0])
    names -= sys.stdlib_module_names | {"kmeans_lesson"}
    return {canonicalize_name(OWNERS.get(name, [name])[0]) for name in names}


def test_the_lesson_depends_on_what_it_imports():
    extras = PROJECT["optional-dependencies"]
    declared, optional = (
        {canonicalize_name(Requirement(line).name) for line in lines}
        for lines in (PROJECT["dependencies"], [*extras["album"], *extras["film"]])
    )
    package = [path.read_text(encoding="utf-8") for path in ROOT.glob("kmeans_lesson/**/*.py")]
    cells = [
        cell.source
        for path in ROOT.glob("notebooks/*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    ]
    apart = read("tools/grading/apart.py")  # what else grading takes, JupyterLab brings
    needed = set().union(*map(imports, package)) | imports(apart) - {"grading"}
    assert needed - optional <= declared
    assert optional <= needed
    assert declared <= needed.union(*map(imports, cells), {"jupyterlab"})


def test_the_oldest_and_the_newest_python_are_the_same_wherever_they_stand():
    oldest, newest = PYTHONS[0], PYTHONS[-1]
    assert [f"3.{minor}" for minor in range(11, 1 + int(newest[2:]))] == PYTHONS
    assert PROJECT["requires-python"] == f">={oldest}"
    assert runpy.run_path(str(ROOT / "lesson.py"))["NEWEST"] == Version(newest).release
    for page in ("README.md", "TEACHING.md", "environment.yml", "tools/make_handout.py"):
        said = set(re.findall(r"Python (3\.\d+ \w+ [\w.]*\w)", read(page)))
        assert said == {f"{oldest} to {newest}"}, page
    pythons = {python for path in WORKFLOWS for python in re.findall(r'"(3\.\d+)"', read(path))}
    assert pythons == {oldest, newest}


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", PYTHONS)
def test_constraints_pin_one_allowed_version_of_each_dependency(python, system):
    here = {
        "python_version": python,
        "python_full_version": python + ".0",
        "sys_platform": system,
        "os_name": "nt" if system == "win32" else "posix",
    }
    pinned = {}
    for pin in pins():
        if pin.marker is None or pin.marker.evaluate(here):
            assert canonicalize_name(pin.name) not in pinned
            pinned[canonicalize_name(pin.name)] = pin.specifier
    for name, wanted in direct_requirements().items():
        (exact,) = pinned[name]
        assert exact.operator == "=="
        assert Version(exact.version) in wanted.specifier, name


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_for_every_python_and_system_the_pins_exist_and_are_ready_to_install(python, platform):
    command = [uv.find_uv_bin(), "pip", "compile", "pyproject.toml", "--extra", "test"]
    command += ["--constraints", "constraints.txt", "--only-binary", ":all:", "--no-header"]
    command += ["--python", sys.executable, "--python-version", python, "--no-annotate"]
    command += ["--python-platform", PLATFORMS[platform]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if "error sending request" in done.stderr:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(OFFLINE)
    assert done.returncode == 0, done.stderr
    pinned = {(pin.name, str(pin.specifier)) for pin in pins()}
    chosen = by_name(done.stdout.splitlines())
    assert {(name, str(wanted.specifier)) for name, wanted in chosen.items()} <= pinned
    assert chosen.keys() >= direct_requirements().keys()


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 failed")])
def test_without_a_network_the_pins_count_as_not_checked(ci, outcome, tmp_path):
    command = [sys.executable, "-m", "pytest", __file__, "-k", "pins_exist and Windows and 3.11"]
    nowhere = {"UV_CACHE_DIR": str(tmp_path), "UV_HTTP_RETRIES": "0", "CI": ci}
    nowhere |= {"UV_INDEX_URL": "http://127.0.0.1:9/simple", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env=os.environ | nowhere,
        capture_output=True,
    )
    summary = done.stdout.decode().partition("short test summary")[2]
    assert OFFLINE in summary
    assert outcome in summary


def test_the_workflows_are_what_github_takes():
    assert len(WORKFLOWS) == 3
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*check, "vendor.github-workflows", *WORKFLOWS], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_constraints_hold_names_versions_and_markers_only():
    for pin in pins():
        assert pin.url is None
        assert re.fullmatch(r"==[0-9][0-9a-z.]*", str(pin.specifier)), pin


def test_pre_commit_uses_the_pinned_ruff():
    text = read(".pre-commit-config.yaml")
    (pinned,) = {str(pin.specifier) for pin in pins() if pin.name == "ruff"}
    hooks = yaml.safe_load(text)["repos"][0]["hooks"]
    assert {package for hook in hooks for package in hook["additional_dependencies"]} == {
        "ruff" + pinned
    }


def test_jupyterlab_starts_with_the_settings_of_the_lesson(tmp_path):
    lab = Path(sys.prefix, "share", "jupyter", "lab")
    ours = json.loads((ROOT / "jupyterlab_settings.json").read_text(encoding="utf-8"))
    assert ours["@jupyterlab/apputils-extension:kernels-settings"]
    for plugin, values in ours.items():
        read, _ = get_settings(lab / "settings", lab / "schemas", tmp_path, schema_name=plugin)
        properties = read["schema"]["properties"]
        assert {name: properties[name]["default"] for name in values} == values


def test_the_server_takes_photos_above_10_megabytes(tmp_path, monkeypatch):
    """An upload to the live lab is one message, and by default a message may have 10 MB."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    server = ServerApp()
    server.load_config_file()
    assert server.tornado_settings["websocket_max_message_size"] == 128 * 2**20


@pytest.mark.parametrize(
    ("ci", "words"),
    [
        ("", "THE LIVE LAB IS NOT TESTED IN A BROWSER"),
        ("true", "Chromium is missing, and here the tests in a browser must not be skipped"),
    ],
)
def test_without_a_browser_its_tests_are_skipped_loudly_and_fail_where_they_must_run(ci, words):
    command = [sys.executable, "-m", "pytest", "tests/live/test_browser.py", "-k", "play"]
    ours = {"PATH": str(ROOT / "tests"), "CI": ci, "PYTHONPATH": str(ROOT)}  # no programs there
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"], cwd=ROOT, env=os.environ | ours, capture_output=True
    )
    summary = done.stdout.decode().partition("short test summary")[2]
    assert words in summary
    assert ("1 error" if ci else "1 skipped") in summary


def test_version_and_licences_are_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"] == version("kmeans-lesson")
    assert " AND ".join(citation["license"]) == PROJECT["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in PROJECT["authors"]
    ]


def test_the_command_is_installed():
    (command,) = distribution("kmeans-lesson").entry_points
    assert (command.name, command.value) == ("kmeans-lesson", "kmeans_lesson.__main__:main")
    assert callable(command.load())
