"""The OpenAPI document of the emulated API, generated from the path operations, the models and the refusals."""

from mock_zuora.api.openapi.build import document_json, openapi_document

__all__ = ["document_json", "openapi_document"]
