"""Placeholder until the query language lands."""

from typing import Any


class QueryError(Exception):
    message = ""
    position = 0


def parse(text: str) -> Any: ...
def compile_query(node: Any, definition: Any) -> Any: ...
def required_equalities(node: Any, definition: Any) -> Any: ...
