"""What the page says is not emulated gets a refusal that says so."""

import httpx
import pytest

from scripts.docs.blocks import DOCS

OTHER_PATHS = ("/v1/accounts", "/v1/subscriptions", "/v1/action/query", "/query/jobs", "/oauth/generate_token")


@pytest.mark.parametrize("path", OTHER_PATHS)
def test_other_paths_are_not_found(zuora, path):
    response = httpx.post(zuora.url + path, headers=zuora.headers(), json={})

    assert response.status_code == 404
    assert "there is no such path" in response.text
    assert "/oauth/token" in response.text


@pytest.mark.parametrize("grant", ["authorization_code", "password", "refresh_token"])
def test_other_grants_are_refused(zuora, grant):
    response = httpx.post(
        f"{zuora.url}/oauth/token", data={"grant_type": grant, "client_id": "a", "client_secret": "b"}
    )

    assert response.status_code == 400
    assert grant in response.text


def test_records_of_zuora_objects_are_not_found(zuora):
    response = httpx.get(f"{zuora.url}/objects/records/com_zuora/SavedQuery", headers=zuora.headers())

    assert response.status_code == 404


def test_record_may_refer_to_any_account(zuora):
    relationship = {
        "namespace": "com_zuora", "object": "account", "cardinality": "manyToOne", "fields": {"account__c": "Id"},
    }  # fmt: skip
    account = {"type": "string", "format": "uuid", "label": "Account"}
    zuora.define("boat", {"label": "Boat", "properties": {"account__c": account}, "relationships": [relationship]})

    ids = zuora.add_records("boat", [{"account__c": "00000000-0000-0000-0000-000000000001"}])

    assert len(ids) == 1


def test_page_names_the_supported_object_of_zuora(zuora):
    job = {"operation": "create", "namespace": "com_zuora", "object": "Account"}

    refused = httpx.post(f"{zuora.url}/objects/jobs", json=job, headers=zuora.headers())

    assert "SavedQuery" in refused.text
    assert "`SavedQuery` only" in (DOCS / "not-emulated.md").read_text("utf-8")
