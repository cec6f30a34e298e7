"""The rows of the ledger by their ids."""

import tomllib
from pathlib import Path

from mock_zuora.domain.ledger import ledger_rows

FILE = Path(__file__).parent.parent.parent / "mock_zuora/fidelity.toml"


def test_rows_are_those_of_the_file_in_its_order():
    rows = tomllib.loads(FILE.read_text("utf-8"))["behaviours"]
    assert list(ledger_rows().values()) == rows
    assert list(ledger_rows()) == [row["id"] for row in rows]
