"""The emulated API over HTTP: routes, pipeline, middleware and the OpenAPI document. Its rules are in ``domain``."""
