"""docker/kubernetes.yaml is valid, and its pod starts with the variables that Kubernetes sets. It needs no cluster."""

import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from mock_zuora.admin.access_control import PROBE_PATHS
from mock_zuora.config.address import DEFAULT_PORT, READY_PATH
from mock_zuora.config.injected import injected_variables
from mock_zuora.config.settings import Settings, field_of
from mock_zuora.testing.container import IMAGE

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docker/kubernetes.yaml"
PAGE = (ROOT / "docs/kubernetes.md").read_text("utf-8")
OBJECTS = {each["kind"]: each for each in yaml.safe_load_all(FILE.read_text("utf-8"))}
POD = OBJECTS["Deployment"]["spec"]["template"]["spec"]
[CONTAINER] = POD["containers"]
VERSIONS = ["1.28", "1.37"]
ADDRESS = "10.96.0.17"


def service_links(service):
    """What the kubelet sets for a Service in the pods of its namespace (``makeLinkVariables`` and ``FromServices``)."""
    prefix = service["metadata"]["name"].upper().replace("-", "_")
    ports = service["spec"]["ports"]
    variables = {f"{prefix}_SERVICE_HOST": ADDRESS, f"{prefix}_SERVICE_PORT": str(ports[0]["port"])}
    for each in ports:
        number, protocol = each["port"], each.get("protocol", "TCP")
        url, name = f"{protocol.lower()}://{ADDRESS}:{number}", f"{prefix}_PORT_{number}_{protocol}"
        variables[f"{prefix}_SERVICE_PORT_{each['name'].upper().replace('-', '_')}"] = str(number)
        variables.setdefault(f"{prefix}_PORT", url)
        variables |= {
            name: url, f"{name}_PROTO": protocol.lower(), f"{name}_PORT": str(number), f"{name}_ADDR": ADDRESS
        }  # fmt: skip
    return variables


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", OBJECTS)
def test_object_is_valid_for_the_api(kind, version):
    kubernetes_validate.validate(OBJECTS[kind], version, strict=True)


def test_misspelt_key_is_found():
    service = {**OBJECTS["Service"], "spec": {**OBJECTS["Service"]["spec"], "selectors": {}}}
    with pytest.raises(kubernetes_validate.ValidationError, match="selectors"):
        kubernetes_validate.validate(service, VERSIONS[0], strict=True)


def test_objects_refer_to_each_other():
    deployment, labels = OBJECTS["Deployment"]["spec"], OBJECTS["Service"]["spec"]["selector"]
    volumes = {each["name"]: each for each in POD["volumes"]}
    mounts = {each["name"]: each["mountPath"] for each in CONTAINER["volumeMounts"]}
    claim = OBJECTS["PersistentVolumeClaim"]["metadata"]["name"]

    assert labels == deployment["selector"]["matchLabels"] == deployment["template"]["metadata"]["labels"]
    assert volumes["seed"]["configMap"]["name"] == OBJECTS["ConfigMap"]["metadata"]["name"]
    assert volumes["state"]["persistentVolumeClaim"]["claimName"] == claim
    assert mounts == {"seed": "/seed", "state": "/data"}


def test_ports_image_and_seed_are_those_of_the_image():
    [port], [service] = CONTAINER["ports"], OBJECTS["Service"]["spec"]["ports"]

    assert (port["containerPort"], service["port"], service["targetPort"]) == (DEFAULT_PORT, DEFAULT_PORT, port["name"])
    assert CONTAINER["image"] == IMAGE
    assert tomllib.loads(OBJECTS["ConfigMap"]["data"]["acme.toml"]) == tomllib.loads(
        (ROOT / "docker/seed/acme.toml").read_text("utf-8")
    )


def test_probes_use_paths_that_are_open_to_every_client():
    paths = {name: each["httpGet"]["path"] for name, each in CONTAINER.items() if name.endswith("Probe")}

    assert paths == {
        "startupProbe": READY_PATH, "readinessProbe": READY_PATH, "livenessProbe": "/__mock/livez"
    }  # fmt: skip
    assert set(paths.values()) == PROBE_PATHS


def test_pod_runs_without_privileges():
    """The profile "restricted" of the Pod Security Standards, and the user of the image."""
    user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE).groups()

    assert (str(POD["securityContext"]["runAsUser"]), str(POD["securityContext"]["runAsGroup"])) == user
    assert POD["securityContext"]["runAsNonRoot"] and not POD["automountServiceAccountToken"]
    assert POD["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}
    }  # fmt: skip


def test_only_one_server_runs_at_a_time():
    deployment = OBJECTS["Deployment"]["spec"]

    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})


@pytest.mark.parametrize("text", [FILE.read_text("utf-8"), PAGE], ids=["file", "page"])
def test_every_variable_is_a_setting_or_is_ignored(text):
    variables = set(re.findall(r"MOCK_ZUORA_[A-Z0-9_]+[A-Z]", text)) - service_links(OBJECTS["Service"]).keys()

    assert {field_of(variable) for variable in variables} <= Settings.model_fields.keys()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", blocks("yaml"))
def test_environment_on_the_page_is_valid(block):
    container = {**CONTAINER, **yaml.safe_load(block)}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {**POD, "containers": [container]}}

    assert len(blocks("yaml")) == 2
    kubernetes_validate.validate(pod, VERSIONS[-1], strict=True)


def test_page_shows_every_variable_of_the_service():
    [shown] = blocks("text")

    assert shown.splitlines() == [f"{name}={value}" for name, value in service_links(OBJECTS["Service"]).items()]


def test_commands_on_the_page_name_objects_of_the_file():
    named = re.findall(
        r"(?:(deployment|service)/|(configmap|persistentvolumeclaim) )(mock-zuora\S*)", "".join(blocks("sh"))
    )
    objects = {(kind.lower(), each["metadata"]["name"]) for kind, each in OBJECTS.items()}

    assert {(short or kind, name) for short, kind, name in named} == objects


# The pod's environment, replayed


@pytest.fixture
def pod(tmp_path):
    """The environment of the pod, with a seed and every variable of its Service."""
    folder = tmp_path / "seed"
    folder.mkdir()
    (folder / "acme.toml").write_text(OBJECTS["ConfigMap"]["data"]["acme.toml"], "utf-8")
    own = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_ZUORA_")}
    image = {"MOCK_ZUORA_HOST": "::", "MOCK_ZUORA_CONTROL": "open", "MOCK_ZUORA_MOUNTS": str(tmp_path)}
    set_by_the_file = {each["name"]: each["value"] for each in CONTAINER["env"]}
    return own | image | service_links(OBJECTS["Service"]) | set_by_the_file


@pytest.fixture
def run(pod):
    """Runs a command in this environment. Its default port is a free one, because 8080 may be in use here."""
    processes = []
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def run(*words):
        script = (
            "import sys; from mock_zuora.config import address; "
            f"address.DEFAULT_PORT = {port}; from mock_zuora.cli.main import main; main(sys.argv[1:])"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", script, *words], env=pod, stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT
        )
        processes.append(process)
        return process

    yield run
    for each in processes:
        each.kill()
        each.communicate()


@pytest.mark.fidelity("mock-21")
def test_pod_starts_and_is_ready_with_the_variables_of_its_service(pod, run):
    assert len(injected_variables(pod)) == len(service_links(OBJECTS["Service"])) == 8
    server = run("serve")
    lines = [server.stderr.readline() for _ in range(2)]
    assert "tenants acme (1 user, 1 client, 1 definition, 0 records)" in lines[0]
    assert "ignored 8 variables that Kubernetes or Docker set: MOCK_ZUORA_PORT, MOCK_ZUORA_PORT_8080_TCP, " in lines[1]
    ready = run("ready", "--wait", "--timeout", "20")
    assert (ready.wait(30), ready.stderr.read()) == (0, "")
