"""A folder of seed files."""

from pathlib import Path

import pytest

from mock_zuora.config.seed_folder import templates_at
from mock_zuora.config.settings import SettingsError
from mock_zuora.config.tenant_options import TenantOptions

ACME = '[[tenants]]\nname = "acme"\nclients = [{ id = "reader", secret = "s" }]\n'
GLOBEX = '{"tenants": [{"name": "globex"}, {"name": "initech"}]}'


def names_at(path: Path) -> list[str]:
    return [template.name for template in templates_at(str(path), TenantOptions())]


def refusal_of(path: Path) -> str:
    with pytest.raises(SettingsError) as refusal:
        templates_at(str(path), TenantOptions())
    return str(refusal.value)


def test_tenants_are_read_in_order_of_file_names(tmp_path: Path) -> None:
    (tmp_path / "20-globex.json").write_text(GLOBEX, "utf-8")
    (tmp_path / "10-acme.toml").write_text(ACME, "utf-8")

    assert names_at(tmp_path) == ["acme", "globex", "initech"]


def test_other_files_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(ACME, "utf-8")
    (tmp_path / "README.md").write_text("Our seeds.", "utf-8")
    (tmp_path / ".old.toml").write_text("not TOML", "utf-8")
    (tmp_path / "more.toml").mkdir()

    assert names_at(tmp_path) == ["acme"]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param('[[tenants]]\nname = "acme"\n', "tenant 'acme' is in a.toml and in b.toml", id="tenant"),
        pytest.param(ACME.replace("acme", "globex"), "client 'reader' is in a.toml and in b.toml", id="client"),
        pytest.param('[[tenants]]\nnam = "x"\n', "b.toml: tenants.0.nam: ", id="mistake-names-its-file"),
    ],
)
def test_duplicate_in_two_files_is_refused(tmp_path: Path, other: str, expected: str) -> None:
    (tmp_path / "a.toml").write_text(ACME, "utf-8")
    (tmp_path / "b.toml").write_text(other, "utf-8")

    assert expected in refusal_of(tmp_path)


@pytest.mark.parametrize(
    ("name", "found"), [(None, "found nothing"), ("seed.yaml", "found 'seed.yaml'")], ids=["empty", "other-files"]
)
def test_folder_without_seed_file_is_refused(tmp_path: Path, name: str | None, found: str) -> None:
    if name is not None:
        (tmp_path / name).write_text("tenants: []", "utf-8")

    expected = refusal_of(tmp_path)

    assert f"seed {tmp_path}: expected a folder with a .toml or .json file" in expected
    assert found in expected


@pytest.mark.parametrize(("text", "name"), [(ACME, "acme"), (f"\n {GLOBEX}", "globex")], ids=["toml", "json"])
def test_file_without_suffix_is_parsed_by_its_content(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "seed").write_text(text, "utf-8")

    assert names_at(tmp_path / "seed")[0] == name


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("seed.yaml", "", "expected a .toml or .json file", id="suffix"),
        pytest.param("seed.json", "[]", "expected an object", id="list"),
        pytest.param("seed.json", '{"tenants": [}', "line 1, column 14", id="json"),
        pytest.param("seed.json", "[" * 100_000, "is nested too deeply", id="deep"),
        pytest.param("seed.toml", "tenants", "at end of document", id="toml"),
        pytest.param("seed.toml", None, "cannot be read: No such file or directory", id="missing"),
    ],
)
def test_unreadable_file_is_refused_in_one_line(tmp_path: Path, name: str, text: str | None, expected: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")

    refusal = refusal_of(tmp_path / name)

    assert refusal.startswith(f"seed {tmp_path / name}: ")
    assert expected in refusal
    assert "\n" not in refusal
