"""The same work for each of many files: in this process, in several, or on a cluster of Dask.

A worker that is stopped, by hand or for want of memory, loses nothing: its files are done again.
"""

import signal
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import get_context

STOPPED = object()  # the result of a file that no worker has survived
AHEAD = 2  # files given out for each worker, so that none waits for the next
MOST = 61  # processes: Windows cannot wait for more


def each(work, files, processes=1, client=None):
    """Yield (file, work(file)) for each file, in the order in which they are done.

    `work` is a function of a module, so that other processes find it. With a `client` of
    dask.distributed its cluster works; without, so many processes of this computer, or this one
    alone. Only a few files for each worker are under way at a time. Where no worker survives a
    file, its result is STOPPED.
    """
    if client is not None:
        import distributed  # only here: the lesson does without Dask

        # Not `client.get_executor`: it takes a result for an error that is lost once it has come.
        submit = partial(client.submit, pure=False)  # "pure" would mean that a file never changes
        workers = sum(client.nthreads().values())
        stopped = distributed.KilledWorker
        return _shared_out(submit, distributed.wait, stopped, work, files, workers)
    if processes > 1:
        return _in_processes(work, files, processes)
    return ((file, work(file)) for file in files)


def _in_processes(work, files, number):
    """Do as `each` does in so many processes."""
    pool = _Processes(min(number, MOST))
    try:
        yield from _shared_out(pool.submit, wait, BrokenProcessPool, work, files, number)
    finally:
        pool.shutdown()


def _shared_out(submit, wait, stopped, work, files, workers):
    """Do as `each` does with workers, whose `submit` gives futures that `wait` waits for.

    A future of work whose worker was stopped raises `stopped`. The file that has stopped it cannot
    be told from others that were under way. So all of them are tried again at the end, one at a
    time.
    """
    again = []
    for file, future in _as_done(submit, wait, work, files, AHEAD * workers):
        try:
            yield file, future.result()
        except stopped:
            again.append(file)
    for file in again:
        try:
            yield file, submit(work, file).result()
        except stopped:
            yield file, STOPPED


def _as_done(submit, wait, work, files, most):
    """Submit the files, at most so many at a time, and yield each with its future once done."""
    files, under_way = iter(files), {}
    while True:
        for file in islice(files, most - len(under_way)):
            under_way[submit(work, file)] = file
        if not under_way:
            return
        for future in wait([*under_way], return_when=FIRST_COMPLETED).done:
            yield under_way.pop(future), future


class _Processes:
    """A pool of processes that begins anew after one of them was stopped."""

    def __init__(self, number):
        self.number = number
        self._begin()

    def _begin(self):
        # Spawned on every system: a fork of a process with threads may wait for ever. Ctrl-C is for
        # the process that started them; what they have begun, they finish.
        deaf = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
        self.pool = ProcessPoolExecutor(self.number, get_context("spawn"), **deaf)

    def submit(self, work, file):
        try:
            return self.pool.submit(work, file)
        except BrokenProcessPool:
            self._begin()
            return self.pool.submit(work, file)

    def shutdown(self):
        self.pool.shutdown(cancel_futures=True)
