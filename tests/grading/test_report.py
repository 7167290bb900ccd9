"""What comes out of grading: points, tables, and functions that are alike."""

import csv
import json

import pytest

from grading import lesson, weights
from grading.alike import alike, normal, write_alike
from grading.inside.needed import names_in, needed
from grading.results import file_stem, load_results, save_result
from grading.table import write_grades, write_nbgrader

NOTEBOOKS = lesson.load()
TASKS = [task for notebook in NOTEBOOKS.values() for task in notebook.tasks]


def result(student, status="right", source="", **other):
    exercises = [
        {
            "notebook": task.notebook,
            "exercise": task.name,
            "function": task.target,
            "status": status if task.notebook == "04" else "missing",
            "slip": "argmax" if status == "wrong" else None,
            "answer": "",
            "source": source if task.key == ("04", "assign") else "",
        }
        for task in TASKS
    ]
    made = {"student": student, "key": student.casefold(), "file": "04.ipynb", "also": []}
    made |= {"status": "graded", "notes": [], "notebooks": ["04"], "exercises": exercises}
    made |= {"predictions": {}, "fingerprint": "x"} | other
    weights.apply(made, weights.default(NOTEBOOKS, {"04"}))
    return made


def rows(path):
    text = path.read_bytes().decode("utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "so that Excel reads UTF-8"
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_every_exercise_of_the_lesson_is_known():
    tagged = sum(
        "exercise" in cell["metadata"].get("tags", [])
        for path in (lesson.ROOT / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    )
    assert len(TASKS) == tagged == len({task.key for task in TASKS})
    checked = {task.exercise.name for task in TASKS if task.exercise}
    assert len(checked) == 9
    assert all("right" in task.test for task in TASKS if not task.exercise)


def test_only_what_the_exercises_use_is_run():
    cells = [
        "a = 1",
        "b = a",
        "c = 2",
        "def f():\n    return b + d",
        "d = []",
        "d.append(1)",
        "c[0] = 1",
    ]
    assert needed(cells, [3]) == [0, 1, 3, 4, 5]
    assert needed(cells, [], {"c"}) == [2, 6]
    assert names_in("from a.b import c as d, e\nimport x.y\nfor i in z: pass")[0] == {
        "d",
        "e",
        "x",
        "i",
    }
    assert needed(["%matplotlib inline", "a = 1"], []) == [0], "what cannot be read is run"


def test_results_are_written_and_read_for_names_in_any_script(tmp_path):
    names = ["Ada Lovelace", "李小龙", "李小明", "../../x", "CON", "Zoë", "a\ud800"]
    for name in names:
        save_result(tmp_path, result(name))
    found = load_results(tmp_path)
    assert len(found) == len(names) == len({file_stem(result(name)) for name in names})
    assert {path.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "results"}


def test_a_spreadsheet_takes_nothing_for_a_formula(tmp_path):
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", " =1", "\uff1d1", 'Zoë, "Z"\n2']
    write_grades(tmp_path, [result(name, "wrong", notes=["=1"]) for name in names])
    found = rows(tmp_path / "grades.csv")
    assert [row["student"] for row in found] == [f"'{n}" for n in names[:-1]] + names[-1:]
    assert {row["notes"] for row in found} == {"'=1"}
    assert found[0]["04 assign"] == "wrong"
    assert found[0]["04 assign slip"] == "argmax"
    assert (found[0]["points"], found[0]["of"]) == ("0.0", "5.0")
    assert "05 blue" not in found[0], "nobody has handed 05 in"


def test_nbgrader_s_columns(tmp_path):
    write_nbgrader(tmp_path, [result("Ada King Lovelace")])
    (row,) = rows(tmp_path / "nbgrader.csv")
    assert (row["first_name"], row["last_name"]) == ("Ada King", "Lovelace")
    assert (row["score"], row["max_score"]) == ("5.0", "5.0")


def test_points_are_the_teacher_s_to_change(tmp_path):
    assert weights.load(tmp_path, NOTEBOOKS) is None
    weights.save(tmp_path, weights.default(NOTEBOOKS, {"04"}))
    points = weights.load(tmp_path, NOTEBOOKS)
    assert sum(points.values()) == 5
    assert points.keys() == {task.key for task in TASKS}
    (tmp_path / "weights.toml").write_text("[04]\nassign = 2.5\n")
    made = result("Ada")
    assert weights.apply(made, weights.load(tmp_path, NOTEBOOKS))
    assert (made["points"], made["of"]) == (2.5, 2.5)
    assert not weights.apply(made, weights.load(tmp_path, NOTEBOOKS)), "nothing has changed"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[04]\nasign = 1", "asign of .04. is no exercise"),
        ("[04]\nassign = -1", "must be a number of points from 0 on; got -1"),
        ("[04]\nassign = nan", "from 0 on; got nan"),
        ("[04]\nassign = 'one'", "from 0 on; got 'one'"),
        ("[04", "cannot be read"),
        ("x = 1", "cannot be read"),
    ],
)
def test_weights_that_are_none_get_one_sentence(tmp_path, text, told):
    (tmp_path / "weights.toml").write_text(text)
    with pytest.raises(ValueError, match=told):
        weights.load(tmp_path, NOTEBOOKS)


ONE = """def my_assign(pixels, centroids):
    \"\"\"Mine.\"\"\"
    best = []
    for pixel in pixels:
        gaps = [((pixel - centre) ** 2).sum() for centre in centroids]
        best.append(int(np.argmin(gaps)))
    return np.array(best)"""
OTHER = ONE.replace("best", "out").replace("gaps", "d").replace("centre", "c").replace("Mine", "Me")


def test_functions_equal_but_for_names_are_a_hint(tmp_path):
    made = [result("Ada", source=ONE), result("Alan", source=OTHER)]
    made += [
        result("Grace", source=ONE.replace("argmin", "argmax")),
        result("Emmy", source="x = 1"),
    ]
    (group,) = alike(made, NOTEBOOKS)
    assert group["sources"] == {"Ada": ONE, "Alan": OTHER}
    write_alike(tmp_path, [group])
    text = (tmp_path / "alike.txt").read_text(encoding="utf-8")
    assert "04 assign" in text
    assert any("best = []" in line and "out = []" in line for line in text.splitlines())


def test_a_solution_of_the_lesson_and_a_short_function_are_no_hint():
    solution = next(task.solution for task in TASKS if task.key == ("04", "assign"))
    assert normal(solution)
    assert not alike([result("Ada", source=solution), result("Alan", source=solution)], NOTEBOOKS)
    short = "def my_assign(p, c):\n    return np.argmin(((p[:, None] - c) ** 2).sum(2), 1)"
    assert not alike([result("Ada", source=short), result("Alan", source=short)], NOTEBOOKS)
