"""A step for whoever leaves for good: what she has left ends."""

from uuid import UUID

from foundation.transactions import within_transaction
from membership.points.kinds import Kind
from membership.points.posting import Account, live_lots, lock_and_expire, post, posted_before, take


@within_transaction
async def forfeit(member_id: UUID, key: str) -> int:
    """Takes all that is left, spendable or not; how many points. A debt stays what it is.

    0 when nothing is left, or when it was forfeited under this key before.
    """
    account = await lock_and_expire(member_id)
    if account.balance == 0 or await posted_before(Kind.FORFEITURE, key) is not None:
        return 0
    await post(
        member_id,
        Kind.FORFEITURE,
        key,
        before=account,
        after=Account(0, account.debt),
        moves=take(await live_lots(member_id), account.balance),
    )
    return account.balance
