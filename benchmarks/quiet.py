"""Our server without log lines, as the handle and the pytest fixture run it. The settings come from the environment."""

from mock_zuora.config.settings import load_settings
from mock_zuora.server.server import Server

if __name__ == "__main__":
    Server(load_settings()).run()
