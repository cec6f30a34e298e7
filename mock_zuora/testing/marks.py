"""The marker ``zuora``: its values for a tenant, and errors for marks that have no effect.

pytest imports this module in every run, see ``pytest_plugin``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn

import pytest

MARKER: Final = "zuora"
MARKER_HELP: Final = (
    "zuora(**settings, seed=..., permissions=[...]): settings of the tenant of the fixture zuora in this test, those "
    "of zuora.configure(), e.g. transitions='time', processing_time=60, strict=True, concurrent_job_limit=2, "
    "version='2025-08-12'; what it is seeded with, a document or the path of a seed file; and the permissions of its "
    "first user; relies_on=[...] and vary=False for --zuora-vary. On a class it applies to its tests and to "
    "zuora_class, and on a module to zuora_module as well."
)
INITIAL_STATE: Final = ("seed", "permissions")
OF_VARY: Final = ("relies_on", "vary")
"""Keys for ``--zuora-vary``."""
NOT_SETTINGS: Final = (*INITIAL_STATE, *OF_VARY)
VARIANT: Final = pytest.StashKey[dict[str, str]]()
"""The choice of an assumption under which a test runs now, because of ``--zuora-vary``."""
CONSULTED: Final = pytest.StashKey[dict[str, list[str]]]()
"""The assumptions that a test has consulted, each with its other choices."""
OBSERVED: Final = pytest.StashKey[dict[str, str]]()
"""What was observed of these assumptions, if anything: ``reasons on rest.test.zuora.com, 2026-11-26``."""
_APPLIED: Final = pytest.StashKey[bool]()


def marked_values(node: pytest.Item | pytest.Collector) -> dict[str, Any]:
    """The values of the marks of a node. Those of a test override those of its class and module, by key."""
    marked: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers(MARKER))):
        marked |= mark.kwargs
    return marked


def check_marks(item: pytest.Item) -> None:
    """Fails a test whose marks have positional arguments or unknown keys. For a key, it names the nearest one."""
    for mark in item.iter_markers(MARKER):
        if mark.args:
            arguments = ", ".join(repr(each) for each in mark.args)
            _fail(f"@pytest.mark.zuora({arguments}): expected settings by name, e.g. transitions='time'")
        _check_keys(mark.kwargs)


def _check_keys(values: Mapping[str, Any]) -> None:
    from mock_zuora.client.options import TenantSettingValues
    from mock_zuora.config.suggestions import did_you_mean

    known = [*TenantSettingValues.__annotations__, *NOT_SETTINGS]
    for name in values:
        if name not in known:
            advice = did_you_mean(name, known) or f"; expected one of {', '.join(known)}"
            _fail(f"@pytest.mark.zuora: {name}: there is no such setting of a tenant{advice}")
    if "relies_on" in values:
        _check_relies_on(values["relies_on"])
    if not isinstance(values.get("vary", True), bool):
        _fail(f"@pytest.mark.zuora: vary: {values['vary']!r} is not valid; expected True or False")


def _check_relies_on(names: object) -> None:
    from mock_zuora.config.suggestions import unknown_assumption
    from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

    if isinstance(names, str) or not isinstance(names, Iterable):
        _fail(f"@pytest.mark.zuora: relies_on: {names!r} is not valid; expected a list of assumptions")
    for name in names:
        if name not in ASSUMPTIONS:
            _fail(f"@pytest.mark.zuora: relies_on: {unknown_assumption(name, ASSUMPTIONS)}")


def note_applied(node: pytest.Item | pytest.Collector) -> None:
    """Notes that a tenant was set up with the marks of this node."""
    node.stash[_APPLIED] = True


def check_effect(item: pytest.Item) -> None:
    """Fails a test that passed if a mark of its own function or parameters applied to no tenant.

    Marks of classes and modules, and those that a hook added, may concern other tests.
    """
    own = [*getattr(getattr(item, "function", None), "pytestmark", ()), *_marks_of_parameters(item)]
    marks = [each for each in own if each.name == MARKER]
    # A project can override the fixture and read the marks itself.
    if not marks or item.stash.get(_APPLIED, False) or MARKER in fixtures_of(item):
        return
    values = ", ".join(f"{name}={value!r}" for name, value in marks[0].kwargs.items())
    _fail(
        f"@pytest.mark.zuora({values}) has no effect, because the test does not use the fixture zuora; the tenants of "
        "zuora_class and zuora_module have the marks of their class and module, and zuora_session has none"
    )


def _marks_of_parameters(item: pytest.Item) -> Iterable[pytest.Mark]:
    """The marks of ``pytest.param(..., marks=...)``."""
    parameters = getattr(item, "callspec", None)
    return [getattr(each, "mark", each) for each in getattr(parameters, "marks", ())]


def fixtures_of(item: pytest.Item) -> set[str]:
    """The names of the fixtures that a test has used so far, also those of ``request.getfixturevalue``."""
    request = getattr(item, "_request", None)
    return set(getattr(item, "fixturenames", ())) | set(getattr(request, "fixturenames", ()))


def _fail(message: str) -> NoReturn:
    pytest.fail(message, pytrace=False)
