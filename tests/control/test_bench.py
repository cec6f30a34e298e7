from mock_zuora.control.bench import Benches
from mock_zuora.control.faults import FaultPlan


def test_each_tenant_has_a_bench_of_its_own():
    benches = Benches()
    assert benches.of("acme") is benches.of("acme") is not benches.of("other")


def test_a_dropped_bench_is_begun_anew():
    benches = Benches()
    benches.of("acme").faults.add(FaultPlan())
    benches.drop("acme")
    benches.drop("acme")
    assert benches.of("acme").faults.all() == []


def test_chance_is_the_same_for_the_same_seed_and_tenant():
    def drawn(seed: str, tenant: str) -> float:
        return Benches(seed).of(tenant).faults.ids.chance()

    assert drawn("one", "acme") == drawn("one", "acme")
    assert len({drawn("one", "acme"), drawn("one", "other"), drawn("two", "acme")}) == 3
