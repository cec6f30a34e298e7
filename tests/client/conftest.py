"""Fixtures for tests of the handle."""

from urllib.parse import urlencode

import pytest


@pytest.fixture
def request_token(call):
    """Requests a token with the credentials of an OAuth client; returns the status and the response."""

    def request_token(handle, client):
        form = {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "grant_type": "client_credentials",
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return call(handle, "POST", "/oauth/token", urlencode(form), **kind)

    return request_token


@pytest.fixture
def paged(handle, call):
    """A handle whose client has sent three requests, with the page sizes 1 to 3."""
    for size in (1, 2, 3):
        call(handle, "GET", f"/objects/jobs?pageSize={size}")
    return handle


@pytest.fixture
def sizes():
    """The page sizes of recorded requests."""
    return lambda requests: [request.params["pageSize"] for request in requests]
