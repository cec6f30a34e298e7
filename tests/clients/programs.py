"""Runs programs in other languages."""

import os
import subprocess


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
