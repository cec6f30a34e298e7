import pytest

from mock_zuora.verify.target import checked_url, is_production


@pytest.mark.parametrize(
    "host",
    ["rest.zuora.com", "rest.na.zuora.com", "rest.eu.zuora.com", "REST.AP.ZUORA.COM", "rest.zuora.com.",
     "new.zuora.com", "latest.zuora.com", "test-rest.zuora.com"],
)  # fmt: skip
def test_hosts_of_zuora_are_production_unless_they_say_otherwise(host):
    assert is_production(host)


@pytest.mark.parametrize(
    "host",
    ["rest.test.zuora.com", "rest.test.eu.zuora.com", "rest.sandbox.na.zuora.com", "rest.apisandbox.zuora.com",
     "localhost", "zuora", "notzuora.com", "rest.zuora.com.example.com"],
)  # fmt: skip
def test_sandboxes_and_other_hosts_are_not_production(host):
    assert not is_production(host)


def test_production_is_refused_unless_it_is_permitted():
    with pytest.raises(ValueError, match=r"rest\.zuora\.com is a production host .* or pass --production"):
        checked_url("https://rest.zuora.com", is_production_allowed=False)
    assert checked_url("https://rest.zuora.com", is_production_allowed=True).netloc == "rest.zuora.com"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("rest.test.zuora.com", "expected a base URL"),
        ("ftp://rest.test.zuora.com", "expected a base URL"),
        ("https://", "expected a base URL"),
        ("https://rest.test.zuora.com/v1", "expected a base URL"),
        ("https://rest.test.zuora.com?x=1", "expected a base URL"),
        ("https://rest.test.zuora.com:99999", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("http://rest.test.zuora.com", "unencrypted; use https"),
        ("http://rest.test.zuora.com.", "unencrypted; use https"),
    ],
)
def test_a_url_that_cannot_be_probed_is_refused(url, message):
    with pytest.raises(ValueError, match=message):
        checked_url(url, is_production_allowed=False)


def test_credentials_in_the_url_are_refused_and_not_repeated():
    with pytest.raises(ValueError, match="credentials") as refused:
        checked_url("https://user:very-secret@rest.test.zuora.com", is_production_allowed=False)
    assert "very-secret" not in str(refused.value)


def test_a_local_server_needs_no_encryption():
    assert checked_url("http://zuora:8080/", is_production_allowed=False).netloc == "zuora:8080"
