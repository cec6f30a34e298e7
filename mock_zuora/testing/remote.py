"""The remote server of a run. If it cannot be used, the run stops with one error instead of one for each test.

Imported when a test uses a fixture, and by the controlling process of pytest-xdist.
"""

from typing import Final

import pytest

from mock_zuora.client.handle import MockZuora
from mock_zuora.control.errors import ControlError, Unreachable
from mock_zuora.testing.options import CA_FILE, TOKEN, URL

_ADVICE: Final = "start it with 'mock-zuora serve --auth strict', or remove {source} so that the tests start a server"


def remote_server(session: pytest.Session) -> MockZuora | None:
    """The server at ``--zuora-url``, if there is one. Otherwise, fails the test in one line and stops the run."""
    try:
        return _connect(session.config)
    except _Unusable as error:
        session.shouldfail = "the server of --zuora-url cannot be used"
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def check_server(config: pytest.Config) -> None:
    """Stops the run with a usage error if the server at ``--zuora-url`` cannot be used."""
    try:
        _connect(config)
    except _Unusable as error:
        raise pytest.UsageError(str(error)) from None


class _Unusable(Exception):
    """Why the server cannot be used."""


def _connect(config: pytest.Config) -> MockZuora | None:
    url, token, ca_file = URL.value(config), TOKEN.value(config), CA_FILE.value(config)
    if url is None:
        return None
    try:
        return MockZuora.connect(
            url[1], control_token=token[1] if token else None, ca_file=ca_file[1] if ca_file else None
        )
    except ControlError as error:
        is_absent = isinstance(error, Unreachable) and not hasattr(error.__cause__, "verify_message")
        advice = f"; {_ADVICE.format(source=url[0])}" if is_absent else ""
        raise _Unusable(f"{url[0]}: {error}{advice}") from None
