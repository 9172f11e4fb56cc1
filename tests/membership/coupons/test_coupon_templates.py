"""Staff: templates, what may change of them, and that all of it is audited."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from foundation import audit, clock, database
from foundation.audit import AuditQuery
from foundation.errors import Invalid
from foundation.pages import PageQuery
from membership import coupons
from tests.makers.coupons import make_template, operator, terms
from tests.makers.purchases import make_buyer

pytestmark = pytest.mark.usefixtures("world")


async def actions_on(subject: str, subject_id: object) -> list[str]:
    page = await audit.entries(AuditQuery(subject=subject, subject_id=str(subject_id)))
    return [entry.action for entry in page.items]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "percent"}, "amount_fen"),
        ({"kind": "gift", "amount_fen": None}, "gift"),
        ({"cap_fen": 1}, "cap_fen"),
        ({"starts_on": clock.today()}, "starts_on"),
        ({"lasts_days": None}, "starts_on"),
        ({"after_days": None, "lasts_days": None}, "starts_on"),
        (
            {
                "after_days": None,
                "lasts_days": None,
                "starts_on": clock.today(),
                "ends_on": clock.today() - timedelta(days=1),
            },
            "ends_on",
        ),
        ({"scope": "only"}, "skus"),
        ({"skus": ["A"]}, "skus"),
        ({"scope": "only", "skus": ["A", "A"]}, "skus"),
        ({"at_till": False}, "at_till"),
        ({"claim_until": clock.now() - timedelta(days=1)}, "claim_until"),
        ({"store_ids": [uuid4()]}, "store_ids[0]"),
    ],
)
async def test_what_does_not_fit_together_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await coupons.make_template(await operator(), terms(**changes))
    assert field in {error.field for error in refused.value.errors}


async def test_words_and_windows_change_and_promises_do_not() -> None:
    template, by = await make_template(), await operator()
    until = clock.now() + timedelta(days=3)
    changes = coupons.Changes(title="新名字", claim_until=until, per_member_limit=5)
    await coupons.change_template(by, template, changes)
    await coupons.change_template(by, template, changes)  # nothing changes, nothing is written
    seen = await coupons.template(template)
    assert (seen.promise.title, seen.claim_until, seen.per_member_limit) == ("新名字", until, 5)
    await coupons.change_template(by, template, coupons.Changes(claim_until=None))
    assert (await coupons.template(template)).claim_until is None
    with pytest.raises(Invalid):
        await coupons.change_template(by, template, coupons.Changes(claim_until=clock.now() - timedelta(days=9)))
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute("UPDATE coupon_template SET amount_fen = 1 WHERE id = $1", template)
    assert await actions_on("coupon_template", template) == [
        "coupon_template.changed",
        "coupon_template.changed",
        "coupon_template.made",
    ]


async def test_more_stock() -> None:
    template, by = await make_template(stock=0), await operator()
    await coupons.add_stock(by, template, 2, "加量")
    await coupons.claim((await make_buyer()).id, template)
    seen = await coupons.template(template)
    assert (seen.stock, seen.issued, await coupons.used_of(template)) == (2, 1, 0)
    for wrong in (0, -1, 10_000_000):
        with pytest.raises(Invalid):
            await coupons.add_stock(by, template, wrong, "加量")
    with pytest.raises(coupons.CouponTemplateNotFound):
        await coupons.add_stock(by, uuid4(), 1, "加量")
    assert (await coupons.template(template)).stock == 2
    assert "coupon_template.stocked" in await actions_on("coupon_template", template)


async def test_given_by_staff_with_a_reason() -> None:
    template, by, buyer = await make_template(claimable=False), await operator(), await make_buyer()
    issued = await coupons.give_by_staff(by, template, buyer.id, "客诉补偿")
    assert (await coupons.coupon(buyer.id, issued.id)).template_id == template
    (entry,) = (await audit.entries(AuditQuery(subject="coupon", subject_id=str(issued.id)))).items
    assert (entry.actor_id, entry.action, entry.reason) == (by, "coupon.given", "客诉补偿")
    assert entry.after == {"template": str(template)}, "nothing that goes on leading to her when she is erased"
    with pytest.raises(coupons.CouponLimitReached):
        await coupons.give_by_staff(by, template, buyer.id, "再来一张")


async def test_what_may_not_be_promoted_is_listed_and_audited() -> None:
    sku, by = f"0-FORMULA-{uuid4().hex[:8]}", await operator()
    assert await coupons.refuse_promotion(by, sku, 1, "一段")
    assert not await coupons.refuse_promotion(by, sku, 1, "一段")
    assert sku in [each.sku for each in (await coupons.unpromoted_skus(PageQuery(limit=100))).items]
    assert await coupons.allow_promotion(by, sku, "误录")
    assert not await coupons.allow_promotion(by, sku, "误录")
    assert await actions_on("coupon_sku", sku) == ["coupon_sku.allowed", "coupon_sku.refused"]


async def test_the_list_has_the_newest_first() -> None:
    older, newer = await make_template(), await make_template()
    page = await coupons.templates(PageQuery(limit=1))
    following = await coupons.templates(PageQuery(limit=1, cursor=page.next_cursor))
    assert [page.items[0].id, following.items[0].id] == [newer, older]
    with pytest.raises(coupons.CouponTemplateNotFound):
        await coupons.template(uuid4())
