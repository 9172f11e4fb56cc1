"""Products, categories, pictures and stock over HTTP: who may do what, what comes in, what is written down."""

import io
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from foundation import audit, database, files, job_worker
from foundation.errors import NotFound
from membership import catalogue
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_members import headers_of

PRODUCTS = "/staff/v1/products"


def keyed(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "Idempotency-Key": uuid4().hex}


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 90)).save(file, kind)
    return file.getvalue()


async def test_a_product_is_made_changed_priced_withdrawn_and_listed(api: httpx.AsyncClient) -> None:
    operator = await headers_of(api, Role.OPERATOR)
    body: dict[str, Any] = {"name": "婴儿湿巾", "description": "80抽", "points": 200, "stock": 9, "delivery": True}
    made = await api.post(PRODUCTS, json=body, headers=operator)
    assert made.status_code == 201, made.text
    product = made.json()
    assert (product["stock"], product["supplied"], product["on_sale"], product["delivery"]) == (9, 9, True, True)
    path = f"{PRODUCTS}/{product['id']}"
    changed = await api.patch(path, json={"points": 180, "most_ever": 2, "reason": "调价"}, headers=operator)
    assert (changed.json()["points"], changed.json()["most_ever"], changed.json()["name"]) == (180, 2, "婴儿湿巾")
    prices = {"items": [{"level": "gold", "points": 150}]}
    priced = await api.post(f"{path}/prices", json=prices, headers=operator)
    assert priced.json()["level_prices"] == [{"level": "gold", "points": 150, "money_fen": 0}]
    withdrawn = await api.post(f"{path}/offer", json={"on_sale": False}, headers=operator)
    assert withdrawn.json()["on_sale"] is False
    assert (await api.get(path, headers=operator)).json() == withdrawn.json()
    listed = (await api.get(PRODUCTS, params={"on_sale": False, "words": "shijin"}, headers=operator)).json()["items"]
    assert product["id"] in {item["id"] for item in listed}
    entries = await audit.entries(audit.AuditQuery(subject="product", subject_id=product["id"]))
    actions = [entry.action for entry in entries.items]
    assert actions == ["product.withdrawn", "product.priced", "product.changed", "product.made"]


@pytest.mark.parametrize(
    "change",
    [
        {"points": 0},
        {"points": "1"},
        {"points": 10_000_001},
        {"name": ""},
        {"name": "长" * 65},
        {"kind": "service"},
        {"pickup": False},
        {"kind": "coupon"},
        {"stages": ["婴儿"]},
        {"stages": ["a"] * 21},
        {"early_hours": 5},
        {"on_sale_until": "yesterday"},
        {"category": str(uuid4())},
        {"most_ever": 0},
        {"colour": "pink"},
    ],
)
async def test_bad_terms_are_422_new_and_changed(api: httpx.AsyncClient, change: dict[str, Any]) -> None:
    operator = await headers_of(api, Role.OPERATOR)
    body = {"name": "名", "description": "", "points": 1, **change}
    answer = await api.post(PRODUCTS, json=body, headers=operator)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    answer = await api.patch(f"{PRODUCTS}/{await make_product()}", json=change, headers=operator)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text


async def test_roles(api: httpx.AsyncClient) -> None:
    product = await make_product()
    clerk, operator = await headers_of(api, Role.CLERK), await headers_of(api, Role.OPERATOR)
    expert, administrator = await headers_of(api, Role.EXPERT), await headers_of(api, Role.ADMINISTRATOR)
    assert (await api.get(f"{PRODUCTS}/{product}", headers=clerk)).status_code == 200
    assert (await api.get(PRODUCTS, headers=expert)).status_code == 403
    for path, body in (
        (PRODUCTS, {"name": "名", "description": "", "points": 1}),
        (f"{PRODUCTS}/{product}/offer", {"on_sale": False}),
        (f"{PRODUCTS}/{product}/prices", {"items": []}),
        (f"{PRODUCTS}/{product}/pictures", {}),
        (f"{PRODUCTS}/{product}/restocks", {"pieces": 1, "reason": "到货"}),
        (f"{PRODUCTS}/{product}/corrections", {"pieces": 1, "reason": "盘盈"}),
        ("/staff/v1/categories", {"name": "类"}),
    ):
        for headers in (clerk, expert):
            assert (await api.post(path, json=body, headers=keyed(headers))).status_code == 403, path
        assert (await api.post(path, json=body)).status_code == 401, path
    policy = {"promotion_refused": True, "reason": "新规"}
    settings = (await api.get("/staff/v1/catalogue/settings", headers=operator)).json()
    settings["reason"] = "复核"
    for path, body in ((f"{PRODUCTS}/{product}/policy", policy), ("/staff/v1/catalogue/settings", settings)):
        assert (await api.post(path, json=body, headers=operator)).status_code == 403
        assert (await api.post(path, json=body, headers=administrator)).status_code == 200
    refused = await api.post(f"{PRODUCTS}/{product}/offer", json={"on_sale": True}, headers=operator)
    assert (refused.status_code, refused.json()["code"]) == (422, "promotion_refused")


async def test_stock_moves_once_per_key(api: httpx.AsyncClient) -> None:
    operator, store = await headers_of(api, Role.OPERATOR), await make_store()
    product = await make_product(stock=5)
    path, key = f"{PRODUCTS}/{product}", keyed(operator)
    body = {"pieces": 4, "reason": "到货", "store": store.code}
    for _ in range(2):
        answer = await api.post(f"{path}/restocks", json=body, headers=key)
        assert answer.status_code == 200, answer.text
    moved = {"pieces": 3, "reason": "调拨", "from_store": store.code}
    await api.post(f"{path}/transfers", json=moved, headers=keyed(operator))
    corrected = await api.post(f"{path}/corrections", json={"pieces": -2, "reason": "破损"}, headers=keyed(operator))
    assert corrected.json()["items"] == [
        {"store": None, "store_name": None, "stock": 6, "supplied": 6},
        {"store": store.code, "store_name": store.name, "stock": 1, "supplied": 1},
    ]
    assert (await api.get(f"{path}/stock", headers=operator)).json() == corrected.json()
    for verb, refused, status, code in (
        ("restocks", {**body, "pieces": 0}, 422, "invalid"),
        ("restocks", {**body, "store": "NOSUCH"}, 422, "store_not_found"),
        ("restocks", {"pieces": 1}, 422, "invalid"),
        ("corrections", {"pieces": 0, "reason": "无事"}, 422, "quantity_out_of_range"),
        ("corrections", {"pieces": -7, "reason": "盘亏"}, 409, "stock_too_low"),
        ("transfers", {"pieces": 2, "reason": "调拨", "from_store": store.code}, 409, "stock_too_low"),
        ("transfers", {"pieces": 1, "reason": "调拨"}, 422, "quantity_out_of_range"),
    ):
        answer = await api.post(f"{path}/{verb}", json=refused, headers=keyed(operator))
        assert (answer.status_code, answer.json()["code"]) == (status, code), refused
    assert (await api.post(f"{path}/restocks", json=body, headers=operator)).status_code == 400
    unknown = await api.post(f"{PRODUCTS}/{uuid4()}/restocks", json={**body, "store": None}, headers=keyed(operator))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "product_not_found")


async def test_a_clerk_sees_the_stock_of_her_own_store(api: httpx.AsyncClient) -> None:
    clerk, operator = await headers_of(api, Role.CLERK), await headers_of(api, Role.OPERATOR)
    answer = await api.get("/staff/v1/stock", headers=clerk)
    assert (answer.status_code, answer.json()["items"]) == (200, [])
    assert (await api.get("/staff/v1/stock", headers=operator)).status_code == 403


async def test_categories_are_kept(api: httpx.AsyncClient) -> None:
    operator = await headers_of(api, Role.OPERATOR)
    path = "/staff/v1/categories"
    top = (await api.post(path, json={"name": "喂养"}, headers=operator)).json()
    part = (await api.post(path, json={"name": "奶瓶", "parent": top["id"]}, headers=operator)).json()
    changed = await api.post(f"{path}/{part['id']}", json={"name": "玻璃奶瓶", "sort": 2}, headers=operator)
    assert changed.json() == {"id": part["id"], "name": "玻璃奶瓶", "parent": None, "sort": 2}
    assert changed.json() in (await api.get(path, headers=operator)).json()["items"]
    assert (await api.delete(f"{path}/{part['id']}", headers=operator)).status_code == 204
    gone = await api.delete(f"{path}/{part['id']}", headers=operator)
    assert (gone.status_code, gone.json()["code"]) == (404, "category_not_found")
    assert (await api.post(path, json={"name": "长" * 17}, headers=operator)).status_code == 422


async def test_pictures_are_hung_ordered_shown_and_taken_down(api: httpx.AsyncClient) -> None:
    operator, product = await headers_of(api, Role.OPERATOR), await make_product()
    path = f"{PRODUCTS}/{product}"
    ids = []
    for kind in ("PNG", "JPEG", "WEBP"):
        made = await api.post(f"{path}/pictures", content=picture(kind), headers=operator)
        assert made.status_code == 201, made.text
        ids.append(made.json()["id"])
    order = [ids[2], ids[0], ids[1]]
    assert (await api.post(f"{path}/picture-order", json={"pictures": order}, headers=operator)).status_code == 204
    shown = (await api.get(f"/api/v1/mall/products/{product}")).json()["pictures"]
    assert [each["small"].split("/")[-2] for each in shown] == order
    listed = await catalogue.products(catalogue.ShelfQuery(order="newest", limit=100))
    assert {str(item.cover) for item in listed.items if item.id == product} == {ids[2]}
    for size in ("small", "medium", "large"):
        served = await api.get(shown[0][size])
        assert (served.status_code, served.headers["content-type"]) == (200, "image/webp")
        assert "immutable" in served.headers["cache-control"]
        assert Image.open(io.BytesIO(served.content)).size == (64, 48)
    keys = await database.fetchrow("SELECT small, medium, large FROM product_picture WHERE id = $1", order[0])
    assert keys is not None
    assert (await api.delete(f"{path}/pictures/{order[0]}", headers=operator)).status_code == 204
    assert (await api.get(shown[0]["small"])).status_code == 404
    assert (await catalogue.product(product)).cover == (await catalogue.product(product)).pictures[0]
    await job_worker.drain(database.pool())
    for key in keys:
        with pytest.raises(NotFound):
            await files.get(key)
    actions = [entry.action for entry in (await audit.entries(audit.AuditQuery(subject_id=str(product)))).items]
    assert actions == ["product.pictures"] * 5


async def test_what_is_no_picture_or_one_too_many_is_refused(api: httpx.AsyncClient) -> None:
    operator, product = await headers_of(api, Role.OPERATOR), await make_product()
    path = f"{PRODUCTS}/{product}/pictures"
    for content, status, code in (
        (b"GIF89a", 415, "picture_format_unsupported"),
        (picture()[:40], 422, "picture_unreadable"),
        (b"", 415, "picture_format_unsupported"),
    ):
        answer = await api.post(path, content=content, headers=operator)
        assert answer.status_code == status, answer.text
        assert answer.json()["code"] == code
    assert (await catalogue.product(product)).pictures == []
    for _ in range(9):
        assert (await api.post(path, content=picture(size=(8, 8)), headers=operator)).status_code == 201
    tenth = await api.post(path, content=picture(size=(8, 8)), headers=operator)
    assert (tenth.status_code, tenth.json()["code"]) == (409, "too_many_pictures")
    hung = [str(each) for each in (await catalogue.product(product)).pictures]
    for wrong in (hung[:8], [*hung[:8], hung[0]], [*hung[:8], str(uuid4())]):
        answer = await api.post(f"{PRODUCTS}/{product}/picture-order", json={"pictures": wrong}, headers=operator)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    unknown = await api.post(f"{PRODUCTS}/{uuid4()}/pictures", content=picture(), headers=operator)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "product_not_found")
    assert (await api.delete(f"{path}/{uuid4()}", headers=operator)).status_code == 404


@pytest.mark.parametrize("size", ["huge", "small%20", "id"])
async def test_a_size_that_is_none(api: httpx.AsyncClient, size: str) -> None:
    operator, product = await headers_of(api, Role.OPERATOR), await make_product()
    made = await api.post(f"{PRODUCTS}/{product}/pictures", content=picture(), headers=operator)
    answer = await api.get(f"/api/v1/mall/pictures/{made.json()['id']}/{size}")
    assert (answer.status_code, answer.json()["code"]) == (404, "picture_not_found")
