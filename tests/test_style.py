"""One style: ruff lints and formats every Python file and every notebook."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("task", ["check", "format --diff"])
def test_ruff_has_nothing_to_say(task):
    ruff = [sys.executable, "-m", "ruff", *task.split()]
    done = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
