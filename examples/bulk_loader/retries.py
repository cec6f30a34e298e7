"""When to send a request again, and after how long. It sends nothing itself, so both loaders share it."""

from dataclasses import dataclass

import httpx

TOO_MANY_JOBS = 71013030
"""The code of a submit that exceeds the limit of unfinished jobs."""
SAFE = ("GET",)
"""Methods that can be repeated even if the first request may have been processed."""


@dataclass(frozen=True)
class Retries:
    """Up to ``attempts`` per request. Pauses double from ``first_pause`` seconds on, up to ``longest_pause``."""

    attempts: int = 5
    first_pause: float = 1.0
    longest_pause: float = 60.0

    def after_response(self, response: httpx.Response, attempt: int) -> float | None:
        """Seconds until the next attempt; None if the response is final. Attempts count from 1."""
        if attempt >= self.attempts or not _is_temporary(response):
            return None
        seconds = response.headers.get("Retry-After", "")
        # Gateways also send a date, which says nothing if the clocks of the two machines differ.
        return float(seconds) if seconds.isdecimal() else self.pause(attempt)

    def after_failure(self, method: str, attempt: int) -> float | None:
        """Seconds until the next attempt after a failed connection; None if there must be none."""
        return self.pause(attempt) if method in SAFE and attempt < self.attempts else None

    def pause(self, attempt: int) -> float:
        """The pause after an attempt, in seconds."""
        return min(self.first_pause * 2 ** (attempt - 1), self.longest_pause)


DEFAULT_RETRIES = Retries()


def _is_temporary(response: httpx.Response) -> bool:
    if response.status_code in (502, 504):
        # A gateway does not tell whether the request was processed.
        return response.request.method in SAFE
    return response.status_code in (429, 503) or code_of(response) == TOO_MANY_JOBS


def code_of(response: httpx.Response) -> int | None:
    """The error code of a response; None if it has none, for example because it comes from a gateway.

    Zuora's documentation has two forms of errors: with the code at the top, and in a list of reasons.
    """
    try:
        problem = response.json()
        code = problem.get("reasons", [problem])[0]["code"]
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return code if isinstance(code, int) else None
