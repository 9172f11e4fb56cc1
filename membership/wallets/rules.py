"""The rules as data: what is given on top of a top-up, and how much a wallet may hold from which day on."""

from datetime import date
from uuid import UUID

import msgspec

from foundation import audit, clock, database
from foundation.errors import FieldError, Invalid
from foundation.transactions import transactional
from membership.wallets.errors import GiftRuleExists, GiftRuleUnknown, WalletLimitExists
from membership.wallets.ledger import TODAY

COLUMNS = "code, name, at_least_fen, gift_fen, valid_from, valid_until, active"

GIFT = f"""
SELECT {COLUMNS} FROM wallet_gift_rule
 WHERE active AND at_least_fen <= $1 AND valid_from <= $2 AND (valid_until IS NULL OR valid_until >= $2)
 ORDER BY at_least_fen DESC, gift_fen DESC, code LIMIT 1
"""  # noqa: S608  # only our own constant is filled in
MAKE = """
INSERT INTO wallet_gift_rule (code, name, at_least_fen, gift_fen, valid_from, valid_until)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
"""


class GiftRule(msgspec.Struct, frozen=True, kw_only=True):
    """Top up at least `at_least_fen` and get `gift_fen` on top, on the business days from .. until (null: no end)."""

    code: str
    name: str
    at_least_fen: int
    gift_fen: int
    valid_from: date
    valid_until: date | None
    active: bool = True


class WalletLimitView(msgspec.Struct, frozen=True):
    """How much a wallet may hold, principal and gift together, from a business day on."""

    valid_from: date
    most_fen: int


async def gift_for(principal_fen: int, day: date) -> GiftRule | None:
    """The rule that gives something on top on a business day; of several the one with the highest threshold."""
    row = await database.fetchrow(GIFT, principal_fen, day)
    return None if row is None else GiftRule(**row)


async def gift_rules() -> list[GiftRule]:
    """All of them, the lowest threshold first. There are a handful."""
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM wallet_gift_rule ORDER BY active DESC, at_least_fen, code LIMIT 200"  # noqa: S608  # constant
    )
    return [GiftRule(**row) for row in rows]


@transactional
async def make_gift_rule(by: UUID, rule: GiftRule) -> GiftRule:
    """Makes a rule. What it gives stays; another gift is another rule. Raises `Invalid`, `GiftRuleExists`."""
    _refuse_backwards(rule.valid_from, rule.valid_until)
    made = await database.execute(
        MAKE, rule.code, rule.name, rule.at_least_fen, rule.gift_fen, rule.valid_from, rule.valid_until
    )
    if not made:
        raise GiftRuleExists
    await audit.record(
        by, "wallet_gift_rule.made", "wallet_gift_rule", rule.code, after=msgspec.to_builtins(rule, str_keys=True)
    )
    return rule


@transactional
async def change_gift_rule(by: UUID, code: str, *, active: bool, valid_until: date | None) -> GiftRule:
    """Switches a rule on or off, or ends it on another day. Raises `GiftRuleUnknown`, `Invalid`."""
    row = await database.fetchrow(
        f"SELECT {COLUMNS} FROM wallet_gift_rule WHERE code = $1 FOR UPDATE",  # noqa: S608  # constant
        code,
    )
    if row is None:
        raise GiftRuleUnknown
    before = GiftRule(**row)
    _refuse_backwards(before.valid_from, valid_until)
    await database.execute(
        "UPDATE wallet_gift_rule SET active = $2, valid_until = $3 WHERE code = $1", code, active, valid_until
    )
    await audit.record(
        by,
        "wallet_gift_rule.changed",
        "wallet_gift_rule",
        code,
        before={"active": before.active, "valid_until": before.valid_until},
        after={"active": active, "valid_until": valid_until},
    )
    return msgspec.structs.replace(before, active=active, valid_until=valid_until)


async def limits() -> list[WalletLimitView]:
    """All limits that ever held or will, the latest first."""
    rows = await database.fetch("SELECT valid_from, most_fen FROM wallet_limit ORDER BY valid_from DESC LIMIT 200")
    return [WalletLimitView(row["valid_from"], row["most_fen"]) for row in rows]


@transactional
async def set_limit(by: UUID, limit: WalletLimitView) -> WalletLimitView:
    """A new limit from today on, or later: what is in a wallet stays in it, whatever the limit.

    Raises `Invalid` for a day that is over, `WalletLimitExists`.
    """
    if limit.valid_from < clock.today():
        raise Invalid(errors=[FieldError("valid_from", "生效日期已经过去，请选择今天或以后")])
    before = await database.fetchval(
        f"SELECT most_fen FROM wallet_limit WHERE valid_from <= {TODAY} ORDER BY valid_from DESC LIMIT 1"  # noqa: S608  # constant
    )
    made = await database.execute(
        "INSERT INTO wallet_limit (valid_from, most_fen) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        limit.valid_from,
        limit.most_fen,
    )
    if not made:
        raise WalletLimitExists
    await audit.record(
        by,
        "wallet_limit.set",
        "wallet_limit",
        limit.valid_from.isoformat(),
        before={"most_fen": before},
        after={"most_fen": limit.most_fen},
    )
    return limit


def _refuse_backwards(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until < valid_from:
        raise Invalid(errors=[FieldError("valid_until", "结束日期不能早于开始日期")])
