"""Unusable state files, failed saves, and the exit status of the command in each case."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from mock_zuora import MockZuora
from mock_zuora.config.settings import SettingsError
from mock_zuora.server.state_import import open_state_file
from tests.platforms import needs_termination, skip_on_windows
from tests.server.state import command, server_of


def test_second_server_on_a_file_ends_at_its_start(keep, path):
    with keep():
        arguments = [sys.executable, "-m", "mock_zuora", "serve", "--port", "0", "--state", str(path)]
        second = subprocess.run(arguments, capture_output=True, encoding="utf-8")
    assert second.returncode == 2
    assert second.stderr == f"mock-zuora serve: state {path}: is in use by another server\n"


def content_of(path):
    """The schema and the rows of a database."""
    with closing(sqlite3.connect(path)) as database:
        database.text_factory = bytes
        tables = list(database.execute("SELECT name, sql FROM sqlite_master"))
        return tables, [list(database.execute(f"SELECT * FROM {name.decode()}")) for name, _ in tables]


@pytest.mark.parametrize(
    "statements",
    [
        ["""UPDATE log SET entries = '[["records", 1, "default", "car"]]'"""],
        ["UPDATE log SET entries = CAST(x'a5a5' AS TEXT)"],
        ["""UPDATE log SET entries = '[["document", ["default"], 7]]'"""],
        ["""UPDATE log SET entries = '[["token", ["default"], {"text": "SECRET"}]]'"""],
        ["UPDATE file SET generation = 'x'"],
        ["UPDATE file SET generation = 7"],
        ["DELETE FROM file"],
        ["DROP TABLE log"],
    ],
    ids=["entry", "bytes", "document", "token", "generation", "other generation", "no file row", "no log"],
)
def test_damaged_file_stops_the_startup_and_is_kept(keep, path, statements):
    with keep() as zuora:
        zuora.token(user="ann")
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    before = content_of(path)
    with pytest.raises(SettingsError, match=r"is damaged|cannot be used") as refusal:
        keep()
    assert "\n" not in str(refusal.value) and "SECRET" not in str(refusal.value)
    assert content_of(path) == before


def test_command_ends_with_one_error_for_a_damaged_file(path):
    file = open_state_file(str(path))
    file.append(['[["records", 1, "default", "car"]]'])
    file.close()
    arguments = [sys.executable, "-m", "mock_zuora", "serve", "--port", "0", "--state", str(path)]
    ended = subprocess.run(arguments, capture_output=True, encoding="utf-8", timeout=60)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 2 and f"ERROR state {path}: is damaged" in ended.stderr


def test_startup_that_fails_because_of_a_bug_ends_with_status_1(path):
    run = f"""
import sys
from mock_zuora.cli.main import main
from mock_zuora.server.state_keeper import StateKeeper
from tests.platforms import needs_termination, skip_on_windows
StateKeeper._restore = lambda *_: {{}}.never
main(["serve", "--port", "0", "--state", {str(path)!r}])
"""
    ended = subprocess.run([sys.executable, "-c", run], capture_output=True, encoding="utf-8", timeout=60)
    assert ended.returncode == 1
    assert "AttributeError" in ended.stderr


@skip_on_windows("the size of files cannot be limited")
def test_command_ends_with_status_1_if_the_state_cannot_be_saved(path, tmp_path):
    import resource

    limit = (resource.RLIMIT_FSIZE, (200_000, 200_000))
    log = tmp_path / "log"
    with command(path, log, preexec_fn=lambda: resource.setrlimit(*limit)) as (process, zuora):
        for number in range(250):
            zuora.token(user=f"{number}" + "n" * 900)
        process.terminate()
        assert process.wait(timeout=30) == 1
    assert "the latest changes are lost" in log.read_text("utf-8")


def test_missing_folder_is_reported_at_startup(tmp_path):
    with pytest.raises(SettingsError, match="nowhere"):
        MockZuora(state=str(tmp_path / "nowhere" / "state.db"))


@needs_termination
def test_command_saves_on_sigterm(path, tmp_path):
    with command(path, tmp_path / "log") as (process, zuora):
        zuora.token(user="ann")
        process.terminate()
        assert process.wait(timeout=30) == 0
    with MockZuora(state=str(path)) as zuora:
        assert list(server_of(zuora).app.registry.default_tenant.users) == ["admin", "ann"]


@needs_termination
def test_interrupts_in_quick_succession_lose_nothing(path, tmp_path):
    log = tmp_path / "log"
    with command(path, log) as (process, zuora):
        zuora.token(user="ann")
        for _ in range(5):
            process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        assert process.wait(timeout=30) == 0
    assert "Traceback" not in log.read_text("utf-8")
    with MockZuora(state=str(path)) as zuora:
        assert "ann" in server_of(zuora).app.registry.default_tenant.users
