"""Probes of records."""

from typing import Final

from mock_zuora.verify.finding import Inconclusive, choice, inconclusive, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import refused
from mock_zuora.verify.probes.versions import by_version
from mock_zuora.verify.tenant import RECORDS, TEXT, ProbedTenant, accepted

MERGE_PATCH: Final = "application/merge-patch+json"
_SYSTEM_FIELDS: Final = frozenset({"Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate", "type"})
_WITHOUT_PERMISSION: Final = (
    "this user may create records; run '--only record-permission-status' with the OAuth client of a user without "
    "'Edit Custom Objects'"
)


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
        response = tenant.call("GET", f"{RECORDS}/{name}/{record}", headers={"Zuora-Version": version})
        return "always" if "version" in accepted(response).object else "never"

    yield "record-version", by_version(form, "always", "never", ("always", "never"))


@probe("unprocessed-records", "creates a record in an old and a new version of the API", requests=8, objects=1)
def unprocessed_records(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT})

    def form(version: str) -> str:
        body = {"records": [{"name__c": "Ada"}]}
        response = tenant.call("POST", f"{RECORDS}/{name}", json_body=body, headers={"Zuora-Version": version})
        return "always" if "unprocessedRecords" in accepted(response).object else "never"

    yield "unprocessed-records", by_version(form, "never", "always", ("always", "never"))


@probe("record-permission-status", "creates a record of an unknown object, as a user who may create none", requests=1)
def record_permission_status(tenant: ProbedTenant) -> Found:
    """A user with the permission is refused because of the object, so nothing is ever written."""
    response = tenant.call("POST", f"{RECORDS}/{tenant.unused_name()}", json_body={"records": [{"name__c": "Ada"}]})
    if not response.names_a_permission:
        raise Inconclusive(f"{_WITHOUT_PERMISSION}; {response.seen}")
    found = str(response.status)
    yield "record-permission-status", choice(found, response.seen) if found in ("401", "403") else other(response.seen)


@probe("record-life", "creates a record, updates it with PUT and PATCH, and deletes it twice", requests=15, objects=1)
def record_life(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT, "doors__c": {"type": "integer"}})
    (record,) = tenant.create(name, {"name__c": "Ada", "doors__c": 2})
    path = f"{RECORDS}/{name}/{record}"
    created = accepted(tenant.call("GET", path))
    missing = ", ".join(sorted(_SYSTEM_FIELDS - created.object.keys()))
    yield "definitions-09", row(not missing, f"system fields that the record lacks: {missing or 'none'}")
    yield from _preconditions(tenant, path, created.headers.get("etag"))
    refusal = tenant.call("PUT", path, json_body={"doors__c": "four"})
    yield "records-12", refused(refusal, "71012523")
    has_details = '"details"' in refusal.text
    yield "records-19", inconclusive(refusal.seen) if refusal.is_success else row(not has_details, refusal.seen)
    put = tenant.call("PUT", path, json_body={"name__c": "Eve", "doors__c": 3})
    patch = tenant.call("PATCH", path, content='{"doors__c": null}', headers={"Content-Type": MERGE_PATCH})
    after = tenant.record(name, record)
    deleted, gone = tenant.call("DELETE", path), tenant.call("GET", path)
    is_as_described = after.get("name__c") == "Eve" and after.get("doors__c") is None and gone.status == 404
    statuses = f"PUT {put.status}, PATCH {patch.status}, DELETE {deleted.status}, then GET {gone.status}"
    seen = f"{statuses}; before the DELETE, name__c was {after.get('name__c')!r} and doors__c {after.get('doors__c')!r}"
    yield "records-03", row(is_as_described, seen)
    again = tenant.call("DELETE", path)
    yield "records-05", row(again.is_success, f"a second {again.seen}") if gone.status == 404 else inconclusive(seen)


def _preconditions(tenant: ProbedTenant, path: str, etag: str | None) -> Found:
    """What ``If-Match`` does in PUT requests: the first has the version of the record, the second an earlier one."""
    if not etag:
        yield "records-06", other("the response to the GET of a record has no ETag")
        return
    first, second = [
        tenant.call("PUT", path, json_body={"name__c": each}, headers={"If-Match": etag}) for each in ("Bob", "Cy")
    ]
    after = accepted(tenant.call("GET", path)).object.get("name__c")
    seen = f"PUT with the ETag {first.status}, again with the same ETag {second.status}; then name__c was {after!r}"
    yield "records-06", row(first.is_success and second.status == 412 and after == "Bob", seen)
