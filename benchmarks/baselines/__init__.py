"""Baseline apps: each returns the same job for every request."""
