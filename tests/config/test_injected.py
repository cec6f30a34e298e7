"""Variables that Kubernetes and Docker set are ignored; a user's mistake is not."""

import pytest

from mock_zuora.cli.ready import address_from
from mock_zuora.config.injected import advice_on, injected_variables, is_injected
from mock_zuora.config.settings import Settings, SettingsError, load_settings, variable_of

SERVICE = {
    "MOCK_ZUORA_SERVICE_HOST": "10.96.0.17",
    "MOCK_ZUORA_SERVICE_PORT": "8080",
    "MOCK_ZUORA_SERVICE_PORT_HTTP_WEB": "8080",
    "MOCK_ZUORA_PORT": "tcp://10.96.0.17:8080",
    "MOCK_ZUORA_PORT_8080_TCP": "tcp://10.96.0.17:8080",
    "MOCK_ZUORA_PORT_8080_TCP_PROTO": "tcp",
    "MOCK_ZUORA_PORT_8080_TCP_PORT": "8080",
    "MOCK_ZUORA_PORT_8080_TCP_ADDR": "10.96.0.17",
}
TWO_PORTS = {
    "MOCK_ZUORA_SERVICE_PORT_METRICS": "9090",
    "MOCK_ZUORA_PORT": "udp://10.96.0.17:53",
    "MOCK_ZUORA_PORT_53_UDP": "udp://10.96.0.17:53",
    "MOCK_ZUORA_PORT_53_UDP_PROTO": "udp",
    "MOCK_ZUORA_PORT_9090_SCTP": "sctp://10.96.0.17:9090",
    "MOCK_ZUORA_PORT_9090_SCTP_PROTO": "sctp",
}
IPV6 = {
    "MOCK_ZUORA_SERVICE_HOST": "fd00::17",
    "MOCK_ZUORA_PORT": "tcp://[fd00::17]:8080",
    "MOCK_ZUORA_PORT_8080_TCP": "tcp://[fd00::17]:8080",
    "MOCK_ZUORA_PORT_8080_TCP_ADDR": "fd00::17",
}
OTHER_SERVICE = {variable.replace("ZUORA", "ZUORA_TEAM_2"): value for variable, value in SERVICE.items()}
LINK = {
    "MOCK_ZUORA_NAME": "/client/mock-zuora",
    "MOCK_ZUORA_PORT": "tcp://172.17.0.2:8080",
    "MOCK_ZUORA_PORT_8080_TCP": "tcp://172.17.0.2:8080",
    "MOCK_ZUORA_PORT_8080_TCP_START": "tcp://172.17.0.2:8080",
    "MOCK_ZUORA_PORT_8080_TCP_END": "tcp://172.17.0.2:8081",
    "MOCK_ZUORA_PORT_8080_TCP_PORT_START": "8080",
    "MOCK_ZUORA_PORT_8080_TCP_PORT_END": "8081",
    "MOCK_ZUORA_ENV_MOCK_ZUORA_HOST": "::",
    "MOCK_ZUORA_ENV_PYTHON_VERSION": "3.11",
}
INJECTED = {
    "service": SERVICE, "two ports": TWO_PORTS, "IPv6": IPV6, "another service": OTHER_SERVICE, "link": LINK
}  # fmt: skip


@pytest.fixture
def clean_environment(monkeypatch):
    for variable in map(variable_of, Settings.model_fields):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.fidelity("mock-21")
@pytest.mark.parametrize("environment", INJECTED.values(), ids=INJECTED)
def test_injected_variables_are_ignored_by_serve_and_ready(clean_environment, monkeypatch, environment):
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert injected_variables(environment) == sorted(environment)
    settings = load_settings()
    assert (settings.port, settings.origin_of("port")) == (8080, "default")
    assert address_from({}) == ("127.0.0.1", 8080)


def test_port_with_a_number_is_still_the_setting(clean_environment, monkeypatch):
    for variable, value in {**SERVICE, "MOCK_ZUORA_PORT": "9000"}.items():
        monkeypatch.setenv(variable, value)
    assert load_settings().port == 9000
    assert address_from({}) == ("127.0.0.1", 9000)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MOCK_ZUORA_PORT", "8080"),
        ("MOCK_ZUORA_PORT", "tcp://10.0.0.1"),
        ("MOCK_ZUORA_PORT", "http://10.0.0.1:8080"),
        ("MOCK_ZUORA_PORT", "tcp://zuora:8080"),
        ("MOCK_ZUORA_HOST", "10.0.0.1"),
        ("MOCK_ZUORA_SERVICE_HOST", "zuora.example"),
        ("MOCK_ZUORA_SERVICE_HOST", ""),
        ("MOCK_ZUORA_SERVICE_PORT", "http"),
        ("MOCK_ZUORA_PORT_8080_TCP_PROTO", "http"),
        ("MOCK_ZUORA_PORT_HTTP_TCP", "tcp://10.0.0.1:8080"),
        ("MOCK_ZUORA_TENANT_NAME", "acme"),
        ("MOCK_ZUORA_ENV_STRICT", "true"),
        ("ZUORA_SERVICE_HOST", "10.0.0.1"),
    ],
)
def test_other_variables_are_not_ignored(variable, value):
    assert not is_injected(variable, {variable: value})


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("MOCK_ZUORA_SERVICE_HOST", "zuora.example", "'enableServiceLinks: false'"),
        ("MOCK_ZUORA_TEAM_PORT", "8080", "'enableServiceLinks: false'"),
        ("MOCK_ZUORA_PORT", "tcp://zuora", "'tcp://zuora' is not valid; expected a whole number"),
        ("MOCK_ZUORA_TENANT_NAME", "acme", "'mock-zuora serve --help' lists them"),
        ("MOCK_ZUORA_SED", "seed.toml", r"did you mean MOCK_ZUORA_SEED\?"),
    ],
)
def test_mistake_stays_an_error_with_advice(clean_environment, monkeypatch, variable, value, named):
    monkeypatch.delenv("GITLAB_CI", raising=False)
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=named) as refusal:
        load_settings()
    assert str(refusal.value).startswith(f"{variable}: ")
    assert "GitLab" not in str(refusal.value)


def test_variable_of_a_gitlab_project_is_named_as_one(clean_environment, monkeypatch):
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("MOCK_ZUORA_IMAGE", "registry.example/mock-zuora")
    with pytest.raises(SettingsError, match="there is no such setting; .*GitLab passes the variables of a project"):
        load_settings()


def test_advice_is_for_names_of_services_only():
    assert advice_on("MOCK_ZUORA_SEEDS", {}) == ""
