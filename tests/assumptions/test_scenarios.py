"""Every choice changes what a client receives: its scenario runs under the default and under the choice.

A new assumption or choice needs an entry in ``scenarios``: a function that sends requests whose responses depend on it.
Its client can pass time, ``pass_seconds``, and change settings, ``configure``.
"""

import json

import pytest

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.tenants.settings import Transitions
from tests.assumptions.scenarios import files, jobs, objects, records, requests
from tests.assumptions.scenarios.common import CAR, CREATE, CSV, DEFINITIONS, JOBS
from tests.assumptions.scenarios.jobs import cancel_twice, retrieve_nonsense, submit_six_jobs
from tests.assumptions.scenarios.requests import retrieve_missing_job

pytestmark = pytest.mark.anyio

SCENARIOS = {
    **requests.SCENARIOS,
    **jobs.SCENARIOS,
    **files.SCENARIOS,
    **records.SCENARIOS,
    **objects.SCENARIOS,
}
"""By assumption and choice, for every choice that is not the default."""
IGNORED_HEADERS = {"zuora-request-id", "mock-zuora-reason", "content-length"}
IGNORED_FIELDS = ("processId", "requestId")


@pytest.fixture
def exchanges_of(make_api, time):
    """Runs a scenario on a fresh server with a stopped clock; returns its exchanges and what it consulted."""

    start = time.now

    async def run(scenario, choices):
        time.now = start
        api = make_api(transitions=Transitions.TIME, assume=assumed(choices, Origin.TEST))
        exchanges = []

        async def record(response):
            await response.aread()
            exchanges.append(comparable(response))

        async with api.client() as client:
            client.event_hooks = {"response": [record]}
            client.pass_seconds, client.configure = api.time.pass_seconds, api.configure
            await scenario(client)
        return exchanges, list(api.tenant.consulted)

    return run


def comparable(response):
    """The status, headers and body of a response, without what differs between any two requests."""
    headers = {name: value for name, value in response.headers.items() if name not in IGNORED_HEADERS}
    body = json.loads(response.content)
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in IGNORED_FIELDS}
    return response.status_code, headers, body


@pytest.mark.parametrize(("name", "choice"), SCENARIOS)
async def test_choice_changes_what_a_client_receives(exchanges_of, name, choice):
    scenario = SCENARIOS[name, choice]
    default, consulted = await exchanges_of(scenario, {name: ASSUMPTIONS[name].default})
    assert await exchanges_of(scenario, {}) == (default, consulted)
    chosen, _ = await exchanges_of(scenario, {name: choice})
    assert name in consulted
    assert len(chosen) == len(default) > 0
    assert chosen != default


def test_every_choice_has_a_scenario():
    choices = {(name, each) for name, assumption in ASSUMPTIONS.items() for each in assumption.choices}
    assert SCENARIOS.keys() == choices - {(name, each.default) for name, each in ASSUMPTIONS.items()}


def test_every_assumption_is_well_formed():
    for name, each in ASSUMPTIONS.items():
        assert name == each.name and each.default in each.choices and len(each.choices) > 1
        assert each.question.endswith("?") and each.evidence.endswith(".")


@pytest.mark.fidelity("mock-10")
async def test_clean_job_consults_three_assumptions(make_api):
    api = make_api(transitions=Transitions.TIME)
    async with api.client() as client:
        await run_clean_job(api, client)
    assert list(api.tenant.consulted) == ["filterable-system-fields", "dates", "processing-time"]


async def run_clean_job(api, client):
    await client.post(DEFINITIONS, json={"definitions": {"car": CAR}})
    job = (await client.post(JOBS, json=CREATE)).json()["Id"]
    api.time.pass_seconds(1)
    await client.post(f"{JOBS}/{job}/files", content="brand__c,doors__c\nSaab,4\n", headers=CSV)
    api.time.pass_seconds(1)
    assert (await client.get(f"{JOBS}/{job}")).json()["status"] == "completed"
    assert (await client.get(f"{JOBS}/{job}/errors")).json() == {"errors": []}


@pytest.mark.fidelity("errors-12", "errors-13", "limits-02")
@pytest.mark.parametrize(
    ("scenario", "choices", "status", "code"),
    [
        (cancel_twice, {}, 400, 71013620),
        (cancel_twice, {"wrong-status": "71013430"}, 400, 71013430),
        (retrieve_nonsense, {}, 404, 71013040),
        (retrieve_nonsense, {"bad-job-id": "400"}, 400, 71013120),
        (submit_six_jobs, {}, 400, 71013030),
        (submit_six_jobs, {"job-limit": "429"}, 429, 71013030),
    ],
)
async def test_refusal_has_the_status_and_code_of_the_choice(exchanges_of, scenario, choices, status, code):
    exchanges, _ = await exchanges_of(scenario, choices)
    assert (exchanges[-1][0], exchanges[-1][2]["code"]) == (status, code)


async def test_unknown_uuid_consults_no_assumption_about_ids(exchanges_of):
    _, consulted = await exchanges_of(retrieve_missing_job, {})
    assert consulted == ["error-body"]


async def test_reason_names_the_assumption_its_choice_and_its_origin(api, client):
    api.assume({"bad-job-id": "400"})
    response = await client.get(f"{JOBS}/nonsense")
    assert response.headers["mock-zuora-reason"] == "assumption bad-job-id=400 (test)"
