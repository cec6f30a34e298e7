"""Probes of what all requests have in common: errors, headers, dates, tokens and limits."""

from mock_zuora.verify.finding import choice, other
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.tenant import JOBS, ProbedTenant

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


@probe("error-body", "retrieves a job that does not exist", requests=1)
def error_body(tenant: ProbedTenant) -> Found:
    """The form of an error."""
    answer = tenant.call("GET", f"{JOBS}/{UNKNOWN_ID}")
    if isinstance(answer.object.get("reasons"), list):
        yield "error-body", choice("reasons", answer.seen)
    elif "code" in answer.object and "message" in answer.object:
        yield "error-body", choice("flat", answer.seen)
    else:
        yield "error-body", other(answer.seen)
