"""Her copy is whole: each row of hers that the map names, in the form for programs and in the one for her; and it ends
where somebody else begins."""

import csv
import io
import json
import zipfile
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from foundation import data_map, database
from foundation.settings import Settings
from membership import members
from membership.privacy import export_building
from membership.privacy.map_erasing import ways
from tests import canaries
from tests.makers import whole_life, whole_life_babies, whole_life_staff, whole_life_tills
from tests.makers.whole_life import Life

CHAPTERS: tuple[whole_life.Chapter, ...] = (
    whole_life.profile,
    whole_life.delivery,
    whole_life.pick_up,
    whole_life.flash_sale,
    whole_life.survey,
    whole_life.friend,
    whole_life_staff.points_by_hand,
    whole_life_tills.till,
    whole_life_tills.coupons,
    whole_life_babies.children,
    whole_life_babies.family,
    whole_life_babies.disclosures,
)
LIVED = {
    "member",
    "wechat_identity",
    "consent",
    "member_address",
    "notification",
    "given_authorization",
    "authorized_purpose",
    "points_account",
    "points_entry",
    "points_lot",
    "family",
    "family_person",
    "baby",
    "baby_share",
    "growth_record",
    "vaccination_sheet",
    "milk_stock",
    "disclosure",
    "disclosure_look",
    "points_adjustment",
    "coupon",
    "payment",
    "purchase_receipt",
    "purchase_event",
    "survey_response",
    "redemption",
    "flash_win",
    "referral",
    "referral_code",
}
"""Of these her story leaves rows, at least."""
NOT_TOLD = {
    "session": "keys and numbers of being signed in",
    "idempotency_key": "answers that she had already, for a week",
    "wechat_message": "what WeChat said to us, for a month",
    "audit_entry": "what staff did; what they saw of her is in her disclosures",
    "stone": "nobody can read of whom it is",
    "wrapping_key": "keys",
    "key_rotation": "a machine's note",
    "pgqueuer": "work to be done, by ids",
    "partner": "a company",
    "partner_key": "a company",
    "staff_user": "the staff",
    "authorization_refusal": "that she is not asked for a month",
    "points_lot_use": "how the lines of her ledger hang together",
    "points_lot_move": "how the lines of her ledger hang together",
    "family_invitation": "codes that nobody used; who joined is in her family",
    "baby_stage": "follows from a birth date",
    "stage_walk": "a machine's note",
    "adjustment_day": "the staff",
    "stock_movement": "the staff",
    "product_quota": "follows from her orders",
    "earn_rule": "the staff",
    "coupon_checkout": "a till's note; what was taken off is on her receipt",
    "coupon_use": "who pays for it",
    "payment_notification": "what the provider said to us, for a month",
    "payment_incident": "the staff's work",
    "wallet_top_up": "the till's note of a line of her wallet",
    "wallet_payment": "the till's note of a line of her wallet",
    "wallet_reversal": "the till's note of a line of her wallet",
    "sign_in_streak": "follows from her sign-ins",
    "virtual_good": "what is sold; hers she reads at her order",
    "gift_claim": "blind indexes; the gift is in her ledger",
    "member_merge": "how two of her became one; what moved is hers now",
    "finance_terms": "the staff",
    "destruction_record": "says nothing of what it was",
}
"""What says something of people and is in nobody's copy, and why."""


async def told(life: Life) -> zipfile.ZipFile:
    member = await members.find(life.id)
    assert member is not None
    return zipfile.ZipFile(io.BytesIO(await export_building.build(member)))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def life(api: httpx.AsyncClient, standin: httpx.AsyncClient, world: Settings) -> Life:
    lived = await whole_life.begin(api, standin, world)
    for chapter in CHAPTERS:
        await chapter(lived)
    return lived


def everything(archive: zipfile.ZipFile) -> str:
    return "".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())


def sheets(archive: zipfile.ZipFile) -> dict[str, list[dict[str, str]]]:
    """By title."""
    found = {}
    for name in archive.namelist():
        if name.endswith(".csv"):
            title = name.rsplit(" ", 1)[1].removesuffix(".csv")
            found[title] = list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
    return found


async def test_each_row_of_hers_is_in_both_forms(life: Life) -> None:
    archive = await told(life)
    whole: dict[str, list[dict[str, Any]]] = json.loads(archive.read("全部资料.json"))
    of_her, known, tables = sheets(archive), await ways(), data_map.current().tables
    seen = set()
    for table in tables.values():
        if table.export is None:
            continue
        condition = known.to_her(table, tables)
        rows = await database.fetchval(f"SELECT count(*) FROM {table.name} WHERE {condition}", [life.id])  # noqa: S608  # ours
        lines = len(of_her.get(table.export.title, []))
        has_many = any(column.lines for column in table.columns.values())
        assert len(whole[table.export.title]) == rows, table.name
        assert lines >= rows if has_many else lines == rows, table.name
        if rows:
            seen.add(table.name)
            headings = {str(column.export) for column in table.columns.values() if column.export}
            headings |= table.export.also.keys()
            assert whole[table.export.title][0].keys() == headings
    assert seen >= LIVED, "her story was shorter than it is said to be"
    assert "（无法读取）" not in everything(archive)


async def test_what_is_in_nobodys_copy_is_argued() -> None:
    silent = {table.name for table in data_map.current().tables.values() if table.export is None and table.is_of_people}
    assert silent == NOT_TOLD.keys()


async def test_what_she_told_us_is_in_it_and_what_is_others_is_not(life: Life) -> None:
    text = everything(await told(life))
    assert life.phone in text and life.number in text
    mine = ("baby's nickname", "unborn baby's nickname", "a new allergy note")
    assert [what for what in mine if not any(each in text for each in canaries.standing_for(what))] == []
    others = ("a relative's nickname", "reason of a disclosure", "access_token", "refresh_token", "unionid")
    assert [what for what in others if any(each in text for each in canaries.standing_for(what))] == []
    strangers = await database.fetch("SELECT id::text, number FROM member WHERE id <> $1", life.id)
    staff = await database.fetch("SELECT id::text, name FROM staff_user")
    assert len(strangers) >= 2 and len(staff) >= 3
    found = {value for row in (*strangers, *staff) for value in row.values() if len(value) > 5 and value in text}
    assert found == set()


async def test_no_code_is_left_in_a_sheet(life: Life) -> None:
    """Nothing that looks like one: what stands there in Latin letters is hers, a number, or argued."""
    codes = {
        (table.export.title, str(column.export)): set(column.words)
        for table in data_map.current().tables.values()
        for column in table.columns.values()
        if table.export is not None and column.words
    }
    looked_at = 0
    for title, rows in sheets(await told(life)).items():
        for (of, heading), known in codes.items():
            if of == title:
                cells = {part for row in rows for part in row[heading].split("、") if part}
                looked_at += len(cells)
                assert not cells & known, f"{title}.{heading}"
                assert not [cell for cell in cells if cell.isascii()], f"{title}.{heading}"
    assert looked_at > 20


async def test_no_id_is_left_in_a_sheet(life: Life) -> None:
    for title, rows in sheets(await told(life)).items():
        for row in rows:
            assert not [cell for cell in row.values() if _is_id(cell)], title


def _is_id(cell: str) -> bool:
    try:
        return len(cell) == 36 and bool(UUID(cell))
    except ValueError:
        return False


async def test_what_has_several_parts_becomes_columns_or_a_sentence(life: Life) -> None:
    of_her = sheets(await told(life))
    (dose, *_) = of_her["疫苗接种"]
    assert [dose[f"接种记录：{heading}"] for heading in ("预防", "剂次", "疫苗")] == ["乙肝", "1", "乙肝疫苗"]
    assert dose["接种记录：日期"].startswith("20")
    sold = of_her["消费明细"][0]
    assert sold["商品"].endswith("金额（元）：150.00") and sold["金额（元）"] == "150.00"
    orders = of_her["兑换订单"]
    assert "收货地址" not in orders[0] and [order["收货地址：姓名"] != "" for order in orders].count(True) == 1
    (survey,) = of_her["问卷"]
    assert survey["回答：想看什么"] == "睡眠、辅食"
    (stock,) = of_her["奶粉存量"]
    assert stock["现有的奶粉：奶粉"] == "测试配方奶粉"
