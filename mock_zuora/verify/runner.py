"""Runs probes in rounds, cleans up after them, and keeps their findings."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from mock_zuora.verify.connection import Connection
from mock_zuora.verify.evidence import PREFIX, ROUNDS, Evidence
from mock_zuora.verify.finding import CannotRun, Finding, Inconclusive, NotTheApi, Unclear, inconclusive
from mock_zuora.verify.probe import Probe
from mock_zuora.verify.tenant import JOBS, ProbedTenant
from mock_zuora.verify.timer import Timer

ATTEMPTS = 5
"""The maximum number of attempts at a round, if it is unknown whether a request took effect."""
OTHER_FORM: Final = (LookupError, TypeError, ValueError, AttributeError)
"""The exceptions that reading a response raises if it has an unexpected form."""


@dataclass(slots=True)
class Runner:
    """Runs the probes that have no result yet. The first round of all comes before the second round of any.

    ``tell`` is called before each round of a probe; ``save`` after it.
    """

    connection: Connection
    tenant: ProbedTenant
    timer: Timer
    evidence: Evidence
    tell: Callable[[Probe, int], None]
    save: Callable[[], None]
    left: list[str] = field(default_factory=list)
    """What could not be deleted."""
    _is_hurried: bool = False
    """Whether the user does not want to wait for the cleaning up."""

    def run(self, probes: Sequence[Probe]) -> None:
        """Puts the findings into the evidence. Raises CannotRun and KeyboardInterrupt, after cleaning up."""
        self.evidence.suffixes.append(self.tenant.suffix)
        self.save()
        try:
            self._greet()
            if any(each.objects for each in probes):
                self._rehearse()
            for number in range(1, ROUNDS + 1):
                for each in probes:
                    self._round(each, number)
        finally:
            self.clean_up()

    def _greet(self) -> None:
        """Lists jobs. Raises CannotRun if the response is not one of this API, so that no finding could be true."""
        self.connection.probe = "rehearsal"
        try:
            response = self.connection.call("GET", JOBS, params={"pageSize": "1"})
        except NotTheApi as why:
            raise CannotRun(f"the server does not respond like the API of a tenant: {why}") from None
        except Inconclusive:
            return
        is_refused = response.status in (401, 403) or bool(response.code)
        if not is_refused and not isinstance(response.object.get("jobs"), list):
            raise CannotRun(f"the server does not respond like the API of a tenant: {response.seen}")

    def _rehearse(self) -> None:
        """Creates an object and deletes it. Raises CannotRun for a user who may create objects, but not delete them."""
        self.connection.probe = "rehearsal"
        with suppress(Inconclusive, Unclear):
            self.tenant.define({})
            left = self.tenant.clean()
            if left:
                raise CannotRun(f"this user can create objects, but not delete them: {left[0]}")

    def clean_up(self) -> None:
        """Ends and deletes what is left of this run and those that it continues."""
        if self.tenant.has_created or self.evidence.suffixes != [self.tenant.suffix]:
            self.connection.probe = "clean-up"
            self.left = self._swept()
        if not self.left:
            self.evidence.suffixes = []
        self.save()

    def _swept(self) -> list[str]:
        why: object = "interrupted"
        try:
            if not self._is_hurried:
                return self.tenant.sweep(self.evidence.suffixes)
        except (Inconclusive, Unclear, CannotRun, *OTHER_FORM) as error:
            why = error
        except KeyboardInterrupt:
            self._is_hurried = True
        return [f"whatever begins with {PREFIX}{each}_: {why}" for each in self.evidence.suffixes]

    def _round(self, probe: Probe, number: int) -> None:
        known = self.evidence.rounds.setdefault(probe.name, [])
        is_decided = all(self.evidence.result(probe.name, each) for each in probe.subjects) if known else False
        if len(known) >= number or is_decided:
            return
        self.tell(probe, number)
        self.connection.probe = probe.name
        found = self._found(probe)
        missing = inconclusive("the probe ended before it checked this")
        known.append({name: self.evidence.clean_finding(found.get(name, missing)) for name in probe.subjects})
        self.save()

    def _found(self, probe: Probe) -> dict[str, Finding]:
        why = ""
        for attempt in range(ATTEMPTS):
            self.timer.pause(attempt)
            try:
                return self.attempt(probe)
            except Unclear as unclear:
                why = f"it is unknown whether a request took effect: {unclear}"
                self._end_unknown_jobs()
        return {name: inconclusive(why) for name in probe.subjects}

    def _end_unknown_jobs(self) -> None:
        """Ends a job whose submit got no response, so that no more than one of them waits."""
        with suppress(Inconclusive, Unclear, *OTHER_FORM):
            self.tenant.sweep([self.tenant.suffix])

    def attempt(self, probe: Probe) -> dict[str, Finding]:
        """What one attempt has found. Raises Unclear."""
        found: dict[str, Finding] = {}
        try:
            found.update(probe.scenario(self.tenant))
        except Inconclusive as why:
            found = {name: inconclusive(str(why)) for name in probe.subjects} | found
        except OTHER_FORM as error:
            reason = f"a response has another form than the probe expects: {error!r:.100}"
            found = {name: inconclusive(reason) for name in probe.subjects} | found
        finally:
            interruption = sys.exception()
            try:
                self.tenant.clean()
            except (Inconclusive, Unclear, *OTHER_FORM):
                # The sweep at the end tries again, and reports what is left.
                self.tenant.jobs, self.tenant.objects = [], []
            except KeyboardInterrupt:
                # A second interruption: the user does not want to wait.
                self._is_hurried = isinstance(interruption, KeyboardInterrupt)
                raise
        return found
