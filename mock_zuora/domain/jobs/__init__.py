"""Bulk jobs: job, lifecycle, uploaded file, delete filter, processing and operations."""
