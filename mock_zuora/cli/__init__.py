"""The command line: `mock-zuora serve`, `ready` and `openapi`."""
