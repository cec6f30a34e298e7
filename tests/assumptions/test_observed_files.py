"""An observed file wherever assumptions are set, and what a server shows of it."""

import json
import os

import pytest

from mock_zuora import Invalid, MockZuora, Observation, SettingsError
from mock_zuora.config.seed_file import read_seed, templates_from
from mock_zuora.config.settings import load_settings
from mock_zuora.config.tenant_options import tenant_settings

TEXT = """
job-limit = "429"

[put-record]
choice = "replace"
host = "rest.test.zuora.com"
date = "2026-11-26"
reason = "plate__c was gone"

[rows.jobs-01]
holds = false
host = "rest.test.zuora.com"
date = "2026-11-26"
reason = "the job had a field more"

[rows.jobs-999]
holds = true
"""
PLACE = {"host": "rest.test.zuora.com", "date": "2026-11-26"}
OF_CHOICE = Observation(**PLACE, reason="plate__c was gone", holds=False)
OF_ROW = Observation(**PLACE, reason="the job had a field more", holds=False)
PATH = "observed.toml"
MIXED = "observed.toml,error-body=reasons"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for variable in [name for name in os.environ if name.upper().startswith("MOCK_ZUORA_")]:
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    (tmp_path / PATH).write_text(TEXT, "utf-8")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / PATH).write_text(TEXT, "utf-8")
    return tmp_path


def choices(settings):
    return {name: each.choice for name, each in settings.assume.items()}


def shown(zuora):
    """The choice of put-record and what was observed of it, and of the rows."""
    found = zuora.assumptions["put-record"]
    return found.choice, found.observed, {each.id: each.observed for each in zuora.fidelity() if each.observed}


@pytest.fixture
def seen(handle):
    """What a tenant shows of the file."""
    return "replace", OF_CHOICE, {"jobs-01": OF_ROW, handle.assumptions["put-record"].row: OF_CHOICE}


@pytest.mark.parametrize("source", ["flag", "variable"])
@pytest.mark.parametrize(("text", "others"), [(PATH, {}), (MIXED, {"error-body": "reasons"})])
def test_flag_and_variable_take_a_file(monkeypatch, source, text, others):
    if source == "variable":
        monkeypatch.setenv("MOCK_ZUORA_ASSUME", text)
    settings = tenant_settings(load_settings({}, [text] if source == "flag" else []))
    assert choices(settings) == {"job-limit": "429", "put-record": "replace", **others}
    assert {each.origin for each in settings.assume.values()} == {source}
    assert [(row, each.observed, each.origin) for row, each in settings.observed.items()] == [
        ("jobs-01", OF_ROW, source)
    ]


def test_variable_takes_json(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_ASSUME", json.dumps({"put-record": {"choice": "replace", "reason": "a.toml, b"}}))
    assert tenant_settings(load_settings()).assume["put-record"].observed == Observation(reason="a.toml, b")


@pytest.mark.parametrize("file", ["missing.toml", "folder.toml"])
def test_variable_with_a_file_that_cannot_be_read_is_refused(monkeypatch, folder, file):
    (folder / "folder.toml").mkdir()
    monkeypatch.setenv("MOCK_ZUORA_ASSUME", file)
    with pytest.raises(SettingsError, match=f"^MOCK_ZUORA_ASSUME: {file}: cannot be read: "):
        load_settings()


@pytest.mark.parametrize(
    "seed",
    [
        f'assume = "{PATH}"\n[[tenants]]\nname = "one"',
        f'[[tenants]]\nname = "one"\nassume = "{PATH}"',
        f'[[tenants]]\nname = "one"\nsettings = {{ assume = "{PATH}" }}',
        TEXT.replace("[", "[assume.").replace("job-limit", "assume.job-limit") + "\n[[tenants]]",
    ],
    ids=["server", "tenant", "settings of a tenant", "tables"],
)
def test_seed_takes_a_file_beside_it_or_its_tables(folder, seed):
    (folder / PATH).unlink()
    (folder / "seeds/seed.toml").write_text(seed, "utf-8")
    [template] = templates_from(read_seed("seeds/seed.toml"))
    assert choices(template.settings) == {"job-limit": "429", "put-record": "replace"}
    assert template.settings.observed["jobs-01"].observed == OF_ROW


def test_seed_with_a_mistake_in_its_file_is_refused(folder):
    (folder / "seeds" / PATH).write_text("put-record = 1", "utf-8")
    (folder / "seeds/seed.toml").write_text(f'[[tenants]]\nassume = "{PATH}"', "utf-8")
    expected = f"^seed seeds/seed.toml: tenants.0.assume: {PATH}: put-record: 1 is not valid; expected one of merge"
    with pytest.raises(SettingsError, match=expected):
        read_seed("seeds/seed.toml")


@pytest.mark.parametrize("process", [False, True], ids=["here", "in a process"])
def test_server_of_a_test_takes_a_path(folder, process):
    with MockZuora(assume=folder / PATH, process=process) as zuora:
        assert shown(zuora)[:2] == ("replace", OF_CHOICE)


def test_server_of_a_test_takes_a_mapping_and_seeds_with_paths():
    with MockZuora(assume={"put-record": {"choice": "replace", **PLACE}}) as zuora:
        assert zuora.assumptions["put-record"].observed == Observation(**PLACE, holds=False)
    with MockZuora(seed={"tenants": [{"assume": PATH}]}) as zuora:
        assert shown(zuora)[:2] == ("replace", OF_CHOICE)


@pytest.mark.fidelity("mock-23")
@pytest.mark.parametrize("value", [PATH, "here", MIXED])
def test_configure_reads_the_file_in_the_process_of_the_test(handle, folder, seen, value):
    assert handle.configure(assume=folder / PATH if value == "here" else value)["assume"]["put-record"] == "replace"
    assert shown(handle) == seen


def test_configure_and_seed_name_the_mistake_in_a_file(handle, folder):
    (folder / PATH).write_text("rows.jobs-01 = 5", "utf-8")
    expected = f"assume: {PATH}: rows.jobs-01: 5 is not valid; expected a table with holds"
    with pytest.raises(Invalid, match=f"^{expected}"):
        handle.configure(assume=PATH)
    with pytest.raises(Invalid, match=f"^settings.{expected}"):
        handle.seed({"settings": {"assume": PATH}})
    assert handle.settings()["assume"] == {}


def test_server_never_opens_a_path_that_a_request_names(handle, folder):
    for method, path, options in [
        ("PATCH", "/settings", {"assume": str(folder / PATH)}),
        ("PUT", "/seed", {"assume": str(folder / PATH)}),
        ("PUT", "/seed", {"settings": {"assume": str(folder / PATH)}}),
    ]:
        with pytest.raises(Invalid, match="observed.toml' is not valid; expected NAME=CHOICE"):
            handle._call(method, path, **options)


def test_seed_of_a_tenant_takes_a_file(handle, seen):
    handle.seed({"assume": PATH})
    assert shown(handle) == seen
    handle.configure(assume={"put-record": "merge"})
    handle.reset("settings")
    assert shown(handle) == seen


def test_later_choice_drops_the_observation_of_the_former_one(handle):
    handle.configure(assume=PATH)
    handle.configure(strict=True)
    assert handle.assumptions["put-record"].observed == OF_CHOICE
    handle.configure(assume={"put-record": "replace"})
    assert shown(handle) == ("replace", None, {"jobs-01": OF_ROW})


def test_row_of_an_assumption_holds_if_its_default_was_observed(handle):
    handle.configure(assume={"put-record": {"choice": "merge"}, "record-version": {"choice": "never"}})
    observed = {each.name: each.observed for each in handle.assumptions if each.observed}
    assert {name: each.holds for name, each in observed.items()} == {"put-record": True, "record-version": None}


def test_own_observation_of_a_row_has_precedence_over_that_of_its_assumption(handle):
    row = handle.assumptions["put-record"].row
    handle.configure(assume={"put-record": {"choice": "replace"}, "rows": {row: {"holds": True, "reason": "r"}}})
    assert shown(handle)[2] == {row: Observation(reason="r", holds=True)}


def test_explanation_of_a_refusal_shows_what_was_observed(handle, call):
    handle.configure(assume={"bad-job-id": {"choice": "400", **PLACE}, "rows": {"errors-12": {"holds": False}}})
    call(handle, "GET", "/objects/jobs/nope")
    why = handle.requests.explain(handle.requests.last)
    [assumption] = why.assumptions
    assert assumption.observed is not None and assumption.observed.host == "rest.test.zuora.com"
    assert next(each for each in why.rules if each.id == assumption.row).observed == assumption.observed


def test_reason_of_a_refusal_stays_as_it_is(handle, call):
    handle.configure(assume={"bad-job-id": {"choice": "400", **PLACE}})
    call(handle, "GET", "/objects/jobs/nope")
    assert handle.requests.last.reason == "assumption bad-job-id=400 (test)"


def test_snapshots_and_other_tenants_keep_what_was_observed(handle, seen):
    handle.configure(assume=PATH)
    handle.snapshots.save("observed")
    handle.configure(assume={"put-record": "merge"})
    handle.snapshots.restore("observed")
    assert shown(handle) == seen
    with handle.tenant() as other:
        assert shown(other)[1:] == (None, {})


def test_state_file_keeps_what_was_observed(tmp_path):
    file = str(tmp_path / "state.db")
    with MockZuora(state=file) as zuora:
        zuora.configure(assume=PATH)
        before = shown(zuora)
    with MockZuora(state=file) as zuora:
        assert shown(zuora) == before and before[1] == OF_CHOICE
