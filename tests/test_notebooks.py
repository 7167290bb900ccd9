"""What every notebook keeps to, and that nbval, which runs them, notices what it should."""

import copy
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

import rerun_notebooks

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# --------------------------------------------------------------- taking a notebook apart


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def prose(notebook):
    """Return the text of all markdown cells, without what stands in code fences or backticks."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def headings(notebook):
    """Return (level, text) of every heading."""
    found = re.findall(r"^(#{1,6}) +(.*?) *$", prose(notebook), flags=re.MULTILINE)
    return [(len(marks), text) for marks, text in found]


class Tags(HTMLParser):
    """Collects the tags of a piece of HTML with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def alt_texts(notebook):
    """Return the alt text of every image in outputs and prose; None where there is none."""
    markdown = re.findall(r"!\[([^\]]*)\]\(", prose(notebook))
    pages = [output.get("data", {}).get("text/html", "") for output in outputs(notebook)]
    tags = [tag for page in [*pages, prose(notebook)] for tag in Tags(page).found]
    return markdown + [attributes.get("alt") for tag, attributes in tags if tag == "img"]


def links(notebook):
    """Return the targets of all links and images in the prose."""
    markdown = re.findall(r"\]\(<?([^)>\s]+)", prose(notebook))
    tags = Tags(prose(notebook)).found
    return markdown + [value for _, a in tags for key, value in a.items() if key in ("href", "src")]


# --------------------------------------------------------------- the rules: each gives complaints


def is_run_from_top_to_bottom(notebook, path):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if not counts or counts != list(range(1, len(counts) + 1)):
        yield f"not run from top to bottom: the execution counts are {counts}"
    elif not outputs(notebook):
        yield "no output is stored"


def has_no_errors(notebook, path):
    for output in outputs(notebook):
        if output.output_type == "error":
            yield f"a cell ends with {output.ename}: {output.evalue}"
        if output.get("name") == "stderr":
            yield f"a cell writes to stderr: {output.text[:80]}"


def is_compared_in_full(notebook, path):
    """No cell asks nbval to look away."""
    for cell in code_cells(notebook):
        tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith(("nbval", "raises"))]
        comments = re.findall(r"# *NBVAL_\w+|# *PYTEST_VALIDATE\w+", cell.source)
        if tags or comments:
            yield f"a cell is not compared: {tags + comments}"


def shows_images_with_alt_text(notebook, path):
    for output in outputs(notebook):
        bare = [kind for kind in output.get("data", {}) if kind.startswith("image/")]
        if bare:
            yield f"an output is {bare[0]}, which cannot carry an alt text"
    texts = alt_texts(notebook)
    if not all(text and text.strip() for text in texts):
        yield "an image has no alt text"
    for text in {text for text in texts if text and texts.count(text) > 1}:
        yield f"two images share the alt text {text!r}"
    for text in {text for text in texts if text and len(text) > 300}:
        yield f"an alt text has more than 300 letters: {text[:80]}"


def keeps_alt_texts_out_of_sight(notebook, path):
    """A text that says what a figure shows would answer the prediction above it."""
    for cell in code_cells(notebook):
        if re.search(r"(^|[(,])\s*alt *=", cell.source, re.MULTILINE):
            yield f"a code cell holds an alt text: {cell.source.splitlines()[0]}"


def has_short_cells(notebook, path):
    for cell in code_cells(notebook):
        if len(cell.source.splitlines()) > 15:
            yield f"a code cell has more than 15 lines: {cell.source.splitlines()[0]}"


def has_headings_in_order(notebook, path):
    levels = [level for level, _ in headings(notebook)]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "it does not start with its only heading of level 1"
    for (before, _), (after, text) in zip(headings(notebook), headings(notebook)[1:], strict=False):
        if after > before + 1:
            yield f"the heading {text!r} skips a level"
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "the first cell does not start with the title"


def has_links_that_lead_somewhere(notebook, path):
    anchors = {text.replace(" ", "-") for _, text in headings(notebook)}
    for link in links(notebook):
        target, _, anchor = unquote(link).partition("#")
        if re.match(r"[a-z]+:", target):
            if not target.startswith("https://"):
                yield f"the link {link} is not https"
        elif target and not (path.parent / target).exists():
            yield f"the link {link} leads nowhere"
        elif not target and anchor not in anchors:
            yield f"no heading for the link {link}"


def quotes_numbers_it_shows(notebook, path):
    """Every number of three or more digits in the prose stands in the code or an output, too."""
    page = "".join(
        [cell.source for cell in code_cells(notebook)] + list(map(str, outputs(notebook)))
    )
    shown = numbers(re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)) | GENERAL_NUMBERS
    for number in sorted(numbers(re.sub(r"\]\([^)]*\)", "]", prose(notebook))) - shown):
        if len(number.replace(".", "")) >= 3 and not re.fullmatch("1[89]..|20..", number):
            yield f"the prose says {number}, which no cell shows"


def numbers(text):
    """Return the numbers of a text, without the commas between thousands."""
    found = re.findall(r"\d[\d,]*(?:\.\d+)?", text)
    return {number.replace(",", "") for number in found}


def is_small(notebook, path):
    if path.stat().st_size > 1_000_000:
        yield f"{path.stat().st_size} bytes are more than a megabyte"


def is_the_same_everywhere(notebook, path):
    """The file is in normal form (no times, no widget state, no versions), with nothing local."""
    text = path.read_bytes().decode()
    if rerun_notebooks.as_text(rerun_notebooks.tidy(copy.deepcopy(notebook))) != text:
        yield "it is not in normal form: run `python lesson.py notebooks`"
    pixels = re.compile(r"base64,[A-Za-z0-9+/=\\n]+")
    for line in pixels.sub("", text).splitlines():
        if re.search(
            r"/(home|root|tmp|Users|private)/|\b[A-Z]:\\\\|site-packages|ipykernel_", line
        ):
            yield f"a path of one machine: {line.strip()[:80]}"
        if re.search(r"\b0x[0-9a-f]{8,}", line):
            yield f"an address in memory: {line.strip()[:80]}"


GENERAL_NUMBERS = {
    "255",
    "256",
    "260",
    "16777216",
    "640",
    "720",
    "1280",
}  # uint8, previews, projectors
RULES = [
    is_run_from_top_to_bottom,
    has_no_errors,
    is_compared_in_full,
    shows_images_with_alt_text,
    keeps_alt_texts_out_of_sight,
    has_short_cells,
    has_headings_in_order,
    has_links_that_lead_somewhere,
    quotes_numbers_it_shows,
    is_small,
    is_the_same_everywhere,
]


def complaints(path):
    notebook = nbformat.read(path, as_version=4)
    return [complaint for rule in RULES for complaint in rule(notebook, path)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_notebook_keeps_to_the_rules(path):
    assert complaints(path) == []


def test_the_notebooks_are_numbered_and_the_seven_steps_without_a_gap():
    numbers = [path.name[:3] for path in NOTEBOOKS]
    assert numbers[:11] == [f"{i:02d}_" for i in range(11)]
    assert len({*numbers}) == len(numbers)


# --------------------------------------------------------------- opened alone or wrongly

FIRST_CELLS = [code_cells(nbformat.read(path, as_version=4))[0] for path in NOTEBOOKS]


def test_every_notebook_begins_with_the_same_hidden_cell():
    assert {cell.source for cell in FIRST_CELLS} == {FIRST_CELLS[0].source}
    assert all(cell.metadata.get("jupyter") == {"source_hidden": True} for cell in FIRST_CELLS)


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("", "this notebook is alone: download the lesson's whole folder"),
        ("data", "wrong kernel: choose .venv"),
    ],
)
def test_the_first_cell_says_what_is_missing(tmp_path, folder, sentence):
    (tmp_path / "notebooks").mkdir()
    if folder:
        (tmp_path / folder).mkdir()
    plain = [sys.executable, "-I", "-S", "-c", FIRST_CELLS[0].source]  # with no package at all
    done = subprocess.run(plain, cwd=tmp_path / "notebooks", capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"AssertionError: {sentence}")


# --------------------------------------------------------------- minutes and words

EXERCISE = r"(### (Exercise|Break it|\d+\. )|## (Write it|Your turn|Your own|On your own))"
SHORT = ("00", "01", "02", "03", "05")  # these have the plainest ideas


def parts(notebook):
    """Return the cells of teaching and those of exercises."""
    teaching, exercises, current = [], [], []
    for cell in notebook.cells:
        heading = cell.cell_type == "markdown" and re.match(r"#+ ", cell.source)
        if heading:
            current = exercises if re.match(EXERCISE, cell.source) else teaching
        current.append(cell)
    return teaching, exercises


def words(cells):
    """Count the words of prose that stand there without unfolding a hint or a solution."""
    open_cells = [c for c in cells if not c.source.startswith("<details>")]
    text = prose(nbformat.v4.new_notebook(cells=open_cells))
    return len(re.findall(r"\w[\w'.-]*", re.sub(r"\]\([^)]*\)", "]", text)))


def computed_minutes(notebook):
    """Return how long teaching and exercises take.

    150 words a minute; a minute for a prediction that counts or a written explanation and half a
    minute for a prediction that is spoken; three minutes for an exercise.
    """
    teaching, exercises = parts(notebook)
    text = "\n".join(cell.source for cell in teaching)
    written = len(re.findall(r"\*\*Your explanation", text))
    spoken = len(re.findall(r"\*\*(?:Predict|Your turn)", text)) - written
    counted = len(re.findall(r"^predict\(\"", text, re.MULTILINE))
    tasks = [text for level, text in headings(nbformat.v4.new_notebook(cells=exercises))]
    count = sum(bool(re.match(r"Exercise|Break it|Your turn|\d+\. ", text)) for text in tasks)
    minutes = words(teaching) / 150 + counted + written + spoken / 2
    return minutes, words(exercises) / 150 + 3 * count


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_the_stated_minutes_are_those_of_its_words_questions_and_exercises(path):
    notebook = nbformat.read(path, as_version=4)
    stated = re.search(r"(\d+) (?:of teaching|to watch), (\d+) ", notebook.cells[0].source)
    if stated is None:
        assert path.name.startswith("08"), "only the live lab is all play"
        return
    for said, computed in zip(stated.groups(), computed_minutes(notebook), strict=True):
        assert computed - 2 <= int(said) <= computed + 10


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_the_minutes_of_exercises_are_those_of_their_headings(path):
    notebook = nbformat.read(path, as_version=4)
    titles = [text for level, text in headings(notebook)]
    minutes = [int(n) for text in titles for n in re.findall(r"^\d+\. .*\((\d+) minutes?\)$", text)]
    if minutes:  # in the others, none is said
        assert f" {sum(minutes)} of exercises" in notebook.cells[0].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_it_has_few_words(path):
    notebook = nbformat.read(path, as_version=4)
    assert words(notebook.cells) <= (1600 if path.name.startswith(SHORT) else 2000)


# --------------------------------------------------------------- the rules see what they should

IMG = '<img alt="a red square" src="data:image/png;base64,iVBORw0KGgo=">'


def show(html):
    """Make an output that shows a piece of HTML."""
    return nbformat.v4.new_output("display_data", {"text/html": html, "text/plain": "Figure"})


def text_cell(source):
    return nbformat.v4.new_markdown_cell(source)


def code_cell(source, count, *given):
    return nbformat.v4.new_code_cell(source, execution_count=count, outputs=list(given))


def small_notebook():
    """Make a notebook that keeps to every rule."""
    printed = nbformat.v4.new_output("stream", name="stdout", text="2\n")
    html = f"from IPython.display import HTML, display\n\ndisplay(HTML({IMG!r}))"
    shown = show(IMG)
    shown.data["text/plain"] = "<IPython.core.display.HTML object>"
    return nbformat.v4.new_notebook(
        cells=[
            text_cell("# Title\n\nA [file](small.ipynb), a [part](#The-end), and `[no](link)`."),
            text_cell("```\n### no heading\n```\n\n## The end"),
            code_cell("print(1 + 1)", 1, printed),
            code_cell(html, 2, shown),
        ]
    )


@pytest.fixture
def write(tmp_path):
    """Write a notebook, in normal form unless told otherwise, and return its path."""

    def write_notebook(notebook, name="small.ipynb", tidy=True):
        path = tmp_path / name
        if tidy:
            rerun_notebooks.tidy(notebook)
        path.write_bytes(rerun_notebooks.as_text(notebook).encode())
        return path

    return write_notebook


def test_a_good_notebook_keeps_to_the_rules(write):
    assert complaints(write(small_notebook())) == []


def strip(notebook):
    for cell in code_cells(notebook):
        cell.execution_count, cell.outputs = None, []


FAULTS = {
    "not run from top to bottom: the execution counts are [None, None]": strip,
    "not run from top to bottom: the execution counts are [1, 3]": lambda nb: nb.cells[3].update(
        execution_count=3
    ),
    "no output is stored": lambda nb: [cell.update(outputs=[]) for cell in code_cells(nb)],
    "a cell ends with ValueError: k is 3.5": lambda nb: nb.cells[2].outputs.append(
        nbformat.v4.new_output("error", ename="ValueError", evalue="k is 3.5", traceback=[])
    ),
    "a cell writes to stderr: UserWarning": lambda nb: nb.cells[2].outputs.append(
        nbformat.v4.new_output("stream", name="stderr", text="UserWarning")
    ),
    "a cell is not compared: ['nbval-ignore-output']": lambda nb: nb.cells[2].metadata.update(
        tags=["nbval-ignore-output"]
    ),
    "a cell is not compared: ['# NBVAL_SKIP']": lambda nb: nb.cells[2].update(
        source="# NBVAL_SKIP\nprint(2)"
    ),
    "an output is image/png, which cannot carry an alt text": lambda nb: nb.cells[2].outputs.append(
        nbformat.v4.new_output("display_data", {"image/png": "iVBORw0KGgo="})
    ),
    "an image has no alt text": lambda nb: nb.cells[2].outputs.append(show('<img src="x.png">')),
    "images share the alt text 'a red square'": lambda nb: nb.cells[2].outputs.append(show(IMG)),
    "an alt text has more than 300 letters: aaa": lambda nb: nb.cells[2].outputs.append(
        show(f'<img alt="{"a" * 301}" src="x.png">')
    ),
    "a code cell holds an alt text: # all": lambda nb: nb.cells[2].update(
        source="# all\nf(1, alt='a red square')"
    ),
    "a code cell has more than 15 lines: a = 0": lambda nb: nb.cells[2].update(
        source="\n".join(["a = 0"] * 16)
    ),
    "it does not start with its only heading of level 1": lambda nb: nb.cells.append(
        text_cell("# Again")
    ),
    "the heading 'Deep' skips a level": lambda nb: nb.cells.append(text_cell("#### Deep")),
    "the first cell does not start with the title": lambda nb: nb.cells.insert(0, text_cell("Hi")),
    "the link http://example.org is not https": lambda nb: nb.cells.append(
        text_cell("[old](http://example.org)")
    ),
    "the link gone.ipynb#part leads nowhere": lambda nb: nb.cells.append(
        text_cell("[gone](gone.ipynb#part)")
    ),
    "the link gone.png leads nowhere": lambda nb: nb.cells.append(text_cell("![image](gone.png)")),
    "no heading for the link #Nowhere": lambda nb: nb.cells.append(text_cell("[up](#Nowhere)")),
    "the prose says 1234.5, which no cell shows": lambda nb: nb.cells.append(
        text_cell("An error of 1,234.5, and 2 of 255 since 1957.")
    ),
    "bytes are more than a megabyte": lambda nb: nb.cells.append(text_cell("x" * 1_000_000)),
    "a path of one machine": lambda nb: nb.cells[2].outputs[0].update(text="/home/ada/x.png\n"),
    "an address in memory": lambda nb: nb.cells[2].outputs[0].update(text="<A at 0x7f0011223344>"),
}


@pytest.mark.parametrize("complaint", FAULTS)
def test_each_fault_is_found(write, complaint):
    notebook = small_notebook()
    FAULTS[complaint](notebook)
    (found,) = complaints(write(notebook))
    assert complaint in found


LEFTOVERS = {
    "times": lambda nb: nb.cells[2].metadata.update(execution={"iopub.status.idle": "2026-01-01"}),
    "widget state": lambda nb: nb.metadata.update(widgets={"state": {}}),
    "the version of Python": lambda nb: nb.metadata.language_info.update(version="3.11.7"),
    "another kernel": lambda nb: nb.metadata.kernelspec.update(name="my-env"),
    "random cell ids": lambda nb: nb.cells[2].update(id="1f3a9c"),
    "a widget that is gone": lambda nb: (
        nb.cells[3].outputs[0].data.update({rerun_notebooks.WIDGET: {"model_id": "1f3a9c"}})
    ),
}


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_leftovers_are_found_and_tidied_away(write, leftover):
    clean = write(small_notebook()).read_bytes()
    notebook = rerun_notebooks.tidy(small_notebook())
    LEFTOVERS[leftover](notebook)
    assert complaints(write(notebook, tidy=False)) == [
        "it is not in normal form: run `python lesson.py notebooks`"
    ]
    assert write(notebook).read_bytes() == clean


# --------------------------------------------------------------- running notebooks


def test_running_again_changes_no_byte(write):
    path = write(small_notebook())
    before = path.read_bytes()
    rerun_notebooks.rerun(path)
    assert path.read_bytes() == before


TIMES = "race. As multiples of the fastest:"  # as `figures.time_bars` begins
SHOWS_CHANCE = """\
import base64, os
from IPython.display import HTML

HTML(f'<img alt="{ALT}" src="data:image/png;base64,{base64.b64encode(os.urandom(9)).decode()}">')"""


@pytest.mark.parametrize(
    ("tags", "alt", "stays"),
    [
        (["measured"], f"{TIMES} a 3, b 1", True),
        (["measured"], f"{TIMES} a 1, b 40", True),
        ([], f"{TIMES} a 3, b 1", False),
        (["measured"], f"{TIMES.replace('race', 'bars')} a 3, b 1", False),
    ],
)
def test_running_again_keeps_an_image_tagged_measured_if_only_pixels_and_times_change(
    write, tags, alt, stays
):
    notebook = small_notebook()
    notebook.cells.append(code_cell(f"ALT = '{TIMES} a 3, b 1'\n{SHOWS_CHANCE}", 3))
    notebook.cells[-1].metadata.tags = tags
    path = write(notebook)
    rerun_notebooks.rerun(path)
    before = path.read_text(encoding="utf-8")
    assert complaints(path) == []
    path.write_text(before.replace(f"'{TIMES} a 3, b 1'", f"'{alt}'"), encoding="utf-8")
    rerun_notebooks.rerun(path)
    after = nbformat.read(path, as_version=4).cells[-1].outputs
    assert alt.partition(".")[0] in str(after)
    assert (after == nbformat.reads(before, as_version=4).cells[-1].outputs) == stays


def test_a_notebook_that_fails_is_left_as_it_was(write, monkeypatch, capsys):
    notebook = small_notebook()
    notebook.cells[3].source = "1 / 0"
    path = write(notebook, "03_fails.ipynb")
    before = path.read_bytes()
    monkeypatch.setattr(rerun_notebooks, "NOTEBOOKS", path.parent)
    assert rerun_notebooks.main(["03"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert rerun_notebooks.main(["04"]) == 1
    assert capsys.readouterr().err == "no notebook starts with 04\n"


def test_nbval_compares_text_and_alt_texts_but_not_pixels_and_times(write):
    notebook = small_notebook()
    right_text, right_html = notebook.cells[2:]
    other_pixels, other_alt, other_text = map(copy.deepcopy, [right_html, right_html, right_text])
    shown = other_pixels.outputs[0].data
    shown["text/html"] = shown["text/html"].replace("iVBORw0KGgo=", "AAAA/+8=")
    shown = other_alt.outputs[0].data
    shown["text/html"] = shown["text/html"].replace("red", "blue")
    other_text.outputs[0].text = "3\n"
    times = IMG.replace("a red square", f"{TIMES} a 3, b 1")
    right_times = code_cell(f"display(HTML({times!r}))", 3, show(times))
    right_times.outputs[0].data["text/plain"] = "<IPython.core.display.HTML object>"
    other_times = copy.deepcopy(right_times)
    other_times.outputs[0].data["text/html"] = times.replace("a 3, b 1", "a 1, b 40")
    notebook.cells += [other_pixels, right_times, other_times, other_alt, other_text]
    command = [sys.executable, "-m", "pytest", "-v", "-c", "pyproject.toml", write(notebook)]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    outcomes = re.findall(r"::Cell \d (PASSED|FAILED)", done.stdout)
    assert outcomes == ["PASSED"] * 5 + ["FAILED"] * 2, done.stdout + done.stderr
    mismatches = re.findall(r"mismatch '(.*?)'", done.stdout)  # a CI log tells each of them twice
    assert list(dict.fromkeys(mismatches)) == ["text/html", "stdout"]
