"""Milk over HTTP."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from foundation import clock
from membership import milk
from tests.makers.babies import make_child, make_mother, make_pregnancy, make_relative
from tests.makers.members import MadeMember, make_member
from tests.makers.milk import buy, make_drinker, make_formula
from tests.makers.purchases import make_shop


@pytest.fixture
async def mother() -> MadeMember:
    return await make_mother()


@pytest.fixture
async def can(api: httpx.AsyncClient) -> milk.FormulaProduct:
    return await make_formula()


@pytest.fixture
async def path(mother: MadeMember, can: milk.FormulaProduct) -> str:
    return f"/api/v1/babies/{await make_drinker(mother.id, can.sku)}/milk"


async def test_what_is_reckoned_and_what_she_says(
    api: httpx.AsyncClient, mother: MadeMember, can: milk.FormulaProduct, path: str
) -> None:
    await buy(await make_shop(), mother.id, can.sku)
    read = await api.get(path, headers=mother.headers)
    assert read.status_code == 200, read.text
    formula = read.json()["formula"]
    assert formula["product"] == {
        "sku": can.sku,
        "name": can.name,
        "stage": 2,
        "label_from_months": 0,
        "label_until_months": None,
        "net_g": 800,
        "scoop_mg": 4400,
        "scoop_ml": 30,
    }
    today = clock.today()
    assert formula["runs_out"] == {
        "earliest": str(today + timedelta(days=6)),
        "expected": str(today + timedelta(days=7)),
        "latest": str(today + timedelta(days=16)),
        "confidence": "medium",
    }
    assert formula["grams_a_day"] == {"least": 88, "expected": 110, "most": 132}
    assert (formula["left_g"], formula["together"], formula["own_pace"], formula["without"]) == (799, 1, False, None)
    assert formula["label"] == {"position": "within", "ends_on": None, "next_stage": None}
    said = await api.put(f"{path}/stock", json={"full_cans": 2, "open_percent": 50}, headers=mother.headers)
    assert said.status_code == 200, said.text
    told = said.json()["formula"]
    assert (told["stock"]["full_cans"], told["stock"]["open_percent"]) == (2, 50)
    assert (told["runs_out"]["expected"], told["runs_out"]["confidence"]) == (str(today + timedelta(days=18)), "high")
    assert (await api.get(path, headers=mother.headers)).json() == said.json()
    unsure = await api.put(f"{path}/stock", json={"full_cans": 0}, headers=mother.headers)
    assert unsure.json()["formula"]["stock"]["open_percent"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"full_cans": -1}, "full_cans"),
        ({"full_cans": 61}, "full_cans"),
        ({"full_cans": 2.5}, "full_cans"),
        ({"full_cans": "2"}, "full_cans"),
        ({"full_cans": None}, "full_cans"),
        ({"full_cans": 2**70}, None),
        ({"full_cans": 1, "open_percent": 101}, "open_percent"),
        ({"full_cans": 1, "open_percent": -1}, "open_percent"),
        ({"full_cans": 1, "sku": "another"}, None),
        ({}, None),
        ([], None),
    ],
)
async def test_bad_stocks_are_named_and_not_kept(
    api: httpx.AsyncClient, mother: MadeMember, path: str, body: Any, field: str | None
) -> None:
    answer = await api.put(f"{path}/stock", json=body, headers=mother.headers)
    assert answer.status_code in (400, 422), answer.text
    assert field is None or field in answer.text
    assert (await api.get(path, headers=mother.headers)).json()["formula"]["stock"] is None


async def test_of_a_breast_fed_baby_and_a_pregnancy_not_a_word(
    api: httpx.AsyncClient, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    breast_fed = await make_drinker(mother.id, can.sku, feeding="breast")
    silent = await make_child(mother.id, nickname="小圆")
    for baby in (breast_fed, silent, await make_pregnancy(mother.id)):
        answer = await api.get(f"/api/v1/babies/{baby}/milk", headers=mother.headers)
        assert (answer.status_code, answer.json()) == (200, {"formula": None})
        refused = await api.put(f"/api/v1/babies/{baby}/milk/stock", json={"full_cans": 1}, headers=mother.headers)
        assert refused.status_code == 409
        assert refused.json()["code"] in ("no_formula", "not_born_yet")


async def test_a_formula_that_nobody_described(api: httpx.AsyncClient, mother: MadeMember) -> None:
    path = f"/api/v1/babies/{await make_drinker(mother.id, 'never-heard-of')}/milk"
    formula = (await api.get(path, headers=mother.headers)).json()["formula"]
    assert (formula["without"], formula["product"], formula["runs_out"]) == ("product_unknown", None, None)
    refused = await api.put(f"{path}/stock", json={"full_cans": 1}, headers=mother.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "formula_unknown")


async def test_who_may(api: httpx.AsyncClient, mother: MadeMember, can: milk.FormulaProduct) -> None:
    baby = await make_drinker(mother.id, can.sku)
    path = f"/api/v1/babies/{baby}/milk"
    grandfather, _ = await make_relative(mother.id, baby)
    stranger = await make_member()
    for reader, status, code in ((grandfather, 403, "guardian_only"), (stranger, 404, "baby_not_found")):
        for answer in (
            await api.get(path, headers=reader.headers),
            await api.put(f"{path}/stock", json={"full_cans": 1}, headers=reader.headers),
        ):
            assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await api.get(path)).status_code == 401
    assert (await api.get("/api/v1/babies/not-an-id/milk", headers=mother.headers)).status_code in (400, 404, 422)


async def test_the_products_that_can_be_named(api: httpx.AsyncClient, mother: MadeMember) -> None:
    made = await make_formula(name="零号奶粉", stage=4)
    hidden = await make_formula(name="零号奶粉", stage=4, listed=False)
    seen: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        query = {"stage": "4", "limit": "50"} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/api/v1/formula-products", params=query, headers=mother.headers)).json()
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    skus = [item["sku"] for item in seen]
    assert made.sku in skus
    assert hidden.sku not in skus
    assert all(item.keys().isdisjoint({"id", "promotion_refused", "listed"}) for item in seen)
    for wrong in ({"stage": "5"}, {"cursor": "nonsense"}, {"limit": "101"}):
        answer = await api.get("/api/v1/formula-products", params=wrong, headers=mother.headers)
        assert answer.status_code in (400, 422)
