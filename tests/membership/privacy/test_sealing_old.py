"""Words that the version before wrote in clear: they are read where they stand, sealed by the clock, and never back."""

import asyncpg
import pytest

from foundation import audit, audit_check, database, late_sealing
from foundation.audit import AuditQuery
from foundation.pages import PageQuery
from foundation.secrets import place, vault
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import adjustments, mall, members
from membership.adjustments import queries as adjusting
from membership.enrolment.merging import merge
from membership.mall import queries
from membership.privacy import erasing
from membership.privacy.sealing_old import OLD_TEXTS, seal_old_texts
from membership.wallets import refund_queries
from server.sealed_columns import SEALED_COLUMNS
from tests import canaries
from tests.makers import key_rotation
from tests.makers.audit import owning_the_database
from tests.makers.members import make_known_member
from tests.makers.old_words import Words, put_back, say_everything, stored, write_entry
from tests.makers.orders import make_operator

pytestmark = pytest.mark.usefixtures("world")

COLUMNS = {f"{column.into.table}.{column.clear}": column for column in OLD_TEXTS}


async def said_before(text: str) -> Words:
    """Everything of somebody, as the version before wrote it."""
    words = await say_everything(text)
    for name, row_id in words.rows.items():
        await put_back(COLUMNS[name], row_id, text)
    return words


async def in_clear(words: Words) -> set[str]:
    return {name for name, row_id in words.rows.items() if (await stored(COLUMNS[name], row_id))[0] is not None}


async def read(words: Words) -> list[str | None]:
    """What everybody reads of it who may."""
    order = await queries.one_for_staff(words.order_id)
    mine = await mall.redemption(words.id, words.order_id)
    listed = (await mall.redemptions(words.id, PageQuery())).items[0]
    given = words.rows["points_adjustment.reason"]
    (entry,) = (await audit.entries(AuditQuery(subject="test", subject_id=str(words.audit_subject)))).items
    return [
        order.return_reason,
        order.tracking_number,
        mine.tracking_number,
        listed.tracking_number,
        (await adjustments.reasons([given]))[given],
        (await adjusting.one(words.rejected_id)).rejected_because,
        (await refund_queries.one(words.refund_id)).reason,
        entry.reason,
    ]


def test_what_is_sealed_late_is_what_the_rotation_knows() -> None:
    assert {column.into for column in OLD_TEXTS} <= set(SEALED_COLUMNS)


async def test_it_is_read_where_it_stands_and_sealed_once() -> None:
    text = canaries.text("words of the version before", "她说")
    words = await said_before(text)
    assert await in_clear(words) == words.rows.keys()
    assert await read(words) == [text] * 8
    assert await seal_old_texts() >= len(words.rows)
    assert await in_clear(words) == set()
    assert await read(words) == [text] * 8
    note = "SELECT note FROM points_entry WHERE key = $1"
    assert await database.fetchval(note, str(words.rows["points_adjustment.reason"])) is None
    assert await seal_old_texts() == 0


async def test_it_may_be_killed_in_between_and_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [await said_before("从前的话") for _ in range(3)]
    monkeypatch.setattr(late_sealing, "BATCH", 1)
    write, written = late_sealing._write, 0

    async def killed(*arguments: object) -> int:
        nonlocal written
        written += 1
        done = await write(*arguments)  # type: ignore[arg-type]
        if written > 4:
            raise asyncpg.AdminShutdownError  # after its UPDATE, before its commit
        return done

    monkeypatch.setattr(late_sealing, "_write", killed)
    with pytest.raises(Exception):  # noqa: B017  # how the database says that it went is not what is tested
        await seal_old_texts()
    left = sum([len(await in_clear(each)) for each in words])
    assert 0 < left < 3 * len(words[0].rows), "some are sealed, the batch that was killed is not"
    monkeypatch.setattr(late_sealing, "_write", write)
    assert await seal_old_texts() == left
    assert [await read(each) for each in words] == [["从前的话"] * 8] * 3


async def test_who_is_busy_is_left_for_the_next_time() -> None:
    words = await said_before("忙")
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM member WHERE id = $1 FOR NO KEY UPDATE", words.id)
        await seal_old_texts()
        assert await in_clear(words) == words.rows.keys() - {"audit_entry.reason"}, "the house sealed its own"
    await seal_old_texts()
    assert await in_clear(words) == set()


@pytest.mark.parametrize("name", COLUMNS)
async def test_nothing_new_is_written_in_clear(name: str) -> None:
    words = await say_everything("今天")
    column = COLUMNS[name]
    statement = f"UPDATE {column.into.table} SET {column.clear} = '新' WHERE id = $1"  # noqa: S608  # ours
    with pytest.raises(asyncpg.RestrictViolationError, match=r"no text in clear|append-only"):
        await database.execute(statement, words.rows[name])
    assert await in_clear(words) == set()


async def test_an_order_of_before_moves_on_before_it_is_sealed() -> None:
    words = await said_before("从前")
    received = await mall.receive_return(await make_operator(), words.order_id, restock=True)
    assert (received.status, received.return_reason) == (mall.Status.RETURNED, "从前")
    assert "redemption.return_reason" in await in_clear(words)


async def test_the_audit_is_whole_before_and_after() -> None:
    words = await said_before("审计里的话")
    entry = words.rows["audit_entry.reason"]
    edited = f"Entry {entry}"

    async def accused() -> list[str]:
        return [each.sentence for each in (await audit_check.check()).findings if edited in each.sentence]

    assert await accused() == []
    await seal_old_texts()
    assert await accused() == []
    other = (await say_everything("别的话")).rows["audit_entry.reason"]
    copied = (
        "UPDATE audit_entry SET reason_sealed = (SELECT reason_sealed FROM audit_entry WHERE id = $2) WHERE id = $1"
    )
    async with owning_the_database() as connection:
        await connection.execute(copied, entry, other)
        assert len(await accused()) == 1, "a sealed reason of another entry does not open here"
    async with owning_the_database() as connection:
        await connection.execute("UPDATE audit_entry SET reason_sealed = NULL WHERE id = $1", entry)
        assert len(await accused()) == 1
    subject = await write_entry(None)
    entry = await database.fetchval("SELECT id FROM audit_entry WHERE subject_id = $1", str(subject))
    edited = f"Entry {entry}"
    assert await accused() == []
    async with owning_the_database() as connection:
        await connection.execute(copied, entry, other)
        assert len(await accused()) == 1, "one that had none has none"
        (shown,) = (await audit.entries(AuditQuery(subject="test", subject_id=str(subject)))).items
        assert shown.reason == "（无法读取）"


async def test_a_rotation_seals_it_all_anew(world: Settings) -> None:
    words = await say_everything("轮换")
    before = {name: await stored(COLUMNS[name], row_id) for name, row_id in words.rows.items()}
    await key_rotation.go_through(world)
    after = {name: await stored(COLUMNS[name], row_id) for name, row_id in words.rows.items()}
    assert [name for name in before if before[name][1] == after[name][1]] == []
    assert (await read(words))[0] == "轮换"
    assert await ban_reason(words) == "轮换"


async def test_it_follows_her_when_two_become_one() -> None:
    words, stays = await say_everything("合并"), (await make_known_member()).id
    await members.lift_ban(words.id, by=words.id)

    @transactional
    async def become() -> object:
        held = await members.hold((words.id, stays))
        return await merge(held[words.id], held[stays])

    await become()
    row = await database.fetchrow(
        "SELECT member_id, return_reason_sealed FROM redemption WHERE id = $1", words.order_id
    )
    assert row is not None
    keyring = await key_rotation.keyring_of(stays)
    where = place("redemption", "return_reason_sealed", words.order_id, stays)
    assert (row["member_id"], keyring.unseal(where, row["return_reason_sealed"])) == (stays, "合并")
    order = await queries.one_for_staff(words.order_id)
    assert (order.return_reason, order.tracking_number) == ("合并", "SF1234567890")
    assert (await adjusting.one(words.rejected_id)).rejected_because == "合并"
    assert (await refund_queries.one(words.refund_id)).reason == "合并"


async def test_a_value_copied_into_another_row_does_not_open() -> None:
    mine, hers = await say_everything("我的"), await say_everything("她的")
    await database.execute(
        "UPDATE redemption SET return_reason_sealed ="
        " (SELECT return_reason_sealed FROM redemption WHERE id = $2) WHERE id = $1",
        mine.order_id,
        hers.order_id,
    )
    assert (await queries.one_for_staff(mine.order_id)).return_reason is None
    assert (await queries.one_for_staff(hers.order_id)).return_reason == "她的"


async def test_of_who_is_erased_before_it_was_sealed_nothing_is_left() -> None:
    text = canaries.text("words of who is erased", "她说过")
    words = await said_before(text)
    await erasing.erase(words.id)
    await seal_old_texts()
    hers = {name: await stored(COLUMNS[name], row_id) for name, row_id in words.rows.items() if "audit" not in name}
    assert {clear for clear, _ in hers.values()} == {None}
    assert {sealed for _, sealed in hers.values()} == {None, late_sealing.GONE}
    assert (await queries.one_for_staff(words.order_id)).return_reason is None
    assert (await adjusting.one(words.rejected_id)).reason == ""


async def ban_reason(words: Words) -> str:
    row = await database.fetchrow("SELECT data_key, ban_reason_sealed FROM member WHERE id = $1", words.id)
    assert row is not None
    where = place("member", "ban_reason_sealed", words.id, words.id)
    return vault().keyring(row["data_key"]).unseal(where, row["ban_reason_sealed"])
