"""The pages of objects and records."""

import asyncio

import pytest

from mock_zuora.admin.inspector.views.records import field_rows
from mock_zuora.control.services.records import add_records

from ..conftest import HOSTILE, query_of

pytestmark = pytest.mark.anyio

RECORDS = "/__mock/inspector/records"
OBJECT = RECORDS + "/object"
RECORD = RECORDS + "/record"
BOAT = {
    "label": "Boat",
    "required": ["sail__c"],
    "filterable": ["sail__c"],
    "properties": {
        "sail__c": {"type": "string", "label": "Sail"},
        "kind__c": {"type": "string", "label": "Kind", "enum": ["yacht", "ferry"]},
        "since__c": {"type": "string", "format": "date", "label": "Since"},
    },
}


@pytest.fixture
async def boats(browser):
    """An object with 120 records; returns their ids."""
    await browser.post("/__mock/v1/definitions", json={"definitions": {"boat": BOAT}})
    rows = [{"sail__c": "red" if number % 2 else "blue"} for number in range(120)]
    added = await browser.post("/__mock/v1/records/boat", json={"records": rows})
    return [each["Id"] for each in added.json()]


async def test_tenant_without_objects_is_told_where_they_come_from(open_page):
    assert "A job creates its object" in (await open_page(RECORDS)).one(".empty")


async def test_objects_are_listed_with_the_numbers_of_their_parts(open_page, boats):
    page = await open_page(RECORDS)
    assert page.rows() == [["boat", "Boat", "120", "3", "0", "defined"]]
    assert page.links("[data-row]") == [f"{OBJECT}?object=boat"]


async def test_many_objects_have_pages(open_page, browser, monkeypatch):
    monkeypatch.setattr("mock_zuora.admin.inspector.views.records._OBJECTS", 2)
    names = ["oak", "elm", "ash"]
    await browser.post("/__mock/v1/definitions", json={"definitions": {name: BOAT for name in names}})
    first = await open_page(RECORDS)
    assert [row[0] for row in first.rows()] == ["oak", "elm"] and "3 objects" in first.one(".pages")
    second = await open_page(RECORDS, **{"from": query_of(first.links("a[rel=next]")[0])["from"][0]})
    assert [row[0] for row in second.rows()] == ["ash"]
    assert first.links("a[rel=next]") and not second.links("a[rel=next]")


async def test_records_have_pages_that_keep_the_query(open_page, boats):
    first = await open_page(OBJECT, object="boat", q="sail__c:red")
    assert "60 records that match" in first.one(".pages")
    assert [row[0] for row in first.rows("table.grid tbody tr")] == boats[1:100:2]
    following = query_of(first.links("a[rel=next]")[0])
    assert (following["q"], following["object"]) == (["sail__c:red"], ["boat"])
    second = await open_page(OBJECT, **{name: value for name, [value] in following.items()})
    assert [row[0] for row in second.rows("table.grid tbody tr")] == boats[101::2]
    assert not second.links("a[rel=next]")
    assert query_of(second.links(".pages a")[0]) == {"object": ["boat"], "q": ["sail__c:red"]}


async def test_code_leaves_out_an_empty_query(open_page, boats):
    page = await open_page(OBJECT, object="boat", q="", after=boats[0])
    assert f"zuora.objects.records('boat', after='{boats[0]}')" in page.all("details.code pre")


async def test_columns_are_the_fields_of_the_definition(open_page, boats):
    page = await open_page(OBJECT, object="boat")
    assert page.all("table.grid thead th") == ["Id", "sail__c", "kind__c", "since__c", "Created", "Updated"]
    assert page.rows("table.grid tbody tr")[0][1:4] == ["blue", "–", "–"]


async def test_columns_of_an_object_without_schema_are_those_of_its_records(open_page, browser):
    rows = [{"mast__c": "1"}, {"flag__c": "no", "mast__c": "2"}]
    await browser.post("/__mock/v1/records/raft", json={"records": rows})
    page = await open_page(OBJECT, object="raft")
    assert page.all("table.grid thead th") == ["Id", "mast__c", "flag__c", "Created", "Updated"]


@pytest.mark.parametrize(
    ("query", "character", "before"),
    [("sail__c:red AND (sail__c:x", "(", "sail__c:red AND "), ("mast__c:1", "m", ""), ("sail__c:", "", "sail__c:")],
)
async def test_mistake_in_a_query_is_marked(open_page, boats, query, character, before):
    page = await open_page(OBJECT, object="boat", q=query)
    [mark] = page.soup.select("#mistake mark")
    assert (mark.get_text().strip(), str(mark.previous_sibling or "")) == (character, before)
    assert f"(at position {len(before) + 1})" in page.one("#mistake p")
    [box] = page.soup.select("#q")
    assert (box["value"], box["aria-invalid"]) == (query, "true") and "mistake" in box["aria-describedby"]
    assert page.all("table.grid") == []


async def test_page_after_a_deleted_record_leads_to_the_first_page(open_page, boats):
    page = await open_page(OBJECT, object="boat", after="gone", q="sail__c:red")
    assert "after: 'gone' is not the id of a record" in page.one("#mistake")
    assert page.links("#mistake a") == [f"{OBJECT}?object=boat&q=sail__c%3Ared"]


async def test_query_without_matches_says_so(open_page, boats):
    assert (await open_page(OBJECT, object="boat", q="sail__c:green")).one("p.empty") == "No record matches."


async def test_definition_has_types_and_constraints(open_page, boats):
    page = await open_page(OBJECT, object="boat")
    fields = {row[0]: row[1:] for row in page.rows(".definition tbody tr")}
    assert fields["sail__c"] == ["Sail", "string", "required filterable maxLength 512"]
    assert fields["kind__c"] == ["Kind", "picklist", "enum yacht, ferry maxLength 512"]
    assert fields["since__c"][1] == "date" and "system field" in fields["Id"][2]


def test_multiselect_and_default_are_shown():
    field = {"type": "string", "enum": ["a"], "multiselect": True, "default": "a", "displayName": True}
    document = {"properties": {"x__c": field}, "required": [], "unique": [], "filterable": [], "auditable": ["x__c"]}
    [row] = field_rows(document)
    assert (row.type, row.constraints) == ("multiselect", ("auditable", "enum a", "default a", "displayName true"))


async def test_record_is_shown_whole(open_page, boats):
    page = await open_page(RECORD, object="boat", id=boats[1])
    facts = dict(zip(page.all("dl.facts dt"), page.all("dl.facts dd"), strict=True))
    assert (facts["Id"], facts["sail__c"], facts["version"]) == (boats[1], "red", "1")
    assert page.links("[rel=up]") == [f"{OBJECT}?object=boat"]


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        (OBJECT, {"object": "boats"}, "has no object 'boats'; did you mean 'boat'"),
        (OBJECT, {}, "has no object ''"),
        (RECORD, {"object": "boat", "id": "x"}, "object 'boat' has no record 'x'"),
        (RECORD, {"object": "boat", "namespace": "nope"}, "has no object 'boat' in namespace 'nope'"),
    ],
)
async def test_missing_object_and_record_are_named(open_page, boats, path, query, named):
    page = await open_page(path, **query)
    assert page.status == 404 and named in page.one(".alert")


@pytest.mark.parametrize("name", ["..", "a?b&c#d%2F", "é"])
async def test_object_with_any_name_has_a_page(open_page, browser, api, name):
    await add_records(api.app.control, "default", object=name, records=[{"sail__c": "red"}])
    [link] = (await open_page(RECORDS)).links("[data-row]")
    page = await open_page(OBJECT, object=query_of(link)["object"][0])
    assert page.one("h1") == name and len(page.rows("table.grid tbody tr")) == 1


async def test_hostile_names_labels_and_cells_are_text(open_page, browser, api):
    name = HOSTILE.replace(" ", "").replace("/", "")[:64]
    definition = {
        "label": HOSTILE[:64],
        "properties": {"x__c": {"type": "string", "label": HOSTILE[:64], "default": HOSTILE}},
    }
    made = await browser.post("/__mock/v1/definitions", json={"definitions": {name: definition}})
    assert made.status_code == 200, made.text
    [record] = await add_records(api.app.control, "default", object=name, records=[{"x__c": HOSTILE}])
    pages = [
        await open_page(RECORDS),
        await open_page(OBJECT, object=name),
        await open_page(OBJECT, object=name, q=HOSTILE),
        await open_page(OBJECT, object=name, after=HOSTILE),
        await open_page(RECORD, object=name, id=record["Id"]),
        await open_page(RECORD, object=HOSTILE, id=HOSTILE),
    ]
    assert all(each.is_harmless for each in pages)
    assert pages[1].rows("table.grid tbody tr")[0][1] == " ".join(HOSTILE.split())
    assert HOSTILE in pages[4].soup.select_one("dl.facts").get_text()


async def test_long_cell_is_cut_in_the_grid_only(open_page, api):
    [record] = await add_records(api.app.control, "default", object="raft", records=[{"x__c": "y" * 255}])
    assert len((await open_page(OBJECT, object="raft")).rows("table.grid tbody tr")[0][1]) == 200
    assert "y" * 255 in (await open_page(RECORD, object="raft", id=record["Id"])).one("dl.facts")


async def test_page_of_many_records_leaves_time_for_other_requests(open_page, api):
    rows = [{"sail__c": f"sail {number}"} for number in range(20_000)]
    await add_records(api.app.control, "default", object="boat", records=rows)
    opening, turns = asyncio.create_task(open_page(OBJECT, object="boat", q="NOT sail__c:red")), 0
    while not opening.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 20 and "20,000 records" in (await opening).one(".pages")


async def test_reading_pages_consults_no_assumption(open_page, boats, api):
    await open_page(RECORDS)
    await open_page(OBJECT, object="boat", q="sail__c:RED")
    assert api.tenant.consulted == {}
