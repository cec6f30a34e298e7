"""Definitions and records that a test adds, with both transports."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from mock_zuora.control.errors import Invalid, Refused, Unknown

DEFINITIONS = "/objects/definitions/default"
VEHICLE = {
    "label": "Vehicle",
    "required": ["brand__c"],
    "unique": ["plate__c"],
    "filterable": ["plate__c"],
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "plate__c": {"type": "string", "label": "Plate"},
        "seats__c": {"type": "integer", "label": "Seats", "default": 5},
        "price__c": {"type": "number", "label": "Price"},
        "since__c": {"type": "string", "format": "date", "label": "Since"},
        "seen__c": {"type": "string", "format": "date-time", "label": "Seen"},
    },
}


@pytest.fixture
def vehicles(handle):
    handle.define("vehicle", VEHICLE)
    return handle


def custom(records):
    return [{name: value for name, value in each.items() if name.endswith("__c")} for each in records]


BOAT = {"label": "Boat", "properties": {"sail__c": {"type": "string", "label": "Sail"}}}
NAIVE = datetime(2021, 3, 10)  # noqa: DTZ001

# Definitions


def test_object_is_defined_as_by_a_request(handle, call):
    defined = handle.define("vehicle", VEHICLE)
    assert (defined["object"], defined["required"][0]) == ("vehicle", "brand__c")
    assert call(handle, "GET", f"{DEFINITIONS}/vehicle")[1]["schema"].items() >= defined.items()


@pytest.mark.parametrize(
    "definitions",
    [
        {"vehicle": VEHICLE, "boat": BOAT},
        {"definitions": {"vehicle": VEHICLE, "boat": BOAT}},
        [{"object": "vehicle", **VEHICLE}, {"object": "boat", **BOAT}],
    ],
    ids=["by name", "body", "list"],
)
def test_several_objects_are_defined_together(handle, definitions):
    assert handle.define(definitions).keys() == {"vehicle", "boat"}


def test_definition_with_its_name_and_a_response_can_be_defined(handle, running, call):
    handle.define({"object": "vehicle", **VEHICLE})
    with running.tenant() as other:
        listed = call(handle, "GET", DEFINITIONS)[1]
        assert other.define(listed).keys() == {"vehicle"}


@pytest.mark.parametrize(
    ("definition", "named"),
    [
        ({}, "^definition 'vehicle': label is missing; expected the label of the object"),
        (
            {"label": "V", "object": "boat"},
            "object: 'boat' is not valid; expected 'vehicle', the key of the definition",
        ),
        ({"label": "V", "colour": 1}, "colour"),
        (None, "definition: None is not valid; expected an object"),
        ([], r"definition: \[\] is not valid"),
    ],
    ids=str,
)
def test_invalid_definition_is_refused_like_a_request(handle, call, definition, named):
    with pytest.raises(Invalid, match=named):
        handle.define("vehicle", definition)
    assert call(handle, "GET", DEFINITIONS)[1]["count"] == 0


@pytest.mark.parametrize(
    "definitions", [[], {}, [{"label": "V"}], [3], 3, {"vehicle": 3}, [{"object": "a"}] * 2], ids=str
)
def test_definitions_without_names_are_refused(handle, definitions):
    with pytest.raises(Invalid, match="definitions"):
        handle.define(definitions)


def test_existing_object_is_defined_only_while_it_is_empty(handle, submit):
    submit(handle, object="boat")
    handle.define("boat", BOAT)
    with pytest.raises(Refused, match="a custom object 'boat' exists already; change it by a migration"):
        handle.define({"boat": BOAT, "vehicle": VEHICLE})
    assert handle.records("vehicle") == []


@pytest.mark.parametrize(
    "definitions", [[{"object": "vehicle", **VEHICLE}], {"vehicle": VEHICLE}], ids=["list", "by name"]
)
def test_seed_takes_definitions_as_a_list_or_by_name(handle, definitions):
    handle.seed({"definitions": definitions, "records": {"vehicle": [{"brand__c": "Volvo"}]}})
    assert custom(handle.records("vehicle")) == [{"brand__c": "Volvo", "seats__c": 5}]


def test_seed_refuses_a_definition_under_another_name(handle):
    with pytest.raises(Invalid, match="definitions: .*object: 'boat' is not valid; expected 'vehicle', the key"):
        handle.seed({"definitions": {"vehicle": {"object": "boat", "label": "Boat"}}})


# Records


@pytest.mark.parametrize(
    "make", [list, tuple, iter, lambda rows: (each for each in rows)], ids=["list", "tuple", "iterator", "generator"]
)
def test_records_are_added_and_returned(vehicles, make):
    vehicles.add_records("vehicle", [{"brand__c": "Lada"}])
    added = vehicles.add_records("vehicle", make([{"brand__c": "Volvo"}, {"brand__c": "Saab", "seats__c": 2}]))
    assert custom(added) == [{"brand__c": "Volvo", "seats__c": 5}, {"brand__c": "Saab", "seats__c": 2}]
    assert vehicles.records("vehicle")[1:] == added


def test_values_of_python_are_converted(vehicles):
    row = {
        "brand__c": "Volvo",
        "plate__c": None,
        "seats__c": 4.0,
        "price__c": Decimal("9.50"),
        "since__c": date(2021, 3, 10),
        "seen__c": datetime(2021, 3, 10, 1, 2, 3, tzinfo=timezone(timedelta(hours=1))),
    }
    naive = {
        "brand__c": "Saab",
        "seats__c": float("nan"),
        "since__c": NAIVE,
        "seen__c": NAIVE,
        "price__c": Decimal("NaN"),
    }
    assert custom(vehicles.add_records("vehicle", [row, naive])) == [
        {
            "brand__c": "Volvo",
            "seats__c": 4,
            "price__c": 9.5,
            "since__c": "2021-03-10",
            "seen__c": "2021-03-10T01:02:03.000+01:00",
        },
        {"brand__c": "Saab", "seats__c": 5, "since__c": "2021-03-10", "seen__c": "2021-03-10T00:00:00.000Z"},
    ]


def test_undefined_object_is_created_with_any_field_unless_strict(handle):
    assert custom(handle.add_records("boat", [{"sail__c": "red"}])) == [{"sail__c": "red"}]
    assert custom(handle.add_records("boat", [{"length__c": 4, "is_red__c": True}])) == [
        {"length__c": "4", "is_red__c": "true"}
    ]
    handle.configure(definitions="strict")
    handle.add_records("boat", [{"sail__c": "blue"}])
    with pytest.raises(Refused, match="has no object 'ship'; with definitions=strict, define it before"):
        handle.add_records("ship", [{"sail__c": "red"}])
    assert handle.records("ship") == []


def test_records_of_another_tenant_are_added_as_they_are(vehicles, running):
    added = vehicles.add_records("vehicle", [{"brand__c": "Volvo", "plate__c": "A 1"}])
    with running.tenant() as other:
        other.define("vehicle", VEHICLE)
        assert other.add_records("vehicle", vehicles.records("vehicle")) == added
        with pytest.raises(Invalid, match=r"records\[0\]: Id: the object has a record .* already"):
            other.add_records("vehicle", added)


INVALID_ROWS = {
    "type": (
        {"brand__c": "Saab", "seats__c": "two"},
        r"records\[1\]: Field \[seats__c\] expects an integer, but the value is 'two'",
    ),
    "fraction": ({"brand__c": "Saab", "seats__c": 2.5}, r"records\[1\]: Field \[seats__c\] expects an integer, .* 2.5"),
    "infinite": (
        {"brand__c": "Saab", "price__c": float("inf")},
        r"records\[1\].price__c: inf is not valid; expected a finite",
    ),
    "infinite decimal": ({"price__c": Decimal("-Infinity")}, r"records\[1\].price__c: -Infinity is not valid"),
    "required": ({"seats__c": 2}, r"records\[1\]: Field \[brand__c\] is required"),
    "unknown": (
        {"brand__c": "Saab", "colour__c": "x"},
        r"records\[1\]: object 'vehicle' has no custom field 'colour__c'",
    ),
    "misspelt": (
        {"brand": "Saab"},
        r"records\[1\]: object 'vehicle' has no custom field 'brand'. Did you mean 'brand__c'\?",
    ),
    "taken": (
        {"brand__c": "x", "plate__c": "A 1"},
        r"records\[1\]: Field \[plate__c\] is unique, and its value 'A 1' is taken",
    ),
    "twice": (
        {"brand__c": "x", "plate__c": "B 1"},
        r"records\[1\]: Field \[plate__c\] is unique, but two records have the value 'B 1'",
    ),
    "list": (["Saab"], r"records\[1\]: \['Saab'\] is not valid; expected an object of values by field"),
    "name": ({7: "Saab"}, r"records\[1\]: 7 is not valid as the name of a field"),
    "object": (
        {"brand__c": object()},
        r"records\[1\].brand__c: <object object at .* is not valid; expected a text, a number",
    ),
}


@pytest.mark.parametrize(("row", "named"), INVALID_ROWS.values(), ids=INVALID_ROWS)
def test_invalid_row_adds_nothing(vehicles, row, named):
    before = vehicles.add_records("vehicle", [{"brand__c": "Lada", "plate__c": "A 1"}])
    with pytest.raises(Invalid, match=named):
        vehicles.add_records("vehicle", [{"brand__c": "Volvo", "plate__c": "B 1"}, row])
    assert vehicles.records("vehicle") == before


@pytest.mark.parametrize("rows", [3, None, {"brand__c": "Volvo"}, b"brand__c"], ids=str)
def test_value_that_is_no_list_of_rows_is_refused(vehicles, rows):
    with pytest.raises(Invalid, match="records: a .* is not valid; expected a list of records, or a DataFrame"):
        vehicles.add_records("vehicle", rows)


def test_field_of_an_undefined_object_needs_the_suffix(handle):
    with pytest.raises(Invalid, match="has no custom field 'sail'. Names of custom fields end with __c."):
        handle.add_records("boat", [{"sail": "red"}])
    with pytest.raises(Invalid, match="object: 'my boat' is not valid; expected the API name of an object"):
        handle.add_records("my boat", [])


def test_relationships_are_checked(vehicles):
    owner = {"label": "Owner", "properties": {"car__c": {"type": "string", "format": "uuid", "label": "Car"}}}
    related = [{"cardinality": "manyToOne", "namespace": "default", "object": "vehicle", "fields": {"car__c": "Id"}}]
    vehicles.define("owner", {**owner, "relationships": related})
    [car] = vehicles.add_records("vehicle", [{"brand__c": "Volvo"}])
    vehicles.add_records("owner", [{"car__c": car["Id"]}])
    with pytest.raises(Invalid, match=r"records\[0\]: Field \[car__c\] names record"):
        vehicles.add_records("owner", [{"car__c": "5e8d1d5c-0000-4000-8000-000000000001"}])


def test_many_records_are_added(vehicles):
    rows = [{"brand__c": f"B{number}", "plate__c": str(number)} for number in range(1_001)]
    assert len(vehicles.add_records("vehicle", rows)) == len(vehicles.records("vehicle")) == 1_001


# CSV files


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "vehicles.csv"
    path.write_bytes(b'\xef\xbb\xbfbrand__c,seats__c,plate__c\r\nVolvo,4,"A\r\n1"\r\n\r\nSaab,,\r\n')
    return path


FROM_FILE = [{"brand__c": "Volvo", "seats__c": 4, "plate__c": "A\r\n1"}, {"brand__c": "Saab"}]


@pytest.mark.parametrize("kind", [str, lambda path: path], ids=["text", "path"])
def test_csv_file_is_read_by_the_types_of_the_fields(vehicles, file, kind):
    assert custom(vehicles.add_records("vehicle", kind(file))) == FROM_FILE


def test_relative_path_begins_at_the_working_directory(vehicles, file, monkeypatch):
    monkeypatch.chdir(file.parent)
    assert len(vehicles.add_records("vehicle", "vehicles.csv")) == 2
    vehicles.seed({"records": {"vehicle": "vehicles.csv"}, "definitions": {"vehicle": VEHICLE}})
    assert custom(vehicles.records("vehicle")) == FROM_FILE


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (
            b"brand__c,seats__c\nVolvo,4\nSaab,two\n",
            r"vehicles.csv: row 3: Field \[seats__c\] expects an integer, .* 'two'",
        ),
        (
            b"brand__c,plate__c\nVolvo,A\nSaab,A\n",
            r"vehicles.csv: row 3: Field \[plate__c\] is unique, but two records",
        ),
        (b"brand__c\nVolvo,4\n", "vehicles.csv: row 2: The row has 2 cells, but the header row has 1 column"),
        (b"brand\nVolvo\n", "vehicles.csv: Column 'brand' is not a field of the object; did you mean 'brand__c'"),
        (b"", "vehicles.csv: The file is empty"),
        (b"brand__c\n\xff\n", "vehicles.csv: line 2: "),
    ],
    ids=str,
)
@pytest.mark.parametrize("how", ["add", "seed"])
def test_invalid_file_adds_nothing(vehicles, file, content, named, how):
    file.write_bytes(content)
    with pytest.raises(Invalid, match=named) as error:
        if how == "add":
            vehicles.add_records("vehicle", file)
        else:
            vehicles.seed({"records": {"vehicle": file}, "definitions": {"vehicle": VEHICLE}})
    assert "\n" not in str(error.value) and "records" in str(error.value)
    assert vehicles.records("vehicle") == []


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("nowhere.csv", "records: nowhere.csv: cannot be read: No such file"),
        (
            "vehicles.xlsx",
            "records: 'vehicles.xlsx' is not valid; expected a list of records, or the path of a .csv file",
        ),
    ],
)
def test_file_that_cannot_be_read_is_refused(vehicles, path, named):
    with pytest.raises(Invalid, match=named):
        vehicles.add_records("vehicle", path)


def test_server_reads_no_file_for_a_client(handle, call, file):
    status, refused = call(handle, "PUT", f"/__mock/v1/seed?tenant={handle.name}", {"records": {"vehicle": str(file)}})
    assert (status, refused["error"].partition(": ")[0]) == (400, "records.vehicle")
    assert "expected a list" in refused["error"]


# Records of objects that do not exist


@pytest.mark.parametrize("name", ["boat", "x", "driver"])
def test_object_without_records_has_none(vehicles, name):
    assert vehicles.records("vehicle") == vehicles.records(name) == []


@pytest.mark.parametrize("name", ["Vehicle", "vehicles", "vehicel", "VEHICLE"])
def test_misspelt_object_is_unknown(vehicles, name):
    with pytest.raises(Unknown, match=f"has no object '{name}'; did you mean 'vehicle'[?]"):
        vehicles.records(name)


def test_definition_of_a_response_defines_the_same_object(handle, call, running):
    handle.define("vehicle", VEHICLE)
    status, response = call(handle, "GET", "/objects/definitions/default/vehicle")
    assert status == 200
    with running.tenant() as other:
        assert other.define(response).keys() == {"vehicle"}


def test_single_definition_without_a_name_is_refused(handle):
    with pytest.raises(Invalid, match="object is missing; expected the API name of the object"):
        handle.define({key: value for key, value in VEHICLE.items() if key != "object"})
