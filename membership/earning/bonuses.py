"""What the rules promise a sale when it is first seen. It stays with the receipt, as the rate of the level does.

A sale that comes in reads no rule: this process remembers those of purchases for a few seconds.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import within_transaction
from membership.earning import paying
from membership.earning.purchase_way import Bonus, Purchase
from membership.earning.rules import COLUMNS, Rule, covers, decoded, rule_of

KEEP_SECONDS = 5.0
"""How old this process's copy of the rules may be; in the process where a rule is changed, it is at once forgotten."""

_copy: tuple[float, list[Rule]] | None = None


async def forget() -> None:
    """After a change of a rule in this process; the others see it within five seconds."""
    global _copy  # noqa: PLW0603  # one copy per process: the rules are the same for everybody
    _copy = None


async def _rules() -> list[Rule]:
    global _copy  # noqa: PLW0603  # as above
    if _copy is None or _copy[0] < time.monotonic():
        rows = await database.fetch(
            f"SELECT {COLUMNS} FROM earn_rule rule WHERE way = $1 AND ended_at IS NULL AND active ORDER BY code",  # noqa: S608 - constant
            Purchase.code,
        )
        _copy = (time.monotonic() + KEEP_SECONDS, [rule_of(row) for row in rows])
    return _copy[1]


class Promised(msgspec.Struct, frozen=True):
    """What a sale is promised. `capped`: those that caps may still cut, which `cut_to_caps` decides."""

    bonuses: list[Bonus]
    capped: list[str]


async def promised(*, bought_on: date, level: str, store_id: UUID, skus: Iterable[str], is_known: bool) -> Promised:
    """The bonuses of a sale by the rules as they stand. A rule with caps pays nobody whom we don't know."""
    bought = set(skus)
    bonuses, capped = [], []
    for rule in await _rules():
        if (
            not rule.valid_from <= bought_on <= (rule.valid_until or date.max)
            or not covers(rule, level=level, store_id=store_id)
            or (rule.is_capped and not is_known)
            or (rule.skus is not None and bought.isdisjoint(rule.skus))
        ):
            continue
        parameters: Purchase.Parameters = decoded(rule)
        if parameters.on(bought_on):
            bonuses.append(_bonus(rule, parameters, bought))
            if rule.is_capped:
                capped.append(str(rule.id))
    return Promised(bonuses, capped)


@within_transaction
async def cut_to_caps(
    promise: Promised,
    member_id: UUID,
    *,
    key: str,
    bought_on: date,
    sold_fen: Mapping[str, int],
    numerator: int,
    denominator: int,
) -> list[Bonus]:
    """Reserves what the sale would bring under the rules with caps, and says so in their bonuses."""
    asked = {
        bonus.code: bonus.points(sold_fen, numerator, denominator)
        for bonus in promise.bonuses
        if bonus.rule_id in promise.capped
    }
    room = await paying.reserve(Purchase, member_id, asked, key=key, day=bought_on)
    return [
        msgspec.structs.replace(bonus, most=room.get(bonus.code, 0)) if bonus.rule_id in promise.capped else bonus
        for bonus in promise.bonuses
    ]


def _bonus(rule: Rule, parameters: Purchase.Parameters, bought: set[str]) -> Bonus:
    return Bonus(
        rule_id=str(rule.id),
        code=rule.code,
        name=rule.name,
        numerator=parameters.numerator,
        denominator=parameters.denominator,
        valid_months=rule.valid_months,
        skus=None if rule.skus is None else sorted(bought.intersection(rule.skus)),
    )


def read_bonuses(encoded: str | None) -> Sequence[Bonus]:
    """The bonuses as a receipt keeps them."""
    return [] if encoded is None else msgspec.json.decode(encoded, type=list[Bonus])
