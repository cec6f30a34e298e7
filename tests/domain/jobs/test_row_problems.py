import pytest

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.catalogue.files import BOOLEAN_TEXT, EMPTY_CELL
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.errors import Category
from mock_zuora.domain.jobs.file_rows import PROBLEMS_PER_CHUNK
from mock_zuora.domain.jobs.lifecycle import apply_clock
from mock_zuora.domain.jobs.row_problems import MAX_PROBLEMS, RowProblems, wrong_width
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import Field, FieldType, FieldValidationError
from mock_zuora.domain.tenants.settings import Transitions

ID = "30c52793-8f06-41c6-b623-04829710d7a1"
CAR = Definition(
    object="car",
    fields={
        each.name: each
        for each in (
            Field(name="brand__c", required=True),
            Field(name="doors__c", type=FieldType.INTEGER),
            Field(name="is_new__c", type=FieldType.BOOLEAN),
            Field(name="plate__c", unique=True),
            Field(name="dealer__c"),
        )
    },
    relationships=(Relationship(namespace="default", object="dealer", fields={"dealer__c": "Id"}),),
)


def together(*found):
    problems = RowProblems()
    for each in found:
        with problems:
            raise each
    return problems.together()


def problem(message, category=Category.INVALID, assumption=None):
    return FieldValidationError(category, message, assumption)


@pytest.mark.fidelity("rows-18")
def test_single_problem_stays_as_it_is():
    assert together(only := problem("input string is not valid")) is only


@pytest.mark.fidelity("rows-18")
def test_problems_have_the_code_of_the_first_and_the_first_assumption():
    error = together(
        problem("not a UUID", Category.INVALID),
        problem("Too long.", Category.INVALID_STRING, BOOLEAN_TEXT),
        problem("Did you mean 'red'?", Category.MISSING, EMPTY_CELL),
    )
    assert (error.category, error.assumption) == (Category.INVALID, BOOLEAN_TEXT)
    assert error.message == "not a UUID. Too long. Did you mean 'red'?"


@pytest.mark.fidelity("rows-18")
@pytest.mark.parametrize(
    ("count", "ending"), [(20, "19."), (21, "The row has 1 more problem."), (22, "2 more problems.")]
)
def test_number_of_named_problems_is_bounded(count, ending):
    message = together(*[problem(f"{number}.") for number in range(count)]).message
    assert message.endswith(ending)
    assert len([each for each in message.split() if each[:-1].isdigit() and each.endswith(".")]) == MAX_PROBLEMS


def test_other_exceptions_are_not_collected():
    with pytest.raises(ZeroDivisionError), RowProblems():
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("row", "hint"),
    [
        (("a", "b", "", ""), " The row ends with 2 commas too many."),
        (("a", ' "b', 'c"'), " A cell begins with a space and a quote; expected no space before the quote."),
        (('"Big" Volvo', "4", "5"), " A cell that contains a comma needs quotes."),
        (("a", "1", "50"), " A cell that contains a comma needs quotes."),
        (("a;b",), " Is the row separated by semicolons?"),
        (("a\tb",), " Is the row separated by tabs?"),
        (("a,b",), " The whole row is in quotes; expected quotes around single cells."),
        (("a",), ""),
        (("a;b;c",), ""),
    ],
)
def test_number_of_cells_is_explained(row, hint):
    counted = "1 cell" if len(row) == 1 else f"{len(row)} cells"
    assert wrong_width(row, 2).message == f"The row has {counted}, but the header row has 2 columns.{hint}"


@pytest.fixture
def dealer_with(make_actor):
    """A user of a tenant with cars, under choices of assumptions."""

    def dealer(**choices):
        named = {name.replace("_", "-"): choice for name, choice in choices.items()}
        return make_actor(objects=(CAR,), transitions=Transitions.IMMEDIATE, assume=assumed(named, Origin.TEST))

    return dealer


def only_error(dealer, text, operation="create"):
    (error,) = dealer.errors(dealer.done(text, operation, "car"))
    return error


@pytest.mark.fidelity("rows-18")
def test_all_problems_of_a_created_row_are_in_its_message(dealer_with):
    dealer = dealer_with()
    dealer.done("brand__c,plate__c\nvw,A\n", object="car")
    error = only_error(dealer, f"doors__c,is_new__c,plate__c,dealer__c\nfour,maybe,A,{ID}\n")
    (held,) = (each.id for each in dealer.records("car"))
    assert error.problem.code == 71012523
    assert error.problem.message == (
        "Field [doors__c] expects an integer, but the value is 'four'. "
        "Field [is_new__c] expects true or false, but the value is 'maybe'. "
        "Field [brand__c] is required, but has no value. "
        f"Field [plate__c] is unique, and its value 'A' is taken by record '{held}'. "
        f"Field [dealer__c] names record '{ID}', which object 'dealer' does not have."
    )
    assert error.reason == "assumption unique-scope=stored (default)"


@pytest.mark.fidelity("rows-18")
def test_all_problems_of_an_updated_row_are_in_its_message(dealer_with):
    dealer = dealer_with()
    dealer.done("brand__c,plate__c\nvw,A\n", object="car")
    error = only_error(dealer, "id,brand__c,doors__c,plate__c\nabc,,x,A\n", "update")
    assert (error.problem.code, error.problem.message) == (
        71012520,
        'input string "abc" is not a valid UUID. Field [brand__c] is required, but has no value. '
        "Field [doors__c] expects an integer, but the value is 'x'.",
    )
    (record,) = dealer.records("car")
    error = only_error(dealer, f"id,doors__c,plate__c\n{record.id},x,A\n", "update")
    assert error.problem.message == (
        "Field [doors__c] expects an integer, but the value is 'x'. Field [brand__c] is required, but has no value."
    )
    assert error.reason == "assumption update-missing-column=cleared (default)"


@pytest.mark.fidelity("rows-18")
def test_kept_values_of_an_updated_row_are_no_problem(dealer_with):
    dealer = dealer_with(update_missing_column="kept")
    dealer.done("brand__c\nvw\n", object="car")
    (record,) = dealer.records("car")
    error = only_error(dealer, f"id,doors__c\n{record.id},x\n", "update")
    assert error.problem.message == "Field [doors__c] expects an integer, but the value is 'x'."


@pytest.mark.fidelity("rows-18")
@pytest.mark.parametrize(
    ("choice", "second"),
    [("cleared", ""), ("rejected", " Field [is_new__c] cannot store an empty string; its cell is empty.")],
)
def test_empty_cells_of_a_rejected_row_follow_their_assumption(dealer_with, choice, second):
    error = only_error(dealer_with(empty_cell=choice), "brand__c,doors__c,is_new__c\nvw,x,\n")
    assert error.problem.message == f"Field [doors__c] expects an integer, but the value is 'x'.{second}"


def test_row_with_problems_that_rest_on_no_assumption_consults_none(dealer_with):
    dealer = dealer_with()
    dealer.done("brand__c,doors__c,is_new__c\nvw,x,true\nvw,4,true\n", object="car")
    assert not {"empty-cell", "empty-rows", "boolean-text", "unique-scope"} & dealer.tenant.consulted.keys()


def test_rows_with_many_problems_are_processed_in_smaller_chunks(make_actor):
    fields = {name: Field(name=name, type=FieldType.INTEGER) for name in (f"f{number}__c" for number in range(50))}
    user = make_actor(objects=(Definition(object="wide", fields=fields),), transitions=Transitions.TIME)
    job = user.started(",".join(fields) + "\n" + ("x," * 49 + "x\n") * 60, object="wide")
    user.tenant.clock.advance(60_000)
    chunks = 0
    while apply_clock(user.tenant, chunks=1):
        chunks += 1
    assert chunks >= 60 * 50 // (PROBLEMS_PER_CHUNK + 100)
    assert [error.row for error in user.errors(job)] == list(range(2, 62))
