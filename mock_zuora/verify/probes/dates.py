"""The probe of date-times in responses."""

import re
from collections.abc import Sequence
from statistics import median
from typing import Any, Final

from mock_zuora.verify.finding import Finding, Inconclusive, choice, inconclusive, other
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.tenant import RECORDS, TEXT, ProbedTenant, accepted

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(?:Z|[+-]\d\d:?\d\d)")
_ATTEMPTS: Final = 150
_NEXT_SECOND: Final = 1_370.0
"""Milliseconds until a date with another second, and with other decimals if it has any."""
_ENOUGH: Final = 5
"""If so many dates have no decimals, Zuora writes none. Otherwise, one date in a thousand falls on a whole second."""


@probe("dates", "creates records until one has a date on a whole second", requests=13, jobs=1, objects=1)
def dates(tenant: ProbedTenant) -> Found:
    """How many decimals dates have.

    The forms differ on whole seconds only, so the probe aims at them: the last date shows how long to wait.
    """
    name = tenant.object({"name__c": TEXT})
    job = tenant.pending_job(name)
    tenant.cancel(job)
    cancelled = tenant.wait_for(job).object
    own = [str(cancelled.get(each)) for each in ("CreatedDate", "UpdatedDate")]
    found = [_new_date(tenant, name)]
    lateness = [0.0]
    while (finding := _decision(found, own)) is None and len(found) < _ATTEMPTS:
        before = _milliseconds(found[-1])
        pause = (1_000 - before - median(lateness)) % 1_000 if before else _NEXT_SECOND
        tenant.timer.pause(pause / 1_000)
        found.append(_new_date(tenant, name))
        if before:
            # How much later than the end of the pause the record was created, up to the sign of half a second.
            passed = _milliseconds(found[-1]) - before - pause
            lateness.append((passed + 500) % 1_000 - 500)
    why = f"all of {len(found)} dates had three decimals, and none was on a whole second; run this probe again"
    yield "dates", finding or inconclusive(why)


def _new_date(tenant: ProbedTenant, name: str) -> str:
    response = accepted(tenant.call("POST", f"{RECORDS}/{name}", json_body={"records": [{"name__c": "one"}]}))
    records: list[dict[str, Any]] = response.object.get("records") or [{}]
    date = str(records[0].get("CreatedDate"))
    if _DATE.fullmatch(date) is None:
        raise Inconclusive(f"expected the date of a new record; {response.seen}")
    return date


def _decision(records: Sequence[str], job: Sequence[str]) -> Finding | None:
    """What the dates of records, and those of a job, tell; None if more are needed."""
    shown = f"records had {', '.join(sorted(set(records))[-3:])}; a job had {' and '.join(job)}"
    lengths, of_job = ({_decimals(each) for each in dates} for dates in (records, job))
    if not lengths | of_job <= {0, 3}:
        return other(shown)
    if lengths == {0}:
        if len(set(records)) < _ENOUGH:
            return None
        return choice("whole-seconds", shown) if of_job == {0} else other(shown)
    whole = [each for each in records if _milliseconds(each) == 0]
    if not whole:
        return None
    forms = {_decimals(each) for each in whole}
    seen = f"a record on a whole second had {whole[0]}; others, and a job, had three decimals"
    if forms == {0}:
        return choice("instant", seen)
    return choice("milliseconds", seen) if forms == of_job == {3} else other(shown)


def _decimals(date: str) -> int:
    """How many decimals the seconds have; -1 for a text that is no date."""
    found = _DATE.fullmatch(date)
    return len(found[1] or "") if found else -1


def _milliseconds(date: str) -> int:
    found = _DATE.fullmatch(date)
    return int(found[1][:3]) if found and found[1] else 0
