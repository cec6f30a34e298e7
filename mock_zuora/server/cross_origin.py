"""CORS: headers with which web pages of other origins can read responses."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from mock_zuora.control.paths import METHODS


def with_cors(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """The app that answers preflights for these origins itself, and adds the headers of CORS to every other response.

    Without origins, it is the app as it is. Cookies are never allowed.
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
        # The star includes the headers of faults. Clients that do not know it find those of the emulated API by name.
        expose_headers=["*", *RESPONSE, REASON_HEADER],
    )
