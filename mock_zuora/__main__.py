"""``python -m mock_zuora``: the same as the command ``mock-zuora``."""

from mock_zuora.cli.main import main

if __name__ == "__main__":
    main()
