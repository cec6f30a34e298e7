"""Builds the source distribution and the wheel, and tests both outside the repository.

    python scripts/check_distribution.py [--keep FOLDER]

The wheel is built from the unpacked source distribution. The metadata of both is checked as the package index does.
The wheel is installed into a fresh environment, where the examples of the README run. The tests of the source
distribution are collected, and those of the README and of the packaging run. With --keep, the folder then has both
distributions, and nothing else.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
README_URL: Final = "http://127.0.0.1:8080"
EXAMPLE_CLIENTS: Final = ("requests", "zuora-sdk")
"""What the examples of the README import besides mock_zuora."""
SOURCE_TESTS: Final = ("tests/test_packaging.py", "tests/docs/test_readme.py")


INSPECTOR_PATHS = ("/__mock/", "/__mock/inspector/requests", "/__mock/inspector/assets/inspector.js")


def run(*command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> None:
    """Runs a command; its output appears only if it fails."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{done.stdout}\ncheck_distribution: {' '.join(map(str, command))}: exit status {done.returncode}")


def build(target: str, source: Path, folder: Path) -> Path:
    """Builds a distribution of a source tree and returns its file."""
    run(sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", folder, cwd=source)
    [file] = folder.iterdir()
    return file


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpacks a source distribution and returns its top folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    [top] = folder.iterdir()
    return top


def check_metadata(*distributions: Path) -> None:
    """Checks what the package index checks when it receives the distributions."""
    run(sys.executable, "-m", "twine", "check", "--strict", *distributions, cwd=ROOT)
    print("check_distribution: the metadata is valid")


def install(wheel: Path, folder: Path) -> Path:
    """Installs the wheel into a fresh environment, with the locked runtime, and returns the folder of its commands."""
    venv.create(folder, with_pip=True)
    commands = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = (commands / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", "--require-hashes", "--requirement", ROOT / "requirements.lock", cwd=folder)
    run(*pip, "install", "--no-deps", wheel, cwd=folder)
    run(*pip, "check", cwd=folder)
    # A constraint with hashes would require them of everything.
    lock = (ROOT / "requirements-dev.lock").read_text("utf-8")
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(re.findall(r"^\w[^\\]*", lock, re.MULTILINE)), "utf-8")
    run(*pip, "install", "--constraint", constraints, *EXAMPLE_CLIENTS, cwd=folder)
    return commands


def examples(language: str) -> list[str]:
    """The code blocks of the README in a language."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@contextmanager
def running_server(commands: Path, cwd: Path) -> Iterator[str]:
    """The URL of a server that the installed command runs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = str(listener.getsockname()[1])
    with (cwd / "server.log").open("wb") as log:
        server = subprocess.Popen([commands / "mock-zuora", "serve", "--port", port], cwd=cwd, stdout=log, stderr=log)
    try:
        run(commands / "mock-zuora", "ready", "--wait", "--port", port, cwd=cwd)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def check_wheel(wheel: Path, folder: Path) -> None:
    """Runs each example of the README with the installed wheel, in an empty folder, on a server of its own."""
    commands = install(wheel, folder / "environment")
    empty = folder / "empty"
    empty.mkdir()
    interpreters: dict[str, list[str | Path]] = {
        "bash": ["bash", "-euo", "pipefail", "-c"],
        "python": [commands / "python", "-c"],
    }
    environment = {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    for language, interpreter in interpreters.items():
        blocks = examples(language)
        for block in blocks:
            with running_server(commands, folder) as url:
                run(*interpreter, block.replace(README_URL, url), cwd=empty, environment=environment)
        print(f"check_distribution: the wheel runs {len(blocks)} {language} example(s) of the README")
    with running_server(commands, folder) as url:
        for path in INSPECTOR_PATHS:
            with urllib.request.urlopen(url + path, timeout=30) as response:
                response.read()
    print(f"check_distribution: the wheel serves {len(INSPECTOR_PATHS)} pages and files of the inspector")


def check_sdist(source: Path) -> None:
    """Collects the tests of the unpacked source distribution and runs those of the README and of the packaging."""
    # The editable installation of this environment points to the repository; PYTHONPATH comes before it.
    environment = {"PYTHONPATH": os.fspath(source), "PYTHONDONTWRITEBYTECODE": "1"}
    pytest = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    run(*pytest, "--collect-only", cwd=source, environment=environment)
    run(*pytest, *SOURCE_TESTS, cwd=source, environment=environment)
    print("check_distribution: the source distribution collects its tests and passes those of README and packaging")


def main() -> None:
    parser = argparse.ArgumentParser(description="Builds the distributions and tests both outside the repository.")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="a new folder for both distributions")
    keep: Path | None = parser.parse_args().keep
    if keep is not None and keep.exists():
        parser.error(f"--keep: {keep} exists; expected a folder that does not")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sdist = build("sdist", ROOT, folder / "sdist")
        source = unpack(sdist, folder / "source")
        wheel = build("wheel", source, folder / "wheel")
        print(f"check_distribution: built {sdist.name} and, from it, {wheel.name}")
        check_metadata(sdist, wheel)
        check_wheel(wheel, folder)
        check_sdist(source)
        if keep is not None:
            keep.mkdir(parents=True)
            for each in (sdist, wheel):
                shutil.copy(each, keep)


if __name__ == "__main__":
    main()
