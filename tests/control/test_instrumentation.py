from mock_zuora.control.faults import FaultPlan
from mock_zuora.control.instrumentation import InstrumentationRegistry


def test_each_tenant_has_a_bench_of_its_own():
    instrumentation = InstrumentationRegistry()
    assert instrumentation.of("acme") is instrumentation.of("acme") is not instrumentation.of("other")


def test_a_dropped_bench_is_begun_anew():
    instrumentation = InstrumentationRegistry()
    instrumentation.of("acme").faults.add(FaultPlan())
    instrumentation.drop("acme")
    instrumentation.drop("acme")
    assert instrumentation.of("acme").faults.all() == []


def test_chance_is_the_same_for_the_same_seed_and_tenant():
    def drawn(seed: str, tenant: str) -> float:
        return InstrumentationRegistry(seed).of(tenant).faults.ids.chance()

    assert drawn("one", "acme") == drawn("one", "acme")
    assert len({drawn("one", "acme"), drawn("one", "other"), drawn("two", "acme")}) == 3
