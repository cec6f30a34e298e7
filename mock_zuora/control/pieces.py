"""Long documents as pieces of JSON text, so that no step of a response keeps other requests waiting."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

PER_PIECE: Final = 100
"""Items of a list in one piece: about a millisecond of work."""
_CHARACTERS_PER_PIECE: Final = 256 * 1024
"""A piece ends with the item that exceeds this."""
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Pieces:
    """One JSON document, which does not change while its pieces are read. Any thread can read them."""

    text: Iterator[str]

    def document(self) -> Any:
        """The whole document."""
        return json.loads("".join(self.text))


def object_of(members: dict[str, Any]) -> Pieces:
    """An object. A value that is an iterator is a list, whose items are made as they are needed."""
    return Pieces(_object(members))


def list_of(items: Iterator[Any]) -> Pieces:
    """A list, whose items are made as they are needed."""
    return Pieces(_list(items))


def encoded(items: Iterable[Any]) -> str:
    """Items of a list as JSON text, without brackets."""
    return ",".join(map(_encode, items))


def list_of_encoded(texts: list[str]) -> Pieces:
    """A list from the texts of its items, see ``encoded``.

    Texts of many items take less time than the items themselves: the garbage collector does not visit them.
    """
    return Pieces(_joined(texts))


def _joined(texts: list[str]) -> Iterator[str]:
    opening = "["
    texts.reverse()
    while texts:
        # Removed one by one, because freeing all at the end would delay other requests.
        if text := texts.pop():
            yield opening + text
            opening = ","
    yield "[]" if opening == "[" else "]"


def _object(members: dict[str, Any]) -> Iterator[str]:
    opening = "{"
    for name, value in members.items():
        yield f"{opening}{_encode(name)}:"
        opening = ","
        if isinstance(value, Pieces):
            yield from value.text
        elif isinstance(value, Iterator):
            yield from _list(value)
        else:
            yield _encode(value)
    yield "}"


def _list(items: Iterator[Any]) -> Iterator[str]:
    opening, piece, characters = "[", list[str](), 0
    for item in items:
        if isinstance(item, Pieces):
            yield opening
            yield from item.text
        else:
            piece.append(_encode(item))
            characters += len(piece[-1])
            if len(piece) < PER_PIECE and characters < _CHARACTERS_PER_PIECE:
                continue
            yield opening + ",".join(piece)
            piece.clear()
            characters = 0
        opening = ","
    if piece:
        yield opening + ",".join(piece)
        opening = ","
    yield "[]" if opening == "[" else "]"
