"""The decoder and the parsers of seeds, settings and state files."""

import datetime

import pytest

from mock_zuora.config.documents import check_unicode, date_as_text, decoded, json_document, toml_document


@pytest.mark.parametrize(
    "data", [b"a\nb\n", b"\xef\xbb\xbfa\nb\n", b"a\r\nb\r\n", b"a\rb\r"], ids=["LF", "BOM", "CRLF", "CR"]
)
def test_text_is_decoded_without_mark_and_with_line_feeds(data):
    assert decoded(data) == "a\nb\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a = 1\n".encode("utf-16"), "line 1: the file is UTF-16, by its byte-order mark; expected text in UTF-8"),
        (
            "a = 1\n".encode("utf-16-le"),
            "line 1: the file is UTF-16: every second byte is zero; expected text in UTF-8",
        ),
        (b"PK\x03\x04", "line 1: the file is a zip archive; expected text in UTF-8"),
        ("\n\nname = 'Käfer'\n".encode("cp1252"), "line 3: byte E4 is 'ä' in Windows-1252; expected text in UTF-8"),
        ("\r\n\r\n'ä' ".encode() + b"\x80", "line 3: byte 80 is '€' in Windows-1252; expected text in UTF-8"),
        (b"\r\xff\xff", "line 2: byte FF is 'ÿ' in Windows-1252; expected text in UTF-8"),
    ],
    ids=["UTF-16", "UTF-16 without mark", "zip", "Windows-1252", "Windows-1252 behind UTF-8", "CR"],
)
def test_other_encoding_is_named_with_the_line(data, expected):
    with pytest.raises(ValueError) as refused:
        decoded(data)
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "a": 2}', "key 'a' occurs more than once; expected unique keys"),
        ("{", "line 1, column 2: expected valid JSON (Expecting property name enclosed in double quotes)"),
        ("[" * 100_000, "is nested too deeply"),
        (
            r'{"a": ["x\ud83d"]}',
            r"a[0]: 'x\ud83d' contains \ud83d, half of a surrogate pair; expected valid Unicode text",
        ),
    ],
    ids=["duplicate key", "not JSON", "deep", "surrogate"],
)
def test_invalid_json_is_refused(text, expected):
    with pytest.raises(ValueError) as refused:
        json_document(text)
    assert str(refused.value) == expected


def test_json_is_parsed():
    assert json_document('{"a": [1, "x\\u00e4", {"b": null}]}') == {"a": [1, "xä", {"b": None}]}


def test_dates_and_times_of_toml_are_text_as_the_api_writes_it():
    text = """
        day = 2021-03-10
        time = 07:32:00
        utc = 2021-03-10T00:05:54.207Z
        seconds = 2021-03-10 00:05:54Z
        zone = 2021-03-10T00:05:54.000001-07:00
        local = 2021-03-10T00:05:54
        inside = [{ day = 2021-03-10, number = 4 }]
    """
    assert toml_document(text) == {
        "day": "2021-03-10",
        "time": "07:32:00",
        "utc": "2021-03-10T00:05:54.207Z",
        "seconds": "2021-03-10T00:05:54.000Z",
        "zone": "2021-03-10T00:05:54.000001-07:00",
        "local": "2021-03-10T00:05:54.000",
        "inside": [{"day": "2021-03-10", "number": 4}],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\na = 2", r"^expected valid TOML: Cannot overwrite a value \("),
        ("a = " + "[" * 100_000, "nested too deeply"),
    ],
)
def test_invalid_toml_is_refused(text, expected):
    with pytest.raises(ValueError, match=expected):
        toml_document(text)


def test_other_values_are_no_dates():
    assert [date_as_text(each) for each in ("2021", 2021, None)] == ["2021", 2021, None]
    assert date_as_text(datetime.date(2021, 3, 10)) == "2021-03-10"


def test_text_that_is_not_unicode_is_refused_with_its_key():
    check_unicode({"a": ["😀"]})
    with pytest.raises(ValueError, match=r"^a\[0\]: "):
        check_unicode({"a": ["\ud83d"]})
