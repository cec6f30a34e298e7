"""The messages on the page about troubleshooting are those that users see."""

import asyncio
import socket

import httpx
import pytest

from mock_zuora import MockZuora, SettingsError
from mock_zuora.admin.access_control import AccessControl, AccessPolicy
from mock_zuora.config.settings import load_settings
from scripts.docs.blocks import DOCS, blocks_of

PAGE = DOCS / "troubleshooting.md"
MESSAGES = [block.text.rstrip("\n") for block in blocks_of(PAGE) if block.language == "text"]


def refusal_of(start):
    with pytest.raises(SettingsError) as caught:
        start()
    return str(caught.value)


def port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        return refusal_of(lambda: MockZuora(port=port)).replace(str(port), "8080")


def unknown_variable(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_TRANSITION", "immediate")
    return refusal_of(load_settings)


def state_in_use(folder):
    state = folder / "zuora.db"
    with MockZuora(state=str(state)):
        return refusal_of(lambda: MockZuora(state=str(state))).replace(str(folder / "zuora.db"), "zuora.db")


def refused_clients(zuora):
    unknown = {"client_id": "reader", "client_secret": "secret", "grant_type": "client_credentials"}
    with httpx.Client(base_url=zuora.url) as client:
        yield client.get("/objects/jobs").headers["mock-zuora-reason"]
        yield client.get("/objects/jobs", headers={"Authorization": "Bearer any"}).headers["mock-zuora-reason"]
        yield client.post("/oauth/token", data=unknown).json()["message"]
        yield client.get("/__mock/v1/info", headers={"Host": "zuora.example.com"}).json()["error"]
        yield client.get("/objects/jobs", headers={"Origin": "http://app.example"}).json()["message"]
        yield client.get("/v1/accounts", headers=zuora.headers()).json()["message"]


async def client_of_another_machine():
    transport = httpx.ASGITransport(AccessControl(None, AccessPolicy()), client=("172.17.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return (await client.get("/__mock/v1/info")).json()["error"]


def test_every_message_is_one_of_the_server(zuora, monkeypatch, tmp_path):
    said = [port_in_use(), state_in_use(tmp_path), *refused_clients(zuora), asyncio.run(client_of_another_machine())]
    said.append(unknown_variable(monkeypatch))

    assert len(MESSAGES) == len(said)
    assert [message for message in MESSAGES if not any(text.startswith(message) for text in said)] == []
