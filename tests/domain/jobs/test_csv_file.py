import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.assumptions.catalogue.files import BYTE_ORDER_MARK, HEADER_CHECK, HEADER_ONLY_FILE
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs import csv_file
from mock_zuora.domain.jobs.csv_file import read_csv
from mock_zuora.domain.objects.definition import Definition, open_definition
from mock_zuora.domain.objects.field import Field
from tests.domain.choosing import choosing
from tests.finished import count_chunks, finished

VEHICLE = Definition(object="vehicle", fields={name: Field(name=name) for name in ("brand__c", "color__c")})
OPEN = open_definition("default", "vehicle")
BOM = b"\xef\xbb\xbf"


# Whole files


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("has_final_ending", [True, False], ids=["final line ending", "no final line ending"])
def test_rows_can_end_with_lf_crlf_or_cr(read, end, has_final_ending):
    file = read(end.join(["brand__c,color__c", "vw,red", "kia,blue"]) + end * has_final_ending)
    assert (file.header, file.rows) == (("brand__c", "color__c"), [("vw", "red"), ("kia", "blue")])


@pytest.mark.fidelity("rows-03")
def test_line_endings_can_be_mixed(read):
    assert read("brand__c\r\nvw\nkia\rfiat\n").rows == [("vw",), ("kia",), ("fiat",)]


@pytest.mark.fidelity("rows-03")
def test_byte_order_mark_is_ignored(read):
    assert read(BOM + b"brand__c\nvw\n").header == ("brand__c",)
    assert read(BOM + b'"brand__c"\nvw\n').header == ("brand__c",)


def test_quoted_cells_can_contain_commas_quotes_and_line_endings(read):
    assert read('brand__c,color__c\r\n"a ""b"", c","red\r\nand\nblue\rand"\r\n').rows == [
        ('a "b", c', "red\r\nand\nblue\rand")
    ]


def test_quote_inside_an_unquoted_cell_is_a_plain_character(read):
    assert read('brand__c\n5" wheel\n').rows == [('5" wheel',)]


@pytest.mark.fidelity("rows-01", "rows-02")
def test_rows_are_numbered_from_2_and_blank_lines_count(read):
    file = read("brand__c\n\nvw\n\n\nkia\n")
    assert list(file.numbered()) == [(2, ()), (3, ("vw",)), (4, ()), (5, ()), (6, ("kia",))]


def test_row_with_line_endings_in_its_cells_counts_as_one(read):
    assert list(read('brand__c\n"v\nw"\nkia\n').numbered()) == [(2, ("v\nw",)), (3, ("kia",))]


def test_quoted_empty_cell_is_not_a_blank_line(read):
    assert list(read('brand__c\n""\n').numbered()) == [(2, ("",))]


@pytest.mark.fidelity("upload-15")
@pytest.mark.parametrize("data", ["brand__c", "brand__c\n", "brand__c\n\n\r\n"])
def test_file_with_header_only_is_refused_or_read(read, assert_refused, data):
    refused = assert_refused(71013620, lambda: read(data), "a header row only")
    assert refused.assumption is HEADER_ONLY_FILE
    assert not any(read(data, choices=choosing(header_only_file="completed")).rows)


@pytest.mark.fidelity("upload-15")
def test_blank_line_that_is_rejected_is_a_row_below_the_header(read):
    choices = choosing(blank_lines="rejected")
    assert read("brand__c\n\n", choices=choices).rows == [()]
    assert list(choices.consulted) == ["blank-lines"]


def test_file_with_rows_and_without_mark_consults_no_assumption(read):
    choices = choosing()
    read("brand__c\n\nvw\n", choices=choices)
    assert choices.consulted == {}


@pytest.mark.fidelity("rows-03")
def test_byte_order_mark_can_be_refused(read, assert_refused):
    choices = choosing(byte_order_mark="refused")
    refused = assert_refused(71013620, lambda: read(BOM + b"brand__c\nvw\n", choices=choices), "byte-order mark")
    assert refused.assumption is BYTE_ORDER_MARK
    assert read("brand__c\nvw\n", choices=choices).rows == [("vw",)]


@pytest.mark.fidelity("upload-14")
def test_refused_header_is_left_to_the_processing(read, assert_refused):
    choices = choosing()
    refused = assert_refused(71013721, lambda: read("brand\nvw\n", choices=choices), "'brand'")
    assert (refused.assumption, list(choices.consulted)) == (HEADER_CHECK, ["header-check"])
    assert read("brand\nvw\n", choices=choosing(header_check="processing")).header == ("brand",)
    assert_refused(71013620, lambda: read(b"\xff", choices=choosing(header_check="processing")))


@pytest.mark.fidelity("upload-01")
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "mark"])
def test_utf_16_is_recognised(read, assert_refused, encoding, mark):
    data = f"{mark}brand__c\nvw\n".encode(encoding)
    assert_refused(71013620, lambda: read(data), "UTF-16", "by its byte-order mark" if mark else "every second byte")


def test_cell_can_be_as_long_as_the_file(read):
    long = "x" * 200_000
    assert read(f'brand__c\n{long}\n"{long}"\n').rows == [(long,), (long,)]


def test_control_characters_are_plain_characters(read):
    assert read(b"brand__c\na\x07\x1b\x0b\x0c\x1c\x85c\n".replace(b"\x85", b"\xc2\x85")).rows == [
        ("a\x07\x1b\x0b\x0c\x1c\x85c",)
    ]


@pytest.mark.fidelity("upload-12")
@pytest.mark.parametrize("data", [b"", BOM, b"\n", b"\r\nbrand__c\nvw\n", BOM + b"\nbrand__c\n"])
def test_file_without_header_row_is_refused(read, assert_refused, data):
    assert_refused(71013620, lambda: read(data), "empty or begins with a blank line", "expected a header row")


@pytest.mark.fidelity("upload-12", "rows-03")
@pytest.mark.parametrize(
    ("data", "row"),
    [
        pytest.param(b'"brand__c\nvw\n', 1, id="an open quote in the header"),
        pytest.param(b'brand__c\nvw\n"kia\n', 3, id="an open quote"),
        pytest.param(b'brand__c\nvw\n\n"ki"a\n', 4, id="text behind a quote"),
        pytest.param(b'brand__c,color__c\nvw,red\n"kia" ,blue\n', 3, id="a space behind a quote"),
    ],
)
def test_invalid_csv_is_refused_with_its_row_number(read, assert_refused, data, row):
    assert_refused(71013620, lambda: read(data), f"Row {row} is not CSV (RFC 4180)")


@pytest.mark.fidelity("upload-01")
@pytest.mark.parametrize(
    "data",
    [b"brand__c\nk\xe4fer\n", b"brand__c\n\xed\xa0\x80\n", b"brand__c\n\xc3", b"br\x80nd__c\n"],
    ids=["Latin-1", "a surrogate", "cut off", "in the header"],
)
def test_file_that_is_not_utf_8_is_refused(read, assert_refused, data):
    assert_refused(71013620, lambda: read(data), "The file is not UTF-8: in row ")


@pytest.mark.fidelity("upload-01", "upload-12")
@pytest.mark.parametrize(
    ("byte", "expected"),
    [(b"\xe9", "The file is not UTF-8: in row 20003,"), (b"\0", "Row 20003 is not CSV (RFC 4180): it contains a zero")],
)
@pytest.mark.parametrize(
    "place", [b"%b\n", b'"a\n%b"\n', b'"%b\r\nb"\n'], ids=["a line", "a second line", "a first line"]
)
def test_row_of_a_wrong_byte_is_exact(read, assert_refused, byte, expected, place):
    rows = b'vw\n"k\ni\na"\n\n\n' * 5_000 + b"vw\n"
    assert_refused(71013620, lambda: read(b"brand__c\n" + rows + place % byte + b"vw\n" * 5_000), expected)


def test_row_of_a_wrong_byte_is_searched_in_chunks():
    chunks = read_csv(b"brand__c\n" + b"vw\n" * 100_000 + b"\0", "create", OPEN, choosing())
    assert [next(chunks) for _ in range(7)] == [None] * 7
    with pytest.raises(ZuoraError, match="Row 100002 "):
        list(chunks)


@pytest.mark.parametrize(
    "row",
    [b'"' + b"x\n" * 600_000, b'"' + b"\n" * 100_000, b"x" * 1_000_001, b"," * 1_000_001],
    ids=["lines", "blank lines", "cell", "cells"],
)
def test_row_before_a_wrong_byte_that_is_too_long_is_refused(read, assert_refused, row):
    assert_refused(
        71013620, lambda: read(b"brand__c\nvw\n" + row + b"\n\0"), "Row 3 ", "more than 1,000,000 characters"
    )


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (",".join(f"c{number}__c" for number in range(52)), "52 columns; expected at most 50 fields and id"),
        ("id," + ",".join(f"c{number}__c" for number in range(51)), "52 columns; expected at most 50 fields and id"),
        ("," * 200_001, "Row 1 has more than"),
        ('"\n",' * 100_000, "Row 1 has more than"),
        ("brand__c\n" + "," * 1_000, "Row 2 has 1001 cells"),
        ("brand__c\nvw\n" + "," * 1_000 + "\nvw\n", "Row 3 has 1001 cells"),
        ("brand__c\n" + "," * 260_000, "Row 2 has more than"),
        ("brand__c\nvw\n" + '"\n",' * 100_000, "Row 3 has more than"),
        ("brand__c\n" + "x" * 1_300_000, "Row 2 has more than 1,000,000 characters"),
        ("brand__c\nvw\n" + '"' + "\n" * 100_000, "Row 3 has more than 1,000,000 characters"),
    ],
    ids=range(10),
)
def test_row_that_no_object_can_have_is_refused(read, assert_refused, data, named):
    assert_refused(71013620, lambda: read(data, "create", OPEN), named)


@pytest.mark.fidelity("upload-19")
def test_number_of_rows_has_a_limit(read, assert_refused, monkeypatch):
    monkeypatch.setattr(csv_file, "MAX_ROWS", 1_000)
    assert len(read("brand__c\n" + "vw\n" * 1_000).rows) == 1_000
    assert_refused(71013620, lambda: read("brand__c\n" + "vw\n" * 1_001), "more than 1,000 rows below its header row")


@pytest.mark.fidelity("upload-18")
def test_missing_line_break_explains_too_many_columns(read, assert_refused):
    data = "brand__c,color__c" + "vw,red" * 1_000
    assert_refused(
        71013620, lambda: read(data), "1002 columns; expected at most", "Column 'color__cvw' begins with the field"
    )


def test_header_can_have_all_fields_of_a_definition_with_more_than_the_maximum(read):
    names = [f"c{number}__c" for number in range(60)]
    definition = Definition(object="vehicle", fields={name: Field(name=name) for name in names})
    assert len(read(",".join(names) + "\n" + "," * 59, "create", definition).header) == 60


ROWS = {"short": "vw\n", "lines": '"v\nw"\n', "long": "x" * 9_000 + "\n", "blank": "\n"}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_long_file_is_read_in_chunks_that_lose_no_row(row):
    count = 1_000_000 // (len(row) + 16 * row.count("\n"))
    data = ("brand__c\nfirst\n" + row * count + "last").encode()
    assert 3 <= count_chunks(read_csv(data, "create", OPEN, choosing())) <= 6
    rows = finished(read_csv(data, "create", OPEN, choosing())).rows
    assert (len(rows), rows[0], rows[-1]) == (count + 2, ("first",), ("last",))


# Random files

CELLS = st.text(st.sampled_from('ab, ;"\n\r\t\x0b\x0c\x1c\x85\u2028é🚗'), max_size=6)


@st.composite
def files(draw):
    """The bytes of a file with two columns, and its rows with their numbers."""
    written, rows = ["brand__c,color__c"], []
    for number in range(2, 2 + draw(st.integers(0, 8))):
        if draw(st.booleans()):
            row = draw(st.lists(CELLS, min_size=1, max_size=4))
            rows.append((number, tuple(row)))
            written.append(",".join(_written(cell, draw(st.booleans()) or len(row) == 1) for cell in row))
        else:
            written.append("")
    ends = [draw(st.sampled_from(["\n", "\r\n"])) for _ in written]
    text = "".join(line + end for line, end in zip(written, ends, strict=True))
    return draw(st.sampled_from([b"", BOM])) + text.encode(), rows


def _written(cell, must_quote):
    if must_quote or any(each in cell for each in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@pytest.mark.fidelity("rows-03")
@given(files())
@settings(max_examples=150, deadline=None)
def test_rfc_4180_file_is_read_with_its_row_numbers(written):
    data, rows = written
    chunks = read_csv(data, "create", OPEN, choosing(header_only_file="completed"))
    with pytest.raises(StopIteration) as ended:
        next(chunks)
    assert [(number, row) for number, row in ended.value.value.numbered() if row] == rows


PIECES = st.sampled_from(
    [b'"', b'""', b",", b"\r", b"\n", b"\r\n", b"\x00", b"\x1a", BOM, b"\xff", b"\xc3", "ü".encode(), b"id", b"Id"]
    + [b"brand__c", b"color__c", b"CreatedDate", b" ", b"'", b"\\", b";", b"x" * 140_000]
)


@given(
    st.lists(PIECES, max_size=14).map(b"".join) | st.binary(max_size=60),
    st.sampled_from(["create", "update"]),
    st.sampled_from([VEHICLE, OPEN]),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused_with_a_documented_code(data, operation, definition):
    try:
        list(read_csv(data, operation, definition, choosing()))
    except ZuoraError as error:
        assert error.code in (71013620, 71013720, 71013721, 71013722, 71013730)
        assert 0 < len(error.message) < 700


# The field size limit of the csv module

LONG_CELL = b"x" * 200_000
LONG_FILE = b"brand__c\n" + LONG_CELL + b"\n" + b"vw\n" * 100_000


@pytest.fixture
def limit():
    """The process-wide limit, set to Python's default, which must be unchanged after the test."""
    default, before = 131_072, csv.field_size_limit()
    csv.field_size_limit(default)
    yield default
    after = csv.field_size_limit(before)
    assert after == default


def test_field_size_limit_is_unchanged_after_reading(read, limit):
    assert len(read(LONG_FILE).rows) == 100_001
    assert csv.field_size_limit() == limit < len(LONG_CELL)


def test_field_size_limit_is_unchanged_after_a_refused_file(read, limit, assert_refused):
    assert_refused(71013620, lambda: read(LONG_FILE + b'"'), "is not CSV")
    assert_refused(71013620, lambda: read(LONG_FILE + b"\xff"), "not UTF-8")
    assert_refused(71013721, lambda: read(LONG_CELL))


def test_field_size_limit_is_unchanged_between_chunks_and_after_an_abandoned_file(limit):
    chunks = read_csv(LONG_FILE, "create", OPEN, choosing())
    next(chunks)
    assert csv.field_size_limit() == limit
    chunks.close()


def test_equal_cells_are_one_text(read):
    rows = read("brand__c,color__c\nskoda,red\nfiat,red\nskoda,blue\n").rows
    assert rows[0][0] is rows[2][0]
    assert rows[0][1] is rows[1][1]


def test_shared_texts_are_bounded(monkeypatch):
    monkeypatch.setattr(csv_file, "_MAX_SHARED_TEXTS", 10)
    reader = csv_file._ChunkReader("".join(f"car {number}\n" for number in range(100)).encode())
    known = [len(reader._texts) for _ in iter(lambda: reader.read(1), [])]
    assert (len(known), max(known)) == (100, 11)
