"""Probes of definitions: the types of fields, what is refused, and what records must conform to."""

import re
from collections.abc import Iterator
from typing import Any, Final

from mock_zuora.verify.finding import Finding, Inconclusive, inconclusive, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import refused, together
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import DEFINITIONS, INTEGER, RECORDS, SETTLE_SECONDS, TEXT, ProbedTenant, accepted

Fields = dict[str, dict[str, Any]]
INVALID: Final = "71000020"
RULE: Final = "71000030"
NOT_FILTERABLE: Final = "71000530"
_TYPES: Final[Fields] = {
    "text__c": {"type": "string"},
    "url__c": {"type": "string", "format": "url"},
    "option__c": {"type": "string", "enum": ["radio", "roof"]},
    "options__c": {"type": "string", "enum": ["radio", "roof"], "multiselect": True},
    "integer__c": INTEGER,
    "number__c": {"type": "number"},
    "boolean__c": {"type": "boolean"},
    "date__c": {"type": "string", "format": "date"},
    "time__c": {"type": "string", "format": "date-time"},
    "uuid__c": {"type": "string", "format": "uuid"},
}
_MAX_INTEGER: Final = 2**63 - 1
_15_DIGITS: Final = "123456.123456789"
_22_DIGITS: Final = "1234567890123.123456789"
"""More digits than double precision has."""
_NUMBER: Final = re.compile(r'"number__c"\s*:\s*([^,}\s]+)')
_OPTIONS: Final = {"type": "string", "enum": ["radio", "roof"]}


@probe("field-types", "defines a field of each type, and writes the largest values", requests=17, objects=2)
def field_types(tenant: ProbedTenant) -> Found:
    name, response = tenant.define(_TYPES)
    shown = tenant.call("GET", f"{DEFINITIONS}/{name}") if response.is_success else response
    if not shown.is_success:
        yield "definitions-01", inconclusive(shown.seen) if shown.is_denied else row(False, shown.seen)
        return
    properties = shown.object["schema"]["properties"]
    wrong = [each for each, schema in _TYPES.items() if not schema.items() <= properties.get(each, {}).items()]
    yield "definitions-01", row(not wrong, f"fields that were defined in another way: {', '.join(wrong) or 'none'}")

    def write(field: str, value: str) -> Response:
        body = f'{{"records": [{{"{field}": {value}}}]}}'
        headers = {"Content-Type": "application/json"}
        return tenant.call("POST", f"{RECORDS}/{name}", content=body, headers=headers)

    yield "definitions-03", together(_limits_of_numbers(write))
    stored = {each: _number_in(accepted(write("number__c", each))) for each in (_15_DIGITS, _22_DIGITS)}
    is_double = stored == {_15_DIGITS: _15_DIGITS, _22_DIGITS: repr(float(_22_DIGITS))}
    seen = ", ".join(f"{sent} was returned as {returned}" for sent, returned in stored.items())
    yield "definitions-04", row(is_double, seen)
    long_text = [write("text__c", f'"{"x" * length}"') for length in (512, 513)]
    too_long = tenant.define({"text__c": {"type": "string", "maxLength": 8_193}})[1]
    longest = tenant.define({"text__c": {"type": "string", "maxLength": 8_192}})[1]
    checks = [_accepted(long_text[0], "a text of 512 characters"), refused(long_text[1], "71012526")]
    yield "definitions-02", together([*checks, _accepted(longest, "the maxLength 8192"), refused(too_long, INVALID)])


def _number_in(response: Response) -> str:
    """The number in a response as it is written there."""
    found = _NUMBER.search(response.text)
    return found[1] if found else "nothing"


def _limits_of_numbers(write: Any) -> Iterator[Finding]:
    yield _accepted(write("integer__c", str(_MAX_INTEGER)), f"the integer {_MAX_INTEGER}")
    yield refused(write("integer__c", str(_MAX_INTEGER + 1)), "71012523")
    yield _accepted(write("number__c", "9999999999999.5"), "the number 9999999999999.5")
    yield refused(write("number__c", "12345678901234.5"), "71012524")


def _accepted(response: Response, what: str) -> Finding:
    return row(True, f"{what} was accepted") if response.is_success else row(False, f"{what}: {response.seen}")


@probe("refused-definitions", "posts one valid definition and ten invalid ones", requests=13, objects=1)
def refused_definitions(tenant: ProbedTenant) -> Found:
    # Only because this one is accepted, the mistakes of the others are the reason for their refusal.
    tenant.object({"it__c": INTEGER})
    six: Fields = {f"field{each}__c": INTEGER for each in range(6)}
    fifty: Fields = {f"field{each}__c": INTEGER for each in range(50)}
    named: Fields = {f"field{each}__c": {**TEXT, "displayName": True} for each in range(2)}
    url, options = {"type": "string", "format": "url", "maxLength": 100}, {**_OPTIONS, "multiselect": True}

    def define(fields: Fields, *codes: str, **keys: Any) -> Finding:
        return refused(tenant.define(fields, **keys)[1], *codes)

    yield "definitions-07", together(define({each: INTEGER}, INVALID) for each in ("name", "x" * 62 + "__c"))
    yield "definitions-30", define({"größe__c": INTEGER}, INVALID)
    too_many = [define(fifty, RULE), define(six, RULE, unique=[*six], filterable=[*six]), define(named, RULE)]
    yield "definitions-12", together(too_many)
    not_filterable = [define({"it__c": each}, NOT_FILTERABLE, filterable=["it__c"]) for each in (url, options)]
    long_option: Fields = {"it__c": {"type": "string", "enum": ["x" * 256]}}
    yield "definitions-27", together([*not_filterable, define(long_option, RULE)])
    name = f"{tenant.unused_name()} x"
    tenant.objects.append(name)
    response = tenant.define({}, name=name)[1]
    if not response.is_success:
        tenant.objects.remove(name)
    yield "definitions-08", refused(response, "71000220")


@probe("constraints", "writes records that violate the definition of their object", requests=12, objects=1)
def constraints(tenant: ProbedTenant) -> Found:
    name = tenant.object(
        {
            "code__c": TEXT,
            "brand__c": {**TEXT, "default": "Saab"},
            "doors__c": {"type": "integer", "minimum": 1, "exclusiveMaximum": 6},
        },
        required=["code__c"],
        unique=["code__c"],
        filterable=["code__c"],
    )
    (record,) = tenant.create(name, {"code__c": "A", "doors__c": 5})
    brand = tenant.record(name, record).get("brand__c")

    def write(*codes: str, **values: Any) -> Finding:
        return refused(tenant.call("POST", f"{RECORDS}/{name}", json_body={"records": [values]}), *codes)

    yield (
        "definitions-06",
        together(
            [
                row(brand == "Saab", f"the field with the default Saab had the value {brand!r}"),
                write("71012522", doors__c=2),
                write("71012530", code__c="A"),
                write(code__c="B", doors__c=0),
                write(code__c="C", doors__c=6),
            ]
        ),
    )


@probe("text-format", "defines a text with the format email, and writes a value that is none", requests=6, objects=1)
def text_format(tenant: ProbedTenant) -> Found:
    name, defined = tenant.define({"email__c": {"type": "string", "format": "email"}})
    if defined.is_denied:
        raise Inconclusive(defined.seen)
    if not defined.is_success:
        yield "definitions-23", row(False, defined.seen)
        return
    written = tenant.call("POST", f"{RECORDS}/{name}", json_body={"records": [{"email__c": "no address"}]})
    yield "definitions-23", _accepted(written, "the text 'no address' in a field with the format email")


@probe("several-definitions", "posts two definitions at once, first one of them invalid", requests=9, objects=2)
def several_definitions(tenant: ProbedTenant) -> Found:
    first, second = names = tenant.unused_name(), tenant.unused_name()

    def post(**schema: Any) -> Response:
        definitions = {
            each: {"object": each, "label": "mock_zuora probe", "properties": {"name__c": {"label": "Name", **field}}}
            for each, field in {first: TEXT, second: schema}.items()
        }
        return tenant.post_definitions(definitions)

    tenant.objects += names
    wrong = post(type="four")
    if wrong.is_denied:
        tenant.objects.clear()
        raise Inconclusive(wrong.seen)
    absent = tenant.call("GET", f"{DEFINITIONS}/{first}")
    right = post(type="string")
    created = right.object.get("definitions")
    has_ids = isinstance(created, dict) and all(created.get(each, {}).get("Id") for each in (first, second))
    seen = f"one of two is invalid: {wrong.status} {wrong.code}, then GET of the other {absent.status}; "
    seen += f"both are valid: {right.status}"
    yield "definitions-10", row(wrong.status == 400 and absent.status == 404 and has_ids, seen)
    if not right.is_success:
        return
    shown = accepted(tenant.call("GET", f"{DEFINITIONS}/{first}")).object
    deleted = tenant.call("DELETE", f"{DEFINITIONS}/{first}")
    if not tenant.timer.poll(
        lambda: tenant.call("GET", f"{DEFINITIONS}/{first}").status == 404 or None, SETTLE_SECONDS
    ):
        raise Inconclusive(f"the object is still there; {deleted.seen}")
    again = tenant.post_definitions({first: shown})
    yield (
        "definitions-11",
        _accepted(again, "a definition as a response shows it, posted after its object was deleted,"),
    )
