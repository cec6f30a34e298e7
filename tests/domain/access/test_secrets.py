"""Redaction of secrets by their value."""

from base64 import b64encode
from urllib.parse import quote, unquote

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


def test_generated_secret_is_not_listed():
    secrets = Secrets()
    secrets.add([TOKEN, "configured"])
    # Each tenant has a client with a generated secret, which is recognised without a list.
    assert list(secrets._configured) == ["configured"]


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


LONG = "first-part/and more of ü"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"'yyy{TOKEN[:31]}…' is", "'yyyredacted…' is"),
        (f"{TOKEN[:8]}…", "redacted…"),
        (f"{TOKEN[:7]}…", f"{TOKEN[:7]}…"),
        (f"{TOKEN[:20]}", f"{TOKEN[:20]}"),
        ("x first-pa…, first-part/and more o…", "x redacted…, redacted…"),
        ("first-part/and more of Ã¼ x", "redacted x"),
        ("x first_p…", "x first_p…"),
        ("other-part/and m…", "other-part/and m…"),
    ],
)
@pytest.mark.parametrize("others", [0, 200])
def test_beginning_of_a_cut_secret_is_redacted(text, shown, others):
    secrets = Secrets()
    secrets.add(["first", LONG, *[f"first-{number}" for number in range(others)]])
    assert secrets.redact(text) == shown


@pytest.mark.parametrize("secret", [TOKEN, LONG])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_percent_encoded_secret_is_redacted(secret, times):
    secrets = Secrets()
    secrets.add([LONG])
    text = secret
    for _ in range(times):
        text = "".join([f"%{byte:02x}" for byte in text.encode()]) if text is secret else quote(text)
    assert secrets.redact(f"GET /a/{text}/b?x=50%&y={text}") == "GET /a/redacted/b?x=50%&y=redacted"
    assert secrets.redact(f"'/a/{text[:-4]}…' is") == "'/a/redacted' is"


@pytest.mark.parametrize(
    "text", ['Not-"A-ré\u00adal', 'not-"a-ré\u00adal', 'Not-"A-ré\\xadal', 'Not-\\"A-r\\u00e9\\u00adal']
)
def test_secret_is_redacted_in_lower_case_and_with_escapes(text):
    secrets = Secrets()
    secrets.add(['Not-"A-ré\u00adal'])
    assert secrets.redact(f"x {text}…") == "x redacted…"


def test_secret_in_base64_is_not_recognised():
    secrets = Secrets()
    secrets.add(["not-a-real-secret"])
    text = b64encode(b"client:not-a-real-secret").decode()
    assert secrets.redact(text) == text


@pytest.mark.parametrize("times", range(1, 500, 7))
def test_text_that_is_cut_within_an_encoded_secret_shows_nothing_of_it(times):
    secrets = Secrets()
    secrets.add([LONG])
    text = quote(quote("".join([f"%{byte:02x}" for byte in LONG.encode()])))
    shown = unquote(unquote(unquote(secrets.redact(text[:times] + "…"))))
    assert LONG[:8] not in shown


@pytest.mark.parametrize("piece", ["firs", "first-part", "%", "%25", "a%61", "…", "abcdef01", "firs…", "%…"])
def test_redaction_of_a_hostile_text_takes_linear_time(piece):
    secrets = Secrets()
    secrets.add([LONG, "first-part" * 20, *[f"first-{number}" for number in range(200)]])
    secrets.redact(piece * (300_000 // len(piece)) + "…")


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
