"""A pregnancy that ends: one tap, gone for everybody at once, and after a week for good."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from foundation import clock, database
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import authorizations, babies, enrolment, members
from membership.babies import hearers
from membership.babies.invariants import INVARIANTS
from membership.babies.lapsing import put_away_lapsed
from tests.breakers import keeps
from tests.makers.babies import authorize, make_child, make_mother, make_pregnancy, make_relative
from tests.makers.members import agree_to_privacy, make_member

pytestmark = pytest.mark.usefixtures("world")


async def batch_of(purpose: authorizations.Purpose = "service") -> set[UUID]:
    return {each.id for each in await babies.open_batch(purpose, limit=100_000)}


async def let_days_pass(baby_id: UUID, days: int) -> None:
    await database.execute("UPDATE baby SET hidden_on = hidden_on - $2::int WHERE id = $1", baby_id, days)


@keeps(INVARIANTS)
async def test_one_tap_and_nobody_sees_it_again() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    father, _ = await make_relative(mother.id, pregnancy, "guardian")
    assert pregnancy in await batch_of()
    await babies.put_away(mother.id, pregnancy)
    await babies.put_away(mother.id, pregnancy)
    assert pregnancy not in await batch_of()
    assert await babies.babies_of(mother.id) == await babies.babies_of(father.id) == []
    for reader in (mother.id, father.id):
        for door in (babies.open_baby, babies.glimpse):
            with pytest.raises(babies.BabyNotFound):
                await door(reader, pregnancy)
    with pytest.raises(babies.BabyNotFound):
        await babies.open_for_staff(pregnancy, "service")
    with pytest.raises(babies.BabyNotFound):
        await babies.born(mother.id, pregnancy, clock.today(), [babies.Newborn()])
    row = await database.fetchrow("SELECT status, place FROM baby WHERE id = $1", pregnancy)
    assert row is not None and tuple(row) == ("hidden", None), "no row says whether it was a loss"


async def test_it_needs_no_authorization() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    await authorizations.withdraw(mother.id)
    await babies.put_away(mother.id, pregnancy)
    with pytest.raises(babies.AuthorizationRequired):
        await babies.bring_back(mother.id, pregnancy)
    assert await database.fetchval("SELECT status FROM baby WHERE id = $1", pregnancy) == "hidden"


async def test_a_mistaken_tap_is_taken_back_with_everything_as_it_was() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    father, _ = await make_relative(mother.id, pregnancy)
    before = await babies.babies_of(mother.id)
    await babies.put_away(mother.id, pregnancy)
    await babies.bring_back(mother.id, pregnancy)
    await babies.bring_back(mother.id, pregnancy)
    assert await babies.babies_of(mother.id) == before
    assert len(await babies.babies_of(father.id)) == 1


@keeps(INVARIANTS)
async def test_after_a_week_the_key_is_gone_and_features_have_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    mother = await make_mother()
    early, late = await make_pregnancy(mother.id), await make_child(mother.id)
    await make_relative(mother.id, early)
    forgotten: list[UUID] = []

    async def forget(baby_id: UUID) -> None:
        assert (await database.fetchval("SELECT data_key FROM baby WHERE id = $1", baby_id)) is not None
        forgotten.append(baby_id)

    monkeypatch.setattr(hearers, "_on_destroyed", [*hearers._on_destroyed, forget])
    for baby_id, days in ((early, 7), (late, 6)):
        await babies.put_away(mother.id, baby_id)
        await let_days_pass(baby_id, days)
    assert await babies.destroy_due() >= 1
    assert early in forgotten and late not in forgotten
    row = await database.fetchrow("SELECT * FROM baby WHERE id = $1", early)
    assert row is not None
    assert {name for name, value in row.items() if value is not None} == {"id", "member_id", "status"}
    assert not await database.fetchval("SELECT count(*) FROM baby_share WHERE baby_id = $1", early)
    await babies.put_away(mother.id, early)
    with pytest.raises(babies.BabyNotFound):
        await babies.bring_back(mother.id, early)
    await babies.bring_back(mother.id, late)
    with pytest.raises(Exception, match="does not come back"):
        await database.execute(
            "UPDATE baby SET status = 'hidden', hidden_on = current_date, data_key = 'x', details_sealed = 'x'"
            " WHERE id = $1",
            early,
        )


async def test_taking_back_privacy_hides_everything_until_she_authorizes_anew_or_it_lapses() -> None:
    mother = await make_member()
    await agree_to_privacy(mother.id)
    await authorize(mother.id)
    child = await make_child(mother.id)
    await enrolment.withdraw(mother.id, members.PRIVACY)
    assert not await authorizations.stands(mother.id, "service")
    assert child not in await batch_of()
    assert await babies.babies_of(mother.id) == []
    await authorize(mother.id)
    assert [each.id for each in await babies.babies_of(mother.id)] == [child], "the letter gives her thirty days"


async def test_an_erasure_destroys_all_at_once() -> None:
    mother = await make_mother()
    child, hidden = await make_child(mother.id), await make_pregnancy(mother.id)
    await babies.put_away(mother.id, hidden)

    @transactional
    async def erase() -> int:
        await members.hold_one(mother.id)
        return await babies.destroy_all(mother.id)

    assert await erase() == 2
    assert await erase() == 0
    keys = await database.fetch("SELECT status, data_key FROM baby WHERE id = ANY($1::uuid[])", [child, hidden])
    assert [tuple(row) for row in keys] == [("destroyed", None)] * 2


async def test_batches_keep_to_the_purpose_and_to_active_mothers() -> None:
    mother, banned = await make_mother("service", "marketing"), await make_mother("service", "marketing")
    child, hers = await make_child(mother.id), await make_child(banned.id)
    assert {child, hers} <= await batch_of() & await batch_of("marketing")
    assert child not in await batch_of("research")
    await authorizations.withdraw(mother.id, ["marketing"])
    assert child not in await batch_of("marketing")
    assert child in await batch_of()
    assert (await babies.open_for_staff(child, "service")).id == child
    with pytest.raises(babies.AuthorizationRequired):
        await babies.open_for_staff(child, "marketing")
    await members.ban(banned.id, "x", by=new_id())
    assert hers not in await batch_of()


async def test_batches_go_on_where_they_ended() -> None:
    mother = await make_mother()
    mine = {await make_child(mother.id, nickname=f"宝宝{number}") for number in range(5)}
    seen: list[UUID] = []
    after = UUID(int=0)
    while batch := await babies.open_batch("service", after, 3):
        seen += [each.id for each in batch]
        after = batch[-1].id
    assert mine <= set(seen)
    assert seen == sorted(set(seen))


@transactional
async def let_authorizations_age(member_id: UUID, days: int) -> None:
    """As time does, past the guards."""
    await database.execute("SET LOCAL session_replication_role = replica")
    past = "{0} = {0} - make_interval(days => $2)"
    columns = ", ".join(past.format(column) for column in ("given_at", "valid_until", "ended_at"))
    await database.execute(f"UPDATE given_authorization SET {columns} WHERE member_id = $1", member_id, days)  # noqa: S608
    await database.execute(
        f"UPDATE authorized_purpose SET {past.format('withdrawn_at')} WHERE authorization_id IN"  # noqa: S608
        " (SELECT id FROM given_authorization WHERE member_id = $1)",
        member_id,
        days,
    )


def test_whoever_hears_of_it_is_a_step() -> None:
    """It refuses to begin outside the transaction that hides or destroys."""
    all_: list[Any] = [*hearers._on_put_away, *hearers._on_destroyed]
    assert len(all_) > 3
    for hearer in all_:
        with pytest.raises(AssertionError, match="is a step"):
            hearer(new_id()).close()


async def test_what_nobody_may_read_any_more_is_put_away_after_a_while() -> None:
    async def status(baby_id: UUID) -> str:
        await put_away_lapsed()
        return str(await database.fetchval("SELECT status FROM baby WHERE id = $1", baby_id))

    withdrew, dropped, expired, came_back = [await make_mother() for _ in range(4)]
    of = {mother.id: await make_child(mother.id) for mother in (withdrew, dropped, expired, came_back)}
    await authorizations.withdraw(withdrew.id)
    await authorize(dropped.id, "research")
    for mother in (withdrew, dropped):
        await let_authorizations_age(mother.id, 29)
        assert await status(of[mother.id]) == "open"
        await let_authorizations_age(mother.id, 2)
        assert await status(of[mother.id]) == "hidden"
    await let_authorizations_age(expired.id, 365 + 179)
    assert await status(of[expired.id]) == "open"
    await let_authorizations_age(expired.id, 2)
    assert await status(of[expired.id]) == "hidden"
    await authorizations.withdraw(came_back.id)
    await let_authorizations_age(came_back.id, 100)
    await authorize(came_back.id)
    assert await status(of[came_back.id]) == "open"


async def test_age_of_today_for_the_born_today() -> None:
    mother = await make_mother()
    child = await make_child(mother.id, clock.today())
    assert (await babies.glimpse(mother.id, child)).age == babies.ages.Age(0, 0)
    await babies.change(mother.id, child, babies.BabyChanges(birth_date=clock.today() - timedelta(days=1)))
    assert (await babies.glimpse(mother.id, child)).age == babies.ages.Age(0, 1)
