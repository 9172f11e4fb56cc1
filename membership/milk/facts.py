"""What the reckoning is made from besides the babies: products, what was bought and came back, what she says she has.

One scalar of one statement, so that a screen can read it together with other things.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
import structlog

from foundation import clock, database
from foundation.secrets import Unreadable
from membership import babies, purchases
from membership.babies import BabyDetails
from membership.milk.intake import Need, Spread, all_together, need_of
from membership.milk.lasting import Supply
from membership.milk.products import COLUMNS, FormulaProduct
from membership.milk.stock import Stock, open_stock

log = structlog.get_logger("milk")

LOOK_BACK_DAYS = 365
BEFORE_BIRTH_DAYS = 90
"""What was bought earlier was for an elder child."""

# Whoever of her family buys, buys for her children, as long as both belong to it; unless he has children here himself.
_BUYERS = """
SELECT id AS mother_id, id AS member_id, '-infinity'::date AS since FROM unnest({mothers}) AS id
UNION ALL
SELECT mother.member_id, other.member_id,
       (GREATEST(mother.joined_at, other.joined_at) AT TIME ZONE 'Asia/Shanghai')::date
  FROM family_person mother JOIN family_person other ON other.family_id = mother.family_id
   AND other.left_at IS NULL AND other.member_id <> mother.member_id
 WHERE mother.member_id = ANY({mothers}) AND mother.left_at IS NULL
   AND NOT EXISTS (SELECT FROM baby WHERE baby.member_id = other.member_id AND baby.status = 'open')
"""
_SINCE = f"GREATEST(buyer.since, (now() AT TIME ZONE 'Asia/Shanghai')::date - {LOOK_BACK_DAYS})"
_PIECES = purchases.PIECES.format(member="buyer.member_id", since=_SINCE, skus="{skus}")

FACTS = f"""
SELECT jsonb_build_object(
  'products', (SELECT COALESCE(jsonb_agg(jsonb_build_array({COLUMNS})), '[]') FROM formula_product
                WHERE sku = ANY({{skus}})),
  'stocks', (SELECT COALESCE(jsonb_agg(jsonb_build_array(baby_id, translate(encode(content_sealed, 'base64'), chr(10), ''))), '[]')
               FROM milk_stock WHERE baby_id = ANY({{babies}})),
  'bought', (SELECT COALESCE(jsonb_agg(jsonb_build_array(buyer.mother_id, kept.sku, kept.bought_at, kept.pieces)), '[]')
               FROM ({_BUYERS}) buyer CROSS JOIN LATERAL ({_PIECES}) kept WHERE kept.pieces > 0))::text
"""  # noqa: S608, E501  # our own constants
"""A scalar, for `{{babies}}` (uuid[]), `{{skus}}` (text[]) and `{{mothers}}` (uuid[]), which `asked` gives."""


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    mother_id: UUID
    sku: str
    bought_at: datetime
    pieces: int


class _Facts(msgspec.Struct, frozen=True):
    products: list[FormulaProduct]
    stocks: list[tuple[UUID, bytes]]
    bought: list[_Kept]


class Drinkers(msgspec.Struct, frozen=True, kw_only=True):
    """The babies of one mother who drink one product, and all that is known of it. Never logged."""

    babies: list[babies.BabyRecord]
    product: FormulaProduct
    bought: list[tuple[datetime, int]]
    """(when, pieces), in this order."""
    stock: Stock | None
    """What was said last."""

    def need(self, today: date) -> Spread[Need]:
        return all_together(need_of(baby.details, self._begins(baby.details, today), today) for baby in self.babies)

    def supplies(self, after: datetime | None = None) -> list[Supply]:
        """What came, or came after an instant."""
        return [
            Supply(clock.business_day(when).toordinal(), self.product.made_up(100 * pieces))
            for when, pieces in self.bought
            if after is None or when > after
        ]

    def _begins(self, details: BabyDetails, today: date) -> date:
        """What was bought ahead waits for the age on the label, unless she drinks it already."""
        assert details.birth_date is not None, "who is not born drinks nothing"
        from_label = clock.add_months(details.birth_date, self.product.label_from_months)
        return from_label if from_label <= today else details.birth_date

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "Drinkers(…)"


def drinks_formula(details: BabyDetails) -> bool:
    """Whether formula is worth a word: born, and not breast-fed alone."""
    return details.birth_date is not None and details.feeding != "breast" and details.formula_sku is not None


def asked(found: Iterable[babies.BabyRecord]) -> tuple[list[UUID], list[str], list[UUID]]:
    """What `FACTS` is asked for: babies, skus, mothers. All empty when nobody of them drinks formula."""
    drinkers = [baby for baby in found if drinks_formula(baby.details)]
    return (
        [baby.id for baby in drinkers],
        sorted({baby.details.formula_sku for baby in drinkers if baby.details.formula_sku is not None}),
        sorted({baby.member_id for baby in drinkers}),
    )


async def read(found: Sequence[babies.BabyRecord]) -> list[Drinkers]:
    """One statement; none when nobody of them drinks formula."""
    arguments = asked(found)
    if not arguments[0]:
        return []
    query = FACTS.format(babies="$1::uuid[]", skus="$2::text[]", mothers="$3::uuid[]")
    return decoded(found, await database.fetchval(query, *arguments))


def decoded(found: Iterable[babies.BabyRecord], text: str) -> list[Drinkers]:
    """Who drinks what, from what `FACTS` said. A product that is not known is left out."""
    facts = msgspec.json.decode(text, type=_Facts)
    products = {product.sku: product for product in facts.products}
    sealed = dict(facts.stocks)
    groups: defaultdict[tuple[UUID, str], list[babies.BabyRecord]] = defaultdict(list)
    for baby in found:
        if drinks_formula(baby.details) and baby.details.formula_sku in products:
            groups[baby.member_id, baby.details.formula_sku].append(baby)
    bought: defaultdict[tuple[UUID, str], list[tuple[datetime, int]]] = defaultdict(list)
    for kept in facts.bought:
        bought[kept.mother_id, kept.sku].append((kept.bought_at, kept.pieces))
    return [
        Drinkers(
            babies=together,
            product=products[key[1]],
            bought=_theirs(together, bought[key]),
            stock=_last_said(together, sealed, products[key[1]]),
        )
        for key, together in groups.items()
    ]


def _theirs(together: Iterable[babies.BabyRecord], bought: list[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    birth = min(baby.details.birth_date for baby in together if baby.details.birth_date is not None)
    return sorted(each for each in bought if (birth - clock.business_day(each[0])).days <= BEFORE_BIRTH_DAYS)


def _last_said(
    together: Iterable[babies.BabyRecord], sealed: dict[UUID, bytes], product: FormulaProduct
) -> Stock | None:
    said = [_opened(baby, sealed[baby.id]) for baby in together if baby.id in sealed]
    of_it = [stock for stock in said if stock is not None and stock.product_id == product.id]
    return max(of_it, key=lambda stock: stock.said_at, default=None)


def _opened(baby: babies.BabyRecord, sealed: bytes) -> Stock | None:
    """One damaged row must not keep a job from all others, nor her from what her purchases tell."""
    try:
        return open_stock(baby, sealed)
    except Unreadable:
        log.error("milk_stock_unreadable", baby=str(baby.id))
        return None
