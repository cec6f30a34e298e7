"""Explanations of files that are not CSV in UTF-8. ``test_real_world_files`` has more of them, with whole files."""

import pytest

from mock_zuora.domain.assumptions.catalogue.files import BYTE_ORDER_MARK
from mock_zuora.domain.jobs.csv_diagnosis import (
    check_format,
    first_row_with,
    has_nul,
    is_undecodable,
    row_not_csv,
    row_not_utf_8,
    row_with_nul,
)
from tests.domain.choosing import choosing
from tests.finished import finished


@pytest.mark.fidelity("upload-17")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"name__c\n",
        b"\xef\xbb\xbfname__c\n",
        b"\xef\xbb",
        b"[name__c]\n",
        b"{name}\n",
        b"< 5\n",
        b"5 < 6\n",
        b"[a,b]\n",
    ],
)
def test_text_that_could_be_csv_is_accepted(data):
    check_format(data, choosing())


@pytest.mark.fidelity("upload-17")
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b' \r\n[{"a": 1}]', "JSON"),
        (b"[1, 2]", "JSON"),
        (b"[]", "JSON"),
        (b"[[]]", "JSON"),
        (b"{}", "JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "JSON"),
        (b"<html>", "HTML or XML"),
        (b'\n<?xml version="1.0"?>', "HTML or XML"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "HTML or XML"),
    ],
)
def test_json_and_markup_are_recognised(assert_refused, data, name):
    assert_refused(71013620, lambda: check_format(data, choosing()), f"The file is {name}: it begins with '")


def test_only_the_beginning_of_a_file_is_shown(assert_refused):
    error = assert_refused(71013620, lambda: check_format(b'{"a": "' + b"x" * 1_000_000, choosing()))
    assert len(error.message) < 120


@pytest.mark.fidelity("rows-03")
def test_refused_byte_order_mark_names_its_assumption(assert_refused):
    choices = choosing(byte_order_mark="refused")
    error = assert_refused(71013620, lambda: check_format(b"\xef\xbb\xbfname__c\n", choices), "byte-order mark")
    assert error.assumption is BYTE_ORDER_MARK


@pytest.mark.parametrize(
    ("data", "number", "line"),
    [
        (b"\0\n", 1, "\0\n"),
        (b"a\nb\0\nc\0", 2, "b\0\n"),
        (b'a\n"b\n\0"\nc\0', 2, '\0"\n'),
        (b'a\n"b\n\n\n"\n\nc\0', 4, "c\0"),
        (b'a\r"b\r\n"\r\0', 3, "\0"),
        (b"\xef\xbb\xbfa\n\n\n\0", 4, "\0"),
    ],
)
def test_first_row_with_a_wrong_line_is_found(data, number, line):
    assert finished(first_row_with(has_nul, data)) == (number, line)


def test_undecodable_lines_are_recognised():
    number, line = finished(first_row_with(is_undecodable, "a\nä\n".encode() + b"k\xe4fer\n"))
    assert (number, line) == (3, "k\udce4fer\n")
    assert row_not_utf_8(number, line).message == (
        "The file is not UTF-8: in row 3, byte E4 is 'ä' in Windows-1252; expected CSV in UTF-8."
    )


@pytest.mark.parametrize(
    ("error", "explanation"),
    [
        ("unexpected end of data", "a cell begins with a quote, and no quote ends it"),
        ("',' expected after '\"'", 'text follows the quote that ends a cell; a quote inside a cell is written as ""'),
        ("another error", "another error"),
    ],
)
def test_errors_of_the_csv_module_are_explained(error, explanation):
    assert row_not_csv(4, error).message == f"Row 4 is not CSV (RFC 4180): {explanation}."


@pytest.mark.fidelity("rows-16")
def test_zero_byte_is_refused_with_its_row():
    refusal = row_with_nul(4)
    assert (refusal.code, refusal.message.startswith("Row 4 is not CSV (RFC 4180)")) == (71013620, True)
