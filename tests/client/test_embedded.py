"""A server in the test's own process: how it starts, how it fails to, and how it stops."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_zuora import MockZuora
from mock_zuora.client.embedded import EmbeddedTransport
from mock_zuora.config.settings import SettingsError
from mock_zuora.control.errors import TimedOut, Unreachable
from mock_zuora.server.job_runner import BackgroundJobRunner
from mock_zuora.server.server import Server

JOBS = "/objects/jobs"


def test_jobs_end_at_once_unless_the_test_says_otherwise(running):
    assert running.settings()["transitions"] == "immediate"


def test_the_environment_of_a_test_says_nothing(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_TRANSITIONS", "manual")
    monkeypatch.setenv("MOCK_ZUORA_PORT", "1")
    with MockZuora() as zuora:
        assert zuora.settings()["transitions"] == "immediate"


def test_settings_are_those_of_the_command(call):
    with MockZuora(transitions="polls", auth="strict", processing_polls=7) as zuora:
        assert (zuora.settings()["transitions"], zuora.settings()["processing_polls"]) == ("polls", 7)
        assert call(zuora, "GET", JOBS, token="any-token")[0] == 401


def test_a_seed_is_a_document_or_a_path(tmp_path):
    seed = {"tenants": [{"name": "acme", "settings": {"strict": True}, "records": {"boat": [{"sail__c": "red"}]}}]}
    path = tmp_path / "seed.toml"
    path.write_text(
        '[[tenants]]\nname = "acme"\nrecords = { boat = [{ sail__c = "red" }] }\nsettings = { strict = true }'
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
        ({"seed": "/nowhere/seed.toml"}, "seed /nowhere/seed.toml"),
        ({"version": "7"}, "version: '7'|version.*'7'"),
        ({"host": "192.0.2.1"}, "192.0.2.1"),
        ({"control": "token"}, "control_token"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_an_error_of_the_call(settings, named):
    with pytest.raises(SettingsError, match=named):
        MockZuora(**settings)


def test_a_port_that_is_taken_is_an_error_of_the_call(running):
    port = int(running.url.rpartition(":")[2])
    with pytest.raises(SettingsError, match=f"{port}"):
        MockZuora(port=port)


def test_a_server_that_crashes_while_it_seeds_is_an_error_of_the_call(monkeypatch):
    async def crash(self):
        raise RuntimeError("no seed today")

    monkeypatch.setattr(BackgroundJobRunner, "_seed", crash)
    with pytest.raises(RuntimeError, match="no seed today"):
        MockZuora()


def test_a_server_that_never_comes_to_run_is_an_error_of_the_call(monkeypatch):
    def crash(self):
        raise RuntimeError("no loop today")

    monkeypatch.setattr(Server, "run", crash)
    with pytest.raises(RuntimeError, match="no loop today"):
        MockZuora()


def test_a_stopped_server_answers_nobody():
    zuora = MockZuora()
    zuora.stop()
    with pytest.raises(Unreachable, match="has been stopped"):
        zuora.token()
    with pytest.raises(OSError):
        http.client.HTTPConnection(zuora.url.removeprefix("http://")).request("GET", "/")


def test_to_stop_twice_is_to_stop_once():
    zuora = MockZuora()
    fresh = zuora.tenant()
    zuora.stop()
    zuora.stop()
    fresh.stop()


def test_a_stop_ends_whoever_waits():
    zuora, waiting = MockZuora(), threading.Event()
    transport = zuora._door

    def wait() -> None:
        waiting.set()
        transport.call("requests.wait", None, {"timeout": 60})

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(wait)
        waiting.wait()
        zuora.clock.now()
        zuora.stop()
        with pytest.raises(Unreachable, match="stopped"):
            ended.result(timeout=30)


def test_a_stop_ends_whoever_waits_over_http_alike():
    zuora = MockZuora()
    listeners = zuora._door._server.app.control.instruments("default").journal._listeners
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(MockZuora.connect(zuora.url).requests.wait, timeout=60)
        assert until(zuora, lambda: len(listeners) == 1)
        zuora.stop()
        with pytest.raises(Unreachable, match="shutting down"):
            ended.result(timeout=30)


def test_in_a_fork_of_the_process_the_handle_says_how_to_reach_the_server(monkeypatch):
    with MockZuora() as zuora:
        with monkeypatch.context() as in_the_fork:
            in_the_fork.setattr(zuora._door, "_process", zuora._door._process - 1)
            with pytest.raises(Unreachable, match="is a fork; MockZuora.connect.'http"):
                zuora.clock.now()
            zuora.stop()
        # It has not stopped the server of the other process.
        assert zuora.clock.speed == 1


def test_a_wait_that_is_over_leaves_no_listener(running):
    with pytest.raises(TimedOut):
        running.requests.wait(count=1_000_000, timeout=0)
    control = running._door._server.app.control
    assert control.instruments("default").journal._listeners == []


def test_a_client_that_leaves_while_it_waits_leaves_no_listener(running):
    listeners = running._door._server.app.control.instruments("default").journal._listeners
    connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/__mock/v1/requests/wait?count=1000000&timeout=600")
    assert until(running, lambda: len(listeners) == 1)
    connection.close()
    assert until(running, lambda: listeners == [])


def until(zuora, is_so) -> bool:
    """Whether something comes to be while the server takes a thousand turns."""
    return any(is_so() or zuora.clock.now() is None for _ in range(5_000))


def test_two_servers_in_one_process_never_meet(call):
    with MockZuora() as one, MockZuora() as two:
        call(one, "GET", JOBS)
        assert (one.requests.count(), two.requests.count()) == (1, 0)
        assert one.url != two.url


def test_a_control_call_is_carried_out_on_the_server_s_own_thread(running, monkeypatch):
    control, threads = running._door._server.app.control, []
    original = control.tenant
    monkeypatch.setattr(
        control, "tenant", lambda name: threads.append(threading.current_thread().name) or original(name)
    )
    running.clock.now()
    assert threads == ["mock_zuora server"]


@pytest.mark.parametrize("effect", ["reset", "truncate"])
def test_an_answer_that_a_fault_broke_off_is_no_error_in_the_log(running, call, caplog, effect):
    with running.tenant() as zuora:
        zuora.faults.add(JOBS, **{effect: True})
        with pytest.raises((ConnectionError, http.client.IncompleteRead)):
            call(zuora, "GET", JOBS)
        zuora.requests.wait()
    running.clock.now()
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == []


def test_a_door_that_was_never_opened_needs_no_closing():
    with pytest.raises(SettingsError):
        EmbeddedTransport({"port": -1})
