"""What Zuora has: the emulated API over HTTP. No state of its own; rules live in ``core``."""
