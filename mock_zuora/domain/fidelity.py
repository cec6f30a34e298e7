"""Accepted here, but not documented by the real service: one mechanism to say so, and to refuse it in strict mode."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from mock_zuora.domain import errors
from mock_zuora.domain.errors import ZuoraError


@dataclass(frozen=True, slots=True)
class _Kind:
    key: str
    advice: str
    refusal: Callable[[str], ZuoraError] | None
    """None: nothing that the client could do better, so strict mode does not refuse it."""


class Deviation(Enum):
    """What a client did that Zuora does not document."""

    MULTIPART_UPLOAD = _Kind(
        "multipart-upload", "send the file as the body, with Content-Type: text/csv", errors.file_invalid
    )
    UNLISTED_VERSION = _Kind(
        "unlisted-version", "send a Zuora-Version that the reference lists, or none", errors.request_invalid
    )
    IDEMPOTENCY_KEY_IGNORED = _Kind(
        "idempotency-key-ignored", "send Idempotency-Key with POST and PATCH only", errors.request_invalid
    )
    JSON_WITHOUT_CONTENT_TYPE = _Kind(
        "json-without-content-type", "send JSON with Content-Type: application/json", errors.request_invalid
    )
    UNCHECKED_RELATIONSHIP = _Kind(
        "unchecked-relationship", "make sure that your tests use ids which exist in your Zuora tenant", None
    )
    PATCH_CONTENT_TYPE = _Kind(
        "patch-content-type", "send a patch with Content-Type: application/merge-patch+json", errors.request_invalid
    )
    UNKNOWN_PARAMETER = _Kind(
        "unknown-parameter", "send only the query parameters of the reference", errors.request_invalid
    )

    @property
    def key(self) -> str:
        """Its name in logs, counters and journals."""
        return self.value.key

    @property
    def advice(self) -> str:
        """What to do instead."""
        return self.value.advice


@dataclass(frozen=True, slots=True)
class NotedDeviation:
    """One occurrence: what was accepted although the real service may refuse it, and what to do about it."""

    deviation: Deviation
    message: str


class FidelityMonitor:
    """How often a tenant's calls deviated, by kind."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._said_once: set[tuple[Deviation, str]] = set()

    def is_first(self, deviation: Deviation, subject: str) -> bool:
        """Whether this is the first time for this subject, of a deviation that is reported once for each."""
        key = (deviation, subject)
        is_first = key not in self._said_once
        self._said_once.add(key)
        return is_first

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of warnings by the key of their kind."""
        return MappingProxyType(self._counts)

    def note(self, deviation: Deviation, message: str, *, strict: bool) -> NotedDeviation:
        """Counts a deviation and gives the warning to report; in strict mode raises the refusal of its kind instead."""
        refusal = deviation.value.refusal
        if strict and refusal is not None:
            raise refusal(f"{message} (strict mode refuses it: {deviation.advice})")
        self._counts[deviation.key] = self._counts.get(deviation.key, 0) + 1
        return NotedDeviation(deviation, message)
