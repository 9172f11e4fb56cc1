"""Staff: making templates, changing what may change, adding stock, and saying what may not be promoted. All audited."""

from typing import Any
from uuid import UUID

import msgspec

from foundation import audit, database
from foundation.errors import FieldError, Invalid
from foundation.ids import new_id
from foundation.transactions import transactional
from membership.coupons.errors import CouponTemplateNotFound, SkuNotPromoted
from membership.coupons.models import CouponTemplate, CouponTemplateStore
from membership.coupons.terms import MOST_COUPONS, Changes, Terms, check

SUBJECT = "coupon_template"
PROMOTION_GUARD = "coupons.unpromoted"

GUARD = "SELECT pg_advisory_xact_lock(hashtext($1))"
"""Naming an article in a template and forbidding its promotion do not cross: one sees the other."""


@transactional
async def make_template(by: UUID, terms: Terms) -> UUID:
    """Makes a template; its id. Raises `Invalid`, and `SkuNotPromoted` when it names what may not be promoted."""
    check(terms)
    await _refuse_unpromoted(terms)
    await _refuse_unknown_stores(terms.store_ids)
    columns: dict[str, Any] = msgspec.structs.asdict(terms)
    columns.pop("store_ids")
    template = await CouponTemplate.create(id=new_id(), **columns)
    await CouponTemplateStore.bulk_create(
        [CouponTemplateStore(template_id=template.id, store_id=store_id) for store_id in sorted(set(terms.store_ids))]
    )
    await audit.record(by, "coupon_template.made", SUBJECT, template.id, after=msgspec.to_builtins(terms))
    return template.id


@transactional
async def change_template(by: UUID, template_id: UUID, changes: Changes) -> None:
    """Changes words, limit, claim window, or stops it and starts it again. What it promises can't be changed.

    Coupons that exist stay good. Raises `CouponTemplateNotFound`, `Invalid`.
    """
    wanted = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not msgspec.UNSET}
    template = await CouponTemplate.filter(id=template_id).select_for_update().first()
    if template is None:
        raise CouponTemplateNotFound
    before = {name: getattr(template, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    if not changed:
        return
    template.update_from_dict(changed)
    if template.claim_until is not None and template.claim_from >= template.claim_until:
        raise Invalid(errors=[FieldError("claim_until", "领取的结束时间应晚于开始时间")])
    await template.save(update_fields=list(changed))
    await audit.record(
        by,
        "coupon_template.changed",
        SUBJECT,
        template_id,
        before={name: before[name] for name in changed},
        after=changed,
    )


@transactional
async def add_stock(by: UUID, template_id: UUID, coupons: int, reason: str) -> None:
    """Lets so many more be issued (at least one; 10,000,000 in all). Raises `CouponTemplateNotFound`, `Invalid`."""
    stock: int | None = await database.fetchval(
        "UPDATE coupon_template SET stock = stock + $2 WHERE id = $1 RETURNING stock", template_id, coupons
    )
    if stock is None:
        raise CouponTemplateNotFound
    if coupons < 1 or stock > MOST_COUPONS:
        raise Invalid(errors=[FieldError("coupons", f"每次至少增加1张，总数最多{MOST_COUPONS}张")])
    await audit.record(
        by,
        "coupon_template.stocked",
        SUBJECT,
        template_id,
        before={"stock": stock - coupons},
        after={"stock": stock},
        reason=reason,
    )


@transactional
async def refuse_promotion(by: UUID, sku: str, formula_stage: int | None, reason: str) -> bool:
    """From now on no coupon takes anything off this article, whatever its template says; False if so before."""
    await database.execute(GUARD, PROMOTION_GUARD)
    written = await database.execute(
        "INSERT INTO coupon_unpromoted_sku (sku, formula_stage) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        sku,
        formula_stage,
    )
    if written:
        after = {"formula_stage": formula_stage}
        await audit.record(by, "coupon_sku.refused", "coupon_sku", sku, after=after, reason=reason)
    return bool(written)


@transactional
async def allow_promotion(by: UUID, sku: str, reason: str) -> bool:
    """Coupons may take something off this article again; False if nothing forbade it."""
    await database.execute(GUARD, PROMOTION_GUARD)
    written = await database.execute("DELETE FROM coupon_unpromoted_sku WHERE sku = $1", sku)
    if written:
        await audit.record(by, "coupon_sku.allowed", "coupon_sku", sku, reason=reason)
    return bool(written)


async def _refuse_unpromoted(terms: Terms) -> None:
    if terms.scope != "only":
        return  # what it does not name is left out when the discount is computed
    await database.execute(GUARD, PROMOTION_GUARD)
    rows = await database.fetch("SELECT sku FROM coupon_unpromoted_sku WHERE sku = ANY($1::text[])", terms.skus)
    forbidden = {row["sku"] for row in rows}
    if forbidden:
        places = [at for at, sku in enumerate(terms.skus) if sku in forbidden]
        raise SkuNotPromoted(errors=[FieldError(f"skus[{at}]", "这个商品不能参与促销") for at in places])


async def _refuse_unknown_stores(store_ids: list[UUID]) -> None:
    rows = await database.fetch("SELECT id FROM store WHERE id = ANY($1::uuid[])", store_ids)
    unknown = set(store_ids) - {row["id"] for row in rows}
    if unknown:
        places = [at for at, store_id in enumerate(store_ids) if store_id in unknown]
        raise Invalid(errors=[FieldError(f"store_ids[{at}]", "没有这家门店") for at in places])
