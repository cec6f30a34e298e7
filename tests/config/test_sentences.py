"""Errors of pydantic as sentences."""

import pytest
from pydantic import BaseModel, Field, ValidationError

from mock_zuora.config.sentences import sentence_of


class Client(BaseModel):
    id: str
    secret: str = Field(min_length=3)


class Model(BaseModel, extra="forbid"):
    clients: list[Client] = []
    size: int = 0
    token: int = 0
    name: str = Field("", max_length=3, pattern="^[a-z]*$")
    names: list[str] = Field([], max_length=1)
    share: float = Field(0.5, gt=0, lt=1, allow_inf_nan=False)
    count: int = Field(1, ge=1, le=5)
    flag: bool = False


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"size": "large"}, "size: 'large' is not valid; expected a whole number"),
        ({"sise": 4}, "sise: is not a valid key"),
        ({"token": "open-sesame"}, "token: expected a whole number"),
        ({"clients": [{"id": 4, "secret": "abc"}]}, "clients.0.id: 4 is not valid; expected a string"),
        ({"clients": [{"id": "a", "secret": 4}]}, "clients.0.secret: expected a string"),
        ({"clients": [{"id": "a"}]}, "clients.0.secret: is missing"),
        ({"clients": {"secret": "abc"}}, "clients: expected a list"),
        ({"name": "abcd"}, "name: 'abcd' is not valid; expected at most 3 characters"),
        ({"name": "A"}, "name: 'A' is not valid; expected text that matches ^[a-z]*$"),
        ({"names": ["a", "b"]}, "names: expected at most 1 entries"),
        ({"share": 0}, "share: 0 is not valid; expected a number greater than 0.0"),
        ({"share": 1}, "share: 1 is not valid; expected a number less than 1.0"),
        ({"share": float("inf")}, "share: Infinity is not valid; expected a finite number"),
        ({"count": 0}, "count: 0 is not valid; expected a number of at least 1"),
        ({"count": 6}, "count: 6 is not valid; expected a number of at most 5"),
        ({"count": 1.5}, "count: 1.5 is not valid; expected a whole number"),
        ({"count": None}, "count: null is not valid; expected a whole number"),
        ({"count": "1" * 5000}, f"count: '{'1' * 100}…' is not valid; expected a whole number with fewer digits"),
        ({"flag": []}, "flag: expected true or false"),
    ],
)
def test_sentence_names_the_place_and_shows_no_secret(document, sentence):
    with pytest.raises(ValidationError) as refusal:
        Model.model_validate({**document})
    first = refusal.value.errors(include_url=False)[0]
    assert sentence_of({**first, "loc": ("", *first["loc"])}) == sentence
