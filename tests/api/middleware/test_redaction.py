"""Redaction of recorded headers, queries and bodies."""

import pytest

from mock_zuora.api.middleware.redaction import (
    form_without_secrets,
    headers_without_secrets,
    is_secret_name,
    without_secrets,
)
from mock_zuora.domain.access.secrets import Secrets
from mock_zuora.domain.ids import Ids

TOKEN = Ids("test").hex()


@pytest.fixture
def secrets():
    secrets = Secrets()
    secrets.add(["not-a-real-secret", 'quote"and/percent%'])
    return secrets


@pytest.mark.parametrize(
    "name",
    [
        "client_secret", "clientSecret", "CLIENT-SECRET", "access_token", "accessToken", "token", "refreshToken",
        "id_token", "jti", "password", "X-Auth-Token", "Authorization", "proxy-authorization", "Cookie", "set-cookie",
        "x-api-key", "apiAccessKeyId", "apiSecretAccessKey", "client_assertion", "credentials",
    ],
)  # fmt: skip
def test_secret_names(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["token_type", "client_id", "grant_type", "Idempotency-Key", "secret__c", "expires_in", "Accept", "key", ""]
)
def test_names_of_what_is_no_secret(name):
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"access_token": "geheim", "x": 1}', '{"access_token": "redacted", "x": 1}'),
        ('{"accessToken":"geheim","x":"y"}', '{"accessToken":"redacted","x":"y"}'),
        ('{"clientSecret" : "geheim"}', '{"clientSecret" : "redacted"}'),
        ('{"client_secret":"ge\\"heim"}', '{"client_secret":"redacted"}'),
        ('{"token": 4711, "x": 1}', '{"token": "redacted", "x": 1}'),
        ('{"token": -1.5e3}', '{"token": "redacted"}'),
        ('{"token": {"a": ["geheim", "]"]}, "x": 1}', '{"token": "redacted", "x": 1}'),
        ('[{"token": ["geheim"]}, {"x": 1}]', '[{"token": "redacted"}, {"x": 1}]'),
        ('{"client\\u005fsecret": "geheim"}', '{"client\\u005fsecret": "redacted"}'),
        ('{"\\u0074oken":"geheim"}', '{"\\u0074oken":"redacted"}'),
        ('{"access_token": "gehe', '{"access_token": "redacted'),
        ('{"token": {"a": "gehe', '{"token": "redacted'),
        ('{"access_token":', '{"access_token":"redacted"'),
        ('{"note": "token"}', '{"note": "token"}'),
        ("a=1&client_secret=geheim&b=2", "a=1&client_secret=redacted&b=2"),
        ("client%5Fsecret=geheim&b=2", "client%5Fsecret=redacted&b=2"),
        ("%63lientSecret=geheim", "%63lientSecret=redacted"),
        ("accessToken=geheim", "accessToken=redacted"),
        ("/path?token=geheim&b=2", "/path?token=redacted&b=2"),
        ('{"url": "/a?token=geheim", "x": 1}', '{"url": "/a?token=redacted", "x": 1}'),
        ("brand__c\nSaab\n", "brand__c\nSaab\n"),
        ("token__c,key__c\nSaab,1\n", "token__c,key__c\nSaab,1\n"),
        ("", ""),
    ],
)
def test_values_of_secret_names_are_redacted(secrets, text, shown):
    assert without_secrets(text, secrets) == shown


def test_value_of_a_secret_part_is_redacted(secrets):
    head = '--b\r\nContent-Disposition: form-data; name="{}"\r\nContent-Type: text/plain\r\n\r\n'
    text = f"{head.format('client_secret')}geheim\r\n{head.format('note')}shown\r\n--b--\r\n"
    shown = without_secrets(text, secrets)
    assert "geheim" not in shown and "shown" in shown and shown == text.replace("geheim", "redacted")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"note={TOKEN}&b=2", "note=redacted&b=2"),
        (f"{TOKEN}=1", "redacted=1"),
        (f'{{"note": "{TOKEN}"}}', '{"note": "redacted"}'),
        (f"brand__c\n{TOKEN}\n", "brand__c\nredacted\n"),
        ("brand__c\nnot-a-real-secret\n", "brand__c\nredacted\n"),
        (f"note=%{ord(TOKEN[0]):02x}{TOKEN[1:]}", "note=redacted"),
        (f"%{ord(TOKEN[0]):02x}{TOKEN[1:]}=x", "redacted"),
        ("note=quote%22and%2Fpercent%25", "note=redacted"),
        ('{"note": "my quote\\"and/percent%"}', '{"note": "redacted"}'),
        ('{"n\\u006ft-a-real-secret": 1}', '{"redacted": "redacted"}'),
    ],
)
def test_known_secrets_are_redacted_in_every_encoding(secrets, text, shown):
    assert without_secrets(text, secrets) == shown


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"authorization": "Bearer geheim"}, {"authorization": "Bearer redacted"}),
        ({"authorization": "geheim"}, {"authorization": "redacted"}),
        ({"authorization": "Token geheim"}, {"authorization": "redacted"}),
        ({"x-auth-token": "geheim"}, {"x-auth-token": "redacted"}),
        ({"cookie": "session=geheim; other=1"}, {"cookie": "redacted"}),
        ({"x-api-key": "geheim x"}, {"x-api-key": "redacted"}),
        ({"x-forwarded-uri": "/a?access_token=geheim"}, {"x-forwarded-uri": "/a?access_token=redacted"}),
        ({"x-note": f"of {TOKEN}"}, {"x-note": "of redacted"}),
        ({f"x-{TOKEN}": "1"}, {"x-redacted": "1"}),
        ({"accept": "text/csv"}, {"accept": "text/csv"}),
    ],
)
def test_secret_headers_keep_at_most_their_scheme(secrets, headers, shown):
    assert headers_without_secrets(headers, secrets) == shown


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (
            "client_id=me&client_secret=geheim&grant_type=client_credentials",
            "client_id=me&client_secret=redacted&grant_type=client_credentials",
        ),
        ("client_id=geheim&client_secret=geheim", "client_id=redacted&client_secret=redacted"),
        ("client_id=not-a-real-secret&client_secret=x", "client_id=redacted&client_secret=redacted"),
        ("client_id=quote%22and%2Fpercent%25", "client_id=redacted"),
        (f"client_id={TOKEN}", "client_id=redacted"),
        ("client_id=me&geheim=1", "client_id=me&redacted=redacted"),
    ],
)
def test_form_of_a_token_request_shows_what_is_no_secret(secrets, form, shown):
    assert form_without_secrets(form, secrets) == shown


@pytest.mark.parametrize(
    "piece",
    ['name="a"\n', '"', '"\\', '"token":[', '"token":{', "token=", "%", "[{", '"token" ', "&token", TOKEN, "a\\u0000"],
)
def test_hostile_text_takes_linear_time(secrets, piece):
    """A quadratic algorithm takes more than ten times as long for ten times the text."""
    # The largest recorded body 60 times over; a quadratic algorithm would take minutes.
    without_secrets(piece * (1_000_000 // len(piece)), secrets)
