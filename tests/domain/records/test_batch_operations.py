import pytest

from mock_zuora.domain.records import batch_operations as record_batches
from mock_zuora.domain.records import operations as records

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def cars(keeper):
    """Somebody who keeps cars with a required age, and a name that is unique."""
    keeper.define(
        properties={"age__c": "integer", "vin__c": "string", "color__c": {"type": "string", "default": "grey"}},
        required=["age__c"],
        filterable=["vin__c"],
        unique=["vin__c"],
    )
    return keeper


def details(refused):
    return [(each.problem.code, dict(each.record)) for each in refused]


# Create


def test_created_records_have_ids_defaults_and_their_first_version(cars):
    first, second = cars.create({"age__c": 1}, {"age__c": 2, "color__c": None}).written
    assert (first.values, first.version) == ({"age__c": 1, "color__c": "grey"}, 1)
    assert (second.values, first.id != second.id) == ({"age__c": 2}, True)


@pytest.mark.fidelity("records-01")
def test_without_partial_success_one_bad_record_refuses_them_all(cars, refused):
    refusal = refused(71012520, lambda: cars.create({"age__c": 1}, {"age__c": "eighteen"}), "'details'")
    ((code, record),) = details(refusal.details)
    assert (code, record["age__c"]) == (71012523, "eighteen")
    assert cars.page().count == 0


def test_with_partial_success_the_good_records_are_written(cars):
    batch = cars.create({"age__c": 1}, {"age__c": "2"}, {}, {"age__c": 4, "wheels__c": 4}, 5, partial=True)
    assert [each.values["age__c"] for each in batch.written] == [1]
    assert [each.problem.code for each in batch.refused] == [71012523, 71012522, 71012521, 71012520]
    assert all(each.record["Id"] for each in batch.refused)
    assert cars.page().records == batch.written


def test_of_records_with_the_same_unique_value_the_first_is_taken(cars):
    cars.one(age__c=1, vin__c="A")
    batch = cars.create(*[{"age__c": 1, "vin__c": vin} for vin in "BABC"], partial=True)
    assert [each.values["vin__c"] for each in batch.written] == ["B", "C"]
    assert [(each.problem.code, each.record["vin__c"]) for each in batch.refused] == [(71012530, "A"), (71012530, "B")]


def test_a_refused_record_does_not_take_a_unique_value(cars):
    batch = cars.create({"vin__c": "A"}, {"age__c": 1, "vin__c": "A"}, partial=True)
    assert (len(batch.written), [each.problem.code for each in batch.refused]) == (1, [71012522])


@pytest.mark.fidelity("records-01")
@pytest.mark.parametrize(
    ("documents", "code", "named"),
    [
        (None, 71012522, "records is missing"),
        ({}, 71012520, "records: {} is not a list"),
        ([], 71012530, "records has 0 records; expected 1 to 1000"),
        ([{"age__c": 1}] * 1_001, 71012530, "records has 1001 records"),
    ],
)
def test_a_call_creates_1_to_1000_records(cars, refused, documents, code, named):
    refused(code, lambda: record_batches.create(cars.caller, "car", documents, partial=True), named)


def test_a_thousand_records_are_created_at_once(cars):
    assert len(cars.create(*[{"age__c": 1}] * 1_000).written) == 1_000


# Update


@pytest.mark.fidelity("records-08")
def test_a_batch_updates_the_fields_that_it_names(cars):
    made = cars.one(age__c=1, vin__c="A")
    (changed,) = cars.update({made.id.upper(): {"vin__c": None, "age__c": 2}}).written
    assert (changed.values, changed.version) == ({"age__c": 2, "color__c": "grey"}, 2)
    assert records.retrieve(cars.caller, "car", made.id) == changed


@pytest.mark.fidelity("records-07")
def test_the_references_example_of_a_partial_update_names_the_record_it_refused(cars):
    good, bad = cars.one(age__c=1), cars.one(age__c=1)
    batch = cars.update({good.id: {"age__c": 19}, bad.id: {"age__c": "eighteen", "vin__c": "elba43"}}, partial=True)
    assert details(batch.refused) == [(71012523, {"Id": bad.id, "age__c": "eighteen", "vin__c": "elba43"})]
    assert (cars.values("age__c"), [each.version for each in cars.page().records]) == ([19, 1], [2, 1])


def test_without_partial_success_one_bad_update_refuses_them_all(cars, refused):
    good = cars.one(age__c=1)
    refusal = refused(71012520, lambda: cars.update({good.id: {"age__c": 2}, NOBODY: {"age__c": 2}, "12": {}}))
    assert details(refusal.details) == [(71012540, {"Id": NOBODY, "age__c": 2}), (71012520, {"Id": "12"})]
    assert cars.page().records == [good]


def test_two_records_can_change_places_with_a_unique_value_in_turn(cars):
    one, other = cars.one(age__c=1, vin__c="A"), cars.one(age__c=1, vin__c="B")
    cars.update({one.id: {"vin__c": "C"}, other.id: {"vin__c": "A"}})
    assert cars.values("vin__c") == ["C", "A"]
    batch = cars.update({one.id: {"vin__c": "A"}}, partial=True)
    assert [each.problem.code for each in batch.refused] == [71012530]


def test_a_record_that_is_named_twice_is_changed_once(cars):
    made = cars.one(age__c=1, vin__c="abc")
    batch = cars.update({made.id: {"age__c": 2}, made.id.upper(): {"vin__c": "def"}}, partial=True)
    assert [each.problem.code for each in batch.refused] == [71012520]
    assert "more than once" in batch.refused[0].problem.message
    assert cars.page().records == batch.written


@pytest.mark.parametrize(
    ("documents", "code", "named"),
    [
        (None, 71012522, "action.records is missing"),
        ([], 71012520, "action.records: [] is not an object of records by their ids"),
        ({}, 71012530, "action.records has 0 records"),
        ({str(at): {} for at in range(1_001)}, 71012530, "action.records has 1001 records"),
    ],
)
def test_a_batch_updates_1_to_1000_records(cars, refused, documents, code, named):
    refused(code, lambda: cars.update(documents, partial=True), named)


def test_an_update_that_is_no_object_is_refused(cars):
    made = cars.one(age__c=1)
    assert details(cars.update({made.id: 4}, partial=True).refused) == [(71012520, {"Id": made.id})]


# Delete


@pytest.mark.fidelity("records-08")
def test_a_batch_deletes_records_whether_they_are_there_or_not(cars):
    first, second, third = (cars.one(age__c=age) for age in (1, 2, 3))
    record_batches.delete(cars.caller, "car", [first.id.upper(), NOBODY, third.id])
    assert cars.page().records == [second]


@pytest.mark.parametrize(
    ("ids", "code", "named"),
    [
        (None, 71012522, "action.ids is missing"),
        ("x", 71012520, "action.ids: 'x' is not a list"),
        ([], 71012530, "action.ids has 0 records"),
        ([NOBODY] * 1_001, 71012530, "action.ids has 1001 records"),
    ],
)
def test_a_batch_deletes_1_to_1000_records(cars, refused, ids, code, named):
    refused(code, lambda: record_batches.delete(cars.caller, "car", ids), named)


@pytest.mark.parametrize("wrong", ["12", 4, None])
def test_a_batch_with_one_wrong_id_deletes_nothing(cars, refused, wrong):
    made = cars.one(age__c=1)
    refused(
        71012920, lambda: record_batches.delete(cars.caller, "car", [made.id, wrong]), "action.ids", str(wrong or "")
    )
    assert cars.page().records == [made]
