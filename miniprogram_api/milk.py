"""What a baby drinks besides breast milk: grams a day, and until when the cans at home suffice."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.errors import Invalid
from foundation.http import Body, Caller, Page, View
from membership import babies, milk
from miniprogram_api.face import mothers

REFUSALS = (babies.BabyNotFound, babies.GuardianOnly, babies.AuthorizationRequired)


class FormulaProductOut(View):
    """A formula as its label describes it: a piece of `net_g` grams; a scoop of `scoop_mg` milligrams makes up
    `scoop_ml` millilitres. For the months from `label_from_months` until before `label_until_months` (null: open)."""

    sku: str
    name: str
    stage: int
    label_from_months: int
    label_until_months: int | None
    net_g: int
    scoop_mg: int
    scoop_ml: int


class GramsOut(View):
    """Grams of powder in a day: if the baby drinks little, as expected, and much."""

    least: int
    expected: int
    most: int


class StockOut(View):
    """What a guardian said last. `open_percent`: how full the open can was; null: not looked."""

    full_cans: int
    open_percent: int | None
    said_at: datetime


class RunsOutOut(View):
    """The first day for which it does not suffice, never named for more than two years ahead."""

    earliest: date
    expected: date
    latest: date
    confidence: milk.Confidence


class LabelOut(View):
    """Where the baby's age lies in the range on the label, and the first day beyond it (null: open).

    `next_stage` is given from 30 days before that day on."""

    position: milk.Label
    ends_on: date | None
    next_stage: int | None


class FormulaOut(View):
    """What is reckoned. `together`: how many babies of hers drink from the same cans; `left_g` and `runs_out` are of
    all of them, `grams_a_day` of this one. `own_pace`: reckoned by what was bought, and not by age alone. `without`
    says why no day is named: nobody knows what a can holds, or whether there is one."""

    product: FormulaProductOut | None
    grams_a_day: GramsOut | None
    together: int
    stock: StockOut | None
    left_g: int | None
    runs_out: RunsOutOut | None
    own_pace: bool
    label: LabelOut | None
    without: milk.Without | None
    sentence: str


class MilkOut(View):
    """`formula` is null where there is none: a pregnancy, a breast-fed baby, a profile that names no formula. Then
    nothing is to be said of formula at all."""

    formula: FormulaOut | None


class MilkStockIn(Body):
    """What is there now of the formula that the baby drinks, wherever it came from. `open_percent`: how full the open
    can is; left out: there is one, and nobody looked; 0: there is none."""

    full_cans: Annotated[int, Meta(description=f"Unopened, 0 to {milk.MOST_CANS}.", examples=[2])]
    open_percent: Annotated[int, Meta(description="0 to 100.", examples=[50])] | None = None


@mothers.get("/babies/{baby_id}/milk", who="member", refuses=REFUSALS)
async def baby_milk(caller: Caller, baby_id: UUID) -> MilkOut:
    """How much formula a day, and until when it suffices.

    For guardians. Reckoned from what she and her family bought and brought back; twins on one product share it."""
    return _milk_out(await milk.milk_of(caller.subject, baby_id))


@mothers.put(
    "/babies/{baby_id}/milk/stock",
    who="member",
    refuses=(*REFUSALS, babies.NotBornYet, milk.NoFormula, milk.FormulaUnknown, Invalid),
)
async def say_milk_stock(caller: Caller, baby_id: UUID, body: MilkStockIn) -> MilkOut:
    """Say what is still there: gifts, cans from other shops, cans that were given away.

    It replaces what was said before, and from then on only what is bought later is added."""
    await milk.say_stock(caller.subject, baby_id, full_cans=body.full_cans, open_percent=body.open_percent)
    return _milk_out(await milk.milk_of(caller.subject, baby_id))


@mothers.get("/formula-products", who="member", refuses=(Invalid,))
async def formula_products(query: milk.FormulaQuery) -> Page[FormulaProductOut]:
    """The formulas that a baby's profile can name (`formula_sku`), by stage and name."""
    page = await milk.products(query, only_listed=True)
    return Page(items=[_product_out(product) for product in page.items], next_cursor=page.next_cursor)


def _product_out(product: milk.FormulaProduct) -> FormulaProductOut:
    return FormulaProductOut(**{name: getattr(product, name) for name in FormulaProductOut.__struct_fields__})


def _milk_out(found: milk.Milk | None) -> MilkOut:
    if found is None:
        return MilkOut(None)
    grams, stock, ends, label = found.grams_a_day, found.stock, found.runs_out, found.label
    return MilkOut(
        FormulaOut(
            product=None if found.product is None else _product_out(found.product),
            grams_a_day=None if grams is None else GramsOut(grams.least, grams.expected, grams.most),
            together=found.together,
            stock=None if stock is None else StockOut(stock.full_cans, stock.open_percent, stock.said_at),
            left_g=found.left_g,
            runs_out=None if ends is None else RunsOutOut(ends.earliest, ends.expected, ends.latest, ends.confidence),
            own_pace=found.paced,
            label=None if label is None else LabelOut(label.position, label.ends_on, label.next_stage),
            without=found.without,
            sentence=found.sentence,
        )
    )
