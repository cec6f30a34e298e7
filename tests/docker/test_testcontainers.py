"""``MockZuoraContainer`` with a Docker engine."""

import urllib.request
from pathlib import Path

import pytest
from testcontainers.core.config import testcontainers_config
from testcontainers.core.exceptions import ContainerStartException
from testcontainers.core.network import Network

from mock_zuora.testing.container import MockZuoraContainer

pytestmark = pytest.mark.docker

ACME = {"tenants": [{"name": "acme", "records": {"vehicle": [{"brand__c": "Volvo"}]}}]}


@pytest.fixture(autouse=True)
def without_reaper(monkeypatch):
    """Disables the reaper, whose image would have to be pulled. These tests remove their containers."""
    monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)


def test_container_is_seeded_and_controlled_by_the_handle(image, tmp_path):
    (tmp_path / "globex.toml").write_text('[[tenants]]\nname = "globex"\n')
    container = MockZuoraContainer(image).with_seed(ACME).with_seed(tmp_path).with_transitions("manual")

    with container as zuora:
        control = zuora.get_control()
        records = control.records("vehicle")
        control.clock.freeze()

        assert [record["brand__c"] for record in records] == ["Volvo"]
        assert control.info().settings["transitions"] == "manual"
        assert zuora.get_control("globex").info().tenant == "globex"


def test_container_with_another_port_becomes_ready(image):
    with (
        MockZuoraContainer(image, port=9000) as zuora,
        urllib.request.urlopen(f"{zuora.get_base_url()}/__mock/readyz") as response,
    ):
        assert response.status == 200


def test_other_containers_reach_the_container_by_alias(image):
    ask = "from mock_zuora.cli.ready import ask; ask('zuora', 8080)"
    with Network() as network:
        aliased = MockZuoraContainer(image).with_network(network).with_network_aliases("zuora")
        with aliased as zuora, MockZuoraContainer(image).with_network(network) as other:
            assert zuora.get_internal_url() == "http://zuora:8080"
            assert other.exec(["python", "-c", ask]).exit_code == 0


def test_invalid_seed_fails_immediately_with_the_reason(image):
    with pytest.raises(ContainerStartException, match=r"seed /seed/001-seed\.json: tenants\.0\.nme"):
        MockZuoraContainer(image).with_seed({"tenants": [{"nme": "acme"}]}).__enter__()


def test_container_with_https_is_healthy_and_its_ca_is_trusted_by_other_containers(image):
    ask = (
        "import ssl, sys, urllib.request as r;"
        "c = ssl.create_default_context(cadata=sys.argv[1]);"
        "r.urlopen('https://zuora:8080/__mock/readyz', context=c)"
    )
    with Network() as network:
        secure = MockZuoraContainer(image).with_settings(tls=True).with_kwargs(read_only=True)
        secure.with_network(network).with_network_aliases("zuora")
        with secure as zuora, MockZuoraContainer(image).with_network(network) as other:
            control = zuora.get_control()
            assert control.url == zuora.get_base_url() and control.url.startswith("https://")
            assert zuora.get_internal_url() == "https://zuora:8080"
            done = other.exec(["python", "-c", ask, Path(zuora.ca_file).read_text()])
            assert done.exit_code == 0, done.output
            assert zuora.exec(["mock-zuora", "ready"]).exit_code == 0
