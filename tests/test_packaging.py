"""The contents of the source distribution and of the wheel. The tests also pass in an unpacked source distribution."""

import os
import re
import shutil
import subprocess
import tarfile
import tomllib
import zipfile
from contextlib import chdir
from email import message_from_bytes
from pathlib import Path

import pytest
from hatchling.build import build_sdist, build_wheel

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REPOSITORY = PROJECT["urls"]["Homepage"]
GENERATED = {"PKG-INFO"}
"""Files that only a source distribution has."""
NOT_DISTRIBUTED: set[str] = set()
"""Files of the repository that are not in the source distribution."""


def git_files(*options):
    """Returns the existing files that git lists, or none without git or a repository."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return set()
    done = subprocess.run(["git", "ls-files", "-z", *options], cwd=ROOT, capture_output=True, text=True, check=False)
    return {name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()}


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def distributed_files():
    """Returns the files of the repository where git cannot list them, as in a source distribution."""
    folders = ("mock_zuora", "tests", "docs", "docker", "examples", "openapi", "scripts", ".ci", ".github")
    files = {f"{folder}/{name}" for folder in folders for name in files_in(ROOT / folder) if "__pycache__" not in name}
    return files | {"Makefile", "Dockerfile", "pyproject.toml", "requirements-dev.lock", "CONTRIBUTING.md"}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    with chdir(ROOT):
        file = folder / build_sdist(os.fspath(folder))
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    return folder / file.name.removesuffix(".tar.gz")


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory):
    """The wheel, built from the source distribution, as the contents of each file by its name."""
    folder = tmp_path_factory.mktemp("wheel")
    with chdir(sdist), zipfile.ZipFile(folder / build_wheel(os.fspath(folder))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.xdist_group("packaging")
def test_sdist_has_every_file_of_the_repository(sdist):
    assert (git_files() or distributed_files()) - files_in(sdist) == NOT_DISTRIBUTED


@pytest.mark.xdist_group("packaging")
def test_sdist_has_no_other_file(sdist):
    known = git_files("--cached", "--others", "--exclude-standard") or files_in(ROOT)
    assert files_in(sdist) - GENERATED - known == set()


@pytest.mark.xdist_group("packaging")
def test_sdist_has_what_the_image_is_built_from(sdist):
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    needed = ["Dockerfile", ".dockerignore", "docker/check", *" ".join(copied).split()]
    assert len(needed) > 3
    assert [name for name in needed if not (sdist / name).exists()] == []


@pytest.mark.xdist_group("packaging")
def test_executable_files_stay_executable_in_the_sdist(sdist):
    assert [
        name for name in (".ci/run", ".ci/docker-engine", "docker/check") if not os.access(sdist / name, os.X_OK)
    ] == []


@pytest.mark.xdist_group("packaging")
def test_wheel_has_only_the_package_and_its_metadata(sdist, wheel):
    metadata = {name for name in wheel if ".dist-info/" in name}
    package = {f"mock_zuora/{name}" for name in files_in(sdist / "mock_zuora")}
    assert wheel.keys() - metadata == package
    assert {"mock_zuora/py.typed", "mock_zuora/fidelity.toml"} <= package
    assert {Path(name).name for name in metadata} == {"METADATA", "RECORD", "WHEEL", "LICENSE", "entry_points.txt"}


@pytest.mark.xdist_group("packaging")
def test_wheel_declares_the_command_and_the_pytest_plugin(wheel):
    [name] = [name for name in wheel if name.endswith("/entry_points.txt")]
    lines = wheel[name].decode().splitlines()
    assert "mock-zuora = mock_zuora.cli.main:main" in lines
    assert "mock_zuora = mock_zuora.testing.pytest_plugin" in lines


@pytest.mark.xdist_group("packaging")
def test_wheel_metadata_has_the_project_urls_and_bounds_uvicorn(wheel):
    [name] = [name for name in wheel if name.endswith("/METADATA")]
    metadata = message_from_bytes(wheel[name])
    assert metadata.get_all("Project-URL") == [f"{label}, {url}" for label, url in PROJECT["urls"].items()]
    [uvicorn] = [each for each in metadata.get_all("Requires-Dist") if each.startswith("uvicorn")]
    assert re.search(r"<0\.\d+", uvicorn)


def test_repository_has_one_url():
    texts = [*ROOT.glob("*.md"), ROOT / "pyproject.toml", *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/**/*.*")]
    named = {url for path in texts for url in re.findall(r"https://github\.com/[\w-]+/[\w-]+", path.read_text("utf-8"))}
    assert named == {REPOSITORY}


def test_changelog_has_the_current_version():
    version = re.search(r'^__version__ = "(.*)"', (ROOT / "mock_zuora/__init__.py").read_text("utf-8"), re.MULTILINE)[1]
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
