"""Reads a seed from one file or from all seed files of a folder."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Final

from mock_zuora.config.seed_file import read_seed, templates_from
from mock_zuora.config.settings import SettingsError
from mock_zuora.config.tenant_options import TenantOptions
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.template import TenantTemplate

_SUFFIXES: Final = (".toml", ".json")


def templates_at(path: str, overrides: TenantOptions) -> list[TenantTemplate]:
    """Reads the tenants of a seed file, or of all seed files of a folder in order of their names.

    ``overrides`` (flags, environment) take precedence over settings of the seed. Raises SettingsError with the file,
    the key and the value; a tenant or an OAuth client must not be in two files.
    """
    templates = {file: templates_from(read_seed(file), overrides, f"seed {file}") for file in seed_files(path)}
    for (file, its), (other_file, others) in combinations(templates.items(), 2):
        duplicates = sorted(set(_names(its)) & set(_names(others)))
        if duplicates:
            kind, name = duplicates[0]
            raise SettingsError(
                f"seed {path}: {kind} {quote(name)} is in {Path(file).name} and in {Path(other_file).name}"
            )
    return [template for of_file in templates.values() for template in of_file]


def seed_files(path: str) -> list[str]:
    """The path itself if it is a file, else the .toml and .json files of the folder, without hidden ones.

    Subfolders are ignored. Raises SettingsError for a folder without such a file.
    """
    folder = Path(path)
    if not folder.is_dir():
        return [path]
    try:
        names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise SettingsError(f"seed {path}: cannot be read: {error.strerror}") from None
    files = [str(folder / name) for name in names if name.endswith(_SUFFIXES) and (folder / name).is_file()]
    if not files:
        found = ", ".join(quote(name) for name in names[:5]) or "nothing"
        raise SettingsError(f"seed {path}: expected a folder with a .toml or .json file, but found {found}")
    return files


def _names(templates: list[TenantTemplate]) -> Iterator[tuple[str, str]]:
    for template in templates:
        yield "tenant", template.name
        for client in template.clients:
            yield "client", client.id
