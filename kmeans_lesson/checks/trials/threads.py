"""Call a learner's function in a second thread, which is stopped when its time is over."""

import ctypes
import sys
import threading
import time

from kmeans_lesson.checks.trials.errors import endless

LOOK = 0.02  # seconds between two looks at a function that runs


class _Wait(BaseException):
    """Sent into a thread that catches whatever ends it: on catching this, it waits for ever."""

    def __init__(self):
        threading.Event().wait()


def run(attempts, function, limit):
    """Collect what `attempts` yields in a second thread: a list, and how it ended, if too early."""
    done, over = [], threading.Event()

    def work():
        try:
            for one in attempts(over.is_set):
                done.append(one)
        except SystemExit:
            pass

    thread = threading.Thread(target=work, name="check", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # there are no threads in a browser
        return list(attempts()), None
    busy = False
    try:
        busy = _wait(thread, limit)
    finally:  # also when the learner interrupts the kernel
        over.set()
        if thread.is_alive():
            end = endless(function, sys._current_frames().get(thread.ident))
            threading.Thread(target=_stop, args=(thread, busy), daemon=True).start()
            thread.join(0.3)  # one that lets itself be stopped is gone before the answer is there
            done = [*done]
        else:
            end = None
    return done, end


def _wait(thread, limit):
    """Wait for a thread to end; say whether it was still busy when its time was over.

    Processor time counts, so that on a crowded machine nothing is stopped that would have ended.
    Of one that uses hardly any, as in a sleep, the looks at it count, which stand still together
    with a machine that does.
    """
    start, used, idle = time.monotonic(), time.process_time(), 0
    while thread.is_alive() and idle * LOOK < limit:
        before = time.process_time()
        thread.join(LOOK)
        now = time.process_time()
        idle = idle + 1 if now - before < LOOK / 10 else 0
        if now - used > limit or time.monotonic() - start > 20 * limit:
            return True
    return False


def _stop(thread, busy):
    """Stop a thread by raising SystemExit in it, twenty times, and if it catches them all, _Wait.

    A thread that sleeps gets nothing before it wakes, because an exception that waits for a thread
    slows down all others. The pauses are of processor time, because the machine may be crowded.
    """
    asleep = _place(thread)
    while not busy and thread.is_alive():
        thread.join(0.05)
        busy = _place(thread) != asleep
    for error in [SystemExit] * 20 + [_Wait]:
        if not thread.is_alive():  # its number may already be that of another
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(error)
        )
        until = time.process_time() + 0.02
        while thread.is_alive() and time.process_time() < until:
            thread.join(0.02)


def _place(thread):
    frame = sys._current_frames().get(thread.ident)
    return frame and (id(frame), frame.f_lasti)
