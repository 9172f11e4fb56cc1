"""Gifts for joining: each once per person for ever, whoever asks how often."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from foundation import clock, database
from foundation.ids import new_id
from foundation.transactions import within_transaction
from membership import members, points

Gift = Literal["welcome", "profile"]

KINDS: dict[Gift, points.Kind] = {
    "welcome": points.Kind.WELCOME_GIFT,
    "profile": points.Kind.PROFILE_GIFT,
}


class GiftView(msgspec.Struct, frozen=True):
    """What a gift is worth (once given: what it was worth), and when she got it; None while it waits for her."""

    gift: Gift
    points: int
    claimed_at: datetime | None


@within_transaction
async def claim(gift: Gift, member: members.MemberRecord) -> None:
    """Gives a gift to a member who is held or shared; unless she, her phone or WeChat had it, or there is none."""
    rule = await database.fetchrow("SELECT points, valid_months FROM gift_rule WHERE code = $1", gift)
    if rule is None:
        return
    claim_id = await database.fetchval(
        "INSERT INTO gift_claim (id, gift_id, member_id, phone_index, openid_index, points)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id",
        new_id(),
        gift,
        member.id,
        member.phone_index,
        await members.openid_index_of(member.id),
        rule["points"],
    )
    if claim_id is not None:
        await points.grant(
            member.id,
            rule["points"],
            kind=KINDS[gift],
            key=str(claim_id),
            expires_on=_expiry(clock.today(), rule["valid_months"]),
        )


@within_transaction
async def remember_phone(member_id: UUID, index: bytes) -> None:
    """Marks the gifts she got before she had a phone with it, so that the phone brings nobody the same gift again."""
    await database.execute(
        "UPDATE gift_claim c SET phone_index = $2 WHERE c.member_id = $1 AND c.phone_index IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM gift_claim o WHERE o.gift_id = c.gift_id AND o.phone_index = $2)",
        member_id,
        index,
    )


async def gifts_of(member_id: UUID) -> list[GiftView]:
    """Every gift there is and every one she got."""
    rows = await database.fetch(
        "SELECT r.code, COALESCE(c.points, r.points) AS points, c.claimed_at FROM gift_rule r"
        " LEFT JOIN gift_claim c ON c.gift_id = r.code AND c.member_id = $1 ORDER BY r.code DESC",
        member_id,
    )
    return [GiftView(row["code"], row["points"], row["claimed_at"]) for row in rows]


def _expiry(today: date, months: int) -> date:
    return clock.end_of_month(clock.add_months(today, months))
