"""Makers: a member of staff who can sign in."""

import time
from uuid import UUID, uuid4

import msgspec
import pyotp
from argon2 import PasswordHasher

from membership import staff
from membership.staff import Role, passwords

PASSWORD = "a password for tests"

PRODUCTS_HASHER = passwords._hasher
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Hundreds of staff are made in a run, and the product's takes a tenth of a second and 64 MB for each on purpose."""


def use_hasher(hasher: PasswordHasher) -> None:
    """From now on passwords of this process are hashed so; whatever was hashed before is still known."""
    passwords._hasher = hasher
    passwords._nobodys_hash.cache_clear()


class MadeStaff(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    password: str
    totp_secret: str

    def code(self, steps: int = 0) -> str:
        """Her authenticator's code, now or some 30-second steps away."""
        return pyotp.TOTP(self.totp_secret).at(time.time() + 30 * steps)


async def make_staff(role: Role = Role.CLERK, *, store_id: UUID | None = None) -> MadeStaff:
    """A member of staff with a name nobody else has; a clerk needs a store."""
    name = f"staff-{uuid4().hex[:12]}"
    made = await staff.make_staff(name, PASSWORD, role, store_id=store_id)
    return MadeStaff(made.id, name, PASSWORD, made.totp_secret)
