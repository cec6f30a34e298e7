"""The public names of the package, and what importing it costs."""

import subprocess
import sys

import pytest

import mock_zuora


def test_public_names_are_sorted_and_can_be_imported():
    assert mock_zuora.__all__ == sorted(mock_zuora.__all__)
    namespace = {}
    exec("from mock_zuora import *", namespace)
    assert mock_zuora.__all__ == sorted(namespace.keys() - {"__builtins__"})


def test_result_types_and_exceptions_are_public():
    from mock_zuora.control import object_results, recorded_requests, results
    from mock_zuora.control.errors import ERRORS

    internal = {"RecordedRequests", "RequestSummaries", "RequestCount", "CreatedTenant"}
    types = {
        name
        for module in (object_results, recorded_requests, results)
        for name, each in vars(module).items()
        if getattr(each, "__module__", "") == module.__name__
    }
    public = {name for name in types - internal if name[0].isupper()} | {each.__name__ for each in ERRORS}
    assert public <= set(mock_zuora.__all__)


def test_handle_of_remote_server_imports_the_standard_library_only():
    heavy = "('fastapi', 'starlette', 'uvicorn', 'pydantic', 'pydantic_settings', 'multipart')"
    code = (
        "import sys, mock_zuora; assert not any(name.startswith('mock_zuora.') for name in sys.modules)\n"
        "from mock_zuora import MockZuora\n"
        "try: MockZuora.connect('http://127.0.0.1:1')\n"
        f"except ConnectionError: print([name for name in sys.modules if name.partition('.')[0] in {heavy}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_plugin_imports_nothing_else_of_the_package():
    code = (
        "import sys, mock_zuora.testing.pytest_plugin;"
        "print(*(each for each in sys.modules if each.startswith('mock_zuora')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    own = [f"mock_zuora.testing.{name}" for name in ("marks", "options", "pytest_plugin")]
    assert sorted(done.stdout.split()) == ["mock_zuora", "mock_zuora.testing", *own]


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="MockZora"):
        _ = mock_zuora.MockZora
