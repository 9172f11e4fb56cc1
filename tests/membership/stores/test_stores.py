"""Stores by code, partners and the two live keys of each."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from foundation import database
from foundation.secrets import Unreadable
from foundation.settings import Settings
from membership import stores
from membership.stores import queries
from tests.makers.stores import make_partner, make_store

pytestmark = pytest.mark.usefixtures("world")


async def test_a_store_is_found_by_code_and_id() -> None:
    partner = await make_partner()
    store = await make_store(partner.id)
    assert await stores.find(store.code) == store
    assert await stores.get(store.id) == store
    assert store.partner_id == partner.id
    assert await stores.find("NOSUCHSTORE") is None
    assert await stores.get(uuid4()) is None


async def test_a_code_belongs_to_one_store() -> None:
    store = await make_store()
    with pytest.raises(stores.StoreCodeTaken):
        await stores.make_store(store.code, "另一家", "别处")


@pytest.mark.parametrize("code", ["a1", "A", "A" * 17, "SH-01", "SH 01"])
async def test_the_database_refuses_other_codes(code: str) -> None:
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.StringDataRightTruncationError)):
        await database.execute(
            "INSERT INTO store (id, code, name, address, open) VALUES ($1, $2, 'x', 'y', true)", uuid4(), code
        )


async def test_a_closed_store_is_not_offered() -> None:
    store = await make_store()
    assert store in await stores.list_open()
    assert await stores.find(store.code) == store
    await stores.set_store_open(store.code, False)
    assert store.code not in {offered.code for offered in await stores.list_open()}
    remembered = await stores.find(store.code)
    assert remembered is not None
    assert not remembered.open
    with pytest.raises(stores.StoreNotFound):
        await stores.set_store_open("NOSUCHSTORE", True)


async def test_a_key_signs_with_the_secret_its_partner_got() -> None:
    partner = await make_partner()
    secret = await stores.signing_secrets(partner.key.key_id)
    assert secret == stores.PartnerSecret(partner.id, partner.key.secret.encode())
    assert await stores.signing_secrets("pk_unknown") is None


async def test_secrets_are_sealed_and_bound_to_their_key() -> None:
    partner = await make_partner()
    second = await stores.make_partner_key(partner.id)
    row = await database.fetchrow("SELECT sealed_secret FROM partner_key WHERE id = $1", partner.key.key_id)
    assert row is not None
    assert partner.key.secret.encode() not in row["sealed_secret"]
    await database.execute(
        "UPDATE partner_key SET sealed_secret = $1 WHERE id = $2", row["sealed_secret"], second.key_id
    )
    with pytest.raises(Unreadable):
        await stores.signing_secrets(second.key_id)


async def test_two_keys_live_at_once_and_a_revoked_one_makes_room() -> None:
    partner = await make_partner()
    second = await stores.make_partner_key(partner.id)
    with pytest.raises(stores.TooManyPartnerKeys):
        await stores.make_partner_key(partner.id)
    assert await stores.signing_secrets(partner.key.key_id) is not None
    await stores.revoke_partner_key(partner.key.key_id)
    assert await stores.signing_secrets(partner.key.key_id) is None
    assert await stores.signing_secrets(second.key_id) is not None
    await stores.make_partner_key(partner.id)
    with pytest.raises(stores.PartnerNotFound):
        await stores.make_partner_key(uuid4())


async def test_a_partner_has_two_keys_however_many_are_made_at_once() -> None:
    partner_id = await stores.make_partner(f"p{uuid4().hex}")
    results = await asyncio.gather(*(stores.make_partner_key(partner_id) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(result, stores.NewPartnerKey) for result in results) == 2
    assert sum(isinstance(result, stores.TooManyPartnerKeys) for result in results) == 4


async def test_another_process_learns_of_a_revocation_within_a_second(world: Settings) -> None:
    partner = await make_partner()
    assert await stores.signing_secrets(partner.key.key_id) is not None
    await database.execute("UPDATE partner_key SET revoked_at = now() WHERE id = $1", partner.key.key_id)
    await asyncio.sleep(queries.KEY_SECONDS + 0.05)
    assert await stores.signing_secrets(partner.key.key_id) is None


async def test_a_partner_has_a_name_of_its_own() -> None:
    name = f"p{uuid4().hex}"
    await stores.make_partner(name)
    with pytest.raises(stores.PartnerNameTaken):
        await stores.make_partner(name)
