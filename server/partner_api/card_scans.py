"""Scanning a card at a till."""

from foundation.http import Body, View
from membership import cards, coupons, points, stores, tiers
from membership.stores import StoreCode
from server.partner_api.face import LIMIT, PARTNER, partner
from server.partner_api.shapes import CardText, Terminal
from server.partner_api.signatures import Till


class CardScanIn(Body):
    card: CardText
    """The code as the scanner read it: the token, or the 18 digits."""
    store: StoreCode
    terminal: Terminal


class LevelOut(View):
    code: str
    name: str


class CouponOut(View):
    """A coupon that can be used here and now, if the articles fit. `id` is its code, for `/coupons/locks`."""

    id: str
    title: str


class CardScanOut(View):
    """Who stands at the till."""

    number: str
    name: str
    """Masked: 王**, or 会员."""
    level: LevelOut
    points: int
    coupons: list[CouponOut]


@partner.post(
    "/card-scans",
    who=PARTNER,
    limit=LIMIT,
    refuses=(*cards.REFUSALS, cards.CardBlocked, stores.StoreUnknown),
)
async def post_card_scan(caller: Till, body: CardScanIn) -> CardScanOut:
    """Scan a card.

    The code is used up by it. The sale that follows may carry the same code, from the same store and terminal, for one
    receipt, within two hours."""
    store_id = (await stores.of_partner(caller.partner_id, body.store)).id
    card = await cards.scan(body.card, store_id, body.terminal)
    standing = await tiers.standing(card.member_id)
    summary = await points.summary(card.member_id)
    usable = await coupons.usable_at(card.member_id, store_id)
    return CardScanOut(
        number=card.number,
        name=card.name,
        level=LevelOut(code=standing.level.code, name=standing.level.name),
        points=summary.balance,
        coupons=[CouponOut(id=coupon.code, title=coupon.title) for coupon in usable],
    )
