"""The certificate of a server: made, with a file of its CA, or read from files."""

import http.client
import os
import ssl
import sys
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from mock_zuora import MockZuora, SettingsError
from mock_zuora.config.settings import settings_from
from mock_zuora.server.server import Server
from mock_zuora.server.tls import open_tls

AUTHORITY = trustme.CA()
ISSUED = AUTHORITY.issue_cert("127.0.0.1", "localhost")


@pytest.fixture
def files(tmp_path):
    """The paths of a certificate, of its key, and of both in one file."""
    cert, key, both = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "both.pem"
    ISSUED.cert_chain_pems[0].write_to_path(cert)
    ISSUED.private_key_pem.write_to_path(key)
    ISSUED.private_key_and_cert_chain_pem.write_to_path(both)
    return cert, key, both


def verified(zuora, ca_file):
    return MockZuora.connect(zuora.url, ca_file=ca_file).info().tenant


@pytest.fixture
def ca_of_files(tmp_path):
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(path)
    return path


# A certificate that the server makes


def test_ca_file_is_temporary():
    with MockZuora(tls=True) as zuora:
        assert Path(zuora.ca_file).read_text("utf-8").startswith("-----BEGIN CERTIFICATE-----")
        assert verified(zuora, zuora.ca_file) == "default"
    assert not Path(zuora.ca_file).parent.exists()


def test_ca_file_is_removed_if_the_server_never_runs():
    server = Server(settings_from({"tls": True, "port": 0}))
    assert Path(server.tls.ca_file).exists()
    server.stop()
    assert not Path(server.tls.ca_file).exists()


def test_ca_file_with_a_name_is_kept(tmp_path):
    path = tmp_path / "ca.pem"
    with MockZuora(tls=True, tls_ca_file=path) as zuora:
        assert zuora.ca_file == str(path)
        assert verified(zuora, path) == "default"
    assert path.exists()


def test_ca_file_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"^tls_ca_file .--tls-ca-file.: '.*ca.pem' cannot be written: No such"):
        MockZuora(tls=True, tls_ca_file=tmp_path / "none" / "ca.pem")


def test_server_that_cannot_listen_leaves_the_ca_file_of_another(tmp_path):
    path = tmp_path / "ca.pem"
    with MockZuora(tls=True, tls_ca_file=path) as zuora:
        with pytest.raises(SettingsError, match="^cannot listen on "):
            MockZuora(tls=True, tls_ca_file=path, port=int(zuora.url.rpartition(":")[2]))
        assert verified(zuora, path) == "default"


def test_server_without_a_writable_folder_has_no_ca_file(monkeypatch):
    def fail(**_):
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr("tempfile.mkdtemp", fail)
    with MockZuora(tls=True) as zuora:
        assert zuora.url.startswith("https://") and zuora.ca_file is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork_removes_nothing():
    tls = open_tls(settings_from({"tls": True}))
    tls.write_ca_file()
    if (child := os.fork()) == 0:
        tls.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert Path(tls.ca_file).exists()
    tls.close()
    tls.close()
    assert not Path(tls.ca_file).exists()


def test_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "mock_zuora.server.certificates", None)
    with pytest.raises(SettingsError, match=r"^tls .--tls.: needs the extra: pip install 'mock-zuora\[tls\]' "):
        MockZuora(tls=True)


def test_server_without_tls_has_no_ca_file():
    with MockZuora() as zuora:
        assert zuora.url.startswith("http://") and zuora.ca_file is None


# A certificate from files


@pytest.mark.parametrize("is_one_file", [True, False])
def test_certificate_from_files_is_used(files, ca_of_files, is_one_file):
    cert, key, both = files
    settings = {"tls_cert": both} if is_one_file else {"tls_cert": cert, "tls_key": key}
    with MockZuora(**settings) as zuora:
        assert zuora.ca_file is None
        assert verified(zuora, ca_of_files) == "default"


def encrypted_key(key):
    loaded = load_pem_private_key(key.read_bytes(), None)
    return loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


def other_key(kind=trustme.KeyType.ECDSA):
    return trustme.CA().issue_cert("localhost", key_type=kind).private_key_pem.bytes()


BROKEN_KEY = b"-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda cert, key: cert.unlink(), r"^tls_cert .--tls-cert.: '.*cert.pem' cannot be read: No such file"),
        (lambda cert, key: key.unlink(), r"^tls_key .--tls-key.: '.*key.pem' cannot be read: No such file"),
        (
            lambda cert, key: cert.write_bytes(b"hello"),
            r"^tls_cert .*'.*cert.pem' contains no certificate; expected a PEM",
        ),
        (
            lambda cert, key: key.write_bytes(b""),
            r"^tls_key .*'.*key.pem' contains no private key; expected a PEM file$",
        ),
        (
            lambda cert, key: key.write_bytes(other_key(trustme.KeyType.RSA)),
            r"^tls_key .*'.*key.pem' does not belong to the certificate in",
        ),
        (
            lambda cert, key: key.write_bytes(other_key()),
            r"^tls_key .*'.*key.pem' does not belong to the certificate in",
        ),
        (lambda cert, key: key.write_bytes(encrypted_key(key)), r"^tls_key .*'.*key.pem' is encrypted; expected one"),
        (lambda cert, key: key.write_bytes(BROKEN_KEY), r"^tls_cert .*'.*cert.pem' with the key '.*' cannot be used: "),
    ],
    ids=[
        "no certificate",
        "no key",
        "no PEM",
        "empty key",
        "key of another kind",
        "other key",
        "encrypted key",
        "broken key",
    ],  # fmt: skip
)
def test_unusable_file_is_named(files, change, named):
    cert, key, _ = files
    change(cert, key)
    with pytest.raises(SettingsError, match=named):
        MockZuora(tls_cert=cert, tls_key=key)


def test_key_is_missing_in_the_only_file(files):
    with pytest.raises(SettingsError, match=r"^tls_cert .--tls-cert.: '.*cert.pem' contains no private key"):
        MockZuora(tls_cert=files[0])


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_of_tls_are_served(files, ca_of_files, version):
    context = ssl.create_default_context(cafile=ca_of_files)
    context.minimum_version = context.maximum_version = version
    with MockZuora(tls_cert=files[2]) as zuora:
        connection = http.client.HTTPSConnection(zuora.url.removeprefix("https://"), context=context, timeout=10)
        connection.request("GET", "/__mock/livez")
        assert connection.getresponse().status == 200
        assert connection.sock.version() == version.name.replace("_", ".")
        connection.close()
