"""What a run is going to do, for the user to approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mock_zuora.domain.errors import counted
from mock_zuora.verify.evidence import PREFIX, ROUNDS, Evidence
from mock_zuora.verify.probe import Probe

_SECONDS_PER_REQUEST: Final = 0.5
_SECONDS_PER_JOB: Final = 15


@dataclass(frozen=True, slots=True)
class Plan:
    """The probes of a run, and those that it leaves out because they reach a limit of the tenant."""

    host: str
    suffix: str
    probes: Sequence[Probe]
    omitted: Sequence[Probe]
    evidence: Evidence
    """What an earlier run has found out already."""

    def text(self, output: str, evidence: str) -> str:
        """The plan: what it creates, how much it sends, how long it takes, where the results go."""
        remaining = [(each, self._rounds_of(each)) for each in self.probes]
        requests, jobs, objects = (
            sum(getattr(each, name) * rounds for each, rounds in remaining) for name in ("requests", "jobs", "objects")
        )
        minutes = round((requests * _SECONDS_PER_REQUEST + jobs * _SECONDS_PER_JOB) / 60)
        unfinished = [each for each, rounds in remaining if rounds > 0]
        lines = [
            f"{counted(len(unfinished), 'probe')} on {self.host}, each in {ROUNDS} rounds:",
            f"- about {requests:,} requests, and more while it waits for jobs",
            f"- {counted(jobs, 'job')}, one at a time",
            f"- {objects:,} custom objects, named {PREFIX}{self.suffix}_1 and so on; each is deleted with its records "
            "when its probe ends"
            if objects
            else "- no custom objects",
            f"- about {max(1, minutes)} min, if a request takes {_SECONDS_PER_REQUEST} s and a job "
            f"{_SECONDS_PER_JOB} s",
            "Lists of jobs and objects are read. Nothing that this run did not create is changed or deleted.",
            f"Results are written to {output}, and every request and response, without secrets, to {evidence}.",
        ]
        if limits := [each.name for each in unfinished if each.is_limit]:
            lines.append(f"Other users of the tenant are refused for some minutes during: {', '.join(limits)}.")
        if self.omitted:
            names = ", ".join(each.name for each in self.omitted)
            lines.append(f"Left out, because they reach limits of the tenant: {names}. --include-limits adds them.")
        return "\n".join(lines)

    @property
    def remaining_rounds(self) -> int:
        """The rounds of all probes that have not run yet."""
        return sum(map(self._rounds_of, self.probes))

    def _rounds_of(self, probe: Probe) -> int:
        return ROUNDS - len(self.evidence.rounds.get(probe.name, ()))

    def details(self) -> str:
        """One line for each probe: what it does, and how many requests and jobs a round takes."""
        width = max((len(each.name) for each in self.probes), default=0)
        return "\n".join(
            f"{each.name.ljust(width)}  {counted(each.requests, 'request')}, {counted(each.jobs, 'job')}: {each.what}"
            for each in self.probes
        )
