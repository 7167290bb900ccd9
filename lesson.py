"""Set the lesson up and open it. Nothing but Python 3.11 to 3.14 is needed.

    python lesson.py             open the lesson in JupyterLab
    python lesson.py test        run every test
    python lesson.py notebooks   run every notebook again and store its outputs
    python lesson.py handout FOLDER        write a copy for students, without the solutions
    python lesson.py handout FOLDER --key  the same with them

The first use makes the environment `.venv` beside this file; so does the first one after the
pinned versions changed. Further arguments go on to JupyterLab, to pytest, or name the notebooks:
`python lesson.py --no-browser`, `python lesson.py test -k kmeans`.
"""

# Even Python 2 must be able to read this file as far as the check: plain syntax, ASCII letters.
import sys

if not (3, 11) <= sys.version_info < (3, 15):
    sys.exit("The lesson needs Python 3.11 to 3.14; this is Python " + sys.version.split()[0])

import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "lesson-ready.txt"
PINS = [
    "pyproject.toml",
    "constraints.txt",
    "jupyterlab_settings.json",
    "jupyter_server_config.json",
]
COMMANDS = {
    "open": [
        "-m",
        "jupyterlab",
        "--ServerApp.root_dir=" + str(ROOT),
        "--LabApp.default_url=/lab/tree/notebooks/00_the_whole_program.ipynb",
        "--ServerApp.allow_root=True",  # in a container there is often nobody but root
    ],
    "test": [
        "-m",
        "pytest",
        "--cov=kmeans_lesson",
        "-n2",  # two processes
        "--dist=loadfile",  # each takes whole files: the cells of a notebook stay together
        "--no-loadscope-reorder",  # in alphabetical order: the browser, the longest, is early
    ],
    "notebooks": ["tools/rerun_notebooks.py"],
    "handout": ["tools/make_handout.py"],
}

# What the user's shell sets for other projects must not reach this one. PYTHONPATH also lets the
# package be found where Python 3.11 on Windows cannot: in a folder with accents in its name.
ENVIRONMENT = dict(os.environ, PYTHONPATH=str(ROOT), PIP_USER="0")
ENVIRONMENT.pop("PYTHONHOME", None)
ENVIRONMENT.pop("VIRTUAL_ENV", None)


def run(command):
    """Run a command to its end and return its exit status; Ctrl-C and TERM are its business."""
    sys.stdout.flush()
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted wait may lose the exit status
    status = process.wait()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return status


def fingerprint():
    """Tell what has to be installed and, by its own answer, which Python is in `.venv`."""
    question = "import sys; print(ascii([sys.prefix, sys.version_info[:2]]))"
    try:
        answer = subprocess.run([PYTHON, "-I", "-c", question], capture_output=True).stdout
    except OSError:
        answer = b"no Python"
    return hashlib.sha256(answer + b"".join((ROOT / pin).read_bytes() for pin in PINS)).hexdigest()


def set_up():
    """Make `.venv` anew with all the lesson and its tests need, or leave no `.venv` at all."""
    print("Setting up the lesson in the folder .venv: once, for a minute or two.")
    STAMP.unlink(missing_ok=True)
    if VENV.exists():
        shutil.rmtree(VENV)
    uv = shutil.which("uv")
    python = sys._base_executable  # sys.executable may be the .venv that has just gone
    if uv:
        make = [uv, "venv", "--python", python, VENV]
        install = [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON]
    else:
        make = [python, "-m", "venv", VENV]
        install = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    if run(make) or run(install + ["-c", "constraints.txt", "-e", ".[test]"]):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "\nThe lesson could not be set up; the lines above say why. Most often there is no "
            "way to the internet, no room on the disk (1 GB is needed) or, on Debian and Ubuntu, "
            "one package is missing (sudo apt install python3-venv). Put that right and run this "
            "command again: it starts afresh."
        )
    STAMP.write_text(fingerprint())
    print("The lesson is set up.")


def main(words):
    """Do what the words of the command line ask for and return the exit status."""
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    task = words.pop(0) if words and not words[0].startswith("-") else "open"
    if task not in COMMANDS:
        sys.stderr.write(__doc__)
        return 2
    if task != "open" and not (ROOT / "tests").exists():
        sys.exit("This is a handout of the lesson: open it with python lesson.py. It has no tests.")
    if task == "handout":  # its folder is meant from where the user is, and all else runs in ROOT
        words = [word if word.startswith("-") else os.path.abspath(word) for word in words]
    if not STAMP.exists() or STAMP.read_text() != fingerprint():
        set_up()
    return run([PYTHON] + COMMANDS[task] + words)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit("This did not work: " + str(error) + ". Is JupyterLab still open? Close it first.")
    except KeyboardInterrupt:
        sys.exit(130)
