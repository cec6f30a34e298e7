"""Commands for maintainers. Each module says how to run it."""
