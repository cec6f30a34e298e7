"""The OpenAPI document of the emulated API, generated from the path operations and models."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from mock_zuora.api.bodies import JobRequest

_REF = "#/components/schemas/{model}"


def openapi_document(api: FastAPI) -> dict[str, Any]:
    """The document. Bodies that handlers read themselves are declared by name; their schemas are added here."""
    document = get_openapi(title=api.title, version=api.version, routes=api.routes)
    _, bodies = models_json_schema([(JobRequest, "validation")], ref_template=_REF)
    document["components"]["schemas"].update(bodies["$defs"])
    return document
