"""Opening the state file, and converting the JSON files of earlier versions."""

import json
import os
from types import SimpleNamespace

import pytest

from mock_zuora import MockZuora
from mock_zuora.cli.main import main
from mock_zuora.config.settings import SettingsError
from mock_zuora.server import state_import

EMPTY = {"schema": 1, "tenants": []}
TENANT = {"schema": 1, "tenant": "default", "now": 1, "users": [{"id": "u", "name": "admin", "permissions": []}]}
RECORD = {"id": "7006ce52-91c9-11ed-a1eb-0242ac120002", "created_by": "u", "created_at": 1, "updated_by": "u",
          "updated_at": 1, "version": 2, "values": {"name__c": "Vasa"}}  # fmt: skip
OBJECT = {"object": "boat", "namespace": "default", "schema": None, "open": True, "id": "", "created_by": "",
          "created_at": 1, "updated_by": "", "updated_at": 1, "records": [RECORD]}  # fmt: skip
FORMER = {**EMPTY, "tenants": [{**TENANT, "objects": [OBJECT], "jobs": []}]}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.json"


def test_json_file_is_converted_once_and_kept(path, tmp_path):
    path.write_text(json.dumps(FORMER), "utf-8")
    for _ in range(2):
        with MockZuora(state=str(path)) as zuora:
            [record] = zuora.records("boat")
            assert (record["Id"], record["name__c"]) == (RECORD["id"], "Vasa")
            assert zuora.clock.now().year >= 2026
    assert path.read_bytes().startswith(b"SQLite format 3")
    assert json.loads((tmp_path / "state.json.bak").read_text("utf-8")) == FORMER


def test_json_file_can_have_a_byte_order_mark(path):
    path.write_text("\ufeff" + json.dumps(FORMER), encoding="utf-8")
    with MockZuora(state=str(path)) as zuora:
        assert len(zuora.records("boat")) == 1


def test_copy_of_a_file_with_another_name_ends_in_json_bak(tmp_path):
    path = tmp_path / "state"
    path.write_text(json.dumps(EMPTY), "utf-8")
    MockZuora(state=str(path)).stop()
    assert json.loads((tmp_path / "state.json.bak").read_text("utf-8")) == EMPTY


def test_copy_that_exists_is_kept(path, tmp_path):
    path.write_text(json.dumps(EMPTY), "utf-8")
    (tmp_path / "state.json.bak").write_text("mine", "utf-8")
    MockZuora(state=str(path)).stop()
    assert (tmp_path / "state.json.bak").read_text("utf-8") == "mine"
    assert json.loads((tmp_path / "state.json.bak.1").read_text("utf-8")) == EMPTY


def test_file_system_without_links_gets_a_copy(path, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links")))
    test_json_file_is_converted_once_and_kept(path, tmp_path)


def test_file_that_another_server_converts_is_refused(path):
    fcntl = pytest.importorskip("fcntl", reason="Windows: files are not locked")
    path.write_text(json.dumps(FORMER), "utf-8")
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(SettingsError, match="is in use by another server"):
            MockZuora(state=str(path))
    assert json.loads(path.read_text("utf-8")) == FORMER


def test_file_is_closed_before_it_is_replaced_on_windows(path, monkeypatch):
    path.write_text(json.dumps(FORMER), "utf-8")
    opened = []
    replace = os.replace
    monkeypatch.setattr(state_import, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(state_import, "_lock", opened.append)

    def replace_closed(new, target):
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(opened[0])
        replace(new, target)

    monkeypatch.setattr(os, "replace", replace_closed)
    with MockZuora(state=str(path)) as zuora:
        assert len(opened) == 1 and len(zuora.records("boat")) == 1


def test_file_that_another_server_has_just_converted_is_refused(path, tmp_path, monkeypatch):
    path.write_text(json.dumps(FORMER), "utf-8")
    converted = tmp_path / "converted"
    converted.write_bytes(b"SQLite format 3\0")
    monkeypatch.setattr(state_import, "_lock", lambda descriptor: converted.replace(path))
    with pytest.raises(SettingsError, match="is in use by another server"):
        MockZuora(state=str(path))
    assert path.read_bytes() == b"SQLite format 3\0"


def test_path_with_a_nul_is_refused():
    with pytest.raises(SettingsError, match="is not a path"):
        MockZuora(state="a\0b")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"schema": 1', "expected valid JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"schema": 1, "schema": 1, "tenants": []}', "key 'schema' occurs more than once"),
        ('{"schema": 1,\n"tenants": "k\xe4fer"}', "line 2: byte E4 is 'ä' in Windows-1252; expected text in UTF-8"),
        ("\xff\xfe{\0}\0", "line 1: the file is UTF-16, by its byte-order mark"),
        ("\0{\0}", "line 1: the file is UTF-16: every second byte is zero"),
        ("\xff", "is not a state file"),
        ("[]", "expected"),
        (json.dumps({**EMPTY, "schema": 2}), "schema: 2"),
        (json.dumps({"schema": 1}), "tenants"),
        (json.dumps({**EMPTY, "tenants": [{**TENANT, "objects": [], "jobs": [{}]}]}), "tenants.0.jobs.0"),
        (json.dumps({**EMPTY, "tenants": [{**TENANT, "objects": [OBJECT, OBJECT], "jobs": []}]}), "objects.1. 'boat'"),
        (json.dumps({**EMPTY, "tenants": [{**TENANT, "objects": [], "jobs": []}] * 2}), "'default' .* more than once"),
        (json.dumps({**FORMER, "tenants": ["x\ud83d"]}), "half of a surrogate"),
    ],
    ids=[
        "cut off",
        "deep",
        "key twice",
        "Windows-1252",
        "UTF-16",
        "UTF-16 without mark",
        "no UTF-8",
        "list",
        "version",
        "missing",
        "job",
        "object twice",
        "tenant twice",
        "half",
    ],
)
def test_corrupt_file_stops_the_startup_and_is_kept(path, text, named):
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=named) as refusal:
        MockZuora(state=str(path))
    assert str(path) in str(refusal.value) and "\n" not in str(refusal.value)
    assert path.read_bytes() == text.encode("latin-1")


def test_command_exits_with_one_line_for_a_corrupt_file(path, capsys):
    path.write_text("{", "utf-8")
    with pytest.raises(SystemExit) as end:
        main(["serve", "--state", str(path), "--port", "0"])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("flags", [["--state-save"], ["--state-save", "true"]])
def test_removed_flag_names_its_replacement(flags, capsys):
    with pytest.raises(SystemExit) as end:
        main(["serve", "--port", "0", *flags])
    assert end.value.code == 2
    assert "--state-save: this flag was removed; state (--state) saves by itself" in capsys.readouterr().err


def test_removed_variable_names_its_replacement(monkeypatch, capsys):
    monkeypatch.setenv("MOCK_ZUORA_STATE_SAVE", "true")
    with pytest.raises(SystemExit):
        main(["serve", "--port", "0"])
    assert "MOCK_ZUORA_STATE_SAVE: this setting was removed" in capsys.readouterr().err


def test_removed_setting_names_its_replacement():
    with pytest.raises(SettingsError, match="state_save: this setting was removed; state"):
        MockZuora(state_save=True)
