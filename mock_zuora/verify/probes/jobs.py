"""Probes of jobs: how they are submitted, listed, processed and cancelled."""

from mock_zuora.verify.finding import choice, other
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.tenant import ProbedTenant, csv_text


@probe("rejected-rows", "runs a file of three rows, the second of them invalid", requests=14, jobs=1, objects=1)
def rejected_rows(tenant: ProbedTenant) -> Found:
    """What happens to the other rows of a file."""
    name = tenant.object({"doors__c": {"type": "integer"}})
    run = tenant.run(name, csv_text(["doors__c"], ["2"], ["four"], ["5"]))
    written = sorted(str(each.get("doors__c")) for each in tenant.records(name))
    seen = f"{run.seen}; written: {', '.join(written) or 'none'}"
    choices = {("2", "5"): "skip", (): "fail-job", ("2",): "stop"}
    found = choices.get(tuple(written))
    yield "rejected-rows", choice(found, seen) if found and run.upload.is_success else other(seen)
