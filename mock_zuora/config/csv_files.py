"""Puts the texts of CSV files into seeds that name the files. Standard library only: clients use it, too."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mock_zuora.config.documents import decoded
from mock_zuora.domain.errors import quote

_SUFFIX: Final = ".csv"
_OF_TENANTS: Final = {"name", "users", "clients", "definitions", "records", "settings"}
"""Keys that tell the document of a tenant from that of a whole seed."""


def with_csv_files(seed: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """A seed with the CSV files that its tenants name as ``records``. Relative paths begin at the folder.

    The document of one tenant is a seed with that tenant. Raises ValueError with the key and the path.
    """
    if _OF_TENANTS & seed.keys() and "tenants" not in seed:
        seed = {"tenants": [seed]}
    tenants = seed.get("tenants")
    if not isinstance(tenants, list):
        return seed
    read = [_of_tenant(each, folder, f"tenants.{at}.") for at, each in enumerate(tenants)]
    return {**seed, "tenants": read}


def _of_tenant(tenant: Any, folder: Path, where: str) -> Any:
    return tenant_with_csv_files(tenant, folder, where) if isinstance(tenant, Mapping) else tenant


def tenant_with_csv_files(tenant: Mapping[str, Any], folder: Path, where: str = "") -> Mapping[str, Any]:
    """The part of a seed for one tenant, with its CSV files under ``csv_files``. Raises ValueError."""
    records = tenant.get("records")
    if not isinstance(records, Mapping):
        return tenant
    paths = {name: value for name, value in records.items() if isinstance(value, str | os.PathLike)}
    if not paths:
        return tenant
    files: dict[str, Any] = {}
    for name, path in paths.items():
        try:
            files[name] = csv_file(path, folder)
        except ValueError as error:
            raise ValueError(f"{where}records.{name}: {error}") from None
    others = {name: value for name, value in records.items() if name not in paths}
    known = tenant.get("csv_files")
    return {**tenant, "records": others, "csv_files": {**(known if isinstance(known, Mapping) else {}), **files}}


def csv_file(path: str | os.PathLike[Any], folder: Path = Path()) -> dict[str, str]:
    """The name and the text of a CSV file. A relative path begins at the folder. Raises ValueError."""
    name = os.fsdecode(path)
    if not name.lower().endswith(_SUFFIX):
        raise ValueError(f"{quote(name)} is not valid; expected a list of records, or the path of a {_SUFFIX} file")
    try:
        data = (folder / name).read_bytes()
        decoded(data)
    except OSError as error:
        raise ValueError(f"{name}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    # Not the decoded text, whose line breaks differ, also those inside cells.
    return {"name": name, "text": data.decode("utf-8-sig")}
