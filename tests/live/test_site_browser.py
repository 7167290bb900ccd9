"""The site in Chromium, as files and without a network: nothing moves or hides, all is said."""

import os
from pathlib import Path

import axe_core_python
import pytest
from live_page import CHROMIUM, SIZE, chromium, until

import make_site

AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
PHONE = {"width": 390, "height": 844}
NAMES = ["index", "03_choose_k_centroids", "04_assign_and_update", "05_rebuild_the_image"]
NAMES += ["07_side_by_side"]
SHIFTS = """new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) window.shifted = (window.shifted ?? 0) + shift.value;
}).observe({ type: "layout-shift", buffered: true })"""

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip(
        "THE SITE IS NOT TESTED IN A BROWSER: there is no Chromium on this computer. "
        "On Debian and Ubuntu `apt install chromium` adds it.",
        allow_module_level=True,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "site"
    assert make_site.main([str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "Chromium is missing, and here the tests in a browser must not be skipped"
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize(("size", "theme"), [(SIZE, "light"), (PHONE, "dark")])
def test_pages_with_a_live_lab_stand_still_fit_and_are_accessible(browser, site, size, theme):
    context = browser.new_context(viewport=size, color_scheme=theme, offline=True)
    page, fetched = context.new_page(), []
    page.on("request", lambda request: fetched.append(request.url))
    for name in NAMES:
        page.goto((site / f"{name}.html").as_uri())
        page.evaluate(SHIFTS)
        frame = page.locator(".lab iframe").first
        frame.scroll_into_view_if_needed()
        lab = frame.element_handle().content_frame()
        lab.wait_for_selector(".kmeans-numbers dd")
        until(lambda: all(lab.locator(".kmeans-numbers dd").all_inner_texts()), "it is drawn")  # noqa: B023
        assert page.evaluate("window.shifted ?? 0") < 0.01, name
        for part in (page, lab):
            assert part.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if size is SIZE:  # on a phone the lab scrolls, and the image stays on top
            assert lab.evaluate("document.body.getBoundingClientRect().height <= innerHeight"), name
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run(document, { iframes: false })")["violations"]
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        assert not grave, (name, [(v["id"], v["nodes"][0]["html"][:200]) for v in grave])
    assert all(url.startswith(("file:", "data:", "blob:")) for url in fetched)
    context.close()


def test_a_slow_computer_shows_text_without_waiting_for_a_script_or_an_image(browser, site):
    page = browser.new_page(viewport=SIZE)
    page.goto((site / "04_assign_and_update.html").as_uri(), wait_until="commit")
    page.wait_for_function("performance.getEntriesByType('paint').length > 0")
    assert page.locator("script").count() == 0
    lazy = page.locator("img, iframe").evaluate_all("all => all.every(a => a.loading === 'lazy')")
    assert lazy
    page.close()


def test_on_paper_the_lesson_stands_without_navigation_and_links_say_where_they_lead(browser, site):
    context = browser.new_context(viewport=SIZE, color_scheme="dark", offline=True)
    page = context.new_page()
    page.emulate_media(media="print")
    for name in ("03_choose_k_centroids", "teachers", "index"):
        page.goto((site / f"{name}.html").as_uri())
        for hidden in page.locator("nav, .skip, iframe, .anchor-link").all():
            assert not hidden.is_visible(), name
        styles = "all => all.map(a => getComputedStyle(a).position)"
        assert not {"fixed", "sticky"} & set(page.locator("main *").evaluate_all(styles))
        uncut = "all => all.every(a => getComputedStyle(a).breakInside === 'avoid')"
        assert page.locator("img, .highlight, tr").evaluate_all(uncut)
        after = "all => all.map(a => getComputedStyle(a, '::after').content)"
        told = page.locator("a[href^=http]").evaluate_all(after)
        assert len(told) == (3 if name == "teachers" else 0)
        assert all("attr(href)" in text or "https://" in text for text in told)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(255, 255, 255)"  # also where screens are dark
        assert all(summary.is_visible() for summary in page.locator("summary").all())
    context.close()
