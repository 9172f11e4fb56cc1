"""How a settlement moves points: the rate's own, and what each rule promised, as lots of their own.

Each part has its own kind or key in the ledger, so that a return takes back from the lots of the part that it shrinks.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from foundation import clock
from membership import earning, families, points
from membership.purchases.targets import Target


class _Part(msgspec.Struct, frozen=True):
    """A part of what a receipt gives: by how much it changes, and how the ledger knows it. `prefix` begins all keys."""

    difference: int
    kind: points.Kind
    prefix: str
    valid_months: int | None = None
    rule: str | None = None
    note: str | None = None


async def post_points(
    receipt: asyncpg.Record, member_id: UUID, bonuses: Sequence[earning.Bonus], wanted: Target, posted: Target
) -> None:
    """Posts the differences to the account that the member earns into."""
    # Asked for a return as well: it keeps her from leaving a family while what she earned there is taken back.
    account_id = await families.account_of(member_id)
    for part in _parts(receipt, bonuses, wanted, posted):
        if part.difference > 0:
            await _give(receipt, member_id, account_id, part)
        elif part.difference < 0:
            await _take_back(receipt, member_id, part)


def _parts(receipt: asyncpg.Record, bonuses: Sequence[earning.Bonus], wanted: Target, posted: Target) -> list[_Part]:
    prefix = f"{receipt['id']}:"
    of_bonuses = [
        _Part(
            wanted.bonuses.get(bonus.code, 0) - posted.bonuses.get(bonus.code, 0),
            points.Kind.EARNED,
            f"{prefix}{bonus.code}:",
            bonus.valid_months,
            bonus.code,
            f"{bonus.name} · {receipt['number']}",
        )
        for bonus in bonuses
    ]
    by_rate = wanted.points - posted.points - sum(part.difference for part in of_bonuses)
    return [_Part(by_rate, points.Kind.PURCHASE, prefix, note=receipt["number"]), *of_bonuses]


async def _give(receipt: asyncpg.Record, member_id: UUID, account_id: UUID, part: _Part) -> None:
    bought_on = receipt["occurred_on"]
    expires_on = (
        points.expiry_for(bought_on) if part.valid_months is None else points.expiry_for(bought_on, part.valid_months)
    )
    await points.grant(
        account_id,
        part.difference,
        kind=part.kind,
        key=_key(receipt, part),
        expires_on=expires_on,
        spendable_from=_spendable_from(receipt),
        source=points.Source(
            rule=part.rule,
            store_id=receipt["store_id"],
            by_member=None if account_id == member_id else member_id,
            note=part.note,
        ),
    )


async def _take_back(receipt: asyncpg.Record, member_id: UUID, part: _Part) -> None:
    await points.take_back_where_held(
        member_id,
        -part.difference,
        kind=points.Kind.PURCHASE_RETURN,
        key=_key(receipt, part),
        granted_kind=part.kind,
        granted_key_prefix=part.prefix,
        source=points.Source(rule=part.rule, store_id=receipt["store_id"], note=part.note),
    )


def _key(receipt: asyncpg.Record, part: _Part) -> str:
    return f"{part.prefix}{receipt['postings'] + 1}"


def _spendable_from(receipt: asyncpg.Record) -> datetime | None:
    """A web shop's points, once the goods can't come back any more."""
    return None if receipt["spendable_on"] is None else clock.start_of_day(receipt["spendable_on"])
