"""What all tests share: random examples that repeat, and kernels without the user's settings."""

import os
import tempfile

from hypothesis import settings

settings.register_profile("lesson", deadline=None, derandomize=True)
settings.load_profile("lesson")


def pytest_configure(config):
    """Start kernels with an empty IPython folder, so that no start-up file changes an output."""
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    os.environ["IPYTHONDIR"] = folder.name
