"""The objects of a handle, with their definitions and pages of records. With both transports."""

import pickle

import pytest

from mock_zuora.control.errors import Invalid, Unknown

BOAT = {
    "label": "Boat",
    "filterable": ["sail__c", "length__c"],
    "properties": {
        "sail__c": {"type": "string", "label": "Sail"},
        "length__c": {"type": "integer", "label": "Length"},
    },
}


@pytest.fixture
def boats(handle):
    handle.define("boat", BOAT)
    handle.add_records(
        "boat", [{"sail__c": "red" if number % 2 else "Blue", "length__c": number} for number in range(5)]
    )
    return handle


def lengths(page):
    return [each["length__c"] for each in page.records]


def test_objects_are_listed_with_the_numbers_of_their_parts(boats, submit):
    boats.configure(transitions="manual")
    submit(boats, "brand__c\nVolvo\n")
    boat, vehicle = boats.objects
    assert (boat.name, boat.namespace, boat.label, boat.has_schema) == ("boat", "default", "Boat", True)
    assert (boat.fields, boat.records, boat.unfinished_jobs) == (2, 5, 0)
    assert (vehicle.name, vehicle.has_schema, vehicle.records, vehicle.unfinished_jobs) == ("vehicle", False, 0, 1)


def test_definition_is_that_of_the_emulated_api(boats, call):
    link = {"cardinality": "manyToOne", "namespace": "default", "object": "boat", "fields": {"boat__c": "Id"}}
    crew = {"label": "Crew", "properties": {"boat__c": {"type": "string", "format": "uuid", "label": "Boat"}}}
    boats.define("crew", {**crew, "relationships": [link]})
    for name in ("boat", "crew"):
        shown = call(boats, "GET", f"/objects/definitions/default/{name}")[1]["schema"]
        assert boats.objects.get(name) == shown
    assert boats.objects.get("boat")["relationships"][0]["object"] == "crew"


def test_pages_have_all_records_once(boats):
    pages, after = [], None
    while not pages or after is not None:
        # Ids are accepted in any letter case.
        page = boats.objects.records("boat", limit=2, after=after and after.upper())
        after = page.next
        pages.append(page)
    assert [lengths(each) for each in pages] == [[0, 1], [2, 3], [4]]
    assert {each.total for each in pages} == {5}


def test_last_page_that_is_full_has_no_next(boats):
    assert boats.objects.records("boat", limit=5).next is None


def test_records_are_those_of_the_emulated_api(boats, call):
    listed = call(boats, "GET", "/objects/records/default/boat")[1]["records"]
    assert list(boats.objects.records("boat").records) == listed
    assert boats.objects.record("boat", listed[0]["Id"].upper()) == listed[0]


@pytest.mark.fidelity("mock-17")
def test_query_finds_the_records_that_the_emulated_api_finds(boats, call):
    page = boats.objects.records("boat", q="sail__c:red", limit=1)
    assert (lengths(page), page.total) == ([1], 2)
    assert lengths(boats.objects.records("boat", q="sail__c:red", limit=1, after=page.next)) == [3]
    boats.configure(assume={"query-letter-case": "ignored"})
    for query in ("sail__c:blue", "NOT sail__c:blue AND length__c:>1", "length__c:(3"):
        status, body = call(boats, "GET", f"/objects/records/default/boat?q={query.replace(' ', '%20')}")
        if status == 200:
            assert list(boats.objects.records("boat", q=query).records) == body["records"]
        else:
            with pytest.raises(Invalid) as refused:
                boats.objects.records("boat", q=query)
            assert f"{refused.value}." == body["message"]


@pytest.mark.parametrize(
    ("query", "position"),
    [("", 1), ("sail__c:red AND", 16), ("sail__c:red colour__c:x", 13), ("mast__c:1", 1), ("length__c:long", 11)],
)
def test_mistake_in_a_query_has_a_position(boats, query, position):
    with pytest.raises(Invalid, match=rf"^q: .* \(at position {position}\)$") as refused:
        boats.objects.records("boat", q=query)
    assert refused.value.position == pickle.loads(pickle.dumps(refused.value)).position == position


@pytest.mark.fidelity("mock-17")
def test_reading_consults_no_assumption(boats):
    before = [each.name for each in boats.assumptions.consulted]
    boats.objects.get("boat")
    boats.objects.records("boat", q="sail__c:BLUE")
    with pytest.raises(Invalid):
        boats.objects.records("boat", q="sail__c:red sail__c:blue")
    assert [each.name for each in boats.assumptions.consulted] == before


def test_records_are_current_despite_a_read_delay(boats):
    boats.configure(read_delay=3_600)
    boats.add_records("boat", [{"sail__c": "green"}])
    assert boats.objects.records("boat", q="sail__c:green").total == 1


def test_objects_of_zuora_have_records_too(handle, call):
    handle.configure(transitions="immediate")
    job = {"operation": "create", "object": "SavedQuery", "namespace": "com_zuora"}
    made = call(handle, "POST", "/objects/jobs", job)[1]
    call(handle, "POST", f"/objects/jobs/{made['Id']}/files", "Name\nAcme\n")
    [query] = handle.objects
    assert (query.name, query.namespace) == ("SavedQuery", "com_zuora")
    [record] = handle.objects.records("SavedQuery", namespace="com_zuora").records
    assert record["Name"] == "Acme"
    assert handle.objects.record("SavedQuery", record["Id"], "com_zuora") == record
    assert handle.objects.get("SavedQuery", "com_zuora")["object"] == "SavedQuery"
    with pytest.raises(
        Unknown, match="tenant .* has no object 'SavdQuery' in namespace 'com_zuora'; did you mean 'SavedQuery'"
    ):
        handle.objects.records("SavdQuery", namespace="com_zuora")


def test_missing_object_is_unknown(boats):
    for read in (boats.objects.get, boats.objects.records, lambda name: boats.objects.record(name, "x")):
        with pytest.raises(Unknown, match="has no object 'boats'; did you mean 'boat'"):
            read("boats")
        with pytest.raises(Unknown, match=r"has no object 'car'; objects\.all lists those that it has"):
            read("car")


def test_missing_record_is_unknown(boats):
    with pytest.raises(Unknown, match="id: object 'boat' has no record 'x'"):
        boats.objects.record("boat", "x")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"limit": 0}, "limit: '?0'? is not valid; expected a number of at least 1"),
        ({"limit": 201}, "limit: '?201'? is not valid; expected a number of at most 200"),
        ({"after": "x"}, "after: 'x' is not the id of a record of object 'boat'"),
    ],
    ids=str,
)
def test_invalid_option_of_a_page_is_refused(boats, options, sentence):
    with pytest.raises(Invalid, match=sentence):
        boats.objects.records("boat", **options)
