"""Stores, partners and staff of a production, made from the command line; development has the small named world.

Each verb returns the lines to print. Secrets are among them this once and can't be read again. What is refused is a
`CannotStart` with a sentence.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import msgspec
import pyotp

from foundation.settings import Settings
from foundation.startup import CannotStart
from membership import staff, stores
from server import house, migrate

ISSUER = "Muying"
"""Under what name an authenticator app files the code."""
NAME_CHARACTERS = 64
ADDRESS_CHARACTERS = 200
MOST_RETURN_DAYS = 365

Lines = Sequence[str]


async def in_the_house(settings: Settings, verb: Callable[[], Awaitable[Lines]]) -> Lines:
    """Runs a verb in a house brought up for it. Raises `DatabaseTooOld`, and the verb's `CannotStart`."""
    await migrate.check(settings)
    await house.up(settings)
    try:
        return await verb()
    finally:
        await house.down()


async def add_store(code: str, name: str, address: str, *, partner: str | None = None, return_days: int = 0) -> Lines:
    """Opens a store; `partner` is the name of the one whose tills stand there, `return_days` (to 365) a web shop's."""
    try:
        code = msgspec.convert(code, stores.StoreCode)
    except msgspec.ValidationError as error:
        raise CannotStart(f"{code!r} is no store code: 2 to 16 capital letters and digits, such as SH001.") from error
    _require_text("The name", name, NAME_CHARACTERS)
    _require_text("The address", address, ADDRESS_CHARACTERS)
    if not 0 <= return_days <= MOST_RETURN_DAYS:
        raise CannotStart(f"A purchase can come back for 0 to {MOST_RETURN_DAYS} days.")
    partner_id = None if partner is None else await _partner(partner)
    try:
        await stores.make_store(code, name, address, partner_id=partner_id, return_days=return_days)
    except stores.StoreCodeTaken as error:
        raise CannotStart(f"Another store has the code {code}.") from error
    return [f"Store {code} is open."]


async def add_partner(name: str) -> Lines:
    """Takes a partner on and makes its first key."""
    _require_text("The name", name, NAME_CHARACTERS)
    try:
        partner_id = await stores.make_partner(name)
    except stores.PartnerNameTaken as error:
        raise CannotStart(f"Another partner is called {name}.") from error
    return await _new_key(partner_id, name)


async def add_partner_key(name: str) -> Lines:
    """Makes a partner a further key, so that one can replace the other; two live at most."""
    return await _new_key(await _partner(name), name)


async def revoke_partner_key(name: str, key_id: str) -> Lines:
    """Ends one of a partner's keys."""
    live = await stores.live_keys(await _partner(name))
    if key_id not in live:
        raise CannotStart(f"{name} has no live key {key_id}. Live: {', '.join(live) or 'none'}.")
    await stores.revoke_partner_key(key_id)
    return [f"Key {key_id} is revoked."]


async def add_staff(name: str, role: str, *, store: str | None = None) -> Lines:
    """Takes a person on with a password and a TOTP secret made for her; `store` is the code of a clerk's store."""
    _require_text("The name", name, NAME_CHARACTERS)
    if role not in tuple(staff.Role):
        raise CannotStart(f"{role!r} is no role. Roles: {', '.join(staff.Role)}.")
    if (role == staff.Role.CLERK) != (store is not None):
        raise CannotStart("A clerk works in one store, named by --store; the other roles work for all stores.")
    store_id = None if store is None else await _store(store)
    password = secrets.token_urlsafe(15)
    try:
        made = await staff.make_staff(name, password, staff.Role(role), store_id=store_id)
    except staff.StaffNameTaken as error:
        raise CannotStart(f"Somebody else of the staff is called {name}.") from error
    return [
        f"name         {name}",
        f"password     {password}",
        f"TOTP secret  {made.totp_secret}",
        pyotp.TOTP(made.totp_secret).provisioning_uri(name=name, issuer_name=ISSUER),
        "Hand them over now; they can't be shown again.",
    ]


async def _new_key(partner_id: UUID, name: str) -> Lines:
    try:
        key = await stores.make_partner_key(partner_id)
    except stores.TooManyPartnerKeys as error:
        live = ", ".join(await stores.live_keys(partner_id))
        raise CannotStart(f"{name} has two live keys ({live}). Revoke one first, with --revoke.") from error
    return [
        f"key id  {key.key_id}",
        f"secret  {key.secret}",
        "Hand them over now; the secret can't be shown again.",
    ]


async def _partner(name: str) -> UUID:
    partner_id = await stores.find_partner(name)
    if partner_id is None:
        raise CannotStart(f"There is no partner called {name}. `muying add-partner` takes one on.")
    return partner_id


async def _store(code: str) -> UUID:
    store = await stores.find(code)
    if store is None:
        raise CannotStart(f"There is no store with the code {code}. `muying add-store` opens one.")
    return store.id


def _require_text(what: str, text: str, most: int) -> None:
    # A terminal can pass bytes that are no text, and PostgreSQL takes no NUL.
    if not (text.strip() and text.isprintable() and len(text) <= most):
        raise CannotStart(f"{what} needs 1 to {most} printable characters.")
