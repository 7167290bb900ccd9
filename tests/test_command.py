"""The command as a real process: its seven lines, its two files, its errors and its exit status."""

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import COMMAND, ROOT, STEPS, environment, start
from PIL import Image
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from kmeans_lesson import init_centroids, kmeans, load_image
from kmeans_lesson.__main__ import main
from kmeans_lesson.compare import psnr, side_by_side_png
from kmeans_lesson.engine.best import best_centroids
from kmeans_lesson.formats.encode import encode_rgb_png
from kmeans_lesson.images import load_and_tell

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (40, 60, 3), np.uint8)
TINY = np.asarray(Image.open(ROOT / "data" / "tiny.png").convert("RGB"))
LONG = ["-k", "64", "-n", "200000"]  # iterations, many more than a test can wait for
signals = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals and terminals")


def command(folder, *words, **changes):
    """Run the command in a folder; return its exit status, stdout and stderr."""
    done = subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=folder,
        env=environment(**changes),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def what_is_in(folder):
    """Return every file of a folder with its bytes and the time it was last changed."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def steps(out):
    """Take the report apart: the name of each step, and the lines that say something of it."""
    lines = [(line[:24].rstrip(), line[24:]) for line in out.splitlines()]
    names = [name for name, _ in lines if name]
    starts = [i for i, (name, _) in enumerate(lines) if name]
    ends = [*starts[1:], len(lines)]
    said = [[what for _, what in lines[i:j]] for i, j in zip(starts, ends, strict=True)]
    return names, said


def colours_and_shares(lines):
    """Read the lines of a palette: the colours, (K, 3), and the share of each as it is written."""
    codes, shares = zip(*re.findall(r"#(\w{6}) +([\d.]+%)", "\n".join(lines)), strict=True)
    return np.array([list(bytes.fromhex(code)) for code in codes]), list(shares)


@pytest.fixture
def photo(tmp_path):
    """Put a photo.png of 60 x 40 pixels in a folder."""
    Image.fromarray(NOISE).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


# ---------------------------------------------------------------- what it says and writes


def test_seven_steps_tell_the_truth(photo):
    words = ["-k5", "-n2", "--seed", "5", "-o", "five.png"]  # in this start no two distances tie
    status, out, err = command(photo.parent, "photo.png", *words)
    names, says = steps(out)
    assert (status, err, names) == (0, "", STEPS)

    pixels = NOISE.reshape(-1, 3).astype(float)
    different = len(np.unique(pixels, axis=0))
    assert says[0] == [f"photo.png: 60 x 40 pixels, {different:,} colours"]
    assert says[1] == ["2,400 rows of red, green and blue"]

    assert says[2][0].startswith("5 random colours: #")
    codes = re.findall("#(..)(..)(..)", says[2][0])
    centroids = np.array([[int(channel, 16) for channel in code] for code in codes])
    assert np.array_equal(centroids, init_centroids(pixels, 5, seed=5))

    peers = [KMeans(5, init=centroids, n_init=1, max_iter=n, tol=0).fit(pixels) for n in (1, 2)]
    sums = [(cdist(pixels, centroids) ** 2).min(axis=1).sum(), *(peer.inertia_ for peer in peers)]
    errors = " -> ".join(f"{total / pixels.size:.1f}" for total in sums)
    assert says[3] == [f"2 iterations, mean squared error {errors}"]

    written = Image.open(photo.with_name("five.png"))
    assert written.mode == "P"
    result = np.asarray(written.convert("RGB"))
    palette = np.rint(peers[1].cluster_centers_).astype(np.uint8)
    assert np.array_equal(result, palette[peers[1].labels_].reshape(NOISE.shape))
    psnr = 10 * np.log10(255**2 / ((result.astype(float) - NOISE) ** 2).mean())
    assert says[4][0] == f"5 colours, PSNR {psnr:.1f} dB (higher is closer)"
    colours, shares = colours_and_shares(says[4][1:])
    order = np.argsort(palette @ (0.2126, 0.7152, 0.0722))
    assert np.array_equal(colours, palette[order])
    assert shares == [f"{share:.1%}" for share in np.bincount(peers[1].labels_)[order] / 2400]

    source, ours = (os.path.getsize(photo.with_name(name)) for name in ("photo.png", "five.png"))
    rgb = len(encode_rgb_png(result))
    assert says[5] == [
        f"five.png: {ours:,} bytes (as a 24-bit PNG: {rgb:,}; the photo's file: {source:,})"
    ]
    assert says[6] == ["five-side-by-side.png"]
    captions = [f"{different:,} colours\n{source:,} bytes", f"5 colours\n{ours:,} bytes"]
    both = photo.with_name("five-side-by-side.png").read_bytes()
    assert both == side_by_side_png(NOISE, result, captions)


def test_best_starts_with_the_best_palette(photo):
    status, out, err = command(photo.parent, "photo.png", "-k5", "-n2", "--seed", "5", "--best")
    names, says = steps(out)
    assert (status, err, names) == (0, "", STEPS)
    palette = best_centroids(NOISE.reshape(-1, 3), 5, seed=5)
    codes = " ".join("#" + bytes(map(round, colour)).hex() for colour in palette)
    assert says[2] == [f"5 best colours: {codes}"]
    errors = kmeans(NOISE.reshape(-1, 3), palette, 2).errors
    assert says[3][0].endswith(", mean squared error " + " -> ".join(f"{e:.1f}" for e in errors))


@pytest.mark.parametrize("k", [1, 16, 256])
def test_the_palette_stands_in_columns_that_fit_80_letters(photo, k):
    _, out, _ = command(photo.parent, "photo.png", f"-k{k}", "-n1", COLUMNS="40")  # it is a pipe
    names, says = steps(out)
    assert names == STEPS
    colours, shares = colours_and_shares(says[4][1:])
    written = load_image(photo.with_name(f"photo-k{k}.png")).reshape(-1, 3)
    expected, counts = np.unique(written, axis=0, return_counts=True)
    assert np.array_equal(np.unique(colours, axis=0), expected)
    assert len(colours) == len(expected)
    listed = dict(zip(map(tuple, colours), shares, strict=True))
    for colour, count in zip(expected, counts, strict=True):
        assert listed[tuple(colour)] == f"{count / len(written):.1%}"
    assert (np.diff(colours @ (0.2126, 0.7152, 0.0722)) >= 0).all()
    for line in says[4][1:]:
        assert re.fullmatch(r"(#[0-9a-f]{6} [ \d]{3}\.\d%  )*#[0-9a-f]{6} [ \d]{3}\.\d%", line)
        assert len(line) <= 80 - 24
    assert len(says[4][1:]) == -(-len(colours) // 3)


def test_centroids_that_become_one_colour_are_listed_once(tmp_path):
    image = np.array([[[0, 0, 0], [1, 0, 0], [0, 0, 0], [1, 0, 0]]], np.uint8)
    image[0, :2] += np.array([[9], [9]], np.uint8)
    Image.fromarray(image).save(tmp_path / "near.png")
    for k in (1, 2, 3, 4):
        _, out, _ = command(tmp_path, "near.png", f"-k{k}")
        colours, shares = colours_and_shares(steps(out)[1][4][1:])
        written = load_image(tmp_path / f"near-k{k}.png").reshape(-1, 3)
        assert len(colours) == len(np.unique(written, axis=0))
        assert sum(float(share[:-1]) for share in shares) == pytest.approx(100)


@pytest.mark.parametrize(("k", "words"), [(1, "1 random colour"), (6, "6 random colours")])
def test_without_k_there_are_no_more_centroids_than_colours(tmp_path, k, words):
    Image.fromarray(TINY if k > 1 else TINY[:1, :1]).save(tmp_path / "flag.png")
    status, out, err = command(tmp_path, "flag.png")
    names, says = steps(out)
    assert (status, err, names) == (0, "", STEPS)
    assert says[2][0].startswith(f"{words}: #")
    assert says[2][1:] == [f"K is {k}, not 16, because the image has no more colours"]
    assert what_is_in(tmp_path).keys() == {
        tmp_path / name for name in ("flag.png", f"flag-k{k}.png", f"flag-k{k}-side-by-side.png")
    }
    assert "nothing lost" in says[4][0]
    status, out, err = command(tmp_path, "flag.png", "-k16")
    assert (status, err.count("\n")) == (1, 1)
    assert f"which is {k}; got 16" in err


def test_with_as_many_colours_as_usual_nothing_is_said_of_k(tmp_path):
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)).save(tmp_path / "16.png")
    assert len(steps(command(tmp_path, "16.png")[1])[1][2]) == 1


def test_what_the_file_holds_beside_the_image_is_said_once(tmp_path):
    clear = Image.fromarray(NOISE).convert("RGBA")
    clear.putalpha(Image.fromarray(NOISE[..., 0]))
    clear.save(tmp_path / "clear.png")
    frames = [Image.fromarray(NOISE // 64 * 64), Image.fromarray(NOISE[::-1] // 64 * 64)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    Image.fromarray(NOISE).save(tmp_path / "plain.png")
    for name, what in (
        ("clear.png", "transparent"),
        ("moving.gif", "first of 2"),
        ("plain.png", ""),
    ):
        _, notes = load_and_tell(tmp_path / name)
        says = steps(command(tmp_path, name, "-k4")[1])[1]
        assert says[0][1:] == notes
        assert what in " ".join(notes)
        assert bool(what) == bool(notes)


def test_names_in_quotes_are_read_without_them(photo):
    status, _, err = command(photo.parent, '"photo.png"', "-k3", "-o", '"three.png"')
    assert (status, err) == (0, "")
    names = {photo.name, "three.png", "three-side-by-side.png"}
    assert {path.name for path in what_is_in(photo.parent)} == names


def test_a_web_address_is_told_in_one_line(tmp_path):
    status, out, err = command(tmp_path, "https://example.org/photo.png")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("kmeans-lesson: https://example.org/photo.png ")
    assert what_is_in(tmp_path) == {}


class Stream(io.TextIOBase):
    """A text stream as a library may put it in the place of stdout: it can only write."""

    encoding = "ascii"

    def __init__(self):
        self.text = ""

    def write(self, text):
        text.encode(self.encoding)
        self.text += text
        return len(text)


@pytest.mark.parametrize("stream", [io.StringIO(), Stream(), None])
def test_any_text_stream_can_be_stdout(tmp_path, monkeypatch, stream):
    name = "写真.png" if isinstance(stream, Stream) else "photo.png"
    Image.fromarray(NOISE).save(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdout", stream)
    assert main([name, "-k3"]) == 0
    if stream is not None:
        out = stream.text if isinstance(stream, Stream) else stream.getvalue()
        assert steps(out)[0] == STEPS
        assert "photo-k3.png" in out or r"\u5199\u771f-k3.png" in out


def test_stdout_stays_as_it_was(photo, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main([str(photo), "-k3"]) == 0
    assert (stream.encoding, stream.errors, stream.line_buffering) == ("latin-1", "strict", False)


def test_the_start_loads_neither_matplotlib_nor_the_lab(tmp_path):
    code = (
        "import sys, kmeans_lesson.__main__; print(*{name.split('.')[0] for name in sys.modules})"
    )
    out = subprocess.check_output([sys.executable, "-c", code], env=environment(), text=True)
    ours = {"matplotlib", "tqdm", "imageio", "ipywidgets", "anywidget", "IPython", "traitlets"}
    assert not ours & set(out.split())


def test_where_no_thread_can_start_the_command_does_the_same(photo, monkeypatch, capsys):
    def none(*_):
        raise RuntimeError("can't start new thread")

    assert main([str(photo), "-k", "5"]) == 0
    out, written = capsys.readouterr().out, what_is_in(photo.parent)
    monkeypatch.setattr("threading.Thread.start", none)
    assert main([str(photo), "-k", "5", "--force"]) == 0
    assert capsys.readouterr().out == out
    assert [data for data, _ in what_is_in(photo.parent).values()] == [
        data for data, _ in written.values()
    ]


def test_the_console_script_does_the_same(photo, monkeypatch, capsys):
    monkeypatch.chdir(photo.parent)
    assert main(["photo.png", "-k", "5"]) == 0
    out, err = capsys.readouterr()
    assert "10 iterations" in out
    written = what_is_in(photo.parent)
    assert (0, out, err) == command(photo.parent, "photo.png", "-k", "5", "--force")
    assert [data for data, _ in what_is_in(photo.parent).values()] == [
        data for data, _ in written.values()
    ]


@pytest.mark.parametrize(
    ("image", "words", "line"),
    [
        (TINY, ["-k1"], "5 Rebuild the image     1 colour, PSNR 10.6 dB (higher is closer)"),
        (TINY, ["-k6", "-n1"], "5 Rebuild the image     6 colours, nothing lost"),
        (TINY, ["-k2", "-n0"], "4 Assign and update     0 iterations, mean squared error 10062.5"),
        (TINY[:1, :1], ["-k1"], "2 From image to pixels  1 row of red, green and blue"),
    ],
)
def test_the_smallest_cases(tmp_path, image, words, line):
    Image.fromarray(image).save(tmp_path / "small.png")
    status, out, err = command(tmp_path, "small.png", "-o", "out.png", *words)
    assert (status, err) == (0, "")
    assert line in out.splitlines()
    k = int(words[0][2:])
    assert len(np.unique(load_image(tmp_path / "out.png").reshape(-1, 3), axis=0)) == k


def test_long_lists_are_shortened_in_the_middle(photo):
    _, out, _ = command(photo.parent, "photo.png", "-k13", "-n12")
    for line, first, last in ((2, r"#\w{6}", r"#\w{6}"), (3, r"[\d.]+", r"[\d.]+")):
        assert re.search(rf"({first}\W+){{10}}\.\.\. (-> )?{last}$", out.splitlines()[line])


def test_help_shows_an_example_that_works(tmp_path):
    status, out, _ = command(tmp_path, "--help")
    assert status == 0
    example = re.search(r"^  kmeans-lesson (.*)$", out, re.MULTILINE).group(1)
    (tmp_path / "data").mkdir()
    Image.fromarray(NOISE).save(tmp_path / "data" / "marbles.png")
    assert command(tmp_path, *example.split())[0] == 0
    for name in re.findall(r"eight\S*\.png", out.split("writes")[1]):
        assert (tmp_path / name).exists()


# ---------------------------------------------------------------- where it writes


@pytest.mark.parametrize(
    "name",
    ["two words.png", "Übung 写真.png", "-k 3.png", "%03d[1]#.png"]
    + ["new\nline.png", "*\t?.png"] * (os.name != "nt"),
)
def test_odd_names_work(tmp_path, name):
    Image.fromarray(TINY).save(tmp_path / name)
    before = what_is_in(tmp_path)
    status, out, err = command(tmp_path, "-k3", "--", name)
    assert (status, err) == (0, "")
    assert steps(out)[0] == STEPS
    stem = name.removesuffix(".png")
    names = {name, f"{stem}-k3.png", f"{stem}-k3-side-by-side.png"}
    assert {path.name for path in what_is_in(tmp_path)} == names
    assert what_is_in(tmp_path)[tmp_path / name] == before[tmp_path / name]


def test_from_another_folder(photo):
    away = photo.parent / "anders wo" / "weit weg"
    away.mkdir(parents=True)
    assert command(away, photo)[0] == 0  # beside the photo
    assert command(away, "../../photo.png", "-o", "here.png")[0] == 0
    assert command(away, photo, "-o", away.parent / "there.png")[0] == 0
    written = [photo.with_name("photo-k16.png"), away / "here.png", away.parent / "there.png"]
    sides = [path.with_name(f"{path.stem}-side-by-side.png") for path in written]
    assert what_is_in(photo.parent).keys() == {photo, *written, *sides}
    assert len({path.read_bytes() for path in written}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
)
def test_any_terminal_can_show_any_name(tmp_path, changes):
    Image.fromarray(TINY).save(tmp_path / "写真.png")
    status, out, err = command(tmp_path, "写真.png", "-k2", **changes)
    assert (status, err, steps(out)[0]) == (0, "", STEPS)
    assert (tmp_path / "写真-k2-side-by-side.png").exists()
    assert command(tmp_path, "写.png", **changes)[0] == 1


@pytest.mark.parametrize("there", ["out.png", "out-side-by-side.png"])
def test_replaces_only_when_forced(photo, there):
    photo.with_name(there).write_text("precious")
    before = what_is_in(photo.parent)
    status, out, err = command(photo.parent, "photo.png", "-o", "out.png")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert f"{there} exists" in err
    assert "--force" in err
    assert what_is_in(photo.parent) == before
    assert command(photo.parent, "photo.png", "-o", "out.png", "--force")[0] == 0
    load_image(photo.with_name(there))
    assert what_is_in(photo.parent)[photo] == before[photo]


@pytest.mark.parametrize("output", ["photo.png", "folder/../photo.png", "hard.png", "soft.png"])
def test_never_replaces_its_input(photo, output):
    photo.with_name("folder").mkdir()
    os.link(photo, photo.with_name("hard.png"))
    if output == "soft.png":
        try:
            photo.with_name(output).symlink_to(photo)
        except OSError as error:  # Windows may not allow it
            pytest.skip(f"no symbolic links here: {error}")
    before = what_is_in(photo.parent)
    status, out, err = command(photo.parent, "photo.png", "-o", output, "--force")
    assert (status, out) == (2, "")
    assert "would replace the photo itself" in err
    assert what_is_in(photo.parent) == before


def test_the_side_by_side_image_does_not_replace_the_input_either(photo):
    photo.rename(photo.with_name("a-side-by-side.png"))
    before = what_is_in(photo.parent)
    status, _, err = command(photo.parent, "a-side-by-side.png", "-o", "a.png", "--force")
    assert status == 2
    assert "a-side-by-side.png would replace the photo itself" in err
    assert what_is_in(photo.parent) == before


# ---------------------------------------------------------------- what it refuses


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["missing.png"], "missing.png"),
        (["text.png"], "text.png"),
        (["folder"], "folder"),
        (["."], "."),
        ([""], "''"),
        (["photo.png", "-k", "2401"], "k must be at most .* which is 2400; got 2401"),
        (["photo.png", "-k", "2401", "--best"], "k must be at most .* which is 2400; got 2401"),
        (["photo.png", "-o", "out.jpg"], "out.jpg .* JPEG"),
        (["photo.png", "-o", "out"], "out must end in"),
        (["photo.png", "-o", "folder", "--force"], "folder"),
        (["photo.png", "-o", ".", "--force"], "."),
    ],
)
def test_a_file_at_fault_is_told_in_one_line(photo, monkeypatch, capsys, words, sentence):
    monkeypatch.chdir(photo.parent)
    photo.with_name("text.png").write_text("no image")
    photo.with_name("folder").mkdir()
    before = what_is_in(photo.parent)
    assert main(words) == 1
    assert re.fullmatch(f"kmeans-lesson: .*{sentence}.*\n", capsys.readouterr().err)
    assert what_is_in(photo.parent) == before


@pytest.mark.parametrize(
    ("output", "words"), [("out.jpg", "cannot be written"), ("out", "must end in one of .png, ")]
)
def test_a_suffix_that_is_not_written_is_told_before_the_work(photo, output, words):
    status, out, err = command(photo.parent, "photo.png", "-o", output)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"kmeans-lesson: {output} {words}")
    assert what_is_in(photo.parent).keys() == {photo}


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("folder", ["out.png", "out-side-by-side.png"])
def test_a_folder_in_the_place_of_a_file_is_told_before_the_work(photo, folder, force):
    photo.with_name(folder).mkdir()
    status, out, err = command(photo.parent, "photo.png", "-o", "out.png", *force)
    assert (status, out) == (1, "")
    assert err == f"kmeans-lesson: {folder} is a folder: choose another name with -o\n"
    assert what_is_in(photo.parent).keys() == {photo}


@pytest.mark.parametrize("output", ["nowhere/out.png", "photo.png/out.png"])
def test_a_folder_that_is_not_there_is_told_before_the_work(photo, output):
    status, out, err = command(photo.parent, "photo.png", "-o", output)
    assert (status, out) == (1, "")
    assert err == f"kmeans-lesson: {Path(output)} cannot be written: its folder does not exist\n"
    assert what_is_in(photo.parent).keys() == {photo}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-k", "0"], "-k: must be an integer of at least 1; got 0"),
        (["-k", "3.5"], "-k: must be an integer of at least 1; got 3.5"),
        (["-k", "many"], "-k: must be an integer of at least 1; got many"),
        (["-n", "-1"], "-n/--iterations: must be an integer of at least 0; got -1"),
        (["--seed", "-1"], "--seed: must be an integer of at least 0; got -1"),
        (["--colour", "2"], "unrecognized arguments: --colour"),
        (["other.png"], "several photos become one palette with --together and a folder: -o"),
    ],
)
def test_wrong_usage_is_told_with_the_usage(photo, capsys, words, sentence):
    with pytest.raises(SystemExit) as stop:
        main([str(photo), *words])
    out, err = capsys.readouterr()
    assert (stop.value.code, out) == (2, "")
    assert err.startswith("usage: kmeans-lesson")
    assert sentence in err.splitlines()[-1]
    assert what_is_in(photo.parent).keys() == {photo}


def test_a_photo_must_be_named(tmp_path):
    status, _, err = command(tmp_path)
    assert status == 2
    assert "required: PHOTO" in err


# ---------------------------------------------------------------- pipes, terminals and Ctrl-C


@signals
def test_a_reader_who_has_left_ends_it_quietly(photo):
    reader, writer = os.pipe()
    os.close(reader)
    process = start(photo.parent, "photo.png", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    _, err = process.communicate(timeout=600)
    assert (process.returncode, err) == (141, b"")


@signals
def test_ctrl_c_in_a_pipe_says_one_line_and_leaves_nothing(photo):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(photo.parent, "photo.png", *LONG, **pipes) as process:
        lines = [process.stdout.readline() for _ in STEPS[:3]]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=600)
    assert lines[2].startswith(b"3 ")
    assert (process.returncode, out, err) == (130, b"", b"kmeans-lesson: stopped\n")
    assert what_is_in(photo.parent).keys() == {photo}


@signals
@pytest.mark.parametrize("long", [True, False])  # without iterations, on however slow a machine
def test_on_a_terminal_long_work_shows_a_progress_bar(photo, long):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 50))
    terminal = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    process = start(photo.parent, "photo.png", *(LONG if long else ["-n0"]), **terminal)
    os.close(theirs)
    said, told = b"", re.compile(rb"/200000 \[")
    with open(ours, "rb", buffering=0) as screen, contextlib.suppress(OSError):  # it was closed
        while chunk := screen.read(1000):
            if told.search(said + chunk) and not told.search(said):
                process.send_signal(signal.SIGINT)
            said += chunk
    assert process.wait(timeout=600) == (130 if long else 0)
    assert bool(told.search(said)) == long
    assert b"Traceback" not in said
    if long:
        assert re.search(rb"\r +\rkmeans-lesson: stopped\r\n$", said)  # wiped away
    else:  # the terminal is narrow, so the palette has one column
        assert len(re.findall(rb"(?m)^ {24}#\w{6} +[\d.]+%\r$", said)) == 16


def test_its_psnr_counts_every_pixel_not_every_colour(tmp_path, capsys):
    row = np.repeat([0, 10, 200, 210], (1, 8, 30, 2)).astype(np.uint8)
    image = np.repeat(row[None, :, None], 3, axis=2)
    photo, target = tmp_path / "photo.png", tmp_path / "out.png"
    Image.fromarray(image).save(photo)
    assert main([str(photo), "-k2", "-o", str(target)]) == 0
    counted = f"PSNR {psnr(image, load_image(target)):.1f} dB"
    assert counted in capsys.readouterr().out
