"""The tour walks the main job against the service, twice in a row, and says so when a step fails."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio

from foundation import database, job_worker
from foundation.settings import Settings
from server import seed_data, seeds
from server.credentials import Credentials
from server.development_world import write_credentials
from server.tour import __main__ as command
from server.tour import chapters
from server.tour.people import Cast, Place, find_place
from server.tour.story import StepFailed, Story, expect, pick
from tests.serving import Served

FORWARD = 1_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(world: Settings, service: Served, standin: httpx.AsyncClient) -> AsyncIterator[Place]:
    """The planted world with a worker that settles what the till sends, as long as these tests run and no longer."""
    planted = await seeds.plant_world(world)
    await _move_gifts(-FORWARD)
    write_credentials(world.home, planted)
    worker = job_worker.queue(database.pool())
    working = asyncio.create_task(job_worker.run(worker))
    yield Place(
        f"http://127.0.0.1:{service.port}", str(standin.base_url), world.home, msgspec.convert(planted, Credentials)
    )
    worker.shutdown.set()
    await working
    await _move_gifts(FORWARD)


async def _move_gifts(by: int) -> None:
    """On the shelf, before whatever other tests have put there: the tour takes what comes first."""
    names = [gift.name for gift in seed_data.GIFTS]
    await database.execute("UPDATE product SET sort = sort + $1 WHERE name = ANY($2)", by, names)


def walk(place: Place) -> Story:
    story = Story()
    chapters.walk(story, Cast(story, place))
    return story


CHAPTERS = (
    "1  WeChat",
    "2  Consent",
    "3  Phone",
    "4  The card",
    "5  A purchase",
    "6  The ledger",
    "7  The first gift",
    "8  Every day",
    "9  A coupon",
    "10  Flash",
    "11  Sent home",
    "12  The letter",
    "13  Two children",
    "14  Growth",
    "15  Vaccinations",
    "16  Milk",
    "17  Her father",
    "18  Who looked",
    "19  Taken back",
    "20  An end",
    "21  Her rights",
)


async def test_the_tour_walks_all_chapters_and_can_be_taken_again(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        story = await asyncio.to_thread(walk, place)
        assert story.refusals >= 46
        told = capsys.readouterr().out
        assert [chapter for chapter in CHAPTERS if chapter not in told] == []
        assert "来晚一步" in told
    for picture in ("tour-card.png", "tour-growth.png"):
        assert (place.home / picture).stat().st_size > 1_000
    assert "授权用途" in (place.home / "tour-receipt.html").read_text()
    assert "BEGIN:VEVENT" in (place.home / "tour-calendar.ics").read_text()
    assert zipfile.is_zipfile(place.home / "tour-copy.zip")


async def test_a_step_that_fails_ends_it(place: Place) -> None:
    story = Story()
    cast = Cast(story, place)
    with pytest.raises(StepFailed, match="401"):
        await asyncio.to_thread(cast.mother.ask, "GET", "/api/v1/me")
    with pytest.raises(StepFailed, match="should have been refused with sold_out"):
        await asyncio.to_thread(cast.visitor.is_refused, "sold_out", "GET", "/api/v1/mall/products")
    with pytest.raises(StepFailed, match="should have been refused with sold_out"):
        await asyncio.to_thread(cast.visitor.is_refused, "sold_out", "GET", "/api/v1/me")
    with pytest.raises(StepFailed, match="pigs fly"):
        expect(False, "pigs fly")
    with pytest.raises(StepFailed, match="privacy"):
        pick([{"notice": "other"}], "notice", "privacy")


def test_without_a_service_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MUYING_HOME", str(tmp_path))
    monkeypatch.setenv("MUYING_PORT", "9")
    assert command.main() == 1
    assert "make run" in capsys.readouterr().out
    credentials = {"partner": {"key_id": "k", "secret": "s"}, "stores": [], "staff": []}
    write_credentials(tmp_path, credentials)
    with pytest.raises(StepFailed, match="Nothing answers"):
        find_place({"MUYING_HOME": str(tmp_path), "MUYING_PORT": "9"})
