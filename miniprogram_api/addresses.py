"""Where she has things sent: her own addresses."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from foundation.http import Body, Caller, Page, View
from membership import addresses, members
from miniprogram_api.face import mothers

Name = Annotated[str, Meta(min_length=1, max_length=25, description="Who takes it.", examples=["陈小雨"])]
Phone = Annotated[
    str,
    Meta(min_length=5, max_length=24, description="A Chinese mobile number, or E.164.", examples=["19912340001"]),
]
Region = Annotated[
    str, Meta(min_length=2, max_length=60, description="Province, city, district.", examples=["上海市 黄浦区"])
]
Detail = Annotated[
    str, Meta(min_length=2, max_length=120, description="The rest of the way.", examples=["南京西路288号1203室"])
]
REFUSALS = (members.ConsentRequired, members.MemberBanned)


class AddressIn(Body):
    """A new address."""

    name: Name
    phone: Phone
    region: Region
    detail: Detail


class AddressChangesIn(Body):
    """What is to be changed. A field that is left out stays as it is."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    region: Region | UnsetType = UNSET
    detail: Detail | UnsetType = UNSET


class AddressOut(View):
    """One of her addresses. `phone` is E.164."""

    id: UUID
    name: str
    phone: str
    region: str
    detail: str


@mothers.get("/me/addresses", who="member")
async def my_addresses(caller: Caller) -> Page[AddressOut]:
    """Her addresses, the newest first; 20 at most, so there is one page."""
    items = [_out(view) for view in await addresses.addresses(caller.subject)]
    return Page(items=items, next_cursor=None)


@mothers.post("/me/addresses", who="member", status=201, refuses=(*REFUSALS, addresses.TooManyAddresses))
async def add_address(caller: Caller, body: AddressIn) -> AddressOut:
    """Write down an address.

    Needs the notice `privacy`."""
    return _out(await addresses.add(caller.subject, addresses.Address(**msgspec.structs.asdict(body))))


@mothers.patch("/me/addresses/{address_id}", who="member", refuses=(*REFUSALS, addresses.AddressNotFound))
async def change_address(caller: Caller, address_id: UUID, body: AddressChangesIn) -> AddressOut:
    """Change an address.

    What was ordered before goes to the address as it was then."""
    changes = addresses.AddressChanges(**msgspec.structs.asdict(body))
    return _out(await addresses.change(caller.subject, address_id, changes))


@mothers.delete("/me/addresses/{address_id}", who="member", refuses=(addresses.AddressNotFound,))
async def remove_address(caller: Caller, address_id: UUID) -> None:
    """Delete an address."""
    await addresses.remove(caller.subject, address_id)


def _out(view: addresses.AddressView) -> AddressOut:
    return AddressOut(id=view.id, **msgspec.structs.asdict(view.address))
