"""Which of a partner's stores a till stands in."""

from uuid import UUID

from membership import stores
from membership.purchases.errors import StoreUnknown


async def store_of(partner_id: UUID, code: str) -> UUID:
    """The id of a partner's store. Raises `StoreUnknown`, also for a store of somebody else."""
    store = await stores.find(code)
    if store is None or store.partner_id != partner_id:
        raise StoreUnknown
    return store.id
