"""One palette for many photos is that of all their pixels joined, and one bad photo stops none."""

import doctest
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from profiles import PROFILES
from sklearn.cluster import KMeans

from kmeans_lesson import assign, kmeans, load_image, reconstruct, to_pixels
from kmeans_lesson.engine.colours import z_order
from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.further import album
from kmeans_lesson.further.album import count_photos, joint_palette, save_photos
from kmeans_lesson.further.workers import STOPPED

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [ROOT / f"data/{name}.png" for name in ("marbles", "sunset", "confetti", "poster")]


def write(folder, name, image):
    Image.fromarray(image).save(folder / name)
    return folder / name


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Write a quarter of each sample image; return their names."""
    folder = tmp_path_factory.mktemp("album")
    return [write(folder, path.name, load_image(path)[::2, ::2].copy()) for path in SAMPLES]


@pytest.fixture(scope="module")
def found(photos):
    return joint_palette(photos, k=16)


def joined(files):
    return np.concatenate([to_pixels(load_image(file)) for file in files])


def equal(one, other):
    """See whether two results of `joint_palette` are equal, bit for bit."""
    (run, histogram), (its, others) = one, other
    arrays = [*vars(run).values(), histogram.colours, histogram.counts]
    theirs = [*vars(its).values(), others.colours, others.counts]
    return all(np.array_equal(a, b) for a, b in zip(arrays, theirs, strict=True))


# ---------------------------------------------------------------- the same as all pixels joined


def test_it_is_kmeans_on_all_pixels_joined_bit_for_bit(photos, found):
    run, histogram = found
    pixels = joined(photos)
    whole = kmeans(pixels, run.history[0], iterations=10)
    for field in ("centroids", "history", "errors"):
        assert np.array_equal(getattr(run, field), getattr(whole, field)), field
    places = z_order(histogram.colours).searchsorted(z_order(pixels))
    assert np.array_equal(run.labels[places], whole.labels)


def test_scikit_learn_ends_at_the_same_centroids(photos, found):
    run, _ = found
    peer = KMeans(16, init=run.history[0], n_init=1, max_iter=10, tol=0).fit(joined(photos))
    assert np.abs(peer.cluster_centers_ - run.centroids).max() < 0.1
    assert peer.inertia_ / joined(photos).size == pytest.approx(run.errors[-1], rel=1e-4)


def test_the_histogram_counts_every_pixel(photos, found):
    colours, counts = np.unique(joined(photos), axis=0, return_counts=True)
    histogram = found[1]
    order = np.lexsort(histogram.colours.T[::-1])
    assert np.array_equal(histogram.colours[order], colours)
    assert np.array_equal(histogram.counts[order], counts)


IMAGES = arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)))


@settings(max_examples=25)
@given(images=st.lists(IMAGES, min_size=1, max_size=4), data=st.data())
def test_in_whatever_order_the_photos_come_the_result_is_the_same(tmp_path_factory, images, data):
    folder = tmp_path_factory.mktemp("any")
    files = [write(folder, f"{i}.png", image) for i, image in enumerate(images)]
    k = data.draw(st.integers(1, len(np.unique(joined(files), axis=0))))
    mixed = data.draw(st.permutations(files))
    one = joint_palette(files, k, iterations=3)
    assert equal(one, joint_palette(mixed, k, iterations=3))
    whole = kmeans(joined(mixed), one[0].history[0], iterations=3)
    assert np.array_equal(whole.history, one[0].history)


def test_two_processes_give_the_same(photos, found):
    assert equal(found, joint_palette(photos, k=16, processes=2))


def test_another_seed_may_find_another_start_and_the_same_one_does_not(photos, found):
    assert equal(found, joint_palette(photos, k=16, seed=0))
    assert not equal(found, joint_palette(photos, k=16, seed=1))


def test_one_palette_is_better_than_the_palette_of_one_photo(photos, found):
    """The reason to count all: a palette of the marbles alone paints the other photos worse."""
    pixels, errors = joined(photos), []
    for file in photos:
        alone, _ = joint_palette([file], k=16)
        errors.append(kmeans(pixels, alone.centroids, iterations=0).errors[0])
    assert found[0].errors[-1] < 0.8 * min(errors)


# ---------------------------------------------------------------- the photos


def test_a_broken_photo_is_told_and_passed_over(photos, found, tmp_path):
    broken, text = tmp_path / "broken.png", tmp_path / "text.png"
    broken.write_bytes(photos[0].read_bytes()[:5000])
    text.write_text("no image")
    missing = tmp_path / "missing.png"
    files = [text, *photos[:2], missing, *photos[2:], broken]
    result = joint_palette(files, k=16)
    assert equal(result, found)
    unread = result[1].unread
    assert [*unread] == [text, missing, broken]
    for file in unread:
        assert isinstance(unread[file], ImageError)
        assert file.name in str(unread[file])


def test_a_photo_that_stops_its_workers_is_told_too_and_all_in_their_order(
    photos, tmp_path, monkeypatch
):
    def each_from_the_last(work, files, *_):
        return [(file, STOPPED if file == photos[1] else work(file)) for file in reversed(files)]

    monkeypatch.setattr(album, "each", each_from_the_last)
    missing = tmp_path / "missing.png"
    unread = count_photos([photos[0], photos[1], missing]).unread
    assert [*unread] == [photos[1], missing]
    assert "sunset.png stopped the process that read it: make it smaller" in str(unread[photos[1]])


def test_a_deep_a_wide_and_a_clear_photo_are_counted_as_load_image_reads_them(tmp_path):
    files = [tmp_path / name for name in ("deep.tif", "wide.png", "clear.png")]
    Image.fromarray(np.full((5, 4), 10 * 257, np.uint16)).save(files[0])
    Image.new("RGB", (4, 5), (235, 51, 35)).save(files[1], icc_profile=PROFILES["Display P3"])
    Image.new("RGBA", (4, 5), (0, 0, 0, 0)).save(files[2])
    histogram = count_photos(files)
    assert sorted(histogram.colours.tolist()) == [[10] * 3, [255, 0, 0], [255] * 3]
    assert histogram.counts.tolist() == [20] * 3
    for (note,), words in zip(
        histogram.notes.values(), ["16 bits a channel", "to sRGB", "laid on white"], strict=True
    ):
        assert words in note


def test_no_more_than_one_photo_is_in_memory(tmp_path):
    rng = np.random.default_rng(0)
    image = rng.integers(0, 40, (800, 1000, 3), np.uint8)
    files = [write(tmp_path, f"{i}.bmp", image) for i in range(6)]
    peaks = []
    for some in (files[:1], files):
        tracemalloc.start()
        count_photos(some)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < image.nbytes / 2


def test_progress_wraps_the_photos_and_the_iterations(photos):
    wrapped = []

    def progress(steps):
        wrapped.append(len(steps))
        return steps

    joint_palette(photos, k=2, iterations=3, progress=progress)
    assert wrapped == [4, 3]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"files": []}, r"files must be a list of at least one name; got \[\]"),
        ({"files": "a.png"}, "files must be a list of at least one name; got a.png"),
        ({"k": 0}, "k must be an integer of at least 1; got 0"),
        ({"seed": -1}, "seed must be an integer of at least 0; got -1"),
        ({"iterations": 1.5}, "iterations must be an integer of at least 0; got 1.5"),
        ({"processes": 0}, "processes must be an integer of at least 1; got 0"),
        ({"k": 7}, "k must be .* different colours in the photos, which is 6; got 7"),
        ({"files": ["a.png", "b.png"]}, "none of the 2 photos can be read: a.png does not exist"),
    ],
)
def test_what_is_not_allowed_is_said_in_one_sentence(arguments, sentence):
    usual = {"files": [ROOT / "data/tiny.png"], "k": 3}
    with pytest.raises(ValueError, match=sentence):
        joint_palette(**usual | arguments)


# ---------------------------------------------------------------- painting


def test_each_photo_is_painted_with_the_nearest_of_the_palette(photos, found, tmp_path):
    centroids = found[0].centroids
    saved = save_photos(photos, centroids, tmp_path)
    assert [*saved] == photos
    for file in photos:
        original, written = load_image(file), tmp_path / file.name
        labels = assign(to_pixels(original), centroids)
        assert np.array_equal(load_image(written), reconstruct(labels, centroids, original.shape))
        assert Image.open(written).mode == "P"
        assert saved[file].bytes == written.stat().st_size


def test_two_processes_write_the_same_files(photos, found, tmp_path):
    for processes in (1, 2):
        (tmp_path / str(processes)).mkdir()
        save_photos(photos, found[0].centroids, tmp_path / str(processes), processes=processes)
    for file in photos:
        one, two = (tmp_path / folder / file.name for folder in "12")
        assert one.read_bytes() == two.read_bytes()


def test_a_photo_that_cannot_be_painted_stops_no_other(photos, tmp_path):
    files = [tmp_path / "gone.jpg", photos[0]]
    (tmp_path / "out").mkdir()
    saved = save_photos(files, [[0, 0, 0]], tmp_path / "out")
    assert "gone.jpg does not exist" in str(saved[files[0]])
    assert saved[files[1]].colours == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == [photos[0].name]


def test_two_photos_of_one_name_are_refused_before_the_first_is_written(photos, tmp_path):
    (tmp_path / "out").mkdir()
    other = write(tmp_path, f"{photos[1].stem}.bmp", np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(ValueError, match=r"sunset.png and .*sunset.bmp would both become sunset"):
        save_photos([photos[0], photos[1], other], [[0, 0, 0]], tmp_path / "out")
    assert not [*(tmp_path / "out").iterdir()]


# ---------------------------------------------------------------- the module


@pytest.mark.parametrize("name", ["joint_palette", "save_photos"])
def test_the_examples_run(name):
    (test,) = doctest.DocTestFinder(recurse=False).find(
        getattr(album, name), name, globs={**vars(album)}
    )
    assert test.examples
    said = []
    doctest.DocTestRunner().run(test, out=said.append)
    assert said == []


def test_without_dask_everything_but_a_client_works(photos):
    code = (
        "import sys; sys.modules |= {'dask': None, 'distributed': None}\n"
        "from kmeans_lesson.further.album import joint_palette\n"
        "print(len(joint_palette(sys.argv[1:], k=3)[0].centroids))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *photos], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.stdout, done.stderr) == ("3\n", "")
