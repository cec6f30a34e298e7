"""Our document beside Zuora's own reference, fact by fact. Every difference stands in ``openapi/differences.toml``.

A fact is a line such as ``POST /objects/jobs body.operation enum create``. The reference is not part of this project;
where it is not at hand, these tests are skipped.
"""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DIFFERENCES = ROOT / "openapi" / "differences.toml"
FOLDERS = [parent / "shared" / "reference" for parent in ROOT.parents]
REFERENCE = sorted(path for folder in FOLDERS for path in folder.glob("*.swagger.yml"))
METHODS = ("get", "post", "put", "patch", "delete")
KEYWORDS = (
    "type", "format", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties",
    "maxProperties", "pattern", "default",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    not REFERENCE, reason="needs Zuora's reference in ../shared/reference, which is not here"
)


class Facts:
    """The facts of one document, of Swagger 2.0 or of OpenAPI 3.1."""

    def __init__(self, document):
        self.document = document
        self.lines = set()
        for path, operations in document["paths"].items():
            for method in METHODS:
                if method in operations:
                    self.take_operation(f"{method.upper()} {path}", operations[method])

    def resolve(self, node):
        while "$ref" in node:
            place = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                place = place[key]
            node = place
        return node

    def take_operation(self, name, operation):
        self.lines |= {name, f"{name} operationId {operation['operationId']}"}
        parameters = [self.resolve(each) for each in operation.get("parameters", ())]
        for parameter in parameters:
            self.take_parameter(name, operation, parameter)
        if "requestBody" in operation:
            for media_type, media in operation["requestBody"]["content"].items():
                self.take_body(name, media_type, media["schema"], operation["requestBody"]["required"])
        for status, response in operation["responses"].items():
            self.take_response(f"{name} {status}", self.resolve(response))

    def take_parameter(self, name, operation, parameter):
        consumes = operation.get("consumes", self.document.get("consumes", ["application/json"]))
        if parameter["in"] == "body":
            self.take_body(name, consumes[0], parameter["schema"], parameter["required"])
        elif parameter["in"] == "formData":
            self.lines |= {f"{name} body", f"{name} body of {consumes[0]} required"}
            self.take_schema(f"{name} body.{parameter['name']}", parameter, required=parameter["required"])
        else:
            where = f"{name} parameter {parameter['in']} {parameter['name']}"
            self.take_schema(where, parameter.get("schema", parameter), required=parameter["required"])

    def take_body(self, name, media_type, schema, required):
        self.lines.add(f"{name} body of {media_type}{' required' if required else ''}")
        self.take_schema(f"{name} body", schema)

    def take_response(self, name, response):
        self.lines.add(name)
        for header, said in response.get("headers", {}).items():
            said = self.resolve(said)
            self.take_schema(f"{name} header {header}", said.get("schema", said))
        schemas = [media["schema"] for media in response.get("content", {}).values()]
        schemas += [response["schema"]] if "schema" in response else []
        for schema in schemas:
            self.take_schema(f"{name} body", schema)

    def take_schema(self, where, schema, *, required=False):
        schema = {**schema, **self.resolve(schema)}
        self.lines.add(where)
        if required is True:
            self.lines.add(f"{where} required")
        self.lines |= {f"{where} {word} {schema[word]}" for word in KEYWORDS if isinstance(schema.get(word), str | int)}
        options = schema.get("enum", [schema["const"]] if "const" in schema else [])
        self.lines |= {f"{where} enum {option}" for option in options}
        for part in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(part, ()):
                self.take_schema(where, each)
        for name, each in schema.get("properties", {}).items():
            self.take_schema(f"{where}.{name}", each, required=name in schema.get("required", ()))
        if "items" in schema:
            self.take_schema(f"{where}[]", schema["items"])
        extra = schema.get("additionalProperties")
        if extra is False:
            self.lines.add(f"{where} closed")
        elif extra is not None:
            self.take_schema(f"{where}{{}}", extra if isinstance(extra, dict) else {})


def matches(pattern, line):
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), line) is not None


@pytest.fixture(scope="module")
def theirs():
    return set().union(*(Facts(yaml.safe_load(path.read_text())).lines for path in REFERENCE))


@pytest.fixture(scope="module")
def ours(document):
    return Facts(document).lines


@pytest.fixture(scope="module")
def differences():
    return tomllib.loads(DIFFERENCES.read_text())


def only_in(some, others):
    """The facts of some that others lack, without what follows from one of them, as the fields of a missing body."""
    lines = some - others
    return {line for line in lines if not any(line[: cut.start()] in lines for cut in re.finditer(r"[ .\[{]", line))}


def unlisted(lines, listed):
    return sorted(line for line in lines if not any(matches(each["what"], line) for each in listed))


def test_the_reference_has_facts_to_compare(theirs):
    assert "PATCH /objects/jobs/{id}/cancel 404" in theirs
    assert "POST /objects/jobs body.operation enum create" in theirs
    assert len(theirs) > 2_000


def test_whatever_the_reference_has_is_in_our_document_or_listed(theirs, ours, differences):
    assert unlisted(only_in(theirs, ours), differences["theirs"]) == []


def test_whatever_our_document_has_beyond_the_reference_is_listed(theirs, ours, differences):
    assert unlisted(only_in(ours, theirs), differences["ours"]) == []


@pytest.mark.parametrize("side", ["theirs", "ours"])
def test_every_listed_difference_is_one(theirs, ours, differences, side):
    lines = only_in(theirs, ours) if side == "theirs" else only_in(ours, theirs)
    gone = [each["what"] for each in differences[side] if not any(matches(each["what"], line) for line in lines)]
    assert gone == []


def test_every_listed_difference_has_a_reason(differences):
    assert all(len(each["reason"]) > 20 for side in differences.values() for each in side)
