"""The code blocks of the README run, its table of operations is complete, and its flags, targets and links exist."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from mock_zuora.api.app import ROUTERS
from mock_zuora.config.settings import Settings, flag_of
from mock_zuora.server.server import Server

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
URL = "http://127.0.0.1:8080"
MAX_LINES = 110


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def table_rows(first_heading):
    """The cells of the table whose first column has this heading."""
    [table] = re.findall(rf"^\| {first_heading} ?\|.*\n\| -.*\n((?:\|.*\n)+)", README, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()]


@pytest.fixture
def url():
    """The URL of a server with default settings on a free port."""
    server = Server(Settings(port=0))
    server.start()
    yield server.url
    server.stop()


def test_code_blocks_have_only_tested_languages():
    assert set(re.findall(r"^```(\w*)\n(?:.*\n)*?```$", README, re.MULTILINE)) == {"sh", "json", "python"}


def test_make_targets_exist():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", README, re.MULTILINE)
    assert {"run", "test"} <= {first or second for first, second in named} <= set(targets)


def test_error_example_is_the_response_of_the_server(url):
    [example] = blocks("json")
    body = {"operation": "upsert", "namespace": "default", "object": "vehicle"}
    request = urllib.request.Request(
        f"{url}/objects/jobs", json.dumps(body).encode(),
        {"Authorization": "Bearer any", "Content-Type": "application/json"},
    )  # fmt: skip
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request, timeout=10)
    with raised.value as response:
        assert (response.status, json.load(response)) == (400, json.loads(example))


def test_documented_test_passes(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    [example] = blocks("python")
    pytester.path.joinpath("test_readme_example.py").write_text(example, "utf-8")
    result = pytester.runpytest_inprocess("-p", "mock_zuora", "-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=1)


def test_table_has_every_operation_of_the_api():
    listed = set()
    for operation, *_ in table_rows("operation"):
        path = re.search(r"/[^` ]+", operation)[0]
        listed |= {(method, path) for method in re.findall(r"\b[A-Z]+\b", operation[: operation.index("/")])}
    routes = [route for router in ROUTERS for route in router.routes]
    expected = {(method, route.path) for route in routes for method in route.methods}
    assert {each for each in listed if not each[1].startswith("/__mock")} == expected | {("POST", "/oauth/token")}


def test_flags_exist():
    text = re.sub(r"^```.*?^```$", "", README, flags=re.DOTALL | re.MULTILINE)
    known = {flag_of(name) for name in Settings.model_fields} | {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= known


def test_links_lead_to_files():
    linked = re.findall(r"\]\(([^)]+)\)", README)
    assert linked and [page for page in linked if not (ROOT / page.partition("#")[0]).is_file()] == []


def test_readme_is_short():
    assert len(README.splitlines()) <= MAX_LINES
