"""Take the pictures of the pages in TEACHING.md again: python tests/grading/take_pictures.py

A class is made up from the bank of answers and graded like any other. Its pages are shown in
Chromium, and what is seen is stored in 32 colours, by the lesson's own program.
"""

# ruff: noqa: E402 - imports from the rooms beside it
import random
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / place) for place in ("tools", "tests/live", "tests/checks")]

from answers import bank
from live_page import SIZE, chromium
from submissions import answer, filled

from grading import lesson
from grading.classroom import grade
from grading.pages import write_pages
from kmeans_lesson import kmeans, load_image, reconstruct, save_image, to_pixels
from kmeans_lesson.engine.best import best_centroids

FIGURES = ROOT / "tools" / "grading" / "figures"
NUMBERS = ("02", "03", "04", "05")
COLOURS = 32
STUDENTS = """\
Ada Lovelace, Alan Turing, Amina Yusuf, Anna Kowalska, Björn Åkesson, Chen Wei, Dina Haddad,
Emmy Noether, Erik Ødegård, Fatma Çelik, Giulia Ricci, Hana Nováková, Ivan Петренко, Jan de Vries,
José Núñez, Kofi Mensah, Léa Dupont, Mary Somerville, Νίκος Παππάς, Olga Іваненко, Priya Nair,
Rania Saleh, Tomás Ó Briain, Zoë Müller"""
SLIPS = {  # what is often made, in the words of the bank, and how often
    "to_pixels": {
        "reshape in column order": 5,
        "reshape to (3, N)": 2,
    },
    "init_centroids": {"picks K positions with twin colours": 7, "ignores the seed": 2},
    "kmeans": {"runs one round too many": 5, "update before assign": 3},
    "update": {"NaN for empty clusters": 9, "each colour only once": 2},
    "assign": {"uint8 wrap-around in the difference": 6, "summed over the wrong axis": 2},
    "reconstruct": {"truncates instead of rounds": 6, "wraps above 255": 3},
}


def written(task, student, draw):
    """Return what a student wrote for an exercise: the solution, a slip, or nothing."""
    if not task.exercise:
        return draw.choices([task.solution, ""], [8, 1])[0]
    slips = SLIPS[task.exercise.name]
    slip = draw.choices([None, *slips], [26 - sum(slips.values()), *slips.values()])[0]
    if slip:
        _, wrong = bank()
        names = [function.__name__ for name, function in wrong[task.exercise.name] if name == slip]
        return answer(task.exercise.name, names[0])
    return draw.choices([task.solution, "", crash(task)], [20, 1, 1])[0]


def crash(task):
    """Return a function that uses a name it has not got."""
    head = task.solution.partition("\n")[0]
    return f"{head}\n    return result"


def hand_in(folder):
    """Write what a class has handed in."""
    draw, notebooks = random.Random(1), lesson.load()
    for student in STUDENTS.replace("\n", " ").split(", "):
        (folder / student.strip()).mkdir(parents=True)
        for number in NUMBERS:
            tasks = notebooks[number].tasks
            mine = {task.name: written(task, student, draw) for task in tasks}
            path = folder / student.strip() / f"{notebooks[number].title}.ipynb"
            path.write_bytes(filled(number, **mine))


def take(report):
    """Show the pages and store what is seen."""
    with chromium() as browser:
        page = browser.new_page(viewport={**SIZE, "width": 1100})
        page.goto((report / "class.html").as_uri())
        store(page.screenshot(), "class")
        store(page.locator("section", has=page.locator(".map")).screenshot(), "map")
        first = page.locator(".slips bdi").first.text_content()
        page.goto((report / f"feedback/{first}.html").as_uri())
        page.set_viewport_size({"width": 1100, "height": 560})
        page.locator(".exercise.wrong", has=page.locator("p ~ pre")).first.evaluate(
            "section => section.previousElementSibling.scrollIntoView()"
        )
        store(page.screenshot(), "feedback")


def store(png, name):
    """Store a picture with few colours."""
    FIGURES.mkdir(exist_ok=True)
    path = FIGURES / f"{name}.png"
    path.write_bytes(png)
    image = load_image(path)
    pixels = to_pixels(image)
    run = kmeans(pixels, best_centroids(pixels, COLOURS), iterations=10)
    report = save_image(path, reconstruct(run.labels, run.centroids, image.shape))
    print(f"{path.name}: {report.bytes} bytes")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        folder, report = Path(place) / "class", Path(place) / "report"
        hand_in(folder)
        results = grade(folder, report, lesson.load(), seconds=20)
        write_pages(report, results)
        take(report)
