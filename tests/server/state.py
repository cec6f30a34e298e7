"""What the tests of state files look at."""

import time


def entries_of(file):
    return [*file.whole_state(), *file.changes()]


def server_of(zuora):
    return zuora._transport._server


def keeper_of(zuora):
    return server_of(zuora).app.keeper


def wait_until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
