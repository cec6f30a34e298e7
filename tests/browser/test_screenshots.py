"""The pictures in README and docs. ``SCREENSHOTS=docs/images make browser`` writes them there."""

import os
from pathlib import Path

import pytest

from mock_zuora import MockZuora

from .conftest import VEHICLE, call, submit

pytestmark = pytest.mark.browser

PICTURES = {
    "jobs": ("/__mock/", 1200, 620, "light"),
    "job": ("/__mock/inspector/jobs/{job}", 1200, 860, "light"),
    "requests": ("/__mock/inspector/requests", 1200, 700, "light"),
    "why-refused": ("/__mock/inspector/requests/{refused}", 1200, 860, "light"),
    "faults": ("/__mock/inspector/faults", 1200, 760, "dark"),
    "small-screen": ("/__mock/", 390, 780, "dark"),
}
"""For each picture the page, its width and height in CSS pixels, and the theme."""


@pytest.fixture(scope="module")
def story():
    """A tenant after some minutes of work: what every picture is of, and the ids in their paths."""
    with MockZuora(random_seed="story", transitions="time", queue_delay=10, processing_time=90) as zuora:
        zuora.clock.freeze()
        zuora.clock.set("2026-03-10T09:00:00Z")
        zuora.define("vehicle", VEHICLE)
        token = zuora.token()
        job = submit(zuora, "brand__c,wheels__c\nVolvo,4\nSaab,four\nVespa,2\nTrabant,4\n", token=token)
        zuora.clock.advance(120)
        zuora.jobs.fail_next(after_records=1)
        failed = submit(zuora, "brand__c\nLada\nSkoda\n", token=token)
        zuora.clock.advance(150)
        assert [zuora.jobs.get(each).status for each in (job, failed)] == ["completed", "failed"]
        submit(zuora, "brand__c,wheels__c\nFiat,4\nPiaggio,3\n", token=token)
        zuora.clock.advance(30)
        submit(zuora, token=token)
        zuora.faults.add(path="/objects/jobs/*", method="GET", status=503, retry_after=2, times=1)
        zuora.faults.add(path="/objects/jobs/*/files", reset=True, nth=3)
        headers = {"Authorization": f"Bearer {token}"}
        call(zuora, "GET", f"/objects/jobs/{job}", **headers)
        call(zuora, "GET", f"/objects/jobs/{job}/errors", **headers)
        call(zuora, "POST", "/objects/jobs", '{"operation": "upsert", "object": "vehicle"}', **headers)
        call(zuora, "POST", f"/objects/jobs/{job}/files", "brand__c\nSeat\n", **headers)
        yield zuora, {"job": job, "refused": zuora.requests.last.id}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_taken(story, visit, tmp_path, name):
    zuora, ids = story
    path, width, height, theme = PICTURES[name]
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    found = visit(zuora, path.format(**ids), width=width, color_scheme=theme).wait_until_live()
    found.page.set_viewport_size({"width": width, "height": height})
    found.page.screenshot(path=folder / f"{name}.png")
    assert 15_000 < (folder / f"{name}.png").stat().st_size < 250_000
    assert found.problems == []
