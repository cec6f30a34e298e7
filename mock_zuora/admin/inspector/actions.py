"""What the buttons and forms of the inspector do: each runs one control operation and returns to its page."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from mock_zuora.admin.inspector.page import ROOT
from mock_zuora.admin.inspector.snippets import operation_named
from mock_zuora.admin.json_values import json_value
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Denied, Invalid, Unknown
from mock_zuora.control.paths import path_parameters
from mock_zuora.control.services import run_operation
from mock_zuora.domain.errors import quote

MAX_FORM_BYTES: Final = 64 * 1024
_JSON: Final = ":json"
"""What the name of a field ends with whose value is JSON."""
_OR_NONE: Final = ":or-none"
"""What the name of a field ends with that is sent as null if it is empty. Other empty fields are omitted."""


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form that was posted. Raises Invalid for one that is too long or not UTF-8."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise Invalid(f"form: expected at most {MAX_FORM_BYTES:,} bytes")
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200))
    except ValueError:
        raise Invalid("form: expected the fields of a form, urlencoded as UTF-8") from None


async def run_action(control: Control, name: str, form: Mapping[str, str], *, is_read_only: bool) -> None:
    """Runs a control operation with the fields of a form. Raises ControlError; nothing was changed then."""
    operation = operation_named(name)
    if operation is None or operation.method == "GET":
        raise Unknown(f"action: there is no control operation {quote(name)} that changes anything")
    if is_read_only:
        raise Denied(f"inspector: the server was started with --inspector read-only, so {name} is refused")
    options = {key: text for key, text in form.items() if key not in ("tenant", "back")}
    fields = {key: text for key, text in options.items() if text.strip() or key.endswith(_OR_NONE)}
    values = {key.removesuffix(_JSON).removesuffix(_OR_NONE): _value(key, text) for key, text in fields.items()}
    for each in path_parameters(operation.path):
        if not isinstance(values.get(each), str) or "/" in values[each]:
            given = values.get(each, form.get(each))
            raise Invalid(f"{each}: {quote(given)} is not valid; expected a text without slashes")
    await run_operation(control, operation, form.get("tenant"), values)


def _value(name: str, text: str) -> Any:
    if not name.endswith(_JSON):
        return text.strip() or None
    return json_value(name.removesuffix(_JSON), text)


def page_to_return_to(form: Mapping[str, str]) -> str:
    """The page that a form was on. Anything but a page of this server becomes the first page."""
    back = form.get("back", ROOT)
    is_own = back.startswith(ROOT) and "\\" not in back and back.isprintable()
    return back if is_own else ROOT
