"""Faults on purpose: which calls they hit, what they do to them, how often, and how often they did."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from mock_zuora.control.path_patterns import fits
from mock_zuora.domain.ids import Ids


class Effect(StrEnum):
    """What happens to a call that is hit."""

    STATUS = "status"
    """It is answered with a status, in the API's own error shape."""
    RESET = "reset"
    """The connection is reset, without an answer."""
    TRUNCATE = "truncate"
    """The answer is cut off half-way through its body."""
    STALL = "stall"
    """The answer stops half-way through its body, and the connection stays open."""
    NONE = "none"
    """It is answered as usual: for a delay alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """A fault. ``path`` is a pattern, see ``patterns``; ``operation`` an operation id of the reference."""

    path: str | None = None
    method: str | None = None
    operation: str | None = None
    effect: Effect = Effect.NONE
    status: int | None = None
    code: int | None = None
    message: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    retry_after: int | None = None
    """Seconds, as the ``Retry-After`` header of the answer."""
    delay: float = 0.0
    """Real seconds before anything else happens."""
    times: int | None = None
    """How often it strikes; None: always."""
    nth: int | None = None
    """Only the n-th call that it matches is hit, counted from 1."""
    probability: float = 1.0


@dataclass(slots=True)
class Fault:
    """A fault that was added, and what came of it."""

    id: str
    plan: FaultPlan
    matched: int = 0
    hits: int = 0

    @property
    def is_used_up(self) -> bool:
        """Whether it cannot strike any more."""
        plan = self.plan
        if plan.nth is not None and self.matched >= plan.nth:
            return True
        return plan.times is not None and self.hits >= plan.times

    def strikes(self, ids: Ids) -> bool:
        """Whether it hits the call that it has just matched."""
        plan = self.plan
        if plan.nth is not None and self.matched != plan.nth:
            return False
        if plan.times is not None and self.hits >= plan.times:
            return False
        return plan.probability >= 1 or ids.chance() < plan.probability

    def matches(self, method: str, path: str, operation: Callable[[], str | None]) -> bool:
        """Whether it is for such a call at all."""
        plan = self.plan
        if plan.method is not None and plan.method.upper() != method:
            return False
        if plan.path is not None and not fits(plan.path, path):
            return False
        return plan.operation is None or plan.operation == operation()


@dataclass(slots=True)
class FaultBook:
    """The faults of one tenant, in the order in which they were added; the first that strikes wins."""

    ids: Ids
    _faults: dict[str, Fault] = field(default_factory=dict)

    def add(self, plan: FaultPlan) -> Fault:
        """Adds a fault; it is there until it is removed, also when it is used up, so that its hits can be seen."""
        fault = Fault(self.ids.uuid(), plan)
        self._faults[fault.id] = fault
        return fault

    def get(self, fault_id: str) -> Fault | None:
        return self._faults.get(fault_id)

    def all(self) -> list[Fault]:
        return list(self._faults.values())

    def remove(self, fault_id: str) -> bool:
        """Removes a fault; False if it was not there."""
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        self._faults.clear()

    def strike(self, method: str, path: str, operation: Callable[[], str | None]) -> Fault | None:
        """The fault that hits a call; None if there is none. Every fault counts each call that it matches, hit or not,
        so that ``nth`` means the same whatever other faults there are."""
        struck: Fault | None = None
        for fault in self._faults.values():
            if not fault.matches(method, path, operation):
                continue
            fault.matched += 1
            if struck is None and fault.strikes(self.ids):
                fault.hits += 1
                struck = fault
        return struck
