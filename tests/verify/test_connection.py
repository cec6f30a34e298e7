import httpx2
import pytest

from mock_zuora.verify.connection import PATIENCE, Connection, Credentials
from mock_zuora.verify.evidence import Evidence
from mock_zuora.verify.finding import CannotRun, Inconclusive, NotTheApi, Unclear
from tests.verify.moved_time import NotedPauses

SECRET = "very-secret-words"
TOKEN = {
    "access_token": "token-1-of-probes",
    "token_type": "bearer",
    "expires_in": 3598,
    "scope": "tenant.12345678 x",
    "jti": "j" * 32,
}
JOB = "/objects/jobs/00000000-0000-4000-8000-000000000000"


class Server:
    """Responds with what it is told, in this order, and then with 200. Requests for tokens are counted apart."""

    def __init__(self, *responses):
        self.responses, self.requests, self.tokens = list(responses), [], []
        self.token_responses = []

    def __call__(self, request):
        if request.url.path == "/oauth/token":
            self.tokens.append(request)
            response = self.token_responses.pop(0) if self.token_responses else (200, TOKEN)
        else:
            self.requests.append(request)
            response = self.responses.pop(0) if self.responses else (200, {})
        if isinstance(response, Exception):
            raise response
        if isinstance(response, httpx2.Response):
            return response
        status, body, *headers = response
        return httpx2.Response(status, json=body, headers=headers[0] if headers else {})


@pytest.fixture
def connect():
    clients = []

    def make(server, timer=None):
        client = httpx2.Client(transport=httpx2.MockTransport(server), base_url="https://rest.test.zuora.com")
        clients.append(client)
        evidence = Evidence(host="rest.test.zuora.com")
        made = Connection(client, Credentials("my-client-id", SECRET), timer or NotedPauses(), evidence)
        made.evidence = evidence
        return made

    yield make
    for each in clients:
        each.close()


def test_a_request_has_a_token_and_a_version(connect):
    server = Server()
    connect(server).call("GET", JOB)
    assert server.requests[0].headers["authorization"] == "Bearer token-1-of-probes"
    assert server.requests[0].headers["zuora-version"] == "2025-08-12"


def test_a_header_can_be_left_out_or_replaced(connect):
    server = Server()
    connect(server).call("GET", JOB, headers={"Zuora-Version": None, "Authorization": "Bearer nonsense"})
    assert "zuora-version" not in server.requests[0].headers
    assert server.requests[0].headers["authorization"] == "Bearer nonsense"
    assert server.tokens == []


def test_a_token_is_kept_until_shortly_before_it_expires(connect):
    server, timer = Server(), NotedPauses()
    connection = connect(server, timer)
    for seconds in (0, 3_000, 530, 60):
        timer.passed += seconds
        connection.call("GET", JOB)
    assert len(server.tokens) == 2


def test_a_token_that_expires_early_is_renewed_once(connect):
    server = Server((401, {"message": "Authentication error"}))
    assert connect(server).call("GET", JOB).status == 200
    assert len(server.tokens) == 2


def test_a_tenant_that_refuses_its_own_tokens_ends_the_run(connect):
    refused = (401, {"message": "Authentication error"})
    with pytest.raises(CannotRun, match="refuses the access token that it has issued"):
        connect(Server(refused, refused)).call("GET", JOB)


def test_a_missing_permission_with_401_is_a_response(connect):
    server = Server((401, {"code": 71012515, "message": "User does not have permission to create custom objects."}))
    assert connect(server).call("POST", "/objects/records/default/x", json_body={}).status == 401
    assert len(server.tokens) == 1


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_end_the_run_without_showing_the_secret(connect, status):
    server = Server()
    server.token_responses = [(status, {"message": f"client my-client-id with {SECRET} is unknown"})]
    with pytest.raises(CannotRun, match=f"no access token .*{status}") as refused:
        connect(server).call("GET", JOB)
    assert SECRET not in str(refused.value)


def test_a_request_that_was_refused_for_now_is_repeated_whatever_it_is(connect):
    timer = NotedPauses()
    server = Server((503, {}), (429, {}, {"Retry-After": "7"}), (200, {"Id": "1"}))
    assert connect(server, timer).call("POST", "/objects/jobs", json_body={}).object == {"Id": "1"}
    assert timer.pauses == [0.5, 7]


def test_the_limit_of_jobs_is_a_response_even_with_429(connect):
    server = Server((429, {"code": 71013030, "message": "too many jobs"}))
    assert connect(server).call("POST", "/objects/jobs", json_body={}).status == 429


@pytest.mark.parametrize(
    "failure", [(500, {}), (502, {}), (504, {}), httpx2.ReadError("reset"), httpx2.ReadTimeout("slow")]
)
def test_a_write_that_may_have_taken_effect_is_not_repeated(connect, failure):
    with pytest.raises(Unclear):
        connect(Server(failure)).call("POST", "/objects/jobs", json_body={})


@pytest.mark.parametrize("failure", [(500, {}), (502, {}), httpx2.ReadError("reset"), httpx2.ConnectError("refused")])
def test_a_read_is_repeated_after_any_failure(connect, failure):
    assert connect(Server(failure, (200, {"Id": "1"}))).call("GET", JOB).status == 200


def test_a_write_that_was_not_sent_is_repeated(connect):
    server = Server(httpx2.ConnectError("refused"), (200, {"Id": "1"}))
    assert connect(server).call("POST", "/objects/jobs", json_body={}).status == 200


def test_a_server_that_stays_unavailable_is_waited_for_once(connect):
    timer = NotedPauses()
    connection = connect(Server(*[(503, {})] * 1_000), timer)
    with pytest.raises(Inconclusive, match="the tenant was not available; GET /objects/jobs/{id}: 503"):
        connection.call("GET", JOB)
    waited = timer.passed
    assert PATIENCE <= waited <= PATIENCE + 20
    with pytest.raises(Inconclusive):
        connection.call("GET", JOB)
    assert timer.passed == waited


def test_a_long_retry_after_is_not_waited_for(connect):
    timer = NotedPauses()
    with pytest.raises(Inconclusive):
        connect(Server((429, {}, {"Retry-After": "3600"})), timer).call("GET", JOB)
    assert timer.passed == 0


def test_without_any_server_the_run_ends_soon(connect):
    server, timer = Server(), NotedPauses()
    server.token_responses = [httpx2.ConnectError("Name or service not known")] * 100
    with pytest.raises(
        CannotRun, match="the server does not respond: POST /oauth/token: ConnectError: Name or service"
    ):
        connect(server, timer).call("GET", JOB)
    assert timer.passed < 30


def test_requests_of_a_rate_limit_are_left_to_others(connect):
    timer = NotedPauses()
    low = {"RateLimit-Limit": "2500, 2500;w=60", "RateLimit-Remaining": "19", "RateLimit-Reset": "42"}
    connection = connect(Server((200, {}, low)), timer)
    connection.call("GET", JOB)
    assert timer.pauses == []
    connection.call("GET", JOB)
    assert timer.pauses == [42]


def test_a_rate_limit_that_resets_much_later_makes_it_inconclusive(connect):
    low = {"RateLimit-Limit": "5000, 2500;w=60", "RateLimit-Remaining": "3", "RateLimit-Reset": "2400"}
    server = Server((200, {}, low))
    connection = connect(server)
    assert connection.call("POST", "/objects/jobs", json_body={}).is_success
    with pytest.raises(Inconclusive, match="only 3 requests of a rate limit remain for the next 2400 seconds"):
        connection.call("GET", JOB)
    assert len(server.requests) == 1
    connection.is_sparing = False
    assert connection.call("DELETE", JOB).is_success


def test_a_retry_after_can_be_a_date(connect):
    timer = NotedPauses()
    connect(Server((503, {}, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"})), timer)
    with pytest.raises(Inconclusive, match="the tenant was not available"):
        connect(Server((503, {}, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"})), timer).call("GET", JOB)
    connect(Server((503, {}, {"Retry-After": "soon"})), timer).call("GET", JOB)


@pytest.mark.parametrize(("method", "error"), [("GET", NotTheApi), ("POST", Unclear)])
@pytest.mark.parametrize("body", [b"<html>Log in</html>", b"[" * 200_000])
def test_a_page_that_is_no_json_claims_nothing(connect, method, error, body):
    connection = connect(Server(httpx2.Response(200, content=body)))
    with pytest.raises(error, match="expected JSON"):
        connection.call(method, "/objects/jobs")


def test_redirects_are_not_followed(connect):
    server = Server((302, {}, {"Location": "https://example.com/"}))
    with pytest.raises(NotTheApi, match="302 {} with Location: https://example.com/"):
        connect(server).call("POST", "/objects/jobs")
    assert len(server.requests) == 1


def test_a_response_that_comes_too_slowly_is_given_up(connect):
    timer = NotedPauses()

    def drip():
        for _ in range(1_000):
            timer.passed += 10
            yield b" "

    connection = connect(Server(httpx2.Response(200, content=drip())), timer)
    with pytest.raises(Unclear, match="too long, or comes too slowly"):
        connection.call("POST", "/objects/jobs")


def test_a_token_in_a_response_is_not_shown(connect):
    response = connect(Server((200, TOKEN), (400, {"note": "token-1-of-probes"}))).call("POST", "/oauth/else")
    assert response.object == TOKEN
    for secret in ("token-1-of-probes", "j" * 32, "12345678"):
        assert secret not in response.seen


def test_once_sends_a_request_as_it_is(connect):
    server = Server((503, {}))
    connection = connect(server)
    assert connection.once("GET", JOB, headers={"Authorization": "Bearer nonsense"}).status == 503
    assert server.tokens == []
    assert "zuora-version" not in server.requests[0].headers


def test_once_without_a_response_is_inconclusive(connect):
    with pytest.raises(Inconclusive, match="ReadError"):
        connect(Server(httpx2.ReadError("reset"))).once("GET", JOB, headers={})


def test_the_evidence_has_every_exchange_without_secrets(connect):
    server = Server((503, {}), (200, {"Id": "1", "CreatedById": "a-user"}), httpx2.ReadError("reset"))
    connection = connect(server)
    connection.probe = "put-record"
    connection.call("GET", JOB, params={"pageSize": "2"})
    with pytest.raises(Unclear):
        connection.call("POST", "/objects/jobs", json_body={"note": f"{SECRET} token-1-of-probes 12345678"})
    exchanges = connection.evidence.exchanges
    assert [each.status for each in exchanges] == [200, 503, 200, None]
    assert exchanges[1].path == f"{JOB}?pageSize=2"
    assert {each.probe for each in exchanges} == {"put-record"}
    for secret in (SECRET, "my-client-id", "token-1-of-probes", "j" * 32, "12345678", "a-user"):
        assert secret not in repr(exchanges)
