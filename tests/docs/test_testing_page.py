"""The tests and commands of docs/testing.md work, and its tables are complete."""

import re
import shlex
from pathlib import Path

import aiohttp
import pytest

from mock_zuora import MockZuora
from mock_zuora.domain.tenants.settings import Transitions
from mock_zuora.testing import failure_report as evidence
from mock_zuora.testing import pytest_plugin

pytest_plugins = ["pytester"]

assert aiohttp and evidence  # imported here once, so that the inner runs need not import them

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing.md").read_text("utf-8")
URL = "http://127.0.0.1:8080"
FILES = dict(re.findall(r'^```(?:python|toml) title="([\w/.]+)"\n(.*?)^```$', PAGE, re.DOTALL | re.MULTILINE))
COMMANDS = [
    line for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE) for line in block.split("\n")
]


def number_of_tests(files):
    return sum(text.count("def test_") + text.count('["Saab", "Lada"]') for text in files)


@pytest.fixture
def server():
    """The server of the commands on the page."""
    with MockZuora(auth="strict") as zuora:
        yield zuora


@pytest.fixture
def run(pytester, server, monkeypatch):
    """Runs pytest in a folder that has only the files of the page."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("URL_OF_THE_CONTAINER", server.url)
    for name, text in FILES.items():
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return lambda *args: pytester.runpytest_inprocess(
        "-p", "mock_zuora", "-p", "xdist", "-p", "no:cacheprovider", "-W", "error", "-o", "pythonpath=.", *args
    )


def test_every_code_block_is_tested():
    blocks = re.findall(r"^```(.+)$", PAGE, re.MULTILINE)
    assert len(FILES) + sum(block in ("sh", "text") for block in blocks) == len(blocks)


def test_documented_tests_pass(run):
    files = [text for name, text in FILES.items() if not name.startswith("options/")]
    result = run("--ignore=options", "--zuora-unused=fail")
    result.assert_outcomes(passed=number_of_tests(files))


def test_documented_ini_file_works(run):
    run("--config-file=options/pytest.toml", "options").assert_outcomes(passed=2)


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("pytest")])
def test_documented_commands_run(run, server, command):
    args = shlex.split(command.replace(URL, server.url))[1:]
    # Other tests cover the workers of xdist. This one checks only the arguments.
    args = ["--collect-only" if arg == "-n" else arg for arg in args if arg != "4"]
    result = run("test_first.py", *args)
    assert result.ret == 0


def test_failure_report_matches_the_page(run, pytester):
    [shown] = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    shape = [re.sub(r"127.*|tenant-\d+>|[0-9a-f-]{36}|\d+ ms", "*", line) for line in shown.splitlines()]
    pytester.makepyfile(
        test_shown="""
from test_seed import VEHICLE
from vehicles import Vehicles

def test_it(zuora):
    zuora.seed({"definitions": [VEHICLE]})
    Vehicles(zuora.url, zuora.token()).load("colour__c\\nblue\\n")
"""
    )
    run("test_shown.py").stdout.fnmatch_lines(shape, consecutive=True)


def test_table_of_options_is_complete():
    rows = {(each.flag, each.name, each.variable) for each in pytest_plugin.OPTIONS}
    assert set(re.findall(r"^\| `(--[\w-]+)` \| `(\w+)` \| `(\w+)` \|", PAGE, re.MULTILINE)) == rows


def test_tables_of_fixtures_and_transitions_are_complete():
    first_cells = set(re.findall(r"^\| `(\w+)` \| [^|]*[a-z ]", PAGE, re.MULTILINE)) - {"transitions"}
    fixtures = {name for name in vars(pytest_plugin) if name.startswith("zuora")}
    assert first_cells == fixtures | {each.value for each in Transitions}
