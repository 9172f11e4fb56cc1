"""A coupon as whoever wants to use it finds it: what it promises, and what stands against using it here and now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.errors import Problem
from membership.coupons import errors
from membership.coupons.discounts import Rule

# The clock is the database's. A lock that has run out is none, although nobody has cleared it away.
COLUMNS = """
SELECT coupon.id, coupon.code, coupon.member_id, coupon.checkout_id, coupon.held_until > now() AS held,
       coupon.used_at IS NOT NULL AS used, coupon.gift_code IS NOT NULL AS given_away,
       coupon.valid_from <= now() AS begun, coupon.valid_until <= now() AS over, coupon.valid_until,
       template.title, template.kind, template.amount_fen, template.percent_off, template.cap_fen, template.gift,
       template.threshold_fen, template.scope, template.skus::text AS skus, template.stacking_group, template.at_till,
       template.in_mall, template.store_share_percent,
       NOT EXISTS (SELECT FROM coupon_template_store WHERE template_id = template.id)
       OR EXISTS (SELECT FROM coupon_template_store WHERE template_id = template.id AND store_id = $2::uuid) AS in_store
  FROM coupon JOIN coupon_template template ON template.id = coupon.template_id
"""
"""`$2` is the store, null in the mall."""

LOCK = f"{COLUMNS} WHERE coupon.id = ANY($1::uuid[]) ORDER BY coupon.id FOR UPDATE OF coupon"

MOST_SHOWN = 50


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon that somebody wants to use."""

    id: UUID
    code: str
    member_id: UUID
    title: str
    gift: str | None
    valid_until: datetime
    checkout_id: UUID | None
    """What held or used it last."""
    held: bool
    used: bool
    given_away: bool
    begun: bool
    over: bool
    at_till: bool
    in_mall: bool
    in_store: bool
    store_share_percent: int
    rule: Rule

    def refusal(self, *, in_mall: bool) -> Problem | None:
        """Why it can't be used here and now; None when it can, as far as it alone is concerned."""
        here = self.in_mall if in_mall else self.at_till and self.in_store
        reasons: tuple[tuple[bool, type[Problem]], ...] = (
            (self.used, errors.CouponUsed),
            (self.held, errors.CouponHeld),
            (self.given_away, errors.CouponGivenAway),
            (self.over, errors.CouponExpired),
            (not self.begun, errors.CouponNotYetValid),
            (not here, errors.CouponNotHere),
        )
        return next((refusal() for stands, refusal in reasons if stands), None)


async def locked(coupon_ids: Sequence[UUID], store_id: UUID | None) -> list[Found]:
    """Locks coupons in the order of their ids, and says how they are then."""
    return [_found(row) for row in await database.fetch(LOCK, list(coupon_ids), store_id)]


async def by_code(code: str, store_id: UUID) -> Found | None:
    row = await database.fetchrow(f"{COLUMNS} WHERE coupon.code = $1", code, store_id)
    return None if row is None else _found(row)


async def of_member(member_id: UUID, store_id: UUID | None) -> list[Found]:
    """What she has that is neither used nor expired, what expires first in front."""
    rows = await database.fetch(
        f"{COLUMNS} WHERE coupon.member_id = $1 AND coupon.used_at IS NULL AND coupon.valid_until > now()"
        f" ORDER BY coupon.valid_until, coupon.id LIMIT {MOST_SHOWN}",
        member_id,
        store_id,
    )
    return [_found(row) for row in rows]


async def ids_of(codes: Sequence[str]) -> dict[str, UUID]:
    """The coupons of codes, as far as there are any."""
    rows = await database.fetch("SELECT code, id FROM coupon WHERE code = ANY($1::text[])", list(codes))
    return {row["code"]: row["id"] for row in rows}


async def unpromoted(skus: Sequence[str]) -> frozenset[str]:
    """Those of the articles that may not be promoted."""
    rows = await database.fetch("SELECT sku FROM coupon_unpromoted_sku WHERE sku = ANY($1::text[])", list(set(skus)))
    return frozenset(row["sku"] for row in rows)


def rule_of(coupon_id: UUID, row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=coupon_id,
        kind=row["kind"],
        amount_fen=row["amount_fen"],
        percent_off=row["percent_off"],
        cap_fen=row["cap_fen"],
        threshold_fen=row["threshold_fen"],
        scope=row["scope"],
        skus=msgspec.json.decode(row["skus"], type=frozenset[str]),
        stacking_group=row["stacking_group"],
    )


def _found(row: asyncpg.Record) -> Found:
    return Found(
        id=row["id"],
        code=row["code"],
        member_id=row["member_id"],
        title=row["title"],
        gift=row["gift"],
        valid_until=row["valid_until"],
        checkout_id=row["checkout_id"],
        held=bool(row["held"]),
        used=row["used"],
        given_away=row["given_away"],
        begun=row["begun"],
        over=row["over"],
        at_till=row["at_till"],
        in_mall=row["in_mall"],
        in_store=row["in_store"],
        store_share_percent=row["store_share_percent"],
        rule=rule_of(row["id"], row),
    )
