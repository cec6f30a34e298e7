import json

import pytest

from mock_zuora.domain import limits
from mock_zuora.domain.nesting import is_too_deep


@pytest.mark.parametrize(("opening", "closing", "levels"), [("[", "]", 1), ('{"a":', "}", 1), ('[1,{"a":', "},2]", 2)])
def test_documents_can_be_nested_up_to_the_limit(opening, closing, levels):
    def is_refused(times):
        text = opening * times + "1" + closing * times
        return is_too_deep(json.loads(text), text)

    times = limits.MAX_JSON_NESTING // levels
    assert (is_refused(times), is_refused(times + 1)) == (False, True)


def test_long_document_with_few_levels_is_not_too_deep():
    text = json.dumps({"records": [{"a__c": "[" * 200}] * 1_000})
    assert not is_too_deep(json.loads(text), text)
