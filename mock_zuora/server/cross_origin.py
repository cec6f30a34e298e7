"""CORS: headers with which web pages of other origins can read responses."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from mock_zuora.control.paths import METHODS


def with_cors(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Adds CORS headers to the responses to web pages of these origins, and responds to their preflight requests.

    Without origins, returns the app unchanged. Cookies are not allowed.
    """
    if not origins:
        return app
    # Imported here, because most servers have no such origin.
    from starlette.middleware.cors import CORSMiddleware

    from mock_zuora.api.errors import REASON_HEADER
    from mock_zuora.api.openapi.headers import RESPONSE

    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=["*"],
        # A browser asks for it in the preflight of a public page that uses a server on loopback.
        allow_private_network=True,
        # The star includes the headers of faults. Older browsers do not know it, so the others are listed by name.
        expose_headers=["*", *RESPONSE, REASON_HEADER],
    )
