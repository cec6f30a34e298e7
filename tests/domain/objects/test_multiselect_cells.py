import pytest

from mock_zuora.domain.assumptions.catalogue.files import MULTISELECT_SEPARATOR
from mock_zuora.domain.errors import Category
from mock_zuora.domain.objects.field import Field, FieldType, FieldValidationError
from mock_zuora.domain.objects.field_values import from_json, from_text
from tests.domain.choosing import choosing

EXTRAS = Field(name="extras__c", type=FieldType.MULTISELECT, options=("radio", "roof", "a,b"))
CELLS = {"semicolon": "radio;roof", "comma": "radio,roof", "json": '["radio", "roof"]'}


def convert(choice, text):
    return from_text(EXTRAS, choosing(multiselect_separator=choice))(text)


@pytest.mark.fidelity("definitions-05")
@pytest.mark.parametrize("choice", CELLS)
def test_cell_is_stored_with_semicolons(choice):
    assert convert(choice, CELLS[choice]) == "radio;roof"


@pytest.mark.fidelity("definitions-05")
@pytest.mark.parametrize(("choice", "other"), [(a, b) for a in CELLS for b in CELLS if a != b])
def test_cell_in_another_form_is_refused_and_names_the_assumption(choice, other):
    with pytest.raises(FieldValidationError) as error:
        convert(choice, CELLS[other])
    assert (error.value.category, error.value.assumption) == (Category.INVALID_STRING, MULTISELECT_SEPARATOR)
    assert "[extras__c]" in error.value.message


@pytest.mark.parametrize("choice", CELLS)
@pytest.mark.parametrize("text", ["wings", "radio|roof", "[]", '[""]', "[4]", "{}", '"radio"', "[" * 5_000, ";", ","])
def test_cell_that_no_choice_accepts_names_no_assumption(choice, text):
    with pytest.raises(FieldValidationError) as error:
        convert(choice, text)
    assert error.value.assumption is None


def test_option_with_a_comma_is_accepted_where_commas_do_not_separate():
    assert convert("semicolon", "a,b;radio") == convert("json", '["a,b", "radio"]') == "a,b;radio"


@pytest.mark.parametrize("choice", CELLS)
def test_json_values_have_semicolons_under_every_choice(choice):
    choices = choosing(multiselect_separator=choice)
    assert from_json(EXTRAS, "radio;roof", choices) == "radio;roof"
    assert choices.consulted == {}
