"""The assumptions of a handle's tenant."""

from collections.abc import Iterator, Mapping
from typing import Any

from mock_zuora.client.calls import Call
from mock_zuora.config.assumption_files import with_assumption_files
from mock_zuora.config.suggestions import unknown_assumption
from mock_zuora.control.errors import Invalid, Unknown, is_control_error
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import AssumptionInfo

__tracebackhide__ = is_control_error


class AssumptionsResource:
    """What the server assumes where Zuora's documentation is silent, with the choices in force for the tenant.

    ``for assumption in assumptions`` reads them as they are now. ``configure(assume=...)`` changes choices.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> list[AssumptionInfo]:
        """Lists the assumptions in the order of their page."""
        return from_json(list[AssumptionInfo], self._call("GET", "/assumptions"))

    def __iter__(self) -> Iterator[AssumptionInfo]:
        return iter(self.all())

    def __getitem__(self, name: str) -> AssumptionInfo:
        """Returns an assumption by its name. Raises Unknown."""
        assumptions = {each.name: each for each in self.all()}
        if name not in assumptions:
            raise Unknown(f"name: {unknown_assumption(name, assumptions)}")
        return assumptions[name]

    @property
    def consulted(self) -> list[AssumptionInfo]:
        """The assumptions that made a difference to the tenant's requests so far: with another choice, a response or a
        job would have been different. ``reset`` keeps them."""
        return [each for each in self.all() if each.is_consulted]


def settings_document(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings with the contents of the files that ``assume`` names. Raises Invalid."""
    try:
        return with_assumption_files(settings)
    except ValueError as error:
        raise Invalid(str(error)) from None
