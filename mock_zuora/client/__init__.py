"""`MockZuora`, the handle that tests use, and its transports: in-process and HTTP."""
