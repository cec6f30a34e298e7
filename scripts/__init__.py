"""Maintenance scripts; each module says how it is run."""
