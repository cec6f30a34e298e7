"""For test suites: the pytest plugin, the failure report and the Testcontainers class."""
