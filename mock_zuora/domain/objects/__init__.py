"""Custom objects: definitions, fields, relationships, and how they migrate."""
