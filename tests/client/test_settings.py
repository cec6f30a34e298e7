"""The settings of the server and of a tenant, with their origins. With both transports."""

import pytest

from mock_zuora import MockZuora
from mock_zuora.config.settings import Settings
from mock_zuora.config.tenant_options import TenantOptions


def by_name(handle):
    return {each.name: each for each in handle.all_settings()}


def origins(handle, *names):
    found = by_name(handle)
    return tuple(found[name].origin for name in names)


def test_every_setting_is_listed_once_with_its_help(handle):
    listed = handle.all_settings()
    assert sorted(each.name for each in listed) == sorted(Settings.model_fields)
    assert all(each.description and each.group for each in listed)
    assert {each.name for each in listed if each.is_of_tenant} == set(TenantOptions.model_fields)


def test_values_are_those_of_the_tenant_and_of_the_server(handle):
    handle.configure(processing_time=7, assume={"put-record": "replace"})
    found = by_name(handle)
    assert {name: found[name].value for name in TenantOptions.model_fields} == handle.settings()
    assert (found["host"].value, found["random_seed"].value) == ("127.0.0.1", "test")
    assert found["transitions"].choices == ("immediate", "time", "polls", "manual")


def test_changed_setting_is_of_the_test_until_a_reset(handle):
    assert origins(handle, "processing_time", "transitions", "assume") == ("default", "default", "default")
    handle.configure(processing_time=7, transitions="manual", assume={"put-record": "replace"})
    assert origins(handle, "processing_time", "transitions", "assume", "strict") == ("test", "test", "test", "default")
    handle.reset("settings")
    assert origins(handle, "processing_time", "transitions", "assume") == ("default", "default", "default")


@pytest.mark.fidelity("mock-17")
def test_setting_of_a_seed_is_of_the_seed(handle):
    handle.seed({"settings": {"processing_time": 7, "transitions": "time"}, "assume": {"put-record": "replace"}})
    assert origins(handle, "processing_time", "transitions", "assume", "strict") == ("seed", "seed", "seed", "default")


def test_argument_counts_as_a_flag():
    with MockZuora(transitions="immediate", random_seed="7", control="token", control_token="s3cret") as zuora:
        found = by_name(zuora)
        assert origins(zuora, "transitions", "random_seed", "auth", "port") == ("flag", "flag", "default", "flag")
        assert (found["control_token"].value, found["control_token"].origin) == ("redacted", "flag")
        assert "s3cret" not in repr(zuora.all_settings())


def test_secret_that_is_not_set_has_no_value(handle):
    assert by_name(handle)["control_token"].value is None


@pytest.mark.parametrize(("setting", "value"), [("strict", True), ("concurrent_job_limit", 9)])
def test_flag_has_precedence_over_a_seed(setting, value):
    with MockZuora(**{setting: value}, seed={"tenants": [{"settings": {setting: value}}]}) as zuora:
        assert origins(zuora, setting) == ("flag",)
