"""The settings for HTTPS. server/tls.py reads the files that they name."""

import os
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from mock_zuora.domain.errors import quote


def _as_text(value: object) -> object:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


PathOption = Annotated[str, BeforeValidator(_as_text)]
"""The path of a file."""


class TlsOptions(BaseModel):
    """Whether the server uses HTTPS, and with which certificate."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    tls: bool = Field(
        default=False,
        description="serve HTTPS with a certificate that is made at startup; needs the extra mock-zuora[tls]",
    )
    tls_cert: PathOption | None = Field(
        default=None,
        description="serve HTTPS with this certificate: a PEM file with its chain, and optionally with its key",
    )
    tls_key: PathOption | None = Field(
        default=None, description="PEM file with the key of tls_cert; default: that file contains it"
    )
    tls_ca_file: PathOption | None = Field(
        default=None,
        description="file to which the CA certificate of tls is written, for clients; default: a temporary file",
    )

    @field_validator("tls_cert", "tls_key", "tls_ca_file")
    @classmethod
    def _check_path(cls, value: str | None) -> str | None:
        if value is not None and (not value.strip() or "\0" in value):
            raise ValueError(f"{quote(value)} is not valid; expected the path of a file")
        return value

    @property
    def is_tls(self) -> bool:
        """Whether the server uses HTTPS."""
        return self.tls or self.tls_cert is not None


TLS_SETTINGS: Final = tuple(TlsOptions.model_fields)
"""Their names."""


def contradiction(options: TlsOptions) -> str | None:
    """A sentence about the first setting that contradicts another one, or None."""
    if options.tls and options.tls_cert is not None:
        return "tls_cert (--tls-cert): is valid without tls only, because tls makes a certificate"
    if options.tls_key is not None and options.tls_cert is None:
        return "tls_key (--tls-key): needs tls_cert (--tls-cert), the certificate that belongs to the key"
    if options.tls_ca_file is not None and not options.tls:
        return "tls_ca_file (--tls-ca-file): is valid with tls only, because otherwise the server makes no certificate"
    return None
