"""The URLs of the documents."""

import pytest

from mock_zuora.control.documents import DEFAULT_URL, SERVERS, document_json, with_url

TEXT = document_json({"info": {"description": f"Not at {DEFAULT_URL}."}, "servers": SERVERS})


@pytest.mark.parametrize(
    ("scheme", "authority", "url"),
    [
        ("http", "localhost:18080", "http://localhost:18080"),
        ("https", "zuora.example", "https://zuora.example"),
        ("http", "[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_document_has_the_url_that_the_client_used(scheme, authority, url):
    text = with_url(TEXT, scheme, authority)
    assert f'"url": "{url}"' in text
    assert "Not at http://127.0.0.1:8080." in text


@pytest.mark.parametrize("authority", [None, "", 'a"b', "user@host", "host/path"])
def test_document_without_a_valid_host_keeps_the_usual_url(authority):
    assert with_url(TEXT, "http", authority) == TEXT
