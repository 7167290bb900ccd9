"""What the teacher's page and the glossary say is what the notebooks do."""

import itertools
import math
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.cbook import get_sample_data
from PIL import Image

from kmeans_lesson import (
    assign,
    init_centroids,
    kmeans,
    load_image,
    reconstruct,
    to_pixels,
    update,
)
from kmeans_lesson.checks import exercises
from kmeans_lesson.checks.exercise import Exercise
from kmeans_lesson.compare import file_sizes
from teaching import rows, section, slip_kinds, what_to_show

ROOT = Path(__file__).resolve().parent.parent
TEACHING = (ROOT / "TEACHING.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
NOTEBOOKS = {
    path.name[:2]: nbformat.read(path, as_version=4)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
}


def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


# --------------------------------------------------------------- minutes


def stated_minutes(notebook):
    """Return the minutes in the head of a notebook: all, and those of its parts."""
    line = re.search(r"(?m)^\*(.*minutes.*)\*$", notebook.cells[0].source).group(1)
    whole = re.search(r"(\d+) minutes", line).group(1)
    return [whole, *re.findall(r"(\d+) (?:to |of )", line.partition(": ")[2])]


def test_the_minutes_are_those_of_the_notebooks():
    table = {row[0][1:3]: [cell for cell in row[2:] if cell] for row in rows(section("Plans"))}
    assert table.keys() == NOTEBOOKS.keys()
    stated = {number: stated_minutes(notebook) for number, notebook in NOTEBOOKS.items()}
    stated["08"] *= 2  # all of it is exercises
    assert table == stated
    for number, (whole, *parts) in table.items():
        assert int(whole) == sum(map(int, parts)), number


def test_the_three_sessions_hold_every_notebook_and_add_up():
    sessions = rows(section("Three sessions: the whole lesson"))
    assert [number for row in sessions for number in row[1].split(", ")] == list(NOTEBOOKS)
    for _, numbers, minutes, _ in sessions:
        whole = [int(stated_minutes(NOTEBOOKS[number])[0]) for number in numbers.split(", ")]
        assert int(minutes) == sum(whole) <= 120  # a slot of two hours


@pytest.mark.parametrize("title", re.findall(r"(?m)^### (One class of .*)$", TEACHING))
def test_the_plan_of_a_class_adds_up_and_names_parts_that_exist(title):
    plan = rows(section(title))
    spare = 5 if title.startswith("One class of 50") else 0
    assert sum(int(row[0]) for row in plan) == int(re.search(r"\d+", title).group()) - spare
    for minutes, *votes, what, where in plan:
        notebook = NOTEBOOKS[re.search(r"\d\d", where)[0]]
        source = ""
        for part in re.findall(r"\*(.+?)\*", where):
            source += source_of_section(notebook, part)
        assert all(code in source for code in re.findall(r"`(.+?)`", what)), what
        assert 1.5 * sum(map(int, votes)) < int(minutes)


def source_of_section(notebook, title):
    """Return all that stands in a notebook from the heading that begins so to the next one."""
    text = "\n".join(cell.source for cell in notebook.cells)
    return re.search(rf"(?ms)^##+ {re.escape(title)}(.*?)(?=^##+ |\Z)", text).group()


# --------------------------------------------------------------- numbers

# A projector, the year of a paper, Pythons, the minutes of a session.
OTHER_NUMBERS = {"1280", "720", "2004", "3.11", "3.13", "3.15", "105"}


def numbers(text):
    """Return the numbers of three digits and more, without commas between their digits."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return {n for n in re.findall(r"\d+(?:\.\d+)?", text) if len(n.replace(".", "")) >= 3}


def outputs():
    return [
        output for nb in NOTEBOOKS.values() for c in nb.cells for output in c.get("outputs", [])
    ]


def test_every_large_number_comes_out_of_a_notebook():
    shown = [cell.source for nb in NOTEBOOKS.values() for cell in nb.cells if "outputs" in cell]
    shown += [output.text for output in outputs() if output.output_type == "stream"]
    for output in outputs():
        shown += re.findall(r'alt="(.*?)"', output.get("data", {}).get("text/html", ""))
    said = numbers(TEACHING.replace(section(ANSWERS), "")) - OTHER_NUMBERS
    assert len(said) > 60
    assert said <= numbers(" ".join(shown))


ANSWERS = "Answers to *On your own*"


def errors(pixels, start, iterations=10):
    return kmeans(pixels, start, iterations).errors


def errors_with_medians(pixels, centroids, iterations):
    """Return the error after each half-step if update takes medians."""
    labels = assign(pixels, centroids)
    found = []
    for _ in range(iterations):
        centroids = np.array([np.median(pixels[labels == k], axis=0) for k in range(16)])
        found.append(((pixels - centroids[labels]) ** 2).mean())
        labels = assign(pixels, centroids)
        found.append(((pixels - centroids[labels]) ** 2).mean())
    return np.array(found)


def draws_until_all(pixels, k, seed):
    rng, seen = np.random.default_rng(seed), set()
    for count in itertools.count(1):
        seen.add(tuple(pixels[rng.integers(len(pixels))]))
        if len(seen) == k:
            return count


def weights(image, k):
    pixels = to_pixels(image)
    run = kmeans(pixels, init_centroids(pixels, k), iterations=10)
    sizes = file_sizes(image, reconstruct(run.labels, run.centroids, image.shape))
    return [size for way, size in sizes.items() if way.startswith(("indexed", "JPEG"))]


def test_the_answers_to_on_your_own_are_what_comes_out():
    answers = dict(rows(section(ANSWERS)))
    marbles, tiny = load_image(ROOT / "data/marbles.png"), load_image(ROOT / "data/tiny.png")
    pixels, few = to_pixels(marbles), to_pixels(tiny)
    corner = errors(pixels, init_centroids(to_pixels(marbles[:100, :100]), 16))
    draws = [draws_until_all(few, 6, seed) for seed in range(100)]
    eight = [errors(pixels, init_centroids(pixels, 8, seed))[-1] for seed in range(20)]
    other = kmeans(few, tiny[0, :2].astype(float))
    start = np.array([[250, 130, 60], [170, 90, 70]], np.uint8)
    wrapped = ((few[:, None] - start) ** 2).sum(axis=2).argmin(axis=1)
    medians = errors_with_medians(pixels, init_centroids(pixels, 16), 30)
    run = kmeans(pixels, init_centroids(pixels, 16))
    order = run.centroids.sum(axis=1).argsort()
    renumbered = order.argsort()[run.labels]
    long = [errors(pixels, init_centroids(pixels, 16, seed), 30)[-1] for seed in (0, 3)]
    photo_file = get_sample_data("grace_hopper.jpg", asfileobj=False)
    photo = load_image(photo_file)
    sunset, confetti = (load_image(ROOT / f"data/{name}.png") for name in ("sunset", "confetti"))

    assert str(tuple((255 - marbles[290, 375]).tolist())) in answers["01, 1"]
    assert str(tuple(marbles[290, 375, ::-1].tolist())) in answers["01, 3"]
    assert answers["02, 1"].startswith(str(len(pixels) - 1))
    assert [f"{corner[0]:.1f}", f"{corner[-1]:.1f}"] == re.findall(r"\d+\.\d", answers["03, 1"])[:2]
    assert f"{np.mean(draws):.0f} on average" in answers["03, 2"]
    assert f"from {min(draws)} to {max(draws)}" in answers["03, 2"]
    assert f"{np.argmin(eight)} is the best ({min(eight):.1f})" in answers["03, 3"]
    assert f"{np.argmax(eight)} the worst ({max(eight):.1f})" in answers["03, 3"]
    assert ", ".join(f"{x:.2f}" for x in other.centroids[1]) in answers["04, 1"]
    assert f"{other.errors[-1]:.1f}, against {errors(few, start)[-1]:.1f}" in answers["04, 1"]
    assert answers["04, 2"].startswith(f"{(wrapped != assign(few, start)).sum()} of 16")
    rest = (few[:, None].astype(int) - start) ** 2 % 256  # exact differences, squares modulo 256
    assert np.array_equal(wrapped, rest.sum(axis=2).argmin(axis=1))
    raised = np.diff(medians) > 0
    assert f"{raised[1::2].sum()} of the first 30" in answers["04, 3"]
    assert not raised[::2].any(), "assign never raises it"
    assert f"{long[1]:.1f} against {long[0]:.1f}" in answers["04, 4"]
    assert answers["05, 1"].startswith("`np.argsort(order)[run.labels]`")
    assert np.array_equal(run.centroids[order][renumbered], run.centroids[run.labels])
    assert answers["06, 1"].startswith("From K = 17 on.")
    smaller = [weights(photo, k)[0] < Path(photo_file).stat().st_size for k in (16, 17)]
    assert smaller == [True, False]
    assert "two thirds" in answers["06, 2"]
    assert "nine tenths" in answers["06, 2"]
    for image, share in ((sunset, 2 / 3), (confetti, 0.88)):
        palette, jpeg = weights(image, 16)
        assert jpeg / palette == pytest.approx(share, abs=0.05)


def test_the_exercises_are_those_of_the_notebooks():
    table = {row[0]: re.findall(r"`(\w+)`", row[1]) for row in rows(section("Exercises"))}
    cells = {
        number: [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]
        for number, notebook in NOTEBOOKS.items()
    }
    source = {number: "\n".join(cell.source for cell in cells[number]) for number in cells}
    found = {n: [*dict.fromkeys(re.findall(r"check\.(\w+)\(", source[n]))] for n in source}
    assert table == {n: names for n, names in found.items() if names}


def slips():
    """Return the names of the slips that the checks know by name, with their exercises."""
    for exercise in vars(exercises).values():
        if isinstance(exercise, Exercise):
            names = [slip.name for slip in (*exercise.slips, *exercise.later)]
            names += [name for name, *_ in exercise.raised]
            yield from ((exercise.name, name) for name in [*names, exercise.ends_early])


ANY_EXERCISE = [  # slips that do not depend on the exercise
    "prints instead of returns",
    "returns None",
    "returns None, and changes the input",
    "updates in place and changes the input",
    "parameters in another order",
    "remembers the result of a call before",
    "wrong dtype",
    "wrong shape",
]


def test_each_slip_has_something_to_show_and_each_kind_and_word_a_slip():
    *kinds, (_, no_words, anything) = slip_kinds()
    assert no_words == []
    known = [*slips(), *(("assign", name) for name in ANY_EXERCISE)]
    assert len(known) > 200
    used = set()
    for exercise, name in known:
        full = f"{exercise}: {name}"
        kind, words, show = next(k for k in kinds if any(word in full for word in k[1]))
        assert what_to_show(exercise, name) == what_to_show(f"{exercise}_2", name) == show
        used |= {(kind, word) for word in words if word in full}
    assert used == {(kind, word) for kind, words, _ in kinds for word in words}
    assert what_to_show("assign", "a slip of tomorrow") == anything


@pytest.mark.parametrize(("kind", "show"), [(kind, show) for kind, _, show in slip_kinds()])
def test_what_is_shown_for_a_slip_stands_in_the_notebook(kind, show):
    places = re.findall(r"(?:(\d\d), |, then )\*(.+?)\*", show)
    number = ""
    for given, title in places:
        number = given or number
        assert source_of_section(NOTEBOOKS[number], title)
    assert len(places) == show.count("*") / 2
    no_place = {"does not return", "parameters in the wrong places", "any other"}
    no_place |= {"stops in the first round", "a variable from the round before"}
    no_place |= {"first, last and every"}
    assert bool(places) != (kind in no_place)


def test_the_pictures_of_the_pages_are_small_and_have_their_texts():
    pictures = re.findall(r"!\[(.+?)\]\((tools/grading/figures/.+?)\)", TEACHING)
    assert len(pictures) == 3
    assert all(len(text) > 60 for text, _ in pictures)
    found = [*(ROOT / "tools/grading/figures").iterdir()]
    assert {ROOT / path for _, path in pictures} == {*found}
    assert sum(path.stat().st_size for path in found) < 150_000
    assert {Image.open(path).mode for path in found} == {"P"}


def test_the_board_is_what_the_package_computes():
    image, table = re.search(
        r"```\n( N  B.*?)ITERATION(.*?)```", TEACHING, flags=re.DOTALL
    ).groups()
    colours = {
        m[1]: np.array(m[2].split(), int) for m in re.finditer(r"(\w) \w+ +([\d ]+) x", image)
    }
    places = re.findall(r"^ (\w)  (\w)  (\w)  (\w)", image, flags=re.MULTILINE)
    letters = [letter for row in places for letter in row]
    pixels = to_pixels(load_image(ROOT / "data/tiny.png"))
    assert np.array_equal([colours[letter] for letter in letters], pixels)
    assert re.findall(r"(\w) \w+ [\d ]+ x (\d)", image) == [
        (c, str(letters.count(c))) for c in colours
    ]

    centroids = np.array([[250.0, 130, 60], [170, 90, 70]])  # orange and red
    board = {name: [] for name in [*colours, "sums", "pixels", "means"]}
    for _ in range(3):
        labels = assign(pixels, centroids)
        for letter, colour in colours.items():
            for label, squared in enumerate(((colour - centroids) ** 2).sum(axis=1)):
                is_nearest = int(label == labels[letters.index(letter)])
                board[letter] += [f"{squared:.0f}", *["*"] * is_nearest]
        sizes, centroids = np.bincount(labels), update(pixels, labels, centroids)
        board["pixels"] += sizes.tolist()
        board["sums"] += (centroids * sizes[:, None]).ravel().astype(int).tolist()
        board["means"] += centroids.ravel().astype(int).tolist()
    for name, wanted in board.items():
        (line,) = re.findall(rf"^ {name} (.*)$", table, flags=re.MULTILINE)
        written = re.findall(r"\d+|\*", line)
        assert written == list(map(str, wanted))[: len(written)], name
        assert len(written) >= len(wanted) * 2 / 3, name
    assert np.array_equal(labels, assign(pixels, centroids)), "converged, as the board says"


def test_the_quiz_has_its_answers_and_the_rubric_adds_up():
    questions = re.findall(r"(?m)^(\d+)\. ", section("Quiz"))
    assert [row[0] for row in rows(section("Quiz"))] == questions
    assert 8 <= len(questions) <= 10
    points = [int(row[1]) for row in rows(section("Project"))]
    assert f"That makes {sum(points)} points." in section("Project")


def test_the_answers_to_the_quiz_are_what_comes_out():
    answers = [row[1] for row in rows(section("Quiz"))]
    marbles, tiny = load_image(ROOT / "data/marbles.png"), load_image(ROOT / "data/tiny.png")
    pixels, few = to_pixels(marbles), to_pixels(tiny)
    start = np.array([[250, 130, 60], [170, 90, 70]])
    run = kmeans(pixels, init_centroids(pixels, 16), 10)

    assert answers[0].startswith(str(pixels.shape))
    assert f"= {2 * 6 + 1}. Row 20 is pixel {divmod(20, 6)}." in answers[1]
    added = np.array([250, 10], np.uint8) + 10
    assert answers[2].startswith(f"{added[0]} and {added[1]}")
    squares = ((np.array([250, 210, 80]) - start) ** 2).sum(axis=1)
    assert answers[3] == f"Label {squares.argmin()}: {squares[0]} against {squares[1]}."
    red = np.array([10, 20, 60])
    assert answers[4].startswith(f"To {red.mean():.0f}, the mean.")
    assert (
        f"distances, {((red - 30) ** 2).sum()}; at 20 the sum is {((red - 20) ** 2).sum()}."
        in (answers[4])
    )
    for centroids, moved in itertools.pairwise(run.history):
        before, after = assign(pixels, centroids), assign(pixels, moved)
        errors_of = [((pixels - moved[labels]) ** 2).sum() for labels in (before, after)]
        assert errors_of[1] <= errors_of[0], "(a) assign does not raise the error"
    ends = {errors(pixels, init_centroids(pixels, 4, seed))[-1] for seed in (0, 1)}
    assert len(ends) == 2, "(b)"
    order = np.random.default_rng(0).permutation(16)
    assert np.array_equal(assign(few[order], start), assign(few, start)[order]), "(c)"
    assert answers[6].startswith(str(run.centroids[run.labels].shape))
    assert answers[7].startswith(f"{np.uint8(158.57)}, cut off; {np.rint(158.57):.0f}")
    assert [math.ceil(math.log2(k)) for k in (16, 5)] == [4, 3]
    assert answers[8].startswith("4 and 3. A PNG gives at least 4 to both")
    photo_file = get_sample_data("grace_hopper.jpg", asfileobj=False)
    photo = load_image(photo_file)
    run = kmeans(to_pixels(photo), init_centroids(to_pixels(photo), 16), 10)
    sizes = file_sizes(photo, reconstruct(run.labels, run.centroids, photo.shape), photo_file)
    assert sizes["indexed PNG of the compressed image"] < sizes["source file"]
    assert sizes["24-bit PNG of the compressed image"] > sizes["source file"]


# --------------------------------------------------------------- glossary and links

ENTRIES = re.findall(
    r"(?m)^- \*\*(.+?)\*\*(?: \((\w+)\))?: (.*?)((?:,? \[\d\d\]\(.+?\))+)$", GLOSSARY
)
TERMS = [entry[0] for entry in ENTRIES]


@pytest.mark.parametrize("name", ["TEACHING.md", "GLOSSARY.md"])
def test_every_link_leads_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for label, link in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", text):
        if not link.startswith("https://"):
            assert (ROOT / link).is_file(), link
            assert label == Path(link).name[:2] or not label.isdigit(), link


def test_every_entry_is_alphabetical_and_in_one_form():
    assert len(ENTRIES) == GLOSSARY.count("\n- ")
    assert sorted(set(TERMS), key=str.casefold) == TERMS
    for term, _, meaning, _ in ENTRIES:
        assert meaning.endswith("."), term
        assert len(re.findall(r"[.?](?: |$)", meaning)) <= 4, term


OTHER_WORDS = {  # how the notebooks say it, where it is not with the term itself
    "banding": r"\bbands\b",
    "clipping": r"\bclip",
    "colour cloud": r"colour_cloud",
    "compression factor": r"times smaller",
    "k-means++": r"k-means\+\+",
    "lossy": r"\bloss",
    "random draw": r"\bdraw",
    "truncation": r"\btruncates\b",
    "wrap-around": r"\bwrap(s |-)around\b",
}


def test_the_notebooks_of_an_entry_speak_of_it():
    for term, _, _, links in ENTRIES:
        for number in re.findall(r"\[(\d\d)\]", links):
            text = " ".join(cell.source for cell in NOTEBOOKS[number].cells).lower()
            word = OTHER_WORDS.get(term, rf"\b{re.escape(term.lower())}(s|\b)")
            assert re.search(word, text), f"{term}: {number}"


# Bold words of the notebooks that are no terms.
NO_TERMS = {"a", "b", "c", "no pixel at all", "convert first", "calculate then"}
OTHER_FORMS = {"truncates": "truncation", "wraps around": "wrap-around", "clips": "clipping"}


def test_every_bold_term_of_the_notebooks_is_in_the_glossary():
    known = {term.casefold() for term in TERMS}
    known |= {term + "s" for term in known} | NO_TERMS | OTHER_FORMS.keys()
    missing = set()
    for number, notebook in NOTEBOOKS.items():
        for bold in re.findall(r"(?<!\*)\*\*([^*\n]+)\*\*(?!\*)", prose(notebook)):
            is_phrase = bold[-1] in ".:,?" or len(bold.split()) > 6
            is_caption = bold[0].isupper() and bold[1].islower()
            if bold.casefold() not in known and not is_phrase and not is_caption:
                missing.add((number, bold))
    assert missing == set()
