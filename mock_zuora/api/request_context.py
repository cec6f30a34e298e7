"""One call to the emulated API: what the edge learns of it, step by step, for the handlers and the log."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.types import Receive

from mock_zuora.api.versions import VersionProfile
from mock_zuora.control.faults import Fault
from mock_zuora.domain.fidelity import Deviation, NotedDeviation
from mock_zuora.domain.jobs.job_runner import JobRunner
from mock_zuora.domain.objects.definition import ZUORA_NAMESPACE, Definition
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.tenant import Caller, Tenant

SCOPE_KEY: Final = "mock_zuora.call"

logger = logging.getLogger("mock_zuora.fidelity")


@dataclass(slots=True, kw_only=True)
class Call:
    """What belongs to one call. ``headers`` has lower-case names; of a header sent twice, the last counts."""

    registry: TenantRegistry
    runner: JobRunner
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    receive: Receive
    peer: str
    request_id: str
    profile: VersionProfile
    track_id: str | None = None
    known_tenant: Tenant | None = None
    """Whose call it is, as far as can be told from a call that is refused, too."""
    known_caller: Caller | None = None
    warnings: list[NotedDeviation] = field(default_factory=list)
    body_ended: bool = False
    fault: Fault | None = None
    """The fault that hit the call, if one did."""
    response_headers: dict[str, str] = field(default_factory=dict)

    @property
    def process_id(self) -> str:
        """The number of the call in the envelope of errors, which looks like the service's own (M)."""
        return self.request_id.replace("-", "")[:16].upper()

    @property
    def caller(self) -> Caller:
        """Who is calling, in the tenant as it is now; only a handler behind the edge's authentication asks.

        Ask again after waiting for anything, such as the rest of a body: the tenant may have been reset meanwhile.
        Raises ZuoraError 90000011 if it was removed.
        """
        if self.known_caller is None:
            raise LookupError("this call has not been authenticated")
        return self.registry.refresh_caller(self.known_caller)

    @property
    def tenant(self) -> Tenant:
        """The tenant that the call belongs to; before that is known, the default one."""
        known = self.known_caller.tenant if self.known_caller else self.known_tenant
        if known is None:
            return self.registry.default_tenant
        return self.registry.tenants.get(known.name, known)

    def check_relationships(self, definition: Definition) -> None:
        """Reports, once for each object, that ids of Zuora's own objects are taken as valid (M)."""
        for each in definition.relationships:
            is_unchecked = each.namespace == ZUORA_NAMESPACE and each.enforces_mapping
            if is_unchecked and self.tenant.fidelity.is_first(Deviation.UNCHECKED_RELATIONSHIP, definition.object):
                self.deviates(
                    Deviation.UNCHECKED_RELATIONSHIP,
                    f"Object '{definition.object}' names records of Zuora's '{each.object}', which are not held here; "
                    "any id is taken as valid.",
                )

    def deviates(self, deviation: Deviation, message: str) -> None:
        """Reports that something was accepted which the real service does not document.

        A log line, a counter, the journal; in strict mode a refusal instead (raises ZuoraError).
        """
        tenant = self.tenant
        self.warnings.append(tenant.fidelity.note(deviation, message, strict=tenant.settings.strict))
        logger.warning(
            "%s: %s Instead: %s. [%s %s, tenant %s, request %s]",
            deviation.key, message, deviation.advice, self.method, self.path, tenant.name, self.request_id,
        )  # fmt: skip


def call_of(request: Request) -> Call:
    """The call behind a request that came through the edge."""
    call: Call = request.scope[SCOPE_KEY]
    return call
