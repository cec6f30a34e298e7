"""Probes of objects."""
