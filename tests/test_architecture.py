"""Rules for the code that no linter checks: mirrored tests, sizes, docstrings, light imports."""

import ast
import subprocess
import sys
from pathlib import Path

import mock_zuora

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "mock_zuora"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

WITHOUT_TESTS = {
    "__main__.py": "tests/cli/test_main.py runs it",
    "cli/serve.py": "tests/cli/test_main.py runs it",
    "client/readiness.py": "tests/cli/test_ready.py tests it",
    "domain/assumptions/catalogue/": "tests/assumptions covers every assumption and choice",
    "control/state_import.py": "tests/control/test_state.py tests it with the export",
    "control/texts.py": "tests/admin/test_routes.py and tests/config/test_seed_file.py test it",
    "domain/limits.py": "numbers only; the tests of what they bound use them",
    "domain/ports.py": "ports without code; tests/storage covers every store",
    "domain/jobs/job_runner.py": "a port without code",
    "domain/jobs/job_run.py": "data without code",
    "domain/records/query/tree.py": "the nodes of a query; tests/domain/records/query covers them",
    "api/middleware/collected_response.py": "every test of the API goes through it",
    "api/app.py": "tests/api/test_errors.py and tests/conformance/test_openapi.py use it",
    "api/pipeline/permissions.py": "tests/api/pipeline/test_route.py tests it",
    "api/pipeline/query_parameters.py": "tests/api/pipeline/test_route.py tests it",
    "api/routes/documentation.py": "tests/conformance/test_openapi.py reads what it declares",
    "api/openapi/": "tests/conformance compares the document with itself, with the reference and with the server",
    "api/schemas/": "models of the document, which tests/conformance compares with the reference",
    "api/request_context.py": "every test of the API goes through it",
    "admin/app.py": "tests/admin/test_routes.py and tests/cli/test_startup_imports.py test it",
    "admin/health.py": "tests/server/test_app.py and tests/admin/test_routes.py test it",
    "admin/document.py": "tests/admin/test_routes.py and tests/client/test_handle.py read the document",
    "admin/examples.py": "tests/conformance/test_document_examples.py sends them",
    "admin/page.py": "tests/admin/test_routes.py reads the page",
    "admin/inspector/actions.py": "tests/admin/inspector/test_app.py posts the forms",
    "admin/inspector/page.py": "tests/admin/inspector/test_app.py and the tests of views use it",
    "admin/inspector/themes.py": "tests/admin/inspector/test_app.py tests it",
    "admin/sessions.py": "tests/admin/inspector/test_login.py tests it",
    "config/option_types.py": "tests/config/test_settings.py tests the settings of these types",
    "control/object_results.py": "tests/client/test_objects.py covers every field with both transports",
    "control/options.py": "tests/client covers every field with both transports",
    "control/recorded_requests.py": "tests/client/test_requests.py and tests/control/test_results.py read them",
    "control/services/": "tests/client covers every operation with both transports",
}
"""Modules, and folders of them, that need no test file of their own, and why."""
MAX_MODULE_LINES = 400
MAX_TEST_FILE_LINES = 500
MAX_FUNCTION_LINES = 40


FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def text_of(path):
    return path.read_text("utf-8")


def tree_of(path):
    return ast.parse(text_of(path))


def relative(path):
    return path.relative_to(ROOT).as_posix()


def file_that_tests(module):
    """Returns the test file of a module: the same folder and name, with the prefix test_."""
    place = module.relative_to(SOURCE)
    return ROOT / "tests" / place.parent / f"test_{place.name}"


def test_each_module_has_a_test_file_or_a_reason_for_none():
    untested = {
        module.relative_to(SOURCE).as_posix()
        for module in MODULES
        if module.name != "__init__.py" and not file_that_tests(module).exists()
    }
    assert {name for name in untested if not name.startswith(tuple(WITHOUT_TESTS))} == set()


def test_each_module_has_a_docstring():
    assert [relative(path) for path in MODULES if not ast.get_docstring(tree_of(path))] == []


def test_no_file_is_too_long():
    limits = dict.fromkeys(MODULES, MAX_MODULE_LINES) | dict.fromkeys(TESTS, MAX_TEST_FILE_LINES)
    assert [relative(path) for path, limit in limits.items() if len(text_of(path).splitlines()) > limit] == []


def test_no_function_is_too_long():
    functions = [(path, node) for path in MODULES for node in ast.walk(tree_of(path)) if isinstance(node, FUNCTION)]
    long = [(path, node) for path, node in functions if node.end_lineno - node.lineno >= MAX_FUNCTION_LINES]
    assert [(relative(path), node.name) for path, node in long] == []


def test_tests_are_plain_functions():
    classes = [(path, node) for path in TESTS for node in tree_of(path).body if isinstance(node, ast.ClassDef)]
    assert [(relative(path), node.name) for path, node in classes if node.name.startswith("Test")] == []


def test_public_names_are_sorted_and_exist():
    assert mock_zuora.__all__ == sorted(mock_zuora.__all__)
    assert all(hasattr(mock_zuora, name) for name in mock_zuora.__all__)


def test_no_file_mentions_unfinished_work_or_one_machine():
    forbidden = ["TO" + "DO", "FIX" + "ME", "/wo" + "rk/"]
    texts = [*MODULES, *TESTS, *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "Makefile"]
    found = {(relative(path), word) for path in texts for word in forbidden if word in text_of(path)}
    assert found == set()


def test_importing_the_package_imports_no_framework():
    asked = "import sys, mock_zuora; print(*sorted(name for name in sys.modules if '.' not in name))"
    imported = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, encoding="utf-8", check=True
    ).stdout.split()
    assert "mock_zuora" in imported
    assert {"fastapi", "starlette", "uvicorn", "pydantic", "pydantic_settings", "asyncio"}.isdisjoint(imported)
