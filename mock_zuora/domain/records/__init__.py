"""Records of custom objects: validation, queries, delayed reads and their operations."""
