import ast
import inspect
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

import mock_zuora
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import Category, ErrorDetail, Resource, ZuoraError
from scripts.docs.refusals import REFUSALS

CONSTRUCTORS = {
    name: function
    for name, function in inspect.getmembers(refusals, inspect.isfunction)
    if function.__module__ == refusals.__name__ and function.__annotations__.get("return") is ZuoraError
}
CODES = {
    "not_authenticated": 90000011,
    "request_invalid": 71013020,
    "field_unknown": 71013021,
    "internal_error": 71013060,
    "job_not_found": 71013040,
    "too_many_jobs": 71013030,
    "cursor_unknown": 71013120,
    "operation_missing": 71013522,
    "operation_invalid": 71013520,
    "object_missing": 71000222,
    "object_invalid": 71000220,
    "object_not_found": 71000040,
    "namespace_missing": 71000122,
    "namespace_invalid": 71000120,
    "wrong_status": 71013620,
    "delete_takes_no_file": 71013530,
    "filter_not_allowed": 71013230,
    "filter_invalid": 71013220,
    "filter_missing": 71013222,
    "conditions_missing": 71013322,
    "conditions_count": 71013330,
    "condition_invalid": 71013320,
    "condition_field_unknown": 71013321,
    "condition_not_filterable": 71013330,
    "file_invalid": 71013620,
    "file_too_large": 71013630,
    "column_unknown": 71013721,
    "id_column_missing": 71013722,
    "column_duplicate": 71013720,
    "column_of_system": 71013730,
    "record_not_found": 71012540,
    "record_ids_invalid": 71012920,
    "records_invalid": 71012520,
}
"""The documented code of each constructor."""
WITH_CATEGORY = {"permission_denied", "record_permission_denied", "record_invalid", "record_query_invalid"}
EXAMPLES = {
    int: 7,
    str: "red",
    object: "red",
    Sequence[str]: ("red",),
    Category: Category.RULE,
    tuple[ErrorDetail, ...]: (),
}


def example_of(name):
    required = [
        each for each in inspect.signature(CONSTRUCTORS[name]).parameters.values() if each.default is each.empty
    ]
    return CONSTRUCTORS[name](*(EXAMPLES[each.annotation] for each in required))


@cache
def used_names():
    """Every name and attribute in the source of the package, except in the module of the constructors."""
    used = set()
    for path in Path(mock_zuora.__file__).parent.rglob("*.py"):
        if path != Path(refusals.__file__):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                used.add(getattr(node, "attr", None) or getattr(node, "id", None))
    return used


def test_every_constructor_has_a_documented_code():
    assert CODES.keys() | WITH_CATEGORY == CONSTRUCTORS.keys()


@pytest.mark.parametrize("name", CODES)
def test_constructor_returns_its_documented_code(name):
    assert example_of(name).code == CODES[name]


@pytest.mark.parametrize("name", CODES)
def test_code_has_an_example_on_the_page_of_errors(name):
    assert CODES[name] in {each.code for each in REFUSALS}


@pytest.mark.parametrize("name", sorted(CONSTRUCTORS))
def test_message_names_the_arguments(name):
    error = example_of(name)
    types = [each.annotation for each in inspect.signature(CONSTRUCTORS[name]).parameters.values()]
    assert error.message
    for type in (int, str, object):
        if type in types:
            assert str(EXAMPLES[type]) in error.message


@pytest.mark.parametrize("name", sorted(CONSTRUCTORS))
def test_every_constructor_is_used(name):
    assert name in used_names()


def test_every_resource_and_category_is_used():
    used = {"Resource": set(), "Category": set()}
    for path in Path(mock_zuora.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) in used:
                used[node.value.id].add(node.attr)
    assert used == {"Resource": {each.name for each in Resource}, "Category": {each.name for each in Category}}
