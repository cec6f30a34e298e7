"""The outcome of a run: how the tenant compares with what is assumed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.errors import counted, one_line
from mock_zuora.verify.finding import Finding, Verdict


class Exit(IntEnum):
    """The exit statuses of ``mock-zuora verify``."""

    AS_ASSUMED = 0
    DIFFERENT = 1
    COULD_NOT_RUN = 2
    UNDECIDED = 3
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Report:
    """The findings by subject, and the choices that they are compared with."""

    findings: Mapping[str, Finding]
    assumed: Mapping[str, str]
    """By assumption."""

    @property
    def exit(self) -> Exit:
        """The status of the run. Differences have precedence over undecided subjects."""
        if any(self._is_different(name) for name in self.findings):
            return Exit.DIFFERENT
        if any(each.verdict is Verdict.INCONCLUSIVE for each in self.findings.values()):
            return Exit.UNDECIDED
        return Exit.AS_ASSUMED

    def _is_different(self, name: str) -> bool:
        found = self.findings[name]
        if found.verdict is Verdict.CHOICE:
            return found.choice != self.assumed[name]
        return found.verdict is Verdict.OTHER

    def print(self, console: Console) -> None:
        """Prints a table of the differences, of what is undecided, and of the assumptions that hold; then a summary."""
        table = Table("", "what", "assumed", "observed", "why", box=None, pad_edge=False)
        for row in self._rows():
            table.add_row(*(Text(one_line(each)) for each in row))
        console.print(table, highlight=False, markup=False)
        console.print(self.summary, highlight=False, markup=False)

    def _rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        different = [name for name in self.findings if self._is_different(name)]
        undecided = [name for name, each in self.findings.items() if each.verdict is Verdict.INCONCLUSIVE]
        held = [name for name in ASSUMPTIONS if name in self.findings and name not in {*different, *undecided}]
        for mark, names in (("!", different), ("?", undecided), ("=", held)):
            for name in names:
                found = self.findings[name]
                observed = found.choice or ("undecided" if found.verdict is Verdict.INCONCLUSIVE else "differs")
                yield mark, name, self.assumed.get(name, "as described"), observed, found.reason

    @property
    def summary(self) -> str:
        """The numbers in one line."""
        different = sum(map(self._is_different, self.findings))
        undecided = sum(each.verdict is Verdict.INCONCLUSIVE for each in self.findings.values())
        held = len(self.findings) - different - undecided
        return (
            f"{counted(held, 'subject')} as assumed, {counted(different, 'difference')} (!), {undecided} undecided (?)"
        )
