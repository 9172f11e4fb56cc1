"""What was written in clear before 0026, sealed where it stands: sentences that somebody typed, and numbers of parcels.

To be deleted together with the clear columns, in the release after.
"""

from foundation import jobs, late_sealing
from foundation.late_sealing import LateColumn
from foundation.sealed_columns import SealedColumn

FORGET_NOTES = """
UPDATE points_entry SET note = NULL
 WHERE kind IN ('adjustment_up', 'adjustment_down') AND key = ANY($1::uuid[]::text[]) AND note IS NOT NULL
"""
"""The ledger repeated why an adjustment was made."""


def _hers(table: str, text: str, also: str | None = None) -> LateColumn:
    return LateColumn(text, SealedColumn(table, f"{text}_sealed", "member", "member_id"), also)


OLD_TEXTS = (
    LateColumn("ban_reason", SealedColumn("member", "ban_reason_sealed", "member")),
    _hers("redemption", "tracking_number"),
    _hers("redemption", "return_reason"),
    _hers("points_adjustment", "reason", FORGET_NOTES),
    _hers("points_adjustment", "rejected_because"),
    _hers("wallet_refund", "reason"),
    LateColumn("reason", SealedColumn("audit_entry", "reason_sealed", None)),
)


@jobs.by_the_clock("privacy.seal_old_texts", "52 * * * *")
async def seal_old_texts() -> int:
    """Seals what still stands in clear; how many values. Once it has been through, it finds nothing."""
    return sum([await late_sealing.seal_late(column) for column in OLD_TEXTS])
