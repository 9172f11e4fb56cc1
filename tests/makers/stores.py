"""Makers: a store of one's own, a partner with a key."""

from uuid import UUID, uuid4

import msgspec

from membership import stores


class MadePartner(msgspec.Struct, frozen=True):
    id: UUID
    key: stores.NewPartnerKey


async def make_store(partner_id: UUID | None = None) -> stores.StoreView:
    """A store with a code nobody else uses."""
    code = "T" + uuid4().hex[:11].upper()
    return await stores.make_store(code, "测试门店", "上海市测试路1号", partner_id=partner_id)


async def make_partner() -> MadePartner:
    """A partner with one live key."""
    partner_id = await stores.make_partner(f"测试合作方{uuid4().hex[:12]}")
    return MadePartner(partner_id, await stores.make_partner_key(partner_id))
