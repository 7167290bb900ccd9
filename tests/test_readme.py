"""What the README shows is what happens."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kmeans_lesson

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_command_prints_what_the_readme_shows(tmp_path):
    line, shown = re.search(r"```\n\$ kmeans-lesson (.*)\n((?s:.*?))```", README).groups()
    (tmp_path / "data").mkdir()
    (tmp_path / "data/marbles.png").write_bytes((ROOT / "data/marbles.png").read_bytes())
    command = [sys.executable, "-m", "kmeans_lesson", *shlex.split(line)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.stdout == shown
    assert done.stderr == ""


def test_the_seven_lines_of_the_program_run(tmp_path, monkeypatch):
    steps = re.findall(r"^\| \[0[1-7]\].*\| `(.*)` \|$", README, flags=re.MULTILINE)
    assert len(steps) == 7
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/marbles.png").write_bytes((ROOT / "data/marbles.png").read_bytes())
    names = vars(kmeans_lesson).copy()
    exec("\n".join(steps), names)
    assert len(set(map(tuple, names["result"].reshape(-1, 3).tolist()))) == 16
    assert (tmp_path / "compressed.png").stat().st_size == names["report"].bytes


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert len(links) >= 3
    for link in links:
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_every_room_and_every_module_of_the_top_floor_is_named_for_contributors():
    named = re.findall(
        r"\]\(kmeans_lesson/([^)]+)\)", (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    )
    inside = (ROOT / "kmeans_lesson").glob("[!_]*")
    assert sorted(named) == sorted(path.name for path in inside)


def test_what_contributors_are_told_to_name_is_there():
    names = re.findall(r"(?<!\[)`([\w/.]+/[\w.]*)`", CONTRIBUTING)
    names = [name for name in names if not name.startswith((".venv", "..", "notebooks/NN"))]
    assert len(names) >= 10
    for name in names:
        assert (ROOT / name).exists(), name


def test_the_changelog_tells_of_the_version_that_is_out():
    versions = re.findall(r"(?m)^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] in [line.split()[0] for line in versions]


def test_the_number_of_colours_is_that_of_the_image():
    (colours,) = re.findall(r"16 colours instead of ([\d,]+)", README)
    shown = re.search(r"1 Load and display .* ([\d,]+) colours", README).group(1)
    assert colours == shown
