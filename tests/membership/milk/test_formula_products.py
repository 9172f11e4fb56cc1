"""The formula products: kept by the staff, audited, and refused when they make no sense."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from foundation import audit, database
from foundation.audit import AuditQuery
from foundation.errors import Invalid
from membership import milk
from membership.milk import FormulaQuery
from membership.staff import Role
from tests.makers.milk import make_formula
from tests.makers.staff import make_staff

pytestmark = pytest.mark.usefixtures("world")

TERMS: dict[str, Any] = {
    "name": "测试配方奶粉2段",
    "stage": 2,
    "label_from_months": 6,
    "label_until_months": 12,
    "net_g": 900,
    "scoop_mg": 4600,
    "scoop_ml": 30,
    "listed": True,
}


async def test_made_changed_and_removed_with_what_it_was_before() -> None:
    by = (await make_staff(Role.OPERATOR)).id
    made = await milk.make_product(by, f"F-{uuid4().hex}", **TERMS)
    assert (made.promotion_refused, await milk.product(made.id)) == (False, made)
    changed = await milk.change_product(by, made.id, net_g=800, label_until_months=None)
    assert (changed.net_g, changed.label_until_months, changed.scoop_mg) == (800, None, 4600)
    assert await milk.product(made.id) == changed
    assert await milk.change_product(by, made.id, net_g=800) == changed
    await milk.refuse_promotion(by, made.id, True, "监管要求")
    await milk.remove_product(by, made.id)
    entries = (await audit.entries(AuditQuery(subject="formula_product", subject_id=str(made.id)))).items
    told = {entry.action: entry for entry in entries}
    assert set(told) == {"formula.made", "formula.changed", "formula.policy", "formula.removed"}
    assert len(entries) == 4  # what changed nothing is no change
    assert told["formula.changed"].before == {"net_g": 900, "label_until_months": 12}
    assert told["formula.changed"].after == {"net_g": 800, "label_until_months": None}
    assert told["formula.policy"].reason == "监管要求"
    for gone in (
        milk.product(made.id),
        milk.remove_product(by, made.id),
        milk.change_product(by, made.id, net_g=700),
        milk.refuse_promotion(by, made.id, True, "再说一次"),
    ):
        with pytest.raises(milk.FormulaProductNotFound):
            await gone


async def test_one_of_a_number() -> None:
    made = await make_formula()
    with pytest.raises(milk.FormulaProductTaken):
        await milk.make_product(None, made.sku, **TERMS)


async def test_stage_1_is_refused_unless_an_administrator_says_otherwise() -> None:
    by = (await make_staff(Role.OPERATOR)).id
    assert (await make_formula(stage=1)).promotion_refused is True
    made = await make_formula(stage=2)
    assert (await milk.change_product(by, made.id, stage=1)).promotion_refused is True
    allowed = await milk.refuse_promotion(by, made.id, False, "法务确认")
    assert allowed.promotion_refused is False
    assert (await milk.change_product(by, made.id, net_g=850)).promotion_refused is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"label_until_months": 6},
        {"label_until_months": 5},
        {"scoop_mg": 44},
        {"scoop_mg": 44_000},
        {"scoop_ml": 300},
    ],
)
async def test_what_contradicts_itself_is_refused_here_and_by_the_database(wrong: dict[str, Any]) -> None:
    sku = f"F-{uuid4().hex}"
    with pytest.raises(Invalid) as refused:
        await milk.make_product(None, sku, **TERMS | wrong)
    assert len(refused.value.errors) == 1
    made = await make_formula(label_from_months=6, label_until_months=12)
    by = (await make_staff(Role.OPERATOR)).id
    with pytest.raises(Invalid):
        await milk.change_product(by, made.id, **wrong)
    (column,) = wrong
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(f"UPDATE formula_product SET {column} = $2 WHERE id = $1", made.id, wrong[column])  # noqa: S608  # of ours


async def test_by_pages_in_order_and_only_what_is_listed() -> None:
    name = f"甲{uuid4().hex[:8]}"
    made = [await make_formula(name=f"{name}{number}", stage=3) for number in range(5)]
    hidden = await make_formula(name=name, stage=3, listed=False)

    async def every(*, only_listed: bool) -> list[milk.FormulaProduct]:
        found, cursor = [], None
        while True:
            page = await milk.products(FormulaQuery(stage=3, limit=2, cursor=cursor), only_listed=only_listed)
            found += page.items
            if (cursor := page.next_cursor) is None:
                return [product for product in found if product.name.startswith(name)]

    assert await every(only_listed=True) == made
    assert await every(only_listed=False) == [hidden, *made]
    assert all(product.stage == 1 for product in (await milk.products(FormulaQuery(stage=1), only_listed=False)).items)
    for cursor in ("nonsense", "WzEsMl0", "Wzk5OTk5OTk5OTk5OTk5LCIiLCIiXQ"):
        with pytest.raises(Invalid):
            await milk.products(FormulaQuery(cursor=cursor), only_listed=True)
