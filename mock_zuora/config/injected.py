"""Environment variables that platforms set by themselves and that look like settings: they are ignored.

Kubernetes sets them in each pod for every Service of its namespace (service links), and Docker for a linked container.
For a Service or a container whose name is ``mock-zuora``, or begins with ``mock-zuora-``, they have the prefix of
settings.

Standard library only: ``mock-zuora ready`` imports it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from mock_zuora.config.address import ENVIRONMENT_PREFIX

_NAME: Final = "MOCK_ZUORA(?:_[A-Z0-9_]+?)??"
"""A Service or a container in capital letters, with an underscore for each hyphen."""
_PORT: Final = "_PORT_[0-9]+_(?:TCP|UDP|SCTP)"
_OF_SERVICE: Final = (
    f"{_NAME}(?:(?P<address>_SERVICE_HOST|{_PORT}_ADDR)"
    f"|(?P<port>_SERVICE_PORT(?:_[A-Z0-9_]+)?|{_PORT}_PORT(?:_START|_END)?)"
    f"|(?P<protocol>{_PORT}_PROTO)"
    f"|(?P<url>_PORT|{_PORT}(?:_START|_END)?))"
)
"""The variables of a Service, by the kind of their values. A linked container has most of them, too."""
_OF_LINK: Final = f"{_NAME}_NAME"
_ENVIRONMENT_OF_LINK: Final = f"({_NAME})_ENV_.+"
_URL: Final = r"(?:tcp|udp|sctp)://(?:\[([0-9a-f:.]+)\]|([0-9.]+)):([0-9]{1,5})"
_MARKS: Final = ("_SERVICE_", "_PORT", "_NAME", "_ENV_")
"""What the names contain. Expressions are compiled for such names only, so that ``ready`` starts fast."""


def _is_address(value: str) -> bool:
    # Imported here, so that ``ready`` starts fast.
    from ipaddress import ip_address

    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _is_port(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 5


def _is_url(value: str) -> bool:
    found = re.fullmatch(_URL, value)
    return found is not None and _is_address(found[1] or found[2])


def _is_protocol(value: str) -> bool:
    return value in ("tcp", "udp", "sctp")


def _is_link(value: str) -> bool:
    return re.fullmatch(r"(?:/[^/]+){2,}", value) is not None


_CHECKS: Final[Mapping[str | None, Callable[[str], bool]]] = {
    "address": _is_address, "port": _is_port, "protocol": _is_protocol, "url": _is_url
}  # fmt: skip


def is_injected(variable: str, environment: Mapping[str, str]) -> bool:
    """Whether Kubernetes or Docker set a variable of the environment. ``MOCK_ZUORA_PORT=8080`` is a setting."""
    if not any(each in variable for each in _MARKS):
        return False
    value = environment[variable]
    if of_service := re.fullmatch(_OF_SERVICE, variable):
        return _CHECKS[of_service.lastgroup](value)
    if re.fullmatch(_OF_LINK, variable):
        return _is_link(value)
    of_link = re.fullmatch(_ENVIRONMENT_OF_LINK, variable)
    return of_link is not None and _is_link(environment.get(f"{of_link[1]}_NAME", ""))


def injected_variables(environment: Mapping[str, str]) -> list[str]:
    """The variables of an environment that Kubernetes or Docker set, in alphabetical order."""
    named = sorted(name for name in environment if name.startswith(ENVIRONMENT_PREFIX))
    return [name for name in named if is_injected(name, environment)]


def advice_on(variable: str, environment: Mapping[str, str]) -> str:
    """The end of a message about a variable that is no setting: which platform may have set it, and what to do."""
    advice = ""
    if re.fullmatch(_OF_SERVICE, variable):
        advice += "; if Kubernetes set it for a Service, set 'enableServiceLinks: false' in the pod's specification"
    if environment.get("GITLAB_CI"):
        advice += "; GitLab passes the variables of a project to its services, so give your own another prefix"
    return advice
