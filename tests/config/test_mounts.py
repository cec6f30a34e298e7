"""What the image finds mounted, and takes when nothing else was said."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_zuora.config.mounts import empty_mount, with_mounts
from mock_zuora.config.settings import Settings, SettingsError, load_settings
from mock_zuora.server.server import Server


@pytest.fixture
def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes a folder in the folder of mounts, as if something were mounted there."""

    def mount(name: str) -> Path:
        path = tmp_path / name
        path.mkdir()
        monkeypatch.setattr(os.path, "ismount", lambda asked: Path(asked) == path)
        return path

    return mount


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """The settings that come of flags, with the mounts of this test."""
    return lambda **flags: with_mounts(load_settings({"mounts": str(tmp_path), **flags}))


def test_a_seed_file_is_taken_if_it_is_there(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "seed").write_text("{}")

    assert settings().seed == str(tmp_path / "seed")


def test_a_seed_folder_is_taken_if_something_is_in_it(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "seed").mkdir()
    assert settings().seed is None

    (tmp_path / "seed" / "acme.toml").touch()
    assert settings().seed == str(tmp_path / "seed")


def test_a_seed_that_was_said_beats_the_one_that_is_mounted(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "seed").write_text("{}")

    assert settings(seed="other.toml").seed == "other.toml"


def test_without_mounts_nothing_is_looked_for() -> None:
    assert with_mounts(load_settings()) == load_settings()


def test_mounted_data_keeps_the_state(mount: Callable[..., Path], settings: Callable[..., Settings]) -> None:
    data = mount("data")

    assert (settings().state, settings().state_save) == (str(data / "state.json"), True)


def test_data_that_is_only_a_folder_of_the_image_keeps_nothing(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    (tmp_path / "data").mkdir()

    assert (settings().state, settings().state_save) == (None, False)


def test_a_state_that_was_said_beats_the_data_that_is_mounted(
    mount: Callable[..., Path], settings: Callable[..., Settings]
) -> None:
    mount("data")

    assert (settings(state="mine.json").state, settings(state="mine.json").state_save) == ("mine.json", False)


def test_mounted_data_is_only_loaded_if_that_is_all_that_is_asked_for(
    mount: Callable[..., Path], settings: Callable[..., Settings]
) -> None:
    data = mount("data")

    loaded = settings(state_save="false")
    assert (loaded.state, loaded.state_save) == (str(data / "state.json"), False)


def test_mounted_data_that_cannot_be_written_to_is_refused(
    mount: Callable[..., Path], settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = mount("data")
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(SettingsError, match=f"state {data}/state.json: folder {data} cannot be written to"):
        Server(settings(port="0"))


def test_an_empty_folder_that_was_mounted_as_a_seed_is_told(
    mount: Callable[..., Path], settings: Callable[..., Settings]
) -> None:
    seed = mount("seed")
    assert empty_mount(settings()) == str(seed)
    assert empty_mount(settings(seed="elsewhere.toml")) is None
    (seed / "acme.toml").write_text("")
    assert empty_mount(settings()) is None


def test_an_empty_folder_of_an_image_is_no_mistake(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    (tmp_path / "seed").mkdir()
    assert empty_mount(settings()) is None
