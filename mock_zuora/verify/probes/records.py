"""Probes of records and queries."""

from mock_zuora.verify.finding import choice, other
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.tenant import RECORDS, TEXT, ProbedTenant, accepted


@probe("put-record", "changes one of two fields of a record with PUT", requests=9, objects=1)
def put_record(tenant: ProbedTenant) -> Found:
    """What PUT does with the fields that its body omits."""
    name = tenant.object({"plate__c": TEXT, "color__c": TEXT})
    (record,) = tenant.create(name, {"plate__c": "B-1", "color__c": "red"})
    accepted(tenant.call("PUT", f"{RECORDS}/{name}/{record}", json_body={"color__c": "blue"}))
    after = tenant.record(name, record)
    seen = f"after PUT of color__c only, plate__c was {after.get('plate__c')!r} and color__c {after.get('color__c')!r}"
    if after.get("color__c") != "blue":
        yield "put-record", other(seen)
    elif after.get("plate__c") == "B-1":
        yield "put-record", choice("merge", seen)
    elif after.get("plate__c") is None:
        yield "put-record", choice("replace", seen)
    else:
        yield "put-record", other(seen)
