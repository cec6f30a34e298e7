"""Injected faults: which requests they hit, what they do, and how often they did. Standard library only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from mock_zuora.control.options import STRICT, option, real_seconds
from mock_zuora.control.paths import check_pattern, matches_pattern
from mock_zuora.domain.errors import quote
from mock_zuora.domain.ids import Ids

_FRAMING_HEADERS: Final = ("content-length", "transfer-encoding", "connection")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]{0,1000}")


class Effect(StrEnum):
    """What happens to a request that a fault hits."""

    STATUS = "status"
    """An error response in the API's own format."""
    RESET = "reset"
    """A connection reset instead of a response."""
    TRUNCATE = "truncate"
    """A response that ends half-way through its body."""
    STALL = "stall"
    """A response that stops half-way through its body, on a connection that stays open."""
    NONE = "none"
    """The usual response, after a delay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """Which requests a fault hits, and what it does to them. Raises ValueError for options that exclude each other."""

    __pydantic_config__ = STRICT
    path: str | None = option("a pattern: * within one segment, ** across segments", max_length=1_000)
    method: str | None = option(pattern=r"^[A-Za-z]{1,20}$")
    operation: str | None = option("an operation id of the API's document")
    status: int | None = option("status of an error in the API's own format", ge=400, le=599)
    code: int | None = option("error code of that response", ge=10_000_000, le=99_999_999)
    message: str | None = option("message of that response", min_length=1, max_length=1_000)
    headers: Mapping[str, str] = field(default_factory=dict, metadata={"description": "headers of that response"})
    retry_after: int | None = option("seconds, in its Retry-After header", ge=0, le=86_400)
    delay: float = real_seconds("real seconds before anything else happens", default=0.0)
    reset: bool = option("resets the connection, without a response", default=False)
    truncate: bool = option("ends the response half-way through its body", default=False)
    stall: bool = option("stops half-way through the body and keeps the connection open", default=False)
    times: int | None = option("maximum number of hits; unlimited if omitted", ge=1)
    nth: int | None = option("hits only the n-th matching request", ge=1)
    probability: float = option("drawn from the random seed", default=1.0, gt=0, le=1)

    def __post_init__(self) -> None:
        check_pattern(self.path)
        effects = [name for name in ("status", "reset", "truncate", "stall") if getattr(self, name)]
        if len(effects) > 1:
            raise ValueError(f"{' and '.join(effects)} exclude each other; expected one of them")
        if not effects and not self.delay:
            raise ValueError("status, delay, reset, truncate or stall is required")
        if self.status is None and (self.code or self.message or self.headers or self.retry_after is not None):
            raise ValueError("code, message, headers and retry_after require status")
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"headers: {quote(name)} is not a valid header name; expected letters, digits and -")
            if not _HEADER_VALUE.fullmatch(value):
                raise ValueError(
                    f"headers.{name}: {quote(value)} is not valid; expected up to 1000 US-ASCII characters"
                )
            if name.lower() in _FRAMING_HEADERS:
                raise ValueError(f"headers: {name} cannot be set; truncate, reset and stall break a response")

    @property
    def effect(self) -> Effect:
        """What it does to a request that it hits."""
        return next((each for each in Effect if getattr(self, each, None)), Effect.NONE)

    def matches(self, method: str, path: str, operation: str) -> bool:
        """Whether it applies to such a request."""
        if self.method is not None and self.method.upper() != method:
            return False
        if self.path is not None and not matches_pattern(self.path, path):
            return False
        return self.operation in (None, operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(FaultRule):
    """A fault with its counters."""

    id: str
    matched: int = 0
    """Requests that matched, hit or not."""
    hits: int = 0
    """Requests that it hit."""
    used_up: bool = False
    """Whether it cannot hit any more."""

    def __post_init__(self) -> None:
        """Checks nothing: the rule was checked when the fault was added."""

    def hits_next(self, ids: Ids) -> bool:
        """Whether it hits the next request that it matches."""
        if self.used_up or (self.nth is not None and self.matched + 1 != self.nth):
            return False
        return self.probability >= 1 or ids.chance() < self.probability

    def counted(self, *, is_hit: bool) -> "Fault":
        """The fault after one more matching request."""
        matched, hits = self.matched + 1, self.hits + is_hit
        is_past = self.nth is not None and matched >= self.nth
        used_up = is_past or (self.times is not None and hits >= self.times)
        return replace(self, matched=matched, hits=hits, used_up=used_up)


@dataclass(slots=True)
class FaultBook:
    """The faults of one tenant, in the order in which they were added."""

    ids: Ids
    _faults: dict[str, Fault] = field(default_factory=dict)

    def add(self, rule: FaultRule) -> Fault:
        """Adds a fault. It stays until it is removed, even when it is used up, so that its hits can be read."""
        fault = Fault(id=self.ids.uuid(), **{name: getattr(rule, name) for name in FaultRule.__dataclass_fields__})
        self._faults[fault.id] = fault
        return fault

    def get(self, fault_id: str) -> Fault | None:
        return self._faults.get(fault_id)

    def all(self) -> list[Fault]:
        return list(self._faults.values())

    def remove(self, fault_id: str) -> bool:
        """Removes a fault; False if there is none with that id."""
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        self._faults.clear()

    def match(self, method: str, path: str, operation: str) -> Fault | None:
        """Counts a request and returns the fault that hits it, the first of those that match; None if there is none.

        Each fault counts every request that it matches, so ``nth`` does not depend on other faults.
        """
        hit: Fault | None = None
        for fault in self.all():
            if fault.matches(method, path, operation):
                is_hit = hit is None and fault.hits_next(self.ids)
                counted = self._faults[fault.id] = fault.counted(is_hit=is_hit)
                hit = counted if is_hit else hit
        return hit
