"""Whatever a client sends, it gets a response that is not a crash."""

import asyncio

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.tenants.settings import Transitions

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
CREATE = {"operation": "create", "object": "vehicle", "namespace": "default"}
MODEST = trying(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

PRINTABLE = st.binary(max_size=300).map(lambda text: bytes(each for each in text if 0x20 <= each != 0x7F))
NAMES = st.sampled_from(
    [
        b"authorization", b"zuora-version", b"zuora-track-id", b"zuora-entity-ids", b"zuora-org-ids",
        b"idempotency-key", b"content-type", b"content-encoding", b"content-length", b"transfer-encoding",
        b"accept-encoding", b"accept", b"host", b"origin", b"if-match", b"x-unheard-of",
    ]
)  # fmt: skip


@MODEST
@given(headers=st.lists(st.tuples(NAMES, PRINTABLE), max_size=6), method=st.sampled_from(["GET", "POST", "PATCH"]))
@example(headers=[(b"content-type", b"multipart/form-data; boundary=\xff")], method="POST")
@example(headers=[(b"content-encoding", b"gzip"), (b"content-length", b"-1")], method="POST")
@example(headers=[(b"accept-encoding", b";q=,gzip;;q=\xff")], method="GET")
async def test_no_printable_header_crashes_a_request(api, ask, headers, method):
    api.configure(rate_limits="off")
    job = next(api.tenant.store.jobs.newest_first(), None)
    path = f"{JOBS}/{job.id}/files" if job and method == "POST" else JOBS
    answer = await ask(api.app, method, path, headers=headers, chunks=[b'{"operation":', b'"create"}'])
    assert answer.status in (200, 400, 401, 403, 405, 409, 422)
    assert answer.body.startswith(b"{") or "content-encoding" in answer.headers


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TAILS = st.sampled_from(["", "/files", "/errors", "/cancel"])


@MODEST
@given(method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "HEAD"]), text=TEXT, tail=TAILS, query=PRINTABLE)
@example(method="GET", text="\x00\ufffd", tail="", query=b"%00=%ff&%zz")
@example(method="POST", text="a/b\n", tail="/files", query=b"\xff")
async def test_no_path_or_query_crashes_a_request(api, ask, method, text, tail, query):
    api.configure(rate_limits="off")
    answer = await ask(api.app, method, f"{JOBS}/{text}{tail}", query=query)
    assert answer.status in (400, 404, 405)
    answer = await ask(api.app, "GET", JOBS, query=b"cursor=" + query + b"&status=" + query + b"&pageSize=" + query)
    assert answer.status == 400


@pytest.mark.fidelity("limits-01")
async def test_five_of_64_parallel_submits_are_accepted(client, api):
    answers = await asyncio.gather(*(client.post(JOBS, json=CREATE) for _ in range(64)))
    good = [each.json() for each in answers if each.status_code == 200]
    bad = [each.json() for each in answers if each.status_code == 400]
    assert (len(good), len(bad)) == (5, 59)
    assert {each["code"] for each in bad} == {71013030}
    assert "limit" in bad[0]["message"]
    assert {job.id for job in api.tenant.store.jobs.unfinished()} == {each["Id"] for each in good}


async def test_every_request_applies_the_clock_first(make_api):
    api = make_api(transitions=Transitions.TIME, accept_delay=10.0)
    async with api.client() as client:
        job = (await client.post(JOBS, json=CREATE)).json()
        assert job["status"] == "accepted"
        api.time.pass_seconds(10)
        assert (await client.get("/objects/definitions/default")).status_code == 200
    assert api.tenant.store.jobs.get(job["Id"]).status is Status.PENDING


async def test_last_value_of_a_repeated_header_counts(api, ask):
    twice = [(b"zuora-track-id", b"first"), (b"zuora-track-id", b"last")]
    assert (await ask(api.app, "GET", JOBS, headers=twice)).headers["zuora-track-id"] == "last"
