"""HTTP clients in Python run a job over HTTPS, with a certificate that the server made and with one of a file.

Each submits a job, uploads its file, polls until it has ended and reads its records. Without the CA, each refuses the
server. tests/clients has clients in other languages.
"""

import asyncio
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request

import aiohttp
import httpx
import pytest
import requests
import trustme
from requests.adapters import HTTPAdapter

from mock_zuora import MockZuora

JOB = {"operation": "create", "namespace": "default", "object": "vehicle"}
CSV = b"brand__c\nVolvo\nSaab\n"
JOBS, RECORDS = "/objects/jobs", "/objects/records/default/vehicle"
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.fixture(scope="module", params=["made by the server", "of a file"])
def server(request, tmp_path_factory):
    """A server, and the path of the CA certificate that its clients trust."""
    seed = {"tenants": [{"settings": {"transitions": "polls", "processing_polls": 1}}]}
    if request.param == "made by the server":
        with MockZuora(tls=True, seed=seed) as zuora:
            yield zuora, zuora.ca_file
        return
    authority, folder = trustme.CA(), tmp_path_factory.mktemp("certificates")
    issued = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    with MockZuora(tls_cert=folder / "cert.pem", tls_key=folder / "key.pem", seed=seed) as zuora:
        yield zuora, str(folder / "ca.pem")


@pytest.fixture
def zuora(server):
    with server[0].tenant() as zuora:
        yield zuora


def context_of(ca_file, version):
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = context.maximum_version = version
    return context


def urls(base):
    return f"{base}/oauth/token", f"{base}{JOBS}", f"{base}{RECORDS}"


def form(credentials):
    return {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "grant_type": "client_credentials",
    }


def with_session(session, base, credentials, body):
    """The life of a job with a session of requests or a client of httpx. ``body`` is its option for bytes."""
    token_url, jobs, records = urls(base)
    token = session.post(token_url, data=form(credentials)).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    job = f"{jobs}/{session.post(jobs, json=JOB).json()['Id']}"
    uploaded = session.post(f"{job}/files", headers={"Content-Type": "text/csv"}, **{body: CSV})
    status = uploaded.json()["status"]
    while status != "completed":
        status = session.get(job).json()["status"]
    return session.get(records).json()["records"]


def with_requests(base, context, credentials):
    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *arguments, **options):
            super().init_poolmanager(*arguments, **options, ssl_context=context)

    with requests.Session() as session:
        session.mount("https://", Adapter())
        session.verify = True if context is None else context.ca_file
        return with_session(session, base, credentials, "data")


def with_httpx(base, context, credentials):
    with httpx.Client(verify=True if context is None else context) as client:
        return with_session(client, base, credentials, "content")


def with_urllib(base, context, credentials):
    headers = {}

    def send(url, body=None, kind="application/json"):
        request = urllib.request.Request(url, body, {**headers, "Content-Type": kind})
        with urllib.request.urlopen(request, context=context, timeout=30) as response:
            return json.load(response)

    token_url, jobs, records = urls(base)
    encoded = urllib.parse.urlencode(form(credentials)).encode()
    token = send(token_url, encoded, "application/x-www-form-urlencoded")["access_token"]
    headers["Authorization"] = f"Bearer {token}"
    job = f"{jobs}/{send(jobs, json.dumps(JOB).encode())['Id']}"
    status = send(f"{job}/files", CSV, "text/csv")["status"]
    while status != "completed":
        status = send(job)["status"]
    return send(records)["records"]


def with_aiohttp(base, context, credentials):
    async def run():
        token_url, jobs, records = urls(base)
        connector = aiohttp.TCPConnector(ssl=True if context is None else context)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def send(method, url, **options):
                async with session.request(method, url, **options) as response:
                    return await response.json()

            token = (await send("POST", token_url, data=form(credentials)))["access_token"]
            session.headers["Authorization"] = f"Bearer {token}"
            job = f"{jobs}/{(await send('POST', jobs, json=JOB))['Id']}"
            status = (await send("POST", f"{job}/files", data=CSV, headers={"Content-Type": "text/csv"}))["status"]
            while status != "completed":
                status = (await send("GET", job))["status"]
            return (await send("GET", records))["records"]

    return asyncio.run(run())


REFUSED = (
    requests.exceptions.SSLError,
    httpx.ConnectError,
    urllib.error.URLError,
    aiohttp.ClientConnectorCertificateError,
)
CLIENTS = [with_requests, with_httpx, with_urllib, with_aiohttp]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda each: each.name)
@pytest.mark.parametrize("run", CLIENTS, ids=lambda each: each.__name__.removeprefix("with_"))
def test_client_runs_a_job(server, zuora, run, version):
    context = context_of(server[1], version)
    context.ca_file = server[1]
    records = run(zuora.url, context, zuora.client())
    assert sorted(each["brand__c"] for each in records) == ["Saab", "Volvo"]
    assert zuora.jobs.last.status == "completed"


@pytest.mark.parametrize("run", CLIENTS, ids=lambda each: each.__name__.removeprefix("with_"))
def test_client_without_the_ca_refuses_the_server(zuora, run):
    with pytest.raises(REFUSED, match="(?i)certificate.verify.failed"):
        run(zuora.url, None, zuora.client())
    assert zuora.requests.count() == 0


@pytest.mark.parametrize(
    ("run", "variable"),
    [(with_requests, "REQUESTS_CA_BUNDLE"), (with_httpx, "SSL_CERT_FILE"), (with_urllib, "SSL_CERT_FILE")],
)
def test_variable_is_enough_for_clients(server, zuora, monkeypatch, run, variable):
    monkeypatch.setenv(variable, server[1])
    assert len(run(zuora.url, None, zuora.client())) == 2


# The official client


@pytest.fixture
def make_client(sdk):
    clients = []

    def make(zuora, **options):
        credentials = zuora.client()
        configuration = sdk.Configuration(**options)
        client = sdk.zuora_client.ZuoraClient(
            credentials.client_id, credentials.client_secret, env=None, config=configuration
        )
        client.set_base_url(zuora.url)
        client.set_retry_config(1, 1)
        client.refresh_token()
        clients.append(client)
        return client

    yield make
    for each in clients:
        each.api_client.rest_client.pool_manager.clear()


@pytest.mark.xdist_group("official client")
@pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk")
def test_official_client_runs_a_job(server, zuora, make_client):
    client = make_client(zuora, ssl_ca_cert=server[1])
    jobs = client.custom_object_jobs_api()
    job = jobs.post_custom_object_bulk_job(JOB)
    job = jobs.post_upload_file_for_custom_object_bulk_job("text/csv", job.id, CSV.decode())
    while job.status != "completed":
        job = jobs.get_custom_object_bulk_job(job.id)
    page = client.custom_object_records_api().get_all_records_for_custom_object_type("vehicle")
    assert sorted(each.additional_properties["brand__c"] for each in page.records) == ["Saab", "Volvo"]


@pytest.mark.xdist_group("official client")
@pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk")
def test_official_client_without_the_ca_refuses_the_server(zuora, make_client, capsys):
    client = make_client(zuora)
    assert client.get_token_info()["access_token"] is None
    assert "CERTIFICATE_VERIFY_FAILED" in capsys.readouterr().out
    assert zuora.requests.count() == 0
