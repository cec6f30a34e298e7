"""Time for probes in tests."""

from mock_zuora.verify.timer import Timer


class MovedTime(Timer):
    """Moves the clock of a tenant instead of waiting."""

    def __init__(self, zuora):
        self.zuora, self.passed = zuora, 0.0

    def now(self):
        return self.passed

    def pause(self, seconds):
        self.passed += seconds
        self.zuora.clock.advance(seconds)


class NotedPauses(Timer):
    """Notes pauses, which pass at once."""

    def __init__(self):
        self.passed, self.pauses = 0.0, []

    def now(self):
        return self.passed

    def pause(self, seconds):
        self.passed += seconds
        self.pauses.append(seconds)
