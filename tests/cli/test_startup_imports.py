"""What a server imports before it is ready. Everything else is imported on first use, to keep the startup fast."""

import subprocess
import sys

import pytest

# The tool that measures the coverage of tests imports modules before this runs.
PRINT_MODULES = """
import sys
before = set(sys.modules)
import mock_zuora.cli.serve
from mock_zuora.config.settings import load_settings
load_settings()
print(*(sys.modules.keys() - before))
"""

WITHOUT_METADATA = """
import importlib.metadata
importlib.metadata.distributions = None
from mock_zuora.cli.main import main
main(["serve", "--port", "x"])
"""


@pytest.fixture(scope="module")
def imported():
    done = subprocess.run([sys.executable, "-c", PRINT_MODULES], capture_output=True, encoding="utf-8", check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "jinja2",
        "mock_zuora.admin.inspector",
        "mock_zuora.admin.routes",
        "mock_zuora.api.openapi",
        "mock_zuora.client",
        "mock_zuora.control.results",
        "mock_zuora.control.services",
        "mock_zuora.control.state",
        "mock_zuora.server.state_keeper",
        "mock_zuora.server.tls",
        "tomllib",
    ],
)
def test_server_does_not_import_what_it_may_never_use(imported, module):
    assert "mock_zuora.server.server" in imported
    assert module not in imported


def test_server_starts_without_reading_the_metadata_of_every_package():
    done = subprocess.run([sys.executable, "-c", WITHOUT_METADATA], capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == "mock-zuora serve: --port: 'x' is not valid; expected a whole number\n"
