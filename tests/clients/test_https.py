"""curl, Node and Java run a job over HTTPS, and the programs in docs/https.md work."""

import json
import shutil
from pathlib import Path

import pytest

from mock_zuora import MockZuora
from scripts.docs.blocks import DOCS, blocks_of
from tests.clients.programs import run
from tests.platforms import skip_without

pytestmark = pytest.mark.clients

HERE = Path(__file__).parent
BLOCKS = blocks_of(DOCS / "https.md")
PASSWORD = "changeit"
DISTRUST = (
    "self-signed certificate|unable to get local issuer certificate|SSL certificate problem|PKIX path building failed"
)


@pytest.fixture(scope="module")
def server():
    seed = {"tenants": [{"settings": {"transitions": "polls", "processing_polls": 1}}]}
    with MockZuora(tls=True, seed=seed) as zuora:
        yield zuora


@pytest.fixture
def zuora(server):
    with server.tenant() as zuora:
        yield zuora


@pytest.fixture
def truststore(server, tmp_path):
    """A truststore that keytool makes, with the command of the page."""
    skip_without("java", "keytool")
    [command] = [line for block in BLOCKS for line in block.text.splitlines() if line.startswith("keytool ")]
    shutil.copy(server.ca_file, tmp_path / "ca.pem")
    made = run(*command.split(), folder=tmp_path)
    assert made.returncode == 0, made.stderr
    return tmp_path / "truststore.p12"


def with_curl(zuora, ca_file, version):
    skip_without("bash", "curl")
    credentials = zuora.client()
    options = [*(["--cacert", ca_file] if ca_file else []), *(["--tls-max", version] if version else [])]
    return run("bash", str(HERE / "job.sh"), zuora.url, credentials.client_id, credentials.client_secret, *options)


def with_node(zuora, ca_file, version):
    skip_without("node")
    credentials = zuora.client()
    options = [f"--tls-max-v{version}", f"--tls-min-v{version}"] if version else []
    trust = {"NODE_EXTRA_CA_CERTS": ca_file} if ca_file else {}
    program = [str(HERE / "job.mjs"), zuora.url, credentials.client_id, credentials.client_secret]
    return run("node", *options, *program, **trust)


def with_java(zuora, truststore, version):
    skip_without("java")
    credentials = zuora.client()
    options = [f"-Djdk.tls.client.protocols=TLSv{version}"] if version else []
    if truststore:
        options += [f"-Djavax.net.ssl.trustStore={truststore}", f"-Djavax.net.ssl.trustStorePassword={PASSWORD}"]
    program = [str(HERE / "Job.java"), zuora.url, credentials.client_id, credentials.client_secret]
    return run("java", *options, *program)


def check_job(zuora, done):
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(each["brand__c"] for each in json.loads(done.stdout)["records"]) == ["Saab", "Volvo"]
    assert zuora.jobs.last.status == "completed"


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("with_client", [with_curl, with_node])
def test_client_runs_a_job(zuora, with_client, version):
    check_job(zuora, with_client(zuora, zuora.ca_file, version))


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_java_runs_a_job(zuora, truststore, version):
    check_job(zuora, with_java(zuora, truststore, version))


@pytest.mark.parametrize("with_client", [with_curl, with_node, with_java])
def test_client_without_the_ca_refuses_the_server(zuora, with_client):
    done = with_client(zuora, None, None)
    assert done.returncode != 0 and zuora.requests.count() == 0
    assert any(each in done.stderr for each in DISTRUST), done.stderr


# The examples of docs/https.md


@pytest.fixture
def folder(server, tmp_path):
    """A folder with the CA certificate and the programs of the page, for this server."""
    shutil.copy(server.ca_file, tmp_path / "ca.pem")
    for block in BLOCKS:
        if block.title is not None:
            text = block.text.replace("https://localhost:8080", server.url)
            (tmp_path / block.title).write_text(text, "utf-8")
    return tmp_path


def test_documented_node_program_works(folder):
    skip_without("node")
    done = run("node", "client.mjs", folder=folder, NODE_EXTRA_CA_CERTS="ca.pem")
    assert (done.stdout, done.stderr) == ("200\n", "")


def test_documented_java_program_works(folder):
    skip_without("java")
    done = run("java", "Client.java", folder=folder)
    assert (done.stdout, done.stderr) == ("200\n", "")


def test_documented_truststore_works(server, truststore):
    [command] = [line for block in BLOCKS for line in block.text.splitlines() if line.startswith("java ")]
    options = command.split()[1:-1]
    source = truststore.parent / "Client.java"
    program = "class Client { public static void main(String[] a) throws Exception { var u = new java.net.URL(a[0]);"
    source.write_text(program + " System.out.println(new String(u.openStream().readAllBytes())); } }", "utf-8")
    done = run("java", *options, "Client.java", f"{server.url}/__mock/livez", folder=truststore.parent)
    assert '"status":"alive"' in done.stdout, done.stderr


def test_documented_curl_commands_work(server, tmp_path):
    skip_without("curl")
    commands = [line for block in BLOCKS for line in block.text.splitlines() if line.startswith("curl ")]
    assert len(commands) == 2
    for command in commands:
        done = run(*command.replace("https://localhost:8080", server.url).split(), folder=tmp_path)
        assert done.returncode == 0, done.stderr
    assert '"status":"ready"' in done.stdout
    assert (tmp_path / "ca.pem").read_text("utf-8") == Path(server.ca_file).read_text("utf-8")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_variable_is_enough_for_curl(server, variable):
    skip_without("curl")
    done = run("curl", "--silent", "--show-error", f"{server.url}/__mock/livez", **{variable: server.ca_file})
    assert done.returncode == 0, done.stderr
