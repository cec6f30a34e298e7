"""Custom objects: definitions, fields, relationships and migrations."""
