"""Loading an image touches nothing of the process: other threads and settings never notice it."""

import contextlib
import io
import os
import struct
import subprocess
import sys
import textwrap
import threading
import warnings

import corpus
import numpy as np
import pytest
from PIL import ExifTags, Image

from kmeans_lesson import load_image
from kmeans_lesson.formats import apart
from kmeans_lesson.formats.decode import decode
from kmeans_lesson.formats.kinds import ImageError

FILES = corpus.files()
GOOD_TIFF, _ = FILES["TIFF-RGB-tiff_lzw"]
BAD_TIFF = GOOD_TIFF[:8] + bytes(40) + GOOD_TIFF[48:]  # where its pixels are
LARGE = corpus.png(9_000, 9_000, 8, 2, [])  # 81 megapixels are few enough for Pillow


class Watched(io.BytesIO):
    """A file that has another thread look around while it is read."""

    def __init__(self, data, look):
        super().__init__(data)
        self.look = look
        self.seen = []

    def read(self, *size):
        thread = threading.Thread(target=self.note)
        thread.start()
        thread.join()
        return super().read(*size)

    def note(self):
        try:
            self.seen.append(self.look())
        except Exception as error:
            self.seen.append(error)


@pytest.mark.parametrize("name", ["PNG-RGB", "GIF-P", "TIFF-RGB-None", "TIFF-RGB-tiff_lzw"])
@pytest.mark.parametrize(
    "look",
    [
        lambda: Image.open(io.BytesIO(LARGE)).size,
        lambda: (warnings.filters, list(warnings.filters), warnings.showwarning),
        lambda: Image._decompression_bomb_check,
        lambda: (os.fstat(2).st_dev, os.fstat(2).st_ino),
    ],
    ids=["Image.open", "warnings", "Pillow's check", "error stream"],
)
def test_another_thread_sees_no_difference_while_an_image_is_loaded(name, look):
    before = look()
    file = Watched(FILES[name][0], look)
    decode(file, 1e6)
    assert file.seen
    assert all(seen == before for seen in file.seen)
    with contextlib.suppress(ImageError):
        decode(Watched(FILES[name][0][:99], look), 1e6)
    assert look() == before


@pytest.mark.parametrize("data", [GOOD_TIFF, BAD_TIFF], ids=["good", "bad"])
def test_what_another_thread_writes_to_the_error_stream_is_kept(data, capfd, tmp_path):
    (tmp_path / "a.tif").write_bytes(data)
    done, written = threading.Event(), 0

    def load_again_and_again():
        for _ in range(40):
            with contextlib.suppress(ImageError):
                load_image(tmp_path / "a.tif")
        done.set()

    thread = threading.Thread(target=load_again_and_again)
    thread.start()
    while not done.is_set():
        os.write(2, b"mine\n")
        written += 1
    thread.join()
    assert capfd.readouterr().err == "mine\n" * written


def test_the_bad_tiff_does_make_libtiff_complain(capfd):
    with contextlib.suppress(OSError):
        Image.open(io.BytesIO(BAD_TIFF)).load()
    assert capfd.readouterr().err


@pytest.mark.parametrize("closed", [(2,), (0, 2), (0, 1, 2)])
def test_a_good_tiff_is_loaded_where_the_error_stream_is_closed(closed, tmp_path):
    (tmp_path / "a.tif").write_bytes(GOOD_TIFF)
    code = f"""
        import os, sys
        import numpy as np
        from kmeans_lesson import load_image
        for number in {closed}:
            os.close(number)
        image = load_image(sys.argv[1])
        with open(sys.argv[2], "w") as file:
            print(image.shape, image.sum(), file=file)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), tmp_path / "a.tif", tmp_path / "out"]
    subprocess.run(command, timeout=600, check=False)
    image = np.asarray(corpus.scene())
    assert (tmp_path / "out").read_text() == f"{image.shape} {image.sum()}\n"


def odd_files():
    """Return good files that Pillow warns of while it opens or decodes them: name -> bytes."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 1
    exif[ExifTags.Base.ImageDescription] = "a text that is cut off in the middle"
    buffer = io.BytesIO()
    corpus.scene().save(buffer, "JPEG", exif=exif.tobytes()[:-20])
    jpeg = buffer.getvalue().replace(b"\xff\xe0\0\x10JFIF", b"\xff\xea\0\x10JFIF")  # no resolution
    odd = corpus.tiff(3, 1, b"\0\7\xff", t258=8, t282=9)
    odd = odd.replace(struct.pack("<HHI", 282, 4, 1), struct.pack("<HHI", 282, 4, 1000))
    return {"JPEG": jpeg, "icon": corpus.icon(FILES["PNG-RGB"][0]), "TIFF": odd}


@pytest.mark.parametrize("name", odd_files())
@pytest.mark.parametrize("action", ["error", "always"])
def test_what_pillow_warns_of_is_read_without_a_warning(name, action, tmp_path):
    path = tmp_path / "a"
    path.write_bytes(odd_files()[name])
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter(action)
        image = load_image(path)
        assert not given
        warnings.simplefilter("always")
        with Image.open(path) as frame:
            frame.load()
            frame.getexif()
    assert given  # Pillow does warn otherwise
    assert image.shape == (frame.height, frame.width, 3)


@pytest.mark.parametrize("name", sorted(name for name in FILES if "-RGB" in name))
def test_pillows_own_limit_does_not_come_before_the_callers(name, tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(FILES[name][0])
    plain = load_image(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (load_image(path) == plain).all()
        height, width, _ = plain.shape
        with pytest.raises(ImageError, match=f"is {width} x {height} pixels, more than 0.0001 "):
            load_image(path, max_megapixels=1e-4)


# --------------------------------------------------------------------------- the other process


@pytest.fixture
def tif(tmp_path):
    (tmp_path / "a.tif").write_bytes(GOOD_TIFF)
    load_image(tmp_path / "a.tif")
    return tmp_path / "a.tif"


def waiting():
    return apart._waiting[os.getpid()]


def test_one_process_serves_one_file_after_the_other(tif):
    (child,) = waiting()[-1:]
    load_image(tif)
    assert waiting()[-1] is child
    assert child.poll() is None


def test_a_process_that_was_stopped_is_replaced(tif):
    for child in waiting():
        child.kill()
        child.wait()
    assert (load_image(tif) == np.asarray(corpus.scene())).all()


def test_several_threads_load_at_once(tif):
    images = []
    threads = [threading.Thread(target=lambda: images.append(load_image(tif))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(images) == 4
    assert all((image == np.asarray(corpus.scene())).all() for image in images)


def test_a_library_that_crashes_takes_nothing_with_it(tif, tmp_path, monkeypatch):
    (tmp_path / "crash.py").write_text("import os\nos._exit(1)\n")
    monkeypatch.setattr(apart, "__file__", str(tmp_path / "crash.py"))
    for child in waiting():
        child.kill()
        child.wait()
    with pytest.raises(ImageError, match="damaged"):
        load_image(tif)


def test_where_there_are_no_processes_the_file_is_decoded_here(tif, monkeypatch):
    def fail():
        raise OSError("no processes here")

    monkeypatch.setattr(apart, "_start", fail)
    monkeypatch.setattr(apart, "_waiting", {os.getpid(): []})
    assert (load_image(tif) == np.asarray(corpus.scene())).all()
    with pytest.raises(ImageError, match="is 23 x 17 pixels, more than"):
        load_image(tif, max_megapixels=1e-6)


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot be asked for a process this way")
def test_the_other_process_ends_with_ours(tmp_path):
    (tmp_path / "a.tif").write_bytes(GOOD_TIFF)
    code = """
        import sys
        from kmeans_lesson import load_image
        from kmeans_lesson.formats import apart
        load_image(sys.argv[1])
        [[child]] = apart._waiting.values()
        print(child.pid)
    """
    command = [sys.executable, "-W", "error", "-X", "dev", "-c", textwrap.dedent(code)]
    done = subprocess.run([*command, tmp_path / "a.tif"], capture_output=True, text=True)
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
