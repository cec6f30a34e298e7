import pytest

from mock_zuora.verify.evidence import Evidence
from mock_zuora.verify.plan import Plan
from mock_zuora.verify.probe import Probe


def probe_of(name, **costs):
    usual = {"what": "does something", "requests": 10, "jobs": 2, "objects": 1, "is_limit": False}
    return Probe(name=name, scenario=lambda tenant: iter(()), **usual | costs)


@pytest.fixture
def plan_of():
    def make(probes, omitted=(), rounds=None):
        evidence = Evidence(host="rest.test.zuora.com", rounds=rounds or {})
        return Plan("rest.test.zuora.com", "ab12", probes, omitted, evidence)

    return make


def test_a_plan_counts_both_rounds(plan_of):
    text = plan_of([probe_of("dates"), probe_of("put-record", requests=90, jobs=0)]).text("o.toml", "e.json")
    assert "2 probes on rest.test.zuora.com, each in 2 rounds:" in text
    assert "- about 200 requests, and more while it waits for jobs" in text
    assert "- 4 jobs, one at a time" in text
    assert "- 4 custom objects, named mockzuora_probe_ab12_1 and so on; each is deleted" in text
    assert "- about 3 min, if a request takes 0.5 s and a job 15 s" in text
    assert "Results are written to o.toml, and every request and response, without secrets, to e.json." in text


def test_what_an_earlier_run_has_done_is_left_out(plan_of):
    plan = plan_of([probe_of("dates"), probe_of("put-record")], rounds={"dates": [{}, {}], "put-record": [{}]})
    assert "1 probe on rest.test.zuora.com" in plan.text("o", "e")
    assert "- about 10 requests," in plan.text("o", "e")
    assert plan.remaining_rounds == 1


def test_limits_are_named(plan_of):
    limit = probe_of("job-limit", is_limit=True)
    assert "because they reach limits of the tenant: job-limit. --include-limits adds" in plan_of([], [limit]).text(
        "o", "e"
    )
    assert "refused for some minutes during: job-limit." in plan_of([limit]).text("o", "e")


def test_the_details_say_what_each_probe_does(plan_of):
    plan = plan_of([probe_of("dates"), probe_of("put-record", jobs=1)])
    assert plan.details().splitlines() == [
        "dates       10 requests, 2 jobs: does something",
        "put-record  10 requests, 1 job: does something",
    ]
