"""Probes of delete jobs and their filters."""

from collections.abc import Mapping
from typing import Any, Final

from mock_zuora.verify.finding import Inconclusive, choice, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import is_refused, permitted
from mock_zuora.verify.probes.refusals import submitted
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import TEXT, ProbedTenant, accepted, csv_text

_MAXIMUM: Final = 100
_FIELDS: Final[dict[str, Mapping[str, Any]]] = {"number__c": {"type": "integer", "maximum": _MAXIMUM}, "color__c": TEXT}


def _filter(*conditions: tuple[str, str, Any]) -> dict[str, Any]:
    keys = ("field", "operator", "value")
    return {"conditions": [dict(zip(keys, each, strict=True)) for each in conditions]}


def _object(tenant: ProbedTenant) -> str:
    return tenant.object(_FIELDS, filterable=["number__c"])


def _numbers(tenant: ProbedTenant, name: str) -> list[Any]:
    return sorted(each.get("number__c") for each in tenant.records(name))


@probe("delete-first-status", "deletes a record with a job", requests=8, jobs=1, objects=1)
def delete_first_status(tenant: ProbedTenant) -> Found:
    """The status in the response to the submit; what comes later does not matter."""
    name = _object(tenant)
    tenant.create(name, {"number__c": 1})
    submit = accepted(tenant.submit("delete", name, filter=_filter(("number__c", "EQ", 1))))
    status = str(submit.object.get("status"))
    seen = f"the response to the submit of a delete job had the status {status}"
    choices = {"accepted": "accepted", "open": "accepted", "in_progress": "in-progress"}
    yield "delete-first-status", choice(choices.get(status), seen)
    job = str(submit.object.get("Id"))
    end = tenant.wait_for(job).object
    file = tenant.upload(job, csv_text(["number__c"], ["1"]))
    shown = f"{seen}; without a request it became {end.get('status')}; a file for it: {file.seen}"
    yield "jobs-11", row(end.get("status") == "completed" and is_refused(file, 400), shown)


@probe("delete-without-filter", "deletes two records with a job that has no filter", requests=14, jobs=1, objects=1)
def delete_without_filter(tenant: ProbedTenant) -> Found:
    """What is deleted: only records of an object that the probe has created."""
    name = _object(tenant)
    tenant.create(name, {"number__c": 1}, {"number__c": 2})
    # A job may overlook records that are not listed yet.
    tenant.records(name)
    submit = tenant.submit("delete", name)
    if is_refused(submit, 400, "71013222"):
        yield "delete-without-filter", choice("refused", submit.seen)
        return
    if not submit.is_success:
        yield "delete-without-filter", other(submit.seen)
        return
    end = tenant.wait_for(str(submit.object.get("Id"))).object
    left = len(tenant.records(name))
    seen = f"the job ended {end.get('status')}, and {left} of 2 records were left"
    is_all = end.get("status") == "completed" and left == 0
    yield "delete-without-filter", choice("all", seen) if is_all else other(seen)


@probe("delete-filters", "deletes records with jobs that have filters", requests=34, jobs=4, objects=1)
def delete_filters(tenant: ProbedTenant) -> Found:
    """Conditions and operators, and how mistakes in them are refused."""
    name = _object(tenant)
    tenant.create(name, *({"number__c": number} for number in range(1, 9)))
    # A job may overlook records that are not listed yet.
    tenant.records(name)
    steps = {
        "GE 2 and LT 4": (("number__c", "GE", 2), ("number__c", "LT", 4)),
        "GT 6 and LE 7": (("number__c", "GT", 6), ("number__c", "LE", 7)),
        "EQ 5": (("number__c", "EQ", 5),),
    }
    left = []
    for conditions in steps.values():
        submit = accepted(tenant.submit("delete", name, filter=_filter(*conditions)))
        end = tenant.wait_for(str(submit.object.get("Id")))
        if end.object.get("status") != "completed":
            raise Inconclusive(f"a delete job with a valid filter did not complete; {end.seen}")
        left.append(_numbers(tenant, name))
    expected = [[1, 4, 5, 6, 7, 8], [1, 4, 5, 6, 8], [1, 4, 6, 8]]
    seen = "; ".join(f"{what} left {found}" for what, found in zip(steps, left, strict=True))
    beyond = permitted(tenant.submit("delete", name, filter=_filter(("number__c", "GT", _MAXIMUM + 1))))
    if beyond.is_success:
        tenant.wait_for(str(beyond.object.get("Id")))
    yield "filter-07", row(beyond.is_success, f"a value above the maximum of its field: {beyond.seen}")
    refused = _refused(tenant, name)
    shown = {each: f"{response.status} {response.code}" for each, response in refused.items()}
    counts = is_refused(refused["none"], 400, "71013330") and is_refused(refused["three"], 400, "71013330")
    yield "filter-01", row(left == expected and counts, f"{seen}; {_text(shown, 'none', 'three')}")
    kinds = is_refused(refused["operator"], 400, "71013320") and is_refused(refused["value"], 400, "71013320")
    yield "filter-02", row(left == expected and kinds, f"{seen}; {_text(shown, 'operator', 'value')}")
    fields = is_refused(refused["not filterable"], 400, "71013330") and is_refused(refused["unknown"], 400, "71013321")
    yield "filter-03", row(fields, _text(shown, "not filterable", "unknown"))
    missing = is_refused(refused["missing"], 400, "71013322")
    yield "errors-06", row(counts and kinds and missing, _text(shown, "missing", "none", "three", "operator", "value"))


def _text(shown: Mapping[str, str], *names: str) -> str:
    return ", ".join(f"{_WHAT[each]}: {shown[each]}" for each in names)


_WHAT: Final = {
    "missing": "no conditions",
    "none": "an empty list of conditions",
    "three": "three conditions",
    "operator": "an unknown operator",
    "value": "a text as the value of an integer",
    "not filterable": "a field that is not filterable",
    "unknown": "an unknown field",
}


def _refused(tenant: ProbedTenant, name: str) -> dict[str, Response]:
    """The responses to the submits of invalid filters."""
    valid = ("number__c", "EQ", _MAXIMUM)
    filters = {
        "missing": {},
        "none": _filter(),
        "three": _filter(valid, valid, valid),
        "operator": _filter(("number__c", "NE", _MAXIMUM)),
        "value": _filter(("number__c", "EQ", "hundred")),
        "not filterable": _filter(("color__c", "EQ", "red")),
        "unknown": _filter(("weight__c", "EQ", 1)),
    }
    body = {"operation": "delete", "namespace": "default", "object": name}
    return {each: submitted(tenant, {**body, "filter": filter}) for each, filter in filters.items()}
