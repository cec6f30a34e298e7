"""Compares our OpenAPI document with Zuora's reference. ``openapi/differences.toml`` lists every difference.

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
def theirs():
    return read_facts()


@pytest.fixture(scope="module")
def ours(document):
    return Facts(document).lines


@pytest.fixture(scope="module")
def differences():
    return tomllib.loads(DIFFERENCES.read_text("utf-8"))


def only_in(some, others):
    """The facts that only ``some`` has, without those that follow from a missing one, such as the fields of a body."""
    lines = some - others
    return {line for line in lines if not any(line[: cut.start()] in lines for cut in re.finditer(r"[ .\[{]", line))}


def unlisted(lines, listed):
    return sorted(line for line in lines if not any(matches(each["what"], line) for each in listed))


def test_reference_facts_are_complete(theirs):
    assert "PATCH /objects/jobs/{id}/cancel 404" in theirs
    assert "POST /objects/jobs body.operation enum create" in theirs
    assert len(theirs) > 2_000


def test_every_fact_of_the_reference_is_in_our_document_or_listed(theirs, ours, differences):
    assert unlisted(only_in(theirs, ours), differences["theirs"]) == []


def test_every_other_fact_of_our_document_is_listed(theirs, ours, differences):
    assert unlisted(only_in(ours, theirs), differences["ours"]) == []


@pytest.mark.parametrize("side", ["theirs", "ours"])
def test_every_listed_difference_exists(theirs, ours, differences, side):
    lines = only_in(theirs, ours) if side == "theirs" else only_in(ours, theirs)
    gone = [each["what"] for each in differences[side] if not any(matches(each["what"], line) for line in lines)]
    assert gone == []


def test_every_listed_difference_has_a_reason(differences):
    assert all(len(each["reason"]) > 20 for side in differences.values() for each in side)
