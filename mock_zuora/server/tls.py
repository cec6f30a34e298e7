"""HTTPS: the certificate that the settings name, or one that the server makes. Imported only for servers with HTTPS."""

import atexit
import os
import shutil
import ssl
import tempfile
from pathlib import Path
from typing import NoReturn

from mock_zuora.config.settings import Settings, SettingsError
from mock_zuora.config.tls_options import TlsOptions
from mock_zuora.domain.errors import quote
from mock_zuora.server.handshakes import ServerContext


class Tls:
    """What a server with HTTPS needs: the context of its connections, and the certificate of its CA if it made one."""

    def __init__(self, context: ssl.SSLContext, ca_pem: bytes | None = None, ca_file: str | None = None) -> None:
        self.context = context
        self.ca_pem = ca_pem
        self.ca_file = ca_file
        """The path of that certificate; None before it is written to a temporary folder, and if it cannot be."""
        self._folder: str | None = None
        self._owner = os.getpid()

    def write_ca_file(self) -> None:
        """Writes the certificate of the CA, if the server made one. Raises SettingsError.

        Call it when nothing else can keep the server from starting: the file may be that of a server that runs.
        """
        if self.ca_pem is None:
            return
        if self.ca_file is not None:
            try:
                Path(self.ca_file).write_bytes(self.ca_pem)
            except OSError as error:
                sentence = f"{quote(self.ca_file)} cannot be written: {error.strerror}"
                raise SettingsError(f"tls_ca_file (--tls-ca-file): {sentence}") from None
            return
        try:
            self._folder = tempfile.mkdtemp(prefix="mock-zuora-")
            path = Path(self._folder, "ca.pem")
            path.write_bytes(self.ca_pem)
        except OSError:
            # As in a container with a read-only file system. Clients still get it with GET /__mock/ca.pem.
            return
        self.ca_file = str(path)
        atexit.register(self.close)

    def close(self) -> None:
        """Removes the temporary file. May be called twice."""
        # A fork of this process removes nothing.
        if self._folder is not None and os.getpid() == self._owner:
            shutil.rmtree(self._folder, ignore_errors=True)
            atexit.unregister(self.close)


def open_tls(settings: Settings) -> Tls:
    """Makes or reads the certificate. Raises SettingsError, which names the setting."""
    if not settings.tls:
        return Tls(_context_of_files(settings))
    try:
        from mock_zuora.server.certificates import OwnCertificates
    except ImportError as error:
        raise SettingsError(
            f"tls (--tls): needs the extra: pip install 'mock-zuora[tls]' ({error}); or pass a certificate of your own "
            "as tls_cert (--tls-cert)"
        ) from None
    made = OwnCertificates(settings.allowed_host, settings.host)
    return Tls(made.context, made.ca_pem, settings.tls_ca_file)


def _context_of_files(options: TlsOptions) -> ssl.SSLContext:
    cert_file, key_file = options.tls_cert or "", options.tls_key
    _check_pem("tls_cert", cert_file, "CERTIFICATE")
    key_name = "tls_cert" if key_file is None else "tls_key"
    _check_pem(key_name, key_file or cert_file, "PRIVATE KEY")

    def refuse() -> NoReturn:
        # Without a function, OpenSSL would ask on the terminal.
        sentence = f"the key in {quote(key_file or cert_file)} is encrypted; expected one without a passphrase"
        raise SettingsError(_named(key_name, sentence))

    context = ServerContext()
    try:
        context.load_cert_chain(cert_file, key_file, refuse)
    except ssl.SSLError as error:
        # The second reason is that of a key of another kind, such as RSA for an EC certificate.
        if error.reason in ("KEY_VALUES_MISMATCH", "NO_CERTIFICATE_ASSIGNED"):
            sentence = f"the key in {quote(key_file or cert_file)} does not belong to the certificate in tls_cert"
            raise SettingsError(_named(key_name, sentence)) from None
        files = quote(cert_file) if key_file is None else f"{quote(cert_file)} with the key {quote(key_file)}"
        raise SettingsError(_named("tls_cert", f"{files} cannot be used: {error.reason or error}")) from None
    return context


def _check_pem(name: str, path: str, kind: str) -> None:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise SettingsError(_named(name, f"{quote(path)} cannot be read: {error.strerror}")) from None
    if f"{kind}-----".encode() not in content:
        raise SettingsError(_named(name, f"{quote(path)} contains no {kind.lower()}; expected a PEM file"))


def _named(name: str, sentence: str) -> str:
    return f"{name} (--{name.replace('_', '-')}): {sentence}"
