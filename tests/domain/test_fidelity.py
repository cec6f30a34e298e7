import pytest

from mock_zuora.domain.fidelity import Deviation, FidelityMonitor, NotedDeviation

CODES = {Deviation.MULTIPART_UPLOAD: 71013620}
REFUSED = [each for each in Deviation if each is not Deviation.UNCHECKED_RELATIONSHIP]


@pytest.mark.fidelity("mock-08")
@pytest.mark.parametrize("deviation", list(Deviation), ids=lambda each: each.key)
def test_a_deviation_is_counted_and_reported(deviation):
    monitor = FidelityMonitor()
    warnings = [monitor.note(deviation, "The file came so.", strict=False) for _ in range(2)]
    assert warnings == [NotedDeviation(deviation, "The file came so.")] * 2
    assert monitor.counts == {deviation.key: 2}


@pytest.mark.fidelity("mock-08")
@pytest.mark.parametrize("deviation", REFUSED, ids=lambda each: each.key)
def test_strict_mode_refuses_a_deviation_and_says_what_to_do(refused, deviation):
    monitor = FidelityMonitor()
    refused(
        CODES.get(deviation, 71013020),
        lambda: monitor.note(deviation, "The file came so.", strict=True),
        "The file came so.",
        "strict",
        deviation.advice,
    )
    assert monitor.counts == {}


def test_strict_mode_lets_pass_what_a_client_cannot_do_better():
    monitor = FidelityMonitor()
    assert monitor.note(Deviation.UNCHECKED_RELATIONSHIP, "Not checked.", strict=True)
    assert monitor.counts == {"unchecked-relationship": 1}


def test_every_deviation_has_a_name_of_its_own_and_an_advice():
    assert len({each.key for each in Deviation}) == len(Deviation)
    assert all(each.advice for each in Deviation)


def test_some_deviations_are_reported_once_for_each_subject():
    monitor = FidelityMonitor()
    first = [monitor.is_first(Deviation.UNCHECKED_RELATIONSHIP, name) for name in ("a", "b", "a")]
    assert first == [True, True, False]
    assert monitor.is_first(Deviation.MULTIPART_UPLOAD, "a")
