"""Injected faults: which requests they hit, what they do, and how often they did. Standard library only."""

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import attrgetter
from typing import Final

from mock_zuora.control.options import STRICT, option, real_seconds
from mock_zuora.control.paths import (
    MATCHED_PER_CHUNK,
    MAX_MATCHED_PATH,
    METHODS_SENTENCE,
    check_method,
    check_pattern,
    last_text,
    matcher_of,
)
from mock_zuora.domain.errors import quote
from mock_zuora.domain.ids import Ids

BREAKING_EFFECTS: Final = ("reset", "truncate", "stall")
"""Effects without further options, by which sequences name them, too."""
MATCHING_OPTIONS: Final = ("path", "method", "operation", "match_headers", "match_body")
"""The options that all faults of a sequence share."""
EFFECT_OPTIONS: Final = (
    "status", "code", "message", "body", "content_type", "headers", "retry_after", "delay", *BREAKING_EFFECTS,
)  # fmt: skip
"""The options of each fault in a sequence."""
NO_HEADERS: Final[Mapping[str, str]] = {}
_FRAMING_HEADERS: Final = (
    "connection", "content-encoding", "content-length", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
)  # fmt: skip
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE: Final = re.compile(r"(?:[\x21-\x7e](?:[\x20-\x7e]{0,998}[\x21-\x7e])?)?")
_REQUEST_ID: Final = "zuora-request-id"
_WITHOUT_BODY: Final = (204, 304)
"""Statuses whose responses have no body in HTTP."""
_SEARCHED_PER_CHUNK: Final = 1024 * 1024
"""Bytes of a body that are searched at once, in less than a millisecond."""


class Effect(StrEnum):
    """What happens to a request that a fault hits."""

    STATUS = "status"
    """A response with a status: an error in the API's own format, or any body."""
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
    method: str | None = option(METHODS_SENTENCE)
    operation: str | None = option("an operation id of the API's document")
    match_headers: Mapping[str, str] = field(
        default_factory=dict, metadata={"description": "values of request headers by name; * matches any text"}
    )
    match_body: str | None = option(
        "text that the body contains, after gunzip; searched in its first 16 MiB", min_length=1, max_length=1_000
    )
    status: int | None = option(
        "status of an error in the API's own format, 400 to 599; with body, 200 to 599", ge=200, le=599
    )
    code: int | None = option("error code of that response", ge=10_000_000, le=99_999_999)
    message: str | None = option("message of that response", min_length=1, max_length=1_000)
    body: str | None = option("body of that response, instead of an error in the API's format", max_length=10_000)
    content_type: str | None = option("content type of body; application/json if omitted")
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
        check_method(self.method)
        check_pattern(self.path)
        for name, value in self.match_headers.items():
            _check_header("match_headers", name, value)
        effects = [name for name in ("status", *BREAKING_EFFECTS) if getattr(self, name)]
        if len(effects) > 1:
            raise ValueError(f"{' and '.join(effects)} exclude each other; expected one of them")
        if self.status is None and (
            self.code or self.message or self.headers or self.retry_after is not None or self.body is not None
        ):
            raise ValueError("code, message, body, headers and retry_after require status")
        if not effects and not self.delay:
            raise ValueError("status, delay, reset, truncate or stall is required")
        self._check_body()
        for name, value in self.headers.items():
            _check_header("headers", name, value)
            if name.lower() == _REQUEST_ID:
                raise ValueError(f"headers: {name} cannot be set; every response has its own")
            if name.lower() in _FRAMING_HEADERS:
                raise ValueError(f"headers: {name} cannot be set; truncate, reset and stall break a response")

    def _check_body(self) -> None:
        """Checks what depends on whether the fault has a body of its own."""
        if self.body is None:
            if self.content_type is not None:
                raise ValueError("content_type requires body")
            if self.status is not None and self.status < 400:
                raise ValueError(f"status: {self.status} is not valid without body; expected 400 to 599, or a body")
            return
        if self.code or self.message:
            raise ValueError("body excludes code and message, which are parts of an error in the API's own format")
        if self.body and self.status in _WITHOUT_BODY:
            raise ValueError(f"body: a response with status {self.status} has none; expected an empty text")
        if self.content_type is not None:
            _check_header("", "content_type", self.content_type)
            if any(name.lower() == "content-type" for name in self.headers):
                raise ValueError("content_type and headers.Content-Type exclude each other; expected one of them")

    @property
    def effect(self) -> Effect:
        """What it does to a request that it hits."""
        return next((each for each in Effect if getattr(self, each, None)), Effect.NONE)


def _check_header(option_name: str, name: str, value: str) -> None:
    """Raises ValueError for a name or a value that a header cannot have."""
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError(
            f"{option_name}: {quote(name)} is not a valid header name; expected up to 100 letters, digits and "
            "characters of !#$%&'*+-.^_`|~"
        )
    if not _HEADER_VALUE.fullmatch(value):
        where = f"{option_name}.{name}" if option_name else name
        raise ValueError(
            f"{where}: {quote(value)} is not valid; expected up to 1000 US-ASCII characters, "
            "without a space at the beginning or the end"
        )


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

    @property
    def expected_hits(self) -> int:
        """How many requests it should hit: ``times``, or 1 if that is not limited or only the ``nth`` is hit."""
        return 1 if self.nth is not None else self.times or 1

    @property
    def is_unused(self) -> bool:
        """Whether it has hit fewer requests than expected; for a random fault, whether none matched."""
        return self.matched == 0 if self.probability < 1 else self.hits < self.expected_hits


@dataclass(slots=True)
class _CountedFault:
    """A fault as it was added, and what it has counted since. Every matching request changes it, so it is mutable."""

    fault: Fault
    number: int
    """Faults are counted in the order of their numbers."""
    method: str | None
    fits: Callable[[str], object]
    """Whether a path matches. Kept here, because compiling a long pattern takes milliseconds."""
    matched: int = 0
    hits: int = 0

    @property
    def is_used_up(self) -> bool:
        rule = self.fault
        is_past = rule.nth is not None and self.matched >= rule.nth
        return is_past or (rule.times is not None and self.hits >= rule.times)

    def is_for(self, method: str, operation: str) -> bool:
        """Whether the rule is for requests of this method and operation."""
        return self.method in (None, method) and self.fault.operation in (None, operation)

    def current(self) -> Fault:
        """The fault with its current counters."""
        return replace(self.fault, matched=self.matched, hits=self.hits, used_up=self.is_used_up)

    def fits_headers(self, headers: Mapping[str, str]) -> bool:
        """Whether a request has the headers that the rule names. ``headers`` has lower-case names."""
        return all(
            name.lower() in headers and _has_pattern(headers[name.lower()], pattern)
            for name, pattern in self.fault.match_headers.items()
        )

    def hits_next(self, ids: Ids) -> bool:
        """Whether it hits the next request that it matches."""
        rule = self.fault
        if rule.nth is not None and self.matched + 1 != rule.nth:
            return False
        if rule.times is not None and self.hits >= rule.times:
            return False
        return rule.probability >= 1 or ids.chance() < rule.probability


def _has_pattern(value: str, pattern: str) -> bool:
    """Whether a value matches a pattern in which ``*`` is any text. Takes time in proportion to their lengths."""
    first, *others = pattern.split("*")
    if not others:
        return value == pattern
    *between, last = others
    at = len(first)
    if not value.startswith(first) or not value.endswith(last):
        return False
    for text in between:
        found = value.find(text, at)
        if found < 0:
            return False
        at = found + len(text)
    return at <= len(value) - len(last)


def _contains(body: bytes, text: bytes) -> Generator[None, None, bool]:
    """Whether a body contains a text. Yields between chunks of the search."""
    for start in range(0, len(body), _SEARCHED_PER_CHUNK):
        if start:
            yield
        if body.find(text, start, start + _SEARCHED_PER_CHUNK + len(text) - 1) >= 0:
            return True
    return False


class _FaultsByPath:
    """Faults by their patterns. A request looks up its path, and is compared once with each pattern that has stars."""

    def __init__(self, faults: Iterable[_CountedFault]) -> None:
        self._of_any_path: list[_CountedFault] = []
        self._of_path: dict[str, list[_CountedFault]] = {}
        of_pattern: dict[str, list[_CountedFault]] = {}
        for each in faults:
            pattern = each.fault.path
            if pattern is None:
                self._of_any_path.append(each)
            else:
                (of_pattern if "*" in pattern else self._of_path).setdefault(pattern, []).append(each)
        self._of_pattern = [
            (last_text(pattern), len(pattern), alike[0].fits, alike) for pattern, alike in of_pattern.items()
        ]

    def matching(self, path: str) -> Generator[None, None, list[_CountedFault]]:
        """The faults whose pattern a path matches, in any order. Yields between chunks of the search."""
        path = path[:MAX_MATCHED_PATH]
        found = [*self._of_any_path, *self._of_path.get(path, ())]
        compared = 0
        for text, length, fits, faults in self._of_pattern:
            if text not in path:
                continue  # Nearly always; the search for a text costs less than the comparison.
            if compared > MATCHED_PER_CHUNK:
                compared = 0
                yield
            compared += length
            if fits(path):
                found += faults
        return found


@dataclass(slots=True)
class FaultBook:
    """The faults of one tenant, in the order in which they were added."""

    ids: Ids
    _faults: dict[str, _CountedFault] = field(default_factory=dict)
    _with_body: dict[str, _CountedFault] = field(default_factory=dict)
    """Those that depend on the body of a request."""
    _added: int = 0
    _by_path: _FaultsByPath | None = None
    """Made on first use after a change of the faults."""

    def __len__(self) -> int:
        return len(self._faults)

    def reads_body(self, method: str, operation: str) -> bool:
        """Whether the faults that such a request can match depend on its body."""
        if not self._with_body:
            return False
        return any(each.is_for(method, operation) for each in self._with_body.values())

    def add(self, rule: FaultRule) -> Fault:
        """Adds a fault. It stays until it is removed, even when it is used up, so that its hits can be read."""
        fault = Fault(id=self.ids.uuid(), **{name: getattr(rule, name) for name in FaultRule.__dataclass_fields__})
        self._added += 1
        method, fits = rule.method and rule.method.upper(), matcher_of(rule.path or "**")
        self._faults[fault.id] = counted = _CountedFault(fault, self._added, method, fits)
        if rule.match_body is not None:
            self._with_body[fault.id] = counted
        self._by_path = None
        return fault

    def get(self, fault_id: str) -> Fault | None:
        counted = self._faults.get(fault_id)
        return None if counted is None else counted.current()

    def all(self) -> list[Fault]:
        return [each.current() for each in self._faults.values()]

    def remove(self, fault_id: str) -> bool:
        """Removes a fault; False if there is none with that id."""
        self._by_path = None
        self._with_body.pop(fault_id, None)
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        self._by_path = None
        self._with_body.clear()
        self._faults.clear()

    def match(
        self, method: str, path: str, operation: str, headers: Mapping[str, str] = NO_HEADERS, body: bytes = b""
    ) -> Generator[None, None, Fault | None]:
        """Counts a request and returns the fault that hits it, the first of those that match; None if there is none.

        ``headers`` has lower-case names. ``body`` is needed if ``reads_body``, without compression.

        Each fault counts every request that it matches, so ``nth`` does not depend on other faults. Yields between
        chunks of the search, and counts at its end, so that parallel requests are counted one after the other.
        """
        if self._by_path is None:
            self._by_path = _FaultsByPath(self._faults.values())
        fitting: list[_CountedFault] = []
        for each in (yield from self._by_path.matching(path)):
            if not each.is_for(method, operation):
                continue
            if each.fault.match_headers and not each.fits_headers(headers):
                continue
            text = each.fault.match_body
            if text is None or (yield from _contains(body, text.encode())):
                fitting.append(each)
        hit: Fault | None = None
        for each in sorted(fitting, key=attrgetter("number")):
            if each.fault.id not in self._faults:
                continue  # It was removed during the search.
            is_hit = hit is None and each.hits_next(self.ids)
            each.matched += 1
            if is_hit:
                each.hits += 1
                hit = each.current()
        return hit
