"""The objects of a tenant, and their records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.control.errors import Invalid
from mock_zuora.control.object_results import RecordPage
from mock_zuora.control.services.objects import get_object, get_record, list_objects, page_of_records
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE

SECTION: Final = "Records"
OBJECTS: Final = PREFIX + "/records"
OBJECT: Final = OBJECTS + "/object"
RECORD: Final = OBJECTS + "/record"
# An object is named in the query, because a name such as ".." cannot be in a path.
ROWS: Final = 50
"""Records of a page."""
_OBJECTS: Final = 200
"""Objects of a page."""
_NOT_CONSTRAINTS: Final = ("type", "format", "label", "origin", "multiselect")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a definition, as the page shows it."""

    name: str
    label: str
    type: str
    constraints: tuple[str, ...]


@view(OBJECTS, SECTION)
async def objects_of_tenant(page: Page) -> View:
    """The objects with the numbers of their parts."""
    values = {"part": page.part_of(await list_objects(page.control, page.tenant), _OBJECTS)}
    return View(template="objects.html", title="Records", watch="records jobs tenants", values=values)


@view(OBJECT, SECTION)
async def records_of_object(page: Page) -> View:
    """The records of an object, or those that a query finds, with its definition."""
    name, namespace = page.query.get("object", ""), page.query.get("namespace") or DEFAULT_NAMESPACE
    definition = await get_object(page.control, page.tenant, object=name, namespace=namespace)
    query, after = page.query.get("q", ""), page.query.get("after") or None
    found, mistake = RecordPage(records=(), total=0, next=None), None
    try:
        found = await page_of_records(
            page.control, page.tenant, object=name, limit=ROWS, after=after, q=query or None, namespace=namespace
        )
    except Invalid as error:
        mistake = error
    values = {
        "object": name,
        "namespace": namespace,
        "definition": definition,
        "fields": field_rows(definition),
        "columns": columns_of(definition, found.records),
        "found": found,
        "q": query,
        "mistake": mistake,
        "marked": marked(query, mistake),
        "first": page.here(after=None) if after else None,
        "next": page.here(after=found.next) if found.next else None,
        "options": {"object": name}
        | {key: each for key, each in page.query.items() if each and key in ("q", "after", "namespace")},
    }
    return View(
        template="records.html",
        title=name,
        watch="records control",
        up=("All objects", page.url(OBJECTS)),
        values=values,
    )


@view(RECORD, SECTION)
async def record_of_object(page: Page) -> View:
    """One record."""
    name, namespace = page.query.get("object", ""), page.query.get("namespace") or DEFAULT_NAMESPACE
    record_id = page.query.get("id", "")
    record = await get_record(page.control, page.tenant, object=name, id=record_id, namespace=namespace)
    values = {"object": name, "namespace": namespace, "record": record}
    up = page.url(OBJECT, object=name, namespace=page.query.get("namespace"))
    return View(
        template="record.html", title=record_id, watch="records", up=(f"All records of {name}", up), values=values
    )


def columns_of(definition: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of the columns: those of the definition's custom fields, and of other fields that the records have."""
    custom = [name for name, each in definition["properties"].items() if each.get("origin") != "system"]
    others = [name for record in records for name in record if name not in _SYSTEM]
    return list(dict.fromkeys([*custom, *others]))


_SYSTEM: Final = ("Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate", "type", "version")


def marked(query: str, mistake: Invalid | None) -> tuple[str, str, str] | None:
    """A query with a mistake: what is before it, the character at its position, and the rest."""
    if mistake is None or mistake.position is None:
        return None
    place = mistake.position - 1
    return query[:place], query[place : place + 1] or " ", query[place + 1 :]


def field_rows(definition: Mapping[str, Any]) -> list[FieldRow]:
    """The fields of a definition with their types and constraints."""
    flags = {name: set(definition[name]) for name in ("required", "unique", "filterable", "auditable")}
    return [
        FieldRow(
            name=name,
            label=each.get("label") or "",
            type=_type_of(each),
            constraints=(
                *(flag for flag, names in flags.items() if name in names),
                *(_constraint(key, value) for key, value in each.items() if key not in _NOT_CONSTRAINTS),
                *(["system field"] if each.get("origin") == "system" else []),
            ),
        )
        for name, each in definition["properties"].items()
    ]


def _type_of(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return "multiselect" if field.get("multiselect") else "picklist"
    return str(field.get("format") or field["type"])


def _constraint(key: str, value: object) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    return f"{key} {', '.join(map(str, value))}" if isinstance(value, list) else f"{key} {value}"
