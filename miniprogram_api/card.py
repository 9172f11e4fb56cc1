"""The card: who she is at the till, what her level gives, and the codes that she shows."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from foundation.errors import NotFound
from foundation.http import Body, Caller, Limit, Raw, View
from membership import cards, families, members, points, tiers
from miniprogram_api.card_content import CardPicture
from miniprogram_api.face import mothers
from miniprogram_api.painting import paint
from miniprogram_api.points import FamilyPointsOut, family_points

PICTURE_LIMIT = Limit(requests=30, seconds=60, burst=10)
"""A picture is good for a minute and costs as much as a hundred other requests."""


class LevelOut(View):
    code: str
    name: str


class MissingOut(View):
    """What one condition of a level asks for. `amount_fen` is in fen, the other metrics are numbers."""

    metric: str
    at_least: int
    have: int
    missing: int


class NextLevelOut(View):
    """The level above. `match` says whether all of what is missing is needed, or any of it."""

    code: str
    name: str
    match: str
    missing: list[MissingOut]
    sentence: str
    """再消费 ¥320 升级金卡"""


class ForecastOut(View):
    """What comes after `valid_until`, as things stand, and what would keep the level."""

    level: LevelOut
    missing: list[MissingOut]
    sentence: str


class CardOut(View):
    """The card. `valid_until`, `next_level` and `forecast` are null where there is none. `points` are her own; `family`
    is the account that a relative in a family earns into, null for everybody else."""

    number: str
    level: LevelOut
    points: int
    family: FamilyPointsOut | None
    benefits: list[str]
    growth: int
    valid_until: date | None
    next_level: NextLevelOut | None
    forecast: ForecastOut | None


class CodesIn(Body):
    count: Annotated[int, Meta(ge=1, le=10, description="How many minutes ahead.")] = 1


class CardCodeOut(View):
    """One code, good for the 60 s before `expires_at` and once."""

    qr: str
    """For a 2D code."""
    barcode: str | None
    """18 digits for Code 128; null while laser scanners have to wait."""
    expires_at: datetime


class CardCodesOut(View):
    items: list[CardCodeOut]


@mothers.get("/me/card", who="member")
async def my_card(caller: Caller) -> CardOut:
    """The card: number, level, points, benefits, and what is missing for the next level."""
    number = await cards.number_of(caller.subject)
    standing = await tiers.standing(caller.subject)
    purse = await families.purse(caller.subject)
    return CardOut(
        number=number,
        level=_level(standing.level),
        points=purse.own,
        family=family_points(purse),
        benefits=standing.benefits,
        growth=standing.growth,
        valid_until=standing.valid_until,
        next_level=None if standing.next_level is None else _next_level(standing.next_level),
        forecast=None if standing.forecast is None else _forecast(standing.forecast),
    )


@mothers.post("/me/card/codes", who="member")
async def my_card_codes(caller: Caller, body: CodesIn | None) -> CardCodesOut:
    """Codes for the till.

    Each is good for 60 seconds and once; the first from now, each next one when the one before ends. An app may fetch
    ten ahead for a shop without reception."""
    codes = await cards.issue_codes(caller.subject, 1 if body is None else body.count)
    return CardCodesOut(
        items=[CardCodeOut(qr=code.qr, barcode=code.barcode, expires_at=code.expires_at) for code in codes]
    )


@mothers.get("/me/card/qr.png", who="member", limit=PICTURE_LIMIT, produces="image/png")
async def my_card_picture(caller: Caller) -> Raw:
    """The card as a picture with a fresh code, which is good for 60 seconds and once."""
    member = await members.get(caller.subject)
    if member is None:
        raise NotFound
    standing = await tiers.standing(member.id)
    summary = await points.summary(member.id)
    [code] = await cards.issue_codes(member.id, 1)
    picture = CardPicture(
        qr=code.qr,
        number=member.number,
        level_code=standing.level.code,
        level_name=standing.level.name,
        name=member.name_masked,
        points=summary.balance,
        expires_at=code.expires_at,
    )
    return Raw(await paint(picture), "image/png", {"Cache-Control": "no-store"})


def _level(level: tiers.LevelView) -> LevelOut:
    return LevelOut(code=level.code, name=level.name)


def _missing(conditions: list[tiers.Missing]) -> list[MissingOut]:
    return [
        MissingOut(metric=asked.metric, at_least=asked.at_least, have=asked.have, missing=asked.missing)
        for asked in conditions
    ]


def _next_level(above: tiers.NextLevel) -> NextLevelOut:
    return NextLevelOut(
        code=above.level.code,
        name=above.level.name,
        match=above.match,
        missing=_missing(above.missing),
        sentence=above.sentence,
    )


def _forecast(coming: tiers.Forecast) -> ForecastOut:
    return ForecastOut(level=_level(coming.level_after), missing=_missing(coming.missing), sentence=coming.sentence)
