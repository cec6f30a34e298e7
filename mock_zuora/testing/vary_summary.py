"""The summary of ``--zuora-vary``: on which assumptions the tests depend, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.errors import counted

_SHOWN_TESTS: Final = 5
_ADVICE: Final = (
    "What to do: make the client work with each choice; or accept a dependency, with "
    '@pytest.mark.zuora(relies_on=["NAME"]); or find out what your Zuora tenant does, with '
    "'mock-zuora verify', and choose that with assume=observed.toml or assume=NAME=CHOICE in --zuora-set."
)


@dataclass
class _Summary:
    tests: int = 0
    variants: int = 0
    not_varied: dict[str, int] = field(default_factory=dict)
    """Numbers of tests by the reason."""
    failed: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Tests by the assumption and the choice under which they failed."""
    observed: dict[str, str] = field(default_factory=dict)
    """What was observed of assumptions."""
    accepted: dict[str, set[str]] = field(default_factory=dict)
    """Tests by the assumption that they are known to rely on."""
    needless: list[tuple[str, str]] = field(default_factory=list)
    """Tests that rely on an assumption by their mark only, and the assumption."""


def print_summary(reporter: pytest.TerminalReporter) -> None:
    """Prints the summary of a run."""
    summary = _summary_of(report for reports in reporter.stats.values() for report in reports)
    reporter.section("zuora assumptions")
    for line in _lines(summary):
        reporter.write_line(line)


def _summary_of(reports: Iterator[Any]) -> _Summary:
    summary = _Summary()
    seen: set[str] = set()
    for report in reports:
        if (vary := getattr(report, "zuora_vary", None)) is not None:
            summary.tests += bool(vary["variants"])
            summary.variants += vary["variants"]
            if reason := vary["not_varied"]:
                summary.not_varied[reason] = summary.not_varied.get(reason, 0) + 1
            summary.needless += [(report.nodeid, name) for name in vary["needless"]]
        variant = getattr(report, "zuora_variant", None)
        if variant is None or not variant["has_failed"] or report.nodeid in seen:
            continue
        seen.add(report.nodeid)
        summary.observed[variant["assumption"]] = variant["observed"]
        if variant["is_accepted"]:
            summary.accepted.setdefault(variant["assumption"], set()).add(variant["base"])
        else:
            summary.failed.setdefault((variant["assumption"], variant["choice"]), []).append(variant["base"])
    return summary


def _lines(summary: _Summary) -> Iterator[str]:
    names = {name for name, _ in summary.failed}
    found = f"{counted(len(names), 'assumption')} your tests depend on"
    yield f"{counted(summary.tests, 'test')}, {counted(summary.variants, 'variant')}, {found}"
    order = [(name, choice) for name, each in ASSUMPTIONS.items() for choice in each.choices]
    explained: set[str] = set()
    for (name, choice), tests in sorted(summary.failed.items(), key=lambda each: order.index(each[0])):
        tests.sort()
        more = f", and {len(tests) - _SHOWN_TESTS} more" if len(tests) > _SHOWN_TESTS else ""
        fail = "test fails" if len(tests) == 1 else "tests fail"
        yield f"  {name}={choice}   {len(tests)} {fail}   {', '.join(tests[:_SHOWN_TESTS])}{more}"
        if name not in explained:
            explained.add(name)
            yield f"     {_explanation(name, summary.observed[name])}"
    for name, tests_of_name in summary.accepted.items():
        yield f"  {name}   accepted, by marks of {counted(len(tests_of_name), 'test')}"
    for test, name in summary.needless:
        yield f"  {test}: relies_on={name!r} is not needed; the test passed under every other choice of it"
    if number := summary.not_varied.get("shared"):
        yield f"  not varied: {counted(number, 'test')} on a tenant that tests share"
    if number := summary.not_varied.get("excluded"):
        yield f"  not varied: {counted(number, 'test')} with vary=False"
    if names:
        yield _ADVICE


def _explanation(name: str, observed: str) -> str:
    assumption = ASSUMPTIONS[name]
    known = f" Observed: {observed}." if observed else ""
    return f'{assumption.question} The documentation does not say. The default here is "{assumption.default}".{known}'
