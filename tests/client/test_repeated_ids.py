"""A seeded sequence of ids that starts again while records or jobs of it are left."""

import pytest

from mock_zuora import MockZuora

RECORDS = "/objects/records/default/vehicle"


@pytest.fixture
def seeded():
    with MockZuora(random_seed="ids", transitions="immediate") as server:
        yield server


def reset_jobs(zuora):
    zuora.reset("jobs")


def reset_and_import(zuora):
    state = zuora.export_state()
    zuora.reset()
    zuora.import_state(state)


@pytest.mark.parametrize("restart", [reset_jobs, reset_and_import])
@pytest.mark.parametrize("last", ["3", "not a number"], ids=["together", "one by one"])
def test_new_records_and_jobs_do_not_replace_others(seeded, submit, call, restart, last):
    seeded.define("vehicle", {"label": "Vehicle", "properties": {"seats__c": {"type": "integer", "label": "Seats"}}})
    submit(seeded, "seats__c\n1\n2\n")
    call(seeded, "POST", RECORDS, {"records": [{"seats__c": 2}]})
    seeded.add_records("vehicle", [{"seats__c": 2}])
    before = seeded.records("vehicle")
    restart(seeded)
    jobs = len(seeded.jobs.all())
    submit(seeded, f"seats__c\n3\n{last}\n")
    call(seeded, "POST", RECORDS, {"records": [{"seats__c": 3}]})
    seeded.add_records("vehicle", [{"seats__c": 3}])
    assert len(seeded.jobs.all()) == jobs + 1
    assert seeded.records("vehicle")[: len(before)] == before
