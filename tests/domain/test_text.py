"""Which text is valid Unicode, and how the first that is not is named."""

import pytest

from mock_zuora.domain.text import invalid_text, is_utf8, may_have_surrogates, undecodable

HALF = "contains \\ud83d, half of a surrogate pair; expected valid Unicode text"


@pytest.mark.parametrize("document", ["", "x", "wört 東京 😀", None, 1, [1, {"a": ("b", True)}], {1: {2: "x"}}])
def test_valid_text_is_accepted(document):
    assert invalid_text(document) is None


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("x\ud83d", f"'x\\ud83d' {HALF}"),
        ({"records": [{"a__c": "ok"}, {"a__c": "x\ud83d"}]}, f"records[1].a__c: 'x\\ud83d' {HALF}"),
        ({"records": [{"a\ud83d": 1}]}, f"records[0]: 'a\\ud83d' {HALF}"),
        ({"a\ud83d": {}}, f"'a\\ud83d' {HALF}"),
        ({"row": ("x", "\ud83d")}, f"row[1]: '\\ud83d' {HALF}"),
        ({"a": "\ude00\ud83d"}, f"a: '\\ude00\\ud83d' {HALF.replace('ud83d', 'ude00')}"),
    ],
)
def test_half_of_a_surrogate_pair_is_named_with_its_place(document, sentence):
    assert invalid_text(document) == sentence
    assert sentence.encode()


def test_document_can_be_nested_deeply():
    document = "\ud83d"
    for _ in range(5_000):
        document = [document]
    assert HALF in invalid_text(document)


@pytest.mark.parametrize(
    ("text", "may"), [('"x"', False), ('"\\u00e9"', False), ('"\\ud83d"', True), ('"\\uD83D\\uDE00"', True)]
)
def test_only_escapes_of_surrogates_need_a_check(text, may):
    assert may_have_surrogates(text) is may


@pytest.mark.parametrize(
    ("query", "name"),
    [(b"", None), (b"a=b&c=%C3%A9", None), (b"a=b&c=%ff", "c"), (b"%ff=1", "\ufffd"), (b"a=%ed%a0%bd", "a")],
)
def test_parameter_that_is_not_utf8_is_named(query, name):
    assert undecodable(query) == name


@pytest.mark.parametrize(("path", "is_valid"), [(b"/a", True), (b"/%C3%A9", True), (b"/%ff", False), (b"/\xff", False)])
def test_path_is_utf8(path, is_valid):
    assert is_utf8(path) is is_valid
