"""The evidence of a run: each request with its response, and what the probes concluded; saved as JSON after each probe.

It contains no secrets, no access tokens, no users, and nothing about objects that the run did not create. An
interrupted run continues from it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from mock_zuora import __version__
from mock_zuora.api.middleware.redaction import without_secrets
from mock_zuora.domain.access.secrets import REDACTED, Secrets
from mock_zuora.domain.clock import second_text
from mock_zuora.domain.errors import shortened
from mock_zuora.domain.machine_clock import real_time_ns
from mock_zuora.verify.finding import Finding, Verdict, inconclusive
from mock_zuora.verify.whole_file import write_whole

PREFIX: Final = "mockzuora_probe_"
"""The prefix of the objects that a run creates; a random suffix follows."""
_SUFFIX: Final = re.compile("[0-9a-z]{4,16}")
ROUNDS: Final = 2
"""How often each probe runs. A result is claimed if all rounds agree, so that a change in between is noticed."""
_FORMAT: Final = 1
_MAX_BODY: Final = 4_000
"""Characters of a body that are kept."""
_MAX_SEARCHED: Final = 1_000_000
"""Characters of a body in which secrets are searched, because only the first are kept."""
_USERS: Final = frozenset({"CreatedById", "UpdatedById"})
_SECRET_KEYS: Final = frozenset({"access_token", "jti", "scope"})


def encodable(text: str) -> str:
    """A text that can be encoded: halves of surrogate pairs are replaced."""
    return text.encode("utf-8", "replace").decode()


def now_text() -> str:
    """The time of this machine, in UTC, with seconds."""
    return second_text(real_time_ns() // 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its response."""

    at: str
    probe: str
    method: str
    path: str
    request_headers: dict[str, str]
    request_body: str
    status: int | None
    """None if there was no response."""
    response_headers: dict[str, str]
    response_body: str
    milliseconds: int


@dataclass(slots=True)
class Evidence:
    """What a run has seen so far."""

    host: str
    started: str = field(default_factory=now_text)
    suffixes: list[str] = field(default_factory=list)
    """The random suffixes of objects that may be left: that of this run, and those of the runs that it continues."""
    rounds: dict[str, list[dict[str, Finding]]] = field(default_factory=dict)
    """By probe: the findings of each round by subject."""
    exchanges: list[Exchange] = field(default_factory=list)
    secrets: Secrets = field(default_factory=Secrets)

    def result(self, probe: str, subject: str) -> Finding | None:
        """What the rounds of a probe agree on; None as long as rounds are missing."""
        unknown = inconclusive("the run that this one continues did not probe it")
        found = [each.get(subject, unknown) for each in self.rounds.get(probe, [])]
        undecided = next((each for each in found if each.verdict is Verdict.INCONCLUSIVE), None)
        if undecided is not None:
            return undecided
        if len(found) < ROUNDS:
            return None
        if all(each.agrees_with(found[0]) for each in found):
            return found[0]
        seen = "; ".join(f"round {number}: {each.choice or each.reason}" for number, each in enumerate(found, 1))
        return Finding(Verdict.INCONCLUSIVE, f"the rounds differ, so the tenant may have changed: {seen}")

    def clean(self, body: str) -> str:
        """A body without secrets, users, and other people's objects, of limited length."""
        try:
            document = json.loads(body)
            text = json.dumps(_own(document), ensure_ascii=False)
        except (ValueError, RecursionError):
            text = body
        return encodable(shortened(without_secrets(text[:_MAX_SEARCHED], self.secrets), _MAX_BODY))

    def clean_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers without secrets."""
        return {name: self.clean(value) for name, value in headers.items()}

    def clean_finding(self, found: Finding) -> Finding:
        """A finding whose reason has no secrets and can be written to a file."""
        return replace(found, reason=encodable(self.secrets.redact(found.reason)))

    def save(self, path: Path) -> None:
        """Writes the evidence, as a whole or not at all. Raises OSError."""
        document = {"format": _FORMAT, "mock_zuora": __version__, **asdict(self)}
        del document["secrets"]
        # In ASCII, because probes send text that is not valid Unicode.
        write_whole(path, json.dumps(document, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Evidence":
        """Reads the evidence of an earlier run. Raises OSError, and ValueError for a file that is something else."""
        document = json.loads(path.read_text(encoding="ascii"))
        if not isinstance(document, dict) or document.get("format") != _FORMAT:
            raise ValueError("is not the evidence of 'mock-zuora verify'")
        try:
            return cls(
                host=document["host"],
                started=document["started"],
                suffixes=_suffixes(document["suffixes"]),
                rounds={name: [_findings(each) for each in found] for name, found in document["rounds"].items()},
                exchanges=[Exchange(**each) for each in document["exchanges"]],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"is not the evidence of 'mock-zuora verify': {error!s:.80}") from None


def _suffixes(found: list[str]) -> list[str]:
    """Raises ValueError for an invalid suffix: objects with it will be deleted, so it must be right."""
    if not isinstance(found, list) or not all(isinstance(each, str) and _SUFFIX.fullmatch(each) for each in found):
        raise ValueError("suffixes")
    return found


def _findings(document: dict[str, Any]) -> dict[str, Finding]:
    return {name: Finding(Verdict(each["verdict"]), each["reason"], each["choice"]) for name, each in document.items()}


def _own(document: Any) -> Any:
    """A JSON document without secrets, users, and what belongs to objects that no run of this command created."""
    if isinstance(document, list):
        return [_own(each) for each in document if not _is_foreign(each)]
    if not isinstance(document, dict):
        return document
    hidden = _USERS | _SECRET_KEYS
    return {
        key: REDACTED if key in hidden and value else _own(_probed(value) if key == "definitions" else value)
        for key, value in document.items()
        if not _is_foreign(value)
    }


def _probed(definitions: Any) -> Any:
    """Of definitions by name, those of objects that a run created."""
    if not isinstance(definitions, dict):
        return definitions
    return {name: each for name, each in definitions.items() if name.startswith(PREFIX)}


def _is_foreign(value: Any) -> bool:
    """Whether this is a job or a record of an object that other people created."""
    if not isinstance(value, dict) or "Id" not in value:
        return False
    name = value.get("object") or value.get("type")
    return isinstance(name, str) and not name.startswith(PREFIX)
