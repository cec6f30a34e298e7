"""JSON bodies and query parameters: each mistake has its code, is named in the message, and leaves no job."""

import json

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from mock_zuora.domain.tenants.settings import DefinitionMode, TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
JSON = {"Content-Type": "application/json"}
CREATE = {"operation": "create", "object": "car", "namespace": "default"}
DELETE = {**CREATE, "operation": "delete"}


def delete_where(*conditions):
    return {**DELETE, "filter": {"conditions": list(conditions)}}


def condition(field="color__c", operator="EQ", value="red", **more):
    return {"field": field, "operator": operator, "value": value, **more}


def without(key, document):
    return {name: value for name, value in document.items() if name != key}


SUBMITS = {
    "not an object": ([CREATE], 71013020, "JSON object"),
    "a number": (17, 71013020, "The body is 17"),
    "unknown field": ({**CREATE, "priority": 1}, 71013021, "'priority'"),
    "unknown field that is null": ({**CREATE, "priority": None}, 71013021, "'priority'"),
    "operation missing": (without("operation", CREATE), 71013522, "operation is missing"),
    "operation null": ({**CREATE, "operation": None}, 71013522, "operation is missing"),
    "operation wrong": ({**CREATE, "operation": "upsert"}, 71013520, "operation: 'upsert'"),
    "operation in capitals": ({**CREATE, "operation": "CREATE"}, 71013520, "operation: 'CREATE'"),
    "operation a number": ({**CREATE, "operation": 1}, 71013520, "operation: 1 "),
    "object missing": (without("object", CREATE), 71000222, "object is missing"),
    "object empty": ({**CREATE, "object": ""}, 71000220, "object: ''"),
    "object a list": ({**CREATE, "object": ["car"]}, 71000220, 'object: ["car"]'),
    "object not a name": ({**CREATE, "object": "a car"}, 71000220, "object: 'a car'"),
    "object not one of Zuora's": ({**CREATE, "namespace": "com_zuora"}, 71000220, "object: 'car'"),
    "namespace missing": (without("namespace", CREATE), 71000122, "namespace is missing"),
    "namespace wrong": ({**CREATE, "namespace": "mine"}, 71000120, "namespace: 'mine'"),
    "no such object": ({**CREATE, "object": "Car"}, 71000220, "object: no custom object 'Car'"),
    "filter on create": ({**delete_where(condition()), "operation": "create"}, 71013230, "filter"),
    "filter on update": ({**delete_where(condition()), "operation": "update"}, 71013230, "'update'"),
    "filter not an object": ({**DELETE, "filter": "all"}, 71013220, "filter: 'all'"),
    "unknown field in the filter": ({**DELETE, "filter": {"or": []}}, 71013021, "'filter.or'"),
    "conditions missing": ({**DELETE, "filter": {}}, 71013322, "filter.conditions is missing"),
    "no condition": (delete_where(), 71013330, "0 conditions"),
    "three conditions": (delete_where(*[condition()] * 3), 71013330, "3 conditions"),
    "conditions not a list": ({**DELETE, "filter": {"conditions": {}}}, 71013320, "filter.conditions: {}"),
    "condition not an object": (delete_where("color__c"), 71013320, "filter.conditions[0]: 'color__c'"),
    "unknown field in a condition": (delete_where(condition(negate=True)), 71013021, "'filter.conditions[0].negate'"),
    "condition without a field": (delete_where(condition(field=None)), 71013320, "filter.conditions[0].field"),
    "operator wrong": (delete_where(condition(operator="NE")), 71013320, "filter.conditions[0].operator: 'NE'"),
    "value missing": (delete_where(condition(value=None)), 71013320, "filter.conditions[0].value is missing"),
    "value of another type": (delete_where(condition("doors__c", value="four")), 71013320, "[0].value: "),
    "unknown field of the object": (delete_where(condition(), condition("wheels__c")), 71013321, "'wheels__c'"),
    "not filterable": (delete_where(condition("size__c")), 71013330, "[size__c]"),
}  # fmt: skip
UNREADABLE = {
    "not JSON": (b'{"operation":', "not JSON"),
    "no body": (b"", "not JSON"),
    "not UTF-8": (b'{"operation":"\xff"}', "The body is not UTF-8, at byte 15."),
    "NaN": (b'{"operation":NaN}', "NaN"),
    "nested too deep": (b"[" * 60_000, "The body is nested too deeply; expected at most 100 levels."),
    "a number of too many digits": (b"1" * 5_000, "The body contains an integer of more than 4,300 digits."),
    "a key twice": (
        b'{"operation": "create", "operation": "delete"}',
        "The body is ambiguous: key 'operation' occurs more than once; expected unique keys.",
    ),
    "a key twice inside": (
        b'{"filter": {"conditions": [{"field": 1, "field": 1}]}}',
        "key 'field' occurs more than once",
    ),
    "over 64 KB": (b" " * (64 * 1024 + 1), "65536 bytes"),
}


@pytest.fixture
def strict_api(make_api, car):
    """An API with the object ``car`` and no other."""
    settings = TenantSettings(transitions=Transitions.IMMEDIATE, definitions=DefinitionMode.STRICT)
    return make_api(TenantTemplate(settings=settings, definitions=(car,)))


@pytest.mark.fidelity(
    "definitions-22", "jobs-07", "filter-01", "filter-03", "errors-04", "errors-05", "errors-06", "errors-10"
)
@pytest.mark.parametrize(("body", "code", "words"), SUBMITS.values(), ids=list(SUBMITS))
async def test_refused_submit_leaves_no_job(strict_api, body, code, words):
    async with strict_api.client() as client:
        response = await client.post(JOBS, json=body)
        assert (response.status_code, response.json()["code"]) == (404 if code == 71000040 else 400, code)
        assert words in response.json()["message"]
        assert (await client.get(JOBS)).json()["count"] == 0


@pytest.mark.fidelity("errors-03", "errors-11")
@pytest.mark.parametrize(("body", "words"), UNREADABLE.values(), ids=list(UNREADABLE))
async def test_unreadable_submit_leaves_no_job(client, body, words):
    response = await client.post(JOBS, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert words in response.json()["message"]
    assert len(response.text) < 400
    assert (await client.get(JOBS)).json()["count"] == 0


QUERIES = {
    "pageSize 0": ("pageSize=0", 71013020, "pageSize: '0'"),
    "pageSize over 100": ("pageSize=101", 71013020, "pageSize: '101'"),
    "pageSize negative": ("pageSize=-1", 71013020, "pageSize: '-1'"),
    "pageSize not a number": ("pageSize=ten", 71013020, "pageSize: 'ten'"),
    "pageSize empty": ("pageSize=", 71013020, "pageSize: ''"),
    "pageSize in other digits": ("pageSize=%D9%A3", 71013020, "pageSize: "),
    "status unknown": ("status=open", 71013020, "status: 'open'"),
    "status in capitals": ("status=Pending", 71013020, "status: 'Pending'"),
    "cursor unknown": ("cursor=7006ce52-91c9-11ed-a1eb-0242ac120002", 71013120, "cursor: '7006ce52"),
    "cursor empty": ("cursor=", 71013120, "cursor: ''"),
}


@pytest.mark.fidelity("list-02", "errors-03")
@pytest.mark.parametrize(("query", "code", "words"), QUERIES.values(), ids=list(QUERIES))
async def test_invalid_list_parameters_are_refused(client, query, code, words):
    response = await client.get(f"{JOBS}?{query}")
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert words in response.json()["message"]


HALF = "half of a surrogate pair"


@pytest.mark.fidelity("requests-13")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (rb'{"records": [{"a__c": "ok"}, {"a__c": "x\ud83d"}]}', "records[1].a__c: 'x\\ud83d' contains"),
        (rb'{"records": [{"\uDE00__c": 1}]}', HALF),
        (b'{"records": [{"a__c": "x\xed\xa0\xbd"}]}', "not UTF-8"),
        ('{"records": [{"a__c": "\\ud83d"}]}'.encode("utf-16"), HALF),
    ],
    ids=["value", "key", "as bytes", "in UTF-16"],
)
async def test_text_that_is_not_valid_unicode_is_refused(client, body, words):
    response = await client.post("/objects/records/default/car", content=body, headers=JSON)
    assert (response.status_code, response.json()["code"]) == (400, 71012520)
    assert words in response.json()["message"]


@pytest.mark.fidelity("requests-13")
async def test_surrogate_pair_is_text(client):
    body = rb'{"operation": "create", "object": "\ud83d\ude00", "namespace": "default"}'
    assert "😀" in (await client.post(JOBS, content=body, headers=JSON)).text


@pytest.mark.fidelity("requests-13")
@pytest.mark.parametrize(
    ("target", "words"),
    [
        (f"{JOBS}?status=%ed%a0%bd", "'status'"),
        (f"{JOBS}?%ff=1", "query parameter"),
        (f"{JOBS}/%ff", "Path '/objects/jobs/"),
        ("/objects/records/default/%ed%a0%bd", "Path"),
    ],
)
async def test_url_that_is_not_utf8_is_refused(client, target, words):
    response = await client.get(target)
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert words in response.json()["message"] and "not UTF-8" in response.json()["message"]


# Arbitrary bodies

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
CONDITIONS = st.fixed_dictionaries(
    {
        "field": st.sampled_from(["color__c", "CreatedDate", "Id"]) | ANYTHING,
        "operator": st.sampled_from(["EQ", "GE"]) | ANYTHING,
    },
    optional={"value": ANYTHING, "more": ANYTHING},
)
FILTERS = st.fixed_dictionaries({}, optional={"conditions": st.lists(CONDITIONS, max_size=3) | ANYTHING, "x": ANYTHING})
SUBMISSIONS = st.fixed_dictionaries(
    {},
    optional={
        "operation": st.sampled_from(["create", "delete"]) | ANYTHING,
        "object": st.sampled_from(["vehicle"]) | ANYTHING,
        "namespace": st.sampled_from(["default"]) | ANYTHING,
        "filter": FILTERS | ANYTHING,
        "more": ANYTHING,
    },
)


def may_be_a_job(body):
    """Whether a body has what a job needs and nothing else."""
    return (
        isinstance(body, dict)
        and set(body) <= {"operation", "object", "namespace", "filter"}
        and body.get("operation") in ("create", "update", "delete")
        and body.get("namespace") in ("default", "com_zuora")
        and isinstance(body.get("object"), str)
        and (body.get("filter") is None or body["operation"] == "delete")
    )


@trying(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=SUBMISSIONS | ANYTHING)
@example(body={**CREATE, "object": "\ud800"})
@example(body={**CREATE, "\ud800": None})
@example(body={**DELETE, "filter": {"conditions": [{"field": "\ud800", "operator": "EQ", "value": 1e400}]}})
async def test_any_json_body_is_a_job_or_a_refusal(api, client, body):
    api.configure(concurrent_job_limit=10_000)
    before = len(list(api.tenant.store.jobs.newest_first()))
    response = await client.post(JOBS, content=json.dumps(body), headers={"Content-Type": "application/json"})
    made = len(list(api.tenant.store.jobs.newest_first())) - before
    if response.status_code == 200:
        assert made == 1
        assert may_be_a_job(body)
    else:
        assert response.status_code in (400, 404)
        assert 71000000 < response.json()["code"] < 72000000
        assert made == 0


@trying(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
@example(body=b"\xff\xfe")
@example(body=b"\xef\xbb\xbf{}")
async def test_any_bytes_are_refused_as_json(client, body):
    response = await client.post(JOBS, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.json()["message"]


@pytest.mark.fidelity("requests-12")
async def test_json_with_other_content_type_is_accepted_with_warning(client, api):
    response = await client.post(JOBS, content=json.dumps(CREATE), headers={"Content-Type": "text/plain"})
    assert response.status_code == 200
    assert api.tenant.fidelity.counts == {"json-without-content-type": 1}


@pytest.mark.fidelity("requests-12")
async def test_strict_mode_refuses_json_with_other_content_type(client, api):
    api.configure(strict=True)
    response = await client.post(JOBS, content=json.dumps(CREATE))
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert "JSON was sent without Content-Type; expected application/json." in response.json()["message"]
    assert list(api.tenant.store.jobs.newest_first()) == []


@pytest.mark.fidelity("jobs-21")
async def test_null_counts_as_missing_field(client):
    response = await client.post(JOBS, json={**CREATE, "filter": None})
    assert response.status_code == 200
