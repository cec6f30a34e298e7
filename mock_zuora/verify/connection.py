"""Requests to the tenant: with an access token, within its rate limits, and repeated where that is safe."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any, Final

import httpx2

from mock_zuora.domain.access.secrets import REDACTED
from mock_zuora.domain.machine_clock import real_time_ns
from mock_zuora.verify.evidence import PREFIX, Evidence, Exchange, now_text
from mock_zuora.verify.finding import CannotRun, Inconclusive, NotTheApi, Unclear
from mock_zuora.verify.response import Response
from mock_zuora.verify.timer import FIRST_PAUSE, LONGEST_PAUSE, Timer

TOKEN_PATH: Final = "/oauth/token"
VERSION: Final = "2025-08-12"
"""The ``Zuora-Version`` of every request that does not ask for another one."""
JOB_LIMIT: Final = "71013030"
"""The code of a refused submit while there are too many unfinished jobs."""
REQUEST_SECONDS: Final = 60.0
"""How long a request may wait for each part of its response, and how long a response may take from its beginning."""
_MAX_RESPONSE: Final = 50_000_000
"""Bytes of a body. The lists of the API are much shorter."""
PATIENCE: Final = 120.0
"""How many seconds to keep repeating requests to a server that is not available."""
_GREETING: Final = 5.0
"""How many seconds to wait for the first response of the server."""
_LONGEST_WAIT: Final = 300.0
"""The longest wait, in seconds, for a rate limit to reset."""
_SPARE_REQUESTS: Final = 20
"""The last requests of a rate limit, which are left to others."""
_RENEWED_BEFORE: Final = 60.0
"""A token is renewed this many seconds before it expires, or after half of its life if that is later."""
_SHOWN_OF_TOKENS: Final = ("token_type", "expires_in")
_SAFE: Final = frozenset({"GET", "HEAD", "DELETE"})
"""The methods whose requests can be repeated when it is unknown whether they took effect."""
_BUSY: Final = frozenset({429, 503})
"""The statuses with which a server refuses a request before it takes effect."""
_KEPT_HEADERS: Final = frozenset(
    {"content-type", "retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "etag", "allow",
     "zuora-request-id", "zuora-version", "zuora-track-id", "idempotency-key", "if-match", "content-encoding",
     "accept-encoding", "www-authenticate", "mock-zuora-reason"}
)  # fmt: skip
_ID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_OBJECT: Final = re.compile(PREFIX + r"\w+")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The OAuth client of the user on whose behalf the probes run."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class _Request:
    """A request as it is sent."""

    method: str
    path: str
    body: str | bytes | None
    params: Mapping[str, str] | None
    headers: Mapping[str, str]

    @property
    def what(self) -> str:
        """The request in a few words, without ids and names of objects."""
        return f"{self.method} {_OBJECT.sub('{object}', _ID.sub('{id}', self.path))}"


class Connection:
    """Sends requests and keeps the evidence. ``probe`` is the probe that they belong to."""

    def __init__(self, client: httpx2.Client, credentials: Credentials, timer: Timer, evidence: Evidence) -> None:
        self._client, self._credentials, self._timer, self._evidence = client, credentials, timer, evidence
        self.probe = ""
        self.sent = 0
        """Requests so far, those for access tokens excluded."""
        self._lock = Lock()
        self._token: str | None = None
        self._token_fields: Mapping[str, Any] = {}
        self._expires = 0.0
        self._absent_since: float | None = None
        """Since when every request has failed."""
        self.is_sparing = True
        """Whether the last requests of a rate limit are left to others. What was created is deleted in any case."""
        self._spared_until, self._spared = 0.0, ""
        """When the rate limit resets, and the reason for waiting until then."""
        self._is_known = False
        """Whether the server has ever responded."""
        evidence.secrets.add([credentials.client_id, credentials.client_secret])

    def call(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        content: str | bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Response:
        """Sends a request, repeats it while the server is unavailable, and returns the response.

        A header whose value is None is not sent. Raises Inconclusive if the server stays unavailable, Unclear if it is
        unknown whether the request took effect, and CannotRun if the credentials are refused.
        """
        self._spare_limits()
        body = json.dumps(json_body) if json_body is not None else content
        own = {"Content-Type": "application/json"} if json_body is not None else {}
        wanted = {"Zuora-Version": VERSION, **own, **(headers or {})}
        self.sent += 1
        is_renewed = False
        while True:
            is_own_token = "Authorization" not in wanted
            token = {"Authorization": f"Bearer {self._usable_token()}"} if is_own_token else {}
            sent = {name: value for name, value in {**token, **wanted}.items() if value is not None}
            response = self._until_available(_Request(method, path, body, params, sent))
            is_refused = response.status == 401 and not response.names_a_permission
            if not (is_refused and is_own_token) or is_renewed:
                break
            # It has expired early, or was revoked.
            self._token, is_renewed = None, True
        if is_refused and is_own_token:
            raise CannotRun(f"the tenant refuses the access token that it has issued: {response.seen}")
        self._read_limits(response)
        _check_form(method, response)
        return response

    def once(
        self,
        method: str,
        path: str,
        *,
        content: str | bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str],
    ) -> Response:
        """Sends a request exactly as given, once, in any thread. Raises Inconclusive if there is no response."""
        with self._lock:
            self.sent += 1
        request = _Request(method, path, content, params, headers)
        try:
            return self._send(request)
        except httpx2.RequestError as error:
            raise Inconclusive(f"{request.what}: {_reason(error)}") from None

    def token_fields(self) -> Mapping[str, Any]:
        """The fields of the response with the access token, with the values that are not secret."""
        self._usable_token()
        return self._token_fields

    def authorization(self) -> dict[str, str]:
        """The header with the access token, for ``once``."""
        return {"Authorization": f"Bearer {self._usable_token()}"}

    def _until_available(self, request: _Request) -> Response:
        pause = FIRST_PAUSE
        while True:
            try:
                response = self._send(request)
            except httpx2.RequestError as error:
                why = f"{request.what}: {_reason(error)}"
                is_unclear = not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
                wait = pause
            else:
                if response.status < 500 and (response.status != 429 or response.code == JOB_LIMIT):
                    self._absent_since = None
                    return response
                why, is_unclear = response.seen, response.status not in _BUSY
                wait = max(pause, _seconds(response.headers.get("retry-after")))
            if is_unclear and request.method not in _SAFE:
                raise Unclear(why)
            self._wait(wait, why)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _wait(self, seconds: float, why: str) -> None:
        """Pauses before a request is repeated. Raises Inconclusive if there is no point in waiting any longer."""
        now = self._timer.now()
        if self._absent_since is None:
            self._absent_since = now
        if not self._is_known and now - self._absent_since >= _GREETING:
            advice = "; --ca-file names the CA certificate to trust" if "CERTIFICATE_VERIFY_FAILED" in why else ""
            raise CannotRun(f"the server does not respond: {why}{advice}")
        if now - self._absent_since >= PATIENCE or seconds > _LONGEST_WAIT:
            raise Inconclusive(f"the tenant was not available; {why}")
        self._timer.pause(seconds)

    def _send(self, request: _Request) -> Response:
        """One request. Raises httpx2.RequestError."""
        start, at = self._timer.now(), now_text()
        response: Response | None = None
        try:
            response = self._received(request)
            self._is_known = True
        finally:
            self._evidence.exchanges.append(
                Exchange(
                    at=at,
                    probe=self.probe,
                    method=request.method,
                    path=request.path + (f"?{httpx2.QueryParams(request.params)}" if request.params else ""),
                    request_headers=_kept(request.headers),
                    request_body=self._evidence.clean(_shown(request.body)),
                    status=response.status if response else None,
                    response_headers=self._evidence.clean_headers(_kept(response.headers)) if response else {},
                    response_body=(response.shown or "") if response else "",
                    milliseconds=round((self._timer.now() - start) * 1_000),
                )
            )
        return response

    def _received(self, request: _Request) -> Response:
        """The response. Raises httpx2.RequestError, also for one that is too long or comes too slowly."""
        parts: list[bytes] = []
        options: dict[str, Any] = {"content": request.body, "params": request.params, "headers": dict(request.headers)}
        with self._client.stream(request.method, request.path, **options) as received:
            end = self._timer.now() + REQUEST_SECONDS
            for part in received.iter_bytes():
                parts.append(part)
                if self._timer.now() > end or sum(map(len, parts)) > _MAX_RESPONSE:
                    raise httpx2.ReadTimeout("the response is too long, or comes too slowly", request=received.request)
        text = b"".join(parts).decode(received.encoding or "utf-8", "replace")
        shown = self._evidence.clean(text)
        return Response(request.what, received.status_code, dict(received.headers), text, shown)

    def _usable_token(self) -> str:
        if self._token is None or self._timer.now() >= self._expires:
            self._token = self._new_token()
        return self._token

    def _new_token(self) -> str:
        form = {
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
            "grant_type": "client_credentials",
        }
        content = str(httpx2.QueryParams(form))
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        request = _Request("POST", TOKEN_PATH, content, None, headers)
        while True:
            try:
                response = self._until_available(request)
                break
            except Unclear as why:
                # A second token does no harm.
                self._wait(FIRST_PAUSE, str(why))
        token = response.object.get("access_token")
        if not response.is_success or not isinstance(token, str):
            raise CannotRun(f"no access token for this client: {response.seen}")
        self._keep_secret(response.object)
        self._token_fields = {
            name: each if name in _SHOWN_OF_TOKENS else REDACTED for name, each in response.object.items()
        }
        seconds = response.object.get("expires_in")
        lifetime = float(seconds) if isinstance(seconds, int | float) else 3_600.0
        self._expires = self._timer.now() + max(lifetime / 2, lifetime - _RENEWED_BEFORE)
        return token

    def _keep_secret(self, document: Mapping[str, Any]) -> None:
        """Makes the token and its id known as secrets, and what names the tenant in its scope."""
        texts = [document.get(name) for name in ("access_token", "jti")]
        parts = str(document.get("scope", "")).split()
        named = [part.partition(".")[2] for part in parts if part.startswith(("tenant.", "entity."))]
        self._evidence.secrets.add([each for each in [*texts, *named] if isinstance(each, str)])
        # The exchange was kept before its secrets were known.
        last = self._evidence.exchanges[-1]
        self._evidence.exchanges[-1] = replace(last, response_body=REDACTED)

    def _read_limits(self, response: Response) -> None:
        """Notices when few requests of a rate limit remain."""
        remaining, reset = (response.headers.get(f"ratelimit-{name}", "") for name in ("remaining", "reset"))
        limit = response.headers.get("ratelimit-limit", "").partition(",")[0].strip()
        if not all(each.isascii() and each.isdigit() for each in (remaining, reset, limit)):
            return
        if int(remaining) < min(_SPARE_REQUESTS, int(limit) // 10):
            self._spared_until = self._timer.now() + max(1, int(reset))
            self._spared = f"only {remaining} requests of a rate limit remain for the next {reset} seconds"

    def _spare_limits(self) -> None:
        """Leaves some requests of the rate limits to others: waits for the next window when few remain.

        This is done before a request, so that the response of one that took effect is never lost.
        """
        seconds = self._spared_until - self._timer.now()
        if not self.is_sparing or seconds <= 0:
            return
        if seconds > _LONGEST_WAIT:
            raise Inconclusive(self._spared)
        self._timer.pause(seconds)


def _check_form(method: str, response: Response) -> None:
    """Raises NotTheApi or Unclear for a response that no operation of the API returns: a redirect, or a web page."""
    if 300 <= response.status < 400:
        raise NotTheApi(f"{response.seen} with Location: {response.headers.get('location', 'missing')}")
    if response.is_success and response.text.strip() and response.json is None:
        why = f"expected JSON; {response.seen}"
        raise NotTheApi(why) if method in _SAFE else Unclear(why)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that the evidence keeps."""
    return {name: value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}


def _shown(body: str | bytes | None) -> str:
    if isinstance(body, bytes):
        return body[:10_000].decode("utf-8", "replace")
    return (body or "")[:10_000]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _seconds(text: str | None) -> float:
    """The seconds of a ``Retry-After``, which may be a date; 0 for another text."""
    if text is None:
        return 0.0
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - real_time_ns() / 1_000_000_000)
    except ValueError:
        return 0.0
