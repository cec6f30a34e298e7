"""Settings: one declaration gives flag, variable and help; who beats whom; and how a wrong value is refused."""

import os

import pytest

from mock_zuora.config.settings import (
    ErrorFormatName,
    Settings,
    SettingsError,
    TenantOptions,
    field_of,
    flag_of,
    load_settings,
    tenant_settings,
    variable_of,
)
from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.tenants.settings import TenantSettings, Transitions

EVERY_SETTING = sorted(Settings.model_fields)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for variable in [name for name in os.environ if name.upper().startswith("MOCK_ZUORA_")]:
        monkeypatch.delenv(variable)


def test_without_flags_and_variables_a_server_listens_on_loopback_and_jobs_take_a_quarter_second():
    settings = load_settings()
    assert (settings.host, settings.port, settings.seed) == ("127.0.0.1", 8080, None)
    assert (settings.transitions, settings.accept_delay, settings.queue_delay, settings.processing_time) == (
        Transitions.TIME, 0, 0.05, 0.2,
    )  # fmt: skip


@pytest.mark.parametrize("name", EVERY_SETTING)
def test_each_setting_has_a_flag_a_variable_and_a_sentence_of_help(name):
    assert flag_of(name).startswith("--") and "_" not in flag_of(name)
    assert field_of(variable_of(name)) == name
    assert len(Settings.model_fields[name].description or "") > 10


def test_what_a_tenant_can_have_and_what_the_core_knows_are_the_same_settings_with_the_same_defaults():
    options = TenantOptions()
    core = TenantSettings()
    assert {name: getattr(core, name) for name in TenantSettings.__dataclass_fields__} == dict(options)


def test_a_flag_beats_the_environment_which_beats_the_default(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_PORT", "1111")
    assert load_settings({}).port == 1111
    assert load_settings({"port": "2222"}).port == 2222


def test_what_is_said_beats_the_base_even_where_it_is_the_default():
    base = TenantSettings(concurrent_job_limit=9, strict=True)
    said = load_settings({"concurrent_job_limit": "5"})
    assert tenant_settings(said, base) == TenantSettings(concurrent_job_limit=5, strict=True)


@pytest.mark.parametrize("text", ["true", "True", "1", "yes", "on"])
def test_a_boolean_is_parsed_from_text(monkeypatch, text):
    monkeypatch.setenv("MOCK_ZUORA_STRICT", text)
    assert load_settings().strict is True


def test_the_word_false_is_false(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_STRICT", "false")
    assert load_settings().strict is False


def test_own_rows_of_the_table_of_versions_come_as_json():
    row = load_settings({"versions": '{"2021": {"envelope": "code", "statuses": {"accepted": "open"}}}'}).versions
    assert row["2021"].envelope is ErrorFormatName.CODE
    assert row["2021"].statuses == {Status.ACCEPTED: "open"}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("port", "x", "'x' is not valid; expected a whole number"),
        ("port", "70000", "less than or equal to 65535"),
        ("host", "", "expected a string that is not empty"),
        ("transitions", "fast", "expected 'immediate', 'time', 'polls' or 'manual'"),
        ("accept_delay", "-1", "greater than or equal to 0"),
        ("queue_delay", "nan", "finite"),
        ("processing_time", "soon", "expected a number"),
        ("processing_polls", "1e3", "'1e3' is not valid; expected a whole number"),
        ("concurrent_job_limit", "-1", "greater than or equal to 0"),
        ("rate_limits", "1,2", "'1,2' is not valid; expected production, developer-sandbox, api-sandbox, off"),
        ("auth", "none", "expected 'lenient' or 'strict'"),
        ("strict", "maybe", "'maybe' is not valid; expected true or false"),
        ("definitions", "none", "expected 'auto' or 'strict'"),
        ("execution_order", "lifo", "expected 'fifo' or 'shuffled'"),
        ("log_format", "xml", "expected 'text' or 'json'"),
        ("versions", "{", "'{' is not valid; expected JSON"),
        ("versions", "[]", "expected an object"),
        ("versions", '{"2021": 3}', "2021: 3 is not valid; expected an object"),
        ("versions", '{"2021": {"envelop": "code"}}', "2021.envelop: is not a valid key"),
        ("versions", '{"2021": {"statuses": {"opened": "open"}}}', "2021.statuses.opened: 'opened' is not valid"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_the_flag_or_the_variable(monkeypatch, name, value, expected):
    with pytest.raises(SettingsError) as by_flag:
        load_settings({name: value})
    monkeypatch.setenv(variable_of(name), value)
    with pytest.raises(SettingsError) as by_variable:
        load_settings()
    assert str(by_flag.value).startswith(f"{flag_of(name)}: ")
    assert str(by_variable.value).startswith(f"{variable_of(name)}: ")
    for refusal in (str(by_flag.value), str(by_variable.value)):
        assert expected in refusal and "\n" not in refusal


def test_the_flag_is_named_that_beats_a_variable(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_PORT", "1111")
    with pytest.raises(SettingsError, match="^--port: 'x'"):
        load_settings({"port": "x"})


def test_a_variable_with_the_prefix_that_is_no_setting_is_refused(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_TRANSITION", "immediate")
    with pytest.raises(SettingsError, match="MOCK_ZUORA_TRANSITION: there is no such setting"):
        load_settings()
