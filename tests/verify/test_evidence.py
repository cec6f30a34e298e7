import json

import pytest

from mock_zuora.verify.evidence import Evidence, Exchange
from mock_zuora.verify.finding import Verdict, choice, inconclusive


@pytest.fixture
def evidence():
    return Evidence(host="rest.test.zuora.com")


def exchange(**changes):
    usual = {
        "at": "2026-11-26T00:00:00+00:00", "probe": "dates", "method": "GET", "path": "/objects/jobs",
        "request_headers": {}, "request_body": "", "status": 200, "response_headers": {}, "response_body": "",
        "milliseconds": 12,
    }  # fmt: skip
    return Exchange(**usual | changes)


def test_a_result_needs_two_rounds_that_agree(evidence):
    rounds = evidence.rounds["put-record"] = [{"put-record": choice("merge", "kept")}]
    assert evidence.result("put-record", "put-record") is None
    rounds.append({"put-record": choice("merge", "kept again")})
    assert evidence.result("put-record", "put-record").choice == "merge"


def test_rounds_that_differ_claim_nothing_and_show_both(evidence):
    evidence.rounds["put-record"] = [{"put-record": choice("merge", "a")}, {"put-record": choice("replace", "b")}]
    found = evidence.result("put-record", "put-record")
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "round 1: merge; round 2: replace" in found.reason


def test_an_inconclusive_round_is_the_result(evidence):
    evidence.rounds["put-record"] = [{"put-record": inconclusive("503")}]
    assert evidence.result("put-record", "put-record") == inconclusive("503")


def test_saved_evidence_can_be_continued(evidence, tmp_path):
    evidence.suffixes.append("ab12")
    evidence.rounds["put-record"] = [{"put-record": choice("merge", "kept")}]
    evidence.exchanges.append(exchange())
    evidence.save(tmp_path / "e.json")
    found = Evidence.load(tmp_path / "e.json")
    assert (found.host, found.started, found.suffixes) == (evidence.host, evidence.started, ["ab12"])
    assert (found.rounds, found.exchanges) == (evidence.rounds, evidence.exchanges)
    assert [each.name for each in tmp_path.iterdir()] == ["e.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 2}',
        '{"format": 1}',
        '{"format": 1, "host": "x", "started": 1, "suffixes": [], "rounds": 7}',
    ],
)
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "e.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError):
        Evidence.load(tmp_path / "e.json")


@pytest.mark.parametrize("suffixes", ['"abcd"', '[""]', '["abcd", "*"]', "[7]"])
def test_suffixes_that_no_run_has_are_refused(tmp_path, suffixes):
    """What has a suffix is deleted."""
    text = f'{{"format": 1, "host": "x", "started": "", "suffixes": {suffixes}, "rounds": {{}}, "exchanges": []}}'
    (tmp_path / "e.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="is not the evidence"):
        Evidence.load(tmp_path / "e.json")


def test_a_subject_that_an_earlier_run_did_not_probe_is_undecided(evidence):
    evidence.rounds["uploads"] = [{}, {}]
    assert evidence.result("uploads", "upload-01").verdict is Verdict.INCONCLUSIVE


def test_half_of_a_surrogate_pair_can_be_saved(evidence, tmp_path):
    evidence.exchanges.append(exchange(response_body=evidence.clean('{"name__c": "\\ud800"}')))
    evidence.rounds["dates"] = [{"dates": evidence.clean_finding(inconclusive("it was \ud800"))}]
    evidence.save(tmp_path / "e.json")
    assert Evidence.load(tmp_path / "e.json").rounds["dates"][0]["dates"].reason == "it was ?"


def test_findings_have_no_secrets(evidence):
    evidence.secrets.add(["very-secret"])
    assert evidence.clean_finding(choice("flat", "401 very-secret")) == choice("flat", "401 redacted")


def test_jobs_and_definitions_of_others_are_left_out(evidence):
    jobs = [{"Id": "1", "object": "payroll"}, {"Id": "2", "object": "mockzuora_probe_ab12_1"}]
    assert json.loads(evidence.clean(json.dumps({"jobs": jobs, "count": 2}))) == {"jobs": [jobs[1]], "count": 2}
    listed = {"definitions": {"payroll": {"type": "payroll"}, "mockzuora_probe_ab12_1": {"type": "x"}}}
    assert "payroll" not in evidence.clean(json.dumps(listed))
    single = {"Id": "7", "type": "payroll", "schema": {"properties": {"salary__c": {}}}}
    assert "salary" not in evidence.clean(json.dumps({"records": [single]}))


def test_users_and_tokens_are_redacted(evidence):
    body = {"CreatedById": "u-1", "UpdatedById": "u-2", "access_token": "t-1", "jti": "j-1", "scope": "tenant.1"}
    assert set(json.loads(evidence.clean(json.dumps(body))).values()) == {"redacted"}


def test_a_body_that_is_no_json_is_kept_without_secrets(evidence):
    evidence.secrets.add(["very-secret"])
    assert evidence.clean("grant_type=client_credentials&client_secret=very-secret") == (
        "grant_type=client_credentials&client_secret=redacted"
    )


def test_a_long_body_is_cut(evidence):
    assert len(evidence.clean("x" * 100_000)) < 5_000
