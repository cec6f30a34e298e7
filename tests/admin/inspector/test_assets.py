"""The files that a page loads."""

import gzip
from importlib.resources import files

import pytest

from mock_zuora.admin.inspector.assets import TYPES

pytestmark = pytest.mark.anyio

PREFIX = "/__mock/inspector/assets/"


@pytest.mark.parametrize("name", TYPES)
async def test_file_is_sent_once_until_it_changes(browser, name):
    response = await browser.get(PREFIX + name)
    assert (response.status_code, response.headers["content-type"]) == (200, TYPES[name])
    assert response.headers["x-content-type-options"] == "nosniff"
    again = await browser.get(PREFIX + name, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_unknown_file_is_not_found(browser):
    assert (await browser.get(PREFIX + "app.py")).status_code == 404
    assert (await browser.get(PREFIX + "..%2Fapp.py")).status_code == 404


def test_table_has_every_file():
    folder = files("mock_zuora.admin.inspector") / "assets"
    assert {each.name for each in folder.iterdir()} == set(TYPES)


def test_module_stays_small():
    module = (files("mock_zuora.admin.inspector") / "assets" / "inspector.js").read_text("utf-8")
    assert len(module.splitlines()) <= 320 and len(gzip.compress(module.encode())) < 6_000
