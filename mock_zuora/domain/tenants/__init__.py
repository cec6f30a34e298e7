"""Tenants, and the registry that holds them."""
