"""What the staff says of a product: kept, changed with a trace, and refused where it contradicts itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from foundation import audit, clock
from foundation.errors import Invalid
from membership import catalogue
from membership.catalogue import LevelPrice
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.staff import make_staff

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
async def by(world: object) -> UUID:
    return (await make_staff(Role.OPERATOR)).id


async def last_entry(product_id: UUID) -> audit.AuditEntryView:
    return (await audit.entries(audit.AuditQuery(subject="product", subject_id=str(product_id)))).items[0]


CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    ({"pickup": False}, "pickup"),
    ({"kind": "virtual"}, "pickup"),
    ({"kind": "coupon", "pickup": False}, "coupon_template"),
    ({"coupon_template": uuid4()}, "coupon_template"),
    ({"pickup": False, "delivery": True, "stock_per_store": True}, "stock_per_store"),
    ({"most_ever": 0}, "most_per_order"),
    ({"early_rank": 2}, "early_hours"),
    ({"early_rank": 2, "early_hours": 24}, "early_hours"),
    ({"on_sale_from": clock.now(), "on_sale_until": clock.now() - timedelta(days=1)}, "on_sale_until"),
    ({"category_id": uuid4()}, "category"),
    ({"money_fen": -1}, "money_fen"),
    ({"formula_stage": 5}, "formula_stage"),
]


@pytest.mark.parametrize(("terms", "field"), CONTRADICTIONS)
async def test_terms_that_contradict_each_other_are_refused_new_and_changed(
    by: UUID, terms: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await make_product(**terms)
    assert [error.field for error in refused.value.errors] == [field]
    product = await make_product()
    before = await catalogue.staff_product(product)
    with pytest.raises(Invalid) as refused:
        await catalogue.change_product(by, product, **terms)  # type: ignore[arg-type]  # a dict of any terms
    assert [error.field for error in refused.value.errors] == [field]
    assert await catalogue.staff_product(product) == before


async def test_a_change_says_what_was_and_what_is(by: UUID) -> None:
    product = await make_product(points=100, most_per_order=3)
    await catalogue.change_product(by, product, reason="调价", points=80, most_per_order=None, name="婴儿湿巾")
    entry = await last_entry(product)
    assert (entry.action, entry.reason, entry.actor_id) == ("product.changed", "调价", by)
    assert entry.before is not None
    assert entry.after == {"points": 80, "most_per_order": None, "name": "婴儿湿巾"}
    assert (entry.before["points"], entry.before["most_per_order"]) == (100, 3)
    await catalogue.change_product(by, product, points=80)
    assert (await last_entry(product)).id == entry.id  # nothing was changed
    with pytest.raises(catalogue.ProductNotFound):
        await catalogue.change_product(by, uuid4(), points=1)


async def test_a_higher_level_never_pays_more(by: UUID) -> None:
    product = await make_product(points=100, money_fen=1_000)
    for rising in (
        [LevelPrice("silver", 101, 0)],
        [LevelPrice("silver", 50, 1_001)],
        [LevelPrice("silver", 50, 0), LevelPrice("gold", 60, 0)],
        [LevelPrice("silver", 50, 0), LevelPrice("silver", 40, 0)],
        [LevelPrice("nobody", 50, 0)],
        [LevelPrice("silver", 0, 0)],
    ):
        with pytest.raises(Invalid):
            await catalogue.set_prices(by, product, rising)
    await catalogue.set_prices(by, product, [LevelPrice("gold", 60, 500)])
    with pytest.raises(Invalid):
        await catalogue.change_product(by, product, points=59)
    assert (await catalogue.product(product)).prices == [LevelPrice("gold", 60, 500)]
    await catalogue.set_prices(by, product, [])
    entry = await last_entry(product)
    assert entry.before == {"prices": [{"level": "gold", "points": 60, "money_fen": 500}]}


async def test_a_new_policy_takes_its_stage_off_the_shelf_and_says_why(by: UUID) -> None:
    before = await catalogue.settings()
    second, third = await make_product(formula_stage=2), await make_product(formula_stage=3)
    try:
        await catalogue.set_settings(by, [1, 2], before.points_per_can, "新规")
        assert not (await catalogue.staff_product(second)).on_sale
        assert (await catalogue.staff_product(third)).on_sale
        with pytest.raises(catalogue.PromotionRefused):
            await catalogue.set_on_sale(second, True, by=by)
        changed = await make_product()
        await catalogue.change_product(by, changed, formula_stage=2)
        assert (await catalogue.staff_product(changed)).promotion_refused
        entry = (await audit.entries(audit.AuditQuery(subject="catalogue"))).items[0]
        assert (entry.action, entry.reason) == ("catalogue.settings", "新规")
    finally:
        await catalogue.set_settings(by, before.refused_stages, before.points_per_can, "恢复")
    assert not (await catalogue.staff_product(second)).on_sale  # it may be offered again, but by somebody
    await catalogue.set_on_sale(second, True, by=by)
    assert (await last_entry(second)).action == "product.offered"


async def test_one_product_may_be_exempted_with_a_reason(by: UUID) -> None:
    product = await make_product(formula_stage=1)
    await catalogue.set_promotion_refused(by, product, False, "特殊医学用途")
    await catalogue.set_on_sale(product, True, by=by)
    assert (await catalogue.product(product)).stock == 10
    await catalogue.set_promotion_refused(by, product, True, "更正")
    with pytest.raises(catalogue.ProductNotFound):
        await catalogue.product(product)
    entry = await last_entry(product)
    assert (entry.action, entry.reason) == ("product.policy", "更正")
    assert entry.before == {"promotion_refused": False, "on_sale": True}
