"""Seed and state from folders that are mounted into a container, without further settings."""

import os
from pathlib import Path
from typing import Final

from mock_zuora.config.settings import Settings, SettingsError

STATE_FILE: Final = "state.db"
_FORMER_STATE_FILE: Final = "state.json"


def with_mounts(settings: Settings) -> Settings:
    """Returns the settings with ``seed`` and ``state`` from the folder ``mounts``, unless they are set.

    The seed is ``seed`` in that folder, a file or a folder that is not empty. If a volume is mounted on ``data``, the
    state is kept there. Raises SettingsError if the seed cannot be read.
    """
    if settings.mounts is None:
        return settings
    folder = Path(settings.mounts)
    found: dict[str, object] = {}
    if settings.seed is None and _has_content(folder / "seed"):
        found["seed"] = str(folder / "seed")
    if settings.state is None and os.path.ismount(folder / "data"):
        former = folder / "data" / _FORMER_STATE_FILE
        found["state"] = str(former if former.exists() else folder / "data" / STATE_FILE)
    return settings.model_copy(update=found)


def empty_mount(settings: Settings) -> str | None:
    """The path of an empty folder that is mounted as the seed, or None.

    Docker mounts an empty folder if the path does not exist on the host.
    """
    seed = None if settings.mounts is None or settings.seed is not None else Path(settings.mounts) / "seed"
    return str(seed) if seed is not None and os.path.ismount(seed) and not _has_content(seed) else None


def _has_content(seed: Path) -> bool:
    try:
        return any(seed.iterdir()) if seed.is_dir() else seed.exists()
    except OSError as error:
        raise SettingsError(f"seed {seed}: cannot be read: {error.strerror}") from None
