"""Where seeds lie: one file, or a folder whose files are one seed together."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Final

from mock_zuora.config.seed_file import read_seed, templates_from
from mock_zuora.config.settings import SettingsError, TenantOptions
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.template import TenantTemplate

_SUFFIXES: Final = (".toml", ".json")


def templates_at(path: str, overrides: TenantOptions) -> list[TenantTemplate]:
    """The tenants of a seed file, or of every seed file of a folder, in the order of the files' names.

    ``overrides`` (flags, environment) beat what a seed says of a setting. Raises SettingsError that names the file, the
    place and the value; a tenant or an OAuth client that two files have is refused by its name.
    """
    plans = {file: templates_from(read_seed(file), overrides, f"seed {file}") for file in seed_files(path)}
    for (one, its), (other, others) in combinations(plans.items(), 2):
        twice = sorted(set(_names(its)) & set(_names(others)))
        if twice:
            what, name = twice[0]
            raise SettingsError(
                f"seed {path}: {what} {quote(name)} stands in {Path(one).name} and in {Path(other).name}"
            )
    return [plan for plans_of_file in plans.values() for plan in plans_of_file]


def seed_files(path: str) -> list[str]:
    """The files of a seed: itself, or those of a folder that end in .toml or .json, but for hidden ones.

    Folders in the folder are left alone. Raises SettingsError for a folder without such a file.
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
        there = ", ".join(quote(name) for name in names[:5]) or "nothing"
        raise SettingsError(f"seed {path}: expected a file in it that ends in .toml or .json; there is {there}")
    return files


def _names(plans: list[TenantTemplate]) -> Iterator[tuple[str, str]]:
    for plan in plans:
        yield "tenant", plan.name
        for client in plan.clients:
            yield "client", client.id
