"""The examples of docs/how-to/official-client.md work."""

import contextlib
import io

import pytest

from mock_zuora import MockZuora
from scripts.docs.blocks import DOCS, blocks_of

pytest_plugins = ["pytester"]
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk"),
    pytest.mark.xdist_group("official client"),
]

PROGRAM, TEST_FILE = blocks_of(DOCS / "how-to" / "official-client.md")


def test_program_prints_the_finished_job():
    with MockZuora(auth="lenient") as zuora, contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(PROGRAM.text.replace("http://127.0.0.1:8080", zuora.url), str(PROGRAM), "exec"), {})

    assert printed.getvalue() == "completed 1\n"


def test_documented_test_file_passes(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.path.joinpath(TEST_FILE.title).write_text(TEST_FILE.text, "utf-8")

    result = pytester.runpytest_inprocess("-p", "mock_zuora", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)
