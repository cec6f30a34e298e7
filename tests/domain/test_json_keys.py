import json

import pytest

from mock_zuora.domain.json_keys import DuplicateKeyError, unique_keys


def test_object_with_unique_keys_is_parsed():
    assert json.loads('{"a": {"b": 1}, "c": [{"b": 2}, {"b": 3}]}', object_pairs_hook=unique_keys) == {
        "a": {"b": 1},
        "c": [{"b": 2}, {"b": 3}],
    }


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '[{"b": {"a": null, "c": 1, "a": 2}}]', r'{"a": 1, "\u0061": 2}'])
def test_key_that_occurs_twice_is_refused_at_any_depth(text):
    with pytest.raises(DuplicateKeyError, match="^key 'a' occurs more than once; expected unique keys$"):
        json.loads(text, object_pairs_hook=unique_keys)
