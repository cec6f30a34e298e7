import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from io import BytesIO

import pytest

from mock_zuora.domain.encodings import format_of, wrong_byte


def zipped(*names):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"application/vnd.oasis.opendocument.spreadsheet" if name == "mimetype" else b"<a/>")
    return file.getvalue()


def tarred(name, format):
    file = BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format) as archive:
        archive.addfile(tarfile.TarInfo(name))
    return file.getvalue()


@pytest.mark.fidelity("upload-17")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a__c\n".encode("utf-16"), "UTF-16, by its byte-order mark"),
        (b"\xfe\xff\0a", "UTF-16, by its byte-order mark"),
        ("a__c\n".encode("utf-16-le"), "UTF-16: every second byte is zero"),
        ("a__c\n".encode("utf-16-be"), "UTF-16: every second byte is zero"),
        ("a__c\n".encode("utf-32"), "UTF-32, by its byte-order mark"),
        (gzip.compress(b"a__c\n"), "compressed with gzip"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook (.xlsx)"),
        (zipped("xl/workbook.xml"), "an Excel workbook (.xlsx)"),
        (zipped("mimetype"), "an OpenDocument spreadsheet (.ods)"),
        (zipped("a.csv"), "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (.xls)"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "a PDF document"),
        (b"%PDF-1.4\r\n1 0 obj\n", "a PDF document"),
        ("a__c\n".encode("utf-32-le"), "UTF-32: three of four bytes are zero"),
        ("a__c\n".encode("utf-32-be"), "UTF-32: three of four bytes are zero"),
        (bz2.compress(b"a__c\n"), "compressed with bzip2"),
        (bz2.compress(b""), "compressed with bzip2"),
        (lzma.compress(b"a__c\n"), "compressed with xz"),
        (zlib.compress(b"a__c\n", 1), "compressed with zlib"),
        (zlib.compress(b"a__c\n"), "compressed with zlib"),
        (zlib.compress(b"a__c\n", 9), "compressed with zlib"),
        (zipped(), "a zip archive"),
        (tarred("a.csv", tarfile.USTAR_FORMAT), "a tar archive"),
        (tarred("a.csv", tarfile.GNU_FORMAT), "a tar archive"),
        (tarred("a" * 100, tarfile.USTAR_FORMAT), "a tar archive"),
        (b"PAR1\x15\x04\x15", "a Parquet file"),
        (b"SQLite format 3\0", "a SQLite database"),
        (b"PAR1__c,name__c\nV,1\n", None),
        (b"PAR1__c\nPAR1", None),
        (b"BZh__c\nV\n", None),
        (b"BZh9__c\nV\n", None),
        (b"BZh91AY__c\nV\n", None),
        (b"x__c\nV\n", None),
        (b"PK__c\nV\n", None),
        (b"7z__c\nV\n", None),
        (b"%PDF-1.7 = 1\n", None),
        (b"x" * 257 + b"ustar__c\nV\n", None),
        (b"\0\0\0\0", None),
        (b"a\0\0b", None),
        (b"a__c\n", None),
        (b"\xef\xbb\xbfa__c\n", None),
        (b"", None),
    ],
    ids=lambda each: "data" if isinstance(each, bytes) else str(each),
)
def test_format_is_recognised_by_the_first_bytes(data, expected):
    assert format_of(data) == expected


@pytest.mark.parametrize(
    ("data", "position", "description"),
    [
        ("käfer".encode("cp1252"), 1, "byte E4 is 'ä' in Windows-1252"),
        ("a, 5 €".encode("cp1252"), 5, "byte 80 is '€' in Windows-1252"),
        ("Maß".encode("cp1252"), 2, "byte DF is 'ß' in Windows-1252"),
        ("öß".encode("cp1252"), 0, "byte F6 is 'ö' in Windows-1252"),
        ("ok ä".encode() + b"\xe4", 5, "byte E4 begins a character that is cut off"),
        ("Citroë".encode()[:-1], 5, "byte C3 begins a character that is cut off"),
        (b"a\x81", 1, "byte 81 is not valid there"),
        (b"\xed\xa0\x80", 0, "byte ED is not valid there"),
        (b"\xff\xff", 0, "byte FF is 'ÿ' in Windows-1252"),
    ],
)
def test_first_wrong_byte_is_described(data, position, description):
    assert wrong_byte(data) == (position, description)


def test_data_in_utf_8_have_no_wrong_byte():
    with pytest.raises(ValueError, match="the data are UTF-8"):
        wrong_byte("käfer".encode())
