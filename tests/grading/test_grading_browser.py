"""The pages of a report in a real browser: for everybody, on a projector, on a phone, on paper."""

import os
from pathlib import Path

import axe_core_python
import pytest
from live_page import CHROMIUM, SIZE, chromium
from made_up_class import whole_class

from grading.pages import write_pages

AXE = Path(axe_core_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
PHONE = {"width": 390, "height": 844}

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip(
        "THE PAGES OF A REPORT ARE NOT TESTED IN A BROWSER: there is no Chromium on this computer.",
        allow_module_level=True,
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    report = tmp_path_factory.mktemp("report")
    write_pages(report, whole_class(), solutions=True)
    return report


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "Chromium is missing, and here the tests in a browser must not be skipped"
    with chromium() as browser:
        yield browser


@pytest.fixture(params=["class.html", "feedback/Ada Lovelace.html"])
def address(report, request):
    return (report / request.param).as_uri()


@pytest.fixture(scope="module")
def report_of_twenty(tmp_path_factory):
    """Make the same pages of fewer students, for axe takes its time with each row."""
    report = tmp_path_factory.mktemp("twenty")
    write_pages(report, whole_class(20), solutions=True)
    return report


@pytest.mark.parametrize("page_of", ["class.html", "feedback/Ada Lovelace.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, report_of_twenty, page_of, scheme):
    address = (report_of_twenty / page_of).as_uri()
    page = browser.new_page(viewport=SIZE, color_scheme=scheme, bypass_csp=True)  # so that axe runs
    page.goto(address)
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    page.close()


@pytest.mark.parametrize("size", [SIZE, PHONE])
def test_nothing_is_asked_for_nothing_is_wrong_and_nothing_lies_beside_the_screen(
    browser, address, size
):
    page = browser.new_page(viewport=size)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    assert (asked, said) == ([address], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.close()


def test_the_most_frequent_slips_are_on_the_first_screen(browser, report):
    page = browser.new_page(viewport=SIZE)
    page.goto((report / "class.html").as_uri())
    fifth = page.locator(".slips tbody tr").nth(4).bounding_box()
    assert fifth["y"] + fifth["height"] <= SIZE["height"]
    page.close()


def test_printed_it_is_light_on_few_pages_and_names_nobody_beside_a_slip(browser, report):
    page = browser.new_page(viewport=SIZE, color_scheme="dark")
    page.goto((report / "class.html").as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator(".slips details").first.is_visible()
    printed = page.pdf(format="A4")
    assert 1 < printed.count(b"/Type /Page\n") <= 6
    page.close()
