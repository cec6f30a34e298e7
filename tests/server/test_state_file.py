"""The state file: saved at shutdown, loaded at startup, complete at any time."""

import json
import os
import signal
import stat
import subprocess
import sys

import pytest

from mock_zuora import MockZuora
from mock_zuora.cli.main import main
from mock_zuora.config.settings import SettingsError
from mock_zuora.domain.clock import DAY
from mock_zuora.server.state_file import state_of, write_state_file

EMPTY = {"schema": 1, "tenants": []}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.json"


@pytest.fixture
def keep(path):
    """Starts a server with a state file."""
    return lambda **settings: MockZuora(state=str(path), state_save=True, **settings)


def test_state_survives_a_restart(keep, submit):
    with keep() as zuora:
        zuora.jobs.reject_rows({3: (71012520, "boom")})
        job = submit(zuora, "brand__c\nSaab\nLada\n")
        before = (zuora.jobs.all(), zuora.jobs.errors(job), zuora.records("vehicle"))
    with keep() as zuora:
        assert (zuora.jobs.all(), zuora.jobs.errors(job), zuora.records("vehicle")) == before


def test_unlisted_tenant_is_restored_with_users_and_clients(keep, submit):
    with keep() as zuora:
        acme = zuora.tenant("acme")
        acme.token(user="ann")
        submit(acme, "brand__c\nSaab\n")
        record, client = acme.records("vehicle")[0], acme.client()
    with keep() as zuora:
        acme = zuora.tenant("acme")
        assert acme.records("vehicle") == [record]
        listed = zuora._transport._server.app.registry.tenants["acme"]
        assert listed.clients[client.client_id].secret == client.client_secret
        assert {"admin", "ann"} == set(listed.users)


def test_waiting_job_continues_after_a_restart(keep, submit):
    with keep(transitions="time", processing_time=3_600) as zuora:
        job = submit(zuora, "brand__c\nSaab\n")
    with keep(transitions="time", processing_time=3_600) as zuora:
        assert zuora.jobs.get(job).status == "in_progress"
        zuora.clock.advance(3_601)
        assert zuora.jobs.get(job).records_processed == 1


def test_clock_never_goes_back_over_a_restart(keep):
    with keep() as zuora:
        ahead = zuora.clock.advance(DAY / 1_000)
    with keep() as zuora:
        assert zuora.clock.now() >= ahead


def test_missing_file_starts_empty(keep, path):
    with keep() as zuora:
        assert zuora.jobs.all() == []
    assert json.loads(path.read_text())["schema"] == 1


def test_state_is_only_loaded_without_state_save(keep, path, submit):
    with keep():
        pass
    before = path.read_bytes()
    with MockZuora(state=str(path)) as zuora:
        submit(zuora)
    assert path.read_bytes() == before


def test_reset_restores_the_seed_not_the_file(keep, submit):
    with keep() as zuora:
        submit(zuora, "brand__c\nSaab\n")
    with keep() as zuora:
        zuora.reset()
        assert zuora.jobs.all() == []


def test_file_is_private_and_has_no_secret_of_the_seed(keep, path):
    seed = {"tenants": [{"clients": [{"id": "c", "secret": "of-the-seed"}]}]}
    with keep(seed=seed) as zuora:
        secret = zuora.client().client_secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "of-the-seed" not in path.read_text() and secret in path.read_text()


TENANT = {"schema": 1, "tenant": "default", "now": 1, "users": [{"id": "u", "name": "admin", "permissions": []}]}
OBJECT = {"object": "boat", "namespace": "default", "schema": None, "id": "", "created_by": "", "created_at": 1,
          "updated_by": "", "updated_at": 1, "records": []}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "not JSON"),
        ('{"schema": 1', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("\xff", "not JSON"),
        ("[]", "expected"),
        (json.dumps({**EMPTY, "schema": 2}), "schema: 2"),
        (json.dumps({"schema": 1}), "tenants"),
        (json.dumps({**EMPTY, "tenants": [{**TENANT, "objects": [], "jobs": [{}]}]}), "tenants.0.jobs.0"),
        (json.dumps({**EMPTY, "tenants": [{**TENANT, "objects": [OBJECT, OBJECT], "jobs": []}]}), "objects.1. 'boat'"),
        (json.dumps({**EMPTY, "tenants": [{**TENANT, "objects": [], "jobs": []}] * 2}), "'default' .* more than once"),
    ],
    ids=["empty", "cut off", "deep", "no UTF-8", "list", "version", "missing", "job", "object twice", "tenant twice"],
)
def test_corrupt_file_stops_the_startup_and_is_kept(keep, path, text, named):
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=named) as refusal:
        keep()
    assert str(path) in str(refusal.value) and "\n" not in str(refusal.value)
    assert path.read_bytes() == text.encode("latin-1")


def test_command_exits_with_one_line_for_a_corrupt_file(path, capsys):
    path.write_text("{")
    with pytest.raises(SystemExit) as end:
        main(["serve", "--state", str(path), "--port", "0"])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_missing_folder_is_reported_at_startup(tmp_path):
    with pytest.raises(SettingsError, match="nowhere"):
        MockZuora(state=str(tmp_path / "nowhere" / "state.json"), state_save=True)


def test_failed_save_keeps_the_old_file(path, monkeypatch, running):
    path.write_text("old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError):
        write_state_file(str(path), state_of(running._transport._server.app.registry))
    assert path.read_text() == "old"


def test_failed_save_is_logged_and_shutdown_continues(keep, monkeypatch, caplog):
    zuora = keep()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    zuora.stop()
    assert "cannot be written; the file is unchanged: No space left on device" in caplog.text


def test_symbolic_link_is_kept(tmp_path):
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    link.symlink_to(target)
    write_state_file(str(link), EMPTY)
    assert link.is_symlink() and json.loads(target.read_text()) == EMPTY


def test_killed_save_leaves_a_complete_file(path):
    """Saves again and again, and is killed during a write."""
    code = (
        "import json, os, signal, sys, threading\n"
        "from mock_zuora.server.state_file import write_state_file\n"
        "tenants = [{'filler': 'x' * 200_000} for _ in range(20)]\n"
        "write_state_file(sys.argv[1], {'schema': 1, 'tenants': []})\n"
        "threading.Timer(float(sys.argv[2]), os.kill, (os.getpid(), signal.SIGKILL)).start()\n"
        "while True: write_state_file(sys.argv[1], {'schema': 1, 'tenants': tenants})\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path), "0.02"])
    assert done.returncode == -signal.SIGKILL
    assert len(json.loads(path.read_text())["tenants"]) in (0, 20)


def test_command_saves_on_sigterm(path):
    command = [sys.executable, "-m", "mock_zuora", "serve", "--port", "0", "--state", str(path), "--state-save"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        url = next(word for word in process.stderr.readline().split() if word.startswith("http")).rstrip(",")
        MockZuora.connect(url).token(user="ann")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert [each["name"] for each in json.loads(path.read_text())["tenants"][0]["users"]] == ["admin", "ann"]
