"""Set the lesson up and open it. Nothing but Python 3.11 or newer is needed.

    python lesson.py             open the lesson, in your own copy of the notebooks, my-lesson
    python lesson.py --fresh 04  a new copy of one notebook; yours is kept under another name
    python lesson.py test        run every test
    python lesson.py notebooks   run every notebook again and store its outputs
    python lesson.py page FILE   write the live lab as one HTML file, for any browser
    python lesson.py site FOLDER write the lesson as a site to read, for any web host
    python lesson.py site FOLDER --lite    the same with JupyterLite, to work in
    python lesson.py handout FOLDER        write a copy for students, without the solutions
    python lesson.py handout FOLDER --key  the same with them
    python lesson.py handout FOLDER --project  the project as a notebook; --nbgrader for nbgrader
    python lesson.py grade FOLDER          grade what a class has handed in

The first use makes the environment `.venv` beside this file; so does the first one after the
pinned versions changed. The first test adds what only the tests need. Further arguments go on to
JupyterLab, to pytest, or name the notebooks: `python lesson.py --no-browser`,
`python lesson.py test -k kmeans`.
"""

# Even Python 2 must be able to read this file as far as the check: plain syntax, ASCII letters.
import sys

if sys.version_info < (3, 11):
    sys.exit("The lesson needs Python 3.11 or newer; this is Python " + sys.version.split()[0])

import hashlib
import os
import shutil
import signal
import subprocess
import tomllib
from pathlib import Path

NEWEST = (3, 15)  # the newest Python the lesson was tested with; a newer one is tried
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BEFORE = ROOT / ".venv-before"  # the last environment, kept until the new one is complete
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LESSON = VENV / "lesson-ready.txt"  # these two are written when all that is needed is installed,
TESTS = VENV / "tests-ready.txt"  # and say for which pins and which Python
COPY = ROOT / "tools" / "working_copy.py"
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
        "--ServerApp.allow_root=True",  # in a container there is often nobody but root
    ],
    "--fresh": [COPY, "--fresh"],
    "test": [
        "-m",
        "pytest",
        "-n2",  # two processes
        "--dist=loadfile",  # each takes whole files: the cells of a notebook stay together
        "--no-loadscope-reorder",  # in alphabetical order: the browser, the longest, is early
    ],
    "notebooks": ["tools/rerun_notebooks.py"],
    "handout": ["tools/make_handout.py"],
    "grade": [ROOT / "tools" / "grade.py"],
    "page": ["-P", "-m", "kmeans_lesson.live.page"],  # -P: nothing comes from where the user is
    "site": ["tools/make_site.py"],
}

# What the user's shell sets for other projects must not reach this one. PYTHONPATH also lets the
# package be found where Python 3.11 on Windows cannot: in a folder with accents in its name.
ENVIRONMENT = dict(os.environ, PYTHONPATH=str(ROOT), PIP_USER="0")
ENVIRONMENT.pop("PYTHONHOME", None)
ENVIRONMENT.pop("VIRTUAL_ENV", None)
INTERRUPTS = []  # the signals that came while a command ran

SORRY = (
    "The lines above say why. Most often there is no way to the internet, no room on the disk "
    "(1 GB is needed) or, on Debian and Ubuntu, one package is missing (sudo apt install "
    "python3-venv). Put that right and run this command again."
)


def run(command, folder=ROOT):
    """Run a command to its end and return its exit status; Ctrl-C and TERM are its business."""
    sys.stdout.flush()
    process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT)

    def pass_on(number, _):
        INTERRUPTS.append(number)
        if number == signal.SIGTERM:  # Ctrl-C has reached all programs of the terminal already
            process.terminate()

    before = {s: signal.signal(s, pass_on) for s in (signal.SIGINT, signal.SIGTERM)}
    status = process.wait()
    for number, handler in before.items():
        signal.signal(number, handler)
    return status


def python_there():
    """Ask the Python in `.venv` where and which it is; the answer is empty if none runs there."""
    question = "import sys; print(ascii([sys.prefix, sys.version_info[:2]]))"
    try:
        return subprocess.run([PYTHON, "-I", "-c", question], capture_output=True).stdout
    except OSError:
        return b""


def fingerprint():
    """Tell what has to be installed and, by its own answer, which Python is in `.venv`."""
    pins = b"".join((ROOT / pin).read_bytes() for pin in PINS)
    return hashlib.sha256((python_there() or b"no Python") + pins).hexdigest()


def is_ready(stamp):
    """Tell whether what a stamp stands for is installed, in the versions of today."""
    return stamp.exists() and stamp.read_text() == fingerprint()


def install(wanted):
    """Install packages in `.venv`, in the tested versions; return the exit status."""
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON]
    else:
        command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    if sys.version_info[:2] <= NEWEST:  # for a newer Python only newer versions may exist
        command += ["-c", "constraints.txt"]
    return run(command + wanted)


def make():
    """Make `.venv` with all that the lesson needs; return the exit status."""
    python = sys._base_executable  # sys.executable may be in the .venv that was set aside
    uv = shutil.which("uv")
    command = [uv, "venv", "--python", python, VENV] if uv else [python, "-m", "venv", VENV]
    return run(command) or install(["-e", "."])


def tidy_up():
    """After a set-up that was killed, keep the environment that is complete."""
    if BEFORE.exists() and not LESSON.exists():
        shutil.rmtree(VENV, ignore_errors=True)
        BEFORE.rename(VENV)
    shutil.rmtree(BEFORE, ignore_errors=True)


def set_up():
    """Make `.venv` anew; if that fails, put the last one back. Return whether it is new."""
    print("Setting up the lesson in the folder .venv: once, for a minute or two.")
    if sys.version_info[:2] > NEWEST:
        print(
            "Python %d.%d is newer than those the lesson was tested with, " % sys.version_info[:2]
            + "3.11 to %d.%d. It is tried, with the newest versions of all packages." % NEWEST
        )
    if LESSON.exists():
        VENV.rename(BEFORE)  # back to its name at the latest when the lesson is next opened
    elif VENV.exists():
        shutil.rmtree(VENV)
    failed = make()
    if not failed:
        LESSON.write_text(fingerprint())
        print("The lesson is set up.")
    tidy_up()
    if failed and INTERRUPTS:
        raise KeyboardInterrupt
    if failed and not (LESSON.exists() and python_there()):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("\nThe lesson could not be set up. " + SORRY)
    return not failed


def prepare(task):
    """See to it that all is installed that a task needs."""
    tidy_up()
    is_new = is_ready(LESSON) or set_up()
    if task in ("open", "--fresh", "handout", "grade", "page"):
        if not is_new:
            print(
                "\nThe lesson could not be brought up to date. " + SORRY + "\n\nUntil then the "
                "lesson opens with the versions from before."
            )
    elif not is_new:
        sys.exit("\nWhat the tests need could not be installed. " + SORRY)
    elif not is_ready(TESTS):
        print("Adding what only the tests need: once, for a minute.")
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        if install(tomllib.loads(text)["project"]["optional-dependencies"]["test"]):
            sys.exit("\nWhat the tests need could not be installed. " + SORRY)
        TESTS.write_text(fingerprint())


def where_to_open():
    """Bring the learner's copy of the notebooks up to date; return what JupyterLab has to know."""
    first = "--LabApp.default_url=/lab/tree/%s/00_the_whole_program.ipynb"
    if not COPY.exists():  # in a key, which is there to be read
        return [first % "notebooks"]
    if run([PYTHON, COPY]):
        sys.exit(1)
    hidden = ["--ContentsManager.hide_globs=" + name for name in ("notebooks", "__pycache__")]
    return [first % "my-lesson"] + hidden  # the originals, with the results, are not for learners


def main(words):
    """Do what the words of the command line ask for and return the exit status."""
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    is_task = words and (words[0] in COMMANDS or not words[0].startswith("-"))
    task = words.pop(0) if is_task else "open"
    if task not in COMMANDS:
        sys.stderr.write(__doc__)
        return 2
    if task not in ("open", "--fresh", "page") and not (ROOT / "tests").exists():
        sys.exit("This is a handout of the lesson: open it with python lesson.py. It has no tests.")
    if task == "--fresh" and not COPY.exists():
        sys.exit("This is a key of the lesson: its notebooks are there to be read, not copied.")
    if task in ("handout", "site"):  # the folder is meant from where the user is, unlike all else
        words = [word if word.startswith("-") else os.path.abspath(word) for word in words]
    prepare(task)
    if task == "open":
        words = where_to_open() + words
    # All runs in ROOT, but what these are told is meant from where the user is.
    here = os.getcwd() if task in ("grade", "page") else ROOT
    return run([PYTHON] + COMMANDS[task] + words, here)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit("This did not work: " + str(error) + ". Is JupyterLab still open? Close it first.")
    except KeyboardInterrupt:
        sys.exit(130)
