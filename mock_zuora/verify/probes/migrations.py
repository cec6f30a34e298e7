"""Probes of migrations."""

from collections.abc import Callable
from typing import Any, Final

from mock_zuora.verify.finding import Finding, Verdict, inconclusive, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import refused, together
from mock_zuora.verify.probes.relationships import relationship_with
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import DEFINITIONS, SETTLE_SECONDS, TEXT, ProbedTenant, accepted

MIGRATIONS: Final = "/objects/migrations"
_ID: Final = {"type": "string", "format": "uuid"}
Schema = dict[str, Any]


@probe("migrations", "changes the definition of an object by each kind of migration", requests=21, objects=2)
def migrations(tenant: ProbedTenant) -> Found:
    name, owner = tenant.object({"name__c": TEXT, "owner__c": _ID}), tenant.object({"name__c": TEXT})
    related = relationship_with(owner)
    longer = {"name": "note__c", "definition": {"maxLength": 120}}
    steps: list[tuple[str, dict[str, Any], Callable[[Schema], bool]]] = [
        ("addField", {"field": {"name": "note__c", "definition": {**TEXT, "label": "Note"}}}, _has("note__c")),
        ("updateField", {"field": longer}, lambda it: it["properties"]["note__c"].get("maxLength") == 120),
        ("renameField", {"field": {"name": "note__c", "targetName": "text__c"}}, _has("text__c")),
        ("deleteField", {"field": {"name": "text__c"}}, lambda it: "text__c" not in it["properties"]),
        ("updateObject", {"label": "changed"}, lambda it: it.get("label") == "changed"),
        ("addRelationship", {"relationship": related}, lambda it: bool(it.get("relationships"))),
        ("deleteRelationship", {"relationship": related}, lambda it: not it.get("relationships")),
    ]
    findings: list[Finding] = []
    for kind, keys, is_done in steps:
        findings.append(_step(tenant, name, kind, keys, is_done))
        if findings[-1].verdict is not Verdict.HOLDS:
            # The next ones build on it.
            break
    yield "definitions-19", together(findings)
    response = migrate(tenant, name, "updateObject", instant=True, label="again")
    instant = response.object.get("instant")
    seen = f"the response to a migration with instant: {instant!r}"
    yield "definitions-28", row(instant is True, seen) if response.is_success else row(False, response.seen)


def _step(
    tenant: ProbedTenant, name: str, kind: str, keys: dict[str, Any], is_done: Callable[[Schema], bool]
) -> Finding:
    """Carries out one action, and waits until the definition shows it."""
    response = migrate(tenant, name, kind, **keys)
    if not response.is_success:
        return inconclusive(response.seen) if response.is_denied else row(False, f"{kind}: {response.seen}")

    def read() -> bool | None:
        return is_done(accepted(tenant.call("GET", f"{DEFINITIONS}/{name}")).object["schema"]) or None

    if tenant.timer.poll(read, SETTLE_SECONDS):
        return row(True, f"{kind}: done")
    return inconclusive(f"{kind}: {response.status}, but the definition did not show it within {SETTLE_SECONDS:g} s")


def _has(field: str) -> Callable[[Schema], bool]:
    return lambda schema: field in schema["properties"]


@probe("migrations-with-records", "tries migrations that need an object without records", requests=11, objects=1)
def migrations_with_records(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT, "code__c": TEXT}, filterable=["code__c"])
    tenant.create(name, {"name__c": "Ada", "code__c": "A"})
    added = migrate(tenant, name, "addField", field={"name": "note__c", "definition": {**TEXT, "label": "Note"}})
    if not added.is_success:
        # A migration that needs no empty object is refused too.
        yield "definitions-20", inconclusive(added.seen)
        return
    required = {"name": "must__c", "required": True, "definition": {**TEXT, "label": "Must"}}
    yield (
        "definitions-20",
        together(
            [
                refused(migrate(tenant, name, "deleteField", field={"name": "name__c"})),
                refused(migrate(tenant, name, "addField", field=required)),
                refused(migrate(tenant, name, "updateField", field={"name": "code__c", "unique": True})),
            ]
        ),
    )


def migrate(tenant: ProbedTenant, name: str, kind: str, *, instant: bool | None = None, **keys: Any) -> Response:
    """Posts a migration with one action."""
    body: dict[str, Any] = {"actions": [{"type": kind, "namespace": "default", "object": name, **keys}]}
    if instant is not None:
        body["instant"] = instant
    return tenant.call("POST", MIGRATIONS, json_body=body)
