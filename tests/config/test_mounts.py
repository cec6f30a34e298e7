"""Seed and state from mounted folders."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_zuora.config.mounts import empty_mount, with_mounts
from mock_zuora.config.settings import Settings, SettingsError, load_settings
from mock_zuora.server.server import Server


@pytest.fixture
def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Creates a folder in the mounts folder that looks like a mount point."""

    def mount(name: str) -> Path:
        path = tmp_path / name
        path.mkdir()
        monkeypatch.setattr(os.path, "ismount", lambda other: Path(other) == path)
        return path

    return mount


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """The settings from these flags, with the mounts folder of this test."""
    return lambda **flags: with_mounts(load_settings({"mounts": str(tmp_path), **flags}))


def test_mounted_seed_file_is_used(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "seed").write_text("{}", "utf-8")

    assert settings().seed == str(tmp_path / "seed")


def test_mounted_seed_folder_is_used_unless_empty(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "seed").mkdir()
    assert settings().seed is None

    (tmp_path / "seed" / "acme.toml").touch()
    assert settings().seed == str(tmp_path / "seed")


def test_seed_setting_takes_precedence_over_mounted_seed(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "seed").write_text("{}", "utf-8")

    assert settings(seed="other.toml").seed == "other.toml"


def test_settings_without_mounts_are_unchanged() -> None:
    assert with_mounts(load_settings()) == load_settings()


def test_mounted_data_stores_the_state(mount: Callable[..., Path], settings: Callable[..., Settings]) -> None:
    data = mount("data")

    assert settings().state == str(data / "state.db")


def test_unmounted_data_folder_stores_nothing(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "data").mkdir()

    assert settings().state is None


def test_state_setting_takes_precedence_over_mounted_data(
    mount: Callable[..., Path], settings: Callable[..., Settings]
) -> None:
    mount("data")

    assert settings(state="mine.db").state == "mine.db"


def test_state_of_a_former_version_in_mounted_data_is_used(
    mount: Callable[..., Path], settings: Callable[..., Settings]
) -> None:
    data = mount("data")
    (data / "state.json").write_text("{}", "utf-8")

    assert settings().state == str(data / "state.json")


def test_read_only_mounted_data_is_refused(
    mount: Callable[..., Path], settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = mount("data")
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(SettingsError, match=f"state {data}/state.db: folder {data} cannot be written to"):
        Server(settings(port="0"))


def test_empty_mounted_seed_folder_is_reported(mount: Callable[..., Path], settings: Callable[..., Settings]) -> None:
    seed = mount("seed")
    assert empty_mount(settings()) == str(seed)
    assert empty_mount(settings(seed="elsewhere.toml")) is None
    (seed / "acme.toml").write_text("", "utf-8")
    assert empty_mount(settings()) is None


def test_empty_unmounted_seed_folder_is_not_reported(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "seed").mkdir()
    assert empty_mount(settings()) is None
