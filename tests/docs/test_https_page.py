"""The Python programs and the test file in docs/https.md work; tests/clients runs those in other languages."""

import shutil
import subprocess
import sys

import pytest

from mock_zuora import MockZuora
from scripts.docs.blocks import DOCS, blocks_of

pytest_plugins = ["pytester"]

FILES = {block.title: block.text for block in blocks_of(DOCS / "https.md") if block.language == "python"}


def test_documented_test_file_passes(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_https=FILES["test_https.py"])
    result = pytester.runpytest_inprocess("-p", "mock_zuora", "-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=1)


def test_documented_program_works(tmp_path):
    with MockZuora(tls=True) as zuora:
        shutil.copy(zuora.ca_file, tmp_path / "ca.pem")
        (tmp_path / "client.py").write_text(FILES["client.py"].replace("https://localhost:8080", zuora.url), "utf-8")
        program = [sys.executable, "client.py"]
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("200\n200\n200\n", "")


@pytest.mark.parametrize("name", ["test_https.py", "client.py"])
def test_page_has_the_file(name):
    assert name in FILES
