"""The settings for HTTPS: paths, and settings that contradict each other."""

from pathlib import Path

import pytest

from mock_zuora.config.settings import SettingsError, check_together, load_settings, settings_from
from mock_zuora.config.tls_options import contradiction


@pytest.mark.parametrize("values", [{}, {"tls": True}, {"tls_cert": "c"}, {"tls_cert": "c", "tls_key": "k"}])
def test_complete_settings_contradict_nothing(values):
    assert contradiction(settings_from(values)) is None
    assert settings_from(values).is_tls == bool(values)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"tls": True, "tls_cert": "c"}, "^tls_cert .--tls-cert.: is valid without tls only"),
        ({"tls_key": "k"}, "^tls_key .--tls-key.: needs tls_cert .--tls-cert."),
        ({"tls": True, "tls_key": "k"}, "^tls_key .--tls-key.: needs tls_cert .--tls-cert."),
        ({"tls_ca_file": "ca"}, "^tls_ca_file .--tls-ca-file.: is valid with tls only"),
        ({"tls_cert": "c", "tls_ca_file": "ca"}, "^tls_ca_file .--tls-ca-file.: is valid with tls only"),
    ],
)
def test_contradiction_names_the_setting_and_its_flag(values, named):
    with pytest.raises(SettingsError, match=named):
        check_together(settings_from(values))


def test_path_can_be_an_object():
    assert settings_from({"tls_cert": Path("some", "cert.pem")}).tls_cert == str(Path("some", "cert.pem"))


@pytest.mark.parametrize("value", ["", "  ", "a\0b", 4])
def test_value_that_is_no_path_is_refused(value):
    with pytest.raises(SettingsError, match="^tls_cert: "):
        settings_from({"tls_cert": value})


def test_variables_set_them(monkeypatch):
    monkeypatch.setenv("MOCK_ZUORA_TLS", "true")
    monkeypatch.setenv("MOCK_ZUORA_TLS_CA_FILE", "ca.pem")
    settings = load_settings()
    assert (settings.tls, settings.tls_ca_file) == (True, "ca.pem")
