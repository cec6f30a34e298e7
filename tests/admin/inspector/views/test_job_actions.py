"""The actions of the pages of jobs, on a server."""

from urllib.request import urlopen

import pytest

from mock_zuora import MockZuora


@pytest.mark.parametrize("path", ["/__mock/inspector/outcomes", "/__mock/inspector/jobs/{job}"])
def test_pages_of_jobs_have_no_actions_in_a_read_only_inspector(submit, path):
    with MockZuora(inspector="read-only") as zuora:
        zuora.jobs.hold_next()
        job = submit(zuora, "brand__c\nSaab\n")
        zuora.jobs.hold_next()
        with urlopen(zuora.url + path.format(job=job)) as response:
            page = response.read().decode()
    assert "hold" in page
    assert "/__mock/inspector/actions/" not in page
