"""Tenants: their settings, templates and registry."""
