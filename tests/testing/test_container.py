"""``MockZuoraContainer`` without a Docker engine; ``tests/docker`` runs it with one."""

import json
from datetime import date
from pathlib import Path

import pytest
from testcontainers.core import container as upstream
from testcontainers.core.config import testcontainers_config
from testcontainers.core.exceptions import ContainerStartException

from mock_zuora import __version__
from mock_zuora.config.settings import SettingsError, load_settings
from mock_zuora.server.server import Server
from mock_zuora.testing.container import MockZuoraContainer


class Wrapped:
    """A container as the engine reports it."""

    id = "0123456789ab"
    short_id = "0123"
    status = "running"
    printed = b""

    def __init__(self):
        self.archives = []

    def put_archive(self, path, data):
        self.archives.append(data)
        return True

    def reload(self):
        pass

    def logs(self, stdout=True, stderr=True):
        return self.printed if stderr else b""

    def remove(self, **options):
        pass


class Engine:
    """A fake Docker engine; the port of its containers is that of a server in this process."""

    def __init__(self, **options):
        self.client = self
        self.wrapped = Wrapped()
        self.created = {}
        self.host_port = 1

    def create(self, image, **options):
        self.created = {"image": image, **options}
        return self.wrapped

    def start(self, container):
        pass

    def host(self):
        return "127.0.0.1"

    def get_connection_mode(self):
        return upstream.ConnectionMode.docker_host

    def port(self, container_id, port):
        return self.host_port

    def close(self):
        pass


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    engine = Engine()
    monkeypatch.setattr(upstream, "DockerClient", lambda **options: engine)
    monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)
    return engine


@pytest.fixture
def server(engine):
    """The server that would run in the container."""
    server = Server(load_settings({"port": "0"}))
    server.start()
    engine.host_port = server.socket.getsockname()[1]
    yield server
    server.stop()


def copied(container):
    return {path: json.loads(content) for content, path, *_ in container._transferable_specs}


def test_default_image_has_the_version_of_the_package(engine, server):
    with MockZuoraContainer():
        assert engine.created["image"] == f"mock-zuora:{__version__}"


def test_settings_are_environment_variables(engine, server):
    container = MockZuoraContainer().with_transitions("time", processing_time=0.5).with_settings(strict=True)

    with container:
        assert engine.created["environment"] == {
            "MOCK_ZUORA_PORT": "8080",
            "MOCK_ZUORA_TRANSITIONS": "time",
            "MOCK_ZUORA_PROCESSING_TIME": "0.5",
            "MOCK_ZUORA_STRICT": "true",
        }


def test_names_of_the_container_and_its_engine_are_allowed_hosts(engine, server, monkeypatch):
    monkeypatch.setattr(engine, "host", lambda: "engine.example")
    monkeypatch.setattr(MockZuoraContainer, "get_container_host_ip", lambda self: "127.0.0.1")
    container = MockZuoraContainer().with_settings(allowed_host=["own.example", "*.test"])
    container.with_name("zuora.one").with_network_aliases("zuora", "zuora.two")

    with container:
        allowed = engine.created["environment"]["MOCK_ZUORA_ALLOWED_HOST"]

    assert allowed == "own.example,*.test,engine.example,zuora.one,zuora.two"


def test_server_reads_the_settings_of_the_container(monkeypatch):
    versions = {"2021": {"error-body": "flat"}}
    container = MockZuoraContainer(port=9000).with_settings(versions=versions, strict=False, processing_polls=3)
    container.with_settings(assume={"put-record": "replace", "job-limit": "429"})
    for variable, value in container.env.items():
        monkeypatch.setenv(variable, value)

    settings = load_settings()

    assert (settings.port, settings.strict, settings.processing_polls) == (9000, False, 3)
    assert list(settings.versions) == ["2021"]
    assert settings.assume == {"put-record": "replace", "job-limit": "429"}


def test_unknown_setting_is_refused():
    with pytest.raises(ValueError, match="transition: there is no such setting; did you mean 'transitions'"):
        MockZuoraContainer().with_settings(transition="immediate")


def test_seeds_are_copied_in_order(tmp_path):
    for name in ("b.json", "a.json"):
        (tmp_path / name).write_text(f'{{"from": "{name}"}}', "utf-8")

    container = MockZuoraContainer().with_seed({"tenants": []}).with_seed(tmp_path).with_seed(tmp_path / "b.json")

    assert copied(container) == {
        "/seed/001-seed.json": {"tenants": []},
        "/seed/002-a.json": {"from": "a.json"},
        "/seed/003-b.json": {"from": "b.json"},
        "/seed/004-b.json": {"from": "b.json"},
    }


def test_csv_files_of_seeds_are_copied_with_them(tmp_path):
    (tmp_path / "boats.csv").write_text("sail__c\nred\n", "utf-8")
    (tmp_path / "seed.toml").write_text('[[tenants]]\nrecords = { boat = "boats.csv" }\n', "utf-8")
    document = {"tenants": [{"records": {"boat": tmp_path / "boats.csv", "ship": [{"seen__c": date(2021, 3, 10)}]}}]}
    container = MockZuoraContainer().with_seed(tmp_path / "seed.toml").with_seed(document)
    of_file, of_document = (each["tenants"][0] for each in copied(container).values())
    assert of_file == {"records": {}, "csv_files": {"boat": {"name": "boats.csv", "text": "sail__c\nred\n"}}}
    assert of_document["csv_files"]["boat"]["text"] == "sail__c\nred\n"
    assert of_document["records"] == {"ship": [{"seen__c": "2021-03-10"}]}


def test_file_of_assumptions_is_passed_to_the_container(tmp_path, monkeypatch):
    (tmp_path / "observed.toml").write_text('[put-record]\nchoice = "replace"\nreason = "it\'s, gone"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    container = MockZuoraContainer().with_settings(assume="job-limit=429,observed.toml")
    (tmp_path / "observed.toml").unlink()
    monkeypatch.setenv("MOCK_ZUORA_ASSUME", container.env["MOCK_ZUORA_ASSUME"])
    assert load_settings().assume == {
        "job-limit": "429",
        "put-record": {"choice": "replace", "reason": "it's, gone"},
    }
    with pytest.raises(ValueError, match=r"^assume: observed\.toml: cannot be read"):
        container.with_settings(assume="observed.toml")


def test_file_of_assumptions_of_a_seed_is_copied_with_it(tmp_path):
    (tmp_path / "observed.toml").write_text('put-record = "replace"', "utf-8")
    (tmp_path / "seed.toml").write_text('assume = "observed.toml"\n[[tenants]]\n', "utf-8")
    container = MockZuoraContainer().with_seed(tmp_path / "seed.toml")
    assert list(copied(container).values()) == [{"assume": {"put-record": "replace"}, "tenants": [{}]}]


def test_folder_without_seed_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=f"seed {tmp_path}: expected a folder with a .toml or .json file"):
        MockZuoraContainer().with_seed(tmp_path)


def test_container_is_ready_when_start_returns(server):
    with MockZuoraContainer() as container:
        assert container.get_base_url() == server.url
        assert container.get_control().info().version == __version__


def test_exited_container_fails_with_the_last_log_line(engine):
    engine.wrapped.status = "exited"
    engine.wrapped.printed = b"something else\nmock-zuora serve: seed /seed/001-seed.json: no tenant\n"

    with pytest.raises(ContainerStartException, match="not ready: mock-zuora serve: seed /seed/001-seed.json: no te"):
        MockZuoraContainer().start()


def test_container_that_exits_during_startup_fails_at_once(engine, monkeypatch):
    # Running when the port is read, exited after the first failed poll.
    monkeypatch.setattr(Wrapped, "reload", lambda self: setattr(self, "status", self.next_status.pop(0)))
    engine.wrapped.next_status = ["running", "exited"]

    with pytest.raises(ContainerStartException, match="not ready: the container has exited"):
        MockZuoraContainer().start()


def test_internal_url_requires_a_network_alias():
    with pytest.raises(ValueError, match="network_aliases: there is none"):
        MockZuoraContainer().get_internal_url()
    assert MockZuoraContainer(port=9000).with_network_aliases("zuora").get_internal_url() == "http://zuora:9000"


# HTTPS


@pytest.fixture
def secure(engine):
    """The server that would run in a container with HTTPS."""
    server = Server(load_settings({"port": "0", "tls": "true", "allowed_host": "127.0.0.1"}))
    server.start()
    engine.host_port = server.socket.getsockname()[1]
    yield server
    server.stop()


def test_container_with_https_is_ready_and_its_handle_verifies_it(secure):
    with MockZuoraContainer().with_settings(tls=True) as container:
        assert container.get_base_url() == secure.url
        assert container.get_control().info().version == __version__
        copy = Path(container.ca_file)
        assert copy.read_bytes() == secure.tls.ca_pem
        assert container.get_control(ca_file=secure.tls.ca_file).ca_file == secure.tls.ca_file
    assert not copy.exists()


def test_ca_certificate_is_read_again_after_a_failure(monkeypatch, secure):
    with MockZuoraContainer().with_settings(tls=True) as container:
        with monkeypatch.context() as patched:
            patched.setattr(container, "get_base_url", lambda: "https://127.0.0.1:1")
            with pytest.raises(OSError, match="refused"):
                container.ca_file  # noqa: B018
        assert Path(container.ca_file).read_bytes() == secure.tls.ca_pem


def test_certificate_of_the_container_is_for_the_address_of_its_engine(engine, secure):
    with MockZuoraContainer().with_settings(tls=True):
        assert engine.created["environment"]["MOCK_ZUORA_ALLOWED_HOST"] == "127.0.0.1"


def test_container_with_a_certificate_of_a_file_has_no_ca_file():
    container = MockZuoraContainer(port=9000).with_settings(tls_cert="/cert.pem").with_network_aliases("zuora")
    assert container.get_internal_url() == "https://zuora:9000"
    assert container.ca_file is None


def test_container_without_https_has_no_ca_file(server):
    with MockZuoraContainer() as container:
        assert container.ca_file is None
