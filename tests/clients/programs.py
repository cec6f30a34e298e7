"""Runs programs in other languages."""

import os
import shutil
import subprocess

import pytest


def need(*tools):
    """Skips the test without these programs."""
    if missing := [each for each in tools if shutil.which(each) is None]:
        pytest.skip(f"{', '.join(missing)} is not installed")


def run(*command, folder=None, **variables):
    """Runs a program to its end. Only ``variables`` name CA certificates."""
    environment = {
        name: value for name, value in os.environ.items() if "CA" not in name and not name.startswith("SSL_")
    }
    return subprocess.run(
        command,
        cwd=folder,
        env={**environment, **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
