import pytest

from mock_zuora.control import token_aliases
from mock_zuora.control.token_aliases import TokenAliases


def test_tokens_are_numbered_in_the_order_of_their_first_use():
    aliases = TokenAliases()
    assert [aliases.of(token) for token in ("a", "b", "a", "c")] == ["token-1", "token-2", "token-1", "token-3"]


@pytest.mark.parametrize("token", ["", "ü", "\udcff", "x" * 100_000])
def test_every_token_has_an_alias(token):
    assert TokenAliases().of(token) == "token-1"


def test_old_token_gets_a_new_alias_and_no_alias_is_given_twice(monkeypatch):
    monkeypatch.setattr(token_aliases, "MAX_ALIASES", 2)
    aliases = TokenAliases()
    assert [aliases.of(token) for token in ("a", "b", "c", "a", "c")] == [
        "token-1", "token-2", "token-3", "token-4", "token-3",
    ]  # fmt: skip


def test_cleared_aliases_start_again():
    aliases = TokenAliases()
    aliases.of("a")
    aliases.clear()
    assert aliases.of("b") == "token-1"
