"""The stores where a mother can buy and pick up."""

from foundation.http import View
from membership import stores
from miniprogram_api.face import mothers


class StoreOut(View):
    """An open store; other requests name it by `code`."""

    code: str
    name: str
    address: str


class StoresOut(View):
    items: list[StoreOut]


@mothers.get("/stores", who="public")
async def list_stores() -> StoresOut:
    """All open stores, by code. Needs no login."""
    return StoresOut([StoreOut(store.code, store.name, store.address) for store in await stores.list_open()])
