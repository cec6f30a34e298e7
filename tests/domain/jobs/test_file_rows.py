"""What happens to the rows of a file, under every choice of the assumptions about them."""

import pytest

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.jobs.job_run import ROWS_PER_CHUNK
from mock_zuora.domain.jobs.lifecycle import apply_clock
from mock_zuora.domain.jobs.planned_outcomes import PlannedFailure, PlannedRejection
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.records import batch_operations
from mock_zuora.domain.tenants.settings import Transitions

CAR = Definition(
    object="car",
    fields={
        "brand__c": Field(name="brand__c", required=True, default="vw"),
        "plate__c": Field(name="plate__c", unique=True),
        "color__c": Field(name="color__c"),
    },
)
TWO_OF_FOUR = "brand__c,plate__c\nvw,A\nkia,A\nfiat,B\naudi,B\n"
ALL_INVALID = "brand__c,color__c\nvw\nkia,red,blue\n"
GENERIC = "No row of the file was accepted"


@pytest.fixture
def dealer_with(make_actor):
    """A user of a tenant with cars, under choices of assumptions."""

    def dealer(choices=None, transitions=Transitions.IMMEDIATE):
        return make_actor(objects=(CAR,), transitions=transitions, assume=assumed(choices or {}, Origin.TEST))

    return dealer


def result(dealer, job):
    return job.status, job.records_processed, [error.row for error in dealer.errors(job)]


def brands(dealer):
    return [values["brand__c"] for values in dealer.values("car")]


# Blank lines and empty rows


@pytest.mark.fidelity("rows-02")
@pytest.mark.parametrize(("choice", "rejected"), [("skipped", []), ("rejected", [2, 4])])
def test_blank_line_is_skipped_or_rejected(dealer_with, choice, rejected):
    dealer = dealer_with({"blank-lines": choice})
    job = dealer.done("brand__c\n\nkia\n\nfiat\n", object="car")
    assert result(dealer, job) == (Status.COMPLETED, 2, rejected)
    assert brands(dealer) == ["kia", "fiat"]
    assert "blank-lines" in dealer.tenant.consulted
    assert all(error.reason == "assumption blank-lines=rejected (test)" for error in dealer.errors(job))
    assert all((error.problem.code, error.record) == (71012520, {}) for error in dealer.errors(job))


@pytest.mark.fidelity("rows-14")
@pytest.mark.parametrize("row", [",", '"",""', ",,,"])
@pytest.mark.parametrize(("choice", "rejected"), [("skipped", []), ("rejected", [2])])
def test_row_of_empty_cells_is_skipped_or_rejected(dealer_with, row, choice, rejected):
    dealer = dealer_with({"empty-rows": choice})
    job = dealer.done(f"brand__c,color__c\n{row}\nkia,red\n", object="car")
    assert result(dealer, job) == (Status.COMPLETED, 1, rejected)
    assert [error.problem.code for error in dealer.errors(job)] == [71012520] * len(rejected)
    assert [each for each in dealer.tenant.consulted if each.startswith("empty")] == ["empty-rows"]


@pytest.mark.fidelity("rows-14")
def test_row_of_empty_cells_can_become_a_record_of_defaults(dealer_with):
    dealer = dealer_with({"empty-rows": "written", "empty-cell": "rejected"})
    assert dealer.done("brand__c,color__c\n,\n", object="car").records_processed == 1
    assert dealer.values("car") == [{"brand__c": "vw"}]
    job = dealer.done("id,color__c\n,\n", "update", "car")
    (error,) = dealer.errors(job)
    assert (error.problem.code, "'id' has no value" in error.problem.message) == (71012522, True)


def test_row_of_empty_cells_without_a_required_value_is_rejected_with_its_reason(make_actor):
    required = Definition(object="car", fields={"brand__c": Field(name="brand__c", required=True)})
    assume = assumed({"empty-rows": "written"}, Origin.TEST)
    dealer = make_actor(objects=(required,), transitions=Transitions.IMMEDIATE, assume=assume)
    (error,) = dealer.errors(dealer.done('brand__c\n""\n', object="car"))
    assert (error.problem.code, error.reason) == (71012522, "assumption empty-rows=written (test)")


def test_row_with_values_consults_nothing_about_empty_ones(dealer_with):
    dealer = dealer_with()
    dealer.done("brand__c,color__c\nkia,red\n", object="car")
    assert list(dealer.tenant.consulted) == []


def test_long_run_of_blank_lines_is_processed_in_chunks(dealer_with):
    dealer = dealer_with()
    dealer.started("brand__c\n" + "\n" * (4 * ROWS_PER_CHUNK) + "vw\n", object="car")
    assert apply_clock(dealer.tenant, chunks=1)


# Rejected rows


@pytest.mark.fidelity("jobs-16", "jobs-17")
@pytest.mark.parametrize(
    ("choice", "expected", "left"),
    [
        ("skip", (Status.COMPLETED, 2, [3, 5]), ["vw", "fiat"]),
        ("fail-job", (Status.FAILED, 0, [3, 5]), []),
        ("stop", (Status.FAILED, 1, [3]), ["vw"]),
    ],
)
def test_rejected_row_decides_about_the_others(dealer_with, choice, expected, left):
    dealer = dealer_with({"rejected-rows": choice})
    job = dealer.done(TWO_OF_FOUR, object="car")
    assert (result(dealer, job), brands(dealer)) == (expected, left)
    assert job.error == (None if choice == "skip" else dealer.errors(job)[0].problem)
    assert "rejected-rows" in dealer.tenant.consulted


@pytest.mark.parametrize(
    ("file", "others", "is_decisive"),
    [
        ("brand__c,color__c\nvw\n", {}, False),
        ("brand__c,color__c\nvw\n", {"all-rows-rejected": "completed"}, True),
        ("brand__c,color__c\nvw\n", {"records-processed": "all-rows"}, True),
        ("brand__c,color__c\nvw\nkia,red\n", {}, True),
    ],
)
def test_rejected_row_without_others_is_no_decision_about_them(dealer_with, file, others, is_decisive):
    dealer = dealer_with(others)
    dealer.done(file, object="car")
    assert ("rejected-rows" in dealer.tenant.consulted) == is_decisive


@pytest.mark.parametrize("choice", ["fail-job", "stop"])
def test_file_without_rejected_rows_is_written_under_every_choice(dealer_with, choice):
    dealer = dealer_with({"rejected-rows": choice})
    rows = "".join(f"b{number},{number}\n" for number in range(3 * ROWS_PER_CHUNK))
    job = dealer.done(f"brand__c,plate__c\n{rows}", object="car")
    assert result(dealer, job) == (Status.COMPLETED, 3 * ROWS_PER_CHUNK, [])
    assert len(brands(dealer)) == 3 * ROWS_PER_CHUNK
    assert list(dealer.tenant.consulted) == []


@pytest.mark.fidelity("jobs-17")
@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("skip", (Status.COMPLETED, 2, [3])),
        ("fail-job", (Status.FAILED, 0, [3])),
        ("stop", (Status.FAILED, 1, [3])),
    ],
)
def test_planned_rejection_follows_the_same_rules(dealer_with, choice, expected):
    dealer = dealer_with({"rejected-rows": choice})
    dealer.tenant.planned_outcomes.reject_rows(PlannedRejection(rows={3: (71012560, "On purpose.")}))
    job = dealer.done("brand__c\nvw\nkia\nfiat\n", object="car")
    assert result(dealer, job) == expected
    assert dealer.errors(job)[0].problem.code == 71012560


def test_update_that_fails_leaves_every_record_as_it_was(dealer_with):
    dealer = dealer_with({"rejected-rows": "fail-job"})
    dealer.done("brand__c,plate__c\nvw,A\nkia,B\n", object="car")
    before = dealer.records("car")
    rows = f"{before[0].id},fiat,C\n{before[1].id},fiat,C\n"
    job = dealer.done(f"id,brand__c,plate__c\n{rows}", "update", "car")
    assert (result(dealer, job), dealer.records("car")) == ((Status.FAILED, 0, [3]), before)


def test_planned_failure_decides_about_a_job_with_rejected_rows(dealer_with):
    dealer = dealer_with({"rejected-rows": "fail-job"})
    dealer.tenant.planned_outcomes.fail_next(PlannedFailure(after_records=2))
    job = dealer.done(TWO_OF_FOUR, object="car")
    assert (result(dealer, job), job.error.code) == ((Status.FAILED, 0, [3]), 71012560)


# Jobs whose rows are all rejected


@pytest.mark.fidelity("jobs-18")
@pytest.mark.parametrize(
    ("choice", "status", "message"),
    [
        ("failed", Status.FAILED, "1 cell"),
        ("completed", Status.COMPLETED, None),
        ("failed-generic", Status.FAILED, GENERIC),
    ],
)
def test_job_whose_rows_are_all_rejected(dealer_with, choice, status, message):
    dealer = dealer_with({"all-rows-rejected": choice})
    job = dealer.done(ALL_INVALID, object="car")
    assert result(dealer, job) == (status, 0, [2, 3])
    assert (None if job.error is None else job.error.code) == (None if message is None else 71012520)
    assert message is None or message in job.error.message
    assert "all-rows-rejected" in dealer.tenant.consulted


@pytest.mark.parametrize(
    ("rejected_rows", "file"), [("skip", TWO_OF_FOUR), ("fail-job", ALL_INVALID), ("stop", ALL_INVALID)]
)
def test_other_jobs_do_not_consult_the_assumption_about_all_rows(dealer_with, rejected_rows, file):
    dealer = dealer_with({"rejected-rows": rejected_rows})
    dealer.done(file, object="car")
    assert "all-rows-rejected" not in dealer.tenant.consulted


# recordsProcessed


@pytest.mark.fidelity("jobs-16")
@pytest.mark.parametrize(("rejected_rows", "processed"), [("skip", 4), ("fail-job", 0), ("stop", 2)])
def test_records_processed_can_count_rejected_rows(dealer_with, rejected_rows, processed):
    dealer = dealer_with({"records-processed": "all-rows", "rejected-rows": rejected_rows})
    assert dealer.done(TWO_OF_FOUR, object="car").records_processed == processed


def test_records_processed_consults_no_assumption_without_rejected_rows(dealer_with):
    dealer = dealer_with({"records-processed": "all-rows"})
    assert dealer.done("brand__c\nvw\n", object="car").records_processed == 1
    assert "records-processed" not in dealer.tenant.consulted


# Unique values


@pytest.mark.fidelity("rows-07", "rows-08")
@pytest.mark.parametrize("rejected_rows", ["skip", "fail-job"])
@pytest.mark.parametrize(("choice", "rejected"), [("stored", [2]), ("file", [])])
def test_unique_value_of_a_stored_record(dealer_with, rejected_rows, choice, rejected):
    dealer = dealer_with({"unique-scope": choice, "rejected-rows": rejected_rows})
    batch_operations.create(dealer.caller, "car", [{"plate__c": "A"}], partial=False)
    job = dealer.done("plate__c\nA\n", object="car")
    assert [error.row for error in dealer.errors(job)] == rejected
    assert "unique-scope" in dealer.tenant.consulted
    assert all(error.reason == "assumption unique-scope=stored (test)" for error in dealer.errors(job))


@pytest.mark.parametrize("rejected_rows", ["skip", "fail-job"])
@pytest.mark.parametrize("choice", ["stored", "file"])
def test_unique_value_of_an_earlier_row_is_always_rejected(dealer_with, rejected_rows, choice):
    dealer = dealer_with({"unique-scope": choice, "rejected-rows": rejected_rows})
    job = dealer.done(TWO_OF_FOUR, object="car")
    assert [error.row for error in dealer.errors(job)] == [3, 5]
    assert "unique-scope" not in dealer.tenant.consulted


def test_records_that_share_a_unique_value_can_be_updated_and_deleted(dealer_with):
    dealer = dealer_with({"unique-scope": "file"})
    for brand in ("vw", "kia"):
        dealer.done(f"brand__c,plate__c\n{brand},A\n", object="car")
    first, second = (record.id for record in dealer.records("car"))
    job = dealer.done(f"id,brand__c,plate__c\n{first},fiat,A\n{second},audi,A\n", "update", "car")
    assert [error.row for error in dealer.errors(job)] == [3]
    dealer.done(f"id,brand__c,plate__c\n{first},fiat,B\n", "update", "car")
    dealer.ended(dealer.submit("delete", "car"))
    assert dealer.records("car") == []


# Ids of rejected rows


def test_rejected_row_of_a_create_gets_an_id_of_its_own(dealer_with):
    dealer = dealer_with()
    job = dealer.done(ALL_INVALID, object="car")
    ids = [error.record_id for error in dealer.errors(job)]
    assert len({*ids}) == 2
    assert all(len(each) == 36 for each in ids)


def test_rejected_row_of_an_update_keeps_its_id_as_sent(dealer_with):
    dealer = dealer_with()
    job = dealer.done("brand__c,ID\nvw,ABC\nvw\n", "update", "car")
    assert [error.record_id for error in dealer.errors(job)] == ["ABC", ""]
