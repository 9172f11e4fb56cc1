"""What was put away is found again by who put it away, for seven days, and with hardly a word."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from foundation import clock, database
from membership import authorizations, babies, enrolment
from tests.makers.babies import authorize, make_child, make_mother, make_pregnancy, make_relative
from tests.makers.members import MadeMember, make_member
from tests.statements import statements

PATH = "/api/v1/me/put-away-babies"

pytestmark = pytest.mark.usefixtures("world")


async def listed(api: httpx.AsyncClient, member: MadeMember) -> list[dict[str, str | None]]:
    answer = await api.get(PATH, headers=member.headers)
    assert (answer.status_code, answer.json()["next_cursor"]) == (200, None)
    items: list[dict[str, str | None]] = answer.json()["items"]
    return items


async def days_ago(baby_id: UUID, days: int) -> None:
    await database.execute("UPDATE baby SET hidden_on = hidden_on - $2::int WHERE id = $1", baby_id, days)


async def test_one_needs_no_name_and_is_brought_back_by_its_id(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    father, _ = await make_relative(mother.id, pregnancy, "guardian")
    assert await listed(api, mother) == []
    await babies.put_away(mother.id, pregnancy)
    last_day = str(clock.today() + timedelta(days=6))
    assert await listed(api, mother) == [{"id": str(pregnancy), "until": last_day, "nickname": None}]
    for other in (father, await make_member()):
        assert await listed(api, other) == []
    await days_ago(pregnancy, 6)
    (found,) = await listed(api, mother)
    assert found["until"] == str(clock.today())
    answer = await api.delete(f"/api/v1/babies/{found['id']}/ending", headers=mother.headers)
    assert answer.status_code == 204
    assert await listed(api, mother) == []
    assert [each.id for each in await babies.babies_of(mother.id)] == [pregnancy]


async def test_several_are_told_apart_by_their_names(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    child, pregnancy = await make_child(mother.id), await make_pregnancy(mother.id)
    await make_child(mother.id, nickname="还在")
    for baby_id in (child, pregnancy):
        await babies.put_away(mother.id, baby_id)
    await days_ago(child, 2)
    assert [(each["id"], each["nickname"]) for each in await listed(api, mother)] == [
        (str(pregnancy), "豆豆"),
        (str(child), "小满"),
    ]
    with statements() as seen:
        await listed(api, mother)
    assert len(seen) == 1, seen
    await authorizations.withdraw(mother.id)
    assert [each["nickname"] for each in await listed(api, mother)] == [None, None], "nobody reads it, nor does she"
    await authorize(mother.id)
    await days_ago(child, 5)
    assert [(each["id"], each["nickname"]) for each in await listed(api, mother)] == [(str(pregnancy), None)]
    await days_ago(pregnancy, 7)
    await babies.destroy_due()
    assert await listed(api, mother) == []


async def test_who_took_back_privacy_finds_them_without_names(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    both = {str(await make_child(mother.id)), str(await make_pregnancy(mother.id))}
    for baby in both:
        await babies.put_away(mother.id, UUID(baby))
    await enrolment.withdraw(mother.id, "privacy")
    found = await listed(api, mother)
    assert ({each["id"] for each in found}, {each["nickname"] for each in found}) == (both, {None})


async def test_strangers_stay_outside(api: httpx.AsyncClient) -> None:
    assert (await api.get(PATH)).status_code == 401
