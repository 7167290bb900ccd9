"""The site: every link leads somewhere, nothing is fetched, all that notebooks show is there."""

import itertools
import re
from collections import Counter
from html.parser import HTMLParser

import nbformat
import pytest
from PIL import Image

import make_site

ROOT = make_site.ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "site"
    assert make_site.main([str(folder)]) == 0
    return folder


class Page(HTMLParser):
    """The tags of a page with their attributes, its ids, and its text."""

    def __init__(self, file):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(file.read_text("utf-8"))
        self.ids = [about["id"] for _, about in self.tags if "id" in about]

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [about for name, about in self.tags if name == tag]


@pytest.fixture(scope="module")
def pages(site):
    """Read all pages but the framed labs."""
    files = [file for file in site.glob("*.html") if not file.name.startswith("lab")]
    return {file.name: Page(file) for file in files}


def test_the_whole_site_is_light_and_has_a_page_for_all_there_is_to_read(site, pages):
    assert sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) < 12e6
    notebooks = {path.stem + ".html" for path in ROOT.glob("notebooks/*.ipynb")}
    assert pages.keys() >= notebooks | {"index.html", "glossary.html", "teachers.html"}


def test_every_link_leads_to_a_page_and_a_place_of_the_site(site, pages):
    links = 0
    for name, page in pages.items():
        for tag, about in page.tags:
            link = about.get("href") or about.get("src")
            if not link or (tag == "a" and link.startswith("https://")):
                continue
            links += 1
            target, _, part = link.partition("#")
            assert target == "data:," or (site / (target or name)).is_file(), (name, link)
            if part:
                assert part in pages[target or name].ids, (name, link)
    assert links > 300


def test_nothing_is_loaded_from_elsewhere_and_no_image_is_inside_a_page(pages):
    for name, page in pages.items():
        for tag in ("img", "script", "iframe"):
            for about in page.all(tag):
                assert re.match(r"[\w/.-]+$", about.get("src", "a")), (name, about)
        assert not page.all("script")


def test_every_image_has_its_alt_text_and_its_size_so_that_nothing_moves(site, pages):
    for name, page in pages.items():
        for about in page.all("img"):
            assert len(about["alt"]) > 10, name
            with Image.open(site / about["src"]) as image:
                assert image.size == (int(about["width"]), int(about["height"]))


def test_ids_are_used_once_and_headings_go_down_one_by_one(pages):
    for name, page in pages.items():
        assert max(Counter(page.ids).values()) == 1, name
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1, name
        jumps = [after - before for before, after in itertools.pairwise(levels)]
        assert max(jumps, default=0) <= 1, name


def test_outputs_hints_and_solutions_of_the_notebooks_are_all_there(pages):
    for path in ROOT.glob("notebooks/*.ipynb"):
        page = pages[path.stem + ".html"]
        cells = nbformat.read(path, as_version=4).cells
        source = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert len(page.all("details")) == source.count("<details>")
        for output in (output for cell in cells for output in cell.get("outputs", [])):
            if output.output_type == "stream":
                assert output.text in page.text
        shown = sum(
            "<img" in o.get("data", {}).get("text/html", "")
            for c in cells
            for o in c.get("outputs", [])
        )
        assert len(page.all("img")) + len(page.all("iframe")) == shown


@pytest.mark.parametrize(
    ("name", "lab", "image"),
    [
        ("03_choose_k_centroids", "lab-03.html", "marbles"),
        ("04_assign_and_update", "lab-04.html", "marbles"),
        ("05_rebuild_the_image", "lab-05.html", "marbles"),
        ("07_side_by_side", "lab-07.html", "sunset"),
        ("08_live_lab", "lab.html", "marbles"),
    ],
)
def test_a_live_lab_of_a_notebook_is_the_pages_with_its_image(site, pages, name, lab, image):
    notebook = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4)
    calls = [re.search(r"(?m)^(live_(?!plane)\w+)\(.*", c.source) for c in notebook.cells]
    call = next(filter(None, calls))
    assert [about["src"] for about in pages[f"{name}.html"].all("iframe")] == [lab]
    text = (site / lab).read_text("utf-8")
    k = re.search(r"k=(\d+)", call[0])
    assert f'"k": {k[1] if k else 16},' in text
    assert re.search(r'"images": {"(\w+)"', text)[1] == image
    assert ("hand" in text.partition('"rows": ')[2].partition("]")[0]) == (call[1] == "live_lab")


def test_formulas_are_drawn_by_the_browser_itself(pages):
    formulas = {name: len(page.all("math")) for name, page in pages.items()}
    assert {name: count for name, count in formulas.items() if count} == {
        "04_assign_and_update.html": 6,
        "09_make_it_fast.html": 2,
    }
    assert not any("\\lVert" in page.text for page in pages.values())


def test_the_answers_are_for_those_who_ask_for_them(pages, tmp_path):
    (tmp_path / "images").mkdir()
    make_site.Site(tmp_path, answers=True).document("TEACHING.md")
    told = Page(tmp_path / "teachers.html").text
    for answer in ("To 30, the mean. It has the smallest sum", "Red and blue change places"):
        assert answer in told
        assert answer not in pages["teachers.html"].text
    assert "An image is 6 pixels wide" in pages["teachers.html"].text  # the question stays


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert make_site.main([str(tmp_path)]) == 1
    assert "FOLDER must be new or an empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
