"""Load that behaves like tills and phones: what got no answer is sent again, under its number, until it has one."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from foundation import clock
from membership import stores
from tests.faults.deployment import House
from tests.makers.catalogue import make_product
from tests.makers.mall import make_rich_member
from tests.makers.members import MadeMember
from tests.makers.partners import Signature
from tests.makers.stores import make_partner, make_store

PATIENCE_SECONDS = 30.0
"""A request that has no answer after this long counts as lost; the house is not back by itself."""
FIRST_POINTS = 100_000
PRICE = 7
STOCK = 100_000
TERMINAL = "POS-1"
MEMBERS = 24
PAUSE_SECONDS = 0.06
"""On average, between two requests of one member: the load is lively and leaves the machine some air."""

_TIMEOUT = httpx.Timeout(4.0, connect=1.0, pool=10.0)


class Cast(msgspec.Struct, frozen=True):
    """Who takes part: members with points, a gift, a store and the key of its till."""

    members: list[MadeMember]
    product: UUID
    store: stores.StoreView
    key: stores.NewPartnerKey


class Answered(msgspec.Struct, frozen=True):
    """One answer: when it came (monotonic), how long that sending took, which try it was."""

    at: float
    seconds: float
    tries: int
    status: int


class Sold(msgspec.Struct, frozen=True):
    id: UUID
    member: UUID
    points: int
    """What the sale must give: a point for each whole yuan (the members stay below gold)."""


class Redeemed(msgspec.Struct, frozen=True):
    id: UUID
    member: UUID


async def plant(house: House, members: int = MEMBERS) -> Cast:
    """A cast of its own for one test."""
    async with house.ground():
        partner = await make_partner()
        store = await make_store(partner.id)
        product = await make_product(points=PRICE, stock=STOCK)
        return Cast([await make_rich_member(FIRST_POINTS) for _ in range(members)], product, store, partner.key)


class Traffic:
    """What was asked for and answered. Every answer that is neither success nor "again, please" is in `refused`."""

    def __init__(self, house: House, cast: Cast) -> None:
        self.house = house
        self.cast = cast
        self.answers: list[Answered] = []
        self.sales: dict[str, Sold] = {}
        self.redemptions: dict[str, Redeemed] = {}
        self.scans = 0
        self.refreshes = 0
        self.refused: list[str] = []
        self.lost: list[str] = []
        self.failures: Counter[str] = Counter()
        """Sendings that got no answer, or a 5xx: why, and how many."""
        self.client = httpx.AsyncClient(
            base_url=house.url, timeout=_TIMEOUT, limits=httpx.Limits(max_connections=64, max_keepalive_connections=64)
        )
        self.till = Signature(cast.key.key_id, cast.key.secret)
        self._over = False

    @asynccontextmanager
    async def running(self, *, refreshing: bool = True) -> AsyncIterator[None]:
        """Load for as long as the block lasts; then everybody brings to an end what she began."""
        people = [
            asyncio.create_task(_Customer(self, member, number, refreshing=refreshing).live())
            for number, member in enumerate(self.cast.members)
        ]
        try:
            yield
        finally:
            self._over = True
            results = await asyncio.gather(*people, return_exceptions=True)
            await self.client.aclose()
        for result in results:
            if isinstance(result, BaseException):
                raise result

    @property
    def report(self) -> str:
        """For the table of figures."""
        failed = ", ".join(f"{count} × {why}" for why, count in self.failures.most_common()) or "none"
        return f"{self.acknowledged} writes acknowledged; sendings that failed: {failed}"

    @property
    def over(self) -> bool:
        return self._over

    @property
    def acknowledged(self) -> int:
        """Writes that were answered with success."""
        return len(self.sales) + len(self.redemptions) + self.scans + self.refreshes

    async def insist(
        self, what: str, send: Callable[[], Awaitable[httpx.Response]]
    ) -> tuple[httpx.Response | None, int]:
        """The first answer below 500 and how many tries it took; None when there was none in all that time."""
        began = time.monotonic()
        for tries in itertools.count(1):
            sent = time.monotonic()
            try:
                answer = await send()
                why = str(answer.status_code)
            except httpx.TransportError as error:
                answer, why = None, type(error).__name__
            now = time.monotonic()
            if answer is not None:
                self.answers.append(Answered(now, now - sent, tries, answer.status_code))
            if answer is not None and answer.status_code < 500:
                return answer, tries
            self.failures[why] += 1
            if now - began > PATIENCE_SECONDS:
                self.lost.append(what)
                return None, tries
            await asyncio.sleep(random.uniform(0.05, 0.2))
        raise AssertionError("unreachable")

    async def redeem(self, member: UUID, headers: dict[str, str], key: str) -> None:
        """Redeems one gift under `key`."""
        answer, _ = await self.insist(f"redemption {key}", lambda: self.client.send(self.redemption(headers, key)))
        if self.expected(answer, 201):
            assert answer is not None
            self.redemptions[key] = Redeemed(UUID(answer.json()["id"]), member)

    def redemption(self, headers: dict[str, str], key: str) -> httpx.Request:
        """The request for one gift."""
        body = {"product_id": str(self.cast.product), "quantity": 1, "store": self.cast.store.code}
        return self.client.build_request(
            "POST", "/api/v1/mall/redemptions", json=body, headers={**headers, "Idempotency-Key": key}
        )

    async def sell(self, member: UUID, sale: dict[str, Any]) -> None:
        """Sends one sale under its receipt's number."""
        receipt = sale["receipt"]
        answer, _ = await self.insist(
            f"sale {receipt}", lambda: self.client.post("/partner/v1/purchases", json=sale, auth=self.till)
        )
        if self.expected(answer, 202):
            assert answer is not None
            points = sum(line["amount_fen"] for line in sale["lines"]) // 100
            self.sales[receipt] = Sold(UUID(answer.json()["id"]), member, points)

    def sale(self, card: str, amount_fen: int) -> dict[str, Any]:
        """The body of a sale under a new number."""
        return {
            "store": self.cast.store.code,
            "terminal": TERMINAL,
            "receipt": uuid4().hex,
            "occurred_at": (clock.now() - timedelta(seconds=1)).isoformat(),
            "card": card,
            "lines": [{"sku": "A1", "name": "婴儿湿巾", "quantity": 1, "amount_fen": amount_fen}],
        }

    def expected(self, answer: httpx.Response | None, status: int) -> bool:
        if answer is not None and answer.status_code != status:
            self.refused.append(
                f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
            )
        return answer is not None and answer.status_code == status


class _Customer:
    """One member, her phone, and the till where she stands; one thing after the other."""

    def __init__(self, traffic: Traffic, member: MadeMember, number: int, *, refreshing: bool) -> None:
        self.traffic = traffic
        self.member = member
        self.headers = member.headers
        self.refresh_token = member.tokens.refresh_token
        self.chance = random.Random(number)
        self.things = [self.redeem, self.buy_with_a_code, self.redeem, self.buy_with_the_number, self.look]
        if refreshing:
            self.things.append(self.refresh)

    async def live(self) -> None:
        self.chance.shuffle(self.things)
        for thing in itertools.cycle(self.things):
            await asyncio.sleep(self.chance.uniform(0, 2 * PAUSE_SECONDS))
            if self.traffic.over:
                return
            await thing()

    async def redeem(self) -> None:
        await self.traffic.redeem(self.member.id, self.headers, uuid4().hex)

    async def buy_with_the_number(self) -> None:
        await self._buy(self.member.number)

    async def buy_with_a_code(self) -> None:
        """The till scans the code on her phone and sends the sale with it."""
        codes, _ = await self.traffic.insist(
            "card codes",
            lambda: self.traffic.client.post("/api/v1/me/card/codes", json={"count": 1}, headers=self.headers),
        )
        if not self.traffic.expected(codes, 200):
            return
        assert codes is not None
        card = codes.json()["items"][0]["qr"]
        scan = {"card": card, "store": self.traffic.cast.store.code, "terminal": TERMINAL}
        scanned, tries = await self.traffic.insist(
            "scan", lambda: self.traffic.client.post("/partner/v1/card-scans", json=scan, auth=self.traffic.till)
        )
        # Used, when it is asked the second time, means: the first scan counted and only its answer was lost.
        if scanned is not None and tries > 1 and scanned.status_code == 409:
            pass
        elif not self.traffic.expected(scanned, 200):
            return
        self.traffic.scans += 1
        await self._buy(card)

    async def look(self) -> None:
        answer, _ = await self.traffic.insist(
            "points", lambda: self.traffic.client.get("/api/v1/me/points", headers=self.headers)
        )
        self.traffic.expected(answer, 200)

    async def refresh(self) -> None:
        """New tokens; when the answer was lost, the same token gives the same next one for ten seconds."""
        answer, _ = await self.traffic.insist(
            "refresh",
            lambda: self.traffic.client.post("/api/v1/auth/refresh", json={"refresh_token": self.refresh_token}),
        )
        if self.traffic.expected(answer, 200):
            assert answer is not None
            new = answer.json()
            self.refresh_token = new["refresh_token"]
            self.headers = {"Authorization": f"Bearer {new['access_token']}"}
            self.traffic.refreshes += 1

    async def _buy(self, card: str) -> None:
        await self.traffic.sell(self.member.id, self.traffic.sale(card, self.chance.randrange(100, 3_000)))
