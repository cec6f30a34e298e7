"""Probes of relationships between objects, and of the deletion of objects."""

from typing import Any, Final

from mock_zuora.verify.finding import Inconclusive, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import refused
from mock_zuora.verify.tenant import DEFINITIONS, RECORDS, SETTLE_SECONDS, TEXT, UNKNOWN_ID, ProbedTenant, accepted

_OWNER: Final[dict[str, dict[str, Any]]] = {"owner__c": {"type": "string", "format": "uuid"}}


def relationship_with(name: str) -> dict[str, Any]:
    """A manyToOne relationship of the field ``owner__c`` with another object."""
    return {"cardinality": "manyToOne", "namespace": "default", "object": name, "fields": {"owner__c": "Id"}}


@probe(
    "relationships", "defines an object with a relationship to another one, and writes records", requests=19, objects=2
)
def relationships(tenant: ProbedTenant) -> Found:
    owner = tenant.object({"name__c": TEXT})
    car = tenant.object(_OWNER, relationships=[relationship_with(owner)])
    schema = accepted(tenant.call("GET", f"{DEFINITIONS}/{car}")).object["schema"]
    others = accepted(tenant.call("GET", f"{DEFINITIONS}/{owner}")).object["schema"].get("relationships", [])
    is_filterable = "owner__c" in schema["filterable"]
    sides = [each.get("cardinality") for each in others if each.get("object") == car]
    seen = f"the field is filterable: {is_filterable}; the other object shows the cardinality {sides}"
    yield "definitions-13", row(is_filterable and sides == ["oneToMany"], seen)
    deleted = tenant.call("DELETE", f"{DEFINITIONS}/{owner}")
    yield "definitions-18", refused(deleted, "71000030")
    if deleted.is_success:
        return
    wrong = tenant.call("POST", f"{RECORDS}/{car}", json_body={"records": [{"owner__c": UNKNOWN_ID}]})
    (ada,) = tenant.create(owner, {"name__c": "Ada"})
    tenant.create(car, {"owner__c": ada})
    yield "definitions-14", refused(wrong, "71012520")
    unknown = tenant.define(_OWNER, relationships=[relationship_with(tenant.unused_name())])[1]
    yield "definitions-16", refused(unknown, status=404 if unknown.status == 404 else 400)


@probe("object-deletion", "deletes an object with a record, and again without", requests=9, objects=1)
def object_deletion(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT})
    (record,) = tenant.create(name, {"name__c": "Ada"})
    full = tenant.call("DELETE", f"{DEFINITIONS}/{name}")
    finding = refused(full, "71000030")
    if full.is_success or full.code != "71000030":
        yield "definitions-17", finding
        return
    accepted(tenant.call("DELETE", f"{RECORDS}/{name}/{record}"))

    def read() -> bool | None:
        deleted = tenant.call("DELETE", f"{DEFINITIONS}/{name}")
        # After a DELETE that was sent again, only a GET tells that it took effect.
        return deleted.is_success or tenant.call("GET", f"{DEFINITIONS}/{name}").status == 404 or None

    if not tenant.timer.poll(read, SETTLE_SECONDS):
        raise Inconclusive("the object could not be deleted after the deletion of its record")
    yield "definitions-17", row(True, f"with a record: {full.seen}; without: deleted")
