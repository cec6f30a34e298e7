"""Reads the files that ``assume`` names. Standard library only: clients read them, so that no server has to."""

import os
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any, Final

from mock_zuora.config.documents import decoded, is_json_object, toml_document
from mock_zuora.domain.assumptions.choices import joined, parse_choices
from mock_zuora.domain.assumptions.observed import check_assumed
from mock_zuora.domain.errors import quote

_SUFFIX: Final = ".toml"


def with_assumption_files(document: Mapping[str, Any], folder: Path = Path(), where: str = "") -> Mapping[str, Any]:
    """A seed, a part of one, or settings, with the contents of the files that ``assume`` names.

    Relative paths begin at the folder. Raises ValueError with the key and the path.
    """
    read: dict[str, Any] = {}
    if "assume" in document:
        try:
            read["assume"] = read_assumptions(document["assume"], folder)
        except ValueError as error:
            raise ValueError(f"{where}assume: {error}") from None
    if isinstance(settings := document.get("settings"), Mapping):
        read["settings"] = with_assumption_files(settings, folder, f"{where}settings.")
    if isinstance(tenants := document.get("tenants"), list):
        read["tenants"] = [
            with_assumption_files(each, folder, f"{where}tenants.{at}.") if isinstance(each, Mapping) else each
            for at, each in enumerate(tenants)
        ]
    return {**document, **read}


def read_assumptions(value: Any, folder: Path = Path()) -> Any:
    """The contents of the TOML files that a path, or a text with commas, names; any other value as it is.

    The text can have choices as well, such as ``observed.toml,put-record=merge``: the last choice of a name counts. A
    relative path begins at the folder. Raises ValueError with the path.
    """
    if isinstance(value, os.PathLike):
        value = os.fsdecode(value)
        if not value.endswith(_SUFFIX):
            raise ValueError(f"{quote(value)} is not valid; expected the path of a {_SUFFIX} file")
    if not isinstance(value, str) or is_json_object(value):
        return value
    is_path = value.endswith(_SUFFIX) and os.path.isfile(folder / value)
    parts = [value] if is_path else [each.strip() for each in value.split(",")]
    if not any(each.endswith(_SUFFIX) for each in parts):
        return value
    return reduce(joined, (_read(each, folder) if each.endswith(_SUFFIX) else parse_choices(each) for each in parts))


def _read(path: str, folder: Path) -> dict[str, Any]:
    try:
        return check_assumed(toml_document(decoded((folder / path).read_bytes())))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
