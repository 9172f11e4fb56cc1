"""The world that is measured: members with points, gifts, a store, a partner, and requests made for them."""

import hashlib
import hmac
import itertools
import os
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from foundation import clock, database, idempotency, sessions
from foundation.idempotency import Claim, IdempotencyKey
from foundation.ids import new_id
from foundation.secrets import vault
from foundation.sessions import Caller
from foundation.transactions import transactional
from membership import catalogue, earning, flash, mall, members, milk, points, purchases, stores, tiers
from membership.earning import paying
from membership.points import Kind
from miniprogram_api import baby_home as baby_home_screen
from miniprogram_api import card as card_screen
from miniprogram_api import points as points_screen
from miniprogram_api import products as products_screen
from miniprogram_api import sign_ins as sign_ins_screen
from tests.bench.recording import Statement, describe, record
from tests.makers.babies import authorize
from tests.makers.earning import draft
from tests.makers.growth import measure
from tests.makers.milk import make_drinker
from tests.makers.stores import make_partner
from tests.makers.vaccinations import catch_up

PEOPLE = 64
GIFTS = 64
CROWD = 1_200
"""Who does what a member does once, in one run: enough for more than a second."""
RUNS = 6
"""Three of ours and three bare ones; nobody comes twice."""
PLENTY = 1_000_000_000
SIGN_IN = "bench"
"""The rule that pays for signing in."""
FORMULA = "BENCH-FORMULA"
DAYS_OLD = 180

_numbers = itertools.count()


class Person(msgspec.Struct):
    """A member who is signed in."""

    id: UUID
    number: str
    lot: int
    """Her one lot of points."""
    access_token: str


class World(msgspec.Struct):
    """Whom and what the requests name."""

    people: list[Person]
    babies: list[UUID]
    """A child of each of them, measured, vaccinated and fed with formula."""
    crowds: list[list[Person]]
    """Each does something for the first time, once: `next_crowd`."""
    gifts: list[UUID]
    flash_sales: list[UUID]
    """As many as runs, each with a unit for everybody of a crowd."""
    store: stores.StoreView
    sign_in_rule: UUID
    key_id: str
    secret: str
    partner_id: UUID


@transactional
async def _make_people(count: int) -> list[Person]:
    return [await _make_person() for _ in range(count)]


async def _make_person() -> Person:
    member_id = await members.make_by_phone(f"+86198{next(_numbers):08d}")
    await points.open_account(member_id)
    await tiers.open_standing(member_id)
    await points.grant(member_id, PLENTY, kind=Kind.WELCOME_GIFT, key=str(member_id), expires_on=None)
    tokens = await sessions.open_session("member", member_id)
    number = await database.fetchval("SELECT number FROM member WHERE id = $1", member_id)
    lot = await database.fetchval("SELECT id FROM points_lot WHERE member_id = $1", member_id)
    return Person(member_id, number, lot, tokens.access_token)


async def make_world() -> World:
    """Plants it by the same actions as everybody."""
    partner = await make_partner()
    store = await stores.make_store(f"B{os.urandom(4).hex().upper()}", "测速门店", "上海市", partner_id=partner.id)
    gifts = [await catalogue.make_product(f"礼品{n}", "测速用", points=1, stock=PLENTY, sort=n) for n in range(GIFTS)]
    people = await _make_people(PEOPLE)
    await milk.make_product(
        None,
        FORMULA,
        name="测速配方奶粉",
        stage=1,
        label_from_months=0,
        label_until_months=12,
        net_g=800,
        scoop_mg=4400,
        scoop_ml=30,
        listed=True,
    )
    babies = [await _make_baby(person) for person in people]
    crowds = [await _make_people(CROWD) for _ in range(2 * RUNS)]
    rule = await earning.make_rule(None, draft(earning.SignIn, {"points": 5}, code=SIGN_IN))
    sales = [await make_flash_sale(gifts[0], CROWD) for _ in range(RUNS)]
    return World(
        people, babies, crowds, gifts, sales, store, rule.id, partner.key.key_id, partner.key.secret, partner.id
    )


async def _make_baby(mother: Person) -> UUID:
    """Half a year old, measured every two weeks, vaccinated in time, with two cans at home."""
    await authorize(mother.id)
    baby = await make_drinker(mother.id, FORMULA, DAYS_OLD)
    for days_ago in range(0, DAYS_OLD, 14):
        await measure(mother.id, baby, days_ago, weight_g=9000 - 30 * days_ago, length_mm=700 - days_ago)
    await catch_up(mother.id, baby)
    await milk.say_stock(mother.id, baby, full_cans=2, open_percent=50)
    return baby


async def make_flash_sale(product_id: UUID, units: int) -> UUID:
    """A sale that has begun."""
    begins = datetime.now(UTC) + timedelta(minutes=1)
    sale = await flash.announce(
        product_id,
        points=1,
        units=units,
        starts_at=begins,
        ends_at=begins + timedelta(hours=6),
        min_account_hours=0,
        by=new_id(),
    )
    await database.execute("UPDATE flash_sale SET starts_at = starts_at - interval '2 minutes' WHERE id = $1", sale.id)
    return sale.id


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A raw HTTP request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.access_token}"}


def gets(world: World, path: str) -> list[bytes]:
    return [request("GET", path, _bearer(person)) for person in world.people]


def homes(world: World) -> list[bytes]:
    """Everybody's screen of her child."""
    return [
        request("GET", f"/api/v1/babies/{baby}/home", _bearer(person))
        for person, baby in zip(world.people, world.babies, strict=True)
    ]


def card_codes(world: World) -> list[bytes]:
    return [request("POST", "/api/v1/me/card/codes", _bearer(person), b'{"count":1}') for person in world.people]


def redemptions(world: World, count: int) -> list[bytes]:
    made = []
    for number in range(count):
        body = {"product_id": world.gifts[(number * 7) % GIFTS], "quantity": 1, "store": world.store.code}
        headers = _bearer(world.people[number % PEOPLE]) | {"Idempotency-Key": os.urandom(12).hex()}
        made.append(request("POST", "/api/v1/mall/redemptions", headers, msgspec.json.encode(body)))
    return made


def first_presses(world: World, path: str) -> list[bytes]:
    """Everybody of the next crowd, once."""
    return [request("POST", path, _bearer(person)) for person in world.crowds.pop()]


def flash_presses(world: World, sale_id: UUID) -> list[bytes]:
    """Everybody of the next crowd tries for a unit; there is one for each."""
    path = f"/api/v1/mall/flash-sales/{sale_id}/redemptions"
    made = []
    for person in world.crowds.pop():
        body = {"store": world.store.code, "device": os.urandom(16).hex()}
        headers = _bearer(person) | {"Idempotency-Key": os.urandom(12).hex()}
        made.append(request("POST", path, headers, msgspec.json.encode(body)))
    return made


def sales(world: World, count: int) -> list[bytes]:
    return [_sale(world, world.people[number % PEOPLE], os.urandom(8).hex()) for number in range(count)]


def _sale(world: World, person: Person, receipt: str) -> bytes:
    body = msgspec.json.encode(
        {
            "store": world.store.code,
            "terminal": "T1",
            "receipt": receipt,
            "occurred_at": datetime.now(UTC),
            "card": person.number,
            "lines": [{"sku": "6901", "name": "婴儿湿巾", "quantity": 1, "amount_fen": 1990}],
        }
    )
    timestamp, nonce = str(int(time.time())), os.urandom(8).hex()
    text = f"POST\n/partner/v1/purchases\n{timestamp}\n{nonce}\n{hashlib.sha256(body).hexdigest()}"
    signature = hmac.new(world.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Muying-Key": world.key_id,
        "X-Muying-Timestamp": timestamp,
        "X-Muying-Nonce": nonce,
        "X-Muying-Signature": signature,
    }
    return request("POST", "/partner/v1/purchases", headers, body)


def known_of(world: World, number: int) -> dict[str, str]:
    """What a recorded verb knew, for the n-th request."""
    return _known(world, world.people[number % PEOPLE], number) | {"baby": str(world.babies[number % PEOPLE])}


def _known(world: World, person: Person, number: int) -> dict[str, str]:
    signed = f"{person.id}:{clock.today()}"
    return {
        "member": str(person.id),
        "sign_in_key": signed,
        "sign_in_entry": f"{SIGN_IN}:{signed}",
        "sign_in_rule": str(world.sign_in_rule),
        "sign_in_lock": str(paying.member_lock(person.id)),
        "number": person.number,
        "lot": str(person.lot),
        "product": str(world.gifts[(number * 7) % GIFTS]),
        "store_code": world.store.code,
        "store_id": str(world.store.id),
        "partner": str(world.partner_id),
    }


def bare(world: World, method: str, path: str, count: int = PEOPLE) -> list[bytes]:
    """Requests to a bare handler, which learns from a header for whom it works."""
    return [
        request(method, path, {"X-Known": msgspec.json.encode(known_of(world, number)).decode()})
        for number in range(count)
    ]


def bare_crowd(world: World, path: str, **more: str) -> list[bytes]:
    """The next crowd before a bare handler."""
    return [
        request("POST", path, {"X-Known": msgspec.json.encode(_known(world, person, 0) | more).decode()})
        for person in world.crowds.pop()
    ]


async def record_verbs(world: World) -> dict[str, list[Statement]]:
    """The statements of the hot screens and verbs, as these themselves send them."""
    # The last of them: the number of her lot is none of the small numbers that statements hold anyway.
    person, known = world.people[-1], known_of(world, PEOPLE - 1)
    answers: list[mall.RedemptionView] = []

    async def redeem() -> None:
        with idempotency.claiming(Claim(person.id, IdempotencyKey("the-key"), b"fingerprint")):
            answers.append(await mall.redeem(person.id, UUID(known["product"]), 1, world.store.code))

    async def buy(receipt: str = "the-receipt") -> None:
        sale = purchases.Sale(
            store=world.store.code,
            terminal="T1",
            receipt=receipt,
            occurred_at=datetime.now(UTC),
            card=person.number,
            lines=[purchases.Line(sku="6901", name="婴儿湿巾", quantity=1, amount_fen=1990)],
        )
        await purchases.accept_sale(world.partner_id, sale)

    async def card() -> None:
        await card_screen.my_card(Caller(person.id, UUID(int=0), {}))

    async def summary() -> None:
        await points_screen.my_points(Caller(person.id, UUID(int=0), {}))

    async def statement() -> None:
        await points_screen.my_points_entries(Caller(person.id, UUID(int=0), {}), points.StatementQuery())

    async def home() -> None:
        await baby_home_screen.baby_home(Caller(person.id, UUID(int=0), {}), world.babies[-1])

    async def shelf() -> None:
        await products_screen.products(catalogue.ShelfQuery())

    async def one_product() -> None:
        await products_screen.product(UUID(known["product"]))

    async def sign_in() -> None:
        await sign_ins_screen.sign_in_today(Caller(person.id, UUID(int=0), {}))

    async def win() -> None:
        with idempotency.claiming(Claim(person.id, IdempotencyKey("another-key"), b"fingerprint")):
            answers.append(await flash.redeem(person.id, sale_id, world.store.code, device))

    # What a process remembers (stores, levels, card numbers) it has learnt by then, as it has under load.
    await card()
    await buy("another-receipt")
    recorded_redemption = await record(redeem)
    redemption_known = known | {"key": "the-key", "pickup_code": str(answers[0].pickup_code)}
    sale_id, device = await make_flash_sale(world.gifts[0], 1), os.urandom(16).hex()
    await flash.sale(sale_id)
    recorded_win = await record(win)
    win_known = known | {
        "key": "another-key",
        "pickup_code": str(answers[1].pickup_code),
        "sale": str(sale_id),
        "flash_product": str(world.gifts[0]),
        "device_index": vault().index("device", device).hex(),
    }
    return {
        "card": await describe(await record(card), known),
        "points": await describe(await record(summary), known),
        "statement": await describe(await record(statement), known),
        "baby_home": await describe(await record(home), known),
        "products": await describe(await record(shelf), known),
        "product": await describe(await record(one_product), known),
        "sign_in": await describe(await record(sign_in), known),
        "flash": await describe(recorded_win, win_known),
        "redemption": await describe(recorded_redemption, redemption_known),
        "purchase": await describe(await record(buy), known | {"receipt": "the-receipt"}),
    }
