import pytest

from mock_zuora.domain.errors import Category, Resource, ZuoraError
from mock_zuora.domain.objects.document_checks import flag_from, refuse, refuse_unknown, text_from


def refusal_of(call):
    with pytest.raises(ZuoraError) as refusal:
        call()
    return refusal.value.code, refusal.value.message


def test_refusal_is_about_the_definition_by_default():
    assert (refuse("x").code, refuse("x", Category.RULE, Resource.DEFINITION_FILTERABLE).code) == (71000020, 71000530)


def test_optional_text_has_a_maximum_length():
    assert text_from({"label": "Car"}, "label", "car", 3) == "Car"
    assert text_from({"label": None}, "label", "car", 3) is None
    assert text_from({}, "label", "car", 3) is None
    code, message = refusal_of(lambda: text_from({"label": "Cars"}, "label", "car", 3))
    assert (code, message) == (71000020, "car: label must be a string of at most 3 characters, not 'Cars'.")
    assert refusal_of(lambda: text_from({"label": 4}, "label", "car", 3))[0] == 71000020


def test_optional_flag_is_false_by_default():
    assert (flag_from("car", {}, "multiselect"), flag_from("car", {"multiselect": True}, "multiselect")) == (
        False,
        True,
    )
    code, message = refusal_of(lambda: flag_from("car", {"multiselect": 1}, "multiselect"))
    assert (code, message) == (71000020, "car: multiselect 1 is not true or false.")


def test_unknown_key_is_refused_with_the_valid_keys():
    refuse_unknown("car", {"label": 1}, frozenset({"label", "object"}))
    code, message = refusal_of(lambda: refuse_unknown("car", {"color": 1}, frozenset({"label", "object"})))
    assert (code, message) == (71000021, "car: unknown key 'color'; expected label, object.")
