"""Being forgotten: seven days to change her mind, then everything goes, and what must stay leads to nobody."""

from datetime import timedelta
from uuid import UUID

import pytest

from foundation import clock, data_map, database, outside, secrets
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.secrets import vault
from foundation.transactions import transactional
from membership import addresses, babies, enrolment, families, members, points, privacy
from membership.enrolment.merging import merge
from membership.members.invariants import INVARIANTS as OF_MEMBERS
from membership.points.invariants import INVARIANTS as OF_POINTS
from membership.privacy import deletion_jobs, erasing, map_erasing, tombstones
from tests.breakers import keeps
from tests.makers import addresses as made_addresses
from tests.makers.babies import authorize, make_child, make_relative
from tests.makers.members import agree_to_privacy, make_known_member, make_member, make_store_member
from tests.makers.phones import new_phone
from tests.makers.privacy import ask, delete_now, deletion_of, make_due, row_of
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


@transactional
async def become(gone: UUID, stays: UUID) -> None:
    held = await members.hold({gone, stays})
    await merge(held[gone], held[stays])


async def inbox(member_id: object) -> list[str]:
    rows = await database.fetch("SELECT title FROM notification WHERE member_id = $1 ORDER BY id", member_id)
    return [row["title"] for row in rows]


@keeps((*OF_MEMBERS, *OF_POINTS))
async def test_everything_goes_and_the_ledger_stays() -> None:
    mother = await make_known_member(nickname="陈小雨")
    await authorize(mother.id)
    child = await make_child(mother.id)
    relative, _ = await make_relative(mother.id, child)
    await addresses.add(mother.id, made_addresses.address())
    before = await row_of(mother.id)
    details = await database.fetchval("SELECT details_sealed FROM baby WHERE id = $1", child)
    held = await points.summary(mother.id)
    assert held.balance

    done = await delete_now(mother.id)
    assert (done.deleted >= 1, done.failed) == (True, 0)

    after = await row_of(mother.id)
    assert after["status"] == "erased"
    assert after["number"] != before["number"], "the number stands in the tills' books"
    left = {name for name, value in after.items() if value is not None}
    assert left == {"id", "number", "status", "origin", "created_at"}
    for table in ("wechat_identity", "member_address", "authorization_refusal"):
        assert not await database.fetchval(f"SELECT count(*) FROM {table} WHERE member_id = $1", mother.id)  # noqa: S608
    baby = await database.fetchrow("SELECT status, data_key, details_sealed FROM baby WHERE id = $1", child)
    assert tuple(baby or ()) == ("destroyed", None, None)
    assert details is not None
    with pytest.raises(families.NoFamily):
        await families.family(relative.id)
    ledger = await database.fetch("SELECT kind, amount FROM points_entry WHERE member_id = $1 ORDER BY id", mother.id)
    assert tuple(ledger[-1]) == ("forfeiture", -held.balance)
    assert (await points.summary(mother.id)).balance == 0
    assert not await database.fetchval(
        "SELECT count(*) FROM session WHERE subject = $1 AND ended_at IS NULL", mother.id
    )
    assert not await database.fetchval(
        "SELECT count(*) FROM consent WHERE member_id = $1 AND withdrawn_at IS NULL", mother.id
    )
    assert await members.find_by_number(str(before["number"])) is None


async def test_what_the_map_says_is_what_happens() -> None:
    """Every table whose rows go, and every column that is emptied, is reached: the statements are made for all."""
    whole = data_map.current()
    going = {table.name for table in whole.tables.values() if table.erasure == "deleted"}
    statements = await map_erasing.statements()
    assert going == {each.split()[2] for each in statements if each.startswith("DELETE")}
    mother = await make_known_member()
    for statement in statements:
        await database.fetch(f"EXPLAIN {statement}", [mother.id])
    emptied = {
        table.name for table in whole.tables.values() for each in table.columns.values() if each.erasure == "emptied"
    }
    assert emptied - {"member"} == {each.split()[1] for each in statements if each.startswith("UPDATE")}


async def test_sealed_values_of_a_dump_open_no_more() -> None:
    mother = await make_known_member(nickname="陈小雨")
    row = await database.fetchrow("SELECT data_key, phone_sealed FROM member WHERE id = $1", mother.id)
    assert row is not None
    place = secrets.place("member", "phone_sealed", mother.id, mother.id)
    assert vault().keyring(row["data_key"]).unseal(place, row["phone_sealed"]) == mother.phone
    await delete_now(mother.id)
    found = await members.find(mother.id)
    assert found is not None
    assert found.data_key is None
    with pytest.raises(AssertionError, match="nothing personal is left"):
        found.unseal("member", "phone_sealed", mother.id, row["phone_sealed"])


async def test_she_changes_her_mind() -> None:
    mother = await make_known_member()
    deletion_id = await ask(mother.id)
    assert await ask(mother.id) == deletion_id, "again is the same"
    await privacy.change_mind(mother.id)
    with pytest.raises(privacy.DeletionNotAsked):
        await privacy.change_mind(mother.id)
    await deletion_jobs.delete_due()
    assert (await row_of(mother.id))["status"] == "active"
    assert (await privacy.deletion(mother.id)).due_at is None
    assert await inbox(mother.id) == ["已收到您的注销申请", "注销申请已撤回"]
    assert await ask(mother.id) != deletion_id


async def test_nothing_happens_before_its_time_and_she_is_told_a_day_before() -> None:
    mother = await make_known_member()
    deletion_id = await ask(mother.id)
    await deletion_jobs.delete_due()
    assert await inbox(mother.id) == ["已收到您的注销申请"]
    await database.execute("UPDATE member_deletion SET due_at = now() + interval '23 hours' WHERE id = $1", deletion_id)
    await deletion_jobs.delete_due()
    await deletion_jobs.delete_due()
    assert await inbox(mother.id) == ["已收到您的注销申请", "账号即将注销"]
    assert (await row_of(mother.id))["status"] == "active"


async def test_she_has_seven_days_to_the_minute() -> None:
    """The promise in its own figures, and what she is told of it."""
    mother = await make_known_member()
    deletion_id = await ask(mother.id)
    view = await privacy.deletion(mother.id)
    assert view.requested_at is not None and view.due_at is not None
    assert view.due_at - view.requested_at == timedelta(days=7)
    body = await database.fetchval("SELECT body FROM notification WHERE member_id = $1", mother.id)
    assert (view.requested_at + timedelta(days=7)).astimezone(clock.SHANGHAI).strftime("%Y年%m月%d日%H:%M") in body
    await pass_minutes(deletion_id, 7 * 24 * 60 - 5)
    await deletion_jobs.delete_due()
    assert (await row_of(mother.id))["status"] == "active", "five minutes before"
    await pass_minutes(deletion_id, 5)
    await deletion_jobs.delete_due()
    assert (await row_of(mother.id))["status"] == "erased"


async def pass_minutes(deletion_id: UUID, minutes: int) -> None:
    """For this deletion alone."""
    await database.execute(
        "UPDATE member_deletion SET due_at = due_at - $2::interval WHERE id = $1",
        deletion_id,
        timedelta(minutes=minutes),
    )


async def test_money_in_the_wallet_and_open_orders_are_in_the_way() -> None:
    mother = await make_known_member()
    await database.execute("INSERT INTO wallet (member_id, principal_fen, limit_fen) VALUES ($1, 100, 100)", mother.id)
    with pytest.raises(privacy.WalletNotEmpty):
        await ask(mother.id)
    await database.execute("UPDATE wallet SET principal_fen = 0 WHERE member_id = $1", mother.id)
    deletion_id = await ask(mother.id)
    await make_due(deletion_id)
    await database.execute("UPDATE wallet SET principal_fen = 100 WHERE member_id = $1", mother.id)
    await deletion_jobs.delete_due()
    assert (await row_of(mother.id))["status"] == "active", "put off, not done"
    assert (await inbox(mother.id))[-1] == "注销暂缓"
    await database.execute("UPDATE wallet SET principal_fen = 0 WHERE member_id = $1", mother.id)
    await make_due(deletion_id)
    await deletion_jobs.delete_due()
    assert (await row_of(mother.id))["status"] == "erased"


async def test_it_goes_on_where_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    mother = await make_known_member()
    deletion_id = await ask(mother.id)
    await make_due(deletion_id)

    async def away(_what: str, _whose: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(tombstones, "write", away)
        assert (await deletion_jobs.delete_due()).failed == 1
    assert (await row_of(mother.id))["status"] == "active"
    with pytest.raises(privacy.DeletionNotAsked):
        await privacy.change_mind(mother.id)  # it has begun: a tombstone may be there
    assert (await deletion_jobs.delete_due()).failed == 0
    assert (await row_of(mother.id))["status"] == "erased"
    assert not await erasing.erase(mother.id), "again does nothing"
    assert not await erasing.delete(deletion_id)


async def test_who_comes_back_starts_clean_and_gets_no_second_welcome_gift() -> None:
    phone = new_phone()
    mother = await make_known_member(phone=phone)
    assert (await points.summary(mother.id)).balance > 0
    await delete_now(mother.id)
    again = await make_member(openid=mother.openid)
    assert again.id != mother.id
    await agree_to_privacy(again.id)
    await enrolment.take_phone(again.id, again.caller.session, phone)
    assert (await points.summary(again.id)).balance == 0
    assert await babies.babies_of(again.id) == []
    assert await inbox(again.id) == []


async def test_a_ban_is_not_washed_off() -> None:
    mother = await make_known_member()
    deletion_id = await ask(mother.id)
    await make_due(deletion_id)
    await members.ban(mother.id, "测试", by=new_id())
    await deletion_jobs.delete_due()
    assert (await row_of(mother.id))["status"] == "banned"
    assert await deletion_of(mother.id) == deletion_id


async def test_who_was_erased_stays_so_in_the_database() -> None:
    mother = await make_known_member()
    await delete_now(mother.id)
    with pytest.raises(Exception, match="does not come back"):
        await database.execute("UPDATE member SET status = 'active', data_key = 'x' WHERE id = $1", mother.id)
    with pytest.raises(Exception, match="does not change any more"):
        await database.execute(
            "UPDATE member_deletion SET erased_at = NULL, points = NULL WHERE member_id = $1", mother.id
        )


async def test_whoever_was_merged_into_her_has_a_tombstone_too() -> None:
    """An older backup knows her as two, and must not bring the other one back."""
    phone = new_phone()
    at_store = await make_store_member((await make_store()).id, phone)
    mother = await make_known_member(phone=phone)
    await delete_now(mother.id)
    (*_, today) = await outside.folders(tombstones.FOLDER)
    names = " ".join(await outside.names(f"{tombstones.FOLDER}/{today}"))
    assert str(mother.id) in names
    assert str(at_store) in names
    found = await tombstones.find()
    assert not {mother.id, at_store} & set(found.members), "neither is back"


async def test_who_became_another_member_meanwhile_is_not_erased_again_and_again() -> None:
    """She asked, and then her phone turned out to be that of a member she has: there is nobody left to erase."""
    gone, stays = await make_member(), await make_known_member()
    deletion_id = await ask(gone.id)
    await make_due(deletion_id)
    await become(gone.id, stays.id)
    await deletion_jobs.delete_due()
    assert await deletion_of(gone.id) is None
    assert (await row_of(stays.id))["status"] == "active"
