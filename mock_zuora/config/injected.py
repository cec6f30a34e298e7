"""Environment variables that platforms set by themselves and that look like settings: they are ignored.

Kubernetes sets them in each pod for every Service of its namespace (service links), and Docker for a linked container.
For a Service or a container whose name is ``mock-zuora``, or begins with ``mock-zuora-``, they have the prefix of
settings.

Standard library only: ``mock-zuora ready`` imports it.
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Final

from mock_zuora.config.address import ENVIRONMENT_PREFIX

_NAME: Final = r"MOCK_ZUORA(?:_[A-Z0-9_]+)?"
"""A Service or a container in capital letters, with an underscore for each hyphen."""
_PORT: Final = r"_PORT_[0-9]+_(?:TCP|UDP|SCTP)"
_URL: Final = re.compile(r"(?:tcp|udp|sctp)://(?:\[([0-9a-f:.]+)\]|([0-9.]+)):([0-9]{1,5})", re.ASCII)


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _is_port(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 5


def _is_url(value: str) -> bool:
    found = _URL.fullmatch(value)
    return found is not None and _is_address(found[1] or found[2])


def _is_protocol(value: str) -> bool:
    return value in ("tcp", "udp", "sctp")


def _is_link(value: str) -> bool:
    return re.fullmatch(r"(?:/[^/]+){2,}", value) is not None


_OF_SERVICES: Final[tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]] = tuple(
    (re.compile(_NAME + suffix), check)
    for suffix, check in (
        ("_SERVICE_HOST", _is_address),
        ("_SERVICE_PORT(?:_[A-Z0-9_]+)?", _is_port),
        ("_PORT", _is_url),
        (_PORT + "(?:_START|_END)?", _is_url),
        (_PORT + "_PROTO", _is_protocol),
        (_PORT + "_PORT(?:_START|_END)?", _is_port),
        (_PORT + "_ADDR", _is_address),
    )
)
"""The variables of a Service, and what their values are. A linked container has most of them, too."""
_OF_LINK: Final = re.compile(rf"({_NAME})_NAME")
_ENVIRONMENT_OF_LINK: Final = re.compile(rf"({_NAME}?)_ENV_.+")


def is_injected(variable: str, environment: Mapping[str, str]) -> bool:
    """Whether Kubernetes or Docker set a variable of the environment. ``MOCK_ZUORA_PORT=8080`` is a setting."""
    value = environment[variable]
    if any(name.fullmatch(variable) and check(value) for name, check in _OF_SERVICES):
        return True
    if _OF_LINK.fullmatch(variable):
        return _is_link(value)
    linked = _ENVIRONMENT_OF_LINK.fullmatch(variable)
    return linked is not None and _is_link(environment.get(f"{linked[1]}_NAME", ""))


def injected_variables(environment: Mapping[str, str]) -> list[str]:
    """The variables of an environment that Kubernetes or Docker set, in alphabetical order."""
    named = sorted(name for name in environment if name.startswith(ENVIRONMENT_PREFIX))
    return [name for name in named if is_injected(name, environment)]


def advice_on(variable: str, environment: Mapping[str, str]) -> str:
    """The end of a message about a variable that is no setting: which platform may have set it, and what to do."""
    advice = ""
    if any(name.fullmatch(variable) for name, _ in _OF_SERVICES):
        advice += "; if Kubernetes set it for a Service, set 'enableServiceLinks: false' in the pod's specification"
    if environment.get("GITLAB_CI"):
        advice += "; GitLab passes the variables of a project to its services, so give your own another prefix"
    return advice
