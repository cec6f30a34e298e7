"""Clients in TypeScript that are generated from both documents compile under ``strict`` and run a job's life."""

import pytest

from tests.openapi_tools.conftest import DOCUMENTS

pytestmark = pytest.mark.openapi_tools


def generate(run, tool):
    if tool == "hey_api":
        run("openapi-ts", "--file", "./openapi-ts.config.js", "--silent")
    for name in DOCUMENTS:
        if tool == "openapi_typescript":
            run("openapi-typescript", f"{name}.json", "--output", f"generated/{name}.ts")
        if tool == "orval":
            run("orval", "--input", f"{name}.json", "--output", f"generated/{name}.ts", "--client", "axios")


@pytest.mark.parametrize("tool", ["openapi_typescript", "hey_api", "orval"])
def test_generated_client_compiles_and_runs_a_job(run, files, documents, zuora, tool):
    files("programs")
    generate(run, tool)
    config = documents / "tsconfig.json"
    config.write_text(config.read_text("utf-8").replace('"*.ts"', f'"{tool}.ts"'), "utf-8")
    run("tsc", "--project", ".")
    tenants = len(zuora.tenants())
    run("node", f"out/{tool}.js", ZUORA_URL=zuora.url)
    assert len(zuora.tenants()) == tenants + 1
