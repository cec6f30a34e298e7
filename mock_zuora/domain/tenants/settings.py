"""The settings of a tenant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from mock_zuora.domain.assumptions.assumption import ObservedRow, Origin, Setting
from mock_zuora.domain.assumptions.choices import assumed, merged, observed_rows
from mock_zuora.domain.clock import SECOND


class Transitions(StrEnum):
    """What moves a job from one status to the next (M)."""

    IMMEDIATE = "immediate"
    TIME = "time"
    POLLS = "polls"
    MANUAL = "manual"


class ExecutionOrder(StrEnum):
    """The order in which due jobs run (M). Zuora guarantees none (D)."""

    FIFO = "fifo"
    SHUFFLED = "shuffled"


class Auth(StrEnum):
    """Whether tokens must have been issued by this server, and clients be listed (M)."""

    LENIENT = "lenient"
    STRICT = "strict"


class DefinitionMode(StrEnum):
    """What a job on an undefined object does (M): create the object without a schema, or fail with an error."""

    AUTO = "auto"
    STRICT = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """The settings of one tenant. Delays are seconds of its clock."""

    transitions: Transitions = Transitions.TIME
    accept_delay: float = 0.0
    queue_delay: float = 0.05
    processing_time: float = 0.2
    processing_polls: int = 2
    concurrent_job_limit: int = 5
    rate_limits: str | None = None
    auth: Auth = Auth.LENIENT
    strict: bool = False
    definitions: DefinitionMode = DefinitionMode.AUTO
    execution_order: ExecutionOrder = ExecutionOrder.FIFO
    version: str | None = None
    read_delay: float = 0.0
    assume: Mapping[str, Setting] = field(default_factory=dict)
    """The choices that were set, by the names of their assumptions."""
    observed: Mapping[str, ObservedRow] = field(default_factory=dict)
    """What ``mock-zuora verify`` observed, by rows of the fidelity ledger."""

    def assuming(self, document: Mapping[str, Any], origin: Origin) -> Self:
        """These settings with the choices and the observed rows of a document; see ``check_assumed``."""
        choices, rows = assumed(document, origin), observed_rows(document, origin)
        return replace(self, assume=merged(self.assume, choices), observed=merged(self.observed, rows))

    @property
    def read_milliseconds(self) -> int:
        """The read delay in milliseconds."""
        return round(self.read_delay * SECOND)

    @property
    def accept_milliseconds(self) -> int:
        """The accept delay in milliseconds."""
        return round(self.accept_delay * SECOND)

    @property
    def queue_milliseconds(self) -> int:
        """The queue delay in milliseconds."""
        return round(self.queue_delay * SECOND)

    @property
    def processing_milliseconds(self) -> int:
        """The processing time in milliseconds."""
        return round(self.processing_time * SECOND)
