"""A seed that is a folder: its files are one seed together."""

from pathlib import Path

import pytest

from mock_zuora.config.seed_folder import templates_at
from mock_zuora.config.settings import SettingsError, TenantOptions

ACME = '[[tenants]]\nname = "acme"\nclients = [{ id = "reader", secret = "s" }]\n'
GLOBEX = '{"tenants": [{"name": "globex"}, {"name": "initech"}]}'


def names_at(path: Path) -> list[str]:
    return [plan.name for plan in templates_at(str(path), TenantOptions())]


def refusal_of(path: Path) -> str:
    with pytest.raises(SettingsError) as refusal:
        templates_at(str(path), TenantOptions())
    return str(refusal.value)


def test_its_tenants_are_those_of_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "20-globex.json").write_text(GLOBEX)
    (tmp_path / "10-acme.toml").write_text(ACME)

    assert names_at(tmp_path) == ["acme", "globex", "initech"]


def test_what_is_no_seed_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(ACME)
    (tmp_path / "README.md").write_text("Our seeds.")
    (tmp_path / ".old.toml").write_text("not TOML")
    (tmp_path / "more.toml").mkdir()

    assert names_at(tmp_path) == ["acme"]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        pytest.param('[[tenants]]\nname = "acme"\n', "tenant 'acme' is in a.toml and in b.toml", id="tenant"),
        pytest.param(ACME.replace("acme", "globex"), "client 'reader' is in a.toml and in b.toml", id="client"),
        pytest.param('[[tenants]]\nnam = "x"\n', "b.toml: tenants.0.nam: ", id="mistake-names-its-file"),
    ],
)
def test_what_two_files_have_is_refused_by_its_name(tmp_path: Path, other: str, said: str) -> None:
    (tmp_path / "a.toml").write_text(ACME)
    (tmp_path / "b.toml").write_text(other)

    assert said in refusal_of(tmp_path)


@pytest.mark.parametrize(
    ("name", "there"), [(None, "found nothing"), ("seed.yaml", "found 'seed.yaml'")], ids=["empty", "other-files"]
)
def test_a_folder_without_a_seed_file_is_refused(tmp_path: Path, name: str | None, there: str) -> None:
    if name is not None:
        (tmp_path / name).write_text("tenants: []")

    said = refusal_of(tmp_path)

    assert f"seed {tmp_path}: expected a folder with a .toml or .json file" in said
    assert there in said


@pytest.mark.parametrize(("text", "name"), [(ACME, "acme"), (f"\n {GLOBEX}", "globex")], ids=["toml", "json"])
def test_a_mounted_file_without_a_suffix_is_read_by_what_it_holds(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "seed").write_text(text)

    assert names_at(tmp_path / "seed")[0] == name


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("seed.yaml", "", "expected a .toml or .json file", id="suffix"),
        pytest.param("seed.json", "[]", "expected an object", id="list"),
        pytest.param("seed.json", '{"tenants": [}', "line 1 column 14", id="json"),
        pytest.param("seed.json", "[" * 100_000, "recursion", id="deep"),
        pytest.param("seed.toml", "tenants", "at end of document", id="toml"),
        pytest.param("seed.toml", None, "cannot be read: No such file or directory", id="missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)

    refusal = refusal_of(tmp_path / name)

    assert refusal.startswith(f"seed {tmp_path / name}: ")
    assert said in refusal
    assert "\n" not in refusal
