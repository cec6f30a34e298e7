"""Runs of pytest with a small test file, for the tests of the pytest plugin."""

import pytest

from mock_zuora import MockZuora
from mock_zuora.testing import failure_report

assert failure_report  # imported here, so that no inner run imports the server again

CLIENT = """
import json, pathlib, subprocess, sys, urllib.error, urllib.request

def call(zuora, method, path, body=None, token=None, kind="application/json"):
    headers = {"Authorization": f"Bearer {token or zuora.token()}", "Content-Type": kind}
    request = urllib.request.Request(zuora.url + path, body and body.encode(), headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)

def submit(zuora, rows=""):
    job = call(zuora, "POST", "/objects/jobs", json.dumps(
        {"operation": "create", "namespace": "default", "object": "vehicle"}))[1]["Id"]
    call(zuora, "POST", f"/objects/jobs/{job}/files", "brand__c\\nVolvo\\n" + rows, kind="text/csv")
    return job
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs pytest with a test file, beside files that the test has created, and with arguments."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # some installed plugins are slow
    for variable in ("CI", "BUILD_NUMBER"):  # with them, pytest's summary is longer
        monkeypatch.delenv(variable, raising=False)
    pytester.makepyfile(client=CLIENT)

    def run(source, *args, plugin="mock_zuora"):
        pytester.makepyfile(test_it=f"import pytest\nfrom client import *\n{source}")
        return pytester.runpytest_inprocess("-p", plugin, "-p", "no:cacheprovider", "-W", "error", *args)

    return run


@pytest.fixture
def project(pytester):
    """Writes the conftest.py of a project with these settings."""
    return lambda settings: pytester.makeconftest(f"""
import pathlib, pytest
@pytest.fixture(scope="session")
def zuora_settings():
    return {settings}
""")


@pytest.fixture
def remote():
    """A remote server, whose jobs take time."""
    with MockZuora(transitions="time") as zuora:
        yield zuora


@pytest.fixture(params=["own server", "remote server"])
def run_anywhere(request, run):
    """Runs pytest with a server of its own, and with a remote server."""
    if request.param == "own server":
        return run
    server = request.getfixturevalue("remote")
    return lambda source, *args: run(source, f"--zuora-url={server.url}", *args)
