"""Writes: opening and closing stores, taking partners on, making and revoking their keys."""

import secrets
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from foundation import database
from foundation.ids import new_id
from foundation.secrets import vault
from foundation.transactions import after_commit, transactional
from membership.stores import queries
from membership.stores.errors import (
    PartnerNameTaken,
    PartnerNotFound,
    StoreCodeTaken,
    StoreNotFound,
    TooManyPartnerKeys,
)
from membership.stores.models import Partner, PartnerKey, Store
from membership.stores.queries import StoreView


class NewPartnerKey(msgspec.Struct, frozen=True):
    """A key as its partner receives it, once: the secret can't be read again by anyone but the signature check."""

    key_id: str
    secret: str


@transactional
async def make_store(
    code: str, name: str, address: str, *, partner_id: UUID | None = None, return_days: int = 0
) -> StoreView:
    """Opens a store. `code` is 2 to 16 capital letters and digits; `return_days` (to 365) are those of a web shop.

    Raises `StoreCodeTaken`.
    """
    try:
        store = await Store.create(
            code=code, name=name, address=address, partner_id=partner_id, return_days=return_days
        )
    except IntegrityError as error:
        if "store_code" not in str(error):
            raise
        raise StoreCodeTaken from error
    return StoreView(store.id, code, name, address, store.open, partner_id, return_days)


@transactional
async def set_store_open(code: str, is_open: bool) -> None:
    """Opens or closes a store for new pick-ups. Raises `StoreNotFound`."""
    if not await Store.filter(code=code).update(open=is_open):
        raise StoreNotFound

    async def forget() -> None:
        queries.forget_store(code)

    after_commit(forget)


@transactional
async def make_partner(name: str) -> UUID:
    """Takes a partner on; its id. Raises `PartnerNameTaken`."""
    partner_id = new_id()
    _, data_key = vault().new_keyring()
    try:
        await Partner.create(id=partner_id, name=name, data_key=data_key)
    except IntegrityError as error:
        raise PartnerNameTaken from error
    return partner_id


@transactional
async def make_partner_key(partner_id: UUID) -> NewPartnerKey:
    """Makes a key; at most two of a partner live at once. Raises `PartnerNotFound`, `TooManyPartnerKeys`."""
    # The partner's row is the lock under which its keys are counted.
    partner = await Partner.filter(id=partner_id).select_for_update().first()
    if partner is None:
        raise PartnerNotFound
    taken = {key.slot for key in await PartnerKey.filter(partner_id=partner_id, revoked_at__isnull=True)}
    free = {1, 2} - taken
    if not free:
        raise TooManyPartnerKeys
    key = NewPartnerKey(f"pk_{secrets.token_hex(10)}", secrets.token_urlsafe(32))
    sealed = vault().keyring(partner.data_key).seal(queries.secret_place(key.key_id, partner_id), key.secret)
    await PartnerKey.create(id=key.key_id, partner_id=partner_id, slot=min(free), sealed_secret=sealed)
    return key


@transactional
async def revoke_partner_key(key_id: str) -> None:
    """Ends a key, within a second everywhere. An unknown or revoked key stays as it is."""
    await database.execute("UPDATE partner_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL", key_id)

    async def forget() -> None:
        queries.forget_key(key_id)

    after_commit(forget)
