"""Bodies and queries of recorded requests as Python values. Standard library only: clients use it, too."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

Fields = dict[str, str | list[str]]
"""Values by name; a list for a name that occurs several times."""


def query_fields(query: str) -> Fields:
    """The parameters of a query or of a urlencoded form."""
    return _fields(parse_qsl(query, keep_blank_values=True))


def json_value(text: str) -> Any:
    """The value of a JSON text. Raises ValueError that says what is wrong, without the name of the text."""
    if not text.strip():
        raise ValueError("is empty, so it is not JSON")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}") from None


def form_fields(content_type: str, content: bytes) -> Fields:
    """The fields of a urlencoded or multipart form; the content of a file is text, too. Raises ValueError."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return query_fields(content.decode("utf-8", "replace"))
    if kind == "multipart/form-data":
        return _fields(_parts(content_type, content))
    sent = f"has the content type {kind!r}" if kind else "has no content type"
    raise ValueError(f"{sent}; expected application/x-www-form-urlencoded or multipart/form-data")


def _parts(content_type: str, content: bytes) -> Iterable[tuple[str, str]]:
    # Not at the top: few tests read forms, and importing this takes longer than all else here.
    from email.parser import BytesParser
    from email.policy import HTTP

    header = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(header + content)
    if not message.is_multipart():
        raise ValueError("is not a multipart form: it does not contain the boundary of its content type")
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        yield str(name or ""), data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _fields(pairs: Iterable[tuple[str, str]]) -> Fields:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: each[0] if len(each) == 1 else each for name, each in values.items()}
