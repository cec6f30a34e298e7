"""Probes of lists of records and their queries."""

from typing import Any, Final

from mock_zuora.verify.finding import Inconclusive, choice, holds, other
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import refused, together
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import RECORDS, SETTLE_SECONDS, TEXT, UNKNOWN_ID, ProbedTenant

INVALID_QUERY: Final = "71012720"
NOT_FILTERABLE: Final = frozenset({"71012721", "71012730"})
_QUERY_CODES: Final = frozenset({INVALID_QUERY, *NOT_FILTERABLE})
_BRANDS: Final[dict[str, dict[str, Any]]] = {"brand__c": TEXT, "doors__c": {"type": "integer"}}
_BOTH: Final = ["brand__c", "doors__c"]


@probe("query-letter-case", "queries a text in another letter case", requests=9, objects=1)
def query_letter_case(tenant: ProbedTenant) -> Found:
    name = tenant.object({"brand__c": TEXT}, filterable=["brand__c"])
    tenant.create(name, {"brand__c": "Saab"})
    wait_until_shown(tenant, name, "brand__c:Saab", 1)
    response = query(tenant, name, "brand__c:saab")
    found = {0: "exact", 1: "ignored"}.get(number_of(response), "")
    seen = f"Saab was stored, and brand__c:saab found {number_of(response)} records"
    yield "query-letter-case", choice(found, seen) if found else other(response.seen)


@probe("query-default-operator", "queries two terms without an operator between them", requests=9, objects=1)
def query_default_operator(tenant: ProbedTenant) -> Found:
    name = tenant.object(_BRANDS, filterable=_BOTH)
    tenant.create(
        name,
        {"brand__c": "Saab", "doors__c": 2},
        {"brand__c": "Volvo", "doors__c": 4},
        {"brand__c": "Saab", "doors__c": 4},
    )
    wait_until_shown(tenant, name, "brand__c:Saab OR doors__c:4", 3)
    response = query(tenant, name, "brand__c:Saab doors__c:4")
    seen = f"brand__c:Saab doors__c:4, of which one record matches both and two match one; {response.seen}"
    if response.code == INVALID_QUERY:
        yield "query-default-operator", choice("refused", seen)
    else:
        yield "query-default-operator", choice("or", seen) if number_of(response) == 3 else other(seen)


@probe("record-count", "lists one of two records that match a query, of an object with four", requests=11, objects=1)
def record_count(tenant: ProbedTenant) -> Found:
    name = tenant.object(_BRANDS, filterable=_BOTH)
    tenant.create(name, *({"doors__c": doors} for doors in (2, 4, 4)))
    # The fourth record tells when the list shows the others.
    tenant.records(name)
    wait_until_shown(tenant, name, "doors__c:4", 2)
    response = query(tenant, name, "doors__c:4", pageSize="1")
    count = response.object.get("count")
    choices = {1: "page", 2: "matches", 4: "all"}
    found = choices.get(count) if isinstance(count, int) and number_of(response) == 1 else None
    seen = f"of 4 records 2 match; a page of {number_of(response)} has the count {count}"
    yield "record-count", choice(found, seen) if found else other(response.seen)


@probe("filterable-system-fields", "queries by Id, CreatedDate and CreatedById", requests=7, objects=1)
def filterable_system_fields(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT})
    for control in (f"Id:{UNKNOWN_ID}", "CreatedDate:>2020-01-01"):
        response = query(tenant, name, control)
        if not response.is_success:
            yield "filterable-system-fields", other(f"{control} is refused: {response.seen}")
            return
    responses = [query(tenant, name, f"{each}:{UNKNOWN_ID}") for each in ("CreatedById", "UpdatedById")]
    seen = "; ".join(each.seen for each in responses)
    if all(each.is_success for each in responses):
        yield "filterable-system-fields", choice("all", seen)
    elif all(each.code in NOT_FILTERABLE for each in responses):
        yield "filterable-system-fields", choice("dates-and-id", seen)
    else:
        yield "filterable-system-fields", other(seen)


def query(tenant: ProbedTenant, name: str, q: str, **params: str) -> Response:
    """The response to a list with a query."""
    return tenant.call("GET", f"{RECORDS}/{name}", params={"q": q, **params})


def number_of(response: Response) -> int:
    """How many records a list has; -1 if it was refused."""
    found = response.object.get("records")
    return len(found) if isinstance(found, list) else -1


def wait_until_shown(tenant: ProbedTenant, name: str, q: str, number: int) -> None:
    """Waits until a query finds so many records: lists show new records late. Raises Inconclusive."""
    response: Response | None = None

    def read() -> bool | None:
        nonlocal response
        response = query(tenant, name, q)
        return True if number_of(response) == number else None if response.is_success else False

    if not tenant.timer.poll(read, SETTLE_SECONDS):
        raise Inconclusive(f"expected {number} records for {q}; {response.seen if response else ''}")


_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "name__c": TEXT,
    "doors__c": {"type": "integer"},
    "sold__c": {"type": "string", "format": "date-time"},
    "note__c": TEXT,
}
_RECORDS: Final[list[dict[str, Any]]] = [
    {"name__c": "Ada", "doors__c": 2, "sold__c": "2026-03-15T10:00:00Z"},
    {"name__c": "Bob", "doors__c": 4, "sold__c": "2026-03-16T00:00:00Z"},
    {"name__c": "C:1"},
]
_COMPARISONS: Final = {
    "doors__c:4": "Bob",
    "doors__c:>=2": "Ada, Bob",
    "doors__c:<4": "Ada",
    "_exists_:doors__c": "Ada, Bob",
    "name__c:Ada OR doors__c:4": "Ada, Bob",
    "doors__c:>=2 AND NOT name__c:Ada": "Bob",
    r"name__c:C\:1": "C:1",
}
"""Queries with the names of the records that they find."""
_DATES: Final = {"sold__c:2026-03-15": "Ada", "sold__c:>=2026-03-16": "Bob", "sold__c:>=2026-03": "Ada, Bob"}
_REFUSED: Final = {
    "queries-04": ("note__c:x", "name__c:>Ada"),
    "queries-06": ("name__c:A*a", "name__c:A?a"),
    "queries-08": ("name__c:'Ada'",),
}
"""By row: queries that are refused."""


@probe("queries", "sends fifteen queries about three records", requests=23, objects=1)
def queries(tenant: ProbedTenant) -> Found:
    name = tenant.object(_FIELDS, filterable=["name__c", "doors__c", "sold__c"])
    tenant.create(name, *_RECORDS)
    wait_until_shown(tenant, name, "_exists_:name__c", 3)
    for subject, compared in {"queries-01": _COMPARISONS, "queries-02": _DATES}.items():
        found = {each: _names(query(tenant, name, each)) for each in compared}
        wrong = [
            f"{each} found {names}, not {compared[each]}" for each, names in found.items() if names != compared[each]
        ]
        yield (
            subject,
            other("; ".join(wrong)) if wrong else holds("; ".join(f"{q}: {names}" for q, names in found.items())),
        )
    for subject, texts in _REFUSED.items():
        yield subject, together(refused(query(tenant, name, each), *_QUERY_CODES) for each in texts)


def _names(response: Response) -> str:
    found = response.object.get("records")
    if not isinstance(found, list):
        return f"{response.status} {response.code}".rstrip()
    return ", ".join(sorted(str(each.get("name__c")) for each in found)) or "nothing"
