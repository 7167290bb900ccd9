"""The benchmark runs, all peers do the same work, and those that are missing are named."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAME_WORK = ["scikit-learn, Lloyd", "scikit-learn on the different colours", "SciPy"]
SAME_WORK += ["broadcasting", "loops"]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    output = tmp_path_factory.mktemp("benchmark") / "RESULTS.md"
    command = [sys.executable, ROOT / "benchmarks/bench_peers.py", "--quick", "--output", output]
    command += ["--parts", "speed", "file", "--peers", *SAME_WORK, "OpenCV", "faiss", "median cut"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert output.read_text(encoding="utf-8") in done.stdout
    return done.stdout


def test_the_same_start_and_iterations_give_the_same_error(report):
    table = report.split("Mean squared error:")[1]
    errors = dict(re.findall(r"^\| (.*?) +\| ([\d.]+) +\|$", table, re.MULTILINE)[::-1])
    for name in SAME_WORK:
        assert float(errors[name]) == pytest.approx(float(errors["kmeans_lesson"]), rel=0.01), name


def test_a_peer_that_is_not_installed_is_named_and_one_that_is_has_been_measured(report):
    missing = report.split("Not installed, so not measured: ")[1].splitlines()[0]
    for peer, module in (("OpenCV", "cv2"), ("faiss", "faiss"), ("SciPy", "scipy")):
        there = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True)
        assert (peer in missing) == (there.returncode != 0)
        assert (f"| {peer} " in report) == (there.returncode == 0)


def test_the_whole_process_is_measured(report):
    table = report.split("## The whole process")[1]
    assert re.search(r"^\| kmeans_lesson +\| [\d.]+ m?s +\| [\d.]+ x", table, re.MULTILINE)
    assert "failed" not in report


def test_the_command_is_measured_beside_its_core():
    photo = ROOT / "data" / "sunset.png"
    command = [sys.executable, ROOT / "benchmarks/bench_command.py", photo, "--repeats", "1"]
    out = subprocess.check_output(command, text=True)
    rows = re.findall(
        r"^sunset.png, K = (\d+): .* (\d+) ms, command (\d+) ms, ([\d.]+) x$", out, re.M
    )
    assert [row[0] for row in rows] == ["16", "64", "256"]
    for _, core, whole, ratio in rows:
        assert float(ratio) == pytest.approx(int(whole) / int(core), abs=0.02)


def test_an_album_has_the_same_palette_in_every_way():
    photos = [ROOT / "data" / name for name in ("sunset.png", "poster.png")]
    command = [sys.executable, ROOT / "benchmarks/bench_album.py", *photos, "-k", "8"]
    out = subprocess.check_output(command, text=True)
    rows = re.findall(
        r"^\| (.*?) +\| [\d.]+ s +\| [\d.]+ s +\| \d+ MB +\| ([\d.]+) +\|$", out, re.M
    )
    assert len(rows) == 4
    assert len({error for _, error in rows}) == 1
