"""The image: its user, settings and mounts, errors at startup, and shutdown."""

import json
import socket
import time
import urllib.request
from urllib.parse import urlsplit

import pytest

from mock_zuora import __version__

pytestmark = pytest.mark.docker

STOP_SECONDS = 5
"""Half of the time after which the engine kills a container. docker/check has a limit of two seconds."""
HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
ACME = '[[tenants]]\nname = "acme"\n[tenants.records]\nvehicle = [{ brand__c = "Volvo" }]\n'


@pytest.mark.parametrize("user", ["10001:0", "54321:0", "54321:54321"])
def test_container_runs_read_only_without_capabilities_as_any_user(start, user):
    container = start(*HARDENED, "--user", user).until_healthy()

    assert container.get("/objects/jobs")["jobs"] == []


def test_container_is_not_root_and_writes_no_file(start, docker):
    container = start().until_healthy()
    container.get("/objects/jobs")

    assert docker("exec", container.name, "id", "-u") == "10001"
    assert docker("diff", container.name) == ""


def test_container_with_another_port_is_healthy(start):
    container = start("--env", "MOCK_ZUORA_PORT=9999", port=9999).until_healthy()

    assert container.get("/__mock/readyz")["status"] == "ready"


def test_container_stays_healthy(start):
    """Later health checks watch the server for several seconds."""
    container = start().until_healthy()

    container.wait_for(lambda state: len(state["Health"]["Log"]) > 2)
    container.wait_for(lambda state: _seconds_of(state["Health"]["Log"][-1]) > 4)

    assert container.state["Health"]["Status"] == "healthy"
    assert container.stop() < STOP_SECONDS


def _seconds_of(check):
    start, end = (time.strptime(check[when][:19].replace("T", " "), "%Y-%m-%d %H:%M:%S") for when in ("Start", "End"))
    return time.mktime(end) - time.mktime(start)


def test_server_that_does_not_respond_is_unhealthy(start, docker):
    container = start("--health-retries", "1").until_healthy()

    docker("kill", "--signal", "STOP", container.name)

    container.wait_for(lambda state: state["Health"]["Status"] == "unhealthy")


def test_settings_are_environment_variables(start):
    container = start("--env", "MOCK_ZUORA_TRANSITIONS=polls", "--env", "MOCK_ZUORA_LOG_FORMAT=json").until_healthy()

    line = json.loads(container.logs.splitlines()[0])
    assert "transitions polls" in line["message"]


def test_flags_can_be_passed_to_the_command(start):
    container = start(arguments=("serve", "--transitions", "manual")).until_healthy()

    assert "transitions manual" in container.logs


@pytest.mark.parametrize("name", ["seed", "seed/acme.toml"], ids=["file", "folder"])
def test_mounted_seed_is_loaded(start, shared_path, name):
    file = shared_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(ACME)

    container = start("--volume", f"{shared_path / 'seed'}:/seed:ro").until_healthy()

    assert "tenants acme" in container.logs
    assert container.get("/objects/records/default/vehicle")["records"][0]["brand__c"] == "Volvo"


def test_invalid_seed_stops_the_container_with_one_line(start, shared_path):
    (shared_path / "seed.toml").write_text('[[tenants]]\nnme = "acme"\n')

    container = start("--volume", f"{shared_path}:/seed:ro")

    assert container.until_exited() == 2
    assert "seed /seed/seed.toml: tenants.0.nme: " in container.logs
    assert container.logs.count("\n") == 1


def test_unknown_variable_stops_the_container_with_one_line(start):
    container = start("--env", "MOCK_ZUORA_TRANSITION=immediate")

    assert container.until_exited() == 2
    assert "MOCK_ZUORA_TRANSITION: there is no such setting" in container.logs
    assert container.logs.count("\n") == 1


def test_read_only_data_folder_stops_the_container_with_one_line(start, shared_path):
    container = start("--volume", f"{shared_path}:/data", "--user", "54321:54321")

    assert container.until_exited() == 2
    assert "state /data/state.db: folder /data cannot be written to" in container.logs
    assert container.logs.count("\n") == 1


def test_mounted_data_outlives_the_container(volume, start):
    first = start(*HARDENED, "--volume", f"{volume}:/data").until_healthy()
    first.send("POST", "/objects/jobs", {"operation": "create", "namespace": "default", "object": "vehicle"})
    first.stop()

    second = start(*HARDENED, "--volume", f"{volume}:/data").until_healthy()

    assert second.get("/objects/jobs")["count"] == 1


def test_inspector_is_in_the_image(start):
    container = start().until_healthy()
    for path in ("/__mock/", "/__mock/inspector/requests", "/__mock/inspector/assets/inspector.css"):
        with urllib.request.urlopen(container.url + path, timeout=30) as response:
            assert b"mock_zuora" in response.read() or path.endswith(".css")
    assert "inspector http://" in container.logs.splitlines()[0]


def test_control_api_is_open_on_the_published_port(start):
    assert start().until_healthy().get("/__mock/v1/info")["version"] == __version__


@pytest.mark.parametrize("options", [(), ("--init",)], ids=["alone", "with-init"])
def test_container_stops_quickly_with_open_connections(start, options):
    container = start(*options).until_healthy()
    address = urlsplit(container.url)
    with (
        socket.create_connection((address.hostname, address.port)) as idle,
        socket.create_connection((address.hostname, address.port)) as uploading,
    ):
        idle.sendall(b"GET /__mock/livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(1000).startswith(b"HTTP/1.1 200")
        uploading.sendall(
            b"POST /objects/jobs/x/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer any\r\n"
            b"Content-Type: text/csv\r\nContent-Length: 1000000\r\n\r\nbrand__c\nVol"
        )

        seconds = container.stop()

    assert container.state["ExitCode"] == 0
    assert seconds < STOP_SECONDS
    assert "Traceback" not in container.logs


def test_responses_do_not_contain_the_internal_address(start):
    """No response has the address inside the container."""
    container = start().until_healthy()

    responses = json.dumps([container.get("/__mock/readyz"), container.get("/objects/jobs?pageSize=1")])

    assert ":8080" not in responses
    assert "0.0.0.0" not in responses
    assert "[::]" not in responses


def test_first_line_of_the_log_has_a_url_that_works_on_the_host(start):
    container = start().until_healthy()

    assert "on http://127.0.0.1:8080, inspector http://127.0.0.1:8080/__mock/" in container.logs.splitlines()[0]


def test_image_has_labels(image, docker):
    labels = json.loads(docker("inspect", "--format", "{{json .Config.Labels}}", image))

    prefix = "org.opencontainers.image."
    assert labels[f"{prefix}title"] == "mock_zuora"
    assert labels[f"{prefix}licenses"] == "Apache-2.0"
    assert labels[f"{prefix}version"] == __version__
    assert labels[f"{prefix}base.name"].startswith("python:")
    assert labels[f"{prefix}source"].startswith("https://")


def test_image_has_no_pip_and_no_development_tools(start, docker):
    container = start().until_healthy()

    packages = docker(
        "exec",
        container.name,
        "ls",
        docker("exec", container.name, "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"),
    ).split()

    assert "fastapi" in packages
    assert not {"pip", "pytest", "mypy", "testcontainers", "httpx"} & set(packages)
