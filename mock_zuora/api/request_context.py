"""What is known about one request to the emulated API: for the pipeline, the handlers, the log and the journal."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request

from mock_zuora.api.versions import DEFAULT_VERSION
from mock_zuora.config.hosts import TrustedHosts
from mock_zuora.control.faults import Fault
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import shortened
from mock_zuora.domain.fidelity import Deviation, NotedDeviation
from mock_zuora.domain.jobs.job_runner import JobRunner
from mock_zuora.domain.objects.definition import ZUORA_NAMESPACE, Definition
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.tenant import Caller, Tenant

_MAX_LOGGED_PATH: Final = 2_048
"""Characters of a path in a log line."""
CONTEXT_KEY: Final = "mock_zuora.context"
"""Where the state of a request's ASGI scope holds its context."""

logger = logging.getLogger("mock_zuora.fidelity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """What every request needs of its server."""

    registry: TenantRegistry
    runner: JobRunner
    instrumentation: InstrumentationRegistry
    versions: Mapping[str, Mapping[str, str]]
    """The choices of assumptions that each version makes."""
    hosts: TrustedHosts = field(default_factory=TrustedHosts)
    """The hosts whose pages may send requests, if the request names the same host."""


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """One request. ``headers`` has lower-case names; if a header is sent twice, the last value counts."""

    emulator: Emulator
    registry: TenantRegistry
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    peer: str
    """The client's IP address; empty if unknown."""
    request_id: str
    access_token: str | None = None
    """The access token that the request sent, valid or not."""
    version: str = DEFAULT_VERSION
    """The requested version, listed or not."""
    of_version: Mapping[str, str] = field(default_factory=dict)
    """The choices of assumptions that the version makes."""
    track_id: str | None = None
    documents_not_found: bool = False
    """Whether the operation documents a 404 (D, S)."""
    token_tenant: Tenant | None = None
    """The tenant of the access token, even if it has expired; the default tenant if the token is missing or unknown."""
    authenticated: Caller | None = None
    operation: str | None = None
    """The operation id of the route."""
    read_ahead: list[bytes] | None = None
    """The parts of the body, as sent, that were read before the operation reads it; None if nothing was."""
    is_read_to_end: bool = False
    """Whether these are the whole body."""
    warnings: list[NotedDeviation] = field(default_factory=list)
    fault: Fault | None = None
    """The fault that hit the request."""
    response_headers: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    """Code and message of the refusal of the request, or of some of its records, for the log."""
    is_replay: bool = False
    """Whether the response is that of an earlier request with the same idempotency key."""
    reason: str = ""
    """The reason of a 401, or the assumption that the response rests on; see ``errors.REASON_HEADER``."""
    is_disconnected: bool = False
    """Whether the client closed the connection before its request was complete."""

    def redacted(self, text: str) -> str:
        """A text for the log or a message, without the secrets of this server."""
        return self.registry.secrets.redact(text)

    @property
    def request_line(self) -> str:
        """The method and the path for the log, without secrets."""
        return self.redacted(f"{self.method} {shortened(self.path, _MAX_LOGGED_PATH)}")

    @property
    def process_id(self) -> str:
        """The ``processId`` in the error format of dated versions; it only looks like the service's own (M)."""
        return self.request_id.replace("-", "")[:16].upper()

    @property
    def caller(self) -> Caller:
        """The authenticated caller, in the tenant as it is now.

        Read it again after every wait, such as for the body: the tenant may have been reset meanwhile.
        Raises ZuoraError 90000011 if the tenant was removed, and LookupError before authentication.
        """
        if self.authenticated is None:
            raise LookupError("this request has not been authenticated")
        return self.registry.refresh_caller(self.authenticated)

    @property
    def tenant(self) -> Tenant:
        """The tenant of the request, as it is now; the default tenant if the request does not identify one."""
        known = self.authenticated.tenant if self.authenticated else self.token_tenant
        if known is None:
            return self.registry.default_tenant
        return self.registry.tenants.get(known.name, known)

    @property
    def choices(self) -> Choices:
        """The choices of assumptions that are in force for the request."""
        return self.tenant.choices(self.of_version)

    def warn_about_relationships(self, definition: Definition) -> None:
        """Reports, once per object, that ids of Zuora's own objects are accepted unchecked (M)."""
        for each in definition.relationships:
            is_unchecked = each.namespace == ZUORA_NAMESPACE and each.enforces_mapping
            if is_unchecked and self.tenant.fidelity.is_first(Deviation.UNCHECKED_RELATIONSHIP, definition.object):
                self.warn(
                    Deviation.UNCHECKED_RELATIONSHIP,
                    f"Object '{definition.object}' refers to records of Zuora's '{each.object}', which this server "
                    "does not hold; any id is accepted.",
                )

    def warn(self, deviation: Deviation, message: str) -> None:
        """Reports a request that was accepted although the real service does not document it.

        The warning goes to the log, the counters and the journal. Raises ZuoraError instead in strict mode.
        """
        tenant, message = self.tenant, self.redacted(message)
        self.warnings.append(tenant.fidelity.note(deviation, message, strict=tenant.settings.strict))
        logger.warning(
            "%s: %s Instead: %s. [%s, tenant %s, request %s]",
            deviation.key, message, deviation.advice, self.request_line, tenant.name, self.request_id,
        )  # fmt: skip


def context_of(request: Request) -> RequestContext:
    """The context of a request to the emulated API."""
    context: RequestContext = request.scope["state"][CONTEXT_KEY]
    return context
