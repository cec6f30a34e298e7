import json

import pytest

from mock_zuora.control.faults import Fault
from mock_zuora.control.json_types import from_json, to_json
from mock_zuora.control.recorded_requests import FidelityWarning, RecordedRequests
from mock_zuora.control.results import ClockTime, JobError, JobInfo, ServerInfo, TenantInfo
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.jobs.job import Status

NOW = timestamp(1_615_334_754_207)
CLOCK = ClockTime(now=NOW, speed=0.0)


@pytest.mark.parametrize(
    "result",
    [
        JobInfo(
            id="1", namespace="default", object="vehicle", operation="create", status="failed", created_by="u",
            created_at=NOW, updated_by="u", updated_at=NOW, processing_time=62, records_processed=0,
            error=JobError(code=71012560, message="later"),
        ),
        Fault(id="1", path="/objects/**", headers={"X-Why": "a test"}, used_up=True),
        FidelityWarning(kind="k", message="m", at=NOW, method="GET", path="/", request_id="1"),
        TenantInfo(name="acme", type="production", users=("ann", "bob"), is_default=False),
        ServerInfo(version="1", control="local", tenants=("a",), tenant="a", clock=CLOCK, settings={"strict": True}),
    ],
    ids=lambda result: type(result).__name__,
)  # fmt: skip
def test_result_is_equal_after_json(result):
    assert from_json(type(result), json.loads(json.dumps(to_json(result)))) == result


def test_nested_results_are_equal_after_json(make_request):
    found = RecordedRequests(requests=(make_request(warnings=("kind: message",)),), dropped=2)
    assert from_json(RecordedRequests, json.loads(json.dumps(to_json(found)))) == found


def test_list_of_results_is_converted():
    assert from_json(list[ClockTime], [to_json(CLOCK)]) == [CLOCK]


def test_unknown_field_is_ignored():
    assert from_json(ClockTime, {**to_json(CLOCK), "zone": "UTC"}) == CLOCK


def test_timestamp_has_milliseconds():
    assert to_json(timestamp(0)) == "1970-01-01T00:00:00.000Z"


def test_enum_is_its_value():
    assert json.dumps(to_json({"status": Status.FAILED})) == '{"status": "failed"}'
