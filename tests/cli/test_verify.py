"""``mock-zuora verify``: its options, output, files and exit statuses."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import tomllib

import pytest

from mock_zuora import MockZuora
from mock_zuora.cli.main import main
from mock_zuora.verify.evidence import Evidence
from tests.platforms import needs_termination

SECRET_VARIABLE = "ZUORA_SECRET"


@pytest.fixture(scope="module")
def server():
    with MockZuora() as server:
        yield server


@pytest.fixture
def tenant(server):
    with server.tenant() as tenant:
        yield tenant


@pytest.fixture
def verify(tenant, monkeypatch, tmp_path, capfd):
    """Runs the command on the tenant; returns its exit status, its output, and its error output."""
    credentials = tenant.client()
    monkeypatch.setenv(SECRET_VARIABLE, credentials.client_secret)
    monkeypatch.chdir(tmp_path)

    def run(*flags, url=tenant.url, client_id=credentials.client_id):
        arguments = ["verify", url, "--client-id", client_id, "--client-secret-env", SECRET_VARIABLE, *flags]
        with pytest.raises(SystemExit) as end:
            main(arguments)
        return end.value.code, *capfd.readouterr()

    return run


def observed(tmp_path):
    return tomllib.loads((tmp_path / "observed.toml").read_text(encoding="utf-8"))


def test_a_tenant_as_assumed(verify, tmp_path):
    status, output, progress = verify("--only", "token-error-body,put-record", "--yes")
    assert status == 0
    assert "2 subjects as assumed, 0 differences (!), 0 undecided (?)" in output
    first, *_ = progress.splitlines()
    assert first.startswith("[1/4] round 1: token-error-body requests an access token for a client that does not exist")
    assert {name: each["choice"] for name, each in observed(tmp_path).items()} == {
        "token-error-body": "zuora",
        "put-record": "merge",
    }


def test_a_tenant_that_differs(verify, tenant, tmp_path):
    tenant.configure(assume={"put-record": "replace"})
    status, output, _ = verify("--only", "put-record", "--yes")
    assert status == 1
    assert "!  put-record  merge    replace" in output
    assert observed(tmp_path)["put-record"]["choice"] == "replace"


def test_a_tenant_is_compared_with_other_choices(verify, tenant):
    tenant.configure(assume={"put-record": "replace"})
    assert verify("--only", "put-record", "--yes", "--assume", "put-record=replace")[0] == 0


def test_an_undecided_subject(verify, tenant):
    tenant.faults.add(path="/objects/definitions/default", status=403, code=71012515)
    status, output, _ = verify("--only", "put-record", "--yes")
    assert status == 3
    assert "?  put-record" in output
    assert "403" in output


def test_a_reason_is_printed_in_any_encoding(verify, tenant, monkeypatch):
    tenant.faults.add(path="/objects/definitions/default", status=403, message="größer")
    output = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(output, encoding="ascii", write_through=True))
    assert verify("--only", "put-record", "--yes")[0] == 3
    assert rb"gr\xf6\xdfer" in output.getvalue()


def test_the_emulator_behaves_as_observed(verify, tenant, tmp_path):
    tenant.configure(assume={"put-record": "replace"})
    verify("--only", "put-record", "--yes")
    with MockZuora(assume="observed.toml") as emulator:
        assumption = emulator.assumptions["put-record"]
    assert (assumption.choice, assumption.observed.host) == ("replace", tenant.url.removeprefix("http://"))


def test_refused_credentials(verify, tenant, tmp_path):
    tenant.faults.add(path="/oauth/token", status=401)
    status, _, error = verify("--only", "put-record", "--yes")
    assert status == 2
    assert "mock-zuora verify: no access token for this client: POST /oauth/token: 401" in error
    assert not (tmp_path / "observed.toml").exists()


def test_no_server(verify, monkeypatch):
    monkeypatch.setattr("mock_zuora.verify.connection._GREETING", 0.0)
    status, _, error = verify("--only", "put-record", "--yes", url="http://127.0.0.1:9")
    assert status == 2
    assert "the server does not respond" in error


def test_a_dry_run_sends_nothing(verify, tenant, tmp_path):
    status, output, _ = verify("--only", "put-record", "--dry-run")
    assert status == 0
    assert "1 probe on 127.0.0.1" in output
    assert "put-record  9 requests, 0 jobs: changes one of two fields of a record with PUT" in output
    assert list(tmp_path.iterdir()) == []
    assert len(tenant.requests) == 0


def test_without_consent_nothing_is_sent(verify, tenant, tmp_path):
    status, output, error = verify("--only", "put-record")
    assert status == 2
    assert "- about 18 requests, and more while it waits for jobs" in output
    assert "pass --yes" in error
    assert len(tenant.requests) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("YES", 0), ("", 2), ("n", 2), (None, 2)])
def test_the_user_is_asked(verify, monkeypatch, answer, status):
    def read(prompt):
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", read)
    assert verify("--only", "error-body")[0] == status


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--only", "put-recrod"], "there is no probe, assumption or observable row 'put-recrod'; did you mean"),
        (["--timeout", "0"], "argument --timeout: '0' is not valid; expected whole seconds from 1 to 86400"),
        (["--client-secret-env", "NOT_SET"], "--client-secret-env: the variable NOT_SET is not set"),
        (["--resume", "missing.json"], "--resume: missing.json: No such file or directory"),
        (["--ca-file", "missing.pem"], "--ca-file: missing.pem: No such file or directory"),
        (["--resume", "a.json", "--evidence", "b.json"], "argument --evidence: not allowed with argument --resume"),
        (["--assume", "put-record=erase"], "--assume: put-record: 'erase' is not valid"),
        (["--output", "missing/observed.toml"], "--output: missing/observed.toml cannot be written: the folder"),
        (["--evidence", "missing/e.json"], "--evidence: missing/e.json cannot be written: the folder"),
        (["--evidence", "."], "--evidence: . is not a file"),
        (["--output", "observed.txt"], "--output: observed.txt is not valid; expected a .toml file"),
    ],
)  # fmt: skip
def test_invalid_arguments(verify, flags, message):
    status, _, error = verify("--yes", *flags)
    assert status == 2
    assert message in error
    assert len(error.splitlines()) == 1


def test_another_file_is_never_replaced_by_evidence(verify, tmp_path):
    (tmp_path / "notes.json").write_text("{}", encoding="utf-8")
    status, _, error = verify("--yes", "--evidence", "notes.json")
    assert (status, (tmp_path / "notes.json").read_text(encoding="utf-8")) == (2, "{}")
    assert "--evidence: notes.json exists and has other contents" in error


def test_a_killed_run_is_not_forgotten(verify, tmp_path):
    """Only its evidence tells which objects it has left."""
    Evidence(host="127.0.0.1", suffixes=["dead1234"]).save(tmp_path / "observed.evidence.json")
    status, _, error = verify("--yes")
    assert status == 2
    assert "may have left objects on 127.0.0.1; continue it with --resume observed.evidence.json" in error


@pytest.mark.parametrize("proxy", ["socks9://127.0.0.1:1", "http://127.0.0.1:port"])
def test_a_proxy_that_cannot_be_used(verify, monkeypatch, proxy):
    monkeypatch.setenv("HTTP_PROXY", proxy)
    status, _, error = verify("--yes", "--only", "error-body")
    assert status == 2
    assert "the proxy that the environment names cannot be used: " in error


def test_production_is_refused(verify):
    status, _, error = verify("--yes", url="https://rest.zuora.com")
    assert (status, error) == (
        2,
        "mock-zuora verify: URL: rest.zuora.com is a production host of Zuora; use a sandbox, such as "
        "rest.test.zuora.com, or pass --production\n",
    )


def test_without_the_extra_the_message_says_how_to_install_it(verify, monkeypatch):
    monkeypatch.setitem(sys.modules, "httpx2", None)
    status, _, error = verify("--yes")
    assert status == 2
    assert "httpx2 is not installed; install the extra: pip install 'mock-zuora[verify]'" in error


def test_the_evidence_has_no_secrets(verify, tenant, tmp_path):
    verify("--only", "put-record", "--yes")
    text = (tmp_path / "observed.evidence.json").read_text(encoding="utf-8")
    assert os.environ[SECRET_VARIABLE] not in text
    assert tenant.name not in text
    assert {each["probe"] for each in json.loads(text)["exchanges"]} == {"rehearsal", "put-record", "clean-up"}


@needs_termination
def test_an_interrupted_run_deletes_its_objects_and_continues(verify, tenant, tmp_path):
    """The process gets the signal while it waits for a job, and then waits for the end of that job."""
    tenant.configure(transitions="time", processing_time=600)
    flags = ["--only", "put-record,rejected-rows", "--yes"]
    credentials = tenant.client()
    command = [sys.executable, "-m", "mock_zuora", "verify", tenant.url, "--client-id", credentials.client_id,
               "--client-secret-env", SECRET_VARIABLE, *flags]  # fmt: skip
    environment = {**os.environ, SECRET_VARIABLE: credentials.client_secret}
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, encoding="utf-8") as process:
        tenant.requests.wait(path="/objects/jobs/*", method="GET", timeout=30)
        process.send_signal(signal.SIGTERM)
        while process.poll() is None:
            tenant.clock.advance(700)
            # Faster, access tokens would expire before they are used.
            time.sleep(0.5)
        error = process.stderr.read()
    assert process.returncode == 130
    assert "ending its jobs and deleting its objects; a second signal leaves them" in error
    assert "interrupted; --resume observed.evidence.json continues" in error
    assert tenant.objects.all() == []
    tenant.configure(transitions="immediate")
    status, output, progress = verify(*flags, "--resume", "observed.evidence.json")
    assert status == 0
    assert progress.startswith("[1/3] round 1: rejected-rows")
    assert "2 subjects as assumed" in output
