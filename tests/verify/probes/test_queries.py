"""Probes of queries wait for lists that lag, and show what fits no choice."""

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES

QUERY_PROBES = ["query-letter-case", "query-default-operator", "record-count"]
LIST = "/objects/records/default/*"


@pytest.mark.parametrize("probe", QUERY_PROBES)
def test_lists_that_lag_are_waited_for(run_probes, tenant, probe):
    tenant.configure(read_delay=20)
    assert run_probes(tenant, probe)[probe].verdict is Verdict.CHOICE


@pytest.mark.parametrize("probe", QUERY_PROBES)
def test_list_that_never_shows_a_record_proves_nothing(runner_of, tenant, probe):
    tenant.faults.add(LIST, "GET", status=200, body='{"records": [], "count": 0}')
    found = runner_of(tenant).attempt(PROBES[probe])[probe]
    assert found.verdict is Verdict.INCONCLUSIVE, found.reason


@pytest.mark.parametrize("probe", [*QUERY_PROBES, "filterable-system-fields"])
def test_list_that_is_refused_claims_no_choice(runner_of, tenant, probe):
    tenant.faults.add(LIST, "GET", status=400, code=71012920)
    assert runner_of(tenant).attempt(PROBES[probe])[probe].verdict in (Verdict.INCONCLUSIVE, Verdict.OTHER)


def test_query_that_finds_other_records_is_shown(runner_of, tenant):
    # The first list is that which is waited for.
    empty = {"status": 200, "body": '{"records": [], "count": 0}'}
    tenant.faults.sequence([None, empty], LIST, "GET")
    found = runner_of(tenant).attempt(PROBES["queries"])
    assert found["queries-01"].verdict is Verdict.OTHER
    assert found["queries-01"].reason == "doors__c:4 found nothing, not Bob"
    assert found["queries-02"].verdict is Verdict.HOLDS
