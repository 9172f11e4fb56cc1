"""Writes: taking people on, signing them in and out, letting them go."""

from uuid import UUID

import asyncpg
import msgspec
from tortoise.exceptions import IntegrityError

from foundation import database, limits, sessions
from foundation.errors import TooManyRequests
from foundation.ids import new_id
from foundation.limits import Limit
from foundation.secrets import place, vault
from foundation.sessions import SessionTokens
from foundation.transactions import transactional
from membership.staff import passwords
from membership.staff.errors import CredentialsWrong, PasswordTooShort, StaffNameTaken, StaffNotFound
from membership.staff.models import StaffUser
from membership.staff.roles import Role

AUDIENCE = "staff"

GUESSES = Limit(requests=10, seconds=300, burst=5)
"""Sign-ins of one name from one address. Not of a name from anywhere: a stranger could lock a clerk out."""
ADDRESS_GUESSES = Limit(requests=60, seconds=300, burst=30)
"""Sign-ins of any names from one address, which a whole store may share."""
CODE_GUESSES = Limit(requests=20, seconds=600, burst=10)
"""Codes tried for one name, from anywhere, by somebody who knows the password."""


class NewStaff(msgspec.Struct, frozen=True):
    """A member of staff just taken on; the TOTP secret is shown this once, for her authenticator app."""

    id: UUID
    totp_secret: str


async def make_staff(name: str, password: str, role: Role, *, store_id: UUID | None = None) -> NewStaff:
    """Takes a person on. `password` has 12 to 128 characters; a clerk needs a store.

    Raises `PasswordTooShort`, `StaffNameTaken`.
    """
    return await _make(name, await _hashed(password), role, store_id)


@transactional
async def _make(name: str, password_hash: str, role: Role, store_id: UUID | None) -> NewStaff:
    keyring, data_key = vault().new_keyring()
    staff = NewStaff(new_id(), passwords.new_totp_secret())
    try:
        await StaffUser.create(
            id=staff.id,
            name=name,
            password_hash=password_hash,
            data_key=data_key,
            totp_sealed=keyring.seal(_totp_place(staff.id), staff.totp_secret),
            role=role.value,
            store_id=store_id,
        )
    except IntegrityError as error:
        if "staff_user_name" not in str(error):
            raise
        raise StaffNameTaken from error
    return staff


async def sign_in(name: str, password: str, totp: str, *, address: str) -> SessionTokens:
    """Signs a member of staff in from a network address.

    Raises `CredentialsWrong`, with the same words and after the same time whatever was wrong; `TooManyRequests`.
    """
    name_index = vault().index("staff_name", name).hex()
    await limits.count(f"staff_sign_in:{name_index}:{address}", GUESSES)
    await limits.count(f"staff_sign_in:{address}", ADDRESS_GUESSES)
    row = await _credentials(name)
    # Outside of the transaction: the check is slow on purpose and must not hold a connection.
    matches = await passwords.password_matches(row and row["password_hash"], password)
    if row is None or not matches:
        raise CredentialsWrong
    try:
        await limits.count(f"staff_code:{name_index}", CODE_GUESSES)
    except TooManyRequests:
        # "Too many" here would say that the password was right.
        raise CredentialsWrong from None
    step = passwords.matching_step(_totp_secret(row), totp)
    if step is None:
        raise CredentialsWrong
    return await _open_session(row["id"], row["password_hash"], step)


@transactional
async def _open_session(staff_id: UUID, password_hash: str, step: int) -> SessionTokens:
    """Uses the code's step up; the password must still be the one that was checked."""
    row = await database.fetchrow(
        "UPDATE staff_user SET last_totp_step = $3"
        " WHERE id = $1 AND password_hash = $2 AND active AND last_totp_step < $3 RETURNING role, store_id",
        staff_id,
        password_hash,
        step,
    )
    if row is None:
        raise CredentialsWrong
    claims = {"role": row["role"], "store": str(row["store_id"] or "")}
    return await sessions.open_session(AUDIENCE, staff_id, claims)


async def reset_credentials(staff_id: UUID, password: str) -> NewStaff:
    """Gives a person who lost them a new password and a new TOTP secret, and ends her sessions.

    Raises `PasswordTooShort`, `StaffNotFound`.
    """
    return await _reset(staff_id, await _hashed(password))


@transactional
async def _reset(staff_id: UUID, password_hash: str) -> NewStaff:
    keyring, data_key = vault().new_keyring()
    renewed = NewStaff(staff_id, passwords.new_totp_secret())
    if not await StaffUser.filter(id=staff_id, active=True).update(
        password_hash=password_hash,
        data_key=data_key,
        totp_sealed=keyring.seal(_totp_place(staff_id), renewed.totp_secret),
    ):
        raise StaffNotFound
    await sessions.end_sessions_of(staff_id, "credentials_reset")
    return renewed


async def has_totp_secret(name: str, totp_secret: str) -> bool:
    """Whether this is the TOTP secret of an active member of staff, for whoever keeps it with her password.

    The two are only ever replaced together, so the slow check of the password is not needed.
    """
    row = await _credentials(name)
    return row is not None and _totp_secret(row) == totp_secret


async def _credentials(name: str) -> asyncpg.Record | None:
    return await database.fetchrow(
        "SELECT id, password_hash, data_key, totp_sealed FROM staff_user WHERE name = $1 AND active", name
    )


def _totp_secret(row: asyncpg.Record) -> str:
    return vault().keyring(row["data_key"]).unseal(_totp_place(row["id"]), row["totp_sealed"])


async def _hashed(password: str) -> str:
    if not passwords.LEAST_CHARACTERS <= len(password) <= passwords.MOST_CHARACTERS:
        raise PasswordTooShort
    return await passwords.hash_password(password)


@transactional
async def sign_out(staff_id: UUID, session: UUID) -> None:
    """Ends the session that asks."""
    await sessions.end_session(staff_id, session, "signed_out")


@transactional
async def deactivate(staff_id: UUID) -> None:
    """Lets a person go: she can't sign in any more and her sessions end. Raises `StaffNotFound`."""
    if not await StaffUser.filter(id=staff_id).update(active=False):
        raise StaffNotFound
    await sessions.end_sessions_of(staff_id, "deactivated")


def _totp_place(staff_id: UUID) -> str:
    return place("staff_user", "totp_sealed", staff_id, staff_id)
