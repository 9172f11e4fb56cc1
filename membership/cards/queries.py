"""Reads: whose code a till has scanned."""

from uuid import UUID

from foundation import database
from membership.cards.actions import SCAN_LASTS, Presented


async def scanned_by(presented: Presented, store_id: UUID, terminal: str) -> UUID | None:
    """Whose code this is, if this very till scanned it within two hours; the scan has proved who stands there."""
    member_id: UUID | None = await database.fetchval(
        "SELECT COALESCE(member.merged_into_id, member.id) FROM card_code_use used"
        " JOIN member ON member.id = used.member_id"
        " WHERE used.id = $1 AND used.store_id = $2 AND used.terminal = $3 AND used.used_at >= now() - $4::interval",
        presented.id,
        store_id,
        terminal,
        SCAN_LASTS,
    )
    return member_id
