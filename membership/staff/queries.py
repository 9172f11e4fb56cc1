"""Reads: who a member of staff is."""

from uuid import UUID

import msgspec

from foundation import database
from membership.staff.roles import Role


class StaffView(msgspec.Struct, frozen=True):
    """A member of staff as she sees herself; `store_*` is None for those who work for all stores."""

    id: UUID
    name: str
    role: Role
    store_id: UUID | None
    store_code: str | None
    store_name: str | None


async def find(name: str) -> UUID | None:
    """The active member of staff with this name."""
    staff_id: UUID | None = await database.fetchval("SELECT id FROM staff_user WHERE name = $1 AND active", name)
    return staff_id


async def get(staff_id: UUID) -> StaffView | None:
    """The active member of staff with this id."""
    row = await database.fetchrow(
        "SELECT staff_user.id, staff_user.name, role, store_id, store.code, store.name AS store_name"
        " FROM staff_user LEFT JOIN store ON store.id = store_id WHERE staff_user.id = $1 AND active",
        staff_id,
    )
    if row is None:
        return None
    return StaffView(row["id"], row["name"], Role(row["role"]), row["store_id"], row["code"], row["store_name"])
