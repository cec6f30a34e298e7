"""The ledger is well-formed, and the places in the code that it names exist. The root conftest.py checks its tests."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

from mock_zuora import MockZuora
from mock_zuora.api.errors import ALTERNATIVES, OAuthRefusal
from mock_zuora.api.pipeline.faults import refusal_of
from mock_zuora.control.faults import FaultRule
from mock_zuora.control.ledger import ANY_CODE, SOURCES, behaviours, rules_of
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.jobs.planned_outcomes import PlannedFailure
from scripts.docs.refusals import REFUSALS

ROOT = Path(__file__).parent.parent.parent
ROWS = tomllib.loads((ROOT / "mock_zuora/fidelity.toml").read_text("utf-8"))["behaviours"]
KEYS = {"id", "what", "source", "code"}


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


def test_row_has_its_keys():
    wrong = [row["id"] for row in ROWS if row.keys() - {"instead", "errors", "probe"} != KEYS or not row["code"]]
    assert wrong == []


def test_only_assumed_rows_have_an_alternative():
    assert [row["id"] for row in ROWS if ("instead" in row) != (row["source"] == "assumed")] == []


def test_row_of_an_assumption_names_it():
    rows = {row["id"]: row for row in ROWS}
    wrong = [each.name for each in ASSUMPTIONS.values() if f"`{each.name}`" not in rows[each.row].get("instead", "")]
    assert wrong == []


def test_every_source_is_known():
    assert {row["source"] for row in ROWS} <= set(SOURCES)


def test_ids_are_unique_and_counted_within_their_group():
    counted = {}
    for row in ROWS:
        group = row["id"].rpartition("-")[0]
        counted[group] = counted.get(group, 0) + 1
        assert row["id"] == f"{group}-{counted[group]:02}"


def test_code_that_a_row_names_exists():
    named = {(row["id"], each) for row in ROWS for each in row["code"]}
    assert [each for each in sorted(named) if not is_there("mock_zuora", *each[1].split(":"))] == []


def texts_in_source():
    """Every text and every fixed part of an f-string in the package."""
    trees = [tree_of(path) for path in (ROOT / "mock_zuora").rglob("*.py")]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(getattr(node, "value", None), str)}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: f"{each.code} {each.message[:30]}")
def test_every_refusal_has_a_rule(refusal):
    assert rules_of(refusal.code, refusal.message)


def test_every_other_code_has_a_rule():
    codes = {
        OAuthRefusal.code,
        PlannedFailure().code,
        *(each.code for each in ALTERNATIVES.values() if each.code is not None),
        *(refusal_of(FaultRule(status=status)).code for status in range(400, 600)),
    }
    assert [code for code in sorted(codes) if not rules_of(code)] == []


def test_text_of_an_error_is_in_a_message_of_the_package():
    known = "\n".join(texts_in_source())
    texts = [text for row in behaviours() for each in row.errors if (text := each.partition(": ")[2])]
    assert [text for text in texts if text not in known] == []


def test_error_is_a_code_or_any_code_with_a_text():
    errors = [each.partition(": ") for row in behaviours() for each in row.errors]
    assert [
        code for code, _, text in errors if not (code.isdigit() and len(code) == 8 or code == ANY_CODE and text)
    ] == []


@pytest.mark.parametrize(
    "code, message, rules",
    [
        (
            71013620,
            "status: the job is 'failed'; it can be cancelled only while it is pending.",
            ["jobs-14", "errors-12"],
        ),
        (71013620, "The multipart body has no part; expected exactly one, with the file.", ["upload-06"]),
        (71013620, "Content-Type: charset 'latin-1' is not supported; the file must be UTF-8.", ["upload-01"]),
        (71013620, "some other message", ["upload-12"]),
        (71013020, "pageSize: '101' is not valid; expected an integer from 1 to 100.", ["list-02"]),
        (71012530, "If-Match: '1' is not the record's version; retrieve the record for its ETag.", ["records-06"]),
        (71013061, "A fault injected this 503.", ["mock-05"]),
        (99999999, "planned by a test", []),
    ],
)
def test_message_tells_the_rules_of_a_code_apart(code, message, rules):
    assert [row.id for row in rules_of(code, message)] == rules


def test_code_without_a_message_has_every_rule():
    assert {"upload-04", "upload-12", "errors-12"} < {row.id for row in rules_of(71013620)}
    assert "mock-08" not in {row.id for row in rules_of(71013620)}


def test_control_api_returns_every_row():
    with MockZuora() as zuora, MockZuora.connect(zuora.url) as remote:
        assert remote.fidelity() == zuora.fidelity() == list(behaviours())
    assert [each.id for each in behaviours()] == [row["id"] for row in ROWS]


SKIP = "pytest.skip('not here')"
SUITE = """
    import pytest
    @pytest.mark.fidelity("jobs-01")
    def test_one(): pass
    @pytest.mark.parametrize("n", "ab")
    @pytest.mark.xdist_group("some")
    @pytest.mark.fidelity("{row}")
    def test_two(n): {body}
    def test_three(): {body}
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs a suite with a ledger of two rows and a SECURITY.md that names a test."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(conftest=(ROOT / "conftest.py").read_text("utf-8"))
    pytester.makeini("[pytest]\ntestpaths = tests\nmarkers =\n  xdist_group\n  left_out\naddopts = -m 'not left_out'")
    pytester.path.joinpath("SECURITY.md").write_text("It is safe (`test_it.py::test_three`).", "utf-8")
    rows = '[[behaviours]]\nid = "jobs-01"\n[[behaviours]]\nid = "jobs-02"\n'
    pytester.mkdir("mock_zuora").joinpath("fidelity.toml").write_text(rows, "utf-8")

    def run(body, *options, row="jobs-02"):
        pytester.makepyfile(**{"tests/test_it": SUITE.format(body=body, row=row)})
        return pytester.runpytest_inprocess(*options)

    return run


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1", "--dist", "loadgroup")], ids=["alone", "xdist"])
def test_complete_run_fails_if_a_row_has_no_passing_test(run, workers):
    ran = run(SKIP, *workers)
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.stdout.fnmatch_lines(["*without a passing test*", "jobs-02", "test_it.py::test_three"])
    ran.stdout.no_fnmatch_line("jobs-01")


def test_mark_without_a_row_fails_the_run(run):
    ran = run("pass", row="jobs-99")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*test_two*the fidelity ledger has no row jobs-99*"])


@pytest.mark.parametrize(
    "body, options",
    [
        ("pass", ()),
        ("pass", ("-p", "xdist", "-n", "1")),
        (SKIP, ("-k", "one")),
        (SKIP, ("-m", "xdist_group")),
        (SKIP, ("tests/test_it.py",)),
    ],
    ids=["every test passed", "with a worker", "some were named", "some were marked", "a file was named"],
)
def test_no_other_run_fails(run, body, options):
    assert run(body, *options).ret == pytest.ExitCode.OK
