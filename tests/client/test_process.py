import os
import ssl
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
import trustme

from mock_zuora import MockZuora, SettingsError, Unreachable
from mock_zuora.client.readiness import NotReady, ask
from mock_zuora.domain.machine_clock import steady_seconds


@pytest.fixture(scope="module")
def apart():
    with MockZuora(process=True, seed={"tenants": [{"records": {"vehicle": [{"brand__c": "Volvo"}]}}]}) as zuora:
        yield zuora


def test_server_runs_in_another_process(apart):
    assert apart._transport._process.pid != os.getpid()
    assert apart.settings()["transitions"] == "immediate"
    assert [each["brand__c"] for each in apart.records("vehicle")] == ["Volvo"]
    with apart.tenant() as tenant:
        assert tenant.requests.count() == 0


def test_server_ends_when_it_is_stopped():
    zuora = MockZuora(process=True)
    zuora.stop()
    zuora.stop()
    assert zuora._transport._process.returncode == 0
    with pytest.raises(Unreachable):
        zuora.info()


def test_server_is_stopped_without_sleeping():
    zuora = MockZuora(process=True)
    with patch("time.sleep", side_effect=AssertionError("stopping calls time.sleep")):
        zuora.stop()
    assert zuora._transport._process.returncode == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork_of_this_process_neither_stops_nor_delays_the_server():
    program = """if True:
        import os, signal, time
        from mock_zuora import MockZuora
        zuora = MockZuora(process=True)
        if os.fork() == 0:
            zuora.stop()
            os._exit(0)
        os.wait()
        if (child := os.fork()) == 0:
            time.sleep(60)
        started = time.monotonic()
        zuora.info()
        zuora.stop()
        os.kill(child, signal.SIGKILL)
        print(time.monotonic() - started < 8)
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("True", "")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"transitions": "sometimes"}, "transitions: 'sometimes' is not valid"),
        ({"seed": "missing.toml"}, "seed missing.toml: cannot be read"),
        ({"seed": {"tenants": [{"name": object()}]}}, "cannot be sent to another process as JSON"),
    ],
)
def test_invalid_settings_are_refused_as_in_this_process(settings, named):
    with pytest.raises(SettingsError, match=named):
        MockZuora(process=True, **settings)


def test_control_token_is_passed_on():
    with MockZuora(process=True, control="token", control_token="t0ken") as zuora:
        assert zuora.info().control == "token"


def test_path_of_a_seed_can_be_a_path(tmp_path: Path):
    seed = tmp_path / "seed.json"
    seed.write_text('{"tenants": [{"name": "acme"}]}', "utf-8")
    with MockZuora(process=True, seed=seed) as zuora:
        assert zuora.name == "acme"


def test_server_ends_with_the_process_that_started_it():
    program = "from mock_zuora import MockZuora; zuora = MockZuora(process=True); print(zuora.url, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tests:
        host, _, port = tests.stdout.readline().decode().strip().removeprefix("http://").partition(":")
        assert ask(host, int(port)) >= 0
        tests.kill()
    until = steady_seconds() + 10
    with pytest.raises(NotReady):
        while steady_seconds() < until:
            ask(host, int(port))


def test_server_serves_while_the_sockets_of_this_process_belong_to_gevent():
    program = """if True:
        from gevent import monkey
        monkey.patch_all()
        import gevent, urllib.request
        from mock_zuora import MockZuora
        with MockZuora(process=True) as zuora:
            def read(_):
                request = urllib.request.Request(zuora.url + "/objects/jobs", headers=zuora.headers())
                return urllib.request.urlopen(request).status
            jobs = [gevent.spawn(read, number) for number in range(4)]
            gevent.joinall(jobs, timeout=20, raise_error=True)
            print([job.value for job in jobs], zuora.requests.count())
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("[200, 200, 200, 200] 4", "")


def test_server_in_another_process_can_use_https():
    with MockZuora(process=True, tls=True) as zuora:
        assert zuora.url.startswith("https://") and Path(zuora.ca_file).exists()
        assert MockZuora.connect(zuora.url, ca_file=zuora.ca_file).info().version == zuora.info().version
        assert zuora._transport._trust.verify_mode is ssl.CERT_REQUIRED
    assert not Path(zuora.ca_file).exists()


def test_certificate_for_another_name_does_not_keep_the_handle_from_its_server(tmp_path):
    path = tmp_path / "both.pem"
    trustme.CA().issue_cert("zuora.example").private_key_and_cert_chain_pem.write_to_path(path)
    with MockZuora(process=True, tls_cert=path) as zuora:
        assert (zuora.info().tenant, zuora.ca_file) == ("default", None)
