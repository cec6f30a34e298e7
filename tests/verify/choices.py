"""Choices of assumptions in a tenant that probes run against."""

from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

WITHOUT_TENANT = {"unauthorized-body", "token-error-body"}
"""Assumptions about requests that name no tenant, so that the choices of the default tenant apply."""
HIDDEN = {"all-rows-rejected": ("rejected-rows", "skip"), "records-processed": ("rejected-rows", "skip")}
"""By assumption: the other assumption that can hide it, and the only choice of that one that does not."""


def assume(server, tenant, choices):
    """Sets the choices in force. Those that are not given are the defaults."""
    tenant.configure(assume=choices)
    server.configure(assume={name: choices.get(name, ASSUMPTIONS[name].default) for name in WITHOUT_TENANT})
