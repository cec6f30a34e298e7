"""What the OpenAPI documents of the emulated API and of the control API have in common, and the URLs in them."""

import json
from typing import Any, Final

from mock_zuora.config.hosts import is_authority

INFO: Final[dict[str, Any]] = {
    "contact": {"name": "mock_zuora", "url": "https://github.com/mock-zuora/mock-zuora"},
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
DEFAULT_URL: Final = "http://127.0.0.1:8080"
"""The URL of a server with the default settings."""
SERVERS: Final = [{"url": DEFAULT_URL, "description": "The mock server."}]


def document_json(document: dict[str, Any]) -> str:
    """A document as it is committed, printed and served."""
    return json.dumps(document, indent=2) + "\n"


def with_url(text: str, scheme: str, authority: str | None) -> str:
    """The text of a document with the URL of the server in place of ``DEFAULT_URL``.

    ``authority`` is the Host header of the request, because only the client knows by which name it reaches the server:
    ports can be mapped. A document for a client without a valid one has ``DEFAULT_URL``.
    """
    if authority is None or not is_authority(authority):
        return text
    return text.replace(f'"{DEFAULT_URL}"', json.dumps(f"{scheme}://{authority}"), 1)
