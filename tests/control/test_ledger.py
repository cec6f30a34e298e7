"""The ledger is true to its form: every place and every test that it names is there. conftest.py sees them pass."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

from mock_zuora import MockZuora
from mock_zuora.control.ledger import SOURCES, behaviours

ROOT = Path(__file__).parent.parent.parent
ROWS = tomllib.loads((ROOT / "mock_zuora/fidelity.toml").read_text("utf-8"))["behaviours"]
KEYS = {"id", "what", "source", "code", "tests"}


@cache
def tree_of(path):
    return ast.parse(path.read_text("utf-8"))


def names_in(body):
    """What a module or a class defines, by name."""
    found = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return found


def is_there(folder, file, qualified_name):
    path = ROOT / folder / file
    if not path.exists():
        return False
    body = tree_of(path).body
    for name in qualified_name.split("."):
        if name not in names_in(body):
            return False
        body = getattr(names_in(body)[name], "body", [])
    return True


def test_a_row_says_what_it_has_to():
    wrong = [row["id"] for row in ROWS if row.keys() - {"instead"} != KEYS or not row["code"] or not row["tests"]]
    assert wrong == []


def test_the_other_reading_is_said_of_what_is_inferred_and_of_nothing_else():
    assert [row["id"] for row in ROWS if ("instead" in row) != (row["source"] == "inferred")] == []


def test_each_source_is_one_of_four():
    assert {row["source"] for row in ROWS} == set(SOURCES)


def test_ids_are_unique_and_counted_within_their_group():
    counted = {}
    for row in ROWS:
        group = row["id"].rpartition("-")[0]
        counted[group] = counted.get(group, 0) + 1
        assert row["id"] == f"{group}-{counted[group]:02}"


@pytest.mark.parametrize("folder, key, divider", [("mock_zuora", "code", ":"), ("tests", "tests", "::")])
def test_what_it_names_is_there(folder, key, divider):
    named = {(row["id"], each) for row in ROWS for each in row[key]}
    assert [each for each in sorted(named) if not is_there(folder, *each[1].split(divider))] == []


def test_the_control_api_answers_with_all_of_it():
    with MockZuora() as zuora, MockZuora.connect(zuora.url) as elsewhere:
        assert elsewhere.fidelity() == zuora.fidelity() == list(behaviours())
    assert [each.id for each in behaviours()] == [row["id"] for row in ROWS]


SKIP = "pytest.skip('not here')"
SUITE = """
    import pytest
    def test_one(): pass
    @pytest.mark.parametrize("n", "ab")
    @pytest.mark.xdist_group("some")
    def test_two(n): {rest}
    def test_three(): {rest}
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs a suite of tests that a ledger and SECURITY.md name. Its own plugins would only cost time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(conftest=(ROOT / "conftest.py").read_text("utf-8"))
    pytester.makeini("[pytest]\ntestpaths = tests\nmarkers =\n  xdist_group\n  left_out\naddopts = -m 'not left_out'")
    pytester.path.joinpath("SECURITY.md").write_text("It is safe (`test_it.py::test_three`).", "utf-8")
    row = '[[behaviours]]\ntests = ["test_it.py::test_one", "test_it.py::test_two"]\n'
    pytester.mkdir("mock_zuora").joinpath("fidelity.toml").write_text(row, "utf-8")

    def run(rest, *said):
        pytester.makepyfile(**{"tests/test_it": SUITE.format(rest=rest)})
        return pytester.runpytest_inprocess(*said)

    return run


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1", "--dist", "loadgroup")], ids=["alone", "xdist"])
def test_a_complete_run_fails_if_a_named_test_was_skipped(run, workers):
    ran = run(SKIP, *workers)
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.stdout.fnmatch_lines(["*fidelity ledger*did not pass*", "test_it.py::test_three", "test_it.py::test_two"])
    ran.stdout.no_fnmatch_line("test_it.py::test_one")


@pytest.mark.parametrize(
    "rest, said",
    [
        ("pass", ()),
        ("pass", ("-p", "xdist", "-n", "1")),
        (SKIP, ("-k", "one")),
        (SKIP, ("-m", "xdist_group")),
        (SKIP, ("tests/test_it.py",)),
    ],
    ids=["every test passed", "with a worker", "some were named", "some were marked", "a file was named"],
)
def test_no_other_run_fails(run, rest, said):
    assert run(rest, *said).ret == pytest.ExitCode.OK
