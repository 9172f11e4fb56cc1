"""The card's routes over HTTP."""

import io
from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx
import pytest
import zxingcpp
from PIL import Image

from foundation import clock
from foundation.settings import Settings
from membership import cards, purchases
from tests.makers.members import MadeMember, make_known_member, make_member
from tests.makers.purchases import line, make_sale, make_shop, settle_all


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that goes to PostgreSQL."""
    sent: list[str] = []
    run = asyncpg.Connection._execute

    async def watched(self: Any, query: str, *arguments: Any, **options: Any) -> Any:
        sent.append(query)
        return await run(self, query, *arguments, **options)

    monkeypatch.setattr(asyncpg.Connection, "_execute", watched)
    yield sent


async def test_the_card_of_a_new_member(api: httpx.AsyncClient) -> None:
    member = await make_member()
    card = (await api.get("/api/v1/me/card", headers=member.headers)).json()
    assert card["number"] == member.number
    assert (card["level"], card["points"], card["growth"]) == ({"code": "standard", "name": "普通"}, 0, 0)
    assert card["benefits"]
    assert (card["valid_until"], card["forecast"]) == (None, None)
    assert (card["next_level"]["code"], card["next_level"]["name"]) == ("silver", "银卡")
    assert "¥1,000" in card["next_level"]["sentence"].replace("¥1000", "¥1,000")
    assert {asked["metric"]: asked["missing"] for asked in card["next_level"]["missing"]} == {
        "amount_fen": 100_000,
        "growth": 1_000,
    }


async def test_a_purchase_shows_on_the_card(api: httpx.AsyncClient) -> None:
    member, shop = await make_member(), await make_shop()
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=member.number, lines=[line(468_000)]))
    await settle_all()
    card = (await api.get("/api/v1/me/card", headers=member.headers)).json()
    assert (card["level"]["code"], card["points"], card["growth"]) == ("silver", 4_680, 4_680)
    assert card["next_level"]["sentence"] == "再消费 ¥320 升级金卡"
    assert card["valid_until"] == str(clock.add_months(clock.today(), 12))
    assert card["forecast"]["level"]["code"] in ("silver", "standard")
    assert card["forecast"]["sentence"]


async def test_the_card_takes_two_statements(api: httpx.AsyncClient, statements: list[str]) -> None:
    member = await make_member()
    await api.get("/api/v1/me/card", headers=member.headers)  # session and number are read once
    statements.clear()
    assert (await api.get("/api/v1/me/card", headers=member.headers)).status_code == 200
    assert len(statements) == 2, statements


async def test_codes_take_no_statement_at_all(api: httpx.AsyncClient, statements: list[str]) -> None:
    member = await make_member()
    await api.post("/api/v1/me/card/codes", json={"count": 1}, headers=member.headers)
    statements.clear()
    answer = await api.post("/api/v1/me/card/codes", json={"count": 10}, headers=member.headers)
    assert len(answer.json()["items"]) == 10
    assert statements == []


async def test_a_code_of_the_route_is_scanned(api: httpx.AsyncClient) -> None:
    member, shop = await make_member(), await make_shop()
    answer = await api.post("/api/v1/me/card/codes", json={"count": 2}, headers=member.headers)
    first, second = answer.json()["items"]
    assert first.keys() == {"qr", "barcode", "expires_at"}
    assert (await cards.scan(first["barcode"], shop.store.id, "POS-1")).number == member.number
    with pytest.raises(cards.CardCodeEarly):
        await cards.scan(second["qr"], shop.store.id, "POS-1")


@pytest.mark.parametrize("count", [0, 11, "1", 1.5, None])
async def test_counts_that_can_not_be(api: httpx.AsyncClient, count: object) -> None:
    member = await make_member()
    answer = await api.post("/api/v1/me/card/codes", json={"count": count}, headers=member.headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "count")


@pytest.fixture
async def known(world: Settings) -> MadeMember:
    return await make_known_member(nickname="糖糖妈")


async def test_the_picture_shows_a_code_that_a_till_can_use(api: httpx.AsyncClient, known: MadeMember) -> None:
    answer = await api.get("/api/v1/me/card/qr.png", headers=known.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "no-store"
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    shop = await make_shop()
    scanned = await cards.scan(found.text, shop.store.id, "POS-1")
    assert (scanned.number, scanned.name) == (known.number, "糖**")


async def test_a_stranger_has_no_card(api: httpx.AsyncClient) -> None:
    for method, path in (("GET", "/card"), ("POST", "/card/codes"), ("GET", "/card/qr.png")):
        answer = await api.request(method, f"/api/v1/me{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
