"""What `load_image` and `save_image` take for a file, and what they say of anything else."""

import io
import os
import tempfile
from pathlib import Path

import corpus
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmeans_lesson import load_image, save_image
from kmeans_lesson.formats.files import short
from kmeans_lesson.formats.kinds import ImageError

SCENE = np.asarray(corpus.scene())
FILES = corpus.files()
DATA, _ = FILES["PNG-RGB"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Make a folder with an image the home folder, and the one we are in."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my photo.png").write_bytes(DATA)
    return tmp_path


NAMES = ["my photo.png", b"my photo.png", Path("my photo.png"), "~/my photo.png", b"~/my photo.png"]
NAMES += [Path("~/my photo.png"), '"my photo.png"', "'my photo.png'", '"~/my photo.png"']


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_of_every_sort(name, home):
    assert (load_image(name) == SCENE).all()
    save_image(name, 255 - SCENE)
    assert (load_image("my photo.png") == 255 - SCENE).all()
    assert os.listdir(home) == ["my photo.png"]


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no quotes in names")
def test_a_file_whose_name_has_quotes_comes_first(home):
    (home / '"my photo.png"').write_bytes(corpus.png(1, 1, 8, 2, [bytes(3)]))
    assert load_image('"my photo.png"').shape == (1, 1, 3)


@pytest.mark.parametrize("name", ["PNG-RGB", "GIF-P", "JPEG-RGB", "TIFF-RGB-tiff_lzw", "TGA-RGB"])
def test_open_files_of_every_kind_are_read_whole_and_left_where_they_were(name, tmp_path):
    data, _ = FILES[name]
    (tmp_path / "a").write_bytes(data)
    wanted = load_image(tmp_path / "a")
    with open(tmp_path / "a", "rb") as file:
        file.read(5)
        assert (load_image(file) == wanted).all()
        assert file.tell() == 5
        assert not file.closed
    memory = io.BytesIO(data)
    memory.seek(0, 2)
    assert (load_image(memory) == wanted).all()
    assert memory.tell() == len(data)


def test_a_stream_that_cannot_go_back():
    class Stream:
        def __init__(self):
            self.data = DATA

        def seekable(self):
            return False

        def read(self):
            data, self.data = self.data, b""
            return data

    assert (load_image(Stream()) == SCENE).all()


def test_an_image_is_written_to_an_open_file(tmp_path):
    for path in (tmp_path / "a.png", tmp_path / "a.bmp"):
        with open(path, "w+b") as file:
            report = save_image(file, SCENE)
            assert (load_image(file) == SCENE).all()
        assert path.stat().st_size == report.bytes
    assert (tmp_path / "a.bmp").read_bytes()[:2] == b"BM"
    memory = io.BytesIO()
    save_image(memory, SCENE)
    assert memory.getvalue() == (tmp_path / "a.png").read_bytes()
    with tempfile.TemporaryFile() as file:  # its name is a number
        save_image(file, SCENE)
        assert (load_image(file) == SCENE).all()
    with open(tmp_path / "a.jpg", "wb") as file, pytest.raises(ImageError, match="would turn 16"):
        save_image(file, SCENE)


def test_open_files_that_will_not_do(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(DATA)
    for mode in ("r", "wb", "w"):
        with open(path, mode) as file, pytest.raises(ImageError, match="for reading bytes"):
            load_image(file)
    with pytest.raises(ImageError, match=r"a\.png cannot be read .*closed"):
        load_image(file)
    with pytest.raises(ImageError, match=r"the open file gives str, not bytes: .* 'rb'"):
        load_image(io.StringIO("text"))
    for mode in ("r", "rb", "w"):
        with open(path, mode) as file, pytest.raises(ImageError, match="for writing bytes"):
            save_image(file, SCENE)
    with pytest.raises(ImageError, match="the open file is empty"):
        load_image(io.BytesIO())


ADDRESSES = ["http://x.org/a.png", "https://x.org/a.png?b=1", "HTTPS://x.org", "ftp://x.org/a.png"]
ADDRESSES += [Path("https://x.org/a.png"), b"https://x.org/a.png", "www.x.org/a.png"]
ADDRESSES += ["s3://x/a.png", "data:image/png;base64,iVBORw0KGgo"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_web_address_is_called_one(address):
    with pytest.raises(ImageError, match=r"is a web address: download the image first$"):
        load_image(address)


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("name", ["PNG-RGB", "JPEG-RGB", "GIF-P", "BMP-RGB"])
def test_the_content_of_a_file_is_told_from_a_name(name, wrap):
    data, _ = FILES[name]
    for call in (load_image, lambda path: save_image(path, SCENE)):
        with pytest.raises(ImageError, match=rf"{len(data)} bytes of content: wrap .* io\.BytesIO"):
            call(wrap(data))


LONG = [DATA * 100, "x" * 10_000, "x/" * 10_000, b"x" * 300, list(range(10_000)), SCENE, None, 3.5]
LONG += ["data:image/png;base64," + "A" * 9000, "y" * 3000 + "\0", "\ud800" * 500, f"'{'z' * 999}'"]


@pytest.mark.parametrize("path", LONG, ids=range(len(LONG)))
def test_no_message_shows_more_than_200_characters_of_what_came(path):
    for call in (load_image, lambda path: save_image(path, SCENE)):
        with pytest.raises(ImageError) as caught:
            call(path)
        assert len(str(caught.value)) < 200 + 150
        assert str(caught.value).isprintable()


@given(st.text())
def test_what_is_short_stays_and_what_is_long_keeps_its_ends(text):
    assert len(short(text)) <= 200
    assert short(text) == text or (
        short(text)[:150] == text[:150] and short(text)[-45:] == text[-45:]
    )
