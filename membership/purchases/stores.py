"""Which of a partner's stores a till stands in, and until when what is bought there may come back."""

from datetime import date, timedelta
from uuid import UUID

from membership import stores
from membership.purchases.errors import StoreUnknown


async def store_of(partner_id: UUID, code: str) -> UUID:
    """The id of a partner's store. Raises `StoreUnknown`, also for a store of somebody else."""
    return (await shop_of(partner_id, code)).id


async def shop_of(partner_id: UUID, code: str) -> stores.StoreView:
    """A partner's store. Raises `StoreUnknown`, also for a store of somebody else."""
    store = await stores.find(code)
    if store is None or store.partner_id != partner_id:
        raise StoreUnknown
    return store


def spendable_on(store: stores.StoreView, bought_on: date) -> date | None:
    """From which day on the points of a purchase can be spent: the day after its return period; None for at once."""
    return bought_on + timedelta(days=store.return_days + 1) if store.return_days else None
