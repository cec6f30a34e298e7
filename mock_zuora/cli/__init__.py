"""The command line: `mock-zuora serve` and the other subcommands."""
