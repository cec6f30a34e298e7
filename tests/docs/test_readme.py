"""The code blocks of the README run, its table of operations is complete, and its flags, targets and links exist."""

import contextlib
import io
import json
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from mock_zuora.api.app import ROUTERS
from mock_zuora.config.settings import Settings, flag_of
from mock_zuora.server.server import Server
from tests.platforms import needs_shell

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
URL = "http://127.0.0.1:8080"
MAX_LINES = 140
MAX_SESSION_LINES = 22


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
    assert set(re.findall(r"^```(\w*)\n(?:.*\n)*?```$", README, re.MULTILINE)) == {"sh", "bash", "json", "python"}


def test_make_targets_exist():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", README, re.MULTILINE)
    assert {"run", "test"} <= {first or second for first, second in named} <= set(targets)


@needs_shell
def test_curl_example_runs(url):
    [session] = blocks("bash")
    assert len(session.splitlines()) <= MAX_SESSION_LINES
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", session.replace(URL, url)],
        capture_output=True, encoding="utf-8", timeout=60, check=True,
    )  # fmt: skip
    uploaded, errors, records, jobs = (json.loads(each) for each in done.stdout.replace("}{", "}\n{").splitlines())
    assert uploaded["status"] == "in_progress"
    assert [error["row"] for error in errors["errors"]] == [4]
    assert {record["brand__c"] for record in records["records"]} == {"Volvo", "Saab"}
    assert [(job["Id"], job["status"]) for job in jobs["jobs"]] == [(uploaded["Id"], "completed")]


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


def output_of(example, url):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(example.replace(URL, url), "README.md", "exec"), {})
    return output.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk")
@pytest.mark.xdist_group("official client")
def test_official_client_example_runs(url):
    assert output_of(blocks("python")[0], url) == "completed 1\n"


def test_test_example_runs(url):
    [example] = blocks("python")[1:]
    assert output_of(example, url) == "503\n200\n2 requests\n"


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
    assert linked and [page for page in linked if not (ROOT / page).is_file()] == []


def test_readme_is_short():
    assert len(README.splitlines()) <= MAX_LINES
