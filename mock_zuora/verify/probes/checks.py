"""What a refusal says about a row of the ledger."""

from collections.abc import Iterable
from typing import Final

from mock_zuora.domain.errors import shortened
from mock_zuora.verify.answer import Answer
from mock_zuora.verify.finding import Finding, Verdict, inconclusive, row

_MAX_REASON: Final = 400
"""Characters of what several responses have shown."""


def refused(answer: Answer, *codes: str, status: int = 400) -> Finding:
    """Whether a request was refused with this status and one of these codes, or any code if none is given."""
    if answer.status in (401, 403):
        return inconclusive(answer.seen)
    is_code = not codes or any(each in codes for each in answer.codes)
    return row(answer.status == status and is_code, answer.seen)


def together(findings: Iterable[Finding]) -> Finding:
    """One finding of several about the same row: the first that is no ``holds``, or else what all have seen."""
    found = [*findings]
    for verdict in (Verdict.OTHER, Verdict.INCONCLUSIVE):
        for each in found:
            if each.verdict is verdict:
                return each
    return Finding(Verdict.HOLDS, shortened("; ".join(each.reason for each in found), _MAX_REASON))
