"""Text in control requests. It imports without pydantic, for clients of a remote server."""

from collections.abc import Mapping
from typing import Any

from mock_zuora.control.errors import Invalid
from mock_zuora.domain.text import invalid_text


def check_text(values: Mapping[str, Any]) -> None:
    """Raises Invalid, with the field, for text that is not valid Unicode: no response and no file could contain it.

    Transports call it with the values that they pass on, unless these cannot have such text.
    """
    if (sentence := invalid_text(dict(values))) is not None:
        raise Invalid(sentence)
