"""JSON in control requests and in forms."""

import pytest

from mock_zuora.admin.json_values import json_value
from mock_zuora.control.errors import Invalid


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "rows: is not JSON"),
        ("NaN", "rows: is not JSON: NaN is not a JSON value"),
        ("[" * 60_000, "rows: "),
        ("[" * 500 + "]" * 500, "rows: "),
        ('{"a": 1, "a": 2}', "rows: "),
        (r'"\ud800"', "rows: "),
        (r'{"a": "\ud800"}', "a: "),
    ],
)
def test_value_that_no_response_could_have_is_refused(text, named):
    with pytest.raises(Invalid) as refused:
        json_value("rows", text)
    assert str(refused.value).startswith(named)


def test_surrogate_pair_is_text():
    assert json_value("rows", r'["\ud83d\ude00"]') == ["😀"]
