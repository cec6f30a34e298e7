"""Certificates that the server makes: names, addresses, and names that clients ask for."""

import http.client
import os
import socket
import ssl
import statistics
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from mock_zuora import MockZuora
from mock_zuora.server import certificates
from mock_zuora.server.certificates import MAX_NAMES, OwnCertificates


@pytest.fixture(scope="module")
def zuora():
    with MockZuora(tls=True, allowed_host=["zuora.example", "*.pages.example"]) as zuora:
        yield zuora


def connect(zuora, name):
    """Connects as a client that knows the server by a name. Raises SSLCertVerificationError."""
    context = ssl.create_default_context(cafile=zuora.ca_file)
    address = urlsplit(zuora.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        return context.wrap_socket(connection, server_hostname=name)


@pytest.mark.parametrize("name", [
    "localhost", "127.0.0.1", "::1", "host.docker.internal", socket.gethostname(), "zuora.example",
    "zuora", "ZUORA", "a.pages.example", "b.a.pages.example", "zuora.default.svc.cluster.local", "zuora.default.svc",
    "app.localhost", "xn--bcher-kva.pages.example",
])  # fmt: skip
def test_certificate_is_valid_for_each_name_of_the_server(zuora, name):
    connect(zuora, name).close()


def test_certificate_is_valid_for_the_address_of_the_machine(zuora):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no route to others")
        own = probe.getsockname()[0]
    connect(zuora, own).close()


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("zuora.com", "'zuora.com', and got another one; start the server with --allowed-host zuora.com"),
        ("mock_zuora", "'mock_zuora', which is no valid host name; use another one"),
        ("zuora:8080", "'zuora:8080', which is no valid host name; use another one"),
        ("[::1]", "'[::1]', which is no valid host name; use another one"),
        ("mock_zuora.test", "'mock_zuora.test', and got another one; use another name"),
    ],
)
def test_other_name_gets_the_usual_certificate_and_a_log_line(zuora, caplog, name, advice):
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        connect(zuora, name)
    assert f"a client asked for the certificate of {advice}" in caplog.text


def test_address_that_the_server_was_started_with_is_in_the_certificate():
    with MockZuora(tls=True, allowed_host="192.0.2.17", host="127.0.0.1") as zuora:
        connect(zuora, "192.0.2.17").close()


def test_server_has_a_ca_of_its_own(zuora):
    with (
        MockZuora(tls=True) as other,
        pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer|self"),
    ):
        context = ssl.create_default_context(cafile=other.ca_file)
        http.client.HTTPSConnection(zuora.url.removeprefix("https://"), context=context).connect()


def test_validity_is_short_enough_for_macos(zuora):
    with connect(zuora, "localhost") as connection:
        found = connection.getpeercert()
    begin, end = (ssl.cert_time_to_seconds(found[name]) for name in ("notBefore", "notAfter"))
    assert begin < time.time() < end
    assert end - begin < 825 * 86_400


def test_names_of_clients_are_bounded():
    made = OwnCertificates((), "127.0.0.1")
    for number in range(MAX_NAMES + 5):
        made._context_of(f"zuora{number}")
    assert made._context_of.cache_info().currsize == MAX_NAMES


def test_certificate_for_a_name_is_made_once():
    made = OwnCertificates((), "127.0.0.1")
    assert made._context_of("zuora") is made._context_of("zuora")


def test_making_a_certificate_does_not_delay_other_clients():
    """It takes 3 to 4 ms on an idle machine."""
    made = OwnCertificates((), "127.0.0.1")
    taken = []
    for number in range(20):
        began = time.perf_counter()
        made._context_of(f"zuora{number}")
        taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < 0.05


def test_system_without_files_in_memory_uses_a_temporary_one(monkeypatch, tmp_path):
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert OwnCertificates((), "127.0.0.1").context
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs Linux")
def test_key_is_not_written_to_a_disk(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent")
    assert OwnCertificates((), "127.0.0.1").context


@pytest.mark.skipif(sys.byteorder != "little", reason="the addresses are in the order of the processor")
@pytest.mark.parametrize(
    ("routes", "found"),
    [
        ("Iface Destination Gateway\neth0 00000000 010012AC 0003\neth0 000012AC 00000000 0001\n", ["172.18.0.1"]),
        ("Iface Destination Gateway\neth0 00000000 00000000 0001\n", []),
        ("Iface Destination Gateway\neth0\n", []),
        ("", []),
    ],
)
def test_address_of_the_engine_of_a_container_is_in_the_certificate(monkeypatch, tmp_path, routes, found):
    monkeypatch.setattr(certificates, "_ROUTES", tmp_path / "route")
    (tmp_path / "route").write_text(routes, "utf-8")
    assert list(certificates._gateways()) == found


def test_machine_without_a_network_has_the_usual_names(monkeypatch, tmp_path):
    monkeypatch.setattr(certificates, "_FAR_ADDRESSES", ((socket.AF_INET, "256.0.0.1"),))
    monkeypatch.setattr(certificates, "_ROUTES", tmp_path / "none")
    names = set(certificates._names_of_server(("a.example",), "0.0.0.0"))
    assert {"localhost", "127.0.0.1", "::1", "a.example", socket.gethostname().lower()} <= names


def test_server_that_starts_while_the_time_is_frozen_makes_certificates_later_too():
    program = """if True:
        import datetime, freezegun
        import mock_zuora.client.embedded
        from mock_zuora.config.settings import settings_from
        with freezegun.freeze_time("2012-01-01"):
            from mock_zuora.server.certificates import OwnCertificates
            made = OwnCertificates((), "127.0.0.1")
            assert datetime.datetime.now().year == 2012
        made._context_of("zuora")
        with freezegun.freeze_time("2012-01-01"):
            made._context_of("other")
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
