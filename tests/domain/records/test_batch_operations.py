import pytest

from mock_zuora.domain.records import batch_operations as record_batches
from mock_zuora.domain.records import operations as records

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def cars(record_client):
    """A user of a tenant with cars: age__c is required, vin__c unique."""
    record_client.define(
        properties={"age__c": "integer", "vin__c": "string", "color__c": {"type": "string", "default": "grey"}},
        required=["age__c"],
        filterable=["vin__c"],
        unique=["vin__c"],
    )
    return record_client


def details(refused):
    return [(each.problem.code, dict(each.record)) for each in refused]


# Create


def test_created_records_have_ids_defaults_and_version_1(cars):
    first, second = cars.create({"age__c": 1}, {"age__c": 2, "color__c": None}).written
    assert (first.values, first.version) == ({"age__c": 1, "color__c": "grey"}, 1)
    assert (second.values, first.id != second.id) == ({"age__c": 2}, True)


@pytest.mark.fidelity("records-01")
def test_one_invalid_record_refuses_all_without_partial_success(cars, assert_refused):
    refusal = assert_refused(71012520, lambda: cars.create({"age__c": 1}, {"age__c": "eighteen"}), "'details'")
    ((code, record),) = details(refusal.details)
    assert (code, record["age__c"]) == (71012523, "eighteen")
    assert cars.page().count == 0


def test_valid_records_are_written_with_partial_success(cars):
    batch = cars.create({"age__c": 1}, {"age__c": "2"}, {}, {"age__c": 4, "wheels__c": 4}, 5, partial=True)
    assert [each.values["age__c"] for each in batch.written] == [1]
    assert [each.problem.code for each in batch.refused] == [71012523, 71012522, 71012521, 71012520]
    assert all(each.record["Id"] for each in batch.refused)
    assert cars.page().records == batch.written


def test_first_of_two_records_with_the_same_unique_value_is_written(cars):
    cars.one(age__c=1, vin__c="A")
    batch = cars.create(*[{"age__c": 1, "vin__c": vin} for vin in "BABC"], partial=True)
    assert [each.values["vin__c"] for each in batch.written] == ["B", "C"]
    assert [(each.problem.code, each.record["vin__c"]) for each in batch.refused] == [(71012530, "A"), (71012530, "B")]


def test_refused_record_reserves_no_unique_value(cars):
    batch = cars.create({"vin__c": "A"}, {"age__c": 1, "vin__c": "A"}, partial=True)
    assert (len(batch.written), [each.problem.code for each in batch.refused]) == (1, [71012522])


@pytest.mark.fidelity("records-01")
@pytest.mark.parametrize(
    ("documents", "code", "expected"),
    [
        (None, 71012522, "records is missing"),
        ({}, 71012520, "records: {} is not a list"),
        ([], 71012530, "records has 0 records; expected 1 to 1000"),
        ([{"age__c": 1}] * 1_001, 71012530, "records has 1001 records"),
    ],
)
def test_request_creates_1_to_1000_records(cars, assert_refused, documents, code, expected):
    assert_refused(code, lambda: record_batches.create(cars.caller, "car", documents, partial=True), expected)


def test_request_can_create_1000_records(cars):
    assert len(cars.create(*[{"age__c": 1}] * 1_000).written) == 1_000


# Update


@pytest.mark.fidelity("records-08")
def test_batch_updates_the_given_fields(cars):
    record = cars.one(age__c=1, vin__c="A")
    (changed,) = cars.update({record.id.upper(): {"vin__c": None, "age__c": 2}}).written
    assert (changed.values, changed.version) == ({"age__c": 2, "color__c": "grey"}, 2)
    assert records.retrieve(cars.caller, "car", record.id) == changed


@pytest.mark.fidelity("records-07")
def test_partial_update_of_the_reference_lists_the_refused_record(cars):
    good, bad = cars.one(age__c=1), cars.one(age__c=1)
    batch = cars.update({good.id: {"age__c": 19}, bad.id: {"age__c": "eighteen", "vin__c": "elba43"}}, partial=True)
    assert details(batch.refused) == [(71012523, {"Id": bad.id, "age__c": "eighteen", "vin__c": "elba43"})]
    assert (cars.values("age__c"), [each.version for each in cars.page().records]) == ([19, 1], [2, 1])


def test_one_invalid_update_refuses_all_without_partial_success(cars, assert_refused):
    good = cars.one(age__c=1)
    refusal = assert_refused(
        71012520, lambda: cars.update({good.id: {"age__c": 2}, UNKNOWN_ID: {"age__c": 2}, "12": {}})
    )
    assert details(refusal.details) == [(71012540, {"Id": UNKNOWN_ID, "age__c": 2}), (71012520, {"Id": "12"})]
    assert cars.page().records == [good]


def test_unique_value_can_move_between_records_in_one_batch(cars):
    one, other = cars.one(age__c=1, vin__c="A"), cars.one(age__c=1, vin__c="B")
    cars.update({one.id: {"vin__c": "C"}, other.id: {"vin__c": "A"}})
    assert cars.values("vin__c") == ["C", "A"]
    batch = cars.update({one.id: {"vin__c": "A"}}, partial=True)
    assert [each.problem.code for each in batch.refused] == [71012530]


def test_record_given_twice_is_changed_once(cars):
    record = cars.one(age__c=1, vin__c="abc")
    batch = cars.update({record.id: {"age__c": 2}, record.id.upper(): {"vin__c": "def"}}, partial=True)
    assert [each.problem.code for each in batch.refused] == [71012520]
    assert "more than once" in batch.refused[0].problem.message
    assert cars.page().records == batch.written


@pytest.mark.parametrize(
    ("documents", "code", "expected"),
    [
        (None, 71012522, "action.records is missing"),
        ([], 71012520, "action.records: [] is not an object of records by their ids"),
        ({}, 71012530, "action.records has 0 records"),
        ({str(at): {} for at in range(1_001)}, 71012530, "action.records has 1001 records"),
    ],
)
def test_batch_updates_1_to_1000_records(cars, assert_refused, documents, code, expected):
    assert_refused(code, lambda: cars.update(documents, partial=True), expected)


def test_update_document_must_be_an_object(cars):
    record = cars.one(age__c=1)
    assert details(cars.update({record.id: 4}, partial=True).refused) == [(71012520, {"Id": record.id})]


# Delete


@pytest.mark.fidelity("records-08")
def test_batch_deletes_existing_and_ignores_missing_records(cars):
    first, second, third = (cars.one(age__c=age) for age in (1, 2, 3))
    record_batches.delete(cars.caller, "car", [first.id.upper(), UNKNOWN_ID, third.id])
    assert cars.page().records == [second]


@pytest.mark.parametrize(
    ("ids", "code", "expected"),
    [
        (None, 71012522, "action.ids is missing"),
        ("x", 71012520, "action.ids: 'x' is not a list"),
        ([], 71012530, "action.ids has 0 records"),
        ([UNKNOWN_ID] * 1_001, 71012530, "action.ids has 1001 records"),
    ],
)
def test_batch_deletes_1_to_1000_records(cars, assert_refused, ids, code, expected):
    assert_refused(code, lambda: record_batches.delete(cars.caller, "car", ids), expected)


@pytest.mark.parametrize("wrong", ["12", 4, None])
def test_batch_with_invalid_id_deletes_nothing(cars, assert_refused, wrong):
    record = cars.one(age__c=1)
    assert_refused(
        71012920, lambda: record_batches.delete(cars.caller, "car", [record.id, wrong]), "action.ids", str(wrong or "")
    )
    assert cars.page().records == [record]


# Fields that the action ignores


@pytest.mark.parametrize(
    ("ignored", "code", "expected"),
    [
        ({"ids": {}}, 71012520, "action.ids: {} is not a list"),
        ({"ids": ["12"]}, 71012920, "action.ids"),
        ({"records": []}, 71012520, "action.records: [] is not an object"),
        ({"records": {"1": 5}}, 71012520, "action.records: '1' is 5, not an object"),
    ],
)
def test_malformed_field_that_the_action_ignores_is_refused(assert_refused, ignored, code, expected):
    assert_refused(code, lambda: record_batches.check_ignored_fields(**ignored), expected)


@pytest.mark.parametrize("ignored", [{}, {"ids": [UNKNOWN_ID]}, {"records": {}}, {"records": {UNKNOWN_ID: {}}}])
def test_valid_field_that_the_action_ignores_is_accepted(ignored):
    record_batches.check_ignored_fields(**ignored)
