"""A recorded request as code that sends it again: for a shell, and for a test."""

import re
import shlex
from base64 import b64encode
from typing import Final
from urllib.parse import quote

from mock_zuora.control.journal import MAX_RECORDED_HEADER
from mock_zuora.control.recorded_requests import RecordedRequest
from mock_zuora.domain.access.secrets import REDACTED

_OF_THE_CLIENT: Final = (
    "accept-encoding", "authorization", "connection", "content-encoding", "content-length", "expect", "host",
    "transfer-encoding", "user-agent",
)  # fmt: skip
"""Headers that curl and httpx send themselves, and those of the recorded form of the body, which has no gzip."""
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_IN_PATH: Final = "/-._~!$&'()*+,;=:@"
_IN_QUERY: Final = _IN_PATH + "?%[]{}"
_DOTS: Final = re.compile(r"(?<=/)\.{1,2}(?=/|\Z)")
"""Segments of a path that clients would resolve."""


def notes_on(request: RecordedRequest) -> list[str]:
    """What the code cannot repeat, one sentence each."""
    notes = []
    if request.is_body_cut:
        recorded = len(request.content)
        notes.append(f"The body was cut: {recorded:,} bytes of it were recorded, and {request.body_bytes:,} were read.")
    if max(len(request.path), len(request.query)) >= MAX_RECORDED_HEADER:
        notes.append(f"The path or the query was cut after {MAX_RECORDED_HEADER:,} characters.")
    if any(REDACTED in text for text in (request.path, request.query, request.body, *_headers(request).values())):
        notes.append(f"What was secret is shown as {REDACTED!r}; put it in again.")
    if "content-encoding" in request.headers:
        notes.append("The body is shown, and sent, without its Content-Encoding.")
    return notes


def curl_of_request(request: RecordedRequest, base_url: str) -> str:
    """The request as a curl command, quoted for the shell, with the access token as ``$TOKEN``."""
    # -g: brackets in a query are no patterns. --path-as-is: a path that is not normalised stays as it is.
    command = [
        "curl",
        "-g",
        "--path-as-is",
        "-X",
        shlex.quote(request.method),
        shlex.quote(base_url + _target(request)),
    ]
    if _has_token(request):
        command += ["-H", '"Authorization: Bearer $TOKEN"']
    for name, value in _headers(request).items():
        command += ["-H", shlex.quote(f"{name}: {value}" if value else f"{name};")]
    lines = [f"# {each}" for each in notes_on(request)]
    if request.body_base64 or "\0" in request.body:
        # No argument of a command can have every byte.
        sent = f"echo {b64encode(request.content).decode()} | base64 -d"
        return "\n".join([*lines, f"{sent} | {_command([*command, '--data-binary', '@-'], request)}"])
    if request.body:
        command += ["--data-raw", shlex.quote(request.body)]
    return "\n".join([*lines, _command(command, request)])


def _command(command: list[str], request: RecordedRequest) -> str:
    if request.body and "content-type" not in request.headers:
        # curl would send that of a form.
        command += ["-H", "Content-Type:"]
    return " ".join(command)


def python_of_request(request: RecordedRequest) -> str:
    """The request with httpx in a test, and the check that it was made."""
    lines = [f"# {each}" for each in notes_on(request)]
    lines += ["response = httpx.request(", f"    {request.method!r},", f"    zuora.url + {_target(request)!r},"]
    headers = [f"{name!r}: {value!r}" for name, value in _headers(request).items()]
    if _has_token(request):
        sent = f"{{{', '.join(['**zuora.headers()', *headers])}}}" if headers else "zuora.headers()"
        lines.append(f"    headers={sent},")
    elif headers:
        lines.append(f"    headers={{{', '.join(headers)}}},")
    if request.content:
        lines.append(f"    content={request.content if request.body_base64 else request.body!r},")
    status = "" if request.status is None else f", status={request.status}"
    # A path with a question mark is no pattern.
    path = f", {request.path!r}" if request.path.startswith("/") and "?" not in request.path else ""
    return "\n".join([*lines, ")", f"zuora.requests.assert_made({request.method!r}{path}{status})"])


def _target(request: RecordedRequest) -> str:
    query = f"?{quote(request.query, safe=_IN_QUERY)}" if request.query else ""
    path = quote(request.path, safe=_IN_PATH)
    return _DOTS.sub(lambda found: found[0].replace(".", "%2E"), path) + query


def _has_token(request: RecordedRequest) -> bool:
    return request.headers.get("authorization", "").lower().startswith("bearer ")


def _headers(request: RecordedRequest) -> dict[str, str]:
    """The headers to send again, except the access token."""
    return {
        name: value
        for name, value in request.headers.items()
        if name not in _OF_THE_CLIENT and (name, value) != ("accept", "*/*") and _HEADER_NAME.fullmatch(name)
    }
