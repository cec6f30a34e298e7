"""The README is true: each of its blocks runs, its tables are complete, and what it names is there."""

import contextlib
import io
import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from mock_zuora.api.app import ROUTERS
from mock_zuora.config.settings import Settings, flag_of
from mock_zuora.server.server import Server

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
URL = "http://127.0.0.1:8080"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def rows(first_heading):
    """The cells of the rows of the table whose first column has this heading."""
    [table] = re.findall(rf"^\| {first_heading} ?\|.*\n\| -.*\n((?:\|.*\n)+)", README, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()]


@pytest.fixture
def url():
    """The URL of a server as somebody starts it who has just read the README."""
    server = Server(Settings(port=0))
    server.start()
    yield server.url
    server.stop()


def test_every_block_is_in_a_language_that_is_tried_here():
    assert set(re.findall(r"^```(\w*)\n(?:.*\n)*?```$", README, re.MULTILINE)) == {
        "sh",
        "bash",
        "json",
        "python",
    }


def test_the_two_commands_are_targets_of_the_makefile():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", README, re.MULTILINE)
    assert {"run", "test"} <= {first or second for first, second in named} <= set(targets)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="no bash or no curl here")
def test_the_session_with_curl_runs_as_it_stands(url):
    [session] = blocks("bash")
    assert len(session.splitlines()) <= 22
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", session.replace(URL, url)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    uploaded, errors, records, jobs = (json.loads(each) for each in ran.stdout.replace("}{", "}\n{").splitlines())
    assert uploaded["status"] == "in_progress"
    assert [error["row"] for error in errors["errors"]] == [4]
    assert {record["brand__c"] for record in records["records"]} == {"Volvo", "Saab"}
    assert [(job["Id"], job["status"]) for job in jobs["jobs"]] == [(uploaded["Id"], "completed")]


def test_the_refusal_is_what_the_server_says(url):
    [said] = blocks("json")
    body = {"operation": "upsert", "namespace": "default", "object": "vehicle"}
    request = urllib.request.Request(
        f"{url}/objects/jobs", json.dumps(body).encode(),
        {"Authorization": "Bearer any", "Content-Type": "application/json"},
    )  # fmt: skip
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=10)
    with refusal.value as answer:
        assert (answer.status, json.load(answer)) == (400, json.loads(said))


def printed_by(example, url):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example.replace(URL, url), "README.md", "exec"), {})
    return printed.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk")
@pytest.mark.xdist_group("official client")
def test_the_example_with_the_official_client_runs_as_it_stands(url):
    assert printed_by(blocks("python")[0], url) == "completed 1\n"


def test_the_example_in_a_test_runs_as_it_stands(url):
    [example] = blocks("python")[1:]
    assert printed_by(example, url) == "503\n200\n2 calls\n"


def test_the_table_of_what_there_is_names_every_operation_of_the_api_and_no_other():
    said = set()
    for what, *_ in rows(""):
        path = re.search(r"/[^` ]+", what)[0]
        said |= {(method, path) for method in re.findall(r"\b[A-Z]+\b", what[: what.index("/")])}
    routes = [route for router in ROUTERS for route in router.routes]
    there = {(method, route.path) for route in routes for method in route.methods}
    assert {each for each in said if not each[1].startswith("/__mock")} == there | {("POST", "/oauth/token")}


def test_the_flags_that_the_text_names_exist():
    text = re.sub(r"^```.*?^```$", "", README, flags=re.DOTALL | re.MULTILINE)
    known = {flag_of(name) for name in Settings.model_fields} | {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= known


def test_the_pages_that_it_links_to_are_there():
    linked = re.findall(r"\]\(([^)]+)\)", README)
    assert linked and [page for page in linked if not (ROOT / page).is_file()] == []


def test_it_is_read_in_a_few_minutes():
    assert len(README.splitlines()) <= 140
