"""The plane in a real browser: dragged, stepped and read, and each number is the package's own."""

import json
import os
import re
import zlib
from pathlib import Path

import axe_core_python
import nbformat
import numpy as np
import pytest
from live_page import CHROMIUM, ROOT, SIZE, Lab, until

from kmeans_lesson import assign, init_centroids, load_image, to_pixels, update
from kmeans_lesson.live.plane.widget import drawn_sets

AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
LOW, HIGH = -8, 263  # the edges of the plane
CELLS = [
    """
import json, zlib
import numpy as np
from kmeans_lesson import load_image
from kmeans_lesson.live import live_plane
""",
    "plane = live_plane(load_image('data/marbles.png'))\nplane",
    """
json.dumps([plane.centroids.tolist(), plane.error, zlib.crc32(plane.labels.tobytes())])
""",
]

if not CHROMIUM and os.environ.get("CI") != "true":
    pytest.skip(
        "THE PLANE IS NOT TESTED IN A BROWSER: there is no Chromium on this computer. "
        "On Debian and Ubuntu `apt install chromium` adds it.",
        allow_module_level=True,
    )


def points_of(source, across="red", up="green"):
    """Return the points of a source with a third channel of zeros, (N, 3)."""
    if source in drawn_sets():
        return np.pad(drawn_sets()[source], ((0, 0), (0, 1)))
    name = {"your image": "marbles", "tiny image": "tiny"}[source]
    pixels = to_pixels(load_image(ROOT / f"data/{name}.png"))
    channels = [["red", "green", "blue"].index(channel) for channel in (across, up)]
    return np.pad(pixels[:, channels], ((0, 0), (0, 1)))


def error(points, centroids, labels):
    """Return the mean squared error over the points and the two channels."""
    return ((points - centroids[labels]) ** 2).sum() / (2 * len(points))


class Plane(Lab):
    """A notebook with a plane, and what the page says of it."""

    def choose(self, name, value):
        self.lab.get_by_label(name, exact=True).select_option(str(value))

    def source(self, name, k=3, seed=0, across="red", up="green"):
        """Choose what is shown, and return the points and the start that should be."""
        self.choose("points", name)
        if name not in drawn_sets():
            for label, channel in (("across", across), ("up", up)):
                until(lambda: self.lab.get_by_label("across", exact=True).count(), "channels")
                self.choose(label, channel)
        self.choose("seed", seed)
        self.choose("K", k)
        points = points_of(name, across, up)
        start = init_centroids(points, k, seed)
        self.expect(points, start, assign(points, start))
        return points, start

    def rows(self, table):
        found = self.lab.locator(f".kmeans-plane-{table} tr").all()
        rows = [row.locator("td").all_inner_texts() for row in found]
        return [[float(cell.replace(",", "")) for cell in row] for row in rows if row]

    def error(self):
        return float(self.lab.locator(".kmeans-numbers dd").inner_text().replace(",", ""))

    def says(self):
        return self.lab.locator(".kmeans-plane-message").inner_text()

    def expect(self, points, centroids, labels):
        """Wait until the page shows these centroids, the size of each cluster, and the error."""
        sizes = np.bincount(labels, minlength=len(centroids))

        def shown():
            rows = np.array(self.rows("centroids"))
            return (
                len(rows) == len(centroids)
                and np.abs(rows[:, 1:3] - centroids[:, :2]).max() < 0.0501
                and (rows[:, 3] == sizes).all()
                and abs(self.error() - error(points, centroids, labels)) < 0.0501
            )

        until(shown, f"centroids {centroids.tolist()}")

    def python(self):
        """Return what the plane in the kernel says: centroids, error, checksum of the labels."""
        output = self.page.locator(".jp-CodeCell").nth(2)
        self.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 2")
        self.command("notebook:run-cell")
        text = output.locator(".jp-OutputArea-output pre").last.inner_text()
        return json.loads(text.strip("'"))

    def agrees(self, centroids, labels):
        """Tell whether the plane in the kernel has exactly these centroids and labels."""
        theirs, _, checksum = self.python()
        same = np.array_equal(theirs, centroids[:, :2])
        return same and checksum == zlib.crc32(labels.astype(np.uint8).tobytes())

    def handle(self, number):
        return self.lab.locator(".kmeans-centroid").nth(number)

    def at(self, x, y):
        """Return where a place of the plane is on the page."""
        box = self.lab.locator(".kmeans-plane-stage").bounding_box()
        scale = box["width"] / (HIGH - LOW)
        return box["x"] + (x - LOW) * scale, box["y"] + (HIGH - y) * scale

    def positions(self):
        return np.array(self.rows("centroids"))[:, 1:3]


@pytest.fixture(scope="module")
def opened(browser, server, folder):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(code.strip()) for code in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "plane.ipynb")
    page = Plane(browser, server, "plane.ipynb")
    page.command("application:toggle-left-area")
    yield page
    page.close()


@pytest.fixture
def page(opened):
    opened.page.set_viewport_size(SIZE)
    opened.lab.scroll_into_view_if_needed()
    yield opened
    assert opened.complaints == []


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("your image", {"k": 5}),
        ("your image", {"across": "blue", "up": "red", "seed": 3}),
        ("tiny image", {"k": 2, "seed": 4}),
        ("tiny image", {"k": 4}),
        ("three round groups", {}),
        ("two moons", {"k": 2}),
        ("a large and a small group", {"k": 8}),
    ],
)
def test_every_half_step_is_the_one_of_the_package(page, source, options):
    points, centroids = page.source(source, **options)
    labels = assign(points, centroids)
    for _ in range(2):
        centroids = update(points, labels, centroids)
        page.button("Update").click()
        page.expect(points, centroids, labels)
        until(lambda: page.agrees(centroids, labels), "update agrees")  # noqa: B023
        labels = assign(points, centroids)
        page.button("Assign").click()
        page.expect(points, centroids, labels)
        until(lambda: page.agrees(centroids, labels), "assign agrees")  # noqa: B023
    assert page.python()[1] == pytest.approx(error(points, centroids, labels))
    moved = None
    while not np.array_equal(moved, centroids):
        moved, centroids = centroids, update(points, labels, centroids)
        labels = assign(points, centroids)
    page.button("Run to the end").click()
    page.expect(points, centroids, labels)
    until(lambda: page.agrees(centroids, labels), "the end agrees")
    assert "neither half-step changes anything" in page.says()


def test_a_centroid_without_points_stays_and_a_tie_goes_to_the_lowest_label(page):
    points, _ = page.source("tiny image", k=2, seed=4)
    for number in (0, 1):  # both go to the upper left corner: twins
        page.handle(number).focus()
        for _ in range(30):
            page.page.keyboard.press("Shift+ArrowLeft")
            page.page.keyboard.press("Shift+ArrowUp")
    twins = np.array([[0, 255, 0], [0, 255, 0]], float)
    page.expect(points, twins, np.zeros(16, int))
    until(lambda: page.agrees(twins, np.zeros(16, int)), "all have label 0")
    page.button("Update").click()
    page.expect(points, update(points, np.zeros(16, int), twins), np.zeros(16, int))
    assert "Centroid 1 has no pixels and stays." in page.says()


def test_the_mouse_drags_a_centroid_without_the_kernel(page):
    points, start = page.source("your image")
    before = page.python()
    page.page.mouse.move(*page.at(*start[1, :2]))
    page.page.mouse.down()
    for x in (100, 150, 90):
        page.page.mouse.move(*page.at(x, 60), steps=4)
        until(lambda: np.abs(page.positions()[1] - (x, 60)).max() < 2, "it follows")  # noqa: B023
        centroids = start.copy()
        centroids[1, :2] = page.positions()[1]
        page.expect(points, centroids, assign(points, centroids))
    assert page.python() == before  # as long as the drag goes on
    page.page.mouse.up()
    until(lambda: page.agrees(centroids, assign(points, centroids)), "the drag has ended")
    page.page.mouse.move(5, 5)
    page.expect(points, centroids, assign(points, centroids))


def test_a_finger_drags_a_centroid(page):
    points, start = page.source("three round groups")
    session = page.page.context.new_cdp_session(page.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind, *places):
        at = [dict(zip("xy", page.at(*place), strict=True)) for place in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", start[0, :2])
    for x in (60, 120, 180):
        touch("touchMove", (x, 128))
    touch("touchEnd")
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    until(lambda: np.abs(page.positions()[0] - (180, 128)).max() < 2, "the finger moved it")
    centroids = start.copy()
    centroids[0, :2] = page.positions()[0]
    until(lambda: page.agrees(centroids, assign(points, centroids)), "and it is known")


def test_arrow_keys_move_a_centroid_and_nothing_else(page):
    points, start = page.source("two moons", k=2)
    page.handle(0).focus()
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("Shift+ArrowDown")
    centroids = start.copy()
    centroids[0] += (-1, -10, 0)
    page.expect(points, centroids, assign(points, centroids))
    until(lambda: page.agrees(centroids, assign(points, centroids)), "the keys are known")
    page.handle(0).focus()
    page.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    page.handle(0).focus()
    page.page.keyboard.press("ArrowDown")
    assert page.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex") == 1
    x, y = centroids[0, :2] - (0, 1)
    said = f"x {x:.1f}, y {y:.1f}"
    until(lambda: page.handle(0).get_attribute("aria-valuetext") == said, "it is said")


def test_a_chosen_point_tells_its_squared_distance_as_a_sum(page):
    points, start = page.source("tiny image", k=3, seed=4)
    centroids = update(points, assign(points, start), start)
    page.button("Update").click()
    page.expect(points, centroids, assign(points, start))
    page.page.mouse.click(*page.at(172, 92))  # red, (170, 90)
    said = page.lab.locator(".kmeans-plane-distance p")
    old, nearest = (assign([[170, 90, 0]], places)[0] for places in (start, centroids))
    assert old != nearest
    until(lambda: "(170, 90), 2 pixels" in said.first.inner_text(), "red is chosen")
    assert f"is nearest to centroid {nearest}." in said.first.inner_text()
    assert f"Its label is still {old}." in said.first.inner_text()
    numbers = said.nth(1).inner_text().replace(",", "").split(" = ")
    squares = (np.array([170, 90]) - centroids[nearest, :2]) ** 2
    np.testing.assert_allclose([float(part) for part in numbers[1].split(" + ")], squares, 0, 0.051)
    assert float(numbers[2]) == pytest.approx(squares.sum(), abs=0.051)
    assert re.fullmatch(r"\(170 . [\d.]+\)² \+ \(90 . [\d.]+\)²", numbers[0])
    page.lab.locator(".kmeans-chosen").focus()
    page.page.keyboard.press("ArrowRight")
    until(lambda: "(250, 130), 3 pixels" in said.first.inner_text(), "the next one is orange")


def test_of_the_tiny_image_every_number_is_seen(page):
    points, start = page.source("tiny image", k=3)
    rows = page.rows("points")
    assert sum(row[2] for row in rows) == 16
    for x, y, number, *distances, label in rows:
        assert number == (points[:, :2] == (x, y)).all(axis=1).sum()
        assert distances == [((x - a) ** 2 + (y - b) ** 2) for a, b, _ in start]
        assert label == assign([[x, y, 0]], start)[0]
    page.source("two moons")
    assert not page.lab.locator(".kmeans-plane-list").is_visible()


def test_a_canvas_shows_each_region_on_its_own_side_of_the_borders(page):
    _, start = page.source("two moons", k=3)
    image = page.canvas(0)
    side = len(image)
    rng = np.random.default_rng(0)
    places = rng.uniform(0, 255, (300, 2))
    labels = assign(np.pad(places, ((0, 0), (0, 1))), start)
    distances = np.sort(np.hypot(*(places[:, None] - start[:, :2]).transpose(2, 0, 1)), axis=1)
    known = distances[:, 1] - distances[:, 0] > 4  # not on a border
    data = drawn_sets()["two moons"]
    known &= np.hypot(*(places[:, None] - data).transpose(2, 0, 1)).min(axis=1) > 5
    scale = side / (HIGH - LOW)
    columns = ((places[:, 0] - LOW) * scale).astype(int)
    rows = ((HIGH - places[:, 1]) * scale).astype(int)
    seen = image[rows, columns]
    hue = {label: tuple(seen[known & (labels == label)][0]) for label in range(3)}
    wrong = [i for i in np.flatnonzero(known) if tuple(seen[i]) != hue[labels[i]]]
    assert len(set(hue.values())) == 3
    assert len(wrong) <= 6  # those on the line to the chosen point


@pytest.mark.parametrize("source", ["your image", "tiny image"])
@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_nothing_keeps_anyone_out(page, theme, source):
    page.source(source)
    page.command("apputils:change-theme", theme=theme)
    page.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    page.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.page.evaluate("axe.run('.kmeans-plane')")["violations"]
    serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    assert [(rule["id"], node["html"][:200]) for rule in serious for node in rule["nodes"]] == []


def test_on_a_phone_nothing_scrolls_sideways(page):
    page.page.set_viewport_size({"width": 390, "height": 844})
    page.source("tiny image")
    wide = page.lab.evaluate("lab => [lab.scrollWidth, lab.clientWidth]")
    assert wide[0] <= wide[1]
    area = page.page.locator(".jp-OutputArea-output:has(.kmeans-plane)").first
    wide = area.evaluate("area => [area.scrollWidth, area.clientWidth]")
    assert wide[0] <= wide[1]
