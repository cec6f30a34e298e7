"""The contents of the source distribution and of the wheel. The tests also pass in an unpacked source distribution."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from contextlib import chdir
from email import message_from_bytes
from pathlib import Path

import pytest
from hatchling.build import build_sdist, build_wheel
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.platforms import IS_WINDOWS, skip_on_windows

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
REPOSITORY = PROJECT["urls"]["Homepage"]
RUNTIME = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["tls"]
LOCKS = {
    "requirements.lock": RUNTIME,
    "requirements-dev.lock": PROJECT["dependencies"] + PYPROJECT["dependency-groups"]["dev"],
}
"""The locks, with what each of them locks."""
GENERATED = {"PKG-INFO"}
"""Files that only a source distribution has."""
NOT_DISTRIBUTED: set[str] = set()
"""Files of the repository that are not in the source distribution."""


def git_files(*options):
    """Returns the existing files that git lists, or none without git or a repository."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return set()
    done = subprocess.run(
        ["git", "ls-files", "-z", *options], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    return {name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()}


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def distributed_files():
    """Returns the files of the repository where git cannot list them, as in a source distribution."""
    folders = ("mock_zuora", "tests", "docs", "docker", "examples", "openapi", "scripts", ".ci", ".github")
    files = {f"{folder}/{name}" for folder in folders for name in files_in(ROOT / folder) if "__pycache__" not in name}
    return files | {"Makefile", "Dockerfile", "pyproject.toml", "CONTRIBUTING.md", *LOCKS}


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
@skip_on_windows("files have no executable bit")
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


def lock_entries(name):
    """Returns each entry of a lock as one line, with its hashes."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    return text.replace("\\\n", " ").splitlines()


def locked_versions(name):
    """Returns the locked versions by package; a package can have one for each of several platforms."""
    found = {}
    for entry in lock_entries(name):
        requirement = Requirement(entry.partition(" --hash")[0])
        [pin] = requirement.specifier
        assert pin.operator == "=="
        found.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_each_dependency_within_its_range(name):
    locked = locked_versions(name)
    for dependency in map(Requirement, LOCKS[name]):
        versions = locked.get(canonicalize_name(dependency.name), set())
        assert versions, f"{dependency} is not in {name}; run make lock"
        assert all(map(dependency.specifier.contains, versions)), f"{name} has {versions} of {dependency}"


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_hashes_and_names_no_index(name):
    hashes = r"( --hash=sha256:[0-9a-f]{64})+"
    entries = [re.sub(r" +", " ", entry).strip() for entry in lock_entries(name)]
    assert [entry for entry in entries if not re.fullmatch(rf"[\w.-]+==[\w.!+-]+( ; [^-]+)?{hashes}", entry)] == []
    assert not re.search(r"://|--(extra-)?index|--find-links| /", (ROOT / name).read_text("utf-8"))


def test_both_locks_have_the_same_versions():
    developed = locked_versions("requirements-dev.lock")
    assert {name: developed.get(name) for name in locked_versions("requirements.lock")} == locked_versions(
        "requirements.lock"
    )


def test_extras_are_part_of_the_development_lock():
    locked = locked_versions("requirements-dev.lock")
    extras = [Requirement(each).name for extra in PROJECT["optional-dependencies"].values() for each in extra]
    assert extras and [name for name in extras if canonicalize_name(name) not in locked] == []


@pytest.mark.skipif(IS_WINDOWS or not shutil.which("make"), reason="needs make, and not Windows")
def test_sbom_lists_the_locked_runtime(tmp_path):
    file = tmp_path / "sbom.json"
    # The tools are those of the running interpreter; a source distribution has no environment of its own.
    command = ("make", "--silent", "-o", "install", "sbom", f"BIN={Path(sys.executable).parent}", f"SBOM={file}")
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    document = json.loads(file.read_bytes())
    assert document["metadata"]["component"]["name"] == PROJECT["name"]
    listed = {each["purl"] for each in document["components"]}
    locked = locked_versions("requirements.lock")
    assert listed == {f"pkg:pypi/{name}@{version}" for name, versions in locked.items() for version in versions}
