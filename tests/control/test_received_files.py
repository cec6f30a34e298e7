"""The beginnings of uploaded files: what they show, and their bounds."""

from hashlib import sha256

import pytest

from mock_zuora.control.received_files import (
    MAX_PREVIEW_BYTES,
    MAX_PREVIEW_ROWS,
    ReceivedFile,
    ReceivedFiles,
    received_file,
)
from mock_zuora.domain import limits
from tests.finished import finished


def received(data: bytes) -> ReceivedFile:
    return finished(received_file(data, "text/csv"))


def test_checksum_and_size_are_those_of_the_whole_file():
    data = b"brand__c\n" + b"Saab\n" * 1_000_000
    file = received(data)
    assert (file.size, file.sha256) == (len(data), sha256(data).hexdigest())
    assert file.beginning == data[:MAX_PREVIEW_BYTES]


def test_long_file_is_hashed_in_chunks():
    assert len(list(received_file(b"x" * 5_000_000, "text/csv"))) == 4


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b'a__c,b__c\r\n1,"x\r\ny"\r\n\r\n2,3', [("a__c", "b__c"), ("1", "x\r\ny"), (), ("2", "3")]),
        (b"\xef\xbb\xbfa__c\n1\n", [("a__c",), ("1",)]),
        (b"a__c\r1\r", [("a__c",), ("1",)]),
        ("a__c\nß\n".encode(), [("a__c",), ("ß",)]),
    ],
    ids=["quotes and blank lines", "byte-order mark", "old line breaks", "umlaut"],
)
def test_short_file_is_shown_as_it_is(data, rows):
    assert received(data).first_rows() == rows


@pytest.mark.parametrize(("mark", "encoding"), [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8-sig")])
def test_encoding_tells_of_a_byte_order_mark(mark, encoding):
    assert received(mark + b"a__c\n1\n").encoding == encoding


def test_at_most_200_rows_are_shown():
    rows = received(b"a__c\n" + b"1\n" * 1_000).first_rows()
    assert len(rows) == 1 + MAX_PREVIEW_ROWS == 201


@pytest.mark.parametrize("cell", ["x" * 1_000, "ß" * 500, '"' + "x,\n" * 300 + '"'], ids=["ascii", "umlauts", "quoted"])
def test_row_that_is_cut_off_is_left_out(cell):
    data = ("a__c\n" + f"{cell}\n" * 150).encode()
    rows = received(data).first_rows()
    assert 50 < len(rows) < 150
    assert set(rows[1:]) == {(cell.strip('"'),)}


def test_header_that_is_cut_off_is_left_out():
    assert received(b"a" * 70_000 + b"\n1\n").first_rows() == []


@pytest.mark.fidelity("mock-16")
@pytest.mark.parametrize(("bound", "value"), [("MAX_RECEIVED_FILES", 2), ("MAX_RECEIVED_FILE_BYTES", 1_000)])
def test_oldest_files_are_dropped(monkeypatch, bound, value):
    monkeypatch.setattr(limits, bound, value)
    files, file = ReceivedFiles(), received(b"a__c\n" + b"1\n" * 50)
    for job in "abc":
        files.add(job, file)
    assert [files.of(job) for job in "abc"] == [None, file, file]
    files.clear()
    files.add("d", file)
    files.add("e", file)
    assert [files.of(job) for job in "bcde"] == [None, None, file, file]
