"""Findings from refused requests."""

from collections.abc import Iterable
from typing import Final

from mock_zuora.domain.errors import shortened
from mock_zuora.verify.connection import JOB_LIMIT
from mock_zuora.verify.finding import Finding, Inconclusive, Verdict, inconclusive, row
from mock_zuora.verify.response import Response

_MAX_REASON: Final = 400
"""Characters of what several responses have shown."""


def permitted(response: Response) -> Response:
    """Returns the response. Raises Inconclusive if it denies a permission."""
    if response.is_denied:
        raise Inconclusive(response.seen)
    return response


def is_refused(response: Response, status: int, *codes: str) -> bool:
    """Whether a request was refused with this status, and with one of these codes if any are given.

    Raises Inconclusive if it was refused for another reason than its content: a permission, or too many jobs.
    """
    permitted(response)
    if response.code == JOB_LIMIT and JOB_LIMIT not in codes:
        raise Inconclusive("the tenant has too many unfinished jobs")
    return response.status == status and (not codes or any(each in codes for each in response.codes))


def refused(response: Response, *codes: str, status: int = 400) -> Finding:
    """``is_refused`` as a finding about a row of the ledger, which is inconclusive where that raises."""
    try:
        return row(is_refused(response, status, *codes), response.seen)
    except Inconclusive as why:
        return inconclusive(str(why))


def together(findings: Iterable[Finding]) -> Finding:
    """Combines findings about the same row: the first that differs or is inconclusive, or else all reasons together."""
    found = [*findings]
    for verdict in (Verdict.OTHER, Verdict.INCONCLUSIVE):
        for each in found:
            if each.verdict is verdict:
                return each
    return Finding(Verdict.HOLDS, shortened("; ".join(each.reason for each in found), _MAX_REASON))
