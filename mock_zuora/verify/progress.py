"""The progress of a run: a bar on a terminal, otherwise one line for each round of a probe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mock_zuora.verify.evidence import ROUNDS
from mock_zuora.verify.plan import Plan
from mock_zuora.verify.probe import Probe


@contextmanager
def shown_progress(plan: Plan) -> Iterator[Callable[[Probe, int], None]]:
    """Yields a function that shows on standard error which probe begins, and in which round."""
    total, begun = plan.remaining_rounds, 0
    if not sys.stderr.isatty():

        def tell(probe: Probe, number: int) -> None:
            nonlocal begun
            begun += 1
            print(f"[{begun}/{total}] round {number}: {probe.name} {probe.what}", file=sys.stderr, flush=True)

        yield tell
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)

        def move(probe: Probe, number: int) -> None:
            nonlocal begun
            progress.update(task, completed=begun, description=f"round {number} of {ROUNDS}: {probe.name}")
            begun += 1

        yield move
