"""Probes of refused requests: paths, job ids, and the bodies of submits."""

from collections.abc import Mapping
from typing import Any, Final

from mock_zuora.verify.finding import Inconclusive, choice, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import is_refused, permitted
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import JOBS, RECORDS, TEXT, UNKNOWN_ID, ProbedTenant

_JSON: Final = {"Content-Type": "application/json"}


def submitted(tenant: ProbedTenant, body: Mapping[str, Any]) -> Response:
    """Submits any body and returns the response. If that creates a job, the job is ended at the end of the attempt."""
    response = tenant.call("POST", JOBS, json_body=body)
    if response.is_success:
        tenant.jobs.append(str(response.object.get("Id")))
    return response


@probe("bad-job-id", "retrieves a job by an id that is not a UUID", requests=1)
def bad_job_id(tenant: ProbedTenant) -> Found:
    """How the id is refused."""
    response = permitted(tenant.call("GET", f"{JOBS}/mockzuora-probe"))
    choices = {(404, "71013040"): "404", (400, "71013120"): "400"}
    found = choices.get((response.status, response.code))
    yield "bad-job-id", choice(found, response.seen) if found else other(response.seen)


@probe("paths", "sends requests for a path and with a method that do not exist", requests=2)
def paths(tenant: ProbedTenant) -> Found:
    """What is refused before any operation.

    The method is DELETE for a job that does not exist: a tenant that has this operation must have nothing to delete.
    """
    path, method = tenant.call("GET", "/objects/mockzuora-probe"), tenant.call("DELETE", f"{JOBS}/{UNKNOWN_ID}")
    allow = method.headers.get("allow")
    is_alike = is_refused(path, 404) and bool(path.code) and is_refused(method, 405) and bool(method.code)
    yield "errors-09", row(is_alike and allow is not None, f"{path.seen}; {method.seen}, with Allow: {allow}")


_VERBS: Final = {"71012512": "view", "71012513": "update", "71012514": "delete", "71012515": "create"}


@probe("permissions", "sends requests that need each permission, for an object that does not exist", requests=4)
def permissions(tenant: ProbedTenant) -> Found:
    """How a missing permission is refused. A user who has them all cannot see it.

    The filters are invalid, so that no job is created even if the tenant does not check the object.
    """
    name = tenant.new_name()
    body = {"namespace": "default", "object": name, "filter": {}}
    responses = {each: submitted(tenant, {**body, "operation": each}) for each in ("create", "update", "delete")}
    if not any(each.is_success for each in responses.values()):
        # The user may not be permitted to delete what does not exist either.
        tenant.objects.remove(name)
    responses["view"] = tenant.call("GET", f"{JOBS}/{UNKNOWN_ID}")
    denied = {each: response for each, response in responses.items() if response.is_denied}
    if not denied:
        raise Inconclusive("the user has every permission; run this probe with the client of a user who has not")
    is_described = all(
        response.status == 403
        and _VERBS.get(response.code) == each
        and f"User does not have permission to {each} custom objects." in response.text
        for each, response in denied.items()
    )
    yield (
        "permissions-03",
        row(is_described, "; ".join(f"{each}: {response.seen}" for each, response in denied.items())),
    )


@probe("submit-errors", "submits jobs with one mistake each", requests=21, objects=1)
def submit_errors(tenant: ProbedTenant) -> Found:
    """The codes of mistakes in the body of a submit."""
    name = tenant.object({"name__c": TEXT})
    body = {"operation": "create", "namespace": "default", "object": name}
    text = tenant.call("POST", JOBS, content="[", headers=_JSON)
    array = tenant.call("POST", JOBS, json_body=[])
    page = tenant.call("GET", JOBS, params={"pageSize": "0"})
    status = tenant.call("GET", JOBS, params={"status": "mockzuora_probe"})
    responses = (text, array, page, status)
    seen = f"not JSON: {text.seen}; an array: {array.seen}; pageSize=0: {page.seen}; an invalid status: {status.seen}"
    yield "errors-03", row(all(is_refused(each, 400, "71013020") for each in responses), seen)
    job = submitted(tenant, {**body, "color": "red"})
    record = tenant.call("POST", f"{RECORDS}/{name}", json_body={"records": [], "color": "red"})
    is_known = is_refused(job, 400, "71013021") and is_refused(record, 400, "71012521")
    yield "errors-04", row(is_known, f"in a submit: {job.seen}; in a request about records: {record.seen}")
    yield from _of_fields(tenant, body)
    cursor = tenant.call("GET", JOBS, params={"cursor": UNKNOWN_ID})
    yield "errors-07", row(is_refused(cursor, 400, "71013120"), cursor.seen)
    condition = {"field": "Id", "operator": "EQ", "value": UNKNOWN_ID}
    filtered = submitted(tenant, {**body, "filter": {"conditions": [condition]}})
    yield "filter-06", row(is_refused(filtered, 400, "71013230"), filtered.seen)


_CODES: Final = {
    "operation": ("71013522", "71013520"),
    "object": ("71000222", "71000220"),
    "namespace": ("71000122", "71000120"),
}
"""By field: the code if it is missing, and if it is invalid."""
_INVALID: Final = {"operation": "upsert", "object": "", "namespace": "mockzuora_probe"}


def _of_fields(tenant: ProbedTenant, body: Mapping[str, Any]) -> Found:
    invalid = {each: submitted(tenant, {**body, each: value}) for each, value in _INVALID.items()}
    nulls = {each: submitted(tenant, {**body, each: None}) for each in body}
    missing = {each: submitted(tenant, {key: body[key] for key in body if key != each}) for each in body}
    seen = ", ".join(
        f"{each} missing: {missing[each].status} {missing[each].code}, invalid: {invalid[each].status} "
        f"{invalid[each].code}"
        for each in body
    )
    is_described = all(
        is_refused(missing[each], 400, codes[0]) and is_refused(invalid[each], 400, codes[1])
        for each, codes in _CODES.items()
    )
    yield "errors-05", row(is_described, seen)
    shown = ", ".join(f"{each} null: {response.status} {response.code}" for each, response in nulls.items())
    yield "jobs-21", row(all(is_refused(nulls[each], 400, missing[each].code) for each in body), f"{seen}; {shown}")
    yield "jobs-07", row(is_refused(invalid["operation"], 400, "71013520"), f"upsert: {invalid['operation'].seen}")
    foreign = submitted(tenant, {**body, "namespace": "com_zuora"})
    is_foreign_refused = is_refused(foreign, 400, "71000220")
    shown = f"a custom object in com_zuora: {foreign.seen}; an unknown namespace: {invalid['namespace'].seen}"
    yield "jobs-06", row(is_foreign_refused and is_refused(invalid["namespace"], 400, "71000120"), shown)
