"""Conversion between results and JSON types. Standard library only: clients use it, too."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

Result = TypeVar("Result")

_PLAIN: Final = frozenset({str, int, float, bool, NoneType})
"""Most values. Long lists are converted while other requests wait."""


def to_json(value: Any) -> Any:
    """A result as JSON types. Timestamps are texts with milliseconds, ``2021-03-10T00:05:54.207Z``."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if names := _names(kind):
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {key: to_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.value if isinstance(value, Enum) else value


def from_json(kind: type[Result], value: Any) -> Result:
    """The result of type ``kind`` from JSON types. Unknown fields are ignored: a newer server may send more."""
    converted: Result = _converted(kind, value)
    return converted


def _converted(kind: Any, value: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if value is None:
        return None
    if origin in (Union, UnionType):
        return _converted(next(each for each in arguments if each is not NoneType), value)
    if origin in (list, tuple):
        return origin(_converted(arguments[0], each) for each in value)
    if hints := _hints(kind):
        return kind(**{name: _converted(hints[name], each) for name, each in value.items() if name in hints})
    # Not "is": freezegun replaces the name datetime while a test pretends another time.
    return datetime.fromisoformat(value) if isinstance(kind, type) and issubclass(kind, datetime) else value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """The names of a dataclass's fields; none for other types."""
    return tuple([each.name for each in fields(kind)]) if is_dataclass(kind) else ()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields by name; nothing for other types."""
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    return {each.name: hints[each.name] for each in fields(kind)} if hints else {}
