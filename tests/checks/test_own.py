"""A right function is kept as a program of one's own: alone, whole, and never lost."""

import functools
import itertools
import linecache
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from answers import EXERCISES, bank

from kmeans_lesson import (
    assign,
    checks,
    compare,
    init_centroids,
    kmeans,
    load_image,
    reconstruct,
    to_pixels,
)
from kmeans_lesson.checks.own import alone, certificate, keeping

ROOT = Path(__file__).resolve().parents[2]
FILE = Path("my_kmeans.py")
cell_number = itertools.count()

IMPORTS = "import numpy as np\nfrom math import log2\nfrom kmeans_lesson import assign, update"
ASSIGN = """\
def my_assign(pixels, centroids):
    squared = ((pixels[:, None].astype(float) - centroids) ** 2).sum(axis=2)
    return squared.argmin(axis=1)"""
WITH_HELPER = """\
SQUARE = 2


def far(pixels, centroid):
    # one for each pixel
    return ((pixels.astype(float) - centroid) ** SQUARE).sum(axis=1)


def my_assign(pixels, centroids):
    return np.array([far(pixels, c) for c in centroids]).argmin(axis=0)"""
UPDATE = """\
def my_update(pixels, labels, centroids):
    moved = centroids.astype(float)
    for label in np.unique(labels):
        moved[label] = pixels[labels == label].mean(axis=0)
    return moved"""
BITS = "def my_paper_bits(n, k):\n    return n * log2(k) + 24 * k"
KMEANS = """\
def my_kmeans(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = my_assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
    return centroids"""


class Notebook:
    """Runs cells one after the other in one space of names, as a kernel does."""

    def __init__(self):
        self.space = {"__name__": "__main__", "check": checks}
        self.run(IMPORTS)

    def run(self, *sources):
        """Run cells; return the value of the last line of the last one, if it is a check."""
        for source in sources:
            name, (lines, _, last) = f"<cell {next(cell_number)}>", source.rpartition("\n")
            is_check = last.startswith("check.")
            text = f"{lines}\n" if is_check else f"{source}\n"
            linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
            exec(compile(text, name, "exec"), self.space)
        return eval(last, self.space) if is_check else None

    def check(self, source):
        """Run a cell with a function, and its check: what the check says in its last line."""
        name = re.findall(r"def my_(\w+)", source)[-1]
        answer = self.run(f"{source}\ncheck.{name}(my_{name})")
        return str(answer).splitlines()[-1]


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keeping, "_in_notebook", lambda: True)
    return Notebook()


def text():
    return FILE.read_text(encoding="utf-8")


def alone_in_a_new_process(code):
    """Run code where nothing but the file and the packages are: what it prints."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


# --------------------------------------------------------------- what is kept


def test_a_right_function_is_kept_as_it_was_written_and_can_be_imported_alone(notebook):
    assert notebook.check(ASSIGN) == "Kept in my_kmeans.py, for your own program in 13."
    assert text() == ASSIGN + "\n"
    code = "from my_kmeans import my_assign; import numpy as np\n"
    code += "print(my_assign(np.array([[9, 9, 9]]), np.array([[0, 0, 0], [10, 10, 10]])))"
    assert alone_in_a_new_process(code) == "[1]\n"


def test_imports_helpers_and_constants_come_along_and_nothing_else(notebook):
    notebook.run("unused = 3\n\n\ndef not_used():\n    return unused")
    notebook.check(WITH_HELPER)
    assert notebook.check(BITS).startswith("Kept in my_kmeans.py")
    imports = "import numpy as np\nfrom math import log2"
    assert text() == f"{imports}\n\n\n{WITH_HELPER}\n\n\n{BITS}\n"


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("import numpy", "import numpy"),
        ("import numpy.linalg as algebra", "import numpy.linalg as algebra"),
        ("from numpy.linalg import norm", "from numpy.linalg import norm"),
        ("from numpy import sqrt as root", "from numpy import sqrt as root"),
        ("from kmeans_lesson import assign", "from kmeans_lesson import assign"),
        ("from kmeans_lesson.compare import mse", "from kmeans_lesson.compare import mse"),
        ("names = ['red', ('green', 2.5), None, True]", None),
        ("square = lambda number: number * number", None),
        (
            "def even(n):\n    return n == 0 or odd(n - 1)\n"
            "def odd(n):\n    return n > 0 and even(n - 1)",
            "",
        ),
    ],
)
def test_each_kind_of_name_is_found(notebook, cell, line):
    notebook.run(cell)
    name = re.search(r"(\w+)(?: =.*|\(n\):[^$]*)?$", cell).group(1)
    name = "odd" if "odd" in cell else name
    notebook.run(f"def my_psnr(a, b):\n    return [{name} for _ in (a, b)]")
    found = alone.parts(notebook.space["my_psnr"], set())
    assert [*found][-1] == "my_psnr"
    if line != "":
        assert found[name] == (line or cell)
    else:
        assert [*found] == ["even", "odd", "my_psnr"]


def test_a_function_that_is_kept_is_not_written_again(notebook):
    notebook.check(WITH_HELPER)
    before = text(), FILE.stat().st_mtime_ns
    other_looks = WITH_HELPER.replace("# one for each pixel", "# another comment\n")
    assert notebook.check(other_looks) == "Kept in my_kmeans.py."
    assert (text(), FILE.stat().st_mtime_ns) == before


def test_another_right_one_waits_until_it_is_asked_for(notebook):
    notebook.check(WITH_HELPER)
    before = text()
    waits = (
        "Your my_kmeans.py keeps another my_assign. To put this one there: check.keep(my_assign)"
    )
    assert notebook.check(ASSIGN) == waits
    assert text() == before
    said = str(notebook.run("check.keep(my_assign)"))
    assert said.startswith("Right")
    assert said.endswith("Kept in my_kmeans.py, in the place of the one before.")
    assert text() == ASSIGN + "\n"  # the helper went with the function that used it


def test_a_helper_that_another_function_uses_stays(notebook):
    notebook.check(WITH_HELPER)
    notebook.check(BITS.replace("n * log2", "SQUARE * n / 2 * log2"))
    notebook.run(ASSIGN, "check.keep(my_assign)")
    assert "SQUARE = 2" in text()
    assert "far" not in text()
    alone_in_a_new_process("from my_kmeans import my_assign, my_paper_bits; my_paper_bits(4, 4)")


def test_what_a_learner_wrote_into_the_file_stays(notebook):
    head = '"""Mine alone."""'
    own = '# numbers\nx = y = 3\n\n\ndef main():\n    """Run it."""\n    print(x)'
    FILE.write_text(f"{head}\n\n{own}\n\n\n# the end\n", encoding="utf-8")
    notebook.check(WITH_HELPER)
    imports = "import numpy as np"
    assert text() == f"{head}\n\n\n{imports}\n\n\n{own}\n\n\n# the end\n\n\n{WITH_HELPER}\n"
    notebook.check(BITS)
    assert f"{imports}\nfrom math import log2\n" in text()
    alone_in_a_new_process("import my_kmeans; assert my_kmeans.__doc__ == 'Mine alone.'")


def test_a_wrong_function_is_not_kept_and_keep_says_so(notebook):
    wrong = ASSIGN.replace("argmin", "argmax")
    assert "Kept" not in notebook.check(wrong)
    said = str(notebook.run("check.keep(my_assign)"))
    assert said.endswith("Not kept, because it is not right yet.")
    assert not FILE.exists()
    with pytest.raises(
        ValueError, match=r"function must be one of your own: my_assign, .*got 'sum'"
    ):
        checks.keep(sum)


# --------------------------------------------------------------- what cannot be kept


@pytest.mark.parametrize(
    ("cell", "function", "said"),
    [
        (
            "table = np.eye(3)",
            ASSIGN.replace("squared =", "table; squared ="),
            "it uses `table`, of type ndarray, which another cell makes. Hand it in as a parameter",
        ),
        (
            "def make(n):\n    def f(x):\n        return x**n\n    return f\nsquare = make(2)",
            WITH_HELPER.replace("** SQUARE", "").replace("((", "square((", 1),
            "`square` is made inside another function",
        ),
        (
            "pass",
            f"{BITS.replace('my_paper_bits', 'bits')}\ncheck.paper_bits(bits)",
            "only a function called my_paper_bits is",
        ),
        ("pass", KMEANS, "my_kmeans calls my_assign, which is not kept yet: do its exercise"),
    ],
)
def test_it_is_said_why_a_right_function_cannot_stand_alone(notebook, cell, function, said):
    notebook.run(ASSIGN, cell)
    is_called = "\ncheck." in function
    answer = str(notebook.run(function)) if is_called else notebook.check(function)
    assert answer.splitlines()[-1].startswith(f"Not kept: {said}")
    assert answer.endswith(".")
    assert not FILE.exists()


def test_a_function_may_call_another_one_that_is_kept(notebook):
    notebook.check(ASSIGN)
    assert notebook.check(KMEANS).startswith("Kept in my_kmeans.py")
    assert text().count("def my_assign") == 1
    alone_in_a_new_process(
        "import numpy as np; from my_kmeans import my_kmeans; my_kmeans(np.eye(3), np.eye(3), 2)"
    )


def test_two_helpers_of_one_name_are_not_mixed_up(notebook):
    notebook.check(WITH_HELPER)
    before = text()
    said = notebook.check(f"SQUARE = 24\n{BITS.replace('24', 'SQUARE')}")
    assert said == (
        "Not kept: my_kmeans.py has another `SQUARE` already: give yours a different name."
    )
    assert text() == before


@pytest.mark.parametrize(
    "broken", [b"def my_update(:\n", b"1 / 0\n", b"\xff\xfe", b"import gone\n", b"exit()"]
)
def test_a_file_that_does_not_run_is_left_as_it_is(notebook, broken):
    FILE.write_bytes(broken)
    assert notebook.check(ASSIGN).startswith("Not kept: my_kmeans.py ")
    assert FILE.read_bytes() == broken
    with pytest.raises(ValueError, match=r"my_kmeans\.py (does not run by itself|cannot be read)"):
        checks.kept()


def test_the_file_is_written_whole_or_not_at_all(notebook, monkeypatch):
    notebook.check(BITS)
    before = text()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert "No space left on device" in notebook.check(ASSIGN)
    assert text() == before
    assert [path.name for path in Path().iterdir()] == ["my_kmeans.py"]


def test_the_lesson_s_own_notebooks_get_no_file_and_a_script_none(notebook, tmp_path, monkeypatch):
    (tmp_path / "tests").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir("notebooks")
    assert notebook.check(ASSIGN).startswith("Not kept: these are the lesson's own notebooks.")
    monkeypatch.chdir(tmp_path)
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert "ept" not in notebook.check(ASSIGN)
    assert not list(tmp_path.rglob("*.py"))


# --------------------------------------------------------------- what is used


def test_kept_lists_what_is_one_s_own_and_says_where_the_rest_is_written(notebook):
    assert str(checks.kept()).startswith("my_kmeans.py holds none of the 9 functions.")
    notebook.check(ASSIGN.replace("argmin(axis=1)", "argmin(axis=1).tolist()"))
    mine = checks.kept()
    assert mine.own == ["assign"]
    lines = [" ".join(line.split()) for line in str(mine).splitlines()]
    assert lines[0] == "my_kmeans.py holds 1 of the 9 functions."
    assert "assign yours" in lines
    assert "psnr borrowed from the package; notebook 07 asks for yours" in lines
    pixels, centroids = (
        np.arange(12, dtype=np.uint8).reshape(4, 3),
        np.array([[0, 0, 0], [9, 9, 9.0]]),
    )
    assert np.array_equal(mine.assign(pixels, centroids), assign(pixels, centroids))
    moved, labels = mine.kmeans(pixels, centroids, 2)
    assert moved.shape == (2, 3)
    assert np.array_equal(labels, assign(pixels, moved))
    image = pixels.reshape(2, 2, 3)
    assert mine.psnr(image, image[::-1]) == compare.psnr(image, image[::-1])
    assert mine.paper_bits(16, 4) == 128


def test_each_function_is_said_to_be_written_where_it_is():
    first = {}
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if "exercise" in cell.metadata.get("tags", []):
                for name in re.findall(r"^check\.(\w+)\(my_", cell.source, re.MULTILINE):
                    first.setdefault(name, path.name[:2])
    assert first == keeping.WRITTEN_IN


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_right_answer_of_the_bank_stands_alone_or_is_told_why_not(exercise):
    task, kept = keeping.EXERCISES[exercise], 0
    for function in bank()[0][exercise]:
        if isinstance(function, functools.partial):
            continue
        try:
            found = alone.parts(function, set())
        except alone.CannotStandAlone:
            continue
        space = keeping.run("\n\n".join(found.values()))
        result, _ = task.read(space[function.__name__](*task.cases[0].args), task.cases[0].args)
        assert not task.wrong_rows(result, task.cases[0]).any(), function
        kept += 1
    assert kept >= 0.8 * len(bank()[0][exercise])


@pytest.mark.parametrize(("name", "k"), [("tiny", 1), ("tiny", 6), ("poster", 64)])
def test_the_certificate_tells_whose_functions_made_what(notebook, name, k):
    notebook.check(ASSIGN)
    mine, image = checks.kept(), load_image(ROOT / f"data/{name}.png")[::3, ::3]
    pixels = to_pixels(image)
    k = min(k, len(np.unique(pixels, axis=0)))
    run = kmeans(pixels, init_centroids(pixels, k), iterations=3)
    figure = certificate(mine, image, reconstruct(run.labels, run.centroids, image.shape), run)
    assert figure.alt.startswith(f"My own program, K = {k}: error ")
    assert "in 3 iterations. Mine: assign. Borrowed: count_colours, to_pixels, " in figure.alt
    assert len(figure.alt) <= 300
    words = [text.get_text() for text in figure.texts]
    assert words[0] == "My own program: 1 of its 9 functions is mine"
    assert words[words.index("✓ assign") + 1] == "mine"
    assert words[words.index("○ psnr") + 1] == "borrowed"
    photo, result, bar, curve = figure.axes
    assert np.array_equal(photo.images[0].get_array(), image)
    assert len(np.unique(result.images[0].get_array().reshape(-1, 3), axis=0)) <= k
    assert sum(patch.get_width() for patch in bar.patches) == pytest.approx(1)
    assert np.array_equal(curve.lines[0].get_ydata(), run.errors)
    assert figure.pixels().shape == (800, 1100, 3)
