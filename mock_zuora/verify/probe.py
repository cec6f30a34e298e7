"""A probe: a small scenario that finds out how the tenant behaves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from mock_zuora.control.ledger import behaviours
from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.verify.finding import Finding
from mock_zuora.verify.tenant import ProbedTenant

Found = Iterator[tuple[str, Finding]]
"""Subjects, each with what was found out about it: the name of an assumption, or the id of a row of the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A probe and what it costs. ``scenario`` yields findings; what it leaves out is inconclusive."""

    name: str
    what: str
    """What it does, in one sentence."""
    requests: int
    """The requests of one round, including its clean-up, if every job has finished at the first poll."""
    jobs: int
    """How many jobs one round submits."""
    objects: int
    """How many objects one round creates."""
    is_limit: bool
    """Whether it reaches a limit of the tenant, so that other users are refused for a while."""
    scenario: Callable[[ProbedTenant], Found]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The assumptions and rows of the ledger that it is about."""
        assumptions = _assumptions_by_row()
        rows = [each.id for each in behaviours() if each.probe == self.name]
        return tuple(assumptions[each].name if each in assumptions else each for each in rows)


@cache
def _assumptions_by_row() -> Mapping[str, Assumption]:
    return {each.row: each for each in ASSUMPTIONS.values()}


def probe(
    name: str, what: str, *, requests: int, jobs: int = 0, objects: int = 0, is_limit: bool = False
) -> Callable[[Callable[[ProbedTenant], Found]], Probe]:
    """Makes a probe of a scenario. The rows of ``fidelity.toml`` that name it are what it is about."""

    def decorate(scenario: Callable[[ProbedTenant], Found]) -> Probe:
        return Probe(
            name=name, what=what, requests=requests, jobs=jobs, objects=objects, is_limit=is_limit, scenario=scenario
        )

    return decorate
