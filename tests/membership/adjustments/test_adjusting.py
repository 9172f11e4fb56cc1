"""Points by hand: within the limits alone, above them with a second person."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from foundation import audit, clock, database
from foundation.audit import AuditQuery
from foundation.errors import NotFound
from foundation.ids import new_id
from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import adjustments, notifications, points
from membership.adjustments.invariants import INVARIANTS
from membership.points import Kind
from membership.staff import Role
from tests.breakers import keeps
from tests.makers.adjustment_races import make_clerk, make_operator
from tests.makers.points import account_of, earn, entries_of, grant, make_account, make_saver, new_key, take_back
from tests.makers.staff import make_staff

pytestmark = pytest.mark.usefixtures("world")

move_all = transactional(adjustments.move_all)


async def adjust(by: UUID, member_id: UUID, amount: int, role: Role = Role.CLERK) -> adjustments.AdjustmentView:
    return await adjustments.adjust(by, role, member_id, amount, "系统故障补偿")


async def let_a_day_pass(staff_id: UUID) -> None:
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")  # what is decided can't be changed
        await connection.execute("UPDATE adjustment_day SET day = day - 1 WHERE staff_id = $1", staff_id)
        await connection.execute("UPDATE points_adjustment SET day = day - 1 WHERE requested_by_id = $1", staff_id)


@keeps(INVARIANTS)
async def test_a_small_gift_is_posted_at_once_and_holds_a_year() -> None:
    clerk, member_id = await make_clerk(), await make_account()
    made = await adjust(clerk, member_id, 50)
    assert (made.status, made.needs_second, made.decided_by) == (adjustments.Status.POSTED, False, None)
    assert await entries_of(member_id) == [("adjustment_up", 50)]
    assert (await points.summary(member_id)).expiring == [points.ExpiringLot(50, points.expiry_for(clock.today()))]


async def test_she_is_told_and_reads_the_reason_in_her_statement() -> None:
    member_id = await make_account()
    await adjust(await make_clerk(), member_id, 50)
    inbox = (await notifications.inbox(member_id, PageQuery())).items
    assert [(message.kind, message.title) for message in inbox] == [("points_adjusted", "积分已补发")]
    assert "系统故障" not in inbox[0].body
    line = await database.fetchrow("SELECT key, note FROM points_entry WHERE member_id = $1", member_id)
    assert line is not None
    assert line["note"] is None, "the ledger holds no sentence of anybody's"
    assert await adjustments.reasons([UUID(line["key"])]) == {UUID(line["key"]): "系统故障补偿"}


async def test_what_is_taken_comes_from_what_expires_first() -> None:
    member_id = await make_account()
    await earn(member_id, 30, expires_on=clock.today() + timedelta(days=90))
    await earn(member_id, 30, expires_on=clock.today() + timedelta(days=5))
    made = await adjust(await make_clerk(), member_id, -40)
    assert made.status == adjustments.Status.POSTED
    assert [lot.points for lot in (await points.summary(member_id)).expiring] == [20]


async def test_more_than_there_is_is_refused_with_how_much_there_is() -> None:
    clerk, member_id = await make_clerk(), await make_saver(30)
    later = clock.now() + timedelta(days=7)
    await grant(member_id, 70, kind=Kind.PURCHASE, key=new_key(), expires_on=None, spendable_from=later)
    for amount in (-31, -100, -500):  # the last one would wait for a second person
        with pytest.raises(adjustments.AdjustmentTooLarge) as refused:
            await adjust(clerk, member_id, amount)
        assert "可扣 30 积分" in refused.value.message
    assert await account_of(member_id) == (100, 0)
    assert (await adjustments.asked_for_by(clerk, PageQuery())).items == []


async def test_a_gift_repays_a_debt_first() -> None:
    member_id = await make_account()
    await take_back(
        member_id, 80, kind=Kind.PURCHASE_RETURN, key=new_key(), granted_kind=Kind.PURCHASE, granted_key_prefix=None
    )
    await adjust(await make_clerk(), member_id, 100)
    assert await account_of(member_id) == (20, 0)


@keeps(INVARIANTS)
async def test_above_the_limit_it_waits_and_a_second_person_posts_it() -> None:
    clerk, operator, member_id = await make_clerk(), await make_operator(), await make_account()
    asked = await adjust(clerk, member_id, 201)
    assert asked.status == adjustments.Status.WAITING
    assert await account_of(member_id) == (0, 0)
    assert asked.id in [one.id for one in (await adjustments.waiting(PageQuery())).items]
    for _ in range(2):  # yes again is no error
        approved = await adjustments.approve(operator, Role.OPERATOR, asked.id)
        assert (approved.status, approved.decided_by) == (adjustments.Status.POSTED, operator)
    assert await entries_of(member_id) == [("adjustment_up", 201)]
    with pytest.raises(adjustments.AdjustmentDecided):
        await adjustments.reject(operator, Role.OPERATOR, asked.id, "晚了")


async def test_the_approvers_own_limit_does_not_count() -> None:
    operator, member_id = await make_operator(), await make_account()
    asked = await adjust(await make_clerk(), member_id, 500_000)
    await adjustments.approve(operator, Role.OPERATOR, asked.id)
    assert await account_of(member_id) == (500_000, 0)
    assert (await adjust(operator, member_id, 2_000, Role.OPERATOR)).status == adjustments.Status.POSTED


@keeps(INVARIANTS)
async def test_a_rejection_moves_nothing_and_stands() -> None:
    operator, member_id = await make_operator(), await make_account()
    asked = await adjust(await make_clerk(), member_id, 500)
    for because in ("重复申请", "再说一次"):
        rejected = await adjustments.reject(operator, Role.OPERATOR, asked.id, because)
        assert (rejected.status, rejected.rejected_because) == (adjustments.Status.REJECTED, "重复申请")
    with pytest.raises(adjustments.AdjustmentDecided):
        await adjustments.approve(operator, Role.OPERATOR, asked.id)
    assert await entries_of(member_id) == []


async def test_nobody_is_her_own_second_person() -> None:
    operator, member_id = await make_operator(), await make_account()
    asked = await adjust(operator, member_id, 2_001, Role.OPERATOR)
    with pytest.raises(adjustments.SecondPersonNeeded):
        await adjustments.approve(operator, Role.OPERATOR, asked.id)
    with pytest.raises(adjustments.SecondPersonNeeded):
        await adjustments.reject(operator, Role.OPERATOR, asked.id, "算了")
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(
            "UPDATE points_adjustment SET status = 'posted', decided_by_id = $2, decided_at = now() WHERE id = $1",
            asked.id,
            operator,
        )


@pytest.mark.parametrize(
    "change",
    ["SET status = 'waiting', decided_by_id = NULL, decided_at = NULL", "SET amount = amount + 1", "SET reason = '改'"],
)
async def test_what_is_decided_stays(change: str) -> None:
    operator, member_id = await make_operator(), await make_account()
    asked = await adjust(await make_clerk(), member_id, 500)
    await adjustments.approve(operator, Role.OPERATOR, asked.id)
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(f"UPDATE points_adjustment {change} WHERE id = $1", asked.id)
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute("DELETE FROM points_adjustment WHERE id = $1", asked.id)


async def test_who_may_not_decide_or_adjust() -> None:
    member_id = await make_account()
    asked = await adjust(await make_clerk(), member_id, 500)
    with pytest.raises(adjustments.AdjustmentNotAllowed):
        await adjustments.approve(await make_clerk(), Role.CLERK, asked.id)
    moderator = (await make_staff(Role.MODERATOR)).id
    with pytest.raises(adjustments.AdjustmentNotAllowed):
        await adjust(moderator, member_id, 5, Role.MODERATOR)


async def test_an_approval_of_more_than_there_is_left_goes_on_waiting() -> None:
    operator, member_id = await make_operator(), await make_saver(500)
    asked = await adjust(await make_clerk(), member_id, -500)
    await adjust(await make_clerk(), member_id, -1)
    with pytest.raises(adjustments.AdjustmentTooLarge):
        await adjustments.approve(operator, Role.OPERATOR, asked.id)
    assert asked.id in [one.id for one in (await adjustments.waiting(PageQuery())).items]


@keeps(INVARIANTS)
async def test_ups_and_downs_use_the_day_together_and_tomorrow_is_another_day() -> None:
    clerk, member_id = await make_clerk(), await make_saver(1000)
    for amount in (200, -200, 200, -200, 199):
        assert (await adjust(clerk, member_id, amount)).status == adjustments.Status.POSTED
    assert (await adjust(clerk, member_id, -2)).status == adjustments.Status.WAITING
    assert (await adjust(clerk, member_id, -1)).status == adjustments.Status.POSTED
    await let_a_day_pass(clerk)
    assert (await adjust(clerk, member_id, 200)).status == adjustments.Status.POSTED


async def test_everything_is_in_the_audit() -> None:
    clerk, operator, member_id = await make_clerk(), await make_operator(), await make_account()
    asked = await adjust(clerk, member_id, 500)
    await adjustments.approve(operator, Role.OPERATOR, asked.id)
    lines = (await audit.entries(AuditQuery(subject="points_adjustment", subject_id=str(asked.id)))).items
    assert [(line.actor_id, line.action) for line in lines] == [
        (operator, "points_adjustment.approved"),
        (clerk, "points_adjustment.asked_for"),
    ]
    assert lines[1].reason == "系统故障补偿"


async def test_what_waits_follows_a_merge() -> None:
    gone, stays = await make_account(), await make_account()
    asked = await adjust(await make_clerk(), gone, 500)
    assert await move_all(gone, stays) == 1
    await adjustments.approve(await make_operator(), Role.OPERATOR, asked.id)
    assert (await account_of(gone), await account_of(stays)) == ((0, 0), (500, 0))


async def test_nothing_and_nobody() -> None:
    clerk, member_id = await make_clerk(), await make_account()
    with pytest.raises(adjustments.AdjustmentOfNothing):
        await adjust(clerk, member_id, 0)
    with pytest.raises(NotFound):
        await adjust(clerk, new_id(), 5)
    with pytest.raises(adjustments.AdjustmentNotFound):
        await adjustments.approve(await make_operator(), Role.OPERATOR, new_id())


async def test_limits_are_data() -> None:
    administrator = (await make_staff(Role.ADMINISTRATOR)).id
    before = next(limit for limit in await adjustments.limits() if limit.role == Role.ADMINISTRATOR)
    changed = adjustments.LimitView(Role.ADMINISTRATOR, 7, 9, may_approve=False)
    try:
        assert await adjustments.set_limit(administrator, changed) == changed
        member_id = await make_account()
        assert (await adjust(administrator, member_id, 7, Role.ADMINISTRATOR)).status == adjustments.Status.POSTED
        assert (await adjust(administrator, member_id, 3, Role.ADMINISTRATOR)).status == adjustments.Status.WAITING
        asked = await adjust(await make_clerk(), member_id, 500)
        with pytest.raises(adjustments.AdjustmentNotAllowed):
            await adjustments.approve(administrator, Role.ADMINISTRATOR, asked.id)
    finally:
        await adjustments.set_limit(administrator, before)
    line = (await audit.entries(AuditQuery(subject="adjustment_limit", subject_id="administrator"))).items[-1]
    assert line.before is not None and line.after is not None
    assert (line.before["per_day_points"], line.after["per_day_points"]) == (100_000, 9)
    with pytest.raises(adjustments.LimitsDoNotFit):
        await adjustments.set_limit(administrator, adjustments.LimitView(Role.CLERK, 10, 9, may_approve=False))
    with pytest.raises(NotFound):
        await adjustments.set_limit(administrator, adjustments.LimitView(Role.EXPERT, 1, 9, may_approve=False))
