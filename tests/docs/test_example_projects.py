"""The tests of the example projects pass, with a server in the process and with a remote server."""

import importlib
import re
import tomllib
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests

from mock_zuora import MockZuora
from mock_zuora.testing import failure_report as evidence

pytest_plugins = ["pytester"]

assert aiohttp and evidence and httpx and requests  # imported here once, so that the inner runs need not import them

EXAMPLES = Path(__file__).parents[2] / "examples"
PROJECTS = sorted(path for path in EXAMPLES.iterdir() if (path / "pyproject.toml").exists())
LOADER = "bulk_loader"
OFFICIAL = "with_the_official_client"
# One xdist worker runs all tests with the official client, because its import takes ten seconds.
MARKS = {
    OFFICIAL: [pytest.mark.xdist_group("official client"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
}
EACH = [pytest.param(path, id=path.name, marks=MARKS.get(path.name, [])) for path in PROJECTS]


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs the tests of an example in its folder."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(project, *args):
        if project.name == OFFICIAL:
            importlib.import_module("zuora_sdk.zuora_client")
        monkeypatch.chdir(project)
        plugins = ["-p", "mock_zuora", "-p", "anyio", "-p", "no:cacheprovider"]
        if project.name == LOADER:
            # In a process of its own, because pytest-asyncio leaves an event loop open.
            return pytester.runpytest_subprocess(*plugins, "-p", "pytest_asyncio.plugin", *args)
        return pytester.runpytest_inprocess(*plugins, *args)

    return run


def test_every_client_has_an_example():
    others = ["with_aiohttp", "with_httpx", "with_requests"]
    assert [path.name for path in PROJECTS] == [LOADER, *others, OFFICIAL]


@pytest.mark.parametrize("project", EACH)
def test_example_tests_pass(run, project):
    outcomes = run(project).parseoutcomes()
    assert outcomes.keys() == {"passed"} and outcomes["passed"] >= 7


@pytest.mark.parametrize("project", [EXAMPLES / LOADER, EXAMPLES / "with_requests"], ids=lambda path: path.name)
def test_example_tests_pass_against_a_remote_server(run, project):
    with MockZuora(transitions="time") as server:
        outcomes = run(project, f"--zuora-url={server.url}").parseoutcomes()
        assert [each.name for each in server.tenants()] == ["default"]
    assert outcomes.keys() == {"passed"}


@pytest.mark.parametrize("project", EACH)
def test_example_tests_depend_on_no_assumption_that_they_do_not_name(run, project):
    result = run(project, "--zuora-vary")
    outcomes = result.parseoutcomes()
    assert outcomes.keys() == {"passed", "variants"} and outcomes["variants"] > 20
    assert "is not needed" not in result.stdout.str()


def test_loader_tests_pass_in_parallel_and_in_any_order(pytester, monkeypatch):
    monkeypatch.chdir(EXAMPLES / LOADER)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    outcomes = pytester.runpytest_subprocess("-n", "2", "-p", "no:cacheprovider").parseoutcomes()
    assert outcomes.keys() == {"passed"} and outcomes["passed"] >= 60


@pytest.mark.parametrize("project", EACH)
def test_example_readme_names_its_files_and_dependencies(project):
    readme = (project / "README.md").read_text("utf-8")
    project_table = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    assert set(re.findall(r"`(\w+\.py)`", readme)) == {path.name for path in project.glob("*.py")}
    [installed] = re.findall(r"^pip install (.* \.\./\.\.)$", readme, re.MULTILINE)
    named = {"../.." if name == "mock-zuora" else name for name in project_table["dependency-groups"]["test"]}
    assert set(installed.split()) == {*named, *project_table["project"]["dependencies"]}
