"""Which shop's till made a member."""

from uuid import UUID

from foundation import database
from foundation.ids import new_id
from foundation.transactions import within_transaction


@within_transaction
async def remember_registration(member_id: UUID, store_id: UUID, partner_id: UUID | None) -> None:
    """Writes down who registered a new member."""
    await database.execute(
        "INSERT INTO store_registration (id, member_id, store_id, partner_id) VALUES ($1, $2, $3, $4)",
        new_id(),
        member_id,
        store_id,
        partner_id,
    )
