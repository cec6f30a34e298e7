import pickle

import pytest

from mock_zuora.control.job_results import JobFile, PlannedOutcomeInfo, PlannedRow
from mock_zuora.control.json_types import from_json, to_json

FILE = JobFile(
    job_id="1", size=7, sha256="ab", encoding="utf-8", sent_as="text/csv", row_count=2, header=("a__c",),
    rows=(("1",), ()),
)  # fmt: skip
PLAN = PlannedOutcomeInfo(
    id="rejection-1", kind="rejection", rows=(PlannedRow(row=2, code=71012520, message="boom"),), where={"a__c": "1"}
)


@pytest.mark.parametrize("result", [FILE, PLAN], ids=lambda each: type(each).__name__)
def test_result_is_the_same_after_json_and_pickle(result):
    assert from_json(type(result), to_json(result)) == pickle.loads(pickle.dumps(result)) == result


@pytest.mark.parametrize(("row_count", "is_cut"), [(2, False), (3, True)])
def test_file_with_more_rows_is_cut(row_count, is_cut):
    assert from_json(JobFile, {**to_json(FILE), "row_count": row_count}).is_cut is is_cut
