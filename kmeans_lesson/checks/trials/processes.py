"""Call a learner's function in a process of its own, which is stopped when its time is over.

The kernel may have other threads, which a forked process lacks. So the child only calls the
function, sends what came of it, and ends without any cleaning up; it touches no stream of ours.
"""

import contextlib
import faulthandler
import gc
import io
import multiprocessing
import os
import signal
import sys
import time
import warnings

from kmeans_lesson.checks.trials.errors import KILLED, End, endless

LOOK = 0.02  # seconds between two looks at a function that runs
MORE = 0.2  # seconds for it to say where it is, once its time is over


def run(attempts, function, limit):
    """Collect what `attempts` yields in a forked process: a list, and how it ended, if too early.

    The limit is in seconds of processor time, or of sleep.
    """
    ours, theirs = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer Pythons warn of threads at every fork
        pid = os.fork()
    if pid == 0:
        try:
            _child(attempts, function, limit, theirs)
        finally:
            os._exit(1)
    theirs.close()
    try:
        return _collect(ours, pid, limit)
    finally:  # also when the learner interrupts the kernel
        for end in (os.kill, os.killpg):
            with contextlib.suppress(OSError):
                end(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):  # who ignores SIGCHLD has nothing to wait for
            os.waitpid(pid, 0)
        ours.close()


def _child(attempts, function, limit, connection):
    """Send what is yielded, one by one, then None; at the limit, say where the function is."""
    os.setpgid(0, 0)  # so that whatever it starts ends with it
    faulthandler.disable()  # it would write into the notebook's log
    gc.disable()  # what is garbage in the kernel must not be taken apart twice
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    sys.stderr = io.StringIO()
    sending = False

    def say_where(_, frame):
        if sending:
            signal.setitimer(signal.ITIMER_PROF, LOOK)
        else:
            connection.send(endless(function, frame))
            os._exit(0)

    signal.signal(signal.SIGPROF, say_where)  # runs between two steps of Python's
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)  # kills, also inside C
    signal.setitimer(signal.ITIMER_PROF, limit)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit + MORE)
    for done in attempts():
        sending = True
        connection.send(done)
        sending = False
    signal.setitimer(signal.ITIMER_PROF, 0)
    connection.send(None)
    os._exit(0)


def _collect(connection, pid, limit):
    """Receive what the child sends, until it is done, dead, or asleep for too long."""
    done, asleep, begun = [], 0, time.monotonic()
    while True:
        if connection.poll(LOOK):
            try:
                message = connection.recv()
            except EOFError:
                return done, _cause(pid)
            if message is None:
                return done, None
            if isinstance(message, End):
                return done, message
            done.append(message)
            continue
        state = _state(pid)
        if state == "Z" and not connection.poll():
            return done, _cause(pid)
        asleep += state != "R"
        if asleep * LOOK > limit + MORE or time.monotonic() - begun > 20 * limit:
            return done, endless()
        if asleep * LOOK > limit:
            os.kill(pid, signal.SIGPROF)


def _state(pid):
    """Return the letter for what a process does: R is running or ready to, Z is dead."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _cause(pid):
    """Say why a child died."""
    try:
        how = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    except ChildProcessError:
        return KILLED
    if how.si_status == signal.SIGVTALRM and how.si_code in (os.CLD_KILLED, os.CLD_DUMPED):
        return endless()
    return KILLED
