"""Where choices are set: flags, variables, seeds, versions and tests."""

import os

import pytest

from mock_zuora import MockZuora, SettingsError
from mock_zuora.config.seed_file import templates_from
from mock_zuora.config.settings import load_settings
from mock_zuora.config.tenant_options import tenant_settings
from mock_zuora.domain.assumptions.assumption import Origin, Setting

NAME = "put-record"
REPLACE, MERGE = {NAME: "replace"}, {NAME: "merge"}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for variable in [name for name in os.environ if name.upper().startswith("MOCK_ZUORA_")]:
        monkeypatch.delenv(variable)


def in_force(zuora):
    """The choice in force for put-record, and its origin."""
    [found] = [each for each in zuora.assumptions if each.name == NAME]
    return found.choice, found.origin


def settings_of(settings, document):
    """The choices of each tenant of a seed, under settings of flags and variables."""
    return [dict(each.settings.assume) for each in templates_from(document, settings)]


def test_flag_has_precedence_over_the_variable(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_ASSUME", "put-record=merge,job-limit=429")
    assert tenant_settings(load_settings({}, ["put-record=replace"])).assume == {
        NAME: Setting("replace", Origin.FLAG),
        "job-limit": Setting("429", Origin.VARIABLE),
    }


def test_last_of_several_flags_wins(tmp_path):
    file = tmp_path / "choices.toml"
    file.write_text('put-record = "merge"\nerror-body = "reasons"', "utf-8")
    for flags, choice in [(["put-record=replace", str(file)], "merge"), ([str(file), "put-record=replace"], "replace")]:
        assert tenant_settings(load_settings({}, flags)).assume == {
            NAME: Setting(choice, Origin.FLAG),
            "error-body": Setting("reasons", Origin.FLAG),
        }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('put-records = "merge"', "'put-records' is not an assumption; expected one of error-body"),
        ("put-record = 1", "put-record: 1 is not valid; expected one of merge, replace"),
        ("put-record", "Expected '='"),
    ],
)
def test_invalid_file_is_named_in_one_line(tmp_path, text, named):
    file = tmp_path / "choices.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as raised:
        load_settings({}, [str(file)])
    message = str(raised.value)
    assert message.startswith(f"--assume: {file}: ") and named in message and "\n" not in message


@pytest.mark.fidelity("mock-10")
def test_seed_has_precedence_over_flags_and_a_tenant_over_all_tenants():
    document = {"assume": REPLACE, "tenants": [{"name": "one"}, {"name": "two", "assume": MERGE}]}
    settings = load_settings({}, ["put-record=merge", "job-limit=429"])
    assert settings_of(settings, document) == [
        {NAME: Setting(choice, Origin.SEED), "job-limit": Setting("429", Origin.FLAG)}
        for choice in ("replace", "merge")
    ]


@pytest.mark.parametrize("place", ["assume", "tenants.0.assume"])
def test_invalid_choice_in_a_seed_is_refused_with_its_place(place):
    wrong = {NAME: "delete"}
    document = {"tenants": [{}], "assume": wrong} if place == "assume" else {"tenants": [{"assume": wrong}]}
    with pytest.raises(SettingsError) as raised:
        templates_from(document)
    message = str(raised.value)
    assert message.startswith(f"seed: {place}: put-record: 'delete' is not valid; expected one of merge, replace")


@pytest.mark.fidelity("mock-10")
def test_version_has_precedence_over_the_default_only():
    with MockZuora(version="2021", versions={"2021": REPLACE}) as zuora:
        assert in_force(zuora) == ("replace", "version")
        zuora.configure(version="186.0")
        assert in_force(zuora) == ("merge", "default")
    with MockZuora(version="2021", versions={"2021": REPLACE}, assume=MERGE) as zuora:
        assert in_force(zuora) == ("merge", "flag")


@pytest.mark.fidelity("mock-10")
def test_test_has_precedence_until_a_reset_restores_the_seed():
    seed = {"assume": REPLACE, "tenants": [{"name": "one"}]}
    with MockZuora(seed=seed) as zuora:
        assert in_force(zuora) == ("replace", "seed")
        zuora.configure(assume=MERGE)
        assert in_force(zuora) == ("merge", "test")
        zuora.configure(strict=True)
        assert in_force(zuora) == ("merge", "test")
        zuora.reset()
        assert in_force(zuora) == ("replace", "seed")


def test_new_tenant_has_the_choices_of_the_default_tenant():
    with MockZuora(seed={"tenants": [{"assume": REPLACE}]}) as zuora, zuora.tenant() as other:
        other.configure(assume={"job-limit": "429"})
        assert in_force(other) == ("replace", "seed")
        assert zuora.settings()["assume"] == REPLACE


def test_snapshot_restores_choices(handle):
    handle.configure(assume=REPLACE)
    handle.snapshots.save("one")
    handle.configure(assume=MERGE)
    handle.snapshots.restore("one")
    assert in_force(handle) == ("replace", "test")
