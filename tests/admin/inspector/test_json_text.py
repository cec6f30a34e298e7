import json

import pytest

from mock_zuora.admin.inspector.json_text import indented


def test_each_member_is_on_a_line():
    assert indented('{"a":[1,{}],"b":{"c":"x"}}').splitlines() == [
        "{", '  "a": [', "    1,", "    {}", "  ],", '  "b": {', '    "c": "x"', "  }", "}",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ['{"a": 1.10, "a": 1e999, "b": "\\u00e9 \\" {,}: [x]"}', "[[], {}, [null]]"])
def test_values_are_shown_as_they_were_sent(text):
    assert "".join(indented(text).split()) == "".join(text.split())
    assert json.loads(indented(text)) == json.loads(text)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", '"text"', "17", '{"a": ', "[" * 50_000])
def test_any_other_text_stays_as_it_is(text):
    assert indented(text) == text


def test_deeply_nested_body_does_not_become_long():
    text = "[" * 900 + "1," * 3_000 + "1" + "]" * 900
    assert len(indented(text)) < 500_000
