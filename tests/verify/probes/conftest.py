"""A scripted tenant, for responses that mock_zuora does not send."""

import pytest

from mock_zuora.verify.probes import PROBES
from mock_zuora.verify.response import Response


class ScriptedTenant:
    """Responds with what a function returns for a method, a path, headers and options: status, body and headers."""

    def __init__(self, respond):
        self.respond = respond

    def call(self, method, path, headers=None, **options):
        status, text, *sent = self.respond(method, path, headers or {}, **options)
        return Response(f"{method} {path}", status, sent[0] if sent else {}, text)

    once = call

    def authorization(self):
        return {"Authorization": "Bearer token"}


@pytest.fixture
def found_by():
    """What a probe finds out from scripted responses."""

    def found(name, respond):
        return dict(PROBES[name].scenario(ScriptedTenant(respond)))

    return found
