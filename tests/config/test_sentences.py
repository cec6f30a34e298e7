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
    ],
)
def test_sentence_names_the_place_and_shows_no_secret(document, sentence):
    with pytest.raises(ValidationError) as refusal:
        Model.model_validate({**document})
    first = refusal.value.errors(include_url=False)[0]
    assert sentence_of({**first, "loc": ("", *first["loc"])}) == sentence
