"""The names and values for mypy and editors are those that the server accepts."""

from enum import Enum
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from mock_zuora.client.options import (
    BreakingEffect,
    FaultEffect,
    HttpMethod,
    JobOperation,
    JobStatus,
    Permission,
    ResetScope,
    ServerSettingValues,
    TenantSettingValues,
)
from mock_zuora.config.settings import Settings
from mock_zuora.config.tenant_options import TenantOptions
from mock_zuora.control import faults, paths, reset
from mock_zuora.domain.access import permissions
from mock_zuora.domain.jobs import job


def test_tenant_settings_are_complete():
    assert TenantSettingValues.__annotations__.keys() == TenantOptions.model_fields.keys()


def test_server_settings_are_complete():
    assert get_type_hints(ServerSettingValues).keys() == Settings.model_fields.keys()


def test_effects_of_faults_are_complete():
    assert set(get_type_hints(FaultEffect)) == set(faults.EFFECT_OPTIONS)
    assert {*faults.EFFECT_OPTIONS, *faults.MATCHING_OPTIONS, "times", "nth", "probability"} == set(
        faults.FaultRule.__dataclass_fields__
    )


def test_values_of_settings_are_complete():
    hints = {name: hint for name, hint in get_type_hints(ServerSettingValues).items() if get_origin(hint) is Literal}
    kinds = {name: field.annotation for name, field in Settings.model_fields.items()}
    enums = {name: kind for name, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, Enum)}
    assert {name: set(get_args(hint)) for name, hint in hints.items()} == {
        name: {each.value for each in kind} for name, kind in enums.items()
    }


@pytest.mark.parametrize(
    ("literal", "values"),
    [
        (JobStatus, job.Status),
        (JobOperation, job.Operation),
        (Permission, permissions.Permission),
        (ResetScope, reset.EVERY_SCOPE),
        (HttpMethod, paths.METHODS),
        (BreakingEffect, faults.BREAKING_EFFECTS),
    ],
    ids=["status", "operation", "permission", "scope", "method", "effect"],
)
def test_values_are_complete(literal, values):
    assert set(get_args(literal)) == {getattr(each, "value", each) for each in values}
