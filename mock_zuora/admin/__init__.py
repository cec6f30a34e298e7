"""What only the mock has: its own paths, under ``/__mock``."""
