"""Runs mock_zuora without request logs, as `MockZuora()` does. Settings come from the environment."""

from mock_zuora.config.settings import load_settings
from mock_zuora.server.server import Server

if __name__ == "__main__":
    Server(load_settings()).run()
