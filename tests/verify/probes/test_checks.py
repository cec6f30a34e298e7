"""What refusals say about a row of the ledger."""

import pytest

from mock_zuora.verify.finding import Verdict, holds, inconclusive, other
from mock_zuora.verify.probes.checks import refused, together
from mock_zuora.verify.response import Response


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (400, "71000020", Verdict.HOLDS),
        (400, "71000030", Verdict.OTHER),
        (404, "71000020", Verdict.OTHER),
        (200, "71000020", Verdict.OTHER),
        (403, "71012515", Verdict.INCONCLUSIVE),
        (401, "", Verdict.INCONCLUSIVE),
    ],
)
def test_refusal_needs_its_status_and_code(status, code, verdict):
    assert refused(Response("GET /", status, {}, f'{{"code": "{code}"}}'), "71000020").verdict is verdict


def test_any_code_is_enough_if_none_is_expected():
    assert refused(Response("GET /", 400, {}, "no")).verdict is Verdict.HOLDS


def test_code_of_a_detail_counts():
    text = '{"code": 71012520, "details": [{"code": 71012523}]}'
    assert refused(Response("POST /", 400, {}, text), "71012523").verdict is Verdict.HOLDS


def test_several_findings_hold_only_together():
    assert together([holds("a"), holds("b")]) == holds("a; b")
    assert together([holds("a"), inconclusive("b")]) == inconclusive("b")
    assert together([inconclusive("a"), holds("b"), other("c"), other("d")]) == other("c")
