"""Submissions are found as they come, each under its student's name, and nothing is unpacked."""

import io
import os
import stat
import zipfile

import pytest

from grading import collect as collecting
from grading import lesson
from grading.collect import collect
from grading.names import owner_of

TITLES = [notebook.title for notebook in lesson.load().values()]
NOTEBOOK = b'{"cells": []}'


def fill(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(NOTEBOOK)
    return folder


def packed(*names, data=NOTEBOOK):
    """Return a zip with these members, each a name or (name, data)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(*(name if isinstance(name, tuple) else (name, data)))
    return file.getvalue()


def students(folder):
    return {one.student: [file.path for file in one.files] for one in collect(folder, TITLES)}


def problems(folder):
    return [file.problem for one in collect(folder, TITLES) for file in one.files if file.problem]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Ada Lovelace_2071_assignsubmission_file_/04_assign_and_update.ipynb", "Ada Lovelace"),
        ("Ada Lovelace_2071_assignsubmission_file_04_assign_and_update.ipynb", "Ada Lovelace"),
        ("Ada O'Neill_2071_assignsubmission_file/my-lesson.zip/04.ipynb", "Ada O'Neill"),
        ("lovelaceada_4711_90210_04_assign_and_update-2.ipynb", "lovelaceada"),
        ("lovelaceada_LATE_4711_90210_my-lesson.zip/04.ipynb", "lovelaceada"),
        ("Homework 4/Ada Lovelace - 04_assign_and_update.ipynb", "Ada Lovelace"),
        ("Ada Lovelace - Copy of 04_assign_and_update.ipynb", "Ada Lovelace"),
        ("Ada Lovelace/week 1/04_assign_and_update (1).ipynb", "Ada Lovelace"),
        ("ada_lovelace_04_assign_and_update.ipynb", "ada lovelace"),
        ("04_assign_and_update_ada-Copy1.ipynb", "ada"),
        ("ada 04 (2).ipynb", "ada"),
        ("04_ada.ipynb.txt", "ada"),
        ("Ada Lovelace.zip/my-lesson/04_assign_and_update.ipynb", "Ada Lovelace"),
        ("李小龙.ipynb", "李小龙"),
        ("04_assign_and_update.ipynb", "04 assign and update"),
    ],
)
def test_the_name_is_read_from_what_the_platform_made_of_it(path, name):
    assert owner_of(path, TITLES).name == name


def test_a_folder_for_each_student_with_anything_in_it(tmp_path):
    fill(tmp_path, "Ada/04.ipynb", "Ada/deep/er/05 final.ipynb", "Alan/.ipynb_checkpoints/x.ipynb")
    fill(tmp_path, "Alan/04.ipynb", "Alan/notes.txt", "Grace/me.docx")
    (tmp_path / "Nobody").mkdir()
    found = students(tmp_path)
    assert found["Ada"] == ["Ada/04.ipynb", "Ada/deep/er/05 final.ipynb"]
    assert found["Alan"] == ["Alan/04.ipynb", "Alan/notes.txt"]
    assert found.keys() == {"Ada", "Alan", "Grace", "Nobody"}
    assert [f.path for one in collect(tmp_path, TITLES) for f in one.files if f.read] == [
        *found["Ada"],
        "Alan/04.ipynb",
    ]


def test_a_folder_around_the_class_is_no_student(tmp_path):
    fill(tmp_path / "a", "Homework/Ada/04.ipynb", "Homework/Alan/04.ipynb")
    assert students(tmp_path / "a").keys() == {"Ada", "Alan"}
    fill(tmp_path / "b", "Ada/04_assign_and_update.ipynb", "Ada/05_rebuild_the_image.ipynb")
    assert students(tmp_path / "b").keys() == {"Ada"}
    (tmp_path / "c").mkdir()
    class_zip = packed("HW/Ada - 04.ipynb", "HW/Alan - 04.ipynb", "__MACOSX/HW/._Ada - 04.ipynb")
    (tmp_path / "c/drive-download.zip").write_bytes(class_zip)
    assert students(tmp_path / "c").keys() == {"Ada", "Alan"}
    assert students(tmp_path / "c/drive-download.zip").keys() == {"Ada", "Alan"}


def test_a_student_s_own_zip_is_looked_into(tmp_path):
    whole = packed("lesson/notebooks/04_assign_and_update.ipynb", "lesson/my-lesson/04.ipynb")
    (tmp_path / "Ada.zip").write_bytes(whole)
    assert [*students(tmp_path)] == ["Ada"]
    (tmp_path / "Alan.zip").write_bytes(packed("04.ipynb", ("more.zip", packed("05.ipynb"))))
    assert students(tmp_path)["Alan"] == ["Alan.zip/04.ipynb", "Alan.zip/more.zip/05.ipynb"]
    alan = collect(tmp_path, TITLES)[1]
    assert [file.read() for file in alan.files] == [NOTEBOOK, NOTEBOOK]


def test_the_later_one_comes_last(tmp_path):
    fill(tmp_path, "Ada/b.ipynb", "Ada/a.ipynb", "Ada/04 (2).ipynb", "Ada/04 (10).ipynb")
    for name, when in [("b", 10**9), ("a", 10**9 + 9), ("04 (2)", 10**9), ("04 (10)", 10**9)]:
        os.utime(tmp_path / f"Ada/{name}.ipynb", (when, when))
    assert students(tmp_path)["Ada"] == [
        "Ada/b.ipynb",
        "Ada/04 (2).ipynb",
        "Ada/04 (10).ipynb",
        "Ada/a.ipynb",
    ]


def test_two_students_of_one_name_stay_two(tmp_path):
    fill(tmp_path, *(f"Ada Li_{n}_assignsubmission_file_/04.ipynb" for n in (7, 8)))
    assert students(tmp_path).keys() == {"Ada Li (7)", "Ada Li (8)"}


@pytest.mark.parametrize("text", ["file,student\n", "file;student\n", ""])
def test_students_csv_gives_names_and_says_who_is_missing(tmp_path, text):
    fill(tmp_path, "ada17/04.ipynb", "x_9_1_04.ipynb", "Zoe/04.ipynb")
    between = ";" if ";" in text else ","
    rows = [("ADA17", "Ada Lovelace"), ("9", "Grace Hopper"), ("emmy", "Emmy Noether")]
    lines = [between.join(row) for row in rows]
    (tmp_path / "students.csv").write_text(text + "\n".join(lines), encoding="utf-8-sig")
    found = students(tmp_path)
    assert found["Ada Lovelace"] == ["ada17/04.ipynb"]
    assert found["Grace Hopper"] == ["x_9_1_04.ipynb"]
    assert found["Emmy Noether"] == []
    assert found.keys() == {"Ada Lovelace", "Grace Hopper", "Emmy Noether", "Zoe"}


def test_a_students_csv_that_is_none_gets_one_sentence(tmp_path):
    (tmp_path / "students.csv").write_text("only one column\n")
    with pytest.raises(ValueError, match=r"students\.csv must have two columns"):
        collect(tmp_path, TITLES)


def test_letters_of_macs_and_of_windows_are_the_same_letters(tmp_path):
    fill(tmp_path, "Zoe\u0308/04.ipynb")
    file = io.BytesIO(packed("Zoë/05.ipynb").replace("Zoë".encode(), "Zoë".encode()))
    assert [*students(tmp_path)] == ["Zoë"]
    data = bytearray(file.getvalue())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):  # as macOS packs: UTF-8, and no flag that says so
        place = data.index(mark) + (6 if mark[2] == 3 else 8)
        data[place + 1] &= ~0x08
    (tmp_path / "class.zip").write_bytes(data)
    assert [*students(tmp_path / "class.zip")] == ["Zoë"]


def test_what_leads_out_of_a_zip_is_not_read(tmp_path):
    link = zipfile.ZipInfo("Alan/link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    data = packed("Ada/../../x.ipynb", "/etc/x.ipynb", "C:\\x.ipynb", (link, b"/etc/passwd"))
    (tmp_path / "class.zip").write_bytes(data)
    found = collect(tmp_path / "class.zip", TITLES)
    assert not any(file.read for one in found for file in one.files)
    told = [file.problem for one in found for file in one.files]
    assert sum("leads out of its zip" in problem for problem in told) == 3
    assert sum("is a link" in problem for problem in told) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes, and links for few")
def test_what_leads_out_of_a_folder_is_not_read(tmp_path):
    secret = fill(tmp_path, "teacher/secret.ipynb") / "teacher/secret.ipynb"
    folder = fill(tmp_path / "in", "Ada/04.ipynb")
    (folder / "Ada/05.ipynb").symlink_to(secret)
    (folder / "Alan").symlink_to(tmp_path / "teacher")
    os.mkfifo(folder / "Ada/pipe.ipynb")
    assert len(problems(folder)) == 3
    assert sum(bool(file.read) for one in collect(folder, TITLES) for file in one.files) == 1


def test_bombs_do_not_go_off(tmp_path, monkeypatch):
    monkeypatch.setattr(collecting, "LARGEST", 1000)
    monkeypatch.setattr(collecting, "LARGEST_ZIP", 3000)
    monkeypatch.setattr(collecting, "MEMBERS", 5)
    honest = packed(("Ada/a.ipynb", b"0" * 2000), ("Alan/a.zip", b"0" * 5000), "Grace/a.ipynb")
    (tmp_path / "a.zip").write_bytes(honest)
    assert sorted(problems(tmp_path / "a.zip")) == [
        "is a zip in a zip, too deep or too large",
        "is larger than 50 MB: ask for one without outputs",
    ]
    lying = packed(("Ada/a.ipynb", b"0" * 2000)).replace((2000).to_bytes(4, "little"), b"\1\0\0\0")
    (tmp_path / "b.zip").write_bytes(lying)
    (file,) = collect(tmp_path / "b.zip", TITLES)[0].files
    with pytest.raises(ValueError, match="cannot be taken out of its zip"):
        file.read()
    (tmp_path / "c.zip").write_bytes(packed(*(f"Ada/{n}.ipynb" for n in range(6))))
    assert problems(tmp_path / "c.zip") == ["holds more than 5 files"]
    deep = NOTEBOOK
    for _ in range(6):
        deep = packed(("a.zip", deep))
    (tmp_path / "d.zip").write_bytes(packed(("Ada/a.zip", deep), "Alan/a.ipynb"))
    assert problems(tmp_path / "d.zip") == ["is a zip in a zip, too deep or too large"]


def test_a_broken_zip_and_other_archives_are_told(tmp_path):
    fill(tmp_path, "Ada/x.zip", "Alan/x.rar", "Grace/04.ipynb")
    told = problems(tmp_path)
    assert told[0].startswith("is no whole zip file")
    assert told[1].startswith("cannot be opened here")
