"""From what is known to what a guardian reads: grams a day, the days, and the range on the label. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from foundation import clock
from membership import babies
from membership.milk.facts import Drinkers, drinks_formula
from membership.milk.intake import Spread
from membership.milk.lasting import FAR_DAYS, RunsOut, at_her_pace, runs_out
from membership.milk.products import FormulaProduct
from membership.milk.stock import Stock

Without = Literal["product_unknown", "nothing_known"]
Label = Literal["before", "within", "after"]

LAST_KNOWN_MONTH = 36
"""From here on the table has no figures of its own."""
ANNOUNCE_DAYS = 30
STAGE_FROM_MONTHS = (0, 6, 12, 36)
"""From which age on 1段, 2段, 3段 and 4段 are."""


class LabelRange(msgspec.Struct, frozen=True, kw_only=True):
    """Where the baby's age lies in the range on the label. `ends_on`: the first day beyond it, None: open.

    `next_stage` (段) is named from 30 days before on, as far as there is one: by the age, which may have passed one."""

    position: Label
    ends_on: date | None
    next_stage: int | None


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """The household's answer for one product. Never logged."""

    runs_out: RunsOut | None
    paced: bool
    """By her own purchases, and not by the table alone."""

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "Reckoned(…)"


class Milk(msgspec.Struct, frozen=True, kw_only=True):
    """What is reckoned for a baby who drinks formula. Never logged.

    `grams_a_day` are this baby's today; the days are those of all who drink the product, `together` of them."""

    product: FormulaProduct | None
    grams_a_day: Spread[int] | None
    together: int
    stock: Stock | None
    left_g: int | None
    """What should be left today, as expected."""
    runs_out: RunsOut | None
    paced: bool
    label: LabelRange | None
    without: Without | None
    """Why no day is named."""
    sentence: str
    """For her to read."""

    def __repr__(self) -> str:
        """Tells nothing, as above."""
        return "Milk(…)"


UNKNOWN = Milk(
    product=None,
    grams_a_day=None,
    together=1,
    stock=None,
    left_g=None,
    runs_out=None,
    paced=False,
    label=None,
    without="product_unknown",
    sentence="暂时还没有这款奶粉的规格，资料补充后就可以估算了。",
)


def milk_from(baby: babies.BabyRecord, found: Sequence[Drinkers]) -> Milk | None:
    """None for a pregnancy, for a breast-fed baby and for one of whom no formula is said."""
    if not drinks_formula(baby.details):
        return None
    drinkers = next((each for each in found if any(one.id == baby.id for one in each.babies)), None)
    if drinkers is None:
        return UNKNOWN
    today = clock.today()
    reckoned = reckon(drinkers, today)
    label = label_range(baby.details, drinkers.product, today)
    ends = reckoned.runs_out
    return Milk(
        product=drinkers.product,
        grams_a_day=_grams_a_day(drinkers, baby, today),
        together=len(drinkers.babies),
        stock=drinkers.stock,
        left_g=None if ends is None else drinkers.product.powder_g(ends.left),
        runs_out=ends,
        paced=reckoned.paced,
        label=label,
        without="nothing_known" if ends is None else None,
        sentence=_sentence(drinkers, ends, label, today),
    )


def reckon(drinkers: Drinkers, today: date) -> Reckoned:
    """Until when it suffices."""
    need, stock = drinkers.need(today), drinkers.stock
    at_pace = at_her_pace(need, drinkers.supplies())
    ends = runs_out(
        need if at_pace is None else at_pace,
        None if stock is None else stock.reckoned(drinkers.product),
        drinkers.supplies(after=None if stock is None else stock.said_at),
        today,
        certain=all(_is_certain(baby.details, today) for baby in drinkers.babies),
        paced=at_pace is not None,
    )
    return Reckoned(runs_out=ends, paced=at_pace is not None)


def label_range(details: babies.BabyDetails, product: FormulaProduct, today: date) -> LabelRange:
    assert details.birth_date is not None, "who is not born drinks nothing"
    begins = clock.add_months(details.birth_date, product.label_from_months)
    until = product.label_until_months
    ends = None if until is None else clock.add_months(details.birth_date, until)
    if today < begins:
        return LabelRange(position="before", ends_on=ends, next_stage=None)
    return LabelRange(
        position="after" if ends is not None and today >= ends else "within",
        ends_on=ends,
        next_stage=None if ends is None else _next_stage(details.birth_date, product.stage, ends, today),
    )


def _next_stage(birth: date, stage: int, ends: date, today: date) -> int | None:
    if (ends - today).days > ANNOUNCE_DAYS or stage == len(STAGE_FROM_MONTHS):
        return None
    months = babies.ages.months(birth, max(ends, today)).months
    return max(stage + 1, bisect_right(STAGE_FROM_MONTHS, months))


def _grams_a_day(drinkers: Drinkers, baby: babies.BabyRecord, today: date) -> Spread[int]:
    need = msgspec.structs.replace(drinkers, babies=[baby]).need(today)
    day, grams = today.toordinal(), drinkers.product.powder_g
    return Spread(*(grams(each.on(day)) for each in (need.least, need.expected, need.most)))


def _is_certain(details: babies.BabyDetails, today: date) -> bool:
    """Whether nothing of her need is supposed."""
    assert details.birth_date is not None, "who is not born drinks nothing"
    is_said = details.feeding == "formula" or (details.feeding == "mixed" and details.formula_share_percent is not None)
    return is_said and today < clock.add_months(details.birth_date, LAST_KNOWN_MONTH)


def _sentence(drinkers: Drinkers, ends: RunsOut | None, label: LabelRange, today: date) -> str:
    """Says what is reckoned and nothing else: no praise, no offer."""
    said = _until(drinkers, ends, today)
    if label.position == "before":
        said += "这款奶粉包装上写的适用月龄比宝宝现在大，有疑问请咨询医生。"
    elif label.position == "after":
        said += "宝宝的月龄已经超过包装上写的适用范围，要不要换段可以先咨询医生。"
    elif label.next_stage is not None and label.ends_on is not None:
        said += f"包装上写的适用月龄到{day_words(label.ends_on, today)}为止，要不要换段可以先咨询医生。"
    return said


def _until(drinkers: Drinkers, ends: RunsOut | None, today: date) -> str:
    if ends is None:
        return "还不知道家里有多少，填写现有的罐数后就可以估算了。"
    stock = drinkers.stock
    if stock is not None and stock.is_nothing and not drinkers.supplies(after=stock.said_at):
        return "家里的已经喝完了，有了新的以后更新罐数，就可以继续估算。"
    if ends.expected <= today:
        said = "按估算家里可能已经没有了" if ends.latest < today else "按估算差不多要喝完了"
        is_new = stock is not None and clock.business_day(stock.said_at) == today
        return f"{said}。" if is_new else f"{said}，填写现有的罐数会更准。"
    if (ends.expected - today).days > FAR_DAYS:
        return "按估算家里的够喝一年以上，喝之前请看一下罐上的保质期。"
    first, last = day_words(ends.earliest, today), day_words(ends.latest, today)
    days = first if first == last else f"{first}到{last}之间"
    return f"预计{days}喝完，这是按月龄和喂养方式估算的，以宝宝实际吃的为准。"


def day_words(day: date, today: date) -> str:
    """12月31日; of another year than this, 2027年1月1日."""
    return ("" if day.year == today.year else f"{day.year}年") + f"{day.month}月{day.day}日"
