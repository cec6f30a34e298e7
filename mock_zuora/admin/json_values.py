"""Parses JSON that clients send to ``/__mock``: the body of a control request, or the field of a form."""

import json
from typing import Any

from mock_zuora.control.errors import Invalid
from mock_zuora.control.texts import check_text
from mock_zuora.domain.json_keys import DuplicateKeyError, reject_constant, unique_keys
from mock_zuora.domain.nesting import is_too_deep, too_deep_sentence
from mock_zuora.domain.text import may_have_surrogates


def json_value(name: str, text: str) -> Any:
    """The value of a JSON text. Raises Invalid, with the name of what it is, for what the server could not return."""
    try:
        value = json.loads(text, object_pairs_hook=unique_keys, parse_constant=reject_constant)
    except RecursionError:
        raise Invalid(f"{name}: {too_deep_sentence()}") from None
    except DuplicateKeyError as error:
        raise Invalid(f"{name}: {error}") from None
    except ValueError as error:
        raise Invalid(f"{name}: is not JSON: {error}") from None
    if is_too_deep(value, text):
        raise Invalid(f"{name}: {too_deep_sentence()}")
    if may_have_surrogates(text):
        check_text(value if isinstance(value, dict) else {name: value})
    return value
