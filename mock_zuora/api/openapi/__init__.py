"""The OpenAPI document of the emulated API, generated from the path operations, the models and the refusals."""

from mock_zuora.api.openapi.build import openapi_document

__all__ = ["openapi_document"]
