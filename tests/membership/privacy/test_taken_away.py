"""What somebody took away stays taken away in a database that was restored; what she gave again stays hers."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest

from foundation import clock, database, stones
from foundation.transactions import transactional
from membership import addresses, authorizations, babies, enrolment, families, growth, members, privacy
from membership.authorizations.invariants import INVARIANTS as OF_AUTHORIZATIONS
from membership.babies import hearers
from membership.babies.invariants import INVARIANTS as OF_BABIES
from membership.babies.said import SEEN, Seen
from membership.enrolment.merging import merge
from membership.families.invariants import INVARIANTS as OF_FAMILIES
from membership.members.invariants import INVARIANTS as OF_MEMBERS
from membership.privacy import tombstones
from membership.privacy.invariants import INVARIANTS as OF_PRIVACY
from tests.breakers import keeps
from tests.makers import addresses as made_addresses
from tests.makers.authorizations import ends_in
from tests.makers.babies import authorize, make_child, make_mother, make_pregnancy, make_relative
from tests.makers.families import join, make_family, person_of
from tests.makers.members import agree_to_privacy, make_known_member, make_member
from tests.makers.phones import new_phone
from tests.makers.privacy import ask
from tests.makers.restored import backup_of, lay_outside

pytestmark = pytest.mark.usefixtures("world")

INVARIANTS = (*OF_AUTHORIZATIONS, *OF_BABIES, *OF_FAMILIES, *OF_MEMBERS)


async def row_of(baby_id: UUID) -> tuple[str, date | None]:
    row = await database.fetchrow("SELECT status, hidden_on FROM baby WHERE id = $1", baby_id)
    assert row is not None
    return row["status"], row["hidden_on"]


async def sees(reader: UUID) -> list[tuple[UUID, str]]:
    return [(each.id, each.role) for each in await babies.babies_of(reader)]


async def standing(member_id: UUID) -> set[str]:
    return {purpose for purpose in authorizations.PURPOSES if await authorizations.stands(member_id, purpose)}


async def stones_laid() -> int:
    found: int = await database.fetchval("SELECT count(*) FROM stone")
    return found


@keeps(INVARIANTS)
async def test_what_was_put_away_is_put_away_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    father, _ = await make_relative(mother.id, pregnancy)
    backup = await backup_of(mother.id, father.id)
    await babies.put_away(mother.id, pregnancy)
    await backup.restore()
    assert await sees(mother.id) == [(pregnancy, "mother")], "the backup has brought it back"
    told: list[UUID] = []

    async def hear(put_away: Sequence[UUID]) -> None:
        told.extend(put_away)

    monkeypatch.setattr(hearers, "_on_put_away", [*hearers._on_put_away, hear])
    assert (await privacy.replay()).taken_away == 1
    assert await sees(mother.id) == await sees(father.id) == []
    assert await row_of(pregnancy) == ("hidden", clock.today())
    assert told == [pregnancy], "reminders are taken back"
    before = await stones_laid()
    assert (await privacy.replay()).taken_away == 0
    assert (told, await stones_laid()) == ([pregnancy], before)


async def test_the_seven_days_go_on_since_the_day_of_her_tap() -> None:
    mother = await make_mother()
    tapped, hidden_since_then, over = [await make_pregnancy(mother.id, nickname=f"豆{number}") for number in range(3)]
    before = await database.fetchval("SELECT clock_timestamp()")
    await babies.put_away(mother.id, hidden_since_then)
    await database.execute("UPDATE baby SET hidden_on = hidden_on - 6 WHERE id = $1", hidden_since_then)
    await database.execute("UPDATE stone SET laid_at = laid_at - interval '6 days' WHERE laid_at > $1", before)
    days_ago = {tapped: 3, hidden_since_then: 2, over: 8}
    for baby_id, days in days_ago.items():
        await lay_outside(SEEN, Seen(baby_id, there=False), clock.now() - timedelta(days=days), str(baby_id))
    assert (await privacy.replay(all_days=True)).taken_away == 2
    for baby_id, days in days_ago.items():
        assert await row_of(baby_id) == ("hidden", clock.today() - timedelta(days=days))
    await babies.destroy_due()
    assert [(await row_of(each))[0] for each in days_ago] == ["hidden", "hidden", "destroyed"]


@keeps(INVARIANTS)
async def test_what_was_brought_back_is_not_destroyed() -> None:
    mother = await make_mother()
    pregnancy, *others = [await make_pregnancy(mother.id, nickname=f"豆{number}") for number in range(10)]
    father, _ = await make_relative(mother.id, pregnancy)
    await babies.put_away(mother.id, pregnancy)
    await babies.put_away(mother.id, others[0])
    await database.execute("UPDATE baby SET hidden_on = hidden_on - 7 WHERE member_id = $1", mother.id)
    backup = await backup_of(mother.id, father.id)
    await babies.bring_back(mother.id, pregnancy)
    await backup.restore()
    assert (pregnancy, "mother") not in await sees(mother.id)
    assert (await privacy.replay()).taken_away == 1
    await babies.destroy_due()
    assert (pregnancy, "mother") in await sees(mother.id)
    assert await sees(father.id) == [(pregnancy, "relative")]
    assert (await row_of(others[0]))[0] == "destroyed", "the control: nobody brought this one back"


async def test_of_several_taps_the_last_one_counts() -> None:
    mother = await make_mother()
    stays, goes = await make_pregnancy(mother.id, nickname="留"), await make_pregnancy(mother.id, nickname="走")
    backup = await backup_of(mother.id)
    for baby_id in (stays, goes):
        await babies.put_away(mother.id, baby_id)
        await babies.bring_back(mother.id, baby_id)
    await babies.put_away(mother.id, goes)
    await backup.restore()
    await privacy.replay()
    assert await sees(mother.id) == [(stays, "mother")]


async def test_a_tap_that_she_took_back_is_never_replayed_where_nothing_was_restored() -> None:
    """Not even while the file of her second tap waits for a store that was away."""
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    await babies.put_away(mother.id, pregnancy)
    await stones.copy_left()
    await babies.bring_back(mother.id, pregnancy)
    await privacy.replay(all_days=True)
    assert await sees(mother.id) == [(pregnancy, "mother")]


@keeps(INVARIANTS)
async def test_a_lapse_lays_no_stone_and_comes_back_by_itself() -> None:
    """Backed up before it: nobody reads her baby meanwhile, and the clock puts it away once more."""
    mother, renewed = await make_mother(), await make_mother()
    lapses, comes_back = await make_child(mother.id), await make_child(renewed.id)
    father, _ = await make_relative(mother.id, lapses)
    for each in (mother, renewed):
        await ends_in(each.id, days=-babies.EXPIRED_DAYS - 1)
    backup = await backup_of(mother.id, father.id)
    told = await stones_about(lapses)
    await babies.put_away_lapsed()
    assert await row_of(lapses) == await row_of(comes_back) == ("hidden", clock.today())
    assert await stones_about(lapses) == told
    await authorize(renewed.id)
    await babies.bring_back(renewed.id, comes_back)
    await privacy.replay(all_days=True)
    assert await sees(renewed.id) == [(comes_back, "mother")], "nothing was restored"
    assert (await row_of(lapses))[0] == "hidden"
    await backup.restore()
    assert (await row_of(lapses))[0] == "open", "the backup has brought it back"
    assert (await privacy.replay()).taken_away == 0
    assert await sees(mother.id) == await sees(father.id) == []
    await babies.put_away_lapsed()
    assert await row_of(lapses) == ("hidden", clock.today())


@keeps(INVARIANTS)
async def test_what_lapsed_and_was_brought_back_is_not_destroyed_either() -> None:
    """Backed up while it was hidden. What she said is the last word, although of the lapse there is none."""
    mother = await make_mother()
    lapsed = await make_child(mother.id)
    await ends_in(mother.id, days=-babies.EXPIRED_DAYS - 1)
    await babies.put_away_lapsed()
    await authorize(mother.id)
    await database.execute("UPDATE baby SET hidden_on = hidden_on - 6 WHERE id = $1", lapsed)
    backup = await backup_of(mother.id)
    await babies.bring_back(mother.id, lapsed)
    await backup.restore()
    assert (await row_of(lapsed))[0] == "hidden"
    assert (await privacy.replay()).taken_away == 1
    assert await sees(mother.id) == [(lapsed, "mother")]


async def stones_about(baby_id: UUID) -> int:
    found: int = await database.fetchval("SELECT count(*) FROM stone WHERE about = $1", mark_of(baby_id))
    return found


def mark_of(baby_id: UUID) -> bytes | None:
    return stones.mark(stones.Stone(SEEN, clock.now(), str(baby_id), msgspec.Raw(b"{}")))


async def test_the_last_stone_tells_what_is_true_however_taps_race() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    mark = mark_of(pregnancy)
    for _ in range(10):
        taps = [tap(mother.id, pregnancy) for _ in range(3) for tap in (babies.put_away, babies.bring_back)]
        await asyncio.gather(*taps, return_exceptions=True)  # one that comes too late may be refused
        last = await database.fetchrow("SELECT * FROM stone WHERE about = $1 ORDER BY laid_at DESC LIMIT 1", mark)
        assert last is not None
        told = msgspec.json.decode(stones.unseal(last["id"], last["content"]).said, type=Seen)
        assert told.there == ((await row_of(pregnancy))[0] == "open")


@keeps(INVARIANTS)
async def test_purposes_taken_back_and_not_ticked_any_more() -> None:
    one, all_, fewer = [await make_mother(*authorizations.PURPOSES) for _ in range(3)]
    backup = await backup_of(one.id, all_.id, fewer.id)
    await authorizations.withdraw(one.id, ["marketing"])
    await authorizations.withdraw(all_.id)
    await authorize(fewer.id, "service", "research")
    await backup.restore()
    for mother in (one, all_, fewer):
        assert await standing(mother.id) == set(authorizations.PURPOSES), "the backup has brought it back"
    assert (await privacy.replay()).taken_away == 3
    assert await standing(one.id) == set(authorizations.PURPOSES) - {"marketing"}
    assert await standing(all_.id) == set()
    assert await standing(fewer.id) == {"service", "research"}
    assert not (await authorizations.authorization(all_.id)).prompt, "left in peace as before"


@keeps(INVARIANTS)
async def test_what_she_gave_afterwards_is_not_touched() -> None:
    again, restored = await make_mother("service", "marketing"), await make_mother("service", "marketing")
    backup = await backup_of(again.id, restored.id)
    for mother in (again, restored):
        await authorizations.withdraw(mother.id)
    await authorize(again.id)
    later = await backup_of(again.id)
    await privacy.replay(all_days=True)
    assert await standing(again.id) == {"service"}, "nothing was restored"
    await later.restore()
    await privacy.replay()
    assert await standing(again.id) == {"service"}, "restored from a backup that knows of both"
    await backup.restore()
    await authorize(restored.id, "research")  # before anybody could look at the stones
    await privacy.replay()
    assert await standing(restored.id) == {"research"}


@keeps(INVARIANTS)
async def test_the_consent_privacy_takes_with_it_what_stood_on_it() -> None:
    mother = await make_known_member(nickname="陈小雨")
    await authorize(mother.id)
    child = await make_child(mother.id)
    await addresses.add(mother.id, made_addresses.address())
    backup = await backup_of(mother.id)
    await enrolment.withdraw(mother.id, members.PRIVACY)
    await backup.restore()
    found = await members.find(mother.id)
    assert found is not None and found.phone() == mother.phone, "the backup has brought it back"
    assert (await privacy.replay()).taken_away == 2
    found = await members.find(mother.id)
    assert found is not None
    assert (found.phone(), found.profile().nickname) == (None, None)
    assert not await members.has_consented(mother.id, members.PRIVACY)
    assert await addresses.addresses(mother.id) == []
    assert await standing(mother.id) == set()
    assert await babies.babies_of(mother.id) == []
    assert (await row_of(child))[0] == "open", "it goes after the days that the letter names"
    await agree_to_privacy(mother.id)
    await privacy.replay(all_days=True)
    assert await members.has_consented(mother.id, members.PRIVACY)


@keeps(INVARIANTS)
async def test_the_notice_of_children_takes_the_letter_with_it() -> None:
    mother, never_agreed = await make_mother(*authorizations.PURPOSES), await make_mother()
    (notice,) = [each for each in await members.notices() if each.notice == enrolment.CHILDREN]
    await members.agree(mother.id, notice.notice, notice.version)
    child = await make_child(mother.id)
    father, _ = await make_relative(mother.id, child, "guardian")
    backup = await backup_of(mother.id, never_agreed.id, father.id)
    for each in (mother, never_agreed):
        await enrolment.withdraw(each.id, enrolment.CHILDREN)
        assert await standing(each.id) == set()
        assert not (await authorizations.authorization(each.id)).prompt, "she is left in peace"
    assert await sees(mother.id) == await sees(father.id) == []
    with pytest.raises(babies.AuthorizationRequired):
        await babies.open_baby(mother.id, child)
    await backup.restore()
    assert await sees(father.id) == [(child, "guardian")], "the backup has brought it back"
    assert (await privacy.replay()).taken_away == 3
    assert await sees(father.id) == []
    assert await standing(mother.id) == await standing(never_agreed.id) == set()
    assert not await members.has_consented(mother.id, enrolment.CHILDREN)
    await authorize(mother.id)
    await privacy.replay(all_days=True)
    assert await standing(mother.id) == {"service"}, "what she gave afterwards stays"


@keeps(INVARIANTS)
async def test_a_consent_given_after_the_restoring_stays_with_what_was_given_for_it() -> None:
    mother = await make_known_member()
    backup = await backup_of(mother.id)
    await enrolment.withdraw(mother.id, members.PRIVACY)
    await backup.restore()
    await enrolment.withdraw(mother.id, members.PRIVACY)
    await agree_to_privacy(mother.id)
    phone = new_phone()
    await enrolment.take_phone(mother.id, mother.caller.session, phone)
    await privacy.replay()
    found = await members.find(mother.id)
    assert found is not None and found.phone() == phone


@keeps(INVARIANTS)
async def test_any_notice_and_by_all_whom_she_was() -> None:
    """An older backup knows her as two: whichever of them had agreed."""
    phone = new_phone()
    gone, stays = await make_known_member(phone=phone), await make_known_member()
    await authorize(gone.id, "marketing")
    (notice,) = [each for each in await members.notices() if each.notice == "marketing"]
    for member in (gone, stays):
        await members.agree(member.id, notice.notice, notice.version)
    backup = await backup_of(gone.id, stays.id)

    @transactional
    async def become() -> None:
        held = await members.hold({gone.id, stays.id})
        await merge(held[gone.id], held[stays.id])

    await become()
    await enrolment.withdraw(stays.id, "marketing")
    await authorizations.withdraw(stays.id)
    await backup.restore()
    await privacy.replay()
    for member in (gone, stays):
        assert not await members.has_consented(member.id, "marketing")
        assert await standing(member.id) == set()


@keeps(INVARIANTS)
async def test_shares_that_were_stopped_or_made_less() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    stopped, stopped_id = await make_relative(mother.id, child, "guardian")
    less, less_id = await make_relative(mother.id, child, "guardian")
    again, again_id = await make_relative(mother.id, child, "guardian")
    backup = await backup_of(mother.id)
    await babies.stop_sharing(mother.id, child, stopped_id)
    await babies.share_with(mother.id, child, less_id, "relative")
    await babies.stop_sharing(mother.id, child, again_id)
    await babies.share_with(mother.id, child, again_id, "guardian")
    await privacy.replay(all_days=True)
    assert await sees(again.id) == [(child, "guardian")], "nothing was restored"
    await backup.restore()
    for reader in (stopped, less, again):
        assert await sees(reader.id) == [(child, "guardian")], "the backup has brought it back"
    assert (await privacy.replay()).taken_away == 2
    assert await sees(stopped.id) == []
    assert await sees(less.id) == [(child, "relative")]
    with pytest.raises(babies.GuardianOnly):
        await babies.open_baby(less.id, child)
    assert await sees(again.id) == [(child, "guardian")]
    await babies.share_with(mother.id, child, stopped_id, "relative")
    await privacy.replay(all_days=True)
    assert await sees(stopped.id) == [(child, "relative")]


@keeps(INVARIANTS)
async def test_who_left_or_was_removed_is_out_again() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    left, _ = await make_relative(mother.id, child, "guardian")
    removed, removed_id = await make_relative(mother.id, child)
    stays, _ = await make_relative(mother.id, child)
    backup = await backup_of(mother.id, left.id, removed.id, stays.id)
    await families.leave(left.id)
    await families.remove(mother.id, removed_id)
    await backup.restore()
    assert await sees(left.id) == [(child, "guardian")], "the backup has brought it back"
    assert (await privacy.replay()).taken_away == 2
    for gone in (left, removed):
        assert await sees(gone.id) == []
        with pytest.raises(families.NoFamily):
            await families.family(gone.id)
    assert await sees(stays.id) == [(child, "relative")]
    reasons = await database.fetch(
        "SELECT reason FROM family_person WHERE member_id = ANY($1::uuid[]) ORDER BY reason", [left.id, removed.id]
    )
    assert [row["reason"] for row in reasons] == ["left", "removed"]


@keeps(INVARIANTS)
async def test_shares_that_ended_with_her_own_leaving_stay_ended() -> None:
    head, (mother, aunt) = await make_family(2)
    await authorize(mother.id)
    child = await make_child(mother.id)
    await babies.share_with(mother.id, child, await person_of(head.id, aunt.id), "guardian")
    backup = await backup_of(head.id, mother.id, aunt.id)
    await families.leave(mother.id)
    await join(head.id, mother.id)
    assert await sees(aunt.id) == []
    await backup.restore()
    assert await sees(aunt.id) == [(child, "guardian")], "the backup has brought it back"
    await privacy.replay()
    assert await sees(aunt.id) == []
    await join(head.id, mother.id)
    assert await sees(aunt.id) == []


@keeps(INVARIANTS)
async def test_a_family_that_its_head_left_is_dissolved_again() -> None:
    head, (mother, aunt) = await make_family(2)
    await authorize(mother.id)
    child = await make_child(mother.id)
    person = next(each.id for each in (await families.family(aunt.id)).people if each.is_me)
    await babies.share_with(mother.id, child, person, "relative")
    backup = await backup_of(head.id, mother.id, aunt.id)
    await families.leave(head.id)
    await backup.restore()
    assert await sees(aunt.id) == [(child, "relative")], "the backup has brought it back"
    assert (await privacy.replay()).taken_away == 1
    assert await sees(aunt.id) == []
    for each in (head, mother, aunt):
        with pytest.raises(families.NoFamily):
            await families.family(each.id)


async def test_how_far_it_must_read_is_known_however_long_the_store_was_away() -> None:
    """A night of retention that came in between must not make it believe that everything is known."""
    await privacy.replay()
    await database.execute("UPDATE stone_reading SET read_until = now() - interval '40 days'")
    await database.execute("INSERT INTO retention_run (finished_at) VALUES (clock_timestamp())")
    first = await tombstones.first_day()
    assert first is not None
    assert 40 <= (clock.now().date() - first).days <= 42
    await privacy.replay()
    after = await tombstones.first_day()
    assert after is not None and (clock.now().date() - after).days <= 2


async def test_what_she_deleted_one_by_one_is_deleted_again() -> None:
    mother = await make_known_member()
    await authorize(mother.id)
    child = await make_child(mother.id)
    goes, stays = [
        await growth.record(mother.id, child, growth.Measurement(measured_on=clock.today(), weight_g=weight))
        for weight in (5_000, 6_000)
    ]
    address = await addresses.add(mother.id, made_addresses.address())
    invitation = await families.invite(mother.id)
    backup = await backup_of(mother.id)
    await growth.remove(mother.id, child, goes.id)
    await addresses.remove(mother.id, address.id)
    await families.withdraw_invitation(mother.id, invitation.id)
    await backup.restore()
    assert len(await addresses.addresses(mother.id)) == 1, "the backup has brought it back"
    assert (await privacy.replay()).taken_away == 3
    assert await addresses.addresses(mother.id) == []
    kept = await database.fetch("SELECT id FROM growth_record WHERE baby_id = $1", child)
    assert [row["id"] for row in kept] == [stays.id]
    with pytest.raises(families.InvitationNotFound):
        await families.accept((await make_member()).id, invitation.code)


@keeps(OF_PRIVACY)
async def test_who_asked_to_be_forgotten_need_not_ask_again() -> None:
    asked, changed = await make_known_member(), await make_known_member()
    before = await backup_of(asked.id)
    await ask(asked.id)
    asked_at = (await privacy.deletion(asked.id)).requested_at
    assert asked_at is not None
    await ask(changed.id)
    backup = await backup_of(changed.id)
    await privacy.change_mind(changed.id)
    await backup.restore()
    await before.restore()
    assert (await privacy.deletion(asked.id)).requested_at is None
    assert (await privacy.deletion(changed.id)).requested_at is not None
    assert (await privacy.replay()).taken_away == 2
    again = await privacy.deletion(asked.id)
    assert again.requested_at is not None and again.due_at is not None
    assert abs(again.requested_at - asked_at) < timedelta(seconds=5)
    assert again.due_at - again.requested_at == timedelta(days=7)
    assert (await privacy.deletion(changed.id)).requested_at is None
    assert (await privacy.replay()).taken_away == 0
