"""Rules: paid once, within caps and budget, kept in versions, tried on the past without writing anything."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from foundation import audit, clock, database
from foundation.audit import AuditQuery
from foundation.errors import Invalid
from foundation.pages import PageQuery
from foundation.settings import Settings
from membership import earning, points, purchases
from membership.earning.invariants import INVARIANTS
from tests.breakers import all_breakers, broken_by, broken_since
from tests.makers.earning import STAFF, days_ago, draft, earn, in_force, move_all, new_code
from tests.makers.purchases import line, make_buyer, make_return, make_sale, make_shop, settle_all
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

WAY = earning.Attendance
HERE = WAY.Occurrence(60)
PAYS_TEN = {"points": 10}


async def paid(member_id: UUID, *, key: str | None = None, **more: Any) -> int:
    earned = await earn(WAY, member_id, HERE, key=key or uuid4().hex, **more)
    return int(earned.points)


async def make_member() -> UUID:
    return (await make_buyer()).id


# Paying


async def test_a_key_is_paid_once_also_by_the_next_version() -> None:
    member_id = await make_member()
    async with in_force(WAY, PAYS_TEN, name="到场", valid_months=2) as rule:
        first = await earn(WAY, member_id, HERE, key="k1")
        assert (first.points, first.by_rule) == (10, [earning.Paid(rule.code, "到场", 10)])
        assert await paid(member_id, key="k1") == 0
        await earning.change_rule(STAFF, rule.id, {"parameters": {"points": 25}})
        assert await paid(member_id, key="k1") == 0
        assert await paid(member_id, key="k2") == 25
    assert await paid(member_id, key="k3") == 0
    summary = await points.summary(member_id)
    assert summary.balance == 35
    assert [lot.expires_on for lot in summary.expiring] == [points.expiry_for(clock.today(), 2)]
    entry = await database.fetchrow("SELECT kind, rule, note FROM points_entry WHERE member_id = $1", member_id)
    assert entry is not None
    assert tuple(entry) == ("earned", rule.code, "到场")


async def test_every_rule_that_covers_it_pays() -> None:
    member_id, shop = await make_member(), await make_shop()
    async with in_force(WAY, PAYS_TEN), in_force(WAY, {"points": 7}, stores=[shop.store.id]):
        assert await paid(member_id) == 10
        assert await paid(member_id, store_id=shop.store.id) == 17


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"valid_until": days_ago(0)}, 10),
        ({"valid_until": days_ago(1)}, 0),
        ({"valid_from": days_ago(-1)}, 0),
        ({"active": False}, 0),
        ({"levels": ["standard"]}, 10),
        ({"levels": ["gold", "silver"]}, 0),
        ({"parameters": {"points": 10, "least_minutes": 61}}, 0),
    ],
)
async def test_when_a_rule_pays(changes: dict[str, Any], wanted: int) -> None:
    parameters = changes.pop("parameters", PAYS_TEN)
    async with in_force(WAY, parameters, **changes):
        assert await paid(await make_member()) == wanted


@pytest.mark.parametrize("cap", ["daily_cap", "monthly_cap", "total_cap", "budget"])
async def test_what_there_is_no_room_for_is_not_paid(cap: str) -> None:
    member_id = await make_member()
    async with in_force(WAY, PAYS_TEN, **{cap: 25}):
        assert [await paid(member_id) for _ in range(4)] == [10, 10, 5, 0]


async def test_caps_begin_anew_with_their_day_and_month_and_are_each_member_s_own() -> None:
    member_id, other = await make_member(), await make_member()
    this_month = clock.today().replace(day=1)
    last_month = this_month - timedelta(days=1)
    async with in_force(WAY, PAYS_TEN, valid_from=days_ago(70), daily_cap=10, monthly_cap=15, total_cap=22):
        assert [await paid(member_id, on=last_month) for _ in range(2)] == [10, 0]
        assert await paid(member_id, on=last_month - timedelta(days=1)) == 5
        assert await paid(member_id, on=this_month) == 7
        assert await paid(other, on=this_month) == 10


async def test_caps_and_the_budget_count_across_versions() -> None:
    member_id, other = await make_member(), await make_member()
    async with in_force(WAY, PAYS_TEN, total_cap=15, budget=30) as rule:
        assert await paid(member_id) == 10
        changed = await earning.change_rule(STAFF, rule.id, {"name": "新名字"})
        assert changed.spent == 10
        assert await paid(member_id) == 5
        assert [await paid(other) for _ in range(2)] == [10, 5]
        assert await paid(await make_member()) == 0
        with pytest.raises(Invalid) as refused:
            await earning.change_rule(STAFF, changed.id, {"budget": 29})
        assert [error.field for error in refused.value.errors] == ["budget"]


async def test_two_members_who_are_one_share_their_caps() -> None:
    gone, stays = await make_member(), await make_member()
    async with in_force(WAY, PAYS_TEN, total_cap=25):
        assert [await paid(gone), await paid(stays)] == [10, 10]
        assert await move_all(gone, stays) == 1
        assert await paid(stays) == 5


async def test_few_round_trips() -> None:
    member_id = await make_member()
    async with in_force(WAY, PAYS_TEN, daily_cap=100):
        with statements() as seen:
            await earn(WAY, member_id, HERE, key="k")
    # BEGIN, her lock with the rules, what there is room for, whose account, the grant, COMMIT.
    assert len(seen) == 6, seen
    with statements() as seen:
        await earn(WAY, member_id, HERE, key="k")
    assert len(seen) == 3, seen


# Versions


async def test_a_change_closes_the_version_and_the_audit_says_who() -> None:
    async with in_force(WAY, PAYS_TEN, name="旧") as rule:
        changed = await earning.change_rule(STAFF, rule.id, {"name": "新", "daily_cap": 50})
        assert (changed.code, changed.version, changed.name, changed.daily_cap) == (rule.code, 2, "新", 50)
        was = await earning.rule(rule.id)
        assert (was.name, was.daily_cap, was.ended_at is None) == ("旧", None, False)
        for refused in (
            earning.change_rule(STAFF, rule.id, {"name": "又新"}),
            earning.end_rule(STAFF, rule.id),
        ):
            with pytest.raises(earning.RuleEnded):
                await refused
        await earning.end_rule(STAFF, changed.id, reason="活动结束")
        assert await earning.find_rule(rule.code) is None
    written = (await audit.entries(AuditQuery(subject="earn_rule", subject_id=rule.code))).items
    assert [entry.action for entry in written] == ["earn_rule.ended", "earn_rule.changed"]
    before, after = written[1].before, written[1].after
    assert before is not None and after is not None
    assert (before["name"], after["name"], written[0].reason) == ("旧", "新", "活动结束")


async def test_a_code_is_a_rule_s_for_ever() -> None:
    async with in_force(WAY, PAYS_TEN) as rule:
        pass
    with pytest.raises(earning.RuleCodeTaken):
        await earning.make_rule(STAFF, draft(WAY, PAYS_TEN, code=rule.code))
    with pytest.raises(earning.RuleNotFound):
        await earning.change_rule(STAFF, uuid4(), {"name": "x"})


async def test_versions_and_what_was_paid_can_not_be_rewritten() -> None:
    member_id = await make_member()
    async with in_force(WAY, PAYS_TEN) as rule:
        await paid(member_id, key="k")
    for statement in (
        "UPDATE earn_rule SET name = 'x' WHERE id = $1",
        "UPDATE earn_rule SET ended_at = NULL WHERE id = $1",
        "DELETE FROM earn_rule WHERE id = $1",
        "UPDATE earn_award SET points = 1 WHERE rule_id = $1",
        "DELETE FROM earn_award WHERE rule_id = $1",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(statement, rule.id)


async def test_rules_are_listed_by_code_with_their_versions() -> None:
    code = new_code()
    async with in_force(WAY, PAYS_TEN, code=code) as rule:
        await earning.change_rule(STAFF, rule.id, {"name": "二"})
        seen: list[tuple[str, int]] = []
        query = PageQuery(limit=1)
        while True:
            page = await earning.rules(query, way=WAY.code, ended=True)
            seen += [(each.code, each.version) for each in page.items]
            if page.next_cursor is None:
                break
            query = PageQuery(limit=1, cursor=page.next_cursor)
        assert [each for each in seen if each[0] == code] == [(code, 2), (code, 1)]
        assert seen == sorted(seen, key=lambda each: (each[0], -each[1]))
        current = await earning.rules(PageQuery(limit=100), way=WAY.code)
        assert [each.version for each in current.items if each.code == code] == [2]


# The test run


async def test_a_preview_shows_what_a_rule_would_have_paid_and_writes_nothing() -> None:
    shop, one, other = await make_shop(), await make_buyer(), await make_buyer()
    noon = clock.start_of_day(days_ago(3)) + timedelta(hours=12)
    sales = [
        make_sale(shop, card=one.number, occurred_at=noon, lines=[line(10_000, "A1"), line(7_000, "B2")]),
        make_sale(shop, card=one.number, occurred_at=noon + timedelta(hours=1), lines=[line(20_000, "A1")]),
        make_sale(shop, card=other.number, occurred_at=noon, lines=[line(5_000, "A1")]),
        make_sale(shop, card=other.number, occurred_at=noon, lines=[line(5_000, "B2")]),
    ]
    for sale in sales:
        await purchases.accept_sale(shop.partner_id, sale)
    await purchases.accept_return(shop.partner_id, make_return(shop, sales[1].receipt, lines=[line(5_000, "A1")]))
    await settle_all()
    rule = draft(earning.Purchase, {"numerator": 3}, stores=[shop.store.id], skus=["A1"])
    before = await _tables()
    shown = await earning.preview(rule, days_ago(5), days_ago(1))
    assert (shown.members, shown.times, shown.points) == (2, 3, 200 + 300 + 100)
    assert [(top.number, top.times, top.points) for top in shown.top] == [
        (one.number, 2, 500),
        (other.number, 1, 100),
    ]
    for changes, wanted in (
        ({"daily_cap": 250}, 350),
        ({"total_cap": 120}, 220),
        ({"monthly_cap": 40}, 80),
        ({"budget": 450}, 450),
        ({"levels": ["gold"]}, 0),
        ({"parameters": {"numerator": 3, "weekdays": [days_ago(3).isoweekday()]}}, 600),
        ({"parameters": {"numerator": 3, "weekdays": [days_ago(4).isoweekday()]}}, 0),
        ({"active": False, "valid_from": days_ago(0)}, 600),
    ):
        changed = msgspec.structs.replace(rule, **changes)
        assert (await earning.preview(changed, days_ago(5), days_ago(1))).points == wanted, changes
    assert await _tables() == before


async def _tables() -> Mapping[str, int]:
    names = ("earn_rule", "earn_award", "points_entry", "audit_entry")
    return {name: await database.fetchval(f"SELECT count(*) FROM {name}") for name in names}  # noqa: S608  # ours


async def test_a_preview_is_bounded() -> None:
    rule = draft(earning.Purchase, {"numerator": 3})
    for since, until in ((days_ago(1), days_ago(2)), (days_ago(400), days_ago(1))):
        with pytest.raises(Invalid):
            await earning.preview(rule, since, until)
    with pytest.raises(earning.NoPast):
        await earning.preview(draft(WAY, PAYS_TEN), days_ago(2), days_ago(1))


async def test_too_much_of_a_past_is_refused(monkeypatch: pytest.MonkeyPatch, world: Settings) -> None:
    shop, buyer = await make_shop(), await make_buyer()
    for _ in range(2):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card=buyer.number))
    await settle_all()
    monkeypatch.setattr("membership.earning.previewing.MOST_OCCURRENCES", 1)
    with pytest.raises(earning.PreviewTooLarge):
        await earning.preview(draft(earning.Purchase, {"numerator": 3}), days_ago(1), days_ago(0))


# Invariants


async def test_the_invariants_hold_and_notice_what_breaks_them() -> None:
    before = await all_breakers(INVARIANTS)
    member_id = await make_member()
    async with in_force(WAY, PAYS_TEN, budget=1_000, daily_cap=500) as rule:
        await paid(member_id)
        await paid(member_id)
        await earning.change_rule(STAFF, rule.id, {"name": "新名字"})
    award = (
        "INSERT INTO earn_award (rule_id, code, member_id, key, points, day)"
        " SELECT $1, code, '{}', 'x', {}, '{}' FROM earn_rule WHERE id = $1"
    )
    breaks = {
        "earning.budget_is_what_was_paid": "UPDATE earn_rule SET spent = spent + 1 WHERE id = $1",
        "earning.budgets_go_on": "UPDATE earn_rule SET spent = spent + 1 WHERE id = $1",
        "earning.daily_caps_hold": award.format(member_id, 501, days_ago(-1)),
        "earning.awards_are_in_the_ledger": award.format(member_id, 1, days_ago(-1)),
    }
    assert set(breaks) == {invariant.name for invariant in INVARIANTS}
    assert await broken_since(before, INVARIANTS) == []
    for invariant in INVARIANTS:
        noticed = await broken_by(breaks[invariant.name], invariant, rule.id)
        assert noticed.total() == 1, invariant.name
