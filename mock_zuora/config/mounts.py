"""What is mounted into a container says without a setting: a seed, and a place for the state."""

import os
from pathlib import Path
from typing import Final

from mock_zuora.config.settings import Settings, SettingsError

STATE_FILE: Final = "state.json"


def with_mounts(settings: Settings) -> Settings:
    """The settings with what lies in the folder ``mounts``, where they say nothing themselves.

    ``seed`` in it, a file or a folder with something in it, is the seed. ``data`` in it, if something is mounted there,
    keeps the state: loaded at the start, and saved at the stop unless ``state_save`` says otherwise.
    Raises SettingsError for a seed that cannot be read.
    """
    if settings.mounts is None:
        return settings
    folder = Path(settings.mounts)
    found: dict[str, object] = {}
    if settings.seed is None and _has_something(folder / "seed"):
        found["seed"] = str(folder / "seed")
    if settings.state is None and os.path.ismount(folder / "data"):
        found["state"] = str(folder / "data" / STATE_FILE)
        found["state_save"] = settings.state_save or "state_save" not in settings.model_fields_set
    return settings.model_copy(update=found)


def empty_mount(settings: Settings) -> str | None:
    """Where something is mounted as a seed that has nothing in it.

    That is what an engine makes of a path that its machine does not have.
    """
    seed = None if settings.mounts is None or settings.seed is not None else Path(settings.mounts) / "seed"
    return str(seed) if seed is not None and os.path.ismount(seed) and not _has_something(seed) else None


def _has_something(seed: Path) -> bool:
    try:
        return any(seed.iterdir()) if seed.is_dir() else seed.exists()
    except OSError as error:
        raise SettingsError(f"seed {seed}: cannot be read: {error.strerror}") from None
