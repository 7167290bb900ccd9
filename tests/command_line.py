"""The command as tests start it: as a real process."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "kmeans_lesson"]
STEPS = [
    "1 Load and display",
    "2 From image to pixels",
    "3 Choose K centroids",
    "4 Assign and update",
    "5 Rebuild the image",
    "6 Display and save",
    "7 Side by side",
]


def environment(**changes):
    ours = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": ""}
    return {**os.environ, **ours, **changes}


def start(folder, *words, **options):
    """Start the command in a folder."""
    return hearing([*COMMAND, *words], cwd=folder, env=environment(COLUMNS=""), **options)


def hearing(words, **options):
    """Start a process as a terminal would: Ctrl-C reaches it, whatever started the tests."""
    env = {**options.pop("env", os.environ)}
    env.pop("COVERAGE_PROCESS_CONFIG", None)  # coverage.py hangs where Ctrl-C meets its own code
    hear = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    hear = hear if os.name != "nt" else None
    return subprocess.Popen(words, preexec_fn=hear, env=env, **options)
