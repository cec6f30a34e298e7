"""A response of the tenant, as probes read it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_CODE: Final = re.compile(r'"code"\s*:\s*"?(\d{8})\b')
_PERMISSION_CODES: Final = frozenset({"71012512", "71012513", "71012514", "71012515"})
_SHOWN: Final = 160
"""Characters of a body that a finding shows."""


@dataclass(frozen=True, slots=True)
class Response:
    """One response. ``what`` is the request in a few words, such as ``PUT /objects/records/…``."""

    what: str
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    text: str
    shown: str | None = None
    """The body as it can be shown: without secrets, users and what belongs to others. None if it has none of them."""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def is_denied(self) -> bool:
        """Whether the user lacks a permission, or the access token is not accepted: it tells nothing else."""
        return self.status in (401, 403)

    @property
    def names_a_permission(self) -> bool:
        """Whether an error code says that the user lacks a permission: a 401 with one is not about the access token."""
        return any(each in _PERMISSION_CODES for each in self.codes)

    @property
    def json(self) -> Any:
        """The body, or None if it is not JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    @property
    def object(self) -> dict[str, Any]:
        """The body if it is a JSON object, otherwise an empty one."""
        found = self.json
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> str:
        """The first error code of 8 digits in the body, whatever its form; "" if there is none."""
        return next(iter(self.codes), "")

    @property
    def codes(self) -> list[str]:
        """Every error code of 8 digits in the body: the first is that of the response, others are those of details."""
        return _CODE.findall(self.text)

    @property
    def seen(self) -> str:
        """The response in a few words, for the reason of a finding: request, status, and the beginning of its body."""
        body = " ".join((self.text if self.shown is None else self.shown).split())
        return f"{self.what}: {self.status} {body[:_SHOWN]}{'…' if len(body) > _SHOWN else ''}".rstrip()
