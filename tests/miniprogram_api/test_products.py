"""The shelf over HTTP: for everybody, and as a signed-in mother may have it."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from foundation import clock
from membership import catalogue
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.mall import make_rich_member
from tests.makers.members import make_member
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.statements import statements

PRODUCTS = "/api/v1/mall/products"
MINE = "/api/v1/me/mall/products"


async def test_the_shelf_needs_no_login(api: httpx.AsyncClient) -> None:
    product = await make_product(points=120, stock=3, sort=-(2**31) + 1, money_fen=990)
    with statements() as seen:
        page = (await api.get(PRODUCTS, params={"limit": 1})).json()
    assert len(seen) == 1, seen
    (shown,) = page["items"]
    assert shown == {
        "id": str(product),
        "name": shown["name"],
        "description": "测试用",
        "points": 120,
        "stock": 3,
        "money_fen": 990,
        "cover": None,
        "on_sale_from": None,
    }
    await make_product()
    page = (await api.get(PRODUCTS, params={"limit": 1})).json()
    following = await api.get(PRODUCTS, params={"limit": 100, "cursor": page["next_cursor"]})
    assert str(product) not in {item["id"] for item in following.json()["items"]}


async def test_a_product_says_all_about_itself(api: httpx.AsyncClient) -> None:
    by, store = (await make_staff(Role.OPERATOR)).id, await make_store()
    category = await catalogue.make_category(by, "奶粉")
    part = await catalogue.make_category(by, "三段", parent_id=category.id)
    begins = clock.now() + timedelta(days=1)
    product = await make_product(
        name="爱他美",
        category_id=part.id,
        stock_per_store=True,
        on_sale_from=begins,
        early_rank=2,
        early_hours=24,
        most_per_day=2,
        stages=["toddler"],
        allergens=["milk"],
    )
    await catalogue.set_prices(by, product, [catalogue.LevelPrice("gold", 80)])
    await catalogue.restock(product, 7, store_id=store.id)
    shown = (await api.get(f"{PRODUCTS}/{product}")).json()
    assert (shown["stock"], shown["most_per_day"], shown["most_ever"], shown["kind"]) == (7, 2, None, "goods")
    assert shown["level_prices"] == [{"level": "gold", "points": 80, "money_fen": 0}]
    assert (shown["category"], shown["stages"], shown["allergens"]) == (str(part.id), ["toddler"], ["milk"])
    assert (shown["early_rank"], shown["early_hours"], shown["pictures"]) == (2, 24, [])
    stores = (await api.get(f"{PRODUCTS}/{product}/stores")).json()
    assert stores == {"items": [{"store": store.code, "store_name": store.name, "stock": 7}]}
    tree = (await api.get("/api/v1/mall/categories")).json()["items"]
    mine = next(item for item in tree if item["id"] == str(category.id))
    assert mine["parts"] == [{"id": str(part.id), "name": "三段"}]
    listed = (await api.get(PRODUCTS, params={"category": str(category.id)})).json()["items"]
    assert [item["id"] for item in listed] == [str(product)]


@pytest.mark.parametrize(
    "params",
    [
        {"order": "cheap"},
        {"category": "奶粉"},
        {"words": "长" * 33},
        {"limit": 101},
        {"cursor": "WzFd"},
        {"affordable": "true"},
        {"words": "a\0b"},
    ],
)
async def test_what_a_list_is_not_asked(api: httpx.AsyncClient, params: dict[str, str]) -> None:
    answer = await api.get(PRODUCTS, params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_unknown_products_are_404(api: httpx.AsyncClient) -> None:
    member = await make_member()
    for path in (f"{PRODUCTS}/{uuid4()}", f"{PRODUCTS}/{uuid4()}/stores", f"{MINE}/{uuid4()}"):
        answer = await api.get(path, headers=member.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "product_not_found")


async def test_she_sees_what_she_can_afford(api: httpx.AsyncClient) -> None:
    member, mark = await make_rich_member(100), uuid4().hex[:6]
    cheap = await make_product(name=f"便宜{mark}", points=100)
    dear = await make_product(name=f"贵{mark}", points=400)
    items = (await api.get(MINE, params={"words": mark}, headers=member.headers)).json()["items"]
    assert [(item["product"]["id"], item["affordable"]) for item in items] == [(str(cheap), True), (str(dear), False)]
    assert (items[1]["missing_points"], items[1]["hint"]) == (300, "再攒300积分，约1罐奶粉就够")
    only = (await api.get(MINE, params={"words": mark, "affordable": True}, headers=member.headers)).json()["items"]
    assert [item["product"]["id"] for item in only] == [str(cheap)]
    one = (await api.get(f"{MINE}/{dear}", headers=member.headers)).json()
    assert one == items[1]
    assert (await api.get(MINE)).status_code == 401


async def test_a_wish_list_is_her_own(api: httpx.AsyncClient) -> None:
    member, stranger, product = await make_member(), await make_member(), await make_product()
    wish = {"product_id": str(product)}
    for _ in range(2):
        assert (await api.post("/api/v1/me/wishes", json=wish, headers=member.headers)).status_code == 204
    (item,) = (await api.get("/api/v1/me/wishes", headers=member.headers)).json()["items"]
    assert (item["product"]["id"], item["wished"]) == (str(product), True)
    assert (await api.get("/api/v1/me/wishes", headers=stranger.headers)).json()["items"] == []
    path = f"/api/v1/me/wishes/{product}"
    assert (await api.delete(path, headers=stranger.headers)).status_code == 204
    assert len((await api.get("/api/v1/me/wishes", headers=member.headers)).json()["items"]) == 1
    for _ in range(2):
        assert (await api.delete(path, headers=member.headers)).status_code == 204
    assert (await api.get("/api/v1/me/wishes", headers=member.headers)).json()["items"] == []
    unknown = await api.post("/api/v1/me/wishes", json={"product_id": str(uuid4())}, headers=member.headers)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "product_not_found")
    assert (await api.post("/api/v1/me/wishes", json=wish)).status_code == 401
    assert (await api.post("/api/v1/me/wishes", json={}, headers=member.headers)).status_code == 422
