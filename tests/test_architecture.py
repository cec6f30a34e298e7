"""Rules of the house that no linter knows: mirrored tests, sizes, docstrings, light imports, the wheel."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from hatchling.build import build_wheel

import mock_zuora

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "mock_zuora"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

WITHOUT_TESTS = {
    "__main__.py": "tests/cli/test_main.py runs it",
    "cli/serve.py": "tests/cli/test_main.py runs it",
    "client/readiness.py": "tests/cli/test_ready.py tests it",
    "domain/ports.py": "ports without code; tests/storage covers every store",
    "domain/jobs/job_runner.py": "a port without code",
    "api/openapi/": "tests/conformance compares the document with itself, with the reference and with the server",
    "api/schemas/": "models of the document, which tests/conformance compares with the reference",
    "api/request_context.py": "every test of the API goes through it",
    "admin/document.py": "tests/admin/test_routes.py and tests/client/test_handle.py read the document",
    "admin/page.py": "tests/admin/test_routes.py reads the page",
    "control/options.py": "tests/client covers every field with both transports",
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


def shown(path):
    return path.relative_to(ROOT).as_posix()


def file_that_tests(module):
    """The test file of a module: the same place and name, with test_ in front."""
    place = module.relative_to(SOURCE)
    return ROOT / "tests" / place.parent / f"test_{place.name}"


def test_each_module_has_its_test_file_or_a_reason_to_have_none():
    untested = {
        module.relative_to(SOURCE).as_posix()
        for module in MODULES
        if module.name != "__init__.py" and not file_that_tests(module).exists()
    }
    assert {name for name in untested if not name.startswith(tuple(WITHOUT_TESTS))} == set()


def test_each_module_says_what_it_holds():
    assert [shown(path) for path in MODULES if not ast.get_docstring(tree_of(path))] == []


def test_no_file_is_too_long():
    limits = dict.fromkeys(MODULES, MAX_MODULE_LINES) | dict.fromkeys(TESTS, MAX_TEST_FILE_LINES)
    assert [shown(path) for path, limit in limits.items() if len(text_of(path).splitlines()) > limit] == []


def test_no_function_is_too_long():
    functions = [(path, node) for path in MODULES for node in ast.walk(tree_of(path)) if isinstance(node, FUNCTION)]
    long = [(path, node) for path, node in functions if node.end_lineno - node.lineno >= MAX_FUNCTION_LINES]
    assert [(shown(path), node.name) for path, node in long] == []


def test_tests_are_plain_functions():
    classes = [(path, node) for path in TESTS for node in tree_of(path).body if isinstance(node, ast.ClassDef)]
    assert [(shown(path), node.name) for path, node in classes if node.name.startswith("Test")] == []


def test_names_for_the_public_are_sorted_and_there():
    assert mock_zuora.__all__ == sorted(mock_zuora.__all__)
    assert all(hasattr(mock_zuora, name) for name in mock_zuora.__all__)


def test_no_file_speaks_of_unfinished_work_or_of_one_machine():
    forbidden = ["TO" + "DO", "FIX" + "ME", "/wo" + "rk/"]
    texts = [*MODULES, *TESTS, *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "Makefile"]
    found = {(shown(path), word) for path in texts for word in forbidden if word in text_of(path)}
    assert found == set()


def test_importing_the_package_imports_no_framework():
    asked = "import sys, mock_zuora; print(*sorted(name for name in sys.modules if '.' not in name))"
    imported = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "mock_zuora" in imported
    assert {"fastapi", "starlette", "uvicorn", "pydantic", "pydantic_settings", "asyncio"}.isdisjoint(imported)


def test_the_wheel_holds_the_package_its_licence_and_its_command_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build_wheel(os.fspath(tmp_path))) as wheel:
        names = set(wheel.namelist())
        [entry_points] = [wheel.read(name).decode() for name in names if name.endswith("entry_points.txt")]
    about = {name for name in names if ".dist-info/" in name}
    packaged = {shown(path) for path in SOURCE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert names - about == packaged and "mock_zuora/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in about)
    assert "mock-zuora = mock_zuora.cli.main:main" in entry_points
