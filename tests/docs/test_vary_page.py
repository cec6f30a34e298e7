"""The examples of docs/how-to/vary-assumptions.md: one client depends on two assumptions, the other on none."""

import re
import shlex
import subprocess
import sys

import pytest
import requests

from mock_zuora.testing import failure_report
from scripts.docs.blocks import DOCS, blocks_of

pytest_plugins = ["pytester"]

assert failure_report and requests  # imported here once, so that the inner runs need not import them

PAGE = DOCS / "how-to" / "vary-assumptions.md"
FILES = {block.title: block.text for block in blocks_of(PAGE) if block.title}


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs a documented command in a folder with the files of the page."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name, text in FILES.items():
        pytester.path.joinpath(name).write_text(text, "utf-8")

    def run(command):
        options = ["-p", "mock_zuora", "-p", "no:cacheprovider", "-o", "pythonpath=.", "-W", "error"]
        return pytester.runpytest_inprocess(*options, *shlex.split(command)[1:])

    return run


def test_fragile_client_depends_on_two_assumptions(run):
    [command] = [block.text for block in blocks_of(PAGE) if block.language == "sh"]
    [shown] = [block.text for block in blocks_of(PAGE) if block.language == "text"]
    result = run(command)
    result.assert_outcomes(passed=2, failed=5)
    assert shown.strip() in result.stdout.str()


def test_robust_client_depends_on_none(run):
    result = run("pytest --zuora-vary test_robust.py")
    result.assert_outcomes(passed=3)
    assert re.search(r"3 tests, \d+ variants, 0 assumptions your tests depend on", result.stdout.str())
    assert "job-limit   accepted, by marks of 1 test" in result.stdout.str()


def test_loop_without_pytest_works(run, pytester):
    done = subprocess.run(
        [sys.executable, "vary.py"], cwd=pytester.path, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.stderr == "" and re.fullmatch(r"checked .*job-limit.*\n", done.stdout)
