"""CSV files that seeds name."""

import pytest

from mock_zuora.config.csv_files import csv_file, tenant_with_csv_files, with_csv_files
from mock_zuora.config.seed_file import read_seed, templates_from
from mock_zuora.config.seed_folder import templates_at
from mock_zuora.config.settings import SettingsError
from mock_zuora.config.tenant_options import TenantOptions

TOML = """
[[tenants]]
records = { vehicle = "data/vehicles.csv", boat = [{ sail__c = "red" }] }

[tenants.definitions.vehicle]
label = "Vehicle"
properties = { brand__c = { type = "string", label = "Brand" }, seats__c = { type = "integer", label = "Seats" } }
"""
JSON = """{"tenants": [{"records": {"vehicle": "data/vehicles.csv", "boat": [{"sail__c": "red"}]}, "definitions": {
    "vehicle": {"label": "Vehicle", "properties": {"brand__c": {"type": "string", "label": "Brand"},
    "seats__c": {"type": "integer", "label": "Seats"}}}}}]}"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "vehicles.csv").write_text("brand__c,seats__c\nVolvo,4\n\nSaab,\n", "utf-8")
    (tmp_path / "seed.toml").write_text(TOML, "utf-8")
    (tmp_path / "seed.json").write_text(JSON, "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["seed.toml", "seed.json"])
def test_records_of_a_seed_can_be_a_csv_file_beside_it(folder, name):
    [template] = templates_from(read_seed(str(folder / name)))
    assert [(each.object, each.values) for each in template.records] == [
        ("boat", {"sail__c": "red"}),
        ("vehicle", {"brand__c": "Volvo", "seats__c": 4}),
        ("vehicle", {"brand__c": "Saab"}),
    ]


def test_folder_of_seeds_can_contain_the_files(folder):
    (folder / "seed.json").unlink()
    (folder / "vehicles.csv").write_text("not a seed", "utf-8")
    [template] = templates_at(str(folder), TenantOptions())
    assert len(template.records) == 3


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (
            "brand__c,seats__c\nVolvo,4\nSaab,x\n",
            r"records.vehicle: data/vehicles.csv: row 3: Field \[seats__c\] expects",
        ),
        ("brand__c,hue__c\nVolvo,4\n", "records.vehicle: data/vehicles.csv: Column 'hue__c' is not a field"),
        (None, "tenants.0.records.vehicle: data/vehicles.csv: cannot be read: No such file"),
        (b"\xff\xfe", "tenants.0.records.vehicle: data/vehicles.csv: line 1: the file is UTF-16"),
    ],
    ids=str,
)
def test_invalid_file_is_refused_in_one_line(folder, content, named):
    file = folder / "data" / "vehicles.csv"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError, match=f"^seed {folder}/seed.toml: .*{named}") as error:
        templates_from(read_seed(str(folder / "seed.toml")), where=f"seed {folder}/seed.toml")
    assert "\n" not in str(error.value)


def test_text_that_is_no_path_of_a_csv_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="^records.boat: 'red' is not valid; expected a list of records, or the path"):
        tenant_with_csv_files({"records": {"boat": "red"}}, tmp_path)


def test_line_breaks_in_cells_stay(tmp_path):
    (tmp_path / "A.CSV").write_bytes(b'\xef\xbb\xbfsail__c\r\n"a\r\nb"\r\n')
    assert csv_file("A.CSV", tmp_path) == {"name": "A.CSV", "text": 'sail__c\r\n"a\r\nb"\r\n'}


@pytest.mark.parametrize(
    "seed", [{}, {"tenants": {}}, {"tenants": [3, {"records": 3}, {"records": {"a": 3}}]}], ids=str
)
def test_seed_without_files_stays_as_it_is(tmp_path, seed):
    assert with_csv_files(seed, tmp_path) == seed


def test_files_of_two_kinds_are_merged(folder):
    tenant = {"records": {"vehicle": "data/vehicles.csv"}, "csv_files": {"boat": {"text": "sail__c\nred\n"}}}
    assert tenant_with_csv_files(tenant, folder)["csv_files"].keys() == {"vehicle", "boat"}
    assert tenant_with_csv_files({**tenant, "csv_files": 3}, folder)["csv_files"].keys() == {"vehicle"}
