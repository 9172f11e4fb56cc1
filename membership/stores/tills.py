"""Where a till stands, and when it says that something happened."""

from datetime import datetime, timedelta
from uuid import UUID

from foundation import clock
from foundation.errors import FieldError, Invalid
from membership.stores.errors import StoreUnknown
from membership.stores.queries import StoreView, find

LATEST = timedelta(minutes=10)
"""How far ahead of ours a till's clock may be."""
OLDEST = timedelta(days=400)


async def of_partner(partner_id: UUID, code: str) -> StoreView:
    """A partner's store. Raises `StoreUnknown`, also for a store of somebody else."""
    store = await find(code)
    if store is None or store.partner_id != partner_id:
        raise StoreUnknown
    return store


def check_time(occurred_at: datetime) -> None:
    """Raises `Invalid` for what a till can't mean."""
    now = clock.now()
    if occurred_at > now + LATEST:
        raise Invalid(errors=[FieldError("occurred_at", "时间比现在晚了10分钟以上，请检查一下")])
    if occurred_at < now - OLDEST:
        raise Invalid(errors=[FieldError("occurred_at", "时间早于400天前，请检查一下")])
