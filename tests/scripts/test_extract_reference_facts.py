"""The facts and examples that scripts/extract_reference_facts.py extracts."""

import json

import pytest

from scripts import extract_reference_facts
from scripts.extract_reference_facts import Facts, main, read_facts

DOCUMENT = {
    "info": {"version": "2023-12-15"},
    "consumes": ["application/json"],
    "paths": {
        "/things/{id}": {
            "put": {
                "operationId": "PutThing",
                "description": "Changes a thing.",
                "parameters": [
                    {"in": "path", "name": "id", "required": True, "type": "string", "maxLength": 36},
                    {"in": "body", "name": "body", "required": True, "schema": {"$ref": "#/definitions/Thing"}},
                ],
                "responses": {"204": {"description": "No content"}, "404": {"$ref": "#/responses/NotFound"}},
            }
        }
    },
    "responses": {"NotFound": {"description": "None", "headers": {"Retry-After": {"type": "integer"}}}},
    "definitions": {
        "Thing": {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string", "enum": ["big", "small"], "description": "How large it is."},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "additionalProperties": False,
        }
    },
}
FACTS = {
    "PUT /things/{id}",
    "PUT /things/{id} 204",
    "PUT /things/{id} 404",
    "PUT /things/{id} 404 header Retry-After",
    "PUT /things/{id} 404 header Retry-After type integer",
    "PUT /things/{id} body",
    "PUT /things/{id} body closed",
    "PUT /things/{id} body of application/json required",
    "PUT /things/{id} body type object",
    "PUT /things/{id} body.kind",
    "PUT /things/{id} body.kind enum big",
    "PUT /things/{id} body.kind enum small",
    "PUT /things/{id} body.kind required",
    "PUT /things/{id} body.kind type string",
    "PUT /things/{id} body.tags",
    "PUT /things/{id} body.tags type array",
    "PUT /things/{id} body.tags[]",
    "PUT /things/{id} body.tags[] type string",
    "PUT /things/{id} operationId PutThing",
    "PUT /things/{id} parameter path id",
    "PUT /things/{id} parameter path id maxLength 36",
    "PUT /things/{id} parameter path id required",
    "PUT /things/{id} parameter path id type string",
}


def test_facts_of_a_document_have_no_descriptions():
    assert Facts(DOCUMENT).lines == FACTS


def test_written_facts_are_read_back(tmp_path):
    file = tmp_path / "facts.txt"
    extract_reference_facts.write_facts([DOCUMENT], file)
    assert file.read_text("utf-8").startswith("# From Zuora's API reference, version 2023-12-15")
    assert read_facts(file) == FACTS


def test_descriptions_in_definition_examples_are_replaced(tmp_path):
    file = tmp_path / "definitions.json"
    sent = {"Car": {"object": "Car", "description": "A car.", "properties": {"a__c": {"description": "An a."}}}}
    models = {
        "PostCustomObjectDefinitionsRequest": {"example": {"definitions": sent}},
        "GETAllCustomObjectDefinitionsInNamespaceResponse": {"example": {"definitions": {}}},
        "CustomObjectDefinition": {"example": {"type": "object"}},
    }
    extract_reference_facts.write_definitions(models, file)
    written = json.loads(file.read_text("utf-8"))
    assert written["sent"]["Car"]["description"] == "Description of Car"
    assert written["sent"]["Car"]["properties"]["a__c"]["description"] == "Description of a__c"
    assert (written["listed"], written["person"]) == ({}, {"type": "object"})


def test_folder_without_reference_is_an_error(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path)])
    assert "no file *.swagger.yml" in capsys.readouterr().err
