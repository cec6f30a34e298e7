"""Settings: declarations, precedence, and messages for invalid values."""

import os

import pytest

from mock_zuora.config.mounts import with_mounts
from mock_zuora.config.settings import (
    GROUPS,
    Settings,
    SettingsError,
    choices_of,
    field_of,
    flag_of,
    load_settings,
    settings_from,
    variable_of,
)
from mock_zuora.config.tenant_options import tenant_settings
from mock_zuora.domain.tenants.settings import Transitions

EVERY_SETTING = sorted(Settings.model_fields)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for variable in [name for name in os.environ if name.upper().startswith("MOCK_ZUORA_")]:
        monkeypatch.delenv(variable)


def test_default_server_listens_on_loopback_and_jobs_take_a_quarter_second():
    settings = load_settings()
    assert (settings.host, settings.port, settings.seed) == ("127.0.0.1", 8080, None)
    assert (settings.transitions, settings.accept_delay, settings.queue_delay, settings.processing_time) == (
        Transitions.TIME, 0, 0.05, 0.2,
    )  # fmt: skip


@pytest.mark.parametrize("name", EVERY_SETTING)
def test_every_setting_has_flag_variable_and_help_text(name):
    assert flag_of(name).startswith("--") and "_" not in flag_of(name)
    assert field_of(variable_of(name)) == name
    assert len(Settings.model_fields[name].description or "") > 10


def test_flag_takes_precedence_over_environment_and_environment_over_default(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_PORT", "1111")
    assert load_settings({}).port == 1111
    assert load_settings({"port": "2222"}).port == 2222


@pytest.mark.parametrize("text", ["true", "True", "1", "yes", "on"])
def test_boolean_is_parsed_from_text(monkeypatch, text):
    monkeypatch.setenv("MOCK_ZUORA_STRICT", text)
    assert load_settings().strict is True


def test_text_false_is_parsed_as_false(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_STRICT", "false")
    assert load_settings().strict is False


@pytest.mark.parametrize("value", ["Zuora.example, *.test", ["zuora.example", "*.test"]])
def test_allowed_hosts_are_a_list_or_a_text_with_commas(value):
    assert settings_from({"allowed_host": value}).allowed_host == ("zuora.example", "*.test")


def test_no_allowed_host_is_an_empty_text(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_ALLOWED_HOST", "")
    assert load_settings().allowed_host == ()


@pytest.mark.parametrize("value", ["HTTP://localhost:80, https://App.example:8443", ["http://localhost:3000", "*"]])
def test_cors_origins_are_a_list_or_a_text_with_commas(value):
    expected = ("http://localhost", "https://app.example:8443") if "80" in value else ("http://localhost:3000", "*")
    assert settings_from({"cors_origin": value}).cors_origin == expected


@pytest.mark.parametrize(
    "value", ["localhost:3000", "http://localhost:3000/", "http://", "null", "http://a:99999", "**"]
)
def test_text_that_is_no_origin_is_refused(value):
    with pytest.raises(
        SettingsError, match="^cors_origin: .* is not valid; expected an origin without a path"
    ) as refusal:
        settings_from({"cors_origin": ["*", value]})
    assert f"'{value}'" in str(refusal.value)


@pytest.mark.parametrize("value", [5, [5], {"a": 1}])
def test_allowed_hosts_of_another_type_are_refused(value):
    with pytest.raises(SettingsError, match="allowed_host: "):
        settings_from({"allowed_host": value})


def test_custom_version_rows_are_parsed_from_json():
    versions = load_settings({"versions": '{"2021": {"error-body": "reasons", "accepted-name": "open"}}'}).versions
    assert versions == {"2021": {"error-body": "reasons", "accepted-name": "open"}}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("port", "x", "'x' is not valid; expected a whole number"),
        ("port", "70000", "expected a number of at most 65535"),
        ("host", "", "expected a string that is not empty"),
        ("transitions", "fast", "expected 'immediate', 'time', 'polls' or 'manual'"),
        ("accept_delay", "-1", "expected a number of at least 0"),
        ("queue_delay", "nan", "finite"),
        ("processing_time", "soon", "expected a number"),
        ("processing_polls", "1e3", "'1e3' is not valid; expected a whole number"),
        ("concurrent_job_limit", "-1", "expected a number of at least 0"),
        (
            "rate_limits",
            "1,2",
            "'1,2' is not valid; expected production, central-sandbox, developer-sandbox",
        ),
        ("auth", "none", "expected 'lenient' or 'strict'"),
        ("strict", "maybe", "'maybe' is not valid; expected true or false"),
        ("definitions", "none", "expected 'auto' or 'strict'"),
        ("execution_order", "lifo", "expected 'fifo' or 'shuffled'"),
        ("log_format", "xml", "expected 'text' or 'json'"),
        ("log_level", "trace", "expected 'debug', 'info', 'warning' or 'error'"),
        ("request_log", "perhaps", "expected true or false"),
        ("random_seed", "\udcff", "'\\udcff' contains \\udcff, half of a surrogate pair"),
        ("control_token", "\udcff", "half of a surrogate pair"),
        ("control_token", " ", "expected US-ASCII characters without spaces"),
        ("control_token", "a b", "expected US-ASCII characters without spaces"),
        ("control_token", "caf\u00e9", "expected US-ASCII characters without spaces"),
        ("host", " ", "' ' is not valid; expected more than spaces"),
        ("seed", " ", "' ' is not valid; expected more than spaces"),
        ("state", "\t", "expected more than spaces"),
        ("mounts", " ", "expected more than spaces"),
        ("random_seed", " ", "expected more than spaces"),
        ("allowed_host", "a.example,http://b.example", "'http://b.example' is not valid; expected a host name"),
        ("allowed_host", "a.example,,b.example", "'' is not valid; expected a host name without a port"),
        ("seed", "\udcff.toml", "half of a surrogate pair"),
        ("assume", "\udcff=1", "half of a surrogate pair"),
        ("versions", '{"\\ud83d": {}}', "half of a surrogate pair"),
        ("versions", "{", "'{' is not valid: line 1, column 2: expected valid JSON"),
        ("versions", "[]", "expected an object"),
        ("versions", '{"2021": {}, "2021": {}}', "key '2021' occurs more than once"),
        ("versions", "[" * 100_000, "is nested too deeply"),
        ("versions", '{"2021": 3}', "2021: 3 is not valid; expected an object"),
        ("versions", '{"2021": {"error-bodies": "flat"}}', "'error-bodies' is not an assumption; expected one of"),
        (
            "versions",
            '{"2021": {"record-version": "by-version"}}',
            "2021: record-version: 'by-version' is not valid for a version; expected one of always, never",
        ),
        ("versions", '{"2021": {"error-body": "x"}}', "error-body: 'x' is not valid; expected one of flat"),
    ],
)
def test_invalid_value_is_refused_in_one_line_with_flag_or_variable(monkeypatch, name, value, expected):
    with pytest.raises(SettingsError) as by_flag:
        load_settings({name: value})
    monkeypatch.setenv(variable_of(name), value)
    with pytest.raises(SettingsError) as by_variable:
        load_settings()
    assert str(by_flag.value).startswith(f"{flag_of(name)}: ")
    assert str(by_variable.value).startswith(f"{variable_of(name)}: ")
    for refusal in (str(by_flag.value), str(by_variable.value)):
        assert expected in refusal and "\n" not in refusal


def test_message_names_the_flag_that_overrides_a_variable(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_PORT", "1111")
    with pytest.raises(SettingsError, match="^--port: 'x'"):
        load_settings({"port": "x"})


def test_unknown_variable_with_prefix_is_refused(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_TRANSITION", "immediate")
    with pytest.raises(
        SettingsError, match="_TRANSITION: there is no such setting; did you mean MOCK_ZUORA_TRANSITIONS"
    ):
        load_settings()
    monkeypatch.delenv("MOCK_ZUORA_TRANSITION")
    monkeypatch.setenv("MOCK_ZUORA_COLOUR", "red")
    with pytest.raises(SettingsError, match="MOCK_ZUORA_COLOUR: there is no such setting; 'mock-zuora serve --help'"):
        load_settings()


def test_unknown_setting_is_refused_with_the_nearest_one_or_with_all():
    with pytest.raises(SettingsError, match="^transitons: there is no such setting; did you mean 'transitions'[?]$"):
        settings_from({"transitons": "time"})
    with pytest.raises(SettingsError, match="^colour: there is no such setting; expected one of transitions, "):
        settings_from({"colour": "red"})


def test_file_of_choices_can_have_a_byte_order_mark(tmp_path):
    file = tmp_path / "choices.toml"
    file.write_text('\ufeffput-record = "replace"\n', "utf-8")
    assert tenant_settings(load_settings({}, [str(file)])).assume["put-record"].choice == "replace"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"# k\xe4fer\n", "line 1: byte E4 is '\xe4' in Windows-1252; expected text in UTF-8"),
        ("a = 1".encode("utf-16"), "line 1: the file is UTF-16, by its byte-order mark; expected text in UTF-8"),
        (b"put-record = 2021-03-10", "put-record: '2021-03-10' is not valid; expected one of merge, replace"),
        (b"a = " + b"[" * 100_000, "is nested too deeply"),
    ],
    ids=["Windows-1252", "UTF-16", "a date", "deep"],
)
def test_unreadable_file_of_choices_is_refused_with_its_path(tmp_path, content, expected):
    file = tmp_path / "choices.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        load_settings({}, [str(file)])
    assert str(refused.value) == f"--assume: {file}: {expected}"


def test_each_setting_belongs_to_one_group():
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("transitions", ("immediate", "time", "polls", "manual")),
        ("strict", ("true", "false")),
        ("seed", ()),
        ("rate_limits", ()),
    ],
)
def test_choices_of_settings_with_few_values(name, choices):
    assert choices_of(name) == choices


def test_origin_of_a_setting_is_what_set_it(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_STRICT", "true")
    monkeypatch.setenv("MOCK_ZUORA_READ_DELAY", "1")
    settings = load_settings({"read_delay": "2", "seed": "s.toml"}, ["put-record=replace"])
    names = ("read_delay", "strict", "seed", "assume", "port")
    assert [settings.origin_of(name) for name in names] == ["flag", "variable", "flag", "flag", "default"]


def test_setting_that_a_folder_provides_is_of_the_mounts(tmp_path):
    (tmp_path / "seed").write_text("{}", "utf-8")
    settings = with_mounts(load_settings({"mounts": str(tmp_path)}))
    assert (settings.origin_of("seed"), settings.origin_of("mounts")) == ("mounts", "flag")
