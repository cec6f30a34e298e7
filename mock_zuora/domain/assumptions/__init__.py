"""What the emulator assumes where Zuora's documentation is silent or contradicts itself, and the other choices."""
