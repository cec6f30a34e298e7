"""Control operations as code to paste into a test or a shell."""

import json
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from mock_zuora.admin.inspector.page import Page
from mock_zuora.config.settings import ControlMode
from mock_zuora.control.operations import ControlOperation
from mock_zuora.control.paths import CONTROL_PREFIX, path_parameters
from mock_zuora.control.services import OPERATIONS

_BY_NAME: Final = {each.name: each for each in OPERATIONS.values()}
Values = Mapping[str, Any]
_METHODS: Final[Mapping[str, Callable[[Values], str]]] = {
    "clock": lambda values: "clock.now()",
    "clock.change": lambda values: _clock_change(values),
    "jobs.reject_rows": lambda values: f"jobs.reject_rows({_rows(values['rows'])})",
    "reset": lambda values: f"reset({', '.join(map(repr, values.get('scope', '').split(',')) if values else ())})",
    "tenants.add": lambda values: f"tenant({', '.join(map(repr, values.values()))})",
    "tenants.all": lambda values: "tenants()",
    "tenants.drop": lambda values: f"tenant({values['name']!r}).drop()",
}
"""Calls of methods of ``MockZuora`` that differ from their operation."""


def operation_named(name: str) -> ControlOperation | None:
    """The control operation of that name."""
    return _BY_NAME.get(name)


def curl_of(page: Page, name: str, values: Mapping[str, Any]) -> str:
    """The operation as a curl command."""
    operation = _BY_NAME[name]
    path, options = operation.path, dict(values)
    for parameter in path_parameters(path):
        path = path.replace("{" + parameter + "}", quote(str(options.pop(parameter)), safe=""))
    has_body = operation.method not in ("GET", "DELETE")
    query = {} if page.query.get("tenant") is None else {"tenant": page.tenant}
    query |= {} if has_body else options
    url = page.base_url + CONTROL_PREFIX + path + (f"?{urlencode(query)}" if query else "")
    command = ["curl"] if operation.method == "GET" else ["curl", "-X", operation.method]
    command = [*command, shlex.quote(url)]
    if page.control.settings.control is ControlMode.TOKEN:
        command += ["-H", '"Authorization: Bearer $CONTROL_TOKEN"']
    if has_body and options:
        document = json.dumps(options, ensure_ascii=False)
        command += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(document)]
    return " ".join(command)


def python_of(name: str, values: Mapping[str, Any]) -> str:
    """The operation as a call of a method of ``zuora``, the handle of a test."""
    if name in _METHODS:
        return f"zuora.{_METHODS[name](values)}"
    in_path = path_parameters(_BY_NAME[name].path)
    arguments = [repr(values[each]) for each in in_path if each in values]
    for option, value in values.items():
        if option not in in_path:
            arguments.append(f"{option}={value!r}" if option.isidentifier() else f"**{{{option!r}: {value!r}}}")
    return f"zuora.{name}({', '.join(arguments)})"


def _rows(rows: Mapping[str, Any]) -> str:
    """Errors by row number, as ``jobs.reject_rows`` documents them: JSON has no numbers as names, and no tuples."""
    return repr({int(row): tuple(error) for row, error in rows.items()})


def _clock_change(values: Values) -> str:
    if "speed" in values:
        return f"clock.run_at({values['speed']!r})"
    return f"clock.{'freeze' if values['frozen'] else 'resume'}()"
