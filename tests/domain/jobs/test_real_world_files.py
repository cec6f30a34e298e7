"""What people do to CSV files: spreadsheets, DataFrames, shells, encodings, line ends. A TOML file has the table."""

import tomllib
from pathlib import Path

import pytest

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.tenants.settings import Transitions

FILES = tomllib.loads(Path(__file__).with_name("real_world_files.toml").read_text("utf-8"))["file"]
CAR = Definition(
    object="car",
    fields={
        each.name: each
        for each in (
            Field(name="name__c", label="Car name", required=True),
            Field(name="doors__c", label="Doors", type=FieldType.INTEGER),
            Field(name="price__c", type=FieldType.NUMBER),
            Field(name="sold__c", type=FieldType.BOOLEAN),
            Field(name="day__c", type=FieldType.DATE),
            Field(name="at__c", type=FieldType.DATETIME),
            Field(name="color__c", type=FieldType.PICKLIST, options=("red", "blue")),
        )
    },
)


@pytest.fixture
def user_with(make_actor):
    """A user of a tenant with cars, and with choices of assumptions."""

    def user(choices):
        return make_actor(objects=(CAR,), transitions=Transitions.IMMEDIATE, assume=assumed(choices, Origin.TEST))

    return user


def without_empty(*items):
    return [each for each in items if each]


@pytest.mark.fidelity("upload-12", "upload-17", "upload-18", "rows-03", "rows-17", "rows-18")
@pytest.mark.parametrize("file", FILES, ids=[each["name"] for each in FILES])
def test_file_has_its_exact_result(user_with, file):
    user, object_name = user_with(file.get("assume", {})), file.get("object", "car")
    job = user.submit(file.get("operation", "create"), object_name)
    try:
        user.upload(job, file["data"].encode(file.get("encoding", "utf-8")))
    except ZuoraError as refused:
        assumption = refused.assumption.name if refused.assumption else None
        assert without_empty(refused.code, refused.message, assumption) == file.get("refused")
        assert (user.status(job), user.records(object_name)) == (Status.PENDING, [])
        return
    errors = [
        without_empty(each.row, each.problem.code, each.problem.message, each.reason)
        for each in user.errors(user.ended(job))
    ]
    assert ("refused" in file, errors) == (False, file.get("errors", []))
    assert user.values(object_name) == file.get("records", [])


def test_table_has_at_least_80_different_files():
    contents = {
        (each["data"], each.get("encoding"), each.get("object"), each.get("operation"), str(each.get("assume")))
        for each in FILES
    }
    assert len({each["name"] for each in FILES}) == len(FILES) == len(contents) >= 80


@pytest.mark.parametrize(
    ("data", "assumption"),
    [("\ufeffname__c\nVolvo\n", "byte-order-mark"), ("name__c,sold__c\nVolvo,True\n", "boolean-text")],
    ids=["byte-order mark", "True"],
)
def test_what_an_assumption_accepts_is_noted(user_with, data, assumption):
    user = user_with({})
    assert user.done(data, object="car").status is Status.COMPLETED
    assert [each for each in user.tenant.consulted if each in ("byte-order-mark", "boolean-text")] == [assumption]
