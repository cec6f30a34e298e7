"""The command ``mock-zuora verify``: compares what the emulator assumes with a real tenant."""

import argparse
import io
import os
import re
import signal
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from mock_zuora import __version__

if TYPE_CHECKING:
    from mock_zuora.verify.evidence import Evidence
    from mock_zuora.verify.plan import Plan
    from mock_zuora.verify.probe import Probe
    from mock_zuora.verify.runner import Runner

JOB_SECONDS: Final = 600.0
_MAX_JOB_SECONDS: Final = 86_400
OUTPUT: Final = "observed.toml"
_STOPPING: Final = "mock-zuora verify: ending its jobs and deleting its objects; a second signal leaves them"
_LEAVING: Final = "mock-zuora verify: leaving its jobs and objects"
_WIDTH: Final = 160
"""Columns of the table when the output is not a terminal."""
DESCRIPTION: Final = """\
Finds out how a tenant behaves where Zuora's documentation is silent, and writes what it has observed to a file for
'mock-zuora serve --assume'. It uses the public API only, with objects that it creates and deletes. It needs the extra
'verify': pip install 'mock-zuora[verify]'
"""
EPILOG: Final = """\
example:
  mock-zuora verify https://rest.test.zuora.com --client-id ID --client-secret-env ZUORA_SECRET

exit status:
  0    everything that was probed is as assumed
  1    the tenant differs in at least one subject
  2    could not run: invalid arguments, refused credentials, no server, or no consent
  3    no difference, but at least one subject is undecided
  130  interrupted; --resume continues
"""


def add_verify_flags(parser: argparse.ArgumentParser) -> None:
    """The description and the flags of ``verify``."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    add = parser.add_argument
    add("url", metavar="URL", help="base URL of the tenant's API, such as https://rest.test.zuora.com")
    add("--client-id", metavar="ID", required=True, help="OAuth client of a user of the tenant")
    add("--client-secret-env", metavar="VARIABLE", required=True, help="environment variable with the client's secret")
    output = f"what was observed, for --assume; an existing file is updated; default {OUTPUT}"
    add("--output", metavar="FILE", type=Path, default=Path(OUTPUT), help=output)
    add_evidence = parser.add_mutually_exclusive_group().add_argument
    evidence = "every request and response, without secrets; default: named after --output"
    add_evidence("--evidence", metavar="FILE", type=Path, help=evidence)
    resume = "continue an interrupted run from its evidence, and add to that file"
    add_evidence("--resume", metavar="FILE", type=Path, help=resume)
    only = "only these probes, assumptions or rows of the fidelity ledger; several with commas"
    add("--only", metavar="NAME", action="append", default=[], help=only)
    assume = "compare with these choices, or those of a TOML file, instead of the defaults"
    add("--assume", metavar="NAME=CHOICE", action="append", default=[], help=assume)
    include_limits = "also run the probes that reach a limit; other users are refused meanwhile"
    add("--include-limits", action="store_true", help=include_limits)
    add("--production", action="store_true", help="permit a production host of Zuora")
    wait = f"how long to wait for a job; default {JOB_SECONDS:g}"
    add("--timeout", metavar="SECONDS", type=_seconds, default=JOB_SECONDS, help=wait)
    ca_file = "PEM file with the CA certificates to trust, instead of those of the system"
    add("--ca-file", metavar="FILE", type=Path, help=ca_file)
    add("--yes", action="store_true", help="do not ask before the first request")
    add("--dry-run", action="store_true", help="print the plan and every probe, and send nothing")


def _seconds(text: str) -> float:
    if re.fullmatch("[0-9]{1,5}", text) and 1 <= int(text) <= _MAX_JOB_SECONDS:
        return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not valid; expected whole seconds from 1 to {_MAX_JOB_SECONDS}")


def run_verify(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Runs the command and returns its exit status. Invalid options exit through ``parser.error``."""
    try:
        import httpx2 as _httpx2  # noqa: F401
        import rich as _rich  # noqa: F401
    except ModuleNotFoundError as error:
        parser.error(f"{error.name} is not installed; install the extra: pip install 'mock-zuora[verify]'")
    return _Command(options, parser).run()


class _Command:
    """One run of the command."""

    def __init__(self, options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
        from mock_zuora.config.settings import SettingsError, assumed_by
        from mock_zuora.domain.assumptions.assumption import Origin
        from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
        from mock_zuora.domain.assumptions.choices import assumed
        from mock_zuora.verify.observed_file import ObservedFile
        from mock_zuora.verify.target import checked_url

        self._options, self._parser = options, parser
        try:
            parts = checked_url(options.url, is_production_allowed=options.production)
            self._host = parts.netloc
            self._url = f"{parts.scheme}://{parts.netloc}"
        except ValueError as error:
            parser.error(f"URL: {error}")
        try:
            given = assumed(assumed_by(options.assume), Origin.FLAG)
            self._assumed = {
                each.name: given[each.name].choice if each.name in given else each.default
                for each in ASSUMPTIONS.values()
            }
        except SettingsError as error:
            parser.error(str(error))
        try:
            self._trust = ssl.create_default_context(cafile=options.ca_file)
        except (OSError, ssl.SSLError) as error:
            parser.error(f"--ca-file: {options.ca_file}: {_text_of(error)}")
        if options.output.suffix != ".toml":
            parser.error(f"--output: {options.output} is not valid; expected a .toml file, as 'serve --assume' does")
        self._evidence_path = options.resume or options.evidence or options.output.with_suffix(".evidence.json")
        try:
            self._observed = ObservedFile(options.output, self._host)
        except (OSError, ValueError) as error:
            parser.error(f"--output: {options.output}: {_text_of(error)}")
        self._check_writable("--output", options.output)
        self._check_writable("--evidence", self._evidence_path)
        self._check_evidence()

    def _check_writable(self, flag: str, path: Path) -> None:
        """Refuses what could not be written, before anything is sent."""
        if path.exists() and not path.is_file():
            self._parser.error(f"{flag}: {path} is not a file")
        if not os.access(path.parent, os.W_OK):
            self._parser.error(f"{flag}: {path} cannot be written: the folder {path.parent} is missing or read-only")

    def _check_evidence(self) -> None:
        """Refuses to replace another file, and evidence without which the objects of its run would be forgotten."""
        from mock_zuora.verify.evidence import Evidence

        path = self._evidence_path
        if self._options.resume or not path.exists():
            return
        try:
            found = Evidence.load(path)
        except (OSError, ValueError):
            self._parser.error(f"--evidence: {path} exists and has other contents; choose another file")
        if found.suffixes:
            self._parser.error(
                f"--evidence: {path} is of a run that may have left objects on {found.host}; continue it with "
                f"--resume {path}, or choose another file"
            )

    def run(self) -> int:
        """Shows the plan, asks, runs the probes, and reports; returns the exit status."""
        from mock_zuora.domain.ids import Ids
        from mock_zuora.verify.plan import Plan
        from mock_zuora.verify.report import Exit

        evidence = self._evidence()
        probes = self._selected()
        omitted = [] if self._options.include_limits else [each for each in probes if each.is_limit]
        selected = [each for each in probes if each not in omitted]
        plan = Plan(self._host, Ids().hex()[:8], selected, omitted, evidence)
        print(plan.text(str(self._options.output), str(self._evidence_path)))
        if self._options.dry_run:
            print(f"\n{plan.details()}")
            return 0
        secret = self._secret()
        if not self._options.yes and not self._consent():
            self._say("nothing was sent")
            return Exit.COULD_NOT_RUN
        return self._probe(plan, secret)

    def _evidence(self) -> "Evidence":
        from mock_zuora.verify.evidence import Evidence

        if self._options.resume is None:
            return Evidence(host=self._host)
        try:
            found = Evidence.load(self._options.resume)
        except (OSError, ValueError) as error:
            self._parser.error(f"--resume: {self._options.resume}: {_text_of(error)}")
        if found.host != self._host:
            self._parser.error(
                f"--resume: {self._options.resume} has the evidence of {found.host}, not of {self._host}"
            )
        return found

    def _selected(self) -> "list[Probe]":
        """The probes that ``--only`` names, or all."""
        from mock_zuora.config.suggestions import did_you_mean
        from mock_zuora.verify.probes import PROBES

        names = [name.strip() for text in self._options.only for name in text.split(",") if name.strip()]
        by_subject = {subject: each.name for each in PROBES.values() for subject in each.subjects}
        for name in names:
            if name not in PROBES and name not in by_subject:
                advice = did_you_mean(name, [*PROBES, *by_subject]) or "; --dry-run lists the probes"
                self._parser.error(f"--only: there is no probe, assumption or observable row {name!r}{advice}")
        wanted = {name if name in PROBES else by_subject[name] for name in names}
        found = [each for each in PROBES.values() if not names or each.name in wanted]
        if all(each.is_limit for each in found) and not self._options.include_limits:
            self._parser.error(f"--only: {', '.join(names)} would reach a limit of the tenant; add --include-limits")
        return found

    def _secret(self) -> str:
        name = self._options.client_secret_env
        secret = os.environ.get(name, "").strip()
        if not secret:
            self._parser.error(f"--client-secret-env: the variable {name} is not set; expected the client's secret")
        if not secret.isprintable():
            self._parser.error(f"--client-secret-env: the variable {name} contains control characters")
        return secret

    def _consent(self) -> bool:
        if not sys.stdin.isatty():
            self._say("cannot ask for consent, because standard input is not a terminal; pass --yes")
            return False
        try:
            return input("Continue? [y/N] ").strip().lower() in ("y", "yes")
        except (EOFError, KeyboardInterrupt):
            print()
            return False

    def _probe(self, plan: "Plan", secret: str) -> int:
        from mock_zuora.verify.finding import CannotRun
        from mock_zuora.verify.report import Exit

        outcome: Exit | None = None
        with _stopped_by_signals(), self._runner(plan, secret) as runner:
            try:
                runner.run(plan.probes)
            except CannotRun as why:
                self._say(str(why))
                outcome = Exit.COULD_NOT_RUN
            except OSError as error:
                self._say(f"{self._evidence_path} cannot be written: {_text_of(error)}")
                outcome = Exit.COULD_NOT_RUN
            except KeyboardInterrupt:
                self._say(f"interrupted; --resume {self._evidence_path} continues")
                outcome = Exit.INTERRUPTED
        for each in runner.left:
            self._say(f"not deleted: {each}")
        return self._report(plan) if outcome is None else outcome

    @contextmanager
    def _runner(self, plan: "Plan", secret: str) -> "Iterator[Runner]":
        import httpx2

        from mock_zuora.verify.connection import REQUEST_SECONDS, Connection, Credentials
        from mock_zuora.verify.progress import shown_progress
        from mock_zuora.verify.runner import Runner
        from mock_zuora.verify.tenant import ProbedTenant
        from mock_zuora.verify.timer import Timer

        options, evidence, timer = self._options, plan.evidence, Timer()
        agent = {"User-Agent": f"mock-zuora-verify/{__version__}"}
        try:
            made = httpx2.Client(base_url=self._url, timeout=REQUEST_SECONDS, verify=self._trust, headers=agent)
        except (ImportError, ValueError, httpx2.InvalidURL) as error:
            self._parser.error(f"the proxy that the environment names cannot be used: {error}")
        with made as client, shown_progress(plan) as tell:
            connection = Connection(client, Credentials(options.client_id, secret), timer, evidence)
            tenant = ProbedTenant(connection, timer, plan.suffix, options.timeout)
            yield Runner(connection, tenant, timer, evidence, tell, lambda: evidence.save(self._evidence_path))

    def _report(self, plan: "Plan") -> int:
        from rich.console import Console

        from mock_zuora.verify.evidence import now_text
        from mock_zuora.verify.report import Exit, Report

        findings = {
            subject: found
            for each in plan.probes
            for subject in each.subjects
            if (found := plan.evidence.result(each.name, subject)) is not None
        }
        self._observed.add(findings, now_text()[:10])
        try:
            self._observed.save()
        except OSError as error:
            self._say(f"{self._options.output} cannot be written: {_text_of(error)}")
            return Exit.COULD_NOT_RUN
        if isinstance(sys.stdout, io.TextIOWrapper):
            # Reasons quote the tenant, and a redirected output can have any encoding.
            sys.stdout.reconfigure(errors="backslashreplace")
        report = Report(findings, self._assumed)
        report.print(Console(width=None if sys.stdout.isatty() else _WIDTH))
        return report.exit

    def _say(self, message: str) -> None:
        from mock_zuora.domain.errors import one_line

        print(f"{self._parser.prog}: {one_line(message)}", file=sys.stderr)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Handles SIGTERM, and the signals of a terminal that is closed, like Ctrl-C: the run cleans up before it ends."""
    messages = iter((_STOPPING, _LEAVING))

    def stop(*_: object) -> NoReturn:
        # The signal may have arrived in the middle of a write to the same stream.
        with suppress(RuntimeError):
            if (message := next(messages, None)) is not None:
                print(message, file=sys.stderr, flush=True)
        raise KeyboardInterrupt

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _text_of(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
