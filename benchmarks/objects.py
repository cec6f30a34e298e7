"""Measures queries, filters and pages over 100,000 records in the domain, without HTTP.

python benchmarks/objects.py
"""

import json
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from mock_zuora.domain.jobs.delete_filter import filter_from
from mock_zuora.domain.jobs.processing import find_matches
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.records.operations import RecordPage, RecordQuery, list_records
from mock_zuora.domain.records.record import Values, lookup, new_record
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Caller, ObjectRecords
from mock_zuora.server.app import build_registry

RECORDS = 100_000
ROUNDS = 5

CAR = {
    "object": "car",
    "label": "Car",
    "properties": {
        "color__c": {"type": "string", "label": "Color"},
        "vin__c": {"type": "string", "label": "Vin"},
        "number__c": {"type": "integer", "label": "Number"},
        "built__c": {"type": "string", "format": "date", "label": "Built"},
        "seen__c": {"type": "string", "format": "date-time", "label": "Seen"},
    },
    "filterable": ["color__c", "vin__c", "number__c", "built__c", "seen__c"],
    "unique": ["vin__c"],
}
QUERIES = {
    "query: equality, 100 found": "color__c:c5",
    "query: equality of a unique field": "vin__c:v500",
    "query: equality of a date-time, 1,000 found": 'seen__c:"2050-01-01T00:00:00Z"',
    "query: two equalities joined by OR": "color__c:c5 OR color__c:c7",
    "query: equality and range": "color__c:c5 AND number__c:<50000",
    "query: two ranges": "number__c:>50000 AND built__c:<2050",
    "query: ranges joined by OR, and a negation": "(number__c:>90000 OR built__c:<2050) AND NOT color__c:c5",
    "query: range of numbers": "number__c:>50000",
    "query: range of dates": "built__c:>2050",
    "query: range of date-times": "seen__c:>2050-01-01T00\\:00\\:00Z",
    "query: range of a system date": "CreatedDate:>2020",
    "query: negation": "NOT color__c:c5",
}


def measure() -> dict[str, float]:
    """Returns the median seconds of five rounds each, after one that builds the indexes."""
    caller, records = _populated_tenant()
    seconds: dict[str, float] = {}
    for name, q in QUERIES.items():
        seconds[name] = _median(partial(_page, caller, RecordQuery(q=q)))
    cursor = records.table.ids()[RECORDS * 9 // 10]
    seconds["page of 1,000 after record 90,000"] = _median(
        partial(_page, caller, RecordQuery(cursor=cursor, page_size=1000))
    )
    seconds["all 100 pages of 1,000"] = _median(partial(_page_through, caller))
    for name, condition in {
        "filter: equality": ("color__c", "EQ", "c5"),
        "filter: range of numbers, 1,000 found": ("number__c", "GE", 99_000),
        "filter: range of numbers, half found": ("number__c", "GE", 50_000),
        "filter: range of date-times, half found": ("seen__c", "GT", "2050-01-01T00:00:00Z"),
    }.items():
        seconds[name] = _median(partial(_filter, records, *condition))
    return seconds


def _populated_tenant() -> tuple[Caller, ObjectRecords]:
    tenant = build_registry("bench").add_tenant(TenantTemplate(definitions=(definition_from(CAR),)))
    by, now = tenant.default_user.id, tenant.clock.now()
    definition = tenant.store.objects.definition("default", "car")
    if definition is None:
        raise LookupError("car")
    records = tenant.records(definition)
    for at in range(RECORDS):
        year = 2000 + at % 100
        values: Values = {
            "color__c": f"c{at % 1000}",
            "vin__c": f"v{at}",
            "number__c": at,
            "built__c": f"{year}-01-01",
            "seen__c": f"{year}-01-01T00:00:00Z",
        }
        records.put(new_record(tenant.ids.uuid(), by, now, values))
    return Caller(tenant, tenant.default_user, tenant.default_user.permissions), records


def _page_through(caller: Caller) -> None:
    cursor = None
    while page := _page(caller, RecordQuery(cursor=cursor, page_size=1000)).records:
        cursor = page[-1].id


def _filter(records: ObjectRecords, field: str, operator: str, value: object) -> int:
    """Finds records as a delete job does."""
    wanted = filter_from({"conditions": [{"field": field, "operator": operator, "value": value}]}, records.definition)
    ids = records.table.ids_of(find_matches(wanted, records.table))
    return sum(wanted.matches(lookup(record)) for each in ids if (record := records.table.get(each)) is not None)


def _page(caller: Caller, query: RecordQuery) -> RecordPage:
    """Lists records, without the pauses between the chunks of the work."""
    chunks = list_records(caller, "car", query)
    while True:
        try:
            next(chunks)
        except StopIteration as stop:
            page: RecordPage = stop.value
            return page


def _median(run: Callable[[], object]) -> float:
    run()
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        run()
        rounds.append(time.perf_counter() - started)
    return median(rounds)


if __name__ == "__main__":
    print(json.dumps({name: round(seconds, 5) for name, seconds in measure().items()}, indent=2))
