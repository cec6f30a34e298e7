"""Probes of migrations."""

import pytest

from mock_zuora.verify.finding import Verdict

MIGRATIONS = "/objects/migrations"


@pytest.mark.parametrize("probe", ["migrations", "migrations-with-records"])
def test_missing_permission_proves_nothing(run_probes, tenant, probe):
    tenant.user(tenant.client().user, permissions=["view", "delete"])
    assert {each.verdict for each in run_probes(tenant, probe).values()} == {Verdict.INCONCLUSIVE}


def test_refused_action_is_shown_and_the_next_ones_are_not_tried(run_probes, tenant):
    tenant.faults.add(MIGRATIONS, "POST", match_body="renameField", status=400, code=71002820)
    found = run_probes(tenant, "migrations")
    assert found["definitions-19"].verdict is Verdict.OTHER
    assert found["definitions-19"].reason.startswith("renameField")
    assert found["definitions-28"].verdict is Verdict.HOLDS


def test_migration_that_never_shows_proves_nothing(run_probes, tenant):
    tenant.faults.add(MIGRATIONS, "POST", match_body="updateField", status=200, body="{}")
    found = run_probes(tenant, "migrations")["definitions-19"]
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "did not show it" in found.reason


def test_refusal_of_every_migration_proves_nothing_about_records(run_probes, tenant):
    tenant.faults.add(MIGRATIONS, "POST", status=400, code=71002830)
    assert run_probes(tenant, "migrations-with-records")["definitions-20"].verdict is Verdict.INCONCLUSIVE


def test_accepted_migration_is_shown(run_probes, tenant):
    tenant.faults.add(MIGRATIONS, "POST", match_body="must__c", status=200, body="{}")
    assert run_probes(tenant, "migrations-with-records")["definitions-20"].verdict is Verdict.OTHER
