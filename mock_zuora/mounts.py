"""What is mounted into a container says without a setting: a seed, and a place for the state."""

import os
from pathlib import Path
from typing import Final

from mock_zuora.settings import SettingError, Settings

STATE_FILE: Final = "state.json"


def with_mounts(settings: Settings) -> Settings:
    """The settings with what lies in the folder ``mounts``, where they say nothing themselves.

    ``seed`` in it, a file or a folder with something in it, is the seed. ``data`` in it, if something is mounted there,
    keeps the state: loaded at the start, saved at the stop. Raises SettingError for a mount that cannot be used.
    """
    if settings.mounts is None:
        return settings
    folder = Path(settings.mounts)
    found: dict[str, object] = {}
    if settings.seed is None and _has_something(folder / "seed"):
        found["seed"] = str(folder / "seed")
    if settings.state is None and os.path.ismount(folder / "data"):
        found["state"] = str(folder / "data" / STATE_FILE)
        found["state_save"] = _is_saved(settings, folder / "data")
    return settings.model_copy(update=found)


def _has_something(seed: Path) -> bool:
    try:
        return any(seed.iterdir()) if seed.is_dir() else seed.exists()
    except OSError as error:
        raise SettingError(f"seed {seed}: cannot be read: {error.strerror}") from None


def _is_saved(settings: Settings, data: Path) -> bool:
    said = "state_save" in settings.model_fields_set
    if said and not settings.state_save:
        return False
    if not os.access(data, os.W_OK | os.X_OK):
        raise SettingError(
            f"state {data}: is mounted, but user {os.geteuid()} cannot write to it; "
            "let it, or only load what is there with state_save=false"
        )
    return True
