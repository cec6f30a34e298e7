"""Probes of records."""

from typing import Final

from mock_zuora.verify.finding import Inconclusive, choice, other
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.versions import by_version
from mock_zuora.verify.tenant import RECORDS, TEXT, ProbedTenant, accepted

_WITHOUT_PERMISSION: Final = (
    "this user may create records; run '--only record-permission-status' with the OAuth client of a user without "
    "'Edit Custom Objects'"
)
_DENIED: Final = frozenset({"71012512", "71012513", "71012514", "71012515"})


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


@probe("record-version", "retrieves a record in an old and a new version of the API", requests=9, objects=1)
def record_version(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT})
    (record,) = tenant.create(name, {"name__c": "Ada"})

    def form(version: str) -> str:
        answer = tenant.call("GET", f"{RECORDS}/{name}/{record}", headers={"Zuora-Version": version})
        return "always" if "version" in accepted(answer).object else "never"

    yield "record-version", by_version(form, "always", "never", ("always", "never"))


@probe("unprocessed-records", "creates a record in an old and a new version of the API", requests=8, objects=1)
def unprocessed_records(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT})

    def form(version: str) -> str:
        body = {"records": [{"name__c": "Ada"}]}
        answer = tenant.call("POST", f"{RECORDS}/{name}", json_body=body, headers={"Zuora-Version": version})
        return "always" if "unprocessedRecords" in accepted(answer).object else "never"

    yield "unprocessed-records", by_version(form, "never", "always", ("always", "never"))


@probe("record-permission-status", "creates a record of an unknown object, as a user who may create none", requests=1)
def record_permission_status(tenant: ProbedTenant) -> Found:
    """A user with the permission is refused because of the object, so nothing is ever written."""
    answer = tenant.call("POST", f"{RECORDS}/{tenant.unused_name()}", json_body={"records": [{"name__c": "Ada"}]})
    if answer.code not in _DENIED:
        raise Inconclusive(f"{_WITHOUT_PERMISSION}; {answer.seen}")
    found = str(answer.status)
    yield "record-permission-status", choice(found, answer.seen) if found in ("401", "403") else other(answer.seen)
