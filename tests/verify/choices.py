"""Choices of assumptions in a tenant that probes run against."""

from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

WITHOUT_TENANT = {"unauthorized-body", "token-error-body"}
"""Assumptions about requests that tell no tenant, which the default tenant responds to."""
HIDDEN = {"all-rows-rejected": ("rejected-rows", "skip"), "records-processed": ("rejected-rows", "skip")}
"""By assumption: another one, and the only choice of that one with which the tenant shows a difference."""


def assume(server, tenant, choices):
    """Sets the choices in force. Those that are not given are the defaults."""
    tenant.configure(assume=choices)
    server.configure(assume={name: choices.get(name, ASSUMPTIONS[name].default) for name in WITHOUT_TENANT})
