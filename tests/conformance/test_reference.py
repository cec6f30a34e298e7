"""Compares the OpenAPI document with Zuora's reference. ``openapi/differences.toml`` lists every difference.

The facts of the reference are in ``reference_facts.txt``, written by ``scripts/extract_reference_facts.py``.
"""

import re
import tomllib
from pathlib import Path

import pytest

from scripts.extract_reference_facts import Facts, read_facts

DIFFERENCES = Path(__file__).parents[2] / "openapi" / "differences.toml"


def matches(pattern, line):
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), line) is not None


@pytest.fixture(scope="module")
def reference():
    return read_facts()


@pytest.fixture(scope="module")
def emulator(document):
    return Facts(document).lines


@pytest.fixture(scope="module")
def differences():
    return tomllib.loads(DIFFERENCES.read_text("utf-8"))


def only_in(facts, other_facts):
    """Returns the facts that only one side has, without those that follow from another, such as fields of a body."""
    lines = facts - other_facts
    return {line for line in lines if not any(line[: cut.start()] in lines for cut in re.finditer(r"[ .\[{]", line))}


def unlisted(lines, listed):
    return sorted(line for line in lines if not any(matches(each["what"], line) for each in listed))


def test_reference_facts_are_complete(reference):
    assert "PATCH /objects/jobs/{id}/cancel 404" in reference
    assert "POST /objects/jobs body.operation enum create" in reference
    assert len(reference) > 2_000


def test_every_fact_of_the_reference_is_in_the_document_or_listed(reference, emulator, differences):
    assert unlisted(only_in(reference, emulator), differences["reference"]) == []


def test_every_additional_fact_of_the_document_is_listed(reference, emulator, differences):
    assert unlisted(only_in(emulator, reference), differences["emulator"]) == []


@pytest.mark.parametrize("side", ["reference", "emulator"])
def test_every_listed_difference_exists(reference, emulator, differences, side):
    lines = only_in(reference, emulator) if side == "reference" else only_in(emulator, reference)
    missing = [each["what"] for each in differences[side] if not any(matches(each["what"], line) for line in lines)]
    assert missing == []


def test_every_listed_difference_has_a_reason(differences):
    assert all(len(each["reason"]) > 20 for side in differences.values() for each in side)
