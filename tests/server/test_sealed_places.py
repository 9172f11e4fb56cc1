"""Every sealed value of the house opens where it stands, and a copy of it nowhere else."""

from uuid import uuid4

import asyncpg
import httpx
import pytest

from foundation import database
from foundation.sealed_columns import SealedColumn
from foundation.secrets import HOUSE, Keyring, Unreadable, place, vault
from foundation.wechat import inbox
from membership import mall, staff, surveys
from server.sealed_columns import SEALED_COLUMNS
from tests.makers.babies import make_child, make_mother
from tests.makers.growth import measure
from tests.makers.members import make_known_member
from tests.makers.orders import make_offer, make_operator, make_shopper, order_delivery
from tests.makers.payments import make_prepared_payment, pay
from tests.makers.staff import make_staff
from tests.makers.stores import make_partner
from tests.makers.surveys import ANSWERS, make_survey
from tests.makers.vaccinations import catch_up

pytestmark = pytest.mark.usefixtures("world")


PLANTED = {
    "member.phone_sealed",
    "member.profile_sealed",
    "wechat_identity.openid_sealed",
    "member_address.content_sealed",
    "survey_response.answers_sealed",
    "redemption.address_sealed",
    "baby.details_sealed",
    "growth_record.content_sealed",
    "vaccination_sheet.content_sealed",
    "staff_user.totp_sealed",
    "partner_key.sealed_secret",
    "virtual_good.content",
    "wechat_message.content_sealed",
    "payment_notification.content_sealed",
}
"""What this module makes; of the other columns, what the run has left is looked at."""


async def _plant(standin: httpx.AsyncClient) -> None:
    member = await make_known_member(nickname="王小雨")
    await surveys.respond(member.id, (await make_survey()).id, ANSWERS)
    await order_delivery(await make_shopper())
    mother = await make_mother()
    child = await make_child(mother.id)
    await measure(mother.id, child)
    await catch_up(mother.id, child)
    await make_staff(staff.Role.OPERATOR)
    await make_partner()
    await mall.add_goods(await make_operator(), await make_offer(kind="virtual", pickup=False), ["CODE-1", "CODE-2"])
    await inbox.keep({"MsgId": uuid4().hex, "MsgType": "text", "Content": "你好"})
    _, prepay_id = await make_prepared_payment()
    await pay(standin, prepay_id)


async def _values(column: SealedColumn) -> list[asyncpg.Record]:
    owner = column.owner_table
    return await database.fetch(
        f"SELECT t.{column.id_column} AS id, t.{column.column} AS sealed, o.id AS owner, o.data_key"  # noqa: S608 - ours
        f" FROM {column.table} t JOIN {owner} o ON o.id = t.{column.owner_column}"
        f" WHERE t.{column.column} IS NOT NULL AND o.data_key IS NOT NULL ORDER BY t.ctid DESC LIMIT 1"
        if owner is not None
        else f"SELECT id, {column.column} AS sealed FROM {column.table}"  # noqa: S608 - ours
        f" WHERE {column.column} IS NOT NULL ORDER BY ctid DESC LIMIT 1"
    )


async def test_no_copy_of_a_value_opens(standin: httpx.AsyncClient) -> None:
    await _plant(standin)
    looked_at = set()
    for column in SEALED_COLUMNS:
        rows = await _values(column)
        if not rows:
            continue
        (row,) = rows
        looked_at.add(column.name)
        house = column.owner_table is None
        keyring: Keyring = vault().house if house else vault().keyring(row["data_key"])
        owner = HOUSE if house else row["owner"]
        sealed = bytes(row["sealed"])
        text = keyring.unseal(place(column.table, column.column, row["id"], owner), sealed)
        assert text and text.encode() not in sealed
        for elsewhere in (
            place("another", column.column, row["id"], owner),
            place(column.table, "another", row["id"], owner),
            place(column.table, column.column, uuid4(), owner),
            place(column.table, column.column, row["id"], uuid4()),
        ):
            with pytest.raises(Unreadable):
                keyring.unseal(elsewhere, sealed)
        stranger, _ = vault().new_keyring()
        with pytest.raises(Unreadable):
            stranger.unseal(place(column.table, column.column, row["id"], owner), sealed)
    assert looked_at >= PLANTED
