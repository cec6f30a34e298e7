import pytest

from mock_zuora.domain.fidelity import Deviation, FidelityMonitor, NotedDeviation

CODES = {Deviation.MULTIPART_UPLOAD: 71013620, Deviation.UNDOCUMENTED_DEFINITION_KEY: 71000021}
ACCEPTED_STRICTLY = {Deviation.UNCHECKED_RELATIONSHIP, Deviation.TOO_MANY_TOKENS}
STRICTLY_REFUSED = [each for each in Deviation if each not in ACCEPTED_STRICTLY]


@pytest.mark.fidelity("mock-08")
@pytest.mark.parametrize("deviation", list(Deviation), ids=lambda each: each.key)
def test_deviation_is_counted_and_reported(deviation):
    monitor = FidelityMonitor()
    warnings = [monitor.note(deviation, "The file was multipart.", strict=False) for _ in range(2)]
    assert warnings == [NotedDeviation(deviation, "The file was multipart.")] * 2
    assert monitor.counts == {deviation.key: 2}


@pytest.mark.fidelity("mock-08")
@pytest.mark.parametrize("deviation", STRICTLY_REFUSED, ids=lambda each: each.key)
def test_strict_mode_refuses_deviation_with_advice(assert_refused, deviation):
    monitor = FidelityMonitor()
    assert_refused(
        CODES.get(deviation, 71013020),
        lambda: monitor.note(deviation, "The file was multipart.", strict=True),
        "The file was multipart.",
        "strict",
        deviation.advice,
    )
    assert monitor.counts == {}


def test_strict_mode_accepts_unavoidable_deviation():
    monitor = FidelityMonitor()
    assert monitor.note(Deviation.UNCHECKED_RELATIONSHIP, "Not checked.", strict=True)
    assert monitor.counts == {"unchecked-relationship": 1}


def test_every_deviation_has_a_unique_key_and_advice():
    assert len({each.key for each in Deviation}) == len(Deviation)
    assert all(each.advice for each in Deviation)


def test_first_deviation_per_subject_is_recognized():
    monitor = FidelityMonitor()
    first = [monitor.is_first(Deviation.UNCHECKED_RELATIONSHIP, name) for name in ("a", "b", "a")]
    assert first == [True, True, False]
    assert monitor.is_first(Deviation.MULTIPART_UPLOAD, "a")
