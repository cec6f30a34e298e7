"""Bulk jobs: the job itself, its lifecycle, its CSV file and delete filter, and what it does with records."""
