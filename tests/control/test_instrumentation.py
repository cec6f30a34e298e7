from mock_zuora.control.faults import FaultRule
from mock_zuora.control.instrumentation import InstrumentationRegistry


def test_each_tenant_has_its_own_instrumentation():
    instrumentation = InstrumentationRegistry()
    assert instrumentation.of("acme") is instrumentation.of("acme") is not instrumentation.of("other")


def test_dropped_instrumentation_is_gone():
    instrumentation = InstrumentationRegistry()
    instrumentation.of("acme").faults.add(FaultRule(reset=True))
    instrumentation.drop("acme")
    instrumentation.drop("acme")
    assert "acme" not in instrumentation
    assert instrumentation.of("acme").faults.all() == []


def test_random_numbers_depend_on_seed_and_tenant():
    def drawn(seed: str, tenant: str) -> float:
        return InstrumentationRegistry(seed).of(tenant).faults.ids.chance()

    assert drawn("one", "acme") == drawn("one", "acme")
    assert len({drawn("one", "acme"), drawn("one", "other"), drawn("two", "acme")}) == 3
