"""Before an authorization runs out: who is told, once for each horizon, and who is left alone."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from foundation import clock, database
from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import authorizations, babies, members, notifications
from membership.authorizations import actions, running_out
from membership.babies import expiring
from membership.babies.lapsing import put_away_lapsed
from tests.controls import CHANCES
from tests.makers.authorizations import VERSION, ends_in, of_the_first_letter
from tests.makers.babies import authorize, make_child, make_mother, make_plan, make_pregnancy, make_relative
from tests.makers.orders import make_operator

pytestmark = pytest.mark.usefixtures("world")

PAUSE_SECONDS = 0.2
LONG_SECONDS = 10.0
"""For the control: telling needs no more than its own time, however busy the machine is."""


async def heard(member_id: UUID) -> list[notifications.NotificationView]:
    """The newest first."""
    inbox = await notifications.inbox(member_id, PageQuery(limit=100))
    return [message for message in inbox.items if message.kind == expiring.KIND]


async def news(member_id: UUID) -> list[notifications.NotificationView]:
    inbox = await notifications.inbox(member_id, PageQuery(limit=100))
    return [message for message in inbox.items if message.kind == expiring.NEWS_KIND]


async def make_mother_with_child() -> UUID:
    mother = await make_mother()
    await make_child(mother.id)
    return mother.id


async def test_fourteen_days_before_and_one_day_before_and_once_each() -> None:
    mother = await make_mother_with_child()
    for days, messages in ((16, 0), (13, 1), (9, 1), (2, 1), (1, 2), (0, 2)):
        await ends_at_noon(mother, days)
        for _ in range(2):
            await expiring.tell_ending()
            assert len(await heard(mother)) == messages, days


async def test_what_she_reads() -> None:
    mother = await make_mother_with_child()
    day = await ends_at_noon(mother, 14)
    await expiring.tell_ending()
    (message,) = await heard(mother)
    assert (message.title, message.link) == (f"授权书将于{day}到期", "/pages/authorization/index")
    for words in (day, "还有14天", f"{babies.EXPIRED_DAYS}天内续签即可恢复", "7天后彻底销毁", "我的授权"):
        assert words in message.body
    for word in ("宝", "孕", "母婴", "小满", "妈妈", "孩"):
        assert word not in message.title + message.body, "it may stand on a locked screen"
    await ends_at_noon(mother, 1)
    await expiring.tell_ending()
    assert "还有1天" in (await heard(mother))[0].body


async def test_on_the_last_day_itself_it_counts_no_days() -> None:
    mother = await make_mother_with_child()
    await ends_in(mother, days=0, hours=1)
    await expiring.tell_ending()
    ends = clock.business_day(clock.now() + timedelta(hours=1))
    assert ("还有" in (await heard(mother))[0].body) is (ends != clock.today())


async def test_who_is_told_nothing() -> None:
    nobody_to_keep = (await make_mother()).id
    put_away = await make_mother()
    await babies.put_away(put_away.id, await make_pregnancy(put_away.id))
    withdrew, narrowed, refused, renewed, banned = [await make_mother_with_child() for _ in range(5)]
    for mother in (nobody_to_keep, put_away.id, withdrew, narrowed, refused, renewed, banned):
        await ends_at_noon(mother, 10)
    await authorizations.withdraw(withdrew)
    await authorizations.withdraw(narrowed, ["service"])
    await authorizations.answer(refused, VERSION, [])
    await authorize(renewed)
    await members.ban(banned, "测试", by=await make_operator())
    over = await make_mother_with_child()
    await ends_in(over, days=0, hours=-1)
    relative, _ = await make_relative(renewed, (await babies.babies_of(renewed))[0].id, "guardian")
    await expiring.tell_ending()
    for member in (nobody_to_keep, put_away.id, withdrew, narrowed, refused, renewed, banned, over, relative.id):
        assert await heard(member) == []


async def test_a_plan_is_kept_by_it_too_and_other_purposes_change_nothing() -> None:
    mother = await make_mother("service", "research", "marketing")
    await make_plan(mother.id)
    await ends_at_noon(mother.id, 10)
    await authorizations.withdraw(mother.id, ["research"])
    await expiring.tell_ending()
    assert len(await heard(mother.id)) == 1


async def test_who_gave_a_letter_that_has_a_newer_one_is_told_as_well() -> None:
    """Nothing is shown to her already, so she is the likeliest to forget; her profiles go all the same."""
    mother = await make_mother_with_child()
    await of_the_first_letter(mother)
    assert await babies.babies_of(mother) == [], "the second one asks anew"
    await ends_at_noon(mother, 10)
    await expiring.tell_ending()
    assert len(await heard(mother)) == 1


async def test_a_text_that_asks_anew_is_told_once_to_who_keeps_something_by_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    concerned, renewed, withdrew, current = [await make_mother_with_child() for _ in range(4)]
    nobody_to_keep = (await make_mother()).id
    for mother in (concerned, renewed, withdrew, nobody_to_keep):
        await of_the_first_letter(mother)
    await authorize(renewed)
    await authorizations.withdraw(withdrew)
    with monkeypatch.context() as later:
        later.setattr(running_out, "NEWS_DAYS", 0)
        await expiring.tell_news()
        assert await news(concerned) == [], "it is no news any more"
    for _ in range(2):
        await expiring.tell_news()
        (message,) = await news(concerned)
    assert (message.title, message.link) == ("授权书有了新版本", "/pages/authorization/index")
    for word in ("宝", "孕", "母婴", "妈妈", "孩"):
        assert word not in message.title + message.body, "it may stand on a locked screen"
    for mother in (renewed, withdrew, current, nobody_to_keep):
        assert await news(mother) == []


async def test_the_next_authorization_is_told_of_anew() -> None:
    mother = await make_mother_with_child()
    await ends_at_noon(mother, 10)
    await expiring.tell_ending()
    await authorize(mother)
    await expiring.tell_ending()
    assert len(await heard(mother)) == 1
    await ends_at_noon(mother, 12)
    await expiring.tell_ending()
    assert len(await heard(mother)) == 2


async def test_what_is_said_comes_true() -> None:
    mother = await make_mother_with_child()
    child = (await babies.babies_of(mother))[0].id
    await ends_in(mother, days=-1)
    assert await babies.babies_of(mother) == [], "out of sight"
    await put_away_lapsed()
    assert await database.fetchval("SELECT status FROM baby WHERE id = $1", child) == "open"
    await authorize(mother)
    assert [each.id for each in await babies.babies_of(mother)] == [child], "renewing brings it back"
    forgot = await make_mother_with_child()
    child = (await babies.babies_of(forgot))[0].id
    await ends_in(forgot, days=-babies.EXPIRED_DAYS - 1)
    await put_away_lapsed()
    assert await database.fetchval("SELECT status FROM baby WHERE id = $1", child) == "hidden"


async def test_many_are_told_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiring, "BATCH", 2)
    mothers = [await make_mother_with_child() for _ in range(5)]
    for mother in mothers:
        await ends_at_noon(mother, 3)
    await expiring.tell_ending()
    assert [len(await heard(mother)) for mother in mothers] == [1] * 5


async def renew_while_it_is_told(seconds: float = PAUSE_SECONDS) -> int:
    """She renews, and is not done yet, when the clock tells those whom it found before: how many messages she has."""
    mother = await make_mother_with_child()
    await ends_at_noon(mother, 5)
    found = [each for each in await authorizations.ending("service", far(), None, 100_000) if each.member_id == mother]
    assert len(found) == 1
    began = asyncio.Event()

    async def tell() -> int:
        await began.wait()
        return await expiring.tell(found, expiring.KIND, expiring._ending)

    telling = asyncio.create_task(tell())

    @transactional
    async def renew() -> None:
        await database.fetch(actions.END, mother, "replaced")
        began.set()
        await asyncio.wait({telling}, timeout=seconds)

    await asyncio.gather(renew(), telling)
    return len(await heard(mother))


async def test_who_renews_meanwhile_is_told_nothing() -> None:
    assert await renew_while_it_is_told() == 0


async def test_control_without_the_lock_she_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_out, "HOLD", running_out.HOLD.replace(" FOR SHARE", ""))
    for _ in CHANCES:
        if await renew_while_it_is_told(LONG_SECONDS):
            return
    pytest.fail("nobody was told what was not true any more")


async def test_it_is_found_by_its_end() -> None:
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute("SET LOCAL enable_seqscan = off")
            plan = await explained(connection)
        finally:
            await transaction.rollback()
    assert "given_authorization_ending" in plan


async def explained(connection: asyncpg.Connection) -> str:
    rows = await connection.fetch(f"EXPLAIN {running_out.ENDING}", "service", far(), clock.now(), UUID(int=0), 500)
    return "\n".join(row[0] for row in rows)


def far() -> object:
    return clock.now() + timedelta(days=20)


async def ends_at_noon(member_id: UUID, days: int) -> str:
    """So many business days from today, late in the day: that day in words."""
    day = clock.today() + timedelta(days=days)
    hours = int((clock.start_of_day(day) + timedelta(hours=23, minutes=59) - clock.now()).total_seconds() // 3600)
    await ends_in(member_id, days=0, hours=hours)
    return f"{day.month}月{day.day}日"
