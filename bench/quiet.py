"""Our server without log lines, as the handle and the pytest fixture run it. The settings come from the environment."""

from mock_zuora.server import Server
from mock_zuora.settings import load_settings

if __name__ == "__main__":
    Server(load_settings()).run()
