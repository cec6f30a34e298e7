"""Redaction of secrets by their value."""

import pytest

from mock_zuora.domain.access import secrets as module
from mock_zuora.domain.access.secrets import Secrets, without_generated
from mock_zuora.domain.ids import Ids

TOKEN = Ids("test").hex()
OTHER = Ids("other").hex()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (TOKEN, "redacted"),
        (f"GET /objects/jobs/{TOKEN}?x={OTHER}", "GET /objects/jobs/redacted?x=redacted"),
        (f"{TOKEN}{OTHER}", "redactedredacted"),
        (f"abc{TOKEN}def", "abcredacteddef"),
        (f"é\ud800{TOKEN}é", "é\ud800redactedé"),
        ("", ""),
    ],
)
def test_generated_secret_is_redacted_wherever_it_is(text, shown):
    assert without_generated(text) == shown
    assert Secrets().redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2c92c0f85d4e95e2015d4f0c1d7b2a3f",
        "c652cbc0-ea38-4b9f-8185-6a93a2a74538",
        TOKEN[:-1],
        TOKEN.replace(TOKEN[-1], "0" if TOKEN[-1] != "0" else "1"),
        "f" * 5_000,
    ],
)
def test_other_ids_are_shown(text):
    assert without_generated(text) == text


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("not-a-real-secret", "x=not-a-real-secret", "x=redacted"),
        ("not-a-real-secret", "xnot-a-real-secretx", "xredactedx"),
        ("a.b*c(d$e", "/a.b*c(d$e/", "/redacted/"),
        ("hush", "/hush/hushes a_hush (hush)", "/redacted/hushes a_hush (redacted)"),
        ("mess", "message of a mess", "message of a redacted"),
        ("pété", "pété pétéx", "redacted pétéx"),
        ("s", "1 s", "1 s"),
        ("secret", "client_secret: secret", "client_secret: redacted"),
        ("12345678", "1234567", "1234567"),
    ],
)
@pytest.mark.parametrize("others", [0, 200])
def test_configured_secret_is_redacted(secret, text, shown, others):
    secrets = Secrets()
    secrets.add([secret, *[f"unrelated-{number}" for number in range(others)]])
    assert secrets.redact(text) == shown


def test_longer_secret_is_redacted_first():
    secrets = Secrets()
    secrets.add(["first-part", "first-part-and-more"])
    assert secrets.redact("first-part-and-more first-part") == "redacted redacted"


def test_empty_secret_redacts_nothing():
    secrets = Secrets()
    secrets.add([""])
    assert secrets.redact("anything") == "anything"


def test_generated_secret_needs_no_place():
    secrets = Secrets()
    secrets.add([TOKEN])
    assert secrets._configured == {}


@pytest.mark.parametrize("at_once", [1, 300])
def test_oldest_secrets_are_forgotten_beyond_the_bound(monkeypatch, at_once):
    monkeypatch.setattr(module, "KEPT", 100)
    secrets, names = Secrets(), [f"secret-number-{number:03}" for number in range(300)]
    for first in range(0, 300, at_once):
        secrets.add(names[first : first + at_once])
    assert secrets.redact(names[0]) == names[0]
    assert secrets.redact(" ".join(names[200:])) == " ".join(["redacted"] * 100)
    assert len(secrets._configured) <= 200
