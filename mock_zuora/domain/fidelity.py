"""Requests that this server accepts although Zuora does not document them: a warning, or an error in strict mode."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from mock_zuora.domain.errors import Category, Resource, ZuoraError
from mock_zuora.domain.refusals import file_invalid, request_invalid


@dataclass(frozen=True, slots=True)
class _DeviationRule:
    key: str
    advice: str
    refusal: Callable[[str], ZuoraError] | None
    """None if the client cannot do better, so that strict mode does not refuse the request."""


def _unknown_key(message: str) -> ZuoraError:
    return ZuoraError(Resource.DEFINITION, Category.UNKNOWN_FIELD, message)


class Deviation(Enum):
    """The kinds of requests that Zuora does not document."""

    MULTIPART_UPLOAD = _DeviationRule(
        "multipart-upload", "send the file as the body, with Content-Type: text/csv", file_invalid
    )
    UNLISTED_VERSION = _DeviationRule(
        "unlisted-version", "send a Zuora-Version that the reference lists, or none", request_invalid
    )
    IDEMPOTENCY_KEY_IGNORED = _DeviationRule(
        "idempotency-key-ignored", "send no Idempotency-Key, and look for the result before a retry", request_invalid
    )
    TOO_MANY_TOKENS = _DeviationRule("too-many-tokens", "keep an access token until it expires", None)
    JSON_WITHOUT_CONTENT_TYPE = _DeviationRule(
        "json-without-content-type", "send JSON with Content-Type: application/json", request_invalid
    )
    UNCHECKED_RELATIONSHIP = _DeviationRule(
        "unchecked-relationship", "make sure that your tests use ids which exist in your Zuora tenant", None
    )
    PATCH_CONTENT_TYPE = _DeviationRule(
        "patch-content-type", "send a patch with Content-Type: application/merge-patch+json", request_invalid
    )
    UNKNOWN_PARAMETER = _DeviationRule(
        "unknown-parameter", "send only the query parameters of the reference", request_invalid
    )

    UNDOCUMENTED_DEFINITION_KEY = _DeviationRule(
        "undocumented-definition-key", "send only the keys of definitions that the reference documents", _unknown_key
    )

    @property
    def key(self) -> str:
        """The name in logs, counters and journals."""
        return self.value.key

    @property
    def advice(self) -> str:
        """What the client should do instead."""
        return self.value.advice


@dataclass(frozen=True, slots=True)
class NotedDeviation:
    """One occurrence of a deviation, with a message for the user."""

    deviation: Deviation
    message: str


class FidelityMonitor:
    """Counts the deviations of one tenant."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._reported: set[tuple[Deviation, str]] = set()

    def is_first(self, deviation: Deviation, subject: str) -> bool:
        """Whether this deviation occurs for the first time with this subject, for deviations that are reported once."""
        key = (deviation, subject)
        is_first = key not in self._reported
        self._reported.add(key)
        return is_first

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of warnings by the key of the deviation."""
        return MappingProxyType(self._counts)

    def note(self, deviation: Deviation, message: str, *, strict: bool) -> NotedDeviation:
        """Counts a deviation and returns the warning to report. In strict mode, raises its ZuoraError instead."""
        refusal = deviation.value.refusal
        if strict and refusal is not None:
            raise refusal(f"{message} (strict mode refuses it: {deviation.advice})")
        self._counts[deviation.key] = self._counts.get(deviation.key, 0) + 1
        return NotedDeviation(deviation, message)
