import ast
from pathlib import Path

import pytest

import mock_zuora
from mock_zuora.domain.tenants.settings import Auth, DefinitionMode, ExecutionOrder, TenantSettings, Transitions


def test_default_jobs_move_by_the_clock_with_short_delays():
    settings = TenantSettings()
    assert settings.transitions is Transitions.TIME
    assert (settings.accept_milliseconds, settings.queue_milliseconds, settings.processing_milliseconds) == (0, 50, 200)
    assert (settings.concurrent_job_limit, settings.read_milliseconds) == (5, 0)


def test_delays_are_seconds_and_rounded_to_milliseconds():
    settings = TenantSettings(accept_delay=0.0014, queue_delay=1.5, processing_time=2, read_delay=0.25)
    assert (settings.accept_milliseconds, settings.queue_milliseconds) == (1, 1500)
    assert (settings.processing_milliseconds, settings.read_milliseconds) == (2000, 250)


def test_settings_with_choices_have_exactly_these():
    assert [each.value for each in Transitions] == ["immediate", "time", "polls", "manual"]
    assert [each.value for each in ExecutionOrder] == ["fifo", "shuffled"]
    assert [each.value for each in Auth] == ["lenient", "strict"]
    assert [each.value for each in DefinitionMode] == ["auto", "strict"]


@pytest.fixture(scope="module")
def read_attributes():
    """Every attribute that the package reads, except where it declares the settings."""
    root = Path(mock_zuora.__file__).parent
    paths = set(root.rglob("*.py")) - set(root.glob("config/*.py"))
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("name", TenantSettings.__dataclass_fields__)
def test_every_setting_is_read(read_attributes, name):
    assert name in read_attributes
