"""Marks for tests that need what not every platform has. Each skipped test says what that is."""

import shutil
import sys

import pytest

IS_WINDOWS = sys.platform == "win32"


def skip_on_windows(reason):
    """Skips a test on Windows, which the reason is about."""
    return pytest.mark.skipif(IS_WINDOWS, reason=f"Windows: {reason}")


needs_termination = skip_on_windows("a process that is terminated ends at once")
needs_shell = pytest.mark.skipif(
    IS_WINDOWS or not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl, and not Windows"
)
