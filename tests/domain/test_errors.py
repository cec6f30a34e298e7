from itertools import product

import pytest

from mock_zuora.api.errors import HTTP_STATUS
from mock_zuora.domain.errors import Category, Problem, Resource, ZuoraError, counted, quote

DOCUMENTED_STATUS = {
    401: {11},
    403: {12, 13, 14, 15},
    400: {20, 21, 22, 23, 24, 25, 26, 30},
    404: {40},
    500: {60, 61},
}
DOCUMENTED_RESOURCES = {
    710000, 710001, 710002, 710005, 710025, 710028, 710125, 710127, 710129, 710130, 710131, 710132, 710133, 710134,
    710135, 710136, 710137, 900000,
}  # fmt: skip


def test_every_category_has_exactly_its_documented_status():
    by_status = {
        status: {each.value for each in Category if HTTP_STATUS[each] == status} for status in DOCUMENTED_STATUS
    }
    assert by_status == DOCUMENTED_STATUS
    assert HTTP_STATUS.keys() == set(Category)


def test_resources_are_the_documented_ones():
    assert {each.value for each in Resource} == DOCUMENTED_RESOURCES


def test_code_has_six_digits_of_resource_and_two_of_category():
    for resource, category in product(Resource, Category):
        code = ZuoraError(resource, category, "A message.").code
        assert len(str(code)) == 8
        assert divmod(code, 100) == (resource, category)


def test_error_can_be_read_as_data():
    error = ZuoraError(Resource.JOB, Category.NOT_FOUND, "A message.")
    assert (error.problem, str(error), error.details) == (Problem(71013040, "A message."), "A message.", ())


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("red", "'red'"),
        ("", "''"),
        ("'red'", "\"'red'\""),
        ("['red'", "\"['red'\""),
        ("'\"red\"'", "''\"red\"''"),
        ("it's", "'it's'"),
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
def test_value_is_quoted_as_json_of_limited_length(value, quoted):
    assert quote(value) == quoted


@pytest.mark.parametrize(("number", "text"), [(0, "0 cells"), (1, "1 cell"), (2, "2 cells")])
def test_number_has_its_noun_in_singular_or_plural(number, text):
    assert counted(number, "cell") == text


def test_only_the_beginning_of_a_long_list_is_encoded():
    encoded = []

    class Entry:
        def __repr__(self):
            encoded.append(self)
            return "entry"

    assert len(quote([Entry() for _ in range(1_000)])) == 101
    assert len(encoded) < 50
