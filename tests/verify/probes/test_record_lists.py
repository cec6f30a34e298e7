"""Probes of lists of records."""

from mock_zuora.verify.finding import Verdict


def test_lists_that_lag_are_waited_for(run_probes, tenant):
    tenant.configure(read_delay=20)
    assert {each.verdict for each in run_probes(tenant, "record-lists").values()} == {Verdict.HOLDS}


def test_list_in_another_order_is_shown(run_probes, tenant):
    records = ",".join(f'{{"Id": "{number}", "marker__c": "x", "number__c": {number}}}' for number in (3, 1, 2))
    body = f'{{"records": [{records}], "count": 3}}'
    # The list that shows the last record comes first.
    tenant.faults.sequence([None, {"status": 200, "body": body}] * 1, "/objects/records/default/*", "GET")
    found = run_probes(tenant, "record-lists")["records-10"]
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "the rounds differ" in found.reason
    assert "3, 1, 2" in found.reason
