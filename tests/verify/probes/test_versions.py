"""What two versions show together."""

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes.versions import OLD, by_version


@pytest.mark.parametrize(
    ("old", "new", "choice"),
    [("yes", "no", "by-version"), ("yes", "yes", "yes"), ("no", "no", "no"), ("no", "yes", None), ("x", "x", None)],
)
def test_forms_of_two_versions_are_compared(old, new, choice):
    found = by_version(lambda version: old if version == OLD else new, "yes", "no", ("yes", "no"))
    assert found.choice == choice
    assert found.verdict is (Verdict.CHOICE if choice else Verdict.OTHER)
    assert f"version 186.0: {old}" in found.reason
