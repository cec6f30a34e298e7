"""Marks for tests that need what not every platform has. Each skipped test says what that is."""

import shutil
import sys

import pytest

IS_WINDOWS = sys.platform == "win32"


def skip_on_windows(reason):
    """Skips a test on Windows, which the reason is about."""
    return pytest.mark.skipif(IS_WINDOWS, reason=f"Windows: {reason}")


needs_termination = skip_on_windows("a process that is terminated ends at once")


def skip_without(*commands: str) -> None:
    """Skips the test if one of these commands is missing, and on Windows, where a shell is not one of POSIX."""
    if IS_WINDOWS:
        pytest.skip(f"Windows: needs {', '.join(commands)}")
    if missing := [command for command in commands if shutil.which(command) is None]:
        pytest.skip(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
