"""By the clock: rewards both sides once a friend's purchase was kept until its return period had passed."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import msgspec

from foundation import clock, database, jobs
from foundation.transactions import transactional
from membership import earning, families, members, notifications, purchases
from membership.referrals.actions import parameters

BATCH = 500
LONGEST_DAYS = 366 + 90
"""How long a referral waits when no rule says so: as long as any rule may."""

NOTIFICATION = "referral"
TOLD = {
    "referrer": ("邀请奖励到账啦", "您邀请的好友已完成首次购物，{points} 积分送给您。"),
    "friend": ("新朋友奖励到账啦", "感谢您的首次购物，{points} 积分送给您。"),
}

WAITING = "SELECT id, friend_id, entered_on FROM referral WHERE status = 'waiting' AND id > $1 ORDER BY id LIMIT $2"

SETTLE = """
UPDATE referral SET status = $2, referrer_points = $3, friend_points = $4, friend_phone_index = $5, settled_at = now()
 WHERE id = $1
"""


class Settled(msgspec.Struct, frozen=True):
    """What became of the referrals that were due."""

    rewarded: int = 0
    void: int = 0
    lapsed: int = 0


class _Terms(msgspec.Struct, frozen=True):
    """When a referral is due: kept for more than `kept_days`; and when it is given up, in days since it was entered."""

    kept_days: int | None
    lapse_days: int

    def is_kept(self, bought_on: date) -> bool:
        return self.kept_days is not None and (clock.today() - bought_on).days > self.kept_days


@jobs.by_the_clock("referrals.settle", "17 * * * *")
async def settle_due() -> Settled:
    """Looks at everybody who waits, batch by batch. Running it twice changes nothing."""
    terms, total, last = await _terms(), Settled(), UUID(int=0)
    while True:
        rows = await database.fetch(WAITING, last, BATCH)
        if not rows:
            return total
        last = rows[-1]["id"]
        for outcome in await _look(rows, terms):
            total = msgspec.structs.replace(total, **{outcome: getattr(total, outcome) + 1})


async def _terms() -> _Terms:
    rules = [parameters(rule) for rule in await earning.in_force(earning.Referral)]
    if not rules:
        return _Terms(None, LONGEST_DAYS)
    kept_days = max(rule.kept_days for rule in rules)
    # A purchase of the last day is kept long enough only so much later; and it may be told late.
    return _Terms(kept_days, max(rule.buy_days for rule in rules) + 2 * kept_days + 7)


async def _look(rows: Sequence[asyncpg.Record], terms: _Terms) -> list[str]:
    today = clock.today()
    kept = await purchases.kept_since([row["friend_id"] for row in rows])
    outcomes = []
    for row in rows:
        bought_on = kept.get(row["friend_id"])
        if bought_on is not None and terms.is_kept(bought_on):
            outcome = await settle(row["id"])
            outcomes += [outcome] if outcome else []
        elif today > row["entered_on"] + timedelta(days=terms.lapse_days):
            await lapse(row["id"])
            outcomes.append("lapsed")
    return outcomes


@transactional
async def settle(referral_id: UUID) -> str | None:
    """Pays both sides of a referral what the rules say: `rewarded` or `void`; None when it is not due (any more)."""
    pair = await database.fetchrow("SELECT referrer_id, friend_id FROM referral WHERE id = $1", referral_id)
    assert pair is not None, "a referral is never deleted"
    # Held, so that neither becomes another member meanwhile, and no return of the purchase is settled.
    held = await members.hold({pair["referrer_id"], pair["friend_id"]})
    referral = await database.fetchrow("SELECT * FROM referral WHERE id = $1 FOR UPDATE", referral_id)
    assert referral is not None
    referrer, friend = held.get(referral["referrer_id"]), held.get(referral["friend_id"])
    if referral["status"] != "waiting" or referrer is None or friend is None:
        return None
    bought_on = (await purchases.kept_since([friend.id])).get(friend.id)
    if bought_on is None or not (await _terms()).is_kept(bought_on):
        return None
    if await _is_void(referral, friend, bought_on):
        await database.execute(SETTLE, referral_id, "void", 0, 0, None)
        return "void"
    paid = await _pay(referral, {"referrer": referrer, "friend": friend}, bought_on)
    await database.execute(SETTLE, referral_id, "rewarded", paid["referrer"], paid["friend"], friend.phone_index)
    return "rewarded"


@transactional
async def lapse(referral_id: UUID) -> None:
    """Gives a referral up that brought no purchase in time."""
    await database.execute(
        "UPDATE referral SET status = 'lapsed', settled_at = now() WHERE id = $1 AND status = 'waiting'", referral_id
    )


async def _is_void(referral: asyncpg.Record, friend: members.MemberRecord, bought_on: date) -> bool:
    if bought_on < referral["entered_on"] or await families.are_family(referral["referrer_id"], friend.id):
        return True
    return bool(
        await database.fetchval(
            "SELECT EXISTS (SELECT FROM referral WHERE friend_phone_index = $1)", friend.phone_index
        )
    )


async def _pay(referral: asyncpg.Record, sides: dict[str, members.MemberRecord], bought_on: date) -> dict[str, int]:
    paid = dict.fromkeys(sides, 0)
    # In the order of their ids, as all who lock two accounts do.
    for side, member in sorted(sides.items(), key=lambda each: each[1].id):
        if member.status != "active":
            continue
        occurrence = earning.Referral.Occurrence(
            side=side,  # type: ignore[arg-type]  # one of the two
            bought_after_days=(bought_on - referral["entered_on"]).days,
            kept_days=(clock.today() - bought_on).days,
        )
        earned = await earning.earn(earning.Referral, member.id, occurrence, key=f"{referral['id']}:{side}")
        paid[side] = earned.points
        if earned.points:
            title, body = TOLD[side]
            await notifications.notify(
                member.id, NOTIFICATION, f"{referral['id']}:{side}", title, body.format(points=earned.points)
            )
    return paid
