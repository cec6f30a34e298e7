"""Requests that no HTTP library sends: invalid framing, incomplete requests, arbitrary bytes.

The server responds or closes the connection. It never returns 5xx, logs no traceback, and serves further requests.
"""

import json
import logging
import re
import socket
import time

import pytest

from mock_zuora.server.logs import TextLines

HEAD = b"Host: localhost\r\nAuthorization: Bearer t\r\nConnection: close\r\n"
KEEP_ALIVE_HEAD = b"Host: localhost\r\nAuthorization: Bearer t\r\n"
SUBMIT = b'{"operation":"create","object":"vehicle","namespace":"default"}'
TIMEOUT = 10
"""Seconds after which a silent server counts as blocked."""


@pytest.fixture(scope="module")
def server(run_servers):
    return run_servers(transitions="time", processing_time="3600", concurrent_job_limit="100000")


@pytest.fixture(autouse=True)
def log(caplog):
    """The log of the server, which runs in this process. It must have no error and no traceback."""
    caplog.set_level(logging.INFO)
    yield caplog
    # ``caplog.records`` are those of the current phase of the test only.
    records = caplog.get_records("call")
    assert [each.getMessage() for each in records if each.levelno >= logging.ERROR or each.exc_info] == []


@pytest.fixture
def connect(server):
    connections = []

    def connect():
        connection = socket.create_connection(server.socket.getsockname()[:2], timeout=TIMEOUT)
        connections.append(connection)
        return connection

    yield connect
    for each in connections:
        each.close()


@pytest.fixture
def exchange(connect):
    """Sends bytes on a new connection and returns everything received until the server closes it."""

    def exchange(sent):
        connection = connect()
        received = b""
        try:
            connection.sendall(sent)
            while piece := connection.recv(65536):
                received += piece
        except ConnectionError:
            pass
        return received

    return exchange


@pytest.fixture
def submit(exchange):
    """Submits a create job and returns its id."""

    def submit():
        return json.loads(exchange(post("/objects/jobs", SUBMIT)).partition(b"\r\n\r\n")[2])["Id"]

    return submit


def get(target, *headers, version=b"HTTP/1.1", head=HEAD):
    return b"GET " + target + b" " + version + b"\r\n" + head + b"".join(each + b"\r\n" for each in headers) + b"\r\n"


def post(path, body, content_type="application/json", *headers, head=HEAD, length=None):
    lines = f"POST {path} HTTP/1.1\r\nContent-Type: {content_type}\r\n".encode() + head
    lines += f"Content-Length: {len(body) if length is None else length}\r\n".encode()
    return lines + b"".join(each + b"\r\n" for each in headers) + b"\r\n" + body


def chunked(body, path=b"/objects/jobs"):
    head = b"POST " + path + b" HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n" + HEAD
    return head + b"\r\n" + body


def statuses(received):
    return [int(each) for each in re.findall(rb"(?:^|(?<=[^A-Za-z]))HTTP/1\.1 (\d{3}) ", received)]


def status_of(exchange, job_id):
    return json.loads(exchange(get(f"/objects/jobs/{job_id}".encode())).partition(b"\r\n\r\n")[2])["status"]


ONE_CHUNK = b"%x\r\n%s\r\n" % (len(SUBMIT), SUBMIT)
FRAMING = {
    "chunk size that is not a number": chunked(b"zz\r\n" + SUBMIT + b"\r\n0\r\n\r\n"),
    "negative chunk size": chunked(b"-5\r\nhello\r\n0\r\n\r\n"),
    "chunk size of 64 digits": chunked(b"f" * 64 + b"\r\nhello\r\n0\r\n\r\n"),
    "chunk longer than its size": chunked(b"2\r\n" + SUBMIT + b"\r\n0\r\n\r\n"),
    "endless chunk size": chunked(b"1" * 100_000),
    "chunk extension of 100,000 bytes": chunked(b"1;" + b"x" * 100_000),
    "second body after the last chunk": chunked(ONE_CHUNK + b"0\r\n\r\n" + ONE_CHUNK),
    "trailers with NUL": chunked(ONE_CHUNK + b"0\r\nX: \x00\r\n\r\n"),
    "length that is not a number": post("/objects/jobs", SUBMIT, length="ten"),
    "negative length": post("/objects/jobs", SUBMIT, length="-1"),
    "length of 40 digits": post("/objects/jobs", SUBMIT, length="9" * 40),
    "length of 5,000 digits": post("/objects/jobs", SUBMIT, length="9" * 5_000),
    "length with a plus": post("/objects/jobs", SUBMIT, length="+63"),
    "length in Arabic digits": post("/objects/jobs", SUBMIT, length="\u0666\u0663"),
    "two lengths": post("/objects/jobs", SUBMIT, "application/json", b"Content-Length: 5"),
    "length shorter than the body": post("/objects/jobs", SUBMIT, length=10),
    "length and chunks": chunked(ONE_CHUNK + b"0\r\n\r\n").replace(b"Transfer", b"Content-Length: 5\r\nTransfer"),
    "two transfer encodings": post("/objects/jobs", SUBMIT, "application/json", b"Transfer-Encoding: gzip, chunked"),
    "unknown transfer encoding": post("/objects/jobs", b"", "application/json", b"Transfer-Encoding: smuggled"),
}
HEADERS = {
    "10,000 headers": get(b"/objects/jobs", *(b"X-%d: 1" % each for each in range(10_000))),
    "10,000 headers of five bytes": get(b"/objects/jobs", *[b"a:b"] * 10_000),
    "header of a megabyte": get(b"/objects/jobs", b"X: " + b"x" * 1_000_000),
    "header with NUL": get(b"/objects/jobs", b"X: a\x00b"),
    "header of arbitrary bytes": get(b"/objects/jobs", b"X: " + bytes(range(128, 256))),
    "header name of arbitrary bytes": get(b"/objects/jobs", b"X\xff: 1"),
    "header without a colon": get(b"/objects/jobs", b"nothing"),
    "header with a space before its colon": get(b"/objects/jobs", b"X : 1"),
    "folded header": get(b"/objects/jobs", b"X: 1\r\n 2"),
    "lone carriage return in a header": get(b"/objects/jobs", b"X: 1\r2"),
    "no Host": get(b"/objects/jobs", head=b""),
    "two Hosts": get(b"/objects/jobs", b"Host: elsewhere"),
    "track id of arbitrary bytes": get(b"/objects/jobs", b"Zuora-Track-Id: " + bytes(range(128, 256))),
    "version of arbitrary bytes": get(b"/objects/jobs", b"Zuora-Version: " + bytes(range(128, 256))),
    "token of arbitrary bytes": get(b"/objects/jobs", b"Authorization: Bearer \xff\xfe"),
    "key of arbitrary bytes": post("/objects/jobs", SUBMIT, "application/json", b"Idempotency-Key: \xff\xfe"),
    "entities of arbitrary bytes": get(b"/objects/jobs", b"Zuora-Entity-Ids: \xff,\xfe"),
    "If-Match of arbitrary bytes": get(b"/objects/records/default/vehicle", b'If-Match: "\xff"'),
    "content type of arbitrary bytes": post("/objects/jobs/1/files", b"a__c\r\n1\r\n", "text/csv; charset=\u00ff"),
    "encoding of arbitrary bytes": post("/objects/jobs", SUBMIT, "application/json", b"Content-Encoding: \xff"),
    "upgrade to a web socket": get(b"/objects/jobs", b"Upgrade: websocket", b"Connection: Upgrade"),
    "upgrade to HTTP/2": get(b"/objects/jobs", b"Upgrade: h2c", b"HTTP2-Settings: AAAA"),
}
TARGETS = {
    "target of a megabyte": get(b"/" + b"a" * 1_000_000),
    "target of 60,000 bytes": get(b"/objects/jobs/" + b"a" * 60_000),
    "query of 60,000 bytes": get(b"/objects/jobs?status=" + b"a" * 60_000),
    "10,000 parameters": get(b"/objects/jobs?" + b"&".join(b"%d=1" % each for each in range(8_000))),
    "NUL": get(b"/objects/jobs/\x00"),
    "escaped NUL": get(b"/objects/jobs/%00"),
    "invalid UTF-8": get(b"/objects/jobs/\xff\xfe"),
    "escaped invalid UTF-8": get(b"/objects/jobs/%ff%fe"),
    "lone surrogate": get(b"/objects/jobs/%ed%a0%80"),
    "broken escape": get(b"/objects/jobs/%zz%"),
    "invalid UTF-8 in the query": get(b"/objects/jobs?status=%ff&%ff=%00"),
    "object of invalid UTF-8": get(b"/objects/records/default/%ff%00"),
    "dots": get(b"/objects/../../etc/passwd"),
    "escaped dots": get(b"/objects/%2e%2e/%2e%2e/etc/passwd"),
    "whole URL": get(b"http://localhost/objects/jobs"),
    "no path": get(b"?status=pending"),
    "two slashes": get(b"//objects//jobs"),
    "a fragment": get(b"/objects/jobs#here"),
    "a star": b"OPTIONS * HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a tunnel": b"CONNECT localhost:443 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "an unknown method": b"BREW /objects/jobs HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a method of 1,000 letters": b"A" * 1_000 + b" /objects/jobs HTTP/1.1\r\n" + HEAD + b"\r\n",
}
BODIES = {
    "JSON with NUL": post("/objects/jobs", b'{"operation":"\x00"}'),
    "JSON of invalid UTF-8": post("/objects/jobs", b'{"operation":"\xff"}'),
    "JSON in UTF-16": post("/objects/jobs", SUBMIT.decode().encode("utf-16")),
    "JSON of 100,000 brackets": post("/objects/jobs", b"[" * 100_000),
    "JSON with a number of 10,000 digits": post("/objects/jobs", b'{"operation":' + b"9" * 10_000 + b"}"),
    "lone surrogate as the object": post("/objects/jobs", SUBMIT.replace(b"vehicle", b"\\ud800")),
    "form of invalid UTF-8": post(
        "/oauth/token", b"client_id=\xff&client_secret=%ff", "application/x-www-form-urlencoded"
    ),
    "form with NUL": post("/oauth/token", b"client_id=%00&grant_type=\x00", "application/x-www-form-urlencoded"),
    "records of invalid UTF-8": post("/objects/records/default/vehicle", b'{"records":[{"\xff__c":1}]}'),
    "invalid gzip": post("/objects/jobs", SUBMIT, "application/json", b"Content-Encoding: gzip"),
}
NOT_HTTP = {
    "nothing": b"\r\n\r\n",
    "garbage": bytes(range(256)) * 100,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(512),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
    "HTTP/0.9": b"GET /objects/jobs\r\n\r\n",
    "HTTP/9.9": get(b"/objects/jobs", version=b"HTTP/9.9"),
    "line feeds only": get(b"/objects/jobs").replace(b"\r\n", b"\n"),
    "an e-mail": b"EHLO localhost\r\nMAIL FROM:<a@b>\r\n\r\n",
}
MALFORMED = {
    f"{kind}: {name}": sent
    for kind, each in {
        "framing": FRAMING, "headers": HEADERS, "target": TARGETS, "body": BODIES, "not HTTP": NOT_HTTP
    }.items()
    for name, sent in each.items()
}  # fmt: skip


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_input_does_not_stop_the_server(exchange, sent):
    assert all(status < 500 for status in statuses(exchange(sent)))
    assert statuses(exchange(get(b"/objects/jobs"))) == [200]


def test_incomplete_upload_leaves_the_job_pending(connect, exchange, submit):
    job_id = submit()
    connection = connect()
    connection.sendall(post(f"/objects/jobs/{job_id}/files", b"brand__c\r\nVol", "text/csv", length=1_000))
    connection.close()
    assert status_of(exchange, job_id) == "pending"
    complete = exchange(post(f"/objects/jobs/{job_id}/files", b"brand__c\r\nVolvo\r\n", "text/csv"))
    assert statuses(complete) == [200]


def test_slow_upload_succeeds_and_does_not_block_other_clients(connect, exchange, submit):
    job_id = submit()
    connection = connect()
    file = b"brand__c\r\nVolvo\r\n"
    sent = post(f"/objects/jobs/{job_id}/files", file, "text/csv")
    for byte in sent:
        connection.sendall(bytes([byte]))
        if byte == ord("V"):
            assert statuses(exchange(get(b"/objects/jobs"))) == [200]
    assert statuses(connection.recv(65536)) == [200]


def test_slow_request_heads_do_not_block_other_clients(connect, exchange):
    for _ in range(200):
        connect().sendall(b"GET /objects/jobs HTTP/1.1\r\nHost: loc")
    assert statuses(exchange(get(b"/objects/jobs"))) == [200]


def test_silent_connections_do_not_block_other_clients(connect, exchange):
    for _ in range(200):
        connect()
    assert statuses(exchange(get(b"/objects/jobs"))) == [200]


def test_client_that_never_reads_does_not_block_other_clients(connect, exchange):
    connection = connect()
    connection.setblocking(False)
    try:
        for _ in range(2_000):
            connection.send(get(b"/objects/jobs", head=KEEP_ALIVE_HEAD) * 10)
    except BlockingIOError:
        pass
    assert statuses(exchange(get(b"/objects/jobs"))) == [200]


def test_pipelined_requests_are_answered_in_order(exchange):
    requests = [
        get(b"/objects/jobs", b"Zuora-Track-Id: one", head=KEEP_ALIVE_HEAD),
        post("/objects/jobs", SUBMIT, "application/json", b"Zuora-Track-Id: two", head=KEEP_ALIVE_HEAD),
        get(b"/objects/jobs/unknown", b"Zuora-Track-Id: three"),
    ]
    received = exchange(b"".join(requests))
    assert statuses(received) == [200, 200, 404]
    assert re.findall(rb"zuora-track-id: (\w+)", received.lower()) == [b"one", b"two", b"three"]


def test_expect_100_continue_is_answered(connect):
    connection = connect()
    connection.sendall(post("/objects/jobs", b"", "application/json", b"Expect: 100-continue", length=len(SUBMIT)))
    assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
    connection.sendall(SUBMIT)
    assert statuses(connection.recv(65536)) == [200]


def test_file_in_chunks_of_one_byte_is_accepted(exchange, submit):
    path = f"/objects/jobs/{submit()}/files".encode()
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in b"brand__c\r\nVolvo\r\n")
    sent = chunked(pieces + b"0\r\n\r\n", path).replace(b"application/json", b"text/csv")
    assert statuses(exchange(sent)) == [200]


@pytest.mark.parametrize(
    ("request_line", "head", "status"),
    [
        (b"GET /__mock/readyz HTTP/1.1", b"Host: localhost", 200),
        (b"GET /__mock/readyz HTTP/1.0", b"Accept: */*", 200),
        (b"GET /__mock/readyz HTTP/1.1", b"Accept: */*", 400),
        (b"GET /__mock/readyz HTTP/1.1", b"Host:", 403),
        (b"GET /__mock/readyz HTTP/1.1", b"Host: evil.example", 403),
        (b"GET /__mock/readyz HTTP/1.1", b"Host: localhost\r\nHost: evil.example", 400),
        (b"GET http://evil.example/__mock/readyz HTTP/1.1", b"Host: localhost", 403),
        (b"GET http://localhost/__mock/readyz HTTP/1.1", b"Host: evil.example", 200),
        (b"GET HTTP://localhost:8080/__mock/readyz?x=1 HTTP/1.1", b"Host: evil.example", 200),
        (b"GET http://localhost@evil.example/__mock/readyz HTTP/1.1", b"Host: localhost", 400),
        (b"GET http://localhost/__mock/readyz HTTP/1.1", b"Accept: */*", 400),
        (b"GET /__mock%2Freadyz HTTP/1.1", b"Host: evil.example", 403),
        (b"GET //__mock/readyz HTTP/1.1", b"Host: evil.example", 404),
    ],
)
def test_control_api_checks_the_host_that_was_sent(exchange, request_line, head, status):
    answer = exchange(request_line + b"\r\n" + head + b"\r\nConnection: close\r\n\r\n")
    assert int(answer.split(b" ", 2)[1]) == status


@pytest.mark.parametrize(
    ("target", "status"), [(b"/objects/jobs", 200), (b"/objects/nope?x=1", 404), (b"", 404), (b"?x=1", 404)]
)
def test_url_as_target_is_its_path(exchange, target, status):
    assert statuses(exchange(get(b"http://rest.zuora.example" + target))) == [status]


@pytest.mark.parametrize("line", [b"OPTIONS *", b"CONNECT localhost:443", b"GET objects/jobs", b"GET ftp://localhost/"])
def test_target_that_is_no_path_is_refused_and_the_connection_goes_on(exchange, line):
    refused = line + b" HTTP/1.1\r\n" + KEEP_ALIVE_HEAD + b"\r\n"
    received = exchange(refused + get(b"/objects/jobs"))
    assert statuses(received) == [400, 200]
    assert b"expected a path or an http:// URL; there are no tunnels." in received


def test_line_feed_in_a_path_does_not_forge_a_log_line(exchange, log):
    exchange(get(b"/objects/jobs/%0aERROR%20forged"))
    [line] = [each for each in log.records if each.name == "mock_zuora.requests" and "forged" in each.getMessage()]
    assert "\n" not in TextLines().format(line)


def test_client_that_leaves_during_a_control_body_logs_no_traceback(connect, exchange):
    connection = connect()
    connection.sendall(b"PUT /__mock/v1/state HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500000\r\n\r\n{")
    time.sleep(0.1)
    connection.close()
    time.sleep(0.1)
    assert exchange(b"GET /__mock/livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").startswith(
        b"HTTP/1.1 200"
    )
