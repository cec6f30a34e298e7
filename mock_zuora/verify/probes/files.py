"""Probes of files."""
