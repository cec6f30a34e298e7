"""Why ``requests.assert_made`` failed: what was expected, and the recorded requests, the nearest first."""

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from mock_zuora.control.journal import RequestSearch
from mock_zuora.control.recorded_requests import RecordedRequest, RecordedRequests
from mock_zuora.domain.errors import counted

_MAX_SHOWN: Final = 20
_MAX_COMPARED_PATH: Final = 200
"""Characters. The comparison of longer paths takes too long."""
_DETAILS: Final[Mapping[str, Callable[[RecordedRequest], object]]] = {
    "operation": lambda request: request.operation,
    "error_code": lambda request: request.error_code,
    "job": lambda request: request.job_id,
    "fault": lambda request: request.fault,
    "user": lambda request: request.user,
}
"""Criteria whose values the line of a request does not show."""


class Mismatch:
    """A check that failed. ``criteria`` are those of the search, ``matching`` the requests that it found."""

    def __init__(
        self,
        criteria: Mapping[str, Any],
        count: int | None,
        matching: Sequence[RecordedRequest],
        recorded: RecordedRequests,
    ) -> None:
        self._criteria = {name: value for name, value in criteria.items() if value is not None}
        self._count = count
        self._matching = {each.id for each in matching}
        self._recorded = recorded
        # One criterion at a time, as the server compares them.
        self._searches = {name: RequestSearch(**{name: value}) for name, value in self._criteria.items()}
        # The pattern is the second sequence, of which the matcher keeps what it needs for each comparison.
        pattern = str(self._criteria.get("path", ""))[:_MAX_COMPARED_PATH]
        self._paths = SequenceMatcher(None, "", pattern, autojunk=False)

    def text(self) -> str:
        """The message of the AssertionError."""
        requests = self._recorded.requests
        wanted = "at least 1 request" if self._count is None else f"exactly {counted(self._count, 'request')}"
        found = f"{counted(len(self._matching), 'request')} of {len(requests)} matched"
        if self._recorded.dropped:
            found += f"; {self._recorded.dropped} older ones are no longer recorded"
        nearest = sorted(requests, key=self._distance)  # Stable: of equally near ones, the oldest comes first.
        lines = [self._line(each) for each in nearest[:_MAX_SHOWN]]
        if len(nearest) > _MAX_SHOWN:
            lines.append(f"  … and {len(nearest) - _MAX_SHOWN} others")
        return "\n".join([f"expected {wanted}{self._described()}, but {found}", *lines])

    def _described(self) -> str:
        line = [str(self._criteria[name]) for name in ("method", "path") if name in self._criteria]
        others = [f"{name}={value}" for name, value in self._criteria.items() if name not in ("method", "path")]
        return "".join([f" {' '.join(line)}" if line else "", f" with {', '.join(others)}" if others else ""])

    def _differences(self, request: RecordedRequest) -> list[str]:
        """The criteria that a request does not meet."""
        return [name for name, search in self._searches.items() if not search.matches(request)]

    def _distance(self, request: RecordedRequest) -> tuple[bool, int, float]:
        self._paths.set_seq1(request.path[:_MAX_COMPARED_PATH])
        # ``ratio`` takes ten milliseconds for two long paths, and the journal has a thousand.
        unlike = 1 - self._paths.quick_ratio()
        return request.id not in self._matching, len(self._differences(request)), unlike

    def _line(self, request: RecordedRequest) -> str:
        if request.id in self._matching:
            return f"  {request} (matches)"
        names = self._differences(request)
        shown = [f"{name} {_DETAILS[name](request)}" if name in _DETAILS else name for name in names]
        return f"  {request} (other {', '.join(shown)})"
