"""The command for several photos: one palette, a folder of files, and what it refuses."""

import os
import re
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
from command_line import STEPS, start
from PIL import Image

from kmeans_lesson import load_image
from kmeans_lesson.__main__ import main
from kmeans_lesson.further import together
from kmeans_lesson.further.album import joint_palette


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Go to a folder with an album of three photos; work in one process."""
    rng = np.random.default_rng(0)
    (tmp_path / "album").mkdir()
    for name in ("a.png", "b.bmp", "c.tif"):
        image = rng.integers(0, 256, (20, 30, 3), np.uint8)
        Image.fromarray(image).save(tmp_path / "album" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(together, "processors", lambda: 1)
    return tmp_path


ALBUM = ["album/a.png", "album/b.bmp", "album/c.tif"]


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def said(out):
    """Take the report apart: {step: lines}."""
    steps = {}
    for line in out.splitlines():
        step = line[:24].rstrip() or [*steps][-1]
        steps.setdefault(step, []).append(line[24:])
    return steps


def test_all_photos_are_written_in_the_colours_of_one_palette(folder, capsys):
    before = files(folder)
    assert main([*ALBUM, "--together", "-k", "5", "-n", "3", "-o", "out"]) == 0
    out, err = capsys.readouterr()
    told = said(out)
    assert ([*told], err) == (STEPS[:6], "")

    run, histogram = joint_palette(ALBUM, k=5, iterations=3)
    assert told[STEPS[0]] == [f"3 photos, {len(histogram.colours):,} colours"]
    assert told[STEPS[1]] == ["1,800 rows of red, green and blue"]
    assert told[STEPS[2]][0].startswith("5 colours")
    first, last = run.errors[[0, -1]]
    assert told[STEPS[3]] == [f"3 iterations, mean squared error {first:.1f} -> {last:.1f}"]
    assert told[STEPS[4]][0] == "5 colours"
    shares = dict(re.findall(r"#(\w{6}) +([\d.]+)%", " ".join(told[STEPS[4]])))
    palette = {tuple(bytes.fromhex(code)) for code in shares}
    assert palette == {*map(tuple, np.rint(run.centroids).astype(int).tolist())}

    written = [folder / "out" / name for name in ("a.png", "b.png", "c.png")]
    pixels = np.concatenate([load_image(path).reshape(-1, 3) for path in written])
    assert {tuple(colour) for colour in pixels.tolist()} == palette
    for code, share in shares.items():
        same = (pixels == [*bytes.fromhex(code)]).all(axis=1)
        assert float(share) == pytest.approx(100 * same.mean(), abs=0.051)
    size, sources = (
        sum(path.stat().st_size for path in some) for some in (written, map(Path, ALBUM))
    )
    assert told[STEPS[5]] == [f"3 files in out: {size:,} bytes (the photos' files: {sources:,})"]
    assert {name: files(folder)[name] for name in before} == before


def test_a_broken_photo_is_told_passed_over_and_the_status_says_so(folder, capsys):
    Path("album/bad.png").write_bytes(Path("album/a.png").read_bytes()[:99])
    assert main([*ALBUM, "album/bad.png", "--together", "-o", "out"]) == 1
    out, err = capsys.readouterr()
    assert err == "kmeans-lesson: 1 of 4 photos passed over\n"
    assert "passed over: album/bad.png is damaged" in out
    assert sorted(os.listdir("out")) == ["a.png", "b.png", "c.png"]


def test_what_the_photos_hold_beyond_their_colours_is_told_once_for_all(folder, capsys):
    for name in ("d.png", "e.png"):
        Image.new("RGBA", (4, 5), (0, 0, 0, 0)).save(folder / "album" / name)
    assert main([*ALBUM, "album/d.png", "album/e.png", "--together", "-o", "out"]) == 0
    notes = said(capsys.readouterr().out)[STEPS[0]][1:]
    assert len(notes) == 1
    assert notes[0].startswith("2 photos: transparent parts are laid on white")


def test_a_pattern_that_the_shell_has_left_is_read_as_one(folder, capsys):
    assert main(["album/*", "album/a.png", "--together", "-k3", "-o", "out"]) == 0
    told = said(capsys.readouterr().out)
    assert told[STEPS[0]][0].startswith("3 photos, ")
    assert told[STEPS[1]] == ["1,800 rows of red, green and blue"], "each photo once"
    assert sorted(os.listdir("out")) == ["a.png", "b.png", "c.png"]


def test_without_k_there_are_16_colours_or_as_many_as_the_photos_have(folder, capsys):
    Image.new("RGB", (3, 3), "red").save("red.png")
    Image.new("RGB", (3, 3), "blue").save("blue.png")
    assert main(["red.png", "blue.png", "--together", "-o", "two"]) == 0
    assert "2 colours, found" in capsys.readouterr().out
    assert main([*ALBUM, "--together", "-o", "many"]) == 0
    assert "16 colours, found" in capsys.readouterr().out


def test_files_that_exist_are_replaced_only_when_forced(folder, capsys):
    (folder / "out").mkdir()
    (folder / "out" / "b.png").write_text("precious")
    before = files(folder)
    assert main([*ALBUM, "--together", "-o", "out"]) == 1
    assert re.search(r"out.b.png exists: .*--force", capsys.readouterr().err)
    assert files(folder) == before
    assert main([*ALBUM, "--together", "-o", "out", "--force"]) == 0
    load_image("out/b.png")


@pytest.mark.parametrize(
    ("words", "sentence", "status"),
    [
        (ALBUM, "several photos become one palette with --together and a folder", 2),
        ([*ALBUM, "--together"], "with --together and a folder: -o FOLDER", 2),
        ([*ALBUM, "--together", "-o", "out", "--best"], "leave out --best", 2),
        ([*ALBUM, "--together", "-o", "album", "--force"], "a.png would replace the photo", 2),
        ([*ALBUM, "--together", "-o", "album/a.png"], "album.a.png is a file: choose a folder", 1),
        ([*ALBUM, "--together", "-o", "no/out"], "no.out cannot be made: its folder does not", 1),
        ([*ALBUM, "--together", "-o", "out", "-k2000"], "in the photos, which is .*; got 2000", 1),
        (["album/a.png", "a.png", "--together", "-o", "out"], "would both become a.png", 1),
        (["no.png", "none.png", "--together", "-o", "out"], "none of the 2 photos .* no.png", 1),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(folder, capsys, words, sentence, status):
    before = files(folder)
    try:
        found = main(words)
    except SystemExit as stop:
        found = stop.code
    assert found == status
    assert re.search(sentence, capsys.readouterr().err.splitlines()[-1])
    assert files(folder) == before
    assert not (folder / "out").exists()


PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


def test_the_command_itself_works_with_as_many_processes_as_there_are_processors(folder):
    assert main([*ALBUM, "--together", "-k5", "-o", "one"]) == 0
    process = start(folder, *ALBUM, "--together", "-k5", "-o", "all", **PIPES)
    out, err = process.communicate(timeout=600)
    assert ([*said(out)], err) == (STEPS[:6], "")
    for name in ("a.png", "b.png", "c.png"):
        assert Path("one", name).read_bytes() == Path("all", name).read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_says_one_line_and_leaves_no_half_file(folder):
    words = [*ALBUM, "--together", "-k5", "-n", "1000000", "-o", "out"]
    process = start(folder, *words, start_new_session=True, **PIPES)
    assert process.stdout.readline().startswith("1 ")
    assert process.stdout.readline().startswith("2 ")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=600)
    assert (process.returncode, err) == (130, "kmeans-lesson: stopped\n")
    assert not (folder / "out").exists()
