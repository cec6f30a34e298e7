"""Probes of requests about several records."""

from typing import Any, Final

from mock_zuora.verify.finding import inconclusive, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.tenant import BATCH, RECORDS, TEXT, UNKNOWN_ID, ProbedTenant

_INVALID: Final = "71012520"


@probe(
    "create-several",
    "creates two records, one of them invalid, with and without partial success",
    requests=10,
    objects=1,
)
def create_several(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT, "doors__c": {"type": "integer"}})

    def create(good: str, **keys: Any) -> Any:
        records = [{"name__c": good, "doors__c": 2}, {"name__c": "Bob", "doors__c": "four"}]
        return tenant.call("POST", f"{RECORDS}/{name}", json_body={"records": records, **keys})

    whole, partial = create("Ada"), create("Eve", allowPartialSuccess=True)
    written = sorted(str(each.get("name__c")) for each in tenant.records(name))
    is_refused = whole.status == 400 and whole.code == _INVALID and "71012523" in whole.codes
    seen = f"{whole.seen}; records after both requests: {', '.join(written)}"
    yield "records-01", row(is_refused and "Ada" not in written, seen)
    created, error = partial.object.get("records"), partial.object.get("error")
    is_partial = partial.is_success and isinstance(created, list) and len(created) == 1 and bool(error)
    yield "records-02", row(is_partial and "Eve" in written and "71012523" in partial.codes, partial.seen)


@probe("batches", "updates a record in a batch, and deletes it and one that does not exist", requests=9, objects=1)
def batches(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT, "doors__c": {"type": "integer"}})
    (record,) = tenant.create(name, {"name__c": "Ada", "doors__c": 2})

    def act(**action: Any) -> Any:
        return tenant.call("POST", f"{BATCH}/{name}", json_body={"action": action})

    updated = act(type="update", records={record: {"doors__c": 4}})
    after = tenant.record(name, record)
    deleted = act(type="delete", ids=[record])
    gone = tenant.call("GET", f"{RECORDS}/{name}/{record}")
    unknown = act(type="delete", ids=[UNKNOWN_ID])
    statuses = f"update {updated.status}, delete {deleted.status}, then GET {gone.status}"
    seen = f"{statuses}; after the update, doors__c was {after.get('doors__c')!r}"
    holds = updated.is_success and after.get("doors__c") == 4 and deleted.is_success and gone.status == 404
    yield "records-07", row(holds, seen)
    if holds:
        kept = f"name__c, which the update omits, was then {after.get('name__c')!r}"
        seen = f"{kept}; the deletion of an unknown id got {unknown.status}"
        yield "records-08", row(after.get("name__c") == "Ada" and unknown.is_success, seen)
    else:
        yield "records-08", inconclusive(seen)
