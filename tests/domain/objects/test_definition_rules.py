"""The rules for definitions, and which assumptions decide them."""

import pytest

from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.definition_document import definition_from, document_of
from mock_zuora.domain.objects.definition_rules import check_change, check_new
from tests.domain.choosing import DEFAULTS, choosing


def text(**more):
    return {"type": "string", "label": "L", **more}


def fields(count, **more):
    return {f"f{at}__c": text(**more) for at in range(count)}


def car(properties, **more):
    return definition_from({"object": "car", "label": "Car", "properties": properties, **more})


def one_filterable(**field):
    return car({"a__c": text(**field)}, filterable=["a__c"])


def refusal_of(definition, choices=DEFAULTS):
    with pytest.raises(ZuoraError) as refusal:
        check_new(definition, choosing(choices))
    return refusal.value


# Fields that a definition cannot have


@pytest.mark.fidelity("definitions-12")
def test_definition_needs_a_custom_field():
    refusal = refusal_of(car({}))
    assert (refusal.code, "properties of 'car'" in refusal.message) == (71000022, True)
    check_new(car(fields(1)), choosing())


@pytest.mark.fidelity("definitions-27")
@pytest.mark.parametrize("flags", [("filterable",), ("filterable", "unique")], ids=["filterable", "unique"])
@pytest.mark.parametrize("kind", [{"format": "url"}, {"enum": ["a"], "multiselect": True}], ids=["url", "multiselect"])
def test_url_and_multiselect_fields_are_neither_filterable_nor_unique(kind, flags):
    refusal = refusal_of(car({"a__c": text(**kind)}, **dict.fromkeys(flags, ["a__c"])))
    assert (refusal.code, "neither filterable nor unique" in refusal.message) == (71000530, True)
    check_new(car({"a__c": text(**kind)}), choosing())


@pytest.mark.fidelity("definitions-27")
def test_option_has_at_most_255_characters():
    check_new(car({"a__c": text(enum=["o" * 255])}), choosing())
    refusal = refusal_of(car({"a__c": text(enum=["o" * 256])}))
    assert (refusal.code, "256 characters; expected at most 255" in refusal.message) == (71000030, True)


@pytest.mark.fidelity("definitions-27")
@pytest.mark.parametrize("format", ["url", "email"])
def test_display_name_is_text_without_a_format(format):
    refusal = refusal_of(car({"a__c": text(displayName=True, format=format)}))
    assert (refusal.code, "text fields without a format" in refusal.message) == (71000030, True)


@pytest.mark.fidelity("definitions-12")
def test_object_has_one_display_name():
    check_new(car({**fields(1, displayName=True), "other__c": text()}), choosing())
    refusal = refusal_of(car(fields(2, displayName=True)))
    assert (refusal.code, "2 displayName fields; at most 1 is possible" in refusal.message) == (71000030, True)


def test_filterable_picklist_has_at_most_512_characters():
    assert "at most 512, not 513" in refusal_of(one_filterable(enum=["a"], maxLength=513)).message


# Assumptions


@pytest.mark.fidelity("definitions-24")
@pytest.mark.parametrize("length", [256, 512])
def test_text_limit_decides_about_256_to_512_characters(length):
    choices = choosing()
    check_new(one_filterable(maxLength=length), choices)
    assert list(choices.consulted) == ["text-limit"]
    refusal = refusal_of(one_filterable(maxLength=length), {"text-limit": "255"})
    assert (refusal.code, refusal.assumption.name) == (71000530, "text-limit")
    assert f"at most 255, not {length}" in refusal.message


@pytest.mark.parametrize(
    "definition",
    [one_filterable(maxLength=255), one_filterable(), car(fields(1, maxLength=512)), one_filterable(enum=["a"])],
    ids=["255", "no maxLength", "not filterable", "picklist"],
)
def test_other_fields_do_not_consult_the_text_limit(definition):
    choices = choosing({"text-limit": "255"})
    check_new(definition, choices)
    assert list(choices.consulted) == []


def test_exported_field_without_max_length_passes_the_text_limit():
    exported = {"schema": document_of(one_filterable())}
    assert exported["schema"]["properties"]["a__c"]["maxLength"] == 512
    check_new(definition_from(exported), choosing({"text-limit": "255"}))


@pytest.mark.fidelity("definitions-25")
def test_filterable_limit_decides_about_more_than_10_fields():
    ten = choosing()
    check_new(car(fields(11), filterable=list(fields(10))), ten)
    assert list(ten.consulted) == []
    eleven = car(fields(11), filterable=list(fields(11)))
    refusal = refusal_of(eleven)
    assert (refusal.code, refusal.assumption.name) == (71000530, "filterable-limit")
    assert "11 filterable fields; at most 10" in refusal.message
    check_new(eleven, choosing({"filterable-limit": "none"}))


# Changes


def test_change_is_not_refused_for_what_it_leaves_as_it_was():
    loaded = car(
        {**fields(12), "url__c": text(format="url"), "long__c": text(maxLength=400)},
        filterable=[*fields(12), "url__c", "long__c"],
    )
    choices = choosing({"text-limit": "255"})
    check_change(loaded, loaded, choices)
    assert list(choices.consulted) == []


def test_last_field_cannot_be_removed():
    with pytest.raises(ZuoraError, match="at least one custom field"):
        check_change(car(fields(1)), Definition(object="car"), choosing())


@pytest.mark.fidelity("definitions-29")
def test_definition_is_loaded_whatever_the_assumptions_choose():
    properties = {**fields(12, maxLength=512), "url__c": text(format="url")}
    assert len(car(properties, filterable=list(properties)).fields) == 13
    assert car({}).fields == {}
