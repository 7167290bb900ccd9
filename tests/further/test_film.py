"""The film of a run: every frame is one state, in its K colours and no others."""

import doctest
import sys

import imageio.v3
import numpy as np
import pytest
from command_line import ROOT
from PIL import Image, ImageSequence

from kmeans_lesson import init_centroids, kmeans, load_image, to_pixels
from kmeans_lesson.__main__ import main
from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.further import film
from kmeans_lesson.further.film import SIDE, TEXT, film_frames, save_film

RNG = np.random.default_rng(0)
MARBLES = str(ROOT / "data/marbles.png")


def run_on(image, k, iterations=10):
    pixels = to_pixels(image)
    return kmeans(pixels, init_centroids(pixels, k), iterations)


def read(file):
    """Return the frames as any other program sees them, and how long each is shown."""
    opened = Image.open(file)
    frames = [
        (np.asarray(f.convert("RGB")), f.info["duration"]) for f in ImageSequence.Iterator(opened)
    ]
    return [frame for frame, _ in frames], [time for _, time in frames], opened.info["loop"]


@pytest.fixture(scope="module")
def marbles():
    image = load_image(MARBLES)
    return image, run_on(image, 16)


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp"])
@pytest.mark.parametrize("k", [2, 16, 256])
def test_every_frame_is_read_back_as_it_was_painted(tmp_path, suffix, k):
    image = RNG.integers(0, 256, (70, 90, 3), np.uint8)  # the colours of all frames are thousands
    run = run_on(image, k, 4)
    size = save_film(tmp_path / f"a{suffix}", image, run)
    assert size == (tmp_path / f"a{suffix}").stat().st_size
    frames, times, loop = read(tmp_path / f"a{suffix}")
    painted = [palette[indices] for indices, palette in film_frames(image, run)]
    assert len(frames) == 5
    assert all(map(np.array_equal, frames, painted))
    assert times == [600] * 4 + [2400]
    assert loop == 0


def test_each_frame_shows_its_iteration_in_its_own_colours(marbles):
    image, run = marbles
    rows, columns = (np.arange(n) * m // n for n, m in ((342, 427), (512, 640)))
    small = image[np.ix_(rows, columns)]
    for i, (indices, palette) in enumerate(film_frames(*marbles)):
        distances = ((to_pixels(small)[:, None] - run.history[i]) ** 2).sum(axis=2)
        expected = np.rint(run.history[i][distances.argmin(axis=1)]).reshape(small.shape)
        assert np.array_equal(palette[indices[:342]], expected)
        assert {*map(tuple, palette)} == {*map(tuple, np.rint(run.history[i]).astype(int))}


def test_the_bar_has_the_shares_and_the_text_is_light_on_dark(marbles):
    for indices, palette in film_frames(*marbles):
        picture, bar, text = indices[:342], indices[342 + TEXT // 2], indices[342 + TEXT :]
        shares = np.bincount(picture.ravel(), minlength=16) / picture.size
        assert np.abs(np.bincount(bar, minlength=16) / bar.size - shares).max() < 2 / bar.size
        assert (np.diff(bar.astype(int)) >= 0).all()
        light = palette @ [0.2126, 0.7152, 0.0722]
        used = {*np.unique(light[text])}
        assert used == {light.min(), light.max()}
        assert (light[text] == light.max()).mean() < 0.2


def test_text_shows_where_two_colours_are_equally_light():
    image = np.zeros((60, 80, 3), np.uint8)
    image[:, :40], image[:, 40:] = (255, 0, 0), (0, 255, 0)
    for indices, _ in film_frames(image, run_on(image, 2, 1)):
        assert len(np.unique(indices[-TEXT:])) == 2


@pytest.mark.parametrize("halves", [False, True])
def test_the_text_tells_the_iteration_and_the_error_of_its_state(marbles, monkeypatch, halves):
    said, draw = [], film._sheet
    monkeypatch.setattr(film, "_sheet", lambda *all: said.append(all[2:]) or draw(*all))
    frames = film_frames(*marbles, halves)
    lines = [(indices[-2 * TEXT :] == indices[-1, 0]).tobytes() for indices, _ in frames]
    assert len({*lines}) == len(frames)
    run = marbles[1]
    whole = said[::2] if halves else said
    assert whole == [(f"iteration {i}", f"MSE {run.errors[i]:.1f}") for i in range(11)]
    assert [when for when, _ in said[1::2]] == (
        [f"iteration {i}.5" for i in range(10)] if halves else [when for when, _ in whole[1::2]]
    )


def test_at_the_end_the_bar_goes_from_dark_to_light_between_two_lines(marbles):
    indices, palette = film_frames(*marbles)[-1]
    light = palette @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light[indices[342 + TEXT // 2]]) >= 0).all()
    for row in (342, 342 + TEXT - 1):
        assert (light[indices[row]] == light.max()).all()


def test_a_film_that_cannot_be_written_leaves_the_old_one(tmp_path, marbles, monkeypatch):
    (tmp_path / "a.gif").write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ImageError, match=r"a.gif cannot be written \(No space left on device\)"):
        save_film(tmp_path / "a.gif", *marbles)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"a.gif": b"old"}


def test_halves_show_the_moved_centroids_with_the_old_labels(marbles):
    image, run = marbles
    whole, halves = film_frames(image, run), film_frames(image, run, halves=True)
    assert len(halves) == 21
    for i in range(10):
        assert np.array_equal(halves[2 * i][0], whole[i][0])
        assert np.array_equal(halves[2 * i + 1][0][:342], whole[i][0][:342])
        assert np.array_equal(halves[2 * i + 1][1], whole[i + 1][1])


def test_the_error_between_is_the_one_measured():
    image = RNG.integers(0, 256, (20, 30, 3), np.uint8)
    run, pixels = run_on(image, 5, 3), to_pixels(image).astype(float)
    for old, new, error in zip(run.history, run.history[1:], run.errors, strict=False):
        labels = ((pixels[:, None] - old) ** 2).sum(axis=2).argmin(axis=1)
        measured = ((pixels - new[labels]) ** 2).mean()
        assert film._error_between(image, error, old, new) == pytest.approx(measured)


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (3, 4), (700, 20)])
def test_any_shape_becomes_a_film_that_fits_a_slide(tmp_path, shape):
    image = np.full((*shape, 3), 90, np.uint8)
    save_film(tmp_path / "a.gif", image, run_on(image, 1, 2))
    frames, _, _ = read(tmp_path / "a.gif")
    height, width = frames[0].shape[:2]
    assert SIDE[0] <= max(height - 3 * TEXT, width) <= SIDE[1]
    assert width >= SIDE[0]
    assert (frames[0] == 90).all(), "one colour leaves none for the text"


def test_what_is_no_film_gets_one_sentence(tmp_path, marbles):
    image, run = marbles
    for name in ("a.jpg", "a", "a.avi"):
        with pytest.raises(ImageError, match=r"must end with one of .gif, .png, .webp, .mp4"):
            save_film(tmp_path / name, image, run)
    with pytest.raises(
        ValueError, match=r"run must be one on the pixels of the image; got 273,280"
    ):
        save_film(tmp_path / "a.gif", image[1:], run)
    noise = RNG.integers(0, 256, (20, 30, 3), np.uint8)
    with pytest.raises(ValueError, match=r"at most 256 colours in a frame; got K = 257"):
        save_film(tmp_path / "a.gif", noise, run_on(noise, 257, 0))
    assert not list(tmp_path.iterdir())


def test_a_video_without_what_it_needs_says_what_to_install(tmp_path, marbles, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ImageError, match=r"a.mp4 needs imageio-ffmpeg: `pip install"):
        save_film(tmp_path / "a.mp4", *marbles)
    assert not list(tmp_path.iterdir())


def test_a_video_has_all_frames_and_nearly_their_colours(tmp_path, marbles):
    pytest.importorskip("imageio_ffmpeg", reason="imageio-ffmpeg, 68 MB, is not installed")
    save_film(tmp_path / "a.mp4", *marbles)
    seen = imageio.v3.imread(tmp_path / "a.mp4", plugin="FFMPEG")
    painted = [palette[indices] for indices, palette in film_frames(*marbles)]
    assert len(seen) == 10 * 3 + 12
    for i, frame in enumerate(painted):
        assert np.abs(seen[3 * i + 1].astype(int) - frame).mean() < 6


def test_its_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    assert doctest.testmod(film) == (0, 4)


# ---------------------------------------------------------------- the command


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_writes_the_film_of_its_run(folder, capsys, marbles):
    assert main([MARBLES, "-o", "a.png", "--film"]) == 0
    size = (folder / "a-film.gif").stat().st_size
    assert f"a-film.gif: the film, {size:,} bytes" in capsys.readouterr().out
    frames, _, _ = read(folder / "a-film.gif")
    indices, palette = film_frames(*marbles)[-1]
    assert np.array_equal(frames[-1], palette[indices])
    assert main([MARBLES, "-n2", "-o", "b.png", "--film", "c.webp"]) == 0
    assert len(read(folder / "c.webp")[0]) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--film", "a.jpg"], "a.jpg must end with one of"),
        (["--film", "out.png"], "--film and -o are one file, out.png"),
        (["--film", "there.gif"], "there.gif exists: choose another name with -o, or add --force"),
        (["--film", "-k300"], "--film has at most 256 colours in a frame; got 300"),
        (["--film", "no/a.gif"], "no/a.gif cannot be written: its folder does not exist"),
    ],
)
def test_the_command_refuses_before_the_work(folder, capsys, words, told):
    (folder / "there.gif").write_bytes(b"mine")
    try:
        status = main([MARBLES, "-o", "out.png", *words])
    except SystemExit as error:
        status = error.code
    assert status in (1, 2)
    seen = capsys.readouterr()
    assert told in seen.err
    assert seen.out == ""
    assert [file.name for file in folder.iterdir()] == ["there.gif"]
    assert (folder / "there.gif").read_bytes() == b"mine"


def test_a_film_by_another_name_does_not_replace_the_result(folder, capsys):
    with pytest.raises(SystemExit):
        main([MARBLES, "-o", "out.png", "--film", str(folder / "out.png")])
    assert "--film and -o are one file" in capsys.readouterr().err
    assert not list(folder.iterdir())


def test_several_photos_have_no_film(folder, capsys):
    with pytest.raises(SystemExit):
        main([MARBLES, MARBLES, "--together", "-o", "all", "--film"])
    assert "--film is for one photo at a time" in capsys.readouterr().err
