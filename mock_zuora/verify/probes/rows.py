"""Probes of the rows and cells of files."""

from collections.abc import Mapping
from typing import Any, Final

from mock_zuora.verify.finding import Inconclusive, choice, inconclusive, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.versions import by_version
from mock_zuora.verify.tenant import INTEGER, JOBS, RECORDS, TEXT, UNKNOWN_ID, ProbedTenant, Run, accepted, csv_text

INVALID: Final = "71012520"
REQUIRED: Final = "71012522"
NO_INTEGER: Final = "71012523"
NO_NUMBER: Final = "71012524"
NO_BOOLEAN: Final = "71012525"
NO_TEXT: Final = "71012526"
TAKEN: Final = "71012530"
NOT_FOUND: Final = "71012540"
_TYPES: Final[dict[str, dict[str, Any]]] = {
    "code__c": TEXT,
    "name__c": TEXT,
    "integer__c": INTEGER,
    "number__c": {"type": "number"},
    "boolean__c": {"type": "boolean"},
    "option__c": {"type": "string", "enum": ["radio", "roof"]},
    "uuid__c": {"type": "string", "format": "uuid"},
    "date__c": {"type": "string", "format": "date"},
}
_CELLS: Final = {
    "name__c": "Ada",
    "integer__c": "2",
    "number__c": "2.5",
    "boolean__c": "true",
    "option__c": "radio",
    "uuid__c": "2c92c0f8-5d4e-95e2-815d-4f0c1d7b2a3f",
    "date__c": "2026-03-15",
}
"""Valid cells."""
_WRONG: Final[dict[int, dict[str, str]]] = {
    2: {},
    3: {"name__c": ""},
    4: {"integer__c": "four"},
    5: {"number__c": "four"},
    6: {"boolean__c": "perhaps"},
    7: {"option__c": "boat"},
    8: {"uuid__c": "four"},
    9: {"date__c": "yesterday"},
    10: {},
    11: {},
    12: {},
}
"""By row: cells that are not valid."""
_REJECTED: Final = {
    3: REQUIRED, 4: NO_INTEGER, 5: NO_NUMBER, 6: NO_BOOLEAN, 7: NO_TEXT, 8: INVALID, 9: INVALID, 10: INVALID, 11: TAKEN,
}  # fmt: skip
_UUID_ROW: Final = 8
_SHORT_ROW: Final = 10
"""The row that lacks a cell."""
_DUPLICATE: Final = 11
"""The row with the unique value of row 2."""
_USERS_AND_DATES: Final = frozenset({"CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate", "type"})


@probe("blank-lines", "runs a file with a blank line above an invalid row", requests=12, jobs=1, objects=1)
def blank_lines(tenant: ProbedTenant) -> Found:
    """The row of the first error tells whether the line is skipped, and whether it counts."""
    name = tenant.object({"name__c": TEXT, "doors__c": INTEGER})
    run = tenant.run(name, csv_text(["name__c", "doors__c"], ["Ada", "2"], [], ["Bob", "four"]))
    first = min(run.rejected.items(), default=None)
    choices = {(3, INVALID): "rejected", (4, NO_INTEGER): "skipped"}
    yield "blank-lines", choice(choices.get(first) if first else None, f"row 3 is a blank line; {run.seen}")


@probe("empty-rows", "runs a file with a row whose cells are all empty", requests=14, jobs=1, objects=1)
def empty_rows(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT, "doors__c": INTEGER})
    run = tenant.run(name, csv_text(["name__c", "doors__c"], ["Ada", "2"], ["", ""]))
    written = tenant.records(name)
    seen = f"row 3 has empty cells; {run.seen}; records written: {len(written)}"
    code, is_complete = run.rejected.get(3), run.status == "completed" and not run.rejected
    found = None
    if code == INVALID:
        found = "rejected"
    elif is_complete and len(written) == 1:
        found = "skipped"
    elif (is_complete and len(written) == 2) or code == NO_TEXT:
        # The code is that of an empty cell, so the row was processed like any other.
        found = "written"
    yield "empty-rows", choice(found, seen)


@probe(
    "empty-cell", "runs a file with empty cells, one of them in a field with a default", requests=14, jobs=1, objects=1
)
def empty_cell(tenant: ProbedTenant) -> Found:
    fields = {"name__c": TEXT, "brand__c": {**TEXT, "default": "Saab"}, "note__c": TEXT}
    name = tenant.object(fields)
    run = tenant.run(name, csv_text(["name__c", "brand__c", "note__c"], ["Ada", "", ""]))
    written = [each for each in tenant.records(name) if each.get("name__c") == "Ada"]
    if not written:
        found = "rejected" if _code_of_only_row(run) == NO_TEXT else None
        yield "empty-cell", choice(found, run.seen)
        yield "rows-04", other(run.seen)
        return
    brand, note = (written[0].get(each) for each in ("brand__c", "note__c"))
    seen = f"the empty cell of a field with the default Saab was stored as {_shown(brand)}"
    choices = {None: "cleared", "Saab": "default-value"}
    yield "empty-cell", choice(choices.get(brand), seen)
    yield "rows-04", row(note is None, f"the empty cell of a field without a default was stored as {_shown(note)}")


@probe("update-missing-column", "updates a record with a file that omits a field", requests=14, jobs=1, objects=1)
def update_missing_column(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT, "note__c": TEXT})
    (record,) = tenant.create(name, {"name__c": "Ada", "note__c": "red"})
    run = tenant.run(name, csv_text(["id", "name__c"], [record, "Bob"]), "update")
    after = tenant.record(name, record)
    if after.get("name__c") != "Bob":
        yield "update-missing-column", other(f"the update did not change name__c; {run.seen}")
        return
    note = after.get("note__c")
    choices = {None: "cleared", "red": "kept"}
    seen = f"the file had no column for note__c, which then had {_shown(note)}"
    yield "update-missing-column", choice(choices.get(note), seen)


@probe("boolean-text", "runs a file with the booleans true and TRUE", requests=14, jobs=1, objects=1)
def boolean_text(tenant: ProbedTenant) -> Found:
    name = tenant.object({"sold__c": {"type": "boolean"}})
    run = tenant.run(name, csv_text(["sold__c"], ["true"], ["TRUE"]))
    written = [each.get("sold__c") for each in tenant.records(name)]
    found = None
    if written == [True, True]:
        found = "any-case"
    elif run.rejected == {3: NO_BOOLEAN}:
        found = "lower-case"
    yield "boolean-text", choice(found, f"row 2 is true, row 3 is TRUE; {run.seen}; written: {written}")


@probe("multiselect-separator", "runs a file with two options in a cell, and with other separators if that is refused",
       requests=12, jobs=1, objects=1)  # fmt: skip
def multiselect_separator(tenant: ProbedTenant) -> Found:
    """In each file, a second row with an unknown option shows that the field refuses what it does not know."""
    extras = {"type": "string", "enum": ["radio", "roof"], "multiselect": True}
    name = tenant.object({"extras__c": extras})
    forms = {"semicolon": "radio;roof", "comma": "radio,roof", "json": '["radio","roof"]'}
    seen = ""
    for separator, cell in forms.items():
        run = tenant.run(name, csv_text(["extras__c"], [cell], ["boat"]))
        seen = f"row 2 is {cell}, row 3 an unknown option; {run.seen}"
        if set(run.rejected) == {3}:
            yield "multiselect-separator", choice(separator, seen)
            return
        if 2 not in run.rejected:
            break
    yield "multiselect-separator", other(seen)


@probe("unique-scope", "runs a file whose only row has the unique value of a record", requests=15, jobs=1, objects=1)
def unique_scope(tenant: ProbedTenant) -> Found:
    name = tenant.object({"code__c": TEXT}, unique=["code__c"], filterable=["code__c"])
    tenant.create(name, {"code__c": "A"})
    run = tenant.run(name, csv_text(["code__c"], ["A"]))
    written = len([each for each in tenant.records(name) if each.get("code__c") == "A"])
    found = None
    if written == 2:
        found = "file"
    elif written == 1 and _code_of_only_row(run) == TAKEN:
        found = "stored"
    yield "unique-scope", choice(found, f"a record had the value of row 2; {run.seen}; records with it: {written}")


@probe(
    "row-error-record", "reads the error of a rejected row in an old and a new version", requests=11, jobs=1, objects=1
)
def row_error_record(tenant: ProbedTenant) -> Found:
    name = tenant.object({"doors__c": INTEGER})
    job = tenant.pending_job(name)
    accepted(tenant.upload(job, csv_text(["doors__c"], ["four"])))
    tenant.wait_for(job)

    def form(version: str) -> str:
        response = accepted(tenant.call("GET", f"{JOBS}/{job}/errors", headers={"Zuora-Version": version}))
        (error,) = response.object["errors"]
        return _record_form(error["record"])

    yield "row-error-record", by_version(form, "as-sent", "all-fields", ("as-sent", "with-id", "all-fields"))
    rows = [each.get("row") for each in tenant.errors(job)]
    yield "rows-01", row(rows == [2], f"the error of the row below the header has the row {rows}")


def _record_form(record: Mapping[str, Any]) -> str:
    if record.get("doors__c") != "four":
        return f"keys {', '.join(record)}"
    if not record.get("Id"):
        return "as-sent" if set(record) == {"doors__c"} else f"keys {', '.join(record)}"
    others = set(record) - {"doors__c", "Id"}
    names = {frozenset(): "with-id", _USERS_AND_DATES: "all-fields"}
    return names.get(frozenset(others), f"keys {', '.join(record)}")


@probe("uuid-format", "stores an id of 32 digits in a field with the format uuid", requests=8, objects=1)
def uuid_format(tenant: ProbedTenant) -> Found:
    name = tenant.object({"account__c": {"type": "string", "format": "uuid"}})
    short, full = "2c92c0f85d4e95e2015d4f0c1d7b2a3f", "2c92c0f8-5d4e-95e2-015d-4f0c1d7b2a3f"
    response = tenant.call("POST", f"{RECORDS}/{name}", json_body={"records": [{"account__c": short}]})
    tenant.create(name, {"account__c": full})
    if response.is_success:
        yield "uuid-format", choice("36-or-32", f"an id of 32 digits was accepted: {response.status}")
    else:
        yield "uuid-format", choice("36" if INVALID in response.codes else None, response.seen)


@probe("rejected-cells", "runs a file in which each row has another mistake", requests=14, jobs=1, objects=1)
def rejected_cells(tenant: ProbedTenant) -> Found:
    name = tenant.object(_TYPES, required=["name__c"], unique=["code__c"], filterable=["code__c"])
    rows = [
        [str(number), *(wrong.get(each, cell) for each, cell in _CELLS.items())] for number, wrong in _WRONG.items()
    ]
    rows[_SHORT_ROW - 2].pop()
    rows[_DUPLICATE - 2][0] = "2"
    run = tenant.run(name, csv_text(["code__c", *_CELLS], *rows))
    expected = {number: code for number, code in _REJECTED.items() if number != _DUPLICATE}
    found = {number: code for number, code in run.rejected.items() if number != _DUPLICATE}
    if found != expected and found.items() <= expected.items() and run.status == "failed":
        raise Inconclusive(f"not every rejected row is listed; {run.seen}")
    yield "rows-10", row(found == expected, f"rejected rows: {_listed(found)}")
    message = next((str(each.get("message")) for each in run.errors if each["row"] == _UUID_ROW), "")
    yield "rows-12", row("is not a valid UUID" in message, f"the message for an invalid UUID is: {message}")
    written = sorted(str(each.get("code__c")) for each in tenant.records(name, name__c="x"))
    seen = f"rows 2 and {_DUPLICATE} have the same unique value; {_listed(run.rejected)}; written: {', '.join(written)}"
    if run.status == "failed":
        yield "rows-07", inconclusive(f"the other rejected rows may be the reason why the job failed; {seen}")
    else:
        yield "rows-07", row(run.rejected.get(_DUPLICATE) == TAKEN and written == ["12", "2"], seen)


@probe("update-unknown-id", "updates a record that does not exist with a file", requests=9, jobs=1, objects=1)
def update_unknown_id(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT})
    run = tenant.run(name, csv_text(["id", "name__c"], [UNKNOWN_ID, "Ada"]), "update")
    yield "rows-11", row(_code_of_only_row(run) == NOT_FOUND, run.seen)


def _listed(rejected: Mapping[int, str]) -> str:
    return ", ".join(f"row {number} {code}" for number, code in sorted(rejected.items()))


def _code_of_only_row(run: Run) -> str:
    """The code with which the only row of a file was rejected, or the job failed because of it."""
    return run.rejected.get(2, run.code)


def _shown(value: object) -> str:
    return "no value" if value is None else repr(value)
