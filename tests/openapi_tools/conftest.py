"""Tools of npm and Java that read the OpenAPI documents and the Postman collection; see ``make openapi-tools``."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

from mock_zuora import MockZuora

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".openapi-tools"
DOCUMENTS = {"api": "/openapi.json", "control": "/__mock/openapi.json"}


@pytest.fixture(scope="session")
def installed():
    """The folder in which the tools are installed."""
    if not (INSTALLED / "node_modules" / ".bin").is_dir():
        pytest.skip('the tools are not installed; "make openapi-tools" installs them')
    return INSTALLED


@pytest.fixture
def run(installed, tmp_path):
    """Runs a command of an npm package, or another one, in a new folder, and returns its output. Fails if it fails."""
    (tmp_path / "node_modules").symlink_to(installed / "node_modules")

    def run(name, *arguments, cwd=tmp_path, **variables):
        tool = installed / "node_modules" / ".bin" / name
        command = [str(tool) if tool.exists() else name, *map(str, arguments)]
        quiet = {"NO_COLOR": "1", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "CI": "1"}
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **quiet, **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def zuora():
    with MockZuora(transitions="time") as zuora:
        yield zuora


@pytest.fixture
def documents(zuora, tmp_path):
    """A folder with both documents as a server sends them: ``api.json`` and ``control.json``."""
    for name, path in DOCUMENTS.items():
        (tmp_path / f"{name}.json").write_bytes(urlopen(zuora.url + path).read())
    return tmp_path


@pytest.fixture
def files(tmp_path):
    """Copies the files of a folder beside the tests."""

    def copy(folder):
        shutil.copytree(HERE / folder, tmp_path, dirs_exist_ok=True)
        (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")

    return copy
