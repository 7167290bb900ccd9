"""The loop over blocks of rows that everything large goes through, on more than one processor."""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BLOCK = 2**15  # numbers worked on at a time: 256 kB, which stay in the processor's cache
FEW = 16  # blocks, which are done before threads would have begun
QUOTA = Path("/sys/fs/cgroup/cpu.max")  # what a container may use: Linux, cgroup v2


def each_block(work, length, size=BLOCK):
    """Return [work(rows), ...] for slices of at most `size` rows that cover `length` rows.

    Each processor takes its share of the slices: while numpy works, Python lets threads run.
    """
    slices = [slice(start, start + size) for start in range(0, length, size)]
    return _in_threads(work, slices, processors() if len(slices) >= FEW else 1)


def each_share(work, length, least):
    """Do the same with as few slices as there are processors, each of at least `least` rows."""
    size = max(least, -(-length // processors()))
    slices = [slice(start, start + size) for start in range(0, length, size)]
    return _in_threads(work, slices, len(slices))


def _in_threads(work, slices, threads):
    """Do what `each_block` does, each thread its share of the slices."""
    if threads > 1:
        shares = [slices[first::threads] for first in range(threads)]
        try:
            with ThreadPoolExecutor(threads) as pool:
                done = list(pool.map(lambda share: [work(rows) for rows in share], shares))
            return [done[i % threads][i // threads] for i in range(len(slices))]
        except RuntimeError as error:  # where no thread can start, as in a browser
            if "start new thread" not in str(error):
                raise
    return [work(rows) for rows in slices]


def begin(work, *arguments):
    """Begin `work(*arguments)` in a thread, and return a function that waits for its result.

    Where no thread can start, the work is done at once.
    """
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(work, *arguments).result
    except RuntimeError as error:
        if "start new thread" not in str(error):
            raise
        result = work(*arguments)
        return lambda: result
    finally:
        pool.shutdown(wait=False)


def processors():
    """Return how many processors this process may use, which can be fewer than there are."""
    counts = [getattr(os, "process_cpu_count", os.cpu_count)() or 1]
    if hasattr(os, "sched_getaffinity"):
        counts.append(len(os.sched_getaffinity(0)))
    with contextlib.suppress(OSError, ValueError):  # another system, or no limit: "max"
        quota, period = map(int, QUOTA.read_text().split())
        counts.append(quota // period)
    return max(1, min(counts))
