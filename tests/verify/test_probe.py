from mock_zuora.verify.finding import choice
from mock_zuora.verify.probe import probe


def test_the_rows_of_the_ledger_that_name_a_probe_are_its_subjects():
    @probe("put-record", "does something", requests=3, jobs=1)
    def made(tenant):
        yield "put-record", choice("merge", "seen")

    assert made.subjects == ("put-record",)
    assert (made.requests, made.jobs, made.objects, made.is_limit) == (3, 1, 0, False)
    assert list(made.scenario(None)) == [("put-record", choice("merge", "seen"))]
