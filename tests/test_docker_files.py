"""The Dockerfile, the Compose files and docs/docker.md match the code. No Docker engine is needed."""

import argparse
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from mock_zuora import __version__
from mock_zuora.cli.ready import add_ready_flags
from mock_zuora.config.address import DEFAULT_PORT
from mock_zuora.config.seed_file import templates_from
from mock_zuora.config.settings import Settings, field_of
from mock_zuora.testing.container import IMAGE

ROOT = Path(__file__).parents[1]


def text_of(name):
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "docs/docker.md",
        "docs/languages/node.md",
        "docker/compose.yaml",
        "docker/compose.strict.yaml",
        "docker/check",
    ],
)
def test_every_variable_is_a_setting(name):
    variables = set(re.findall(r"MOCK_ZUORA_[A-Z_]+[A-Z]", text_of(name)))

    assert {field_of(variable) for variable in variables} <= Settings.model_fields.keys()


def test_the_page_builds_the_image_of_the_testcontainers_class():
    assert f"docker build --tag mock-zuora --tag {IMAGE} .\n" in text_of("docs/docker.md")


@pytest.mark.parametrize("name", ["docs/docker.md", "docs/kubernetes.md"])
def test_every_image_on_the_page_has_the_version_of_the_package(name):
    tags = re.findall(r"(?<!//)mock-zuora:([\w.]+)", text_of(name))

    assert set(tags) == {__version__}


def test_labels_of_a_plain_build_are_those_of_the_package():
    label = dict(re.findall(r'org\.opencontainers\.image\.(\S+)="(.*?)"', text_of("Dockerfile")))
    project = tomllib.loads(text_of("pyproject.toml"))["project"]

    assert label["version"] == __version__
    assert label["licenses"] == project["license"]
    assert label["url"] == label["source"] == project["urls"]["Homepage"]
    assert label["documentation"] == project["urls"]["Documentation"]


def test_health_check_is_a_valid_ready_command():
    words = json.loads(re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", text_of("Dockerfile"), re.MULTILINE)[1])
    parser = argparse.ArgumentParser()
    add_ready_flags(parser)

    assert words[:2] == ["mock-zuora", "ready"]
    assert parser.parse_args(words[2:]).wait


def test_health_check_ends_before_the_timeout_of_the_engine():
    line = re.search(
        r"^HEALTHCHECK .*--timeout=(\d+)s .*\"--timeout\", \"(\d+)\", \"--watch\", \"(\d+)\"\]$",
        text_of("Dockerfile"),
        re.MULTILINE,
    )
    limit, timeout, watch = map(int, line.groups())

    assert 2 * timeout + watch < limit


def test_first_health_check_starts_while_the_server_starts():
    interval = re.search(r"^HEALTHCHECK --interval=(\d+)ms ", text_of("Dockerfile"), re.MULTILINE)

    assert int(interval[1]) <= 200


def test_exposed_port_is_the_default_port():
    assert f"EXPOSE {DEFAULT_PORT}\n" in text_of("Dockerfile")


def test_compose_does_not_wait_long_for_a_server_that_hangs():
    server = yaml.safe_load(text_of("docker/compose.yaml"))["services"]["zuora"]

    assert server["stop_grace_period"] == "5s"


def test_build_context_has_every_copied_file():
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", text_of("Dockerfile"), re.MULTILINE)
    kept = [line[1:] for line in text_of(".dockerignore").splitlines() if line.startswith("!")]

    assert sorted(" ".join(copied).split()) == sorted(kept)


def test_image_is_checked_with_its_python_version():
    python = re.search(r"^ARG PYTHON_VERSION=(.*)$", text_of("Dockerfile"), re.MULTILINE)[1]

    assert f"${{PYTHON_VERSION:-{python}}}" in text_of("docker/check")


def test_example_seed_has_the_credentials_of_the_example_client():
    [acme] = templates_from(tomllib.loads(text_of("docker/seed/acme.toml")))
    client = yaml.safe_load(text_of("docker/compose.yaml"))["services"]["client"]["environment"]

    assert [(each.id, each.secret) for each in acme.clients] == [
        (client["ZUORA_CLIENT_ID"].removeprefix("${ZUORA_CLIENT_ID:-").rstrip("}"), client["ZUORA_CLIENT_SECRET"])
    ]


def test_example_client_waits_until_the_server_is_healthy():
    client = yaml.safe_load(text_of("docker/compose.yaml"))["services"]["client"]

    assert client["depends_on"] == {"zuora": {"condition": "service_healthy"}}
