"""The sample images are there, are what data/README.md says, and teach what it says."""

import importlib
import inspect
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, to_pixels
from kmeans_lesson.compare import jpeg_like, psnr
from kmeans_lesson.formats.encode import encode

DATA = Path(__file__).resolve().parent.parent / "data"
README = (DATA / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| \[(\w+)\.png\]\(\1\.png\) \| (\d+) . (\d+) \| ([\d,]+) \| ([\d,]+) \| (\w+) \|",
    README,
    re.MULTILINE,
)
PSNRS = re.findall(r"^\| (\w+) \|" + r" ([\d.]+) \|" * 4 + "$", README, re.MULTILINE)
REDS = ((228, 92, 62), (160, 40, 48))  # of the poster's balloon
NAMES = ["marbles", "sunset", "confetti", "poster", "tiny"]


@pytest.fixture(scope="module")
def make_samples():
    """The script as a module, with no Mitsuba to be had."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DATA)
        patch.setitem(sys.modules, "mitsuba", None)
        yield importlib.import_module("make_samples")


def sample(name):
    return load_image(DATA / f"{name}.png")


def with_colours(image, k, seed=0):
    pixels = to_pixels(image)
    run = kmeans(pixels, init_centroids(pixels, k, seed), 10)
    return reconstruct(run.labels, run.centroids, image.shape)


def test_readme_lists_every_image():
    assert [row[0] for row in ROWS] == NAMES
    assert {path.stem for path in DATA.glob("*.png")} == set(NAMES)
    assert [row[0] for row in PSNRS] == NAMES[:4]


@pytest.mark.parametrize(("name", "width", "height", "size", "colours", "seed"), ROWS)
def test_file_agrees_with_readme(make_samples, name, width, height, size, colours, seed):
    path = DATA / f"{name}.png"
    with Image.open(path) as image:
        assert (image.format, image.mode, image.info) == ("PNG", "RGB", {})
        assert image.size == (int(width), int(height))
        assert f"{len(image.getcolors(image.width * image.height)):,}" == colours
    assert f"{path.stat().st_size:,}" == size
    argument = inspect.signature(make_samples.SAMPLES[name]).parameters.get("seed")
    assert (str(argument.default) if argument else "none") == seed


@pytest.mark.parametrize("row", PSNRS, ids=lambda row: row[0])
def test_psnr_agrees_with_readme(row):
    image = sample(row[0])
    measured = [psnr(image, with_colours(image, k)) for k in (4, 8, 16, 64)]
    assert measured == pytest.approx([float(number) for number in row[1:]], abs=0.06)


def test_all_images_together_are_small():
    assert sum(path.stat().st_size for path in DATA.glob("*.png")) < 2_000_000


@pytest.mark.parametrize("name", NAMES[1:])
def test_computed_images_come_out_the_same(make_samples, name):
    np.testing.assert_array_equal(make_samples.SAMPLES[name](), sample(name))


def test_script_writes_only_what_was_named(tmp_path):
    script = shutil.copy(DATA / "make_samples.py", tmp_path)
    done = subprocess.run([sys.executable, script, "tiny"], check=True, capture_output=True)
    assert done.stdout.decode().startswith("tiny.png: 4 x 4, ")
    assert [path.name for path in tmp_path.glob("*.png")] == ["tiny.png"]
    np.testing.assert_array_equal(load_image(tmp_path / "tiny.png"), sample("tiny"))


def test_script_names_the_samples_when_one_is_unknown(make_samples):
    with pytest.raises(SystemExit, match=r"'tony'; there are: marbles, sunset, .*, tiny"):
        make_samples.main(["tony"])


def steps(rows):
    return np.abs(np.diff(rows.astype(int), axis=0))


def test_sunset_is_smooth_and_few_colours_make_bands():
    image = sample("sunset")
    assert steps(image[:215]).max() == 2
    over_the_hills = with_colours(image, 8)[:220, 100]
    assert len(np.unique(over_the_hills, axis=0)) == 5
    assert steps(over_the_hills).max() == 43


@pytest.mark.parametrize("seed", range(5))
def test_confetti_loses_its_colours(make_samples, seed):
    image = sample("confetti")
    colours = np.array(make_samples.SCRAPS)
    is_scrap = (image[:, :, None] == colours).all(axis=3)
    assert is_scrap.any(axis=(0, 1)).all()
    assert round(100 * is_scrap.any(axis=2).mean()) == 3
    palette = np.unique(to_pixels(with_colours(image, 8, seed)), axis=0).astype(float)
    nearest = np.linalg.norm(colours[:, None] - palette, axis=2).min(axis=1)
    assert nearest.min() > 60
    assert saturated(palette) == 2


def saturated(palette):
    return np.count_nonzero(np.ptp(palette, axis=1) > 110)


def test_poster_has_ten_flat_colours():
    _, counts = np.unique(to_pixels(sample("poster")), axis=0, return_counts=True)
    assert round(np.sort(counts)[-10:].sum() / counts.sum(), 3) == 0.975


def test_tiny_is_followed_by_hand():
    start = np.array([[250, 130, 60], [170, 90, 70]])
    run = kmeans(to_pixels(sample("tiny")), start, 3)
    first, second = [[250, 170, 70], [74, 90, 130]], [[230, 150, 70], [50, 90, 145]]
    np.testing.assert_array_equal(run.history, [start, first, second, second])
    np.testing.assert_array_equal(run.labels, [1] * 8 + [0] * 8)


def test_poster_palette_beats_jpeg_in_bytes_and_quality():
    image = sample("poster")
    compressed = with_colours(image, 16)
    assert len(encode(compressed)) < 10_000
    assert len(jpeg_like(image, compressed)) / len(encode(compressed)) == pytest.approx(5, abs=0.7)
    for subsampling, decibels in ((0, 53.8), (2, 38.2)):
        file = io.BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=100, subsampling=subsampling)
        assert psnr(image, np.asarray(Image.open(file))) == pytest.approx(decibels, abs=0.06)


def test_the_poster_loses_its_reds_at_four_colours():
    image = sample("poster").astype(int)
    orange, blue = (with_colours(sample("poster"), 4)[(image == c).all(axis=2)][0] for c in REDS)
    assert orange.argmax() == 0
    assert orange[1] > 140, "not red"
    assert blue.argmax() == 2
