"""TLS handshakes: versions, plain HTTP, and log lines about those that fail."""

import http.client
import json
import logging
import socket
import ssl
import time
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest

from mock_zuora import MockZuora, Unreachable


@pytest.fixture(scope="module")
def zuora():
    with MockZuora(tls=True) as zuora:
        yield zuora


@pytest.fixture
def log(caplog):
    """The log, with its lines for information."""
    caplog.set_level(logging.INFO, "mock_zuora")
    return caplog


def address_of(zuora):
    address = urlsplit(zuora.url)
    return address.hostname, address.port


def handshake(zuora, context):
    with socket.create_connection(address_of(zuora), timeout=10) as connection:
        return context.wrap_socket(connection, server_hostname="localhost")


def wait_for(log, text):
    """Waits for a log line, because the server notes a failure after its client does."""
    end = time.monotonic() + 10
    while text not in log.text and time.monotonic() < end:
        time.sleep(0.01)
    assert text in log.text


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_client_gets_http_1_1_over_each_version(zuora, version):
    context = ssl.create_default_context(cafile=zuora.ca_file)
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with handshake(zuora, context) as connection:
        assert connection.version() == version.name.replace("_", ".")
        assert connection.selected_alpn_protocol() == "http/1.1"


@pytest.mark.filterwarnings("ignore:.*TLSv1_1 is deprecated")
def test_older_version_is_refused(zuora, log):
    context = ssl.create_default_context(cafile=zuora.ca_file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        handshake(zuora, context)
    wait_for(log, "a TLS handshake failed: unsupported protocol")


def test_client_that_does_not_trust_the_certificate_is_logged(zuora, log):
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(zuora, ssl.create_default_context())
    wait_for(log, "a TLS handshake failed: tlsv1 alert unknown ca; the client does not trust the certificate of this")


def test_garbage_ends_the_connection(zuora):
    with socket.create_connection(address_of(zuora), timeout=10) as client:
        client.sendall(b"\x00\x01\x02 hello hello")
        with suppress(ConnectionResetError):
            assert client.recv(1000) == b""


@pytest.mark.parametrize("size", [0, 10, 1_000_000], ids=["no body", "body", "long body"])
def test_plain_http_gets_a_readable_response(zuora, log, size):
    connection = http.client.HTTPConnection(*address_of(zuora), timeout=10)
    connection.request("POST" if size else "GET", "/objects/jobs", b"x" * size or None)
    response = connection.getresponse()
    assert response.status == 400
    assert json.loads(response.read())["error"].startswith("This server expects HTTPS; use https:// instead of http://")
    connection.close()
    wait_for(log, "responded with 400 to a client that uses http:// instead of https://")


@pytest.mark.parametrize("method", ["DELETE", "HEAD", "OPTIONS", "PATCH", "PUT"])
def test_plain_http_gets_a_response_to_each_method(zuora, method):
    with closing(http.client.HTTPConnection(*address_of(zuora), timeout=10)) as connection:
        connection.request(method, "/objects/records/default/vehicle/1", b"{}")
        assert connection.getresponse().status == 400


def test_handle_with_plain_http_says_what_to_do(zuora):
    with pytest.raises(Unreachable, match="This server expects HTTPS; use https://"):
        MockZuora.connect(zuora.url.replace("https", "http"))


def test_failed_handshakes_leave_the_server_working(zuora):
    for _ in range(20):
        with socket.create_connection(address_of(zuora), timeout=10) as client:
            client.sendall(b"\x16\x03\x01")
    assert MockZuora.connect(zuora.url, ca_file=zuora.ca_file).info().tenant == "default"
