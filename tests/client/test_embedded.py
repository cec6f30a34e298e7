"""A server in the process of the test: startup, failures, shutdown."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_zuora import MockZuora
from mock_zuora.client.embedded import EmbeddedTransport
from mock_zuora.config.settings import SettingsError
from mock_zuora.control.errors import Invalid, TimedOut, Unreachable
from mock_zuora.server.job_runner import BackgroundJobRunner
from mock_zuora.server.server import Server

JOBS = "/objects/jobs"


def test_jobs_end_immediately_by_default(running):
    assert running.settings()["transitions"] == "immediate"


def test_environment_variables_are_ignored(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_TRANSITIONS", "manual")
    monkeypatch.setenv("MOCK_ZUORA_PORT", "1")
    with MockZuora() as zuora:
        assert zuora.settings()["transitions"] == "immediate"


def test_settings_are_those_of_the_command_line(call):
    with MockZuora(transitions="polls", auth="strict", processing_polls=7) as zuora:
        assert (zuora.settings()["transitions"], zuora.settings()["processing_polls"]) == ("polls", 7)
        assert call(zuora, "GET", JOBS, token="any-token")[0] == 401


def test_seed_is_a_document_or_a_path(tmp_path):
    seed = {"tenants": [{"name": "acme", "settings": {"strict": True}, "records": {"boat": [{"sail__c": "red"}]}}]}
    path = tmp_path / "seed.toml"
    path.write_text(
        '[[tenants]]\nname = "acme"\nrecords = { boat = [{ sail__c = "red" }] }\nsettings = { strict = true }', "utf-8"
    )
    for each in (seed, str(path)):
        with MockZuora(seed=each) as zuora:
            assert (zuora.name, zuora.settings()["strict"]) == ("acme", True)
            assert zuora.settings()["transitions"] == "immediate"
            assert [record["sail__c"] for record in zuora.records("boat")] == ["red"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"port": "x"}, "port: 'x'"),
        ({"transition": "time"}, "transition: there is no such setting; .*transitions"),
        ({"seed": {"tenants": []}}, "seed: tenants"),
        ({"seed": 7}, "seed: 7 is not valid; expected a path or a document"),
        ({"seed": [{}]}, "seed: .* is not valid; expected a path or a document"),
        ({"seed": {"records": {"vehicle": "missing.csv"}}}, "missing.csv"),
        ({"seed": "/nowhere/seed.toml"}, "seed /nowhere/seed.toml"),
        ({"seed": {"tenants": [{"name": "\ud83d"}]}}, r"seed: tenants\[0\].name: .* half of a surrogate pair"),
        ({"random_seed": "\ud83d"}, "random_seed: .* half of a surrogate pair"),
        ({"version": "7"}, "version: '7'|version.*'7'"),
        ({"host": "192.0.2.1"}, "192.0.2.1"),
        ({"control": "token"}, "control_token"),
    ],
    ids=str,
)
def test_invalid_setting_raises_setting_error(settings, named):
    with pytest.raises(SettingsError, match=named):
        MockZuora(**settings)


def test_port_in_use_raises_setting_error(running):
    port = int(running.url.rpartition(":")[2])
    with pytest.raises(SettingsError, match=f"{port}"):
        MockZuora(port=port)


def test_error_during_seeding_is_raised(monkeypatch):
    async def crash(self):
        raise RuntimeError("no seed today")

    monkeypatch.setattr(BackgroundJobRunner, "_seed", crash)
    with pytest.raises(RuntimeError, match="no seed today"):
        MockZuora()


def test_error_during_startup_is_raised(monkeypatch):
    def crash(self):
        raise RuntimeError("no loop today")

    monkeypatch.setattr(Server, "run", crash)
    with pytest.raises(RuntimeError, match="no loop today"):
        MockZuora()


def test_stopped_server_is_unreachable():
    zuora = MockZuora()
    zuora.stop()
    with pytest.raises(Unreachable, match="has been stopped"):
        zuora.token()
    with pytest.raises(OSError):
        http.client.HTTPConnection(zuora.url.removeprefix("http://")).request("GET", "/")


def test_stop_can_be_called_twice():
    zuora = MockZuora()
    fresh = zuora.tenant()
    zuora.stop()
    zuora.stop()
    fresh.stop()


def test_stop_ends_waits():
    zuora, waiting = MockZuora(), threading.Event()
    transport = zuora._transport

    def wait() -> None:
        waiting.set()
        transport.call("GET", "/requests/wait", None, {"timeout": 60})

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(wait)
        waiting.wait()
        zuora.clock.now()
        zuora.stop()
        with pytest.raises(Unreachable, match="stopped"):
            ended.result(timeout=30)


def test_stop_ends_waits_over_http():
    zuora = MockZuora()
    listeners = zuora._transport._server.app.control.instruments("default").journal._listeners
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(MockZuora.connect(zuora.url).requests.wait, timeout=60)
        assert until(zuora, lambda: len(listeners) == 1)
        zuora.stop()
        with pytest.raises(Unreachable, match="shutting down"):
            ended.result(timeout=30)


def test_handle_in_a_forked_process_is_unreachable(monkeypatch):
    with MockZuora() as zuora, zuora.tenant() as tenant:
        with monkeypatch.context() as forked:
            forked.setattr(zuora._transport, "_process", zuora._transport._process - 1)
            with pytest.raises(Unreachable, match=r"use MockZuora.connect\('http://.*:\d+'\) here"):
                zuora.clock.now()
            with pytest.raises(Unreachable, match=rf"use MockZuora.connect\('http.*', '{tenant.name}'\) here"):
                tenant.clock.now()
            zuora.stop()
        # The server of the other process still runs.
        assert zuora.clock.speed == 1


def test_finished_wait_leaves_no_listener(running):
    with pytest.raises(TimedOut):
        running.requests.wait(count=1_000_000, timeout=0)
    control = running._transport._server.app.control
    assert control.instruments("default").journal._listeners == []


def test_disconnected_client_leaves_no_listener(running):
    listeners = running._transport._server.app.control.instruments("default").journal._listeners
    connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/__mock/v1/requests/wait?count=1000000&timeout=600")
    assert until(running, lambda: len(listeners) == 1)
    connection.close()
    assert until(running, lambda: listeners == [])


def until(zuora, condition) -> bool:
    """Whether a condition becomes true while the server handles some requests."""
    return any(condition() or zuora.clock.now() is None for _ in range(5_000))


def test_servers_in_one_process_share_nothing(call):
    with MockZuora() as one, MockZuora() as two:
        call(one, "GET", JOBS)
        assert (one.requests.count(), two.requests.count()) == (1, 0)
        assert one.url != two.url


def test_control_operation_runs_on_the_thread_of_the_server(running, monkeypatch):
    threads = []
    runner = running._transport._server.app.control.runner
    monkeypatch.setattr(runner, "touch", lambda tenant: threads.append(threading.current_thread().name))
    running.clock.now()
    assert threads == ["mock_zuora server"]


@pytest.mark.parametrize("effect", ["reset", "truncate"])
def test_response_cut_off_by_fault_logs_no_error(running, call, caplog, effect):
    with running.tenant() as zuora:
        zuora.faults.add(JOBS, **{effect: True})
        with pytest.raises((ConnectionError, http.client.IncompleteRead)):
            call(zuora, "GET", JOBS)
        zuora.requests.wait()
    running.clock.now()
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == []


def test_transport_is_not_opened_with_invalid_settings():
    with pytest.raises(SettingsError):
        EmbeddedTransport({"port": -1})


def test_half_of_a_surrogate_pair_is_refused_in_the_process_and_over_http(running):
    for zuora in (running, MockZuora.connect(running.url)):
        with pytest.raises(Invalid, match=r"message: 'x\\ud83d' contains"):
            zuora.faults.add(status=503, message="x\ud83d")
        with pytest.raises(Invalid, match="half of a surrogate pair"):
            zuora.faults.get("\ud83d")
    assert running.faults.all() == []
