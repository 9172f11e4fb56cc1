"""Reads: what is on offer, what a member has, what staff made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.coupons.errors import CouponNotFound, CouponTemplateNotFound
from membership.coupons.views import CouponView, Obstacle, OfferView, Promise, Status, TemplateView

LAST_ID = UUID(int=2**128 - 1)

PROMISE = """
template.title, template.description, template.kind, template.amount_fen, template.percent_off, template.cap_fen,
template.gift, template.threshold_fen, template.scope, template.skus::text AS skus, template.stacking_group,
template.at_till, template.in_mall, template.transferable,
ARRAY(SELECT store.code FROM coupon_template_store place JOIN store ON store.id = place.store_id
       WHERE place.template_id = template.id ORDER BY store.code) AS stores
"""

# Today's offers are few, and those of years gone by are left out by the index; the newest offer comes first.
OFFERS = f"""
SELECT template.id, template.starts_on, template.ends_on, template.after_days, template.lasts_days,
       template.stock - template.issued AS left, template.per_member_limit, template.claim_from, template.claim_until,
       (SELECT count(*) FROM coupon WHERE coupon.template_id = template.id AND coupon.issued_to_id = $1) AS held,
       {PROMISE}
  FROM coupon_template template
 WHERE active AND claimable AND claim_from <= now() AND (claim_until IS NULL OR now() < claim_until)
   AND (ends_on IS NULL OR ends_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
   AND (claim_from, id) < ($2, $3)
 ORDER BY claim_from DESC, id DESC LIMIT $4
"""  # noqa: S608  # only our own constant is filled in

STATUS = """
CASE WHEN coupon.used_at IS NOT NULL THEN 'used' WHEN coupon.valid_until <= now() THEN 'expired'
     WHEN coupon.gift_code IS NOT NULL THEN 'given_away' WHEN coupon.held_until > now() THEN 'locked'
     WHEN coupon.valid_from > now() THEN 'waiting' ELSE 'available' END
"""

COUPON = f"""
SELECT coupon.id, coupon.template_id, {STATUS} AS status, coupon.code, coupon.valid_from, coupon.valid_until,
       coupon.used_at, coupon.created_at, {PROMISE}
  FROM coupon JOIN coupon_template template ON template.id = coupon.template_id
"""  # noqa: S608  # as above

TEMPLATE = f"""
SELECT template.id, template.store_share_percent, template.give_back_days, template.starts_on, template.ends_on,
       template.after_days, template.lasts_days, template.stock, template.issued, template.per_member_limit,
       template.claimable, template.claim_from, template.claim_until, template.active, template.created_at,
       {PROMISE}
  FROM coupon_template template
"""  # noqa: S608  # as above


class UnpromotedSkuView(msgspec.Struct, frozen=True):
    """An article that no coupon takes anything off."""

    sku: str
    formula_stage: int | None
    created_at: datetime


async def offers(member_id: UUID, query: PageQuery) -> Page[OfferView]:
    """What she could claim now, the newest first; what is gone or what she had enough of too. Raises `Invalid`."""
    before = read_cursor(query.cursor, datetime, UUID) if query.cursor else (datetime.max, LAST_ID)  # noqa: DTZ901  # the driver's word for infinity
    rows = await database.fetch(OFFERS, member_id, *before, query.limit + 1)
    shown = rows[: query.limit]
    last = shown[-1] if len(rows) > query.limit else None
    return Page(
        items=[_offer(row) for row in shown],
        next_cursor=write_cursor(last["claim_from"], last["id"]) if last else None,
    )


async def coupons(member_id: UUID, status: Status | None, query: PageQuery) -> Page[CouponView]:
    """Her coupons, of one status or all, the newest first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(
        f"{COUPON} WHERE coupon.member_id = $1 AND coupon.id < $2 AND ($3::text IS NULL OR {STATUS} = $3)"
        " ORDER BY coupon.id DESC LIMIT $4",
        member_id,
        before,
        status,
        query.limit + 1,
    )
    shown = [_coupon(row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


async def coupon(member_id: UUID, coupon_id: UUID) -> CouponView:
    """One coupon of hers. Raises `CouponNotFound`, for a stranger's too."""
    row = await database.fetchrow(f"{COUPON} WHERE coupon.id = $1 AND coupon.member_id = $2", coupon_id, member_id)
    if row is None:
        raise CouponNotFound
    return _coupon(row)


async def templates(query: PageQuery) -> Page[TemplateView]:
    """All templates, the newest first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(
        f"{TEMPLATE} WHERE template.id < $1 ORDER BY template.id DESC LIMIT $2", before, query.limit + 1
    )
    shown = [_template(row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


async def template(template_id: UUID) -> TemplateView:
    """One template. Raises `CouponTemplateNotFound`."""
    row = await database.fetchrow(f"{TEMPLATE} WHERE template.id = $1", template_id)
    if row is None:
        raise CouponTemplateNotFound
    return _template(row)


async def used_of(template_id: UUID) -> int:
    """How many coupons of a template are used."""
    return int(
        await database.fetchval(
            "SELECT count(*) FROM coupon WHERE template_id = $1 AND used_at IS NOT NULL", template_id
        )
    )


async def find_template(title: str) -> UUID | None:
    """A template by its exact title; the oldest of several."""
    template_id: UUID | None = await database.fetchval(
        "SELECT id FROM coupon_template WHERE title = $1 ORDER BY id LIMIT 1", title
    )
    return template_id


async def unpromoted_skus(query: PageQuery) -> Page[UnpromotedSkuView]:
    """What may not be promoted, by SKU. Raises `Invalid` (cursor)."""
    (after,) = read_cursor(query.cursor, str) if query.cursor else ("",)
    rows = await database.fetch(
        "SELECT sku, formula_stage, created_at FROM coupon_unpromoted_sku WHERE sku > $1 ORDER BY sku LIMIT $2",
        after,
        query.limit + 1,
    )
    shown = [UnpromotedSkuView(*row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].sku) if len(rows) > query.limit else None)


def _promise(row: Mapping[str, Any]) -> Promise:
    skus = msgspec.json.decode(row["skus"], type=list[str])
    plain = {name: row[name] for name in Promise.__struct_fields__ if name != "skus"}
    return Promise(skus=skus, **plain)


def _offer(row: asyncpg.Record) -> OfferView:
    obstacle = None
    if row["held"] >= row["per_member_limit"]:
        obstacle = Obstacle.LIMIT_REACHED
    elif row["left"] <= 0:
        obstacle = Obstacle.GONE
    own = ("id", "starts_on", "ends_on", "after_days", "lasts_days", "left", "per_member_limit", "claim_until", "held")
    return OfferView(promise=_promise(row), obstacle=obstacle, **{name: row[name] for name in own})


def _coupon(row: asyncpg.Record) -> CouponView:
    own = ("id", "template_id", "code", "valid_from", "valid_until", "used_at", "created_at")
    return CouponView(promise=_promise(row), status=Status(row["status"]), **{name: row[name] for name in own})


def _template(row: asyncpg.Record) -> TemplateView:
    own = (name for name in TemplateView.__struct_fields__ if name != "promise")
    return TemplateView(promise=_promise(row), **{name: row[name] for name in own})
