import ast
import inspect
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import mock_zuora
from mock_zuora.api.errors import STATUS
from mock_zuora.domain import errors
from mock_zuora.domain.errors import Category, ErrorDetail, Problem, Resource, ZuoraError, quote

CONSTRUCTORS = {
    name: made
    for name, made in inspect.getmembers(errors, inspect.isfunction)
    if made.__module__ == errors.__name__ and made.__annotations__.get("return") is ZuoraError
}
NUMBERS = {
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
    "wrong_status": 71013430,
    "delete_takes_no_file": 71013530,
    "filter_not_allowed": 71013230,
    "filter_invalid": 71013220,
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
"""The number of each mistake as the contract has it; these are given their category."""
OF_A_CATEGORY = {"permission_denied", "record_invalid", "record_query_invalid"}
EXAMPLES = {int: 7, str: "red", object: "red", Category: Category.RULE, tuple[ErrorDetail, ...]: ()}


def made(name):
    needed = [each for each in inspect.signature(CONSTRUCTORS[name]).parameters.values() if each.default is each.empty]
    return CONSTRUCTORS[name](*(EXAMPLES[each.annotation] for each in needed))


@cache
def names_used():
    """Every name and attribute that the package's source mentions outside of the module of errors itself."""
    used = set()
    for path in Path(mock_zuora.__file__).parent.rglob("*.py"):
        if path != Path(errors.__file__):
            for node in ast.walk(ast.parse(path.read_text())):
                used.add(getattr(node, "attr", None) or getattr(node, "id", None))
    return used


def test_the_table_knows_every_mistake():
    assert NUMBERS.keys() | OF_A_CATEGORY == CONSTRUCTORS.keys()


@pytest.mark.parametrize("name", NUMBERS)
def test_a_mistake_has_the_number_of_the_contract(name):
    assert made(name).code == NUMBERS[name]


@pytest.mark.parametrize("name", sorted(CONSTRUCTORS))
def test_a_message_is_a_sentence_that_names_what_it_was_given(name):
    error = made(name)
    given = [each.annotation for each in inspect.signature(CONSTRUCTORS[name]).parameters.values()]
    assert error.message
    for kind in (int, str, object):
        if kind in given:
            assert str(EXAMPLES[kind]) in error.message


@pytest.mark.parametrize("name", sorted(CONSTRUCTORS))
def test_every_mistake_is_made_somewhere(name):
    assert name in names_used()


@pytest.mark.parametrize("category", list(Category))
def test_every_category_has_a_status(category):
    assert STATUS[category] in (400, 401, 403, 404, 500)


def test_the_statuses_are_those_of_the_contract():
    by_status = {
        401: {11},
        403: {12, 13, 14, 15},
        400: {20, 21, 22, 23, 24, 25, 26, 30},
        404: {40},
        500: {60, 61},
    }
    assert {status: {each.value for each in STATUS if STATUS[each] == status} for status in by_status} == by_status
    assert len(STATUS) == len(Category)


def test_a_number_has_six_digits_of_its_resource_and_two_of_its_category():
    for resource, category in product(Resource, Category):
        code = ZuoraError(resource, category, "A sentence.").code
        assert len(str(code)) == 8
        assert divmod(code, 100) == (resource, category)


def test_a_refusal_can_be_kept_as_data():
    error = ZuoraError(Resource.JOB, Category.NOT_FOUND, "A sentence.")
    assert (error.problem, str(error), error.details) == (Problem(71013040, "A sentence."), "A sentence.", ())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("red", "'red'"),
        ("", "''"),
        (4, "4"),
        (None, "null"),
        (True, "true"),
        ([1, "a"], '[1, "a"]'),
        ({"a": None}, '{"a": null}'),
        ({"a": {1}}, '{"a": "{1}"}'),
        ("x" * 100, "'" + "x" * 100 + "'"),
        ("x" * 101, "'" + "x" * 100 + "…'"),
        ([0] * 1000, "[" + "0, " * 33 + "…"),
    ],
    ids=lambda each: repr(each)[:20],
)
def test_a_value_is_quoted_as_json_has_it_but_never_as_a_whole_file(value, shown):
    assert quote(value) == shown
