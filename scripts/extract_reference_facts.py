"""Extracts from Zuora's API reference what the tests compare mock_zuora with. The reference is not in the repository.

    python scripts/extract_reference_facts.py REFERENCE_DIR

REFERENCE_DIR holds the reference as Swagger 2.0 files, named ``*.swagger.yml``. Two files are written, without the
reference's descriptions:

- ``reference_facts.txt``: one fact per line, such as ``POST /objects/jobs body.operation enum create``.
- ``reference_definitions.json``: the examples of custom object definitions.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parents[1] / "tests" / "conformance"
FACTS_FILE: Final = FOLDER / "reference_facts.txt"
DEFINITIONS_FILE: Final = FOLDER / "reference_definitions.json"
METHODS: Final = ("get", "post", "put", "patch", "delete")
KEYWORDS: Final = (
    "type", "format", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties",
    "maxProperties", "pattern", "default",
)  # fmt: skip
"""The keywords of a schema whose values are facts, beside ``enum`` and ``required``."""


class Facts:
    """The facts of one document, Swagger 2.0 or OpenAPI 3.1, as a set of lines."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.lines: set[str] = set()
        for path, operations in document["paths"].items():
            for method in METHODS:
                if method in operations:
                    self._add_operation(f"{method.upper()} {path}", operations[method])

    def _resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            target = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            node = target
        return node

    def _add_operation(self, name: str, operation: dict[str, Any]) -> None:
        self.lines |= {name, f"{name} operationId {operation['operationId']}"}
        for parameter in operation.get("parameters", ()):
            self._add_parameter(name, operation, self._resolve(parameter))
        if "requestBody" in operation:
            for media_type, media in operation["requestBody"]["content"].items():
                self._add_body(name, media_type, media["schema"], operation["requestBody"]["required"])
        for status, response in operation["responses"].items():
            self._add_response(f"{name} {status}", self._resolve(response))

    def _add_parameter(self, name: str, operation: dict[str, Any], parameter: dict[str, Any]) -> None:
        consumes = operation.get("consumes", self.document.get("consumes", ["application/json"]))
        if parameter["in"] == "body":
            self._add_body(name, consumes[0], parameter["schema"], parameter["required"])
        elif parameter["in"] == "formData":
            self.lines |= {f"{name} body", f"{name} body of {consumes[0]} required"}
            self._add_schema(f"{name} body.{parameter['name']}", parameter, required=parameter["required"])
        else:
            where = f"{name} parameter {parameter['in']} {parameter['name']}"
            self._add_schema(where, parameter.get("schema", parameter), required=parameter["required"])

    def _add_body(self, name: str, media_type: str, schema: dict[str, Any], required: bool) -> None:
        self.lines.add(f"{name} body of {media_type}{' required' if required else ''}")
        self._add_schema(f"{name} body", schema)

    def _add_response(self, name: str, response: dict[str, Any]) -> None:
        self.lines.add(name)
        for header_name, header in response.get("headers", {}).items():
            header = self._resolve(header)
            self._add_schema(f"{name} header {header_name}", header.get("schema", header))
        schemas = [media["schema"] for media in response.get("content", {}).values()]
        schemas += [response["schema"]] if "schema" in response else []
        for schema in schemas:
            self._add_schema(f"{name} body", schema)

    def _add_schema(self, where: str, schema: dict[str, Any], *, required: Any = False) -> None:
        schema = {**schema, **self._resolve(schema)}
        self.lines.add(where)
        # A schema may itself have a list ``required``, which is not meant here.
        if required is True:
            self.lines.add(f"{where} required")
        self.lines |= {f"{where} {word} {schema[word]}" for word in KEYWORDS if isinstance(schema.get(word), str | int)}
        choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
        self.lines |= {f"{where} enum {choice}" for choice in choices}
        for subschema_where, subschema, is_required in _subschemas(where, schema):
            self._add_schema(subschema_where, subschema, required=is_required)
        if schema.get("additionalProperties") is False:
            self.lines.add(f"{where} closed")


def _subschemas(where: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """The schemas inside a schema: the place of each, the schema, and whether it is a required property."""
    for keyword in ("allOf", "anyOf", "oneOf"):
        for alternative in schema.get(keyword, ()):
            yield where, alternative, False
    for name, property_schema in schema.get("properties", {}).items():
        yield f"{where}.{name}", property_schema, name in schema.get("required", ())
    if "items" in schema:
        yield f"{where}[]", schema["items"], False
    additional = schema.get("additionalProperties")
    if additional is not None and additional is not False:
        yield f"{where}{{}}", additional if isinstance(additional, dict) else {}, False


def read_facts(file: Path = FACTS_FILE) -> set[str]:
    """Reads a file of facts; lines that start with # are comments."""
    return {line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")}


def write_facts(documents: Iterable[dict[str, Any]], file: Path = FACTS_FILE) -> None:
    """Writes the facts of the documents, sorted, below one comment line that names their source."""
    documents = list(documents)
    versions = ", ".join(sorted({document["info"]["version"] for document in documents}))
    facts = sorted(set().union(*(Facts(document).lines for document in documents)))
    source = f"# From Zuora's API reference, version {versions}, by scripts/extract_reference_facts.py"
    file.write_text("\n".join([source, *facts, ""]), "utf-8")


def write_definitions(models: dict[str, Any], file: Path = DEFINITIONS_FILE) -> None:
    """Writes the examples of definitions: what a POST sends, what a list returns, and an older form."""
    examples = {
        "sent": models["PostCustomObjectDefinitionsRequest"]["example"]["definitions"],
        "listed": models["GETAllCustomObjectDefinitionsInNamespaceResponse"]["example"]["definitions"],
        "person": models["CustomObjectDefinition"]["example"],
    }
    file.write_text(json.dumps(_without_descriptions(examples), indent=1, sort_keys=True) + "\n", "utf-8")


def _without_descriptions(node: Any, name: str = "") -> Any:
    """A copy in which each description is replaced by one made from the name of what it describes."""
    if isinstance(node, list):
        return [_without_descriptions(each) for each in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _without_descriptions(value, key) for key, value in node.items()}
    if isinstance(node.get("description"), str):
        copy["description"] = f"Description of {node.get('object', name)}"
    return copy


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Extracts the facts of Zuora's API reference.")
    parser.add_argument("reference", type=Path, metavar="REFERENCE_DIR", help="folder with the files *.swagger.yml")
    folder = parser.parse_args(arguments).reference
    files = sorted(folder.glob("*.swagger.yml"))
    if not files:
        parser.error(f"{folder}: no file *.swagger.yml")
    documents = [yaml.safe_load(file.read_text("utf-8")) for file in files]
    write_facts(documents)
    for document in documents:
        if "CustomObjectDefinition" in document["definitions"]:
            write_definitions(document["definitions"])


if __name__ == "__main__":
    main()
