"""Work is shared out among processes or a cluster; a worker that is killed loses nothing."""

import logging
import os
from multiprocessing import active_children

import dask
import numpy as np
import psutil
import pytest
from distributed import Client, LocalCluster
from PIL import Image

from kmeans_lesson.further.album import count_photos, joint_palette, save_photos
from kmeans_lesson.further.workers import AHEAD, STOPPED, each

FILES = [f"{number}.jpg" for number in range(12)]


def length(file):
    return len(file)


def deadly(file):
    """Do as `length`, but end the process at one file, as a want of memory does."""
    if file == FILES[3]:
        os._exit(1)
    return len(file)


def raises(file):
    raise RuntimeError(f"no {file}")


@pytest.fixture(scope="module")
def cluster():
    """Start a cluster of two workers, which gives a task up when it has killed two of them."""
    quiet = {"dashboard_address": ":0", "silence_logs": logging.CRITICAL}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(n_workers=2, threads_per_worker=1, **quiet) as cluster,
    ):
        yield cluster


@pytest.fixture
def client(cluster):
    with Client(cluster) as client:
        client.wait_for_workers(2)
        yield client


@pytest.fixture
def photos(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(10):
        image = rng.integers(0, 256, (30, 40, 3), np.uint8)
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    return sorted(tmp_path.iterdir())


def every_way(client):
    return [{}, {"processes": 2}, {"client": client}]


def test_every_file_is_done_once_in_every_way(client):
    for way in every_way(client):
        assert sorted(each(length, FILES, **way)) == sorted((f, len(f)) for f in FILES), way
        assert sorted(each(length, FILES[:1] * 3, **way)) == [(FILES[0], 5)] * 3
        assert [*each(length, [], **way)] == []


def test_an_error_of_the_work_itself_is_not_hidden(client):
    for way in every_way(client):
        with pytest.raises(RuntimeError, match=r"no \d+.jpg"):
            [*each(raises, FILES, **way)]


def test_only_a_few_files_are_under_way(client):
    for way in ({"processes": 2}, {"client": client}):
        taken = []
        work = each(length, (taken.append(file) or file for file in FILES), **way)
        next(work)
        assert len(taken) <= 2 * AHEAD
        work.close()


def test_no_process_is_left_behind():
    before = active_children()
    work = each(length, FILES, processes=2)
    next(work)
    assert len(active_children()) > len(before)
    work.close()
    assert active_children() == before


def test_a_file_that_no_worker_survives_is_told_and_the_others_are_done(client):
    for way in ({"processes": 2}, {"client": client}):
        wanted = {file: len(file) for file in FILES} | {FILES[3]: STOPPED}
        assert dict(each(deadly, FILES, **way)) == wanted, way


def test_a_result_that_is_lost_just_after_it_has_come_counts(client, monkeypatch):
    gather = client._gather

    async def lose(futures, **options):
        results = await gather(futures, **options)
        for future in futures:
            future._state.lose()  # as the scheduler says when a worker dies in this moment
        return results

    monkeypatch.setattr(client, "_gather", lose)
    assert sorted(each(length, FILES, client=client)) == sorted((f, len(f)) for f in FILES)


def kills(kill):
    """Make a progress that kills one worker in the middle, once results have come."""

    def progress(steps):
        for step in steps:
            if step == 3:
                kill()
            yield step

    return progress


@pytest.mark.parametrize("kind", ["process", "cluster"])
def test_a_worker_killed_in_the_middle_loses_nothing(kind, photos, cluster, client):
    killed = []

    def kill():
        if kind == "process":
            pid = active_children()[0].pid
        else:
            pid = next(iter(cluster.workers.values())).pid
        psutil.Process(pid).kill()
        killed.append(pid)

    way = {"processes": 2} if kind == "process" else {"client": client}
    histogram = count_photos(photos, progress=kills(kill), **way)
    whole = count_photos(photos)
    assert len(killed) == 1
    assert np.array_equal(histogram.colours, whole.colours)
    assert np.array_equal(histogram.counts, whole.counts)
    assert histogram.unread == {}


def test_a_cluster_finds_the_same_palette_and_writes_the_same_files(photos, client, tmp_path):
    ways = {"one": {}, "cluster": {"client": client}}
    written = []
    for name, way in ways.items():
        (tmp_path / name).mkdir()
        run, _ = joint_palette(photos, 8, **way)
        save_photos(photos, run.centroids, tmp_path / name, **way)
        written.append([(tmp_path / name / path.name).read_bytes() for path in photos])
    assert written[0] == written[1]
