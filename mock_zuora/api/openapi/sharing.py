"""What several operations have in common stands in the document once, as a component that they refer to."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

_SAME_EVERYWHERE: Final = frozenset({"401", "405", "409", "422", "429"})
Place = tuple[dict[str, Any], str, str]
"""Where something stands: in what, under which key, and the name of the component that it could be."""


def share_examples(paths: Mapping[str, Any]) -> dict[str, Any]:
    """Moves the examples of refusals that stand several times out of the paths, and gives them as components."""
    places = [
        (examples, name, name)
        for response in _responses(paths)
        for media in response["content"].values()
        for examples in [media.get("examples", {})]
        for name in examples
    ]
    return _share(places, "examples")


def share_responses(paths: Mapping[str, Any]) -> dict[str, Any]:
    """The same with whole responses whose status means the same wherever it stands."""
    places = [
        (operation["responses"], status, f"Status{status}")
        for operation in _operations(paths)
        for status in operation["responses"].keys() & _SAME_EVERYWHERE
    ]
    return _share(places, "responses")


def _share(places: list[Place], kind: str) -> dict[str, Any]:
    count = Counter((name, json.dumps(holder[key])) for holder, key, name in places)
    shared: dict[str, Any] = {}
    for holder, key, name in places:
        value = holder[key]
        if count[name, json.dumps(value)] > 1 and shared.setdefault(name, value) == value:
            holder[key] = {"$ref": f"#/components/{kind}/{name}"}
    return dict(sorted(shared.items()))


def _operations(paths: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in paths.values():
        yield from operations.values()


def _responses(paths: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for operation in _operations(paths):
        yield from operation["responses"].values()
