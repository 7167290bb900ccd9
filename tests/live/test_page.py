"""The page as a file, which asks for nothing from elsewhere, and the command that writes it."""

import base64
import hashlib
import html.parser
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kmeans_lesson import load_image
from kmeans_lesson.live.lab import LABS, live_steps
from kmeans_lesson.live.page import page
from kmeans_lesson.live.page.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
NOISE = np.random.default_rng(3).integers(0, 256, (700, 900, 3), np.uint8)


class Parts(html.parser.HTMLParser):
    """The elements of a page, their attributes and their text."""

    def __init__(self, text):
        super().__init__()
        self.found, self.inside = [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append([tag, dict(attributes), ""])
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside:
            self.found[-1][2] += data

    def all(self, tag, **attributes):
        return [
            (own, text)
            for name, own, text in self.found
            if name == tag and own.items() >= attributes.items()
        ]


@pytest.fixture(scope="module")
def text():
    return page()


@pytest.fixture(scope="module")
def parts(text):
    return Parts(text)


def about(text):
    return json.loads(Parts(text).all("script", id="about")[0][1])


def carried(address):
    """Return the image that a page carries at an address."""
    return load_image(io.BytesIO(base64.b64decode(address.split(",")[1])))


def test_the_page_holds_the_samples_and_is_small(text):
    assert set(about(text)["images"]) == {path.stem for path in (ROOT / "data").glob("*.png")}
    assert len(text.encode()) < 1_000_000


def test_only_the_scripts_and_styles_of_the_page_itself_are_allowed(parts):
    ((meta, _),) = parts.all("meta", **{"http-equiv": "Content-Security-Policy"})
    policy = dict(rule.split(" ", 1) for rule in meta["content"].split("; "))
    (style,), (script,) = parts.all("style"), [s for s in parts.all("script") if not s[0]]
    for rule, (_, text) in (("style-src", style), ("script-src", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert policy[rule] == f"'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    assert "connect-src" not in policy


def test_no_address_leads_elsewhere(text, parts):
    assert not re.search(r"(src|href|action)=.?(https?:)?//|@import|url\(", text)
    assert [own["href"] for own, _ in parts.all("link")] == ["data:,"]


def test_an_image_of_ones_own_comes_first_and_is_shrunk():
    images = about(page(NOISE, "noise"))["images"]
    assert next(iter(images)) == "noise"
    assert carried(images["noise"]).shape == (398, 512, 3)
    small = NOISE[:100, :640]
    (only,) = about(page(small, alone=True))["images"].values()
    assert (carried(only) == small).all()


def test_no_name_of_an_image_ends_the_script():
    text = page(NOISE[:2, :2], "</script><script>alert(1)//", alone=True)
    assert list(about(text)["images"]) == ["</script><script>alert(1)//"]
    assert len(Parts(text).all("script")) == 3


@pytest.mark.parametrize("name", LABS)
def test_every_lab_of_the_notebooks_can_be_a_page(name):
    told = about(page(NOISE[:9, :9], lab=name, k=5, alone=True))
    assert told["rows"] == LABS[name]["rows"]
    assert told["areas"] == LABS[name]["areas"]
    assert told["k"] == 5
    assert list(told["images"]) == ["your image"]


def test_steps_begin_in_half_steps_there_as_here():
    lab = live_steps(NOISE[:9, :9])
    told = about(page(NOISE[:9, :9], lab="live_steps", alone=True))
    assert (told["halves"], told["iteration"]) == (lab.halves.value, lab.iteration.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lab": "lab"}, "lab must be one of live_lab, live_start,"),
        ({"k": 65}, "k must be an integer from 1 to 64; got 65"),
        ({"k": 0}, "k must be an integer of at least 1; got 0"),
        ({"image": [1]}, "image must be an array of shape"),
    ],
)
def test_wrong_arguments_are_told_in_one_sentence(options, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        page(**options)


# ---------------------------------------------------------------------- the command


def test_the_command_writes_the_page_with_a_photo(tmp_path, capsys):
    photo, file = tmp_path / "my photo.jpg", tmp_path / "page.html"
    Image.fromarray(NOISE).save(photo, quality=90)
    assert main([str(file), "--image", str(photo)]) == 0
    assert file.stat().st_size < 1_500_000
    told = capsys.readouterr().out
    assert told.startswith(f"{file} is ready, {file.stat().st_size:,} bytes: open it")
    assert next(iter(about(file.read_text("utf-8"))["images"])) == "my photo.jpg"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["page.png"], "No page was written: FILE must end in .html or .htm; got page.png"),
        (["a.html", "--image", "no.jpg"], "No page was written: no.jpg does not exist"),
        (["no folder/a.html"], "No page was written: no folder/a.html cannot be written"),
    ],
)
def test_the_command_says_in_one_sentence_why_there_is_no_page(
    words, told, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    assert capsys.readouterr().err.startswith(told)
    assert list(tmp_path.iterdir()) == []


def test_the_launcher_writes_it_where_the_user_is(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('a file of the user was imported')")
    command = [sys.executable, "-P", "-m", "kmeans_lesson.live.page", "lab.html"]
    subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=True)
    assert (tmp_path / "lab.html").exists()
