"""Blocks cover every row, on as many processors as there are for this process."""

import threading

import pytest

from kmeans_lesson.engine import blocks
from kmeans_lesson.engine.blocks import begin, each_block, each_share


@pytest.mark.parametrize("processors", [1, 2, 3, 64])
def test_blocks_cover_every_row_once_and_in_order(monkeypatch, processors):
    monkeypatch.setattr(blocks, "processors", lambda: processors)
    for length in (1, 2, 5, 12, 50):
        for size in (1, 3, 12, 100):
            rows = each_block(lambda rows: list(range(length))[rows], length, size)  # noqa: B023
            assert [row for block in rows for row in block] == list(range(length))
            assert all(1 <= len(block) <= size for block in rows)


@pytest.mark.parametrize("processors", [1, 2, 3, 64])
def test_shares_cover_every_row_once_and_in_order(monkeypatch, processors):
    monkeypatch.setattr(blocks, "processors", lambda: processors)
    for length in (1, 2, 5, 12, 50):
        for least in (1, 3, 12, 100):
            shares = each_share(lambda rows: list(range(length))[rows], length, least)  # noqa: B023
            assert [row for share in shares for row in share] == list(range(length))
            assert len(shares) <= max(1, min(processors, length // least + 1))


def test_an_error_in_a_block_is_raised():
    def work(rows):
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        each_block(work, 10, 2)


def test_where_no_thread_can_start_all_is_done_without(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(blocks, "processors", lambda: 2)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert each_block(lambda rows: rows.start, 40, 1) == list(range(40))


def test_what_is_begun_is_done_beside_or_at_once_and_its_error_is_raised(monkeypatch):
    where = []

    def work(number):
        where.append(threading.current_thread())
        return 1 / number

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    assert begin(work, 2)() == 0.5
    with pytest.raises(ZeroDivisionError):
        begin(work, 0)()
    assert threading.main_thread() not in where
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert begin(work, 4)() == 0.25
    assert where[-1] is threading.main_thread()


@pytest.mark.parametrize(
    ("quota", "expected"), [("200000 100000", 2), ("150000 100000", 1), ("50000 100000", 1)]
)
def test_no_more_processors_are_used_than_a_container_has(monkeypatch, tmp_path, quota, expected):
    (tmp_path / "cpu.max").write_text(f"{quota}\n")
    monkeypatch.setattr(blocks, "QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(blocks.os, "cpu_count", lambda: 64)
    monkeypatch.setattr(blocks.os, "process_cpu_count", lambda: 64, raising=False)
    monkeypatch.setattr(blocks.os, "sched_getaffinity", lambda _: range(48), raising=False)
    assert blocks.processors() == expected


def test_no_more_processors_are_used_than_the_process_may(monkeypatch, tmp_path):
    (tmp_path / "cpu.max").write_text("max 100000\n")
    monkeypatch.setattr(blocks, "QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(blocks.os, "cpu_count", lambda: 64)
    monkeypatch.setattr(blocks.os, "process_cpu_count", lambda: 64, raising=False)
    monkeypatch.setattr(blocks.os, "sched_getaffinity", lambda _: range(3), raising=False)
    assert blocks.processors() == 3
    monkeypatch.setattr(blocks, "QUOTA", tmp_path / "not there")
    assert blocks.processors() == 3
