"""How fast the server is, beside yardsticks that run in the same minute. `make bench`; the method is in README.md."""
