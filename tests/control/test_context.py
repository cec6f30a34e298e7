import pytest

from mock_zuora.control.errors import Unknown


def test_tenant_is_found_by_name(control, tenant):
    assert control.tenant("default") is tenant


def test_unknown_tenant_is_an_error(control):
    for find in (control.tenant, control.instruments):
        with pytest.raises(Unknown, match="tenant: 'acme' does not exist; expected one of default"):
            find("acme")


def test_clock_is_applied_on_each_lookup(control, tenant, monkeypatch):
    touched = []
    monkeypatch.setattr(control.runner, "touch", touched.append)
    control.tenant("default")
    assert touched == [tenant]
