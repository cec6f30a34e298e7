"""The emulated API as a Postman collection, made from its OpenAPI document. A run of it walks through a job's life."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from mock_zuora.api.openapi.examples import EXAMPLES
from mock_zuora.api.openapi.postman_steps import FOLDERS, Step
from mock_zuora.control.documents import DEFAULT_URL

_SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_DESCRIPTION: Final = """\
Every operation of the emulated API. Run the whole collection: each request saves the ids that the next ones need, and \
the last ones delete what the first ones made.

Change the variables `baseUrl`, `clientId` and `clientSecret` for another server or tenant, and `object` if the tenant \
has an object of that name already.
"""
_EMPTY: Final = ("accessToken", "jobId", "cancelledJobId", "recordId", "otherRecordId", "polls")
"""The variables that requests set."""


def postman_collection(document: Mapping[str, Any]) -> dict[str, Any]:
    """The collection, in the format 2.1, of an OpenAPI document of the emulated API."""
    credentials = EXAMPLES["credentials"]
    variables = {
        "baseUrl": DEFAULT_URL,
        "clientId": credentials["client_id"],
        "clientSecret": credentials["client_secret"],
        "object": EXAMPLES["submission"]["object"],
        **dict.fromkeys(_EMPTY, ""),
    }
    operations = dict(_operations(document))
    return {
        "info": {
            # The same in each version, so that an import replaces the collection.
            "_postman_id": str(uuid5(NAMESPACE_URL, document["info"]["contact"]["url"])),
            "name": document["info"]["title"],
            "description": _DESCRIPTION,
            "version": document["info"]["version"],
            "schema": _SCHEMA,
        },
        "variable": [{"key": key, "value": value, "type": "string"} for key, value in variables.items()],
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{accessToken}}", "type": "string"}]},
        "item": [
            {"name": name, "item": [_item(document, *operations[step.operation], step) for step in steps]}
            for name, steps in FOLDERS.items()
        ],
    }


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str, dict[str, Any]]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], (path, method.upper(), operation)


def _item(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], step: Step) -> Any:
    references = document["components"]["parameters"]
    parameters = [
        references[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in operation["parameters"]
    ]
    shown = [each for each in parameters if "example" in each]
    request: dict[str, Any] = {
        "method": method,
        "description": operation["description"],
        "header": [_optional(each) for each in shown if each["in"] == "header"],
        "url": _url(path, [_optional(each) for each in shown if each["in"] == "query"], step),
    }
    if not operation["security"]:
        request["auth"] = {"type": "noauth"}
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        request["header"].insert(0, {"key": "Content-Type", "value": media_type})
        request["body"] = _body(media_type, media["example"] if step.body is None else step.body)
    script = {"type": "text/javascript", "exec": _script(step).splitlines()}
    return {
        "name": step.name or operation["summary"],
        "event": [{"listen": "test", "script": script}],
        "request": request,
        "response": [],
    }


def _optional(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """A header or a parameter of the query. It is not sent unless the user enables it."""
    example = parameter["example"]
    value = ",".join(example) if isinstance(example, list) else str(example)
    return {"key": parameter["name"], "value": value, "description": parameter["description"], "disabled": True}


def _url(path: str, query: list[dict[str, Any]], step: Step) -> dict[str, Any]:
    values = {"id": "{{jobId}}" if path.startswith("/objects/jobs/") else "{{recordId}}", "object": "{{object}}"}
    place = re.sub(r"\{(\w+)\}", lambda found: {**values, **step.parameters}[found[1]], path)
    url = {"raw": "{{baseUrl}}" + place, "host": ["{{baseUrl}}"], "path": place.strip("/").split("/")}
    return {**url, "query": query} if query else url


def _body(media_type: str, example: Any) -> dict[str, Any]:
    if media_type == "application/x-www-form-urlencoded":
        values = {**example, "client_id": "{{clientId}}", "client_secret": "{{clientSecret}}"}
        form = [{"key": key, "value": value, "type": "text"} for key, value in values.items()]
        return {"mode": "urlencoded", "urlencoded": form}
    if isinstance(example, str):
        return {"mode": "raw", "raw": example}
    name = EXAMPLES["submission"]["object"]
    text = json.dumps(example, indent=2).replace(f'"{name}"', '"{{object}}"')
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}


def _script(step: Step) -> str:
    return (
        'pm.test("The status is 200", () => pm.response.to.have.status(200));\nconst body = pm.response.json();\n'
        + step.script
    )
