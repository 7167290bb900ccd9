"""The page of the class and the feedback pages say what the results say, to everybody."""

import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest
import submissions
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st
from made_up_class import ANSWERS, EXERCISES, exercise, submission, whole_class

import grade as run_grade
from grading.pages import MARKS, file_names, read_solutions, write_pages
from grading.results import KINDS, STATUSES
from kmeans_lesson.checks.predictions import questions

HOSTILE = """</p></td><script>alert(1)</script><img src=x onerror=alert(2)>"'&amp; {{ 7 * 7 }}"""
SLIP = "NaN for empty clusters"


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def texts(found):
    return [" ".join(tag.get_text(" ").split()) for tag in found]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Write the pages of sixty."""
    report = tmp_path_factory.mktemp("report")
    write_pages(report, whole_class())
    return report


# ------------------------------------------------------------ the class


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Write the pages of four students, whose numbers can be counted by hand."""
    update, assign = ("04", "update"), ("04", "assign")
    results = [
        submission(
            "Ada",
            [exercise(*update, "wrong", SLIP), exercise(*assign, "wrong", "forgot to square")],
            predictions={"04-argmin": "b"},
        ),
        submission(
            "Emmy",
            [exercise(*update, "wrong", SLIP), exercise(*assign, "wrong", SLIP)],
            predictions={"04-argmin": "b"},
        ),
        submission(
            "Li Wei",
            [exercise(*update, "wrong", SLIP), exercise(*assign, "error")],
            key="first",
        ),
        submission(
            "Li Wei",
            [
                exercise(*update, "wrong", SLIP),
                exercise(*assign),
                exercise("07", "psnr", points=0.0, of=0.0),
            ],
            key="second",
            status="partly",
            notes=["One cell ran out of memory."],
            also=["older.ipynb"],
            predictions={"04-argmin": "a"},
        ),
    ]
    report = tmp_path_factory.mktemp("small")
    write_pages(report, results)
    return report


def test_slips_are_counted_by_student_the_most_frequent_first(small):
    page = soup(small / "class.html")
    rows = [[*tr.find_all(["td", "th"])] for tr in page.select(".slips tbody tr")]
    assert [row[0].get_text().strip() for row in rows] == ["4", "1"]
    assert rows[0][1].get_text().strip().startswith(SLIP)
    assert texts(rows[0][1].select(".where")) == ["04 assign, 04 update"]
    assert texts(rows[0][1].select("bdi")) == ["Ada", "Emmy", "Li Wei", "Li Wei"]
    assert "two equal centroids" in rows[0][2].get_text()
    assert rows[0][2].em.get_text() == "Break it: two equal centroids"


def test_the_map_has_each_student_with_each_exercise_that_has_points(small):
    page = soup(small / "class.html")
    assert texts(page.select(".map .upright")) == ["update", "assign"]
    everyone, *students = page.select(".map tbody tr")
    assert [td.get_text() for td in everyone.select("td")] == ["0", "1", ""]
    shown = [texts(tr.select("td")) for tr in students]
    assert shown == [
        [f"wrong: {SLIP}", "wrong: forgot to square", "0 of 2"],
        [f"wrong: {SLIP}", f"wrong: {SLIP}", "0 of 2"],
        [f"wrong: {SLIP}", "does not run", "0 of 2"],
        [f"wrong: {SLIP}", "right", "1 of 2"],
    ]
    assert texts(tr.th for tr in students)[2:] == ["Li Wei", "Li Wei partly"]


def test_predictions_are_counted_by_choice(small):
    rows = soup(small / "class.html").select(".predictions tbody tr")
    question = questions.find("04-argmin")
    assert texts([rows[0].code]) == ["squared.argmin(axis=...)"]
    assert texts(row.select_one(".number") for row in rows) == ["1", "2", "0"]
    assert texts(row.b for row in rows) == [*question.choices]
    assert [bool(row.select(".right")) for row in rows] == [False, True, False]


def test_numbers_that_were_predicted_are_counted_too(tmp_path):
    given = ["44", "255", "44", "300"]
    write_pages(tmp_path, [submission(n, predictions={"05-wrap": n}) for n in given])
    rows = soup(tmp_path / "class.html").select(".predictions tbody tr")
    assert [(row.b.get_text(), row.select_one(".number").get_text()) for row in rows] == [
        ("44", "2"),
        ("255", "1"),
        ("300", "1"),
    ]
    assert [bool(row.select(".right")) for row in rows] == [True, False, False]


def test_what_a_teacher_must_look_at_is_named(small):
    page = soup(small / "class.html")
    assert texts(page.select(".sum")) == [
        "4 students: 3 graded, 1 partly. By exercise Predictions 1 to look at by hand"
    ]
    assert texts(page.select("dl dd")) == ["One cell ran out of memory."]
    (second,) = small.glob("feedback/Li Wei (2).html")
    assert "Not graded, because a later one is there: older.ipynb" in soup(second).get_text()


def test_answers_without_a_name_are_counted(tmp_path):
    write_pages(tmp_path, [submission("Ada", [exercise("07", "psnr", "wrong")])])
    assert "that has no name: 1 answer;" in soup(tmp_path / "class.html").get_text()


def test_every_status_has_a_shape_of_its_own(report):
    page = soup(report / "class.html")
    legend = page.select(".legend li")
    assert texts(legend) == [*MARKS.values()]
    assert {*MARKS} == {*KINDS}
    shapes = [page.select_one(item.use["href"]) for item in legend]
    assert len({shape.decode_contents() for shape in shapes}) == len(KINDS)


def test_a_class_of_nobody_and_one_without_exercises_have_a_page(tmp_path):
    for results in ([], [submission("Ada", status="unreadable", file="")]):
        write_pages(tmp_path, results)
        assert f"{len(results)} student" in soup(tmp_path / "class.html").get_text()


# ------------------------------------------------------------ feedback


def test_feedback_has_the_words_of_the_check_and_the_code_of_what_is_not_right(report):
    result = whole_class()[0]
    page = soup(report / "feedback" / "Ada Lovelace.html")
    sections = page.select(".exercise")
    assert len(sections) == len(EXERCISES)
    for section, done in zip(sections, result["exercises"], strict=True):
        assert done["function"] in section.h2.get_text()
        said = "\n".join(tag.get_text() for tag in section.select("p, p ~ pre"))
        assert done["answer"] in said
        code = [tag.get_text().strip() for tag in section.select("code")[1:]]
        assert code == [done["source"].strip()] * (done["status"] not in ("right", "missing"))
    right = sum(done["status"] == "right" for done in result["exercises"])
    assert f"{right} of {len(EXERCISES)} points" in page.get_text()


@pytest.mark.parametrize("status", STATUSES)
def test_a_submission_that_was_not_wholly_graded_is_told_so(tmp_path, status):
    write_pages(tmp_path, [submission("Ada", status=status, notes=["for the teacher only"])])
    page = soup(tmp_path / "feedback/Ada.html")
    assert bool(page.select(".told")) == (status != "graded")
    assert "for the teacher only" not in page.get_text()


def test_solutions_are_there_only_if_asked_for(tmp_path, report):
    solutions = read_solutions()
    assert len({*solutions.values()}) == len(solutions) == len(EXERCISES)
    plain = soup(report / "feedback/Ada Lovelace.html").get_text()
    write_pages(tmp_path, whole_class()[:1], solutions=True)
    sections = soup(tmp_path / "feedback/Ada Lovelace.html").select(".exercise")
    for key, section in zip(EXERCISES, sections, strict=True):
        assert solutions[key] in section.get_text()
        assert solutions[key] not in plain


# ------------------------------------------------------------ what students write is only shown


def test_nothing_that_students_write_becomes_a_part_of_a_page(tmp_path):
    done = exercise("04", "assign", "wrong", HOSTILE, answer=HOSTILE, source=HOSTILE)
    hostile = submission(HOSTILE, [done], file=HOSTILE, also=[HOSTILE], key=HOSTILE)
    hostile |= {"notes": [HOSTILE], "status": "partly"}
    harmless = submission(
        "Ada", [exercise("04", "assign", "wrong", "forgot to square", answer="no")]
    )
    harmless |= {"notes": ["a"], "also": ["b"], "status": "partly"}
    tags = {}
    for folder, result in (("hostile", hostile), ("harmless", harmless)):
        write_pages(tmp_path / folder, [result])
        pages = [tmp_path / folder / "class.html", *(tmp_path / folder).glob("feedback/*.html")]
        tags[folder] = [[tag.name for tag in soup(page).find_all()] for page in pages]
        if folder == "hostile":
            for page in pages:
                assert "<script" not in page.read_text(encoding="utf-8")
                assert "{{ 7 * 7 }}" in soup(page).get_text()
    without = {"em", "code"}  # of what TEACHING.md shows for the one slip and the other
    assert [[t for t in page if t not in without] for page in tags["hostile"]] == [
        [t for t in page if t not in without] for page in tags["harmless"]
    ]


def test_half_a_character_and_a_zero_byte_do_not_stop_the_report(tmp_path):
    odd = "a\0b\ud800c"
    done = exercise("04", "assign", "wrong", odd, answer=odd, source=odd)
    write_pages(tmp_path, [submission(odd, [done])])
    assert [page.name for page in tmp_path.glob("feedback/*")] == ["a_b_c.html"]


def test_a_page_needs_no_other_file_and_its_links_lead_to_pages_that_exist(report):
    links = set()
    for page in [report / "class.html", *report.glob("feedback/*.html")]:
        text = page.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert not re.search(r"\bsrc=|@import|url\(|<link|<script", text)
        links |= {unquote(link) for link in re.findall(r'href="([^"#][^"]*)"', text)}
    assert {report / link for link in links} == {*report.glob("feedback/*.html")}
    assert len(links) == 60


# ------------------------------------------------------------ names of files


def test_names_stay_readable_in_any_script_and_no_two_are_alike():
    students = [
        "Марія",
        "王贞仪",
        "Zoë",
        "Zoe\u0308",
        "ADA",
        "Ada",
        "O'Brien, Ní M.",
        "../../etc/x",
    ]
    names = ["Марія", "王贞仪", "Zoë", "Zoë (2)", "ADA", "Ada (2)", "O'Brien, Ní M", "_.._etc_x"]
    assert file_names(students) == [f"{name}.html" for name in names]
    assert file_names(["CON", "con.x", "", "...", "?"]) == [
        "_CON.html",
        "_con.x.html",
        "_.html",
        "_ (2).html",
        "_ (3).html",
    ]


@example(["龍" * 99, "龍" * 98])
@given(st.lists(st.text(max_size=150), max_size=8))
def test_every_name_is_one_that_all_systems_take(students):
    names = file_names(students)
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(students)
    for name in names:
        assert len(name.encode()) < 128
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]|^[ .]|[ .]\.html$', name)
        assert Path(name).name == name


# ------------------------------------------------------------ once more


def test_another_run_gives_the_same_bytes_and_leaves_no_page_of_those_who_are_gone(tmp_path):
    write_pages(tmp_path, whole_class(12))
    first = {page: page.read_bytes() for page in tmp_path.rglob("*.html")}
    write_pages(tmp_path, whole_class(12))
    assert {page: page.read_bytes() for page in tmp_path.rglob("*.html")} == first
    write_pages(tmp_path, whole_class(12)[:2])
    assert len([*tmp_path.glob("feedback/*")]) == 2


def test_the_made_up_class_has_every_kind_of_answer():
    assert {*ANSWERS} == {*KINDS}
    assert {e["status"] for result in whole_class() for e in result["exercises"]} == {*KINDS}


# ------------------------------------------------------------ the whole way


def test_the_command_writes_the_pages_of_what_was_handed_in(tmp_path, capsys):
    (tmp_path / "class" / "<b>Ada").mkdir(parents=True)
    cell = submissions.answer("assign", "argmax")
    (tmp_path / "class" / "<b>Ada" / "04.ipynb").write_bytes(submissions.small(cell))
    words = [str(tmp_path / "class"), "--out", str(tmp_path / "report"), "--solutions"]
    assert run_grade.main(words) == 0
    assert str(tmp_path / "report" / "class.html") in capsys.readouterr().out
    page = soup(tmp_path / "report" / "class.html")
    (row,) = page.select(".slips tbody tr")
    assert texts(row.select("th bdi")) == ["<b>Ada"]
    assert "subtract, square, add" in row.get_text()
    (feedback,) = (tmp_path / "report" / "feedback").iterdir()
    assert "A slip: argmax: takes the farthest" in soup(feedback).get_text()
    assert read_solutions()["04", "assign"] in soup(feedback).get_text()
