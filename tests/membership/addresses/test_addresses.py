"""Addresses: sealed, twenty at most however many come at once, gone with the consent, followed in a merge."""

import asyncio
from uuid import uuid4

import pytest

from foundation import database
from foundation.errors import Invalid
from foundation.secrets import Unreadable
from foundation.transactions import transactional
from membership import addresses, enrolment, members
from membership.addresses import Address, AddressChanges
from tests.makers.addresses import address, make_addressee
from tests.makers.members import agree_to_privacy, make_member

pytestmark = pytest.mark.usefixtures("world")


async def test_an_address_is_kept_as_she_wrote_it_and_read_by_nobody_else() -> None:
    member, address_id = await make_addressee()
    (view,) = await addresses.addresses(member.id)
    assert view.id == address_id
    assert view.address == Address(
        name="陈小雨", phone="+8613912345678", region="上海市 黄浦区", detail="测试路1号201室"
    )
    row = await database.fetchrow("SELECT * FROM member_address WHERE id = $1", address_id)
    assert row is not None
    assert all(text.encode() not in bytes(row["content_sealed"]) for text in ("陈小雨", "13912345678", "测试路"))
    assert "陈" not in repr(view) + repr(AddressChanges(name="陈"))


async def test_a_sealed_address_can_not_be_moved_to_another_row() -> None:
    member, first = await make_addressee()
    second = (await addresses.add(member.id, address("另一处"))).id
    await database.execute(
        "UPDATE member_address SET content_sealed = (SELECT content_sealed FROM member_address WHERE id = $2)"
        " WHERE id = $1",
        first,
        second,
    )
    with pytest.raises(Unreadable):
        await addresses.addresses(member.id)


async def test_changing_and_removing() -> None:
    member, address_id = await make_addressee()
    changed = await addresses.change(
        member.id, address_id, AddressChanges(detail=" 新家 2 号 ", phone="+8613800138000")
    )
    assert (changed.address.detail, changed.address.phone, changed.address.name) == (
        "新家 2 号",
        "+8613800138000",
        "陈小雨",
    )
    assert await addresses.addresses(member.id) == [changed]
    await addresses.remove(member.id, address_id)
    assert await addresses.addresses(member.id) == []
    with pytest.raises(addresses.AddressNotFound):
        await addresses.remove(member.id, address_id)


async def test_a_strangers_address_is_not_there() -> None:
    _, address_id = await make_addressee()
    stranger, _ = await make_addressee()
    for unknown in (address_id, uuid4()):
        with pytest.raises(addresses.AddressNotFound):
            await addresses.change(stranger.id, unknown, AddressChanges(detail="x"))
        with pytest.raises(addresses.AddressNotFound):
            await addresses.remove(stranger.id, unknown)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"phone": "12345"}, {"phone"}),
        ({"name": "  "}, {"name"}),
        ({"region": "上海\x07市", "detail": "\u200b"}, {"region", "detail"}),
        ({"name": " ", "phone": "x"}, {"name", "phone"}),
    ],
)
async def test_what_can_not_be_used_is_named(given: dict[str, str], fields: set[str]) -> None:
    member, address_id = await make_addressee()
    with pytest.raises(Invalid) as refused:
        await addresses.change(member.id, address_id, AddressChanges(**given))
    assert {error.field for error in refused.value.errors} == fields


async def test_without_the_consent_none_is_taken_and_none_is_kept() -> None:
    stranger = await make_member()
    with pytest.raises(members.ConsentRequired):
        await addresses.add(stranger.id, address())
    member, _ = await make_addressee()
    await enrolment.withdraw(member.id, "marketing")
    assert len(await addresses.addresses(member.id)) == 1
    await enrolment.withdraw(member.id, members.PRIVACY)
    assert await addresses.addresses(member.id) == []


async def test_twenty_at_most_however_many_come_at_once() -> None:
    member = await make_member()
    await agree_to_privacy(member.id)
    results = await asyncio.gather(
        *(addresses.add(member.id, address(f"第{number}处")) for number in range(24)), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, BaseException)]
    assert [type(each) for each in refused] == [addresses.TooManyAddresses] * 4
    kept = await addresses.addresses(member.id)
    assert len(kept) == 20
    await addresses.remove(member.id, kept[7].id)
    await addresses.add(member.id, address("空出来的"))
    with pytest.raises(Exception, match="member_address_at_most_twenty"):
        await database.execute("UPDATE member_address SET place = 21 WHERE id = $1", kept[0].id)


@transactional
async def move(gone: members.MemberRecord, stays: members.MemberRecord) -> int:
    return await addresses.move_all(gone, stays)


async def test_they_follow_a_merged_member_sealed_with_the_key_of_who_stays() -> None:
    gone, _ = await make_addressee()
    stays, own = await make_addressee()
    records = [await members.find(each.id) for each in (gone, stays)]
    assert records[0] is not None
    assert records[1] is not None
    assert await move(records[0], records[1]) == 1
    assert await addresses.addresses(gone.id) == []
    assert len(await addresses.addresses(stays.id)) == 2
    assert own in {view.id for view in await addresses.addresses(stays.id)}
