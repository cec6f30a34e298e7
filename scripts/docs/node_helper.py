"""Writes the generated parts of examples/with_node/mock-zuora.js and its types, from the control API's document."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.request import ProxyHandler, build_opener

from mock_zuora import MockZuora
from mock_zuora.admin.document import used_schemas
from mock_zuora.control.paths import CONTROL_PREFIX

FOLDER: Final = Path(__file__).parents[2] / "examples" / "with_node"
_GENERATED: Final = re.compile(r"(^ *// Generated .*\n)(?:.*\n)*?(^ *// End of the generated part\.\n)", re.MULTILINE)
_NAMES: Final = {"clock": "clock.now"}
"""Operations that the Python handle has under another name."""
_FIELDS: Final = {
    "requests.find": "requests", "requests.wait": "requests", "requests.count": "count", "token": "access_token",
}  # fmt: skip
"""The field that an operation returns, where the Python handle returns only a part of the result."""

Schema = Mapping[str, Any]


class Operation(NamedTuple):
    """An operation of the control API as a method in JavaScript."""

    name: str
    summary: str
    method: str
    path: str
    positional: list[str]
    """Parameters in the path, and the only required field of a body."""
    types: dict[str, Schema]
    """The schemas of the positional arguments."""
    options: dict[str, Schema] | str | None
    """Further options: their schemas by name, or the name of a schema."""
    is_document: bool
    """Whether the options are a document with required fields."""
    result: Schema | None


def operations_of(document: Schema) -> list[Operation]:
    """Returns the operations of the control API in the order of its document."""
    return [
        _operation(document, method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _operation(document: Schema, method: str, path: str, operation: Schema) -> Operation:
    parameters = [each for each in operation.get("parameters", ()) if each["name"] != "tenant"]
    types = {each["name"]: each["schema"] for each in parameters if each["in"] == "path"}
    options: dict[str, Schema] | str = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
    is_document = False
    if body := operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema"):
        name = body["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
        fields, required = schema.get("properties", {}), schema.get("required", [])
        if len(required) == 1:
            types[required[0]] = fields[required[0]]
            options = {each: fields[each] for each in fields if each != required[0]}
        else:
            options, is_document = name, bool(required)
    result = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema")
    operation_id: str = operation["operationId"]
    return Operation(
        camel(_NAMES.get(operation_id, operation_id)), operation["summary"], method, path.removeprefix(CONTROL_PREFIX),
        list(types), types, options or None, is_document, result,
    )  # fmt: skip


def camel(name: str) -> str:
    """Returns a name in camel case: ``addRecords`` for ``add_records``."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def script_part(document: Schema) -> Iterator[str]:
    """Returns the lines of the table of operations."""
    for each in operations_of(document):
        entry: list[Any] = [each.method, each.path, each.positional]
        field = _FIELDS.get(each.name)
        yield f'  "{each.name}": {json.dumps(entry if field is None else [*entry, field])},'


def types_part(document: Schema) -> Iterator[str]:
    """Returns the lines of the types: the groups of methods, and the schemas that they use."""
    operations = operations_of(document)
    groups: dict[str, list[Operation]] = {}
    for each in operations:
        group, _, _ = each.name.rpartition(".")
        groups.setdefault(group, []).append(each)
    for group, members in groups.items():
        yield f"export interface {group[:1].upper() + group[1:] if group else 'MockZuora'} {{"
        if not group:
            yield from (f"  readonly {name}: {name[:1].upper() + name[1:]};" for name in groups if name)
        for each in members:
            yield f"  /** {each.summary} */"
            yield f"  {_signature(each)}"
        yield "}\n"
    yield from _interfaces(document, operations)


def _signature(operation: Operation) -> str:
    arguments = [
        f"{name}: {'string | { id: string }' if name == 'id' else type_of(operation.types[name])}"
        for name in operation.positional
    ]
    if isinstance(operation.options, str):
        arguments.append(f"{'document' if operation.is_document else 'options?'}: {operation.options}")
    elif operation.options:
        fields = "; ".join(
            f"{name}?: {type_of(schema).removesuffix(' | null')}" for name, schema in operation.options.items()
        )
        arguments.append(f"options?: {{ {fields} }}")
    result = "void" if operation.result is None else type_of(operation.result)
    if field := _FIELDS.get(operation.name):
        result = f'{result}["{field}"]'
    return f"{operation.name.rpartition('.')[2]}({', '.join(arguments)}): Promise<{result}>;"


def type_of(schema: Schema) -> str:
    """Returns the TypeScript type of values that match a schema."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(each) for each in schema["anyOf"]))
    if isinstance(schema.get("type"), list):
        return " | ".join(dict.fromkeys(type_of({**schema, "type": each}) for each in schema["type"]))
    if "prefixItems" in schema:
        return f"[{', '.join(type_of(each) for each in schema['prefixItems'])}]"
    kind = schema.get("type")
    if kind == "array":
        return f"Array<{type_of(schema.get('items', {}))}>"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {type_of(values) if isinstance(values, Mapping) else 'any'}>"
    names = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}
    return names.get(str(kind), "any")


def _interfaces(document: Schema, operations: list[Operation]) -> Iterator[str]:
    schemas = document["components"]["schemas"]
    named = {each.options for each in operations if isinstance(each.options, str)}
    arguments = [*(each.options for each in operations), *(each.types for each in operations), *map(schemas.get, named)]
    results = used_schemas(schemas, [each.result for each in operations]).keys()
    inputs = named | used_schemas(schemas, arguments).keys()
    for name in sorted(results | inputs):
        schema = schemas[name]
        if "properties" not in schema:
            yield f"export type {name} = {type_of(schema)};\n"
            continue
        # The server always sends every field of a result.
        required = schema["properties"] if name not in inputs else schema.get("required", ())
        yield f"export interface {name} {{"
        for field, value in schema["properties"].items():
            if description := value.get("description"):
                yield f"  /** {description} */"
            yield f"  {field}{'' if field in required else '?'}: {type_of(value)};"
        yield "}\n"


@cache
def control_document() -> Schema:
    """Returns the OpenAPI document of the control API, as a server responds with it."""
    without_proxy = build_opener(ProxyHandler({}))
    with MockZuora() as zuora, without_proxy.open(f"{zuora.url}/__mock/openapi.json") as response:
        document: Schema = json.load(response)
    return document


def script() -> str:
    """Returns the current mock-zuora.js."""
    return _renewed("mock-zuora.js", script_part(control_document()))


def types() -> str:
    """Returns the current mock-zuora.d.ts."""
    return _renewed("mock-zuora.d.ts", types_part(control_document()))


def _renewed(name: str, lines: Iterator[str]) -> str:
    text = (FOLDER / name).read_text("utf-8")
    part = "\n".join(lines) + "\n"
    return _GENERATED.sub(lambda match: match[1] + part + match[2], text)
