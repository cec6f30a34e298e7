"""The tables of the page about concepts match the code."""

import re

from mock_zuora.config.settings import Settings, settings_from
from mock_zuora.config.tenant_options import tenant_settings
from mock_zuora.domain.tenants.settings import Transitions
from scripts.docs.blocks import DOCS

PAGE = (DOCS / "concepts.md").read_text("utf-8")


def row_of(name):
    return re.search(rf"^\| {re.escape(name)} \| (.*) \|$", PAGE, re.MULTILINE)[1].split(" | ")


def test_every_kind_of_transitions_is_described():
    modes = re.findall(r"^\| `(\w+)` \| [^|]* \| [^|]* \|$", PAGE, re.MULTILINE)
    assert sorted(modes) == sorted(each.value for each in Transitions)


def test_defaults_of_the_ways_to_run_it():
    fixtures, command = settings_from({}), Settings()

    for name in ("transitions", "auth"):
        in_tests, of_command, of_image = row_of(f"`{name}`")
        assert in_tests.startswith(f"`{getattr(tenant_settings(fixtures, fixtures.usual), name).value}`")
        assert of_command == of_image
        assert of_command.startswith(f"`{getattr(command, name).value}`")
    assert row_of("address")[1] == f"`{command.host}:{command.port}`"
