"""Which hosts and origins belong to this server."""

import pytest

from mock_zuora.config.hosts import (
    TrustedHosts,
    cors_origins,
    foreign_origin,
    host_patterns,
    is_loopback,
    plain_address,
)

OWN = [
    "localhost", "LOCALHOST:8080", "localhost.", "zuora.localhost:8080", "127.0.0.1:8080", "127.1.2.3", "127.0.0.1.",
    "[::1]:8080", "[::1]", "10.0.0.1", "192.168.1.5:80", "[fe80::1]", "[fe80::1%eth0]:8080", "[fe80::1%25eth0]",
    "[::ffff:127.0.0.1]", "zuora", "zuora-mock:8080", "zuora_mock", "Zuora:", "host.docker.internal:8080",
    "zuora.default.svc", "zuora.default.svc.cluster.local:8080", "zuora.default.svc.cluster.local.",
]  # fmt: skip
FOREIGN = [
    "", " ", ".", "..", "evil.example", "evil.example:8080", "evil.example.", "com.", "zuora.",
    "127.0.0.1.evil.example", "127.0.0.1.nip.io", "localhost.evil.example", "evil-localhost.example",
    "xlocalhost.example", "127.1", "1.2.3.4.5", "999.1.1.1", ".svc", ".cluster.local", "svc.example",
    "docker.internal", "a.host.docker.internal", "evil@localhost", "localhost@evil.example", "user:pass@localhost",
    "localhost:80@evil.example", "localhost:x", "localhost:808080", "localhost/..", "localhost#",
    "localhost, evil.example", "localhost evil.example", "[evil.example]", "[::1].evil.example", "[::1", "::1",
    "[::1%]", "localhost\n", "l\u00f6calhost",
]  # fmt: skip


@pytest.mark.parametrize("host", OWN)
def test_host_that_no_web_page_can_have_is_accepted(host):
    assert TrustedHosts().accept(host)


@pytest.mark.parametrize("host", FOREIGN)
def test_other_host_is_refused(host):
    assert not TrustedHosts().accept(host)


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        ("zuora.example", "zuora.example", True),
        ("zuora.example", "ZUORA.Example.:8080", True),
        ("zuora.example", "a.zuora.example", False),
        ("zuora.example", "evilzuora.example", False),
        ("*.example", "zuora.example", True),
        ("*.example", "a.zuora.example:80", True),
        ("*.example", ".example", False),
        ("*.zuora.example", "zuora.example", False),
        ("*.zuora.example", "evilzuora.example", False),
    ],
)
def test_names_and_patterns_are_matched(pattern, host, expected):
    assert TrustedHosts(host_patterns([pattern])).accept(host) is expected


def test_patterns_are_normalized():
    assert host_patterns([" Zuora.Example. ", "*.Example"]) == ("zuora.example", "*.example")


@pytest.mark.parametrize(
    "text",
    ["", "*", "*.", ".example", "*example", "a.*.example", "http://zuora.example", "zuora.example:8080", "[::1]"],
)
def test_text_that_is_no_name_is_refused(text):
    with pytest.raises(ValueError, match="is not valid; expected a host name without a port") as refusal:
        host_patterns([text])
    assert str(refusal.value).startswith(f"'{text}'")


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000", "https://localhost", "HTTP://LOCALHOST", "http://127.0.0.1:9", "http://[::1]:3000",
        "http://app.localhost:5173",
    ],
)  # fmt: skip
@pytest.mark.parametrize("host", ["localhost:8080", "zuora:8080", "evil.example", None])
def test_loopback_origin_is_not_foreign(origin, host):
    assert not TrustedHosts().is_foreign(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://zuora:8080", "zuora:8080"),
        ("https://Zuora:8080", "zuora:8080"),
        ("http://zuora", "zuora:80"),
        ("https://zuora", "zuora"),
        ("http://192.168.1.5:8080", "192.168.1.5:8080"),
        ("https://zuora.example", "zuora.example:443"),
    ],
)
def test_origin_of_the_accepted_host_is_not_foreign(origin, host):
    assert not TrustedHosts(["zuora.example"]).is_foreign(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "localhost:8080"),
        ("http://evil.example", "evil.example"),
        ("http://evil.example:8080", "evil.example:8080"),
        ("http://zuora:3000", "zuora:8080"),
        ("http://zuora", "zuora:443"),
        ("http://192.168.1.5:9999", "192.168.1.5:8080"),
        ("http://zuora:8080", None),
        ("http://zuora:8080", ""),
        ("null", "localhost"),
        ("", "localhost"),
        ("file://", "localhost"),
        ("localhost", "localhost"),
        ("http://", "localhost"),
        ("http://localhost/", "localhost"),
        ("http://localhost@evil.example", "localhost"),
        ("http://evil@localhost", "localhost"),
        ("http://localhost.evil.example", "localhost"),
        ("http://localhost http://evil.example", "localhost"),
        ("chrome-extension://localhost", "localhost"),
    ],
)
def test_other_origin_is_foreign(origin, host):
    assert TrustedHosts().is_foreign(origin, host)


@pytest.mark.parametrize("host", ["localhost:8080", "10.0.0.1", "other.example", None])
@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://zuora.corp.example", False),
        ("http://zuora.corp.example:3000", False),
        ("https://a.apps.example", False),
        ("https://evil.example", True),
        ("https://apps.example", True),
        ("https://zuora.corp.example.evil.example", True),
        ("https://x.zuora.corp.example", True),
        ("http://zuora", True),
        ("http://zuora.default.svc", True),
    ],
)
def test_origin_of_a_listed_host_is_not_foreign(origin, expected, host):
    assert TrustedHosts(["zuora.corp.example", "*.apps.example"]).is_foreign(origin, host) is expected


@pytest.mark.parametrize("host", ["localhost:8080", "evil.example", None])
def test_origin_of_a_page_that_may_read_is_not_foreign(host):
    hosts = TrustedHosts(origins=cors_origins(["http://app.example:3000", "capacitor://localhost"]))
    assert not hosts.is_foreign("http://app.example:3000", host)
    assert not hosts.is_foreign("capacitor://localhost", host)
    assert hosts.is_foreign("http://app.example", host) and hosts.is_foreign("null", host)
    assert not TrustedHosts(origins=["*"]).is_foreign("null", host)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("::ffff:172.17.0.1", "172.17.0.1"),
        ("::FFFF:127.0.0.1", "127.0.0.1"),
        ("::ffff:ac11:1", "172.17.0.1"),
        ("172.17.0.1", "172.17.0.1"),
        ("::1", "::1"),
        ("fd00::2", "fd00::2"),
        ("::nonsense", "::nonsense"),
        ("unknown", "unknown"),
    ],
)
def test_ipv4_address_of_a_dual_stack_socket_is_plain(address, expected):
    assert plain_address(address) == expected


def test_refusal_of_an_origin_names_the_flag():
    assert "--allowed-host NAME" in foreign_origin("https://zuora.corp.example")


def test_origin_of_a_host_that_a_token_vouches_for_is_not_foreign():
    hosts = TrustedHosts()
    assert not hosts.is_foreign("http://evil.example", "evil.example", is_trusted=True)
    assert hosts.is_foreign("http://other.example", "evil.example", is_trusted=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("localhost", True), ("a.localhost", True), ("127.0.0.1", True), ("::1", True), ("[::1]", True),
        ("0.0.0.0", False), ("::", False), ("192.168.0.1", False), ("example.org", False), ("", False),
        ("localhost.evil.example", False),
    ],
)  # fmt: skip
def test_loopback_names(name, expected):
    assert is_loopback(name) is expected
