"""Linters and validators find nothing in the OpenAPI documents."""

import shutil

import pytest

from tests.openapi_tools.conftest import DOCUMENTS

pytestmark = [pytest.mark.openapi_tools, pytest.mark.parametrize("name", DOCUMENTS)]


def test_spectral_finds_nothing(run, files, documents, name):
    files("linters")
    run("spectral", "lint", f"{name}.json", "--ruleset", "spectral.yaml", "--fail-severity", "hint")


def test_redocly_finds_nothing(run, files, documents, name):
    files("linters")
    output = run("redocly", "lint", f"{name}.json", "--config", "redocly.yaml")
    assert "Your API description is valid" in output
    assert "warning" not in output.replace("Deprecation warning: Node.js", "")


@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
def test_openapi_generator_finds_nothing(run, installed, documents, name):
    jar = installed / "python" / "openapi_generator_cli" / "openapi-generator.jar"
    assert "No validation issues detected" in run("java", "-jar", jar, "validate", "-i", f"{name}.json", "--recommend")
