"""Performance of the server compared with baselines: `make bench`. README.md describes the method."""
