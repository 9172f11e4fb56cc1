"""What a guardian says she still has: gifts, other shops, cans that went elsewhere. It counts from then on."""

from datetime import datetime
from uuid import UUID

import msgspec

from foundation import clock, database
from foundation.errors import FieldError, Invalid
from foundation.transactions import transactional, within_transaction
from membership import babies
from membership.milk.errors import FormulaUnknown, NoFormula
from membership.milk.intake import Spread
from membership.milk.lasting import Said
from membership.milk.models import SEALED_LENGTH
from membership.milk.products import FormulaProduct

TABLE = "milk_stock"
COLUMN = "content_sealed"
MOST_CANS = 60

WRITE = """
INSERT INTO milk_stock (baby_id, content_sealed) VALUES ($1, $2)
ON CONFLICT (baby_id) DO UPDATE SET content_sealed = EXCLUDED.content_sealed
"""


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """Full cans, and how full the open one is: None when she did not look, 0 when there is none. Never logged."""

    product_id: UUID
    said_at: datetime
    full_cans: int
    open_percent: int | None

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "Stock(…)"

    @property
    def is_nothing(self) -> bool:
        """She looked, and there was none."""
        return self.full_cans == 0 and self.open_percent == 0

    def reckoned(self, product: FormulaProduct) -> Said:
        """In volume; an open can that she did not look into may be anything between empty and full."""
        percents = (0, 50, 100) if self.open_percent is None else (self.open_percent,) * 3
        amounts = [product.made_up(100 * self.full_cans + percent) for percent in percents]
        return Said(clock.business_day(self.said_at).toordinal(), Spread(*amounts))


@transactional
async def say_stock(guardian_id: UUID, baby_id: UUID, *, full_cans: int, open_percent: int | None) -> None:
    """Keeps what she has of the product that the baby drinks now; what was said before is forgotten.

    Raises as `babies.open_baby`; `NotBornYet`, `NoFormula`, `FormulaUnknown`, `Invalid`.
    """
    baby = await babies.hold_baby(guardian_id, baby_id)
    if baby.details.birth_date is None:
        raise babies.NotBornYet
    if baby.details.formula_sku is None or baby.details.feeding == "breast":
        raise NoFormula
    _check(full_cans, open_percent)
    product_id = await database.fetchval("SELECT id FROM formula_product WHERE sku = $1", baby.details.formula_sku)
    if product_id is None:
        raise FormulaUnknown
    said_at = clock.now().replace(microsecond=0)
    stock = Stock(product_id=product_id, said_at=said_at, full_cans=full_cans, open_percent=open_percent)
    await database.execute(WRITE, baby_id, seal_stock(baby, stock))


@babies.on_destroyed
@within_transaction
async def forget(baby_id: UUID) -> None:
    """A step: the baby's key is destroyed, and nothing of it stays here."""
    await database.execute("DELETE FROM milk_stock WHERE baby_id = $1", baby_id)


def seal_stock(baby: babies.BabyRecord, stock: Stock) -> bytes:
    text = msgspec.json.encode(stock).decode()
    assert len(text) <= SEALED_LENGTH, "the longest stock fits"
    return baby.seal(TABLE, COLUMN, baby.id, text.ljust(SEALED_LENGTH))


_decoder = msgspec.json.Decoder(Stock)


def open_stock(baby: babies.BabyRecord, sealed: bytes) -> Stock:
    """Raises `secrets.Unreadable`."""
    return _decoder.decode(baby.unseal(TABLE, COLUMN, baby.id, sealed))


def _check(full_cans: int, open_percent: int | None) -> None:
    errors = []
    if not 0 <= full_cans <= MOST_CANS:
        errors.append(FieldError("full_cans", f"未开封的罐数应在0到{MOST_CANS}之间，请检查一下"))
    if open_percent is not None and not 0 <= open_percent <= 100:
        errors.append(FieldError("open_percent", "已开封的一罐还剩百分之几，应在0到100之间"))
    if errors:
        raise Invalid(errors=errors)
