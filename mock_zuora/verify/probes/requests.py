"""Probes of what all requests have in common: errors, access tokens, headers and versions."""

import gzip
import json
from typing import Final

from mock_zuora.domain.ids import is_uuid
from mock_zuora.verify.connection import TOKEN_PATH, VERSION
from mock_zuora.verify.finding import Finding, choice, inconclusive, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import is_refused, permitted
from mock_zuora.verify.probes.versions import OLD
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import DEFINITIONS, JOBS, RECORDS, TEXT, UNKNOWN_ID, ProbedTenant, accepted

UNKNOWN_JOB: Final = f"{JOBS}/{UNKNOWN_ID}"
_TOKEN_FIELDS: Final = {"access_token", "token_type", "expires_in", "scope", "jti"}
_LIFETIMES: Final = range(3_500, 3_601)
"""Seconds of about an hour. The sample has 3,598."""
_MAX_UNCOMPRESSED: Final = 1_000
"""Bytes; longer responses are compressed."""


@probe("error-body", "retrieves a job that does not exist, with an old and a new Zuora-Version", requests=2)
def error_body(tenant: ProbedTenant) -> Found:
    """The form of an error."""
    new = tenant.call("GET", UNKNOWN_JOB)
    old = tenant.call("GET", UNKNOWN_JOB, headers={"Zuora-Version": OLD})
    forms = {_form(new), _form(old)}
    seen = f"with {VERSION}: {new.seen}; with {OLD}: {old.seen}"
    form = forms.pop()
    yield "error-body", choice(form if not forms else None, seen)
    yield "versions-04", row(form == "flat" and not forms, seen)
    permitted(new)
    yield "errors-01", row(bool(new.code) and new.code.endswith("40") and new.status == 404, new.seen)
    yield "errors-02", row(is_refused(new, 404, "71013040"), new.seen)


def _form(response: Response) -> str:
    if isinstance(response.object.get("reasons"), list):
        return "reasons"
    return "flat" if "code" in response.object and "message" in response.object else ""


@probe("unauthorized-body", "sends a request without an access token, and with an invalid one", requests=5)
def unauthorized_body(tenant: ProbedTenant) -> Found:
    """The body of a 401."""
    # With the usual token first, which is renewed if it has expired.
    tenant.call("GET", UNKNOWN_JOB)
    _, _, token = tenant.authorization()["Authorization"].partition(" ")
    without = tenant.call("GET", UNKNOWN_JOB, headers={"Authorization": None})
    invalid = tenant.call("GET", UNKNOWN_JOB, headers={"Authorization": "Bearer mockzuora-probe"})
    seen = f"without a token: {without.seen}; with an invalid token: {invalid.seen}"
    forms = {_unauthorized_form(each) for each in (without, invalid) if each.status == 401}
    form = forms.pop() if len(forms) == 1 else ""
    yield "unauthorized-body", choice(form, seen)
    schemes = [
        tenant.call("GET", UNKNOWN_JOB, headers={"Authorization": f"{scheme} {token}"})
        for scheme in ("bearer", "BEARER")
    ]
    statuses = f"with the schemes bearer and BEARER: {schemes[0].status} and {schemes[1].status}"
    yield (
        "requests-01",
        row(without.status == 401 and all(each.status != 401 for each in schemes), f"{seen}; {statuses}"),
    )


def _unauthorized_form(response: Response) -> str:
    if isinstance(response.object.get("reasons"), list):
        return "reasons"
    return "message" if isinstance(response.object.get("message"), str) else ""


@probe("token-error-body", "requests an access token for a client that does not exist, without grant_type", requests=1)
def token_error_body(tenant: ProbedTenant) -> Found:
    """The body of a refused token request. The client of the user is never named."""
    response = tenant.call(
        "POST",
        TOKEN_PATH,
        content=f"client_id={UNKNOWN_ID}&client_secret=mockzuora-probe",
        headers={"Authorization": None, "Content-Type": "application/x-www-form-urlencoded"},
    )
    body = response.object
    if response.status not in (400, 401):
        yield "token-error-body", other(response.seen)
    elif isinstance(body.get("error"), str):
        yield "token-error-body", choice("rfc6749", response.seen)
    elif isinstance(body.get("message"), str):
        yield "token-error-body", choice("zuora", response.seen)
    else:
        yield "token-error-body", other(response.seen)


@probe("access-token", "looks at the response with the access token of this run", requests=0)
def access_token(tenant: ProbedTenant) -> Found:
    """The fields of a token, whose secret values are not kept."""
    fields = tenant.token_fields()
    shown = ", ".join(f"{name}: {each}" for name, each in sorted(fields.items()))
    yield "tokens-01", row("access_token" in fields, f"the response had {shown}")
    is_described = set(fields) == _TOKEN_FIELDS and fields["token_type"] == "bearer"
    yield "tokens-02", row(is_described and fields["expires_in"] in _LIFETIMES, f"the response had {shown}")


@probe("idempotency-key", "creates a record twice with the same Idempotency-Key", requests=8, objects=1)
def idempotency_key(tenant: ProbedTenant) -> Found:
    """What a second request with the same key does."""
    name = tenant.object({"name__c": TEXT})
    body = {"records": [{"name__c": "one"}]}
    # The name is new, so the key is, too.
    headers = {"Idempotency-Key": name}
    first = accepted(tenant.call("POST", f"{RECORDS}/{name}", json_body=body, headers=headers))
    second = tenant.call("POST", f"{RECORDS}/{name}", json_body=body, headers=headers)
    yield "idempotency-key", _repeated(first, second)


def _repeated(first: Response, second: Response) -> Finding:
    before, after = ([each.get("Id") for each in response.object.get("records", [])] for response in (first, second))
    if not before or not before[0]:
        return inconclusive(f"expected the id of a new record; {first.seen}")
    if not (second.is_success or second.status == 409) or not after:
        return other(f"the second request with the same key: {second.seen}")
    is_same = after == before
    seen = f"the second request with the same key had {second.status} and {'the same' if is_same else 'another'} record"
    if second.status == 409:
        return choice("conflict" if is_same else None, seen)
    return choice("honoured" if is_same else "ignored", seen)


@probe(
    "request-headers",
    "reads the headers of responses, and sends compressed and invalid bodies",
    requests=13,
    objects=1,
)
def request_headers(tenant: ProbedTenant) -> Found:
    """Request ids, track ids, content types, compression and Unicode."""
    first, second = (tenant.call("GET", UNKNOWN_JOB, headers={"Zuora-Track-Id": "probe-1"}) for _ in range(2))
    ids = [each.headers.get("zuora-request-id", "") for each in (first, second)]
    is_unique = len(set(ids)) == 2 and all(map(is_uuid, ids))
    seen = "two responses had different UUIDs" if is_unique else f"two responses had {ids[0]!r} and {ids[1]!r}"
    yield "requests-02", row(is_unique, f"Zuora-Request-Id: {seen}")
    returned = first.headers.get("zuora-track-id")
    yield "requests-03", row(returned == "probe-1", f"Zuora-Track-Id: probe-1 was sent, and {returned} returned")
    bad = tenant.call("GET", UNKNOWN_JOB, headers={"Zuora-Track-Id": "probe;1"})
    yield "requests-04", row(is_refused(bad, 400, "71013020"), f"with Zuora-Track-Id: probe;1: {bad.seen}")
    found = first.headers.get("content-type", "")
    is_json = found.lower().replace(" ", "") == "application/json;charset=utf-8"
    yield "jobs-05", row(is_json, f"Content-Type: {found}")
    yield from _bodies(tenant)


def _bodies(tenant: ProbedTenant) -> Found:
    fields = {f"field_{number}__c": TEXT for number in range(8)}
    name = tenant.object(fields)
    path, sent = f"{RECORDS}/{name}", json.dumps({"records": [{"field_1__c": "compressed"}]}).encode()
    kind = {"Content-Type": "application/json"}
    accepted(tenant.call("POST", path, content=sent, headers=kind))
    packed = tenant.call("POST", path, content=gzip.compress(sent), headers={**kind, "Content-Encoding": "gzip"})
    yield "requests-09", row(packed.is_success, f"with a gzip body: {packed.status} {packed.code}".rstrip())
    half = tenant.call("POST", path, content=sent.replace(b"compressed", rb"\ud800"), headers=kind)
    is_invalid = is_refused(half, 400) and half.code.endswith("20")
    yield "requests-13", row(is_invalid, f"with half of a surrogate pair: {half.seen}")
    response = accepted(tenant.call("GET", f"{DEFINITIONS}/{name}", headers={"Accept-Encoding": "gzip"}))
    length, encoding = len(response.text.encode()), response.headers.get("content-encoding")
    shown = f"a response of {length} bytes had Content-Encoding {encoding}"
    is_long = length > _MAX_UNCOMPRESSED
    yield "requests-10", row(encoding == "gzip", shown) if is_long else inconclusive(f"{shown}; too short to tell")


@probe("versions", "retrieves a record with several values of Zuora-Version", requests=11, objects=1)
def versions(tenant: ProbedTenant) -> Found:
    """What Zuora-Version changes in a record."""
    name = tenant.object({"name__c": TEXT})
    (record,) = tenant.create(name, {"name__c": "one"})
    path = f"{RECORDS}/{name}/{record}"
    headers = {"new": VERSION, "old": OLD, "unknown": "1.0", "none": None}
    keys = {
        each: sorted(accepted(tenant.call("GET", path, headers={"Zuora-Version": version})).object)
        for each, version in headers.items()
    }
    new, old = ", ".join(keys["new"]), ", ".join(keys["old"])
    if new == old:
        why = f"records have the same fields with {OLD} and {VERSION}: {old}"
        yield from ((each, inconclusive(why)) for each in ("versions-01", "versions-02", "versions-03"))
        return
    yield "versions-01", row(True, f"a record with {OLD}: {old}; with {VERSION}: {new}")
    yield "versions-02", row(keys["unknown"] == keys["old"], f"a record with 1.0: {', '.join(keys['unknown'])}")
    shown = f"a record without Zuora-Version: {', '.join(keys['none'])}"
    own = f"{shown}; the tenant may have its own default version"
    yield "versions-03", row(True, shown) if keys["none"] == keys["old"] else inconclusive(own)
