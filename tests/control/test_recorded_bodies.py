import pytest

from mock_zuora.control.recorded_bodies import form_fields, json_value, query_fields

MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    b"brand__c\nVolvo\n\r\n--b--\r\n"
)
URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {}),
        ("pageSize=1&cursor=", {"pageSize": "1", "cursor": ""}),
        ("q=a&q=b&x=%C3%BC+1", {"q": ["a", "b"], "x": "ü 1"}),
    ],
)
def test_query_has_a_list_for_a_repeated_name(query, fields):
    assert query_fields(query) == fields


@pytest.mark.parametrize(
    ("content_type", "content", "fields"),
    [
        (f"{URLENCODED}; charset=utf-8", b"a=1&b=2&b=3", {"a": "1", "b": ["2", "3"]}),
        ("multipart/form-data; boundary=b", MULTIPART, {"note": "hi", "file": "brand__c\nVolvo\n"}),
        ('Multipart/Form-Data; boundary="b"', MULTIPART, {"note": "hi", "file": "brand__c\nVolvo\n"}),
    ],
)
def test_form_has_its_fields(content_type, content, fields):
    assert form_fields(content_type, content) == fields


@pytest.mark.parametrize(
    ("content_type", "sentence"),
    [
        ("", "has no content type; expected application/x-www-form-urlencoded or multipart/form-data"),
        ("text/csv", "has the content type 'text/csv'"),
        ("multipart/form-data; boundary=x", "does not contain the boundary"),
        ("multipart/form-data", "does not contain the boundary"),
    ],
)
def test_other_bodies_are_no_forms(content_type, sentence):
    with pytest.raises(ValueError, match=sentence):
        form_fields(content_type, MULTIPART)


def test_json_text_has_its_value():
    assert json_value('{"a": [1, null]}') == {"a": [1, None]}


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "is empty"), ('{"a": ', "is not JSON: Expecting value"), ("[" * 100_000, "is not JSON")]
)
def test_other_texts_are_no_json(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        json_value(text)
