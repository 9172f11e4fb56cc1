"""What leaving costs her, and what is in the way of it."""

from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from membership.privacy.errors import OrderOpen, WalletNotEmpty

LOSSES = """
SELECT coalesce((SELECT balance FROM points_account WHERE member_id = $1), 0) AS points,
       (SELECT count(*) FROM coupon WHERE member_id = $1 AND used_at IS NULL AND valid_until > now()) AS coupons,
       (SELECT max(ends_on) FROM paid_level WHERE member_id = $1 AND refunded_on IS NULL
         AND ends_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date) AS paid_level_until,
       coalesce((SELECT principal_fen FROM wallet WHERE member_id = $1), 0) AS wallet_principal_fen,
       coalesce((SELECT gift_fen FROM wallet WHERE member_id = $1), 0) AS wallet_gift_fen,
       (SELECT count(*) FROM baby WHERE member_id = $1 AND status = 'open') AS babies,
       EXISTS (SELECT FROM family_person WHERE member_id = $1 AND left_at IS NULL) AS family,
       (SELECT count(*) FROM redemption WHERE member_id = $1
         AND status IN ('awaiting_payment', 'reserved', 'to_ship', 'shipped', 'return_requested')) AS open_orders
"""


class Losses(msgspec.Struct, frozen=True, kw_only=True):
    """What she has now. `points`: pending ones too. Principal in the wallet and open orders are in the way."""

    points: int
    coupons: int
    paid_level_until: date | None
    wallet_principal_fen: int
    wallet_gift_fen: int
    babies: int
    family: bool
    open_orders: int

    def require_nothing_open(self) -> None:
        """Raises `WalletNotEmpty`, `OrderOpen`."""
        if self.wallet_principal_fen:
            raise WalletNotEmpty
        if self.open_orders:
            raise OrderOpen


async def losses(member_id: UUID) -> Losses:
    """One query."""
    row = await database.fetchrow(LOSSES, member_id)
    assert row is not None, "what is asked of nobody is zero"
    return Losses(**dict(row))
