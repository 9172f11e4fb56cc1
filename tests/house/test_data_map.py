"""The data map is compared with the database: no column without a word on it, no word on a column that is not there."""

import importlib
import subprocess
import sys
from pathlib import Path

from foundation import data_map_files, database, sealed_columns
from foundation.data_map import After, Column, Table, With
from foundation.data_map_page import page
from foundation.settings import Settings
from membership.privacy import retention
from server import data_map as house
from server import parts
from server.sealed_columns import SEALED_COLUMNS

ROOT = Path(__file__).parents[2]
TABLES = house.whole().tables
STAYS = {
    "member.number": "the pseudonym that her receipts bear",
    "gift_claim.phone_index": "no second gift for joining",
    "gift_claim.openid_index": "no second gift for joining",
    "referral.friend_phone_index": "nobody is brought twice",
    "referral.friend_openid_index": "nobody is brought twice",
    "flash_win.device_index": "one unit per device",
    "payment.payer_index": "a refund goes to who paid",
    "purchase_receipt.phone_index": "of somebody who is no member; it is emptied when she becomes one",
}
OF_THE_STAFF = {
    "member.ban_reason_sealed": "why she was locked out: said among the staff",
    "points_adjustment.rejected_because_sealed": "what one of the staff answers another",
}
"""Sealed with her keys so that it goes with her, and not in her export: no word that was given to her."""
PEOPLE = {"member", "baby", "staff_user", "family_person"}
COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns.values()]

DATABASE = """
SELECT attribute.attrelid::regclass::text AS table_name, attname AS column_name, attnotnull AS is_required,
       format_type(atttypid, NULL) AS type,
       (SELECT min(confrelid::regclass::text) FROM pg_constraint
         WHERE contype = 'f' AND conrelid = attrelid AND conkey = ARRAY[attnum]) AS refers_to
  FROM pg_attribute attribute JOIN pg_class ON pg_class.oid = attrelid
 WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
"""


def _named(wrong: list[tuple[Table, Column]]) -> list[str]:
    return [f"{table.name}.{column.name}" for table, column in wrong]


async def test_every_column_of_the_database_is_on_the_map_and_no_other(world: Settings) -> None:
    rows = await database.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        # Tests of the ground make tables of their own.
        " AND NOT starts_with(table_name, 'test_')"
    )
    existing = {f"{row['table_name']}.{row['column_name']}" for row in rows}
    mapped = {f"{table.name}.{column.name}" for table, column in COLUMNS}
    assert (existing - mapped, mapped - existing) == (set(), set())
    assert len(existing) > 700


def test_every_file_of_the_map_is_listed() -> None:
    packages = ("server", "miniprogram_api", "community", "membership", "foundation")
    files = {file for package in packages for file in (ROOT / package).rglob(data_map_files.FILE)}
    assert files == {Path(table.file) for table in TABLES.values()}


def test_a_table_stands_with_the_feature_whose_models_it_is() -> None:
    """So that whoever changes a model finds the map beside it."""
    misplaced = []
    for module in parts.MODELS:
        folder = Path(str(importlib.import_module(module).__file__)).parent
        for model in vars(importlib.import_module(module)).values():
            meta = getattr(model, "_meta", None)
            if meta is not None and model.__module__ == module and Path(TABLES[meta.db_table].file).parent != folder:
                misplaced.append(meta.db_table)
    assert misplaced == []


async def test_what_leads_to_a_person_is_called_so(world: Settings) -> None:
    """A reference to a member, a baby or somebody of the staff, and a table of theirs, is at least a pseudonym."""
    leading = {
        f"{r['table_name']}.{r['column_name']}" for r in await database.fetch(DATABASE) if r["refers_to"] in PEOPLE
    }
    wrong = [(t, c) for t, c in COLUMNS if f"{t.name}.{c.name}" in leading and c.class_ == "none"]
    assert _named(wrong) == []
    assert len(leading) > 30


def test_no_sealed_value_or_index_is_called_harmless() -> None:
    sealed = [(t, c) for t, c in COLUMNS if c.name.endswith("_sealed") and (c.sealed is None or c.class_ == "none")]
    index = [(t, c) for t, c in COLUMNS if c.name.endswith(("_index", "_hash")) and c.class_ in ("none", "pseudonym")]
    keys = [(t, c) for t, c in COLUMNS if c.name == "data_key" and c.class_ != "secret"]
    assert _named(sealed + index + keys) == []


def test_what_is_said_of_a_person_says_why_it_may_be() -> None:
    """A machine's own note of how far it came may name an id."""
    groundless = [(t, c) for t, c in COLUMNS if c.class_ not in ("none", "pseudonym", "secret") and c.basis == "none"]
    bare = [(t, c) for t, c in COLUMNS if c.class_ in ("child", "health") and c.sealed is None]
    harmless = [(t, c) for t, c in COLUMNS if c.class_ == "none" and c.basis != "none"]
    assert _named(groundless + bare + harmless) == []


async def test_a_table_that_refers_to_people_says_on_what_ground(world: Settings) -> None:
    rows = await database.fetch(DATABASE)
    assert {
        row["table_name"] for row in rows if row["refers_to"] in PEOPLE and TABLES[row["table_name"]].basis == "none"
    } == set()


def test_staff_see_no_child_and_no_secret() -> None:
    open_ = [(t, c) for t, c in COLUMNS if c.class_ in ("child", "health", "secret") and c.mask != "hidden"]
    assert _named(open_) == []


def test_nothing_personal_is_left_of_who_was_erased() -> None:
    """Beyond the facts of the ledgers under a pseudonym: blind indexes, each for a reason."""
    members = [(t, c) for t, c in COLUMNS if c.basis != "interest" or t.name != "staff_user"]
    stays = {
        f"{t.name}.{c.name}" for t, c in members if c.class_ == "personal" and c.erasure in ("pseudonym", "nothing")
    }
    assert stays == STAYS.keys()
    assert _named([(t, c) for t, c in COLUMNS if c.class_ in ("child", "health") and c.erasure == "pseudonym"]) == []


def test_what_is_exported_leads_to_her() -> None:
    for table in TABLES.values():
        seen = [table.name]
        while (export := TABLES[seen[-1]].export) is not None and export.owner != "member":
            assert export.owner not in seen
            seen.append(export.owner)
        if table.export is not None:
            assert export is not None, f"{' → '.join(seen)} leads to nobody"
            assert table.export.by in table.columns
            assert any(column.export for column in table.columns.values()), f"{table.name} exports nothing"


def test_she_gets_everything_that_is_sealed_with_her_own_keys() -> None:
    hers = [(t, c) for t, c in COLUMNS if c.sealed is not None and c.sealed.owner in ("member", "baby")]
    silent = _named([(t, c) for t, c in hers if c.export is None and c.class_ != "secret"])
    assert set(silent) == OF_THE_STAFF.keys()
    assert len(hers) > 8


async def test_the_rotation_of_keys_knows_what_the_map_says(world: Settings) -> None:
    assert await sealed_columns.unknown(SEALED_COLUMNS) == []
    rows = {(row["table_name"], row["column_name"]): row for row in await database.fetch(DATABASE)}
    for column in SEALED_COLUMNS:
        assert rows[column.table, column.column]["type"] == "bytea"
        assert (column.table, column.owner_column) in rows
        row_type = rows[column.table, column.id_column]["type"]
        assert column.id_type == {"character varying": "text"}.get(row_type, row_type), column.name
        assert column.owner_table is None or (column.owner_table, "data_key") in rows


async def test_every_time_limit_can_be_kept(world: Settings) -> None:
    """Its expressions are SQL, its work exists, and what is deleted is referred to by nobody."""
    rows = await database.fetch(DATABASE)
    referred = {row["refers_to"] for row in rows}
    for rule in house.whole().rules():
        limit = rule.after
        condition = f"{limit.by} < now() - make_interval(days => $1) AND ({limit.only or 'true'})"
        await database.fetchval(f"SELECT count(*) FROM {rule.table} WHERE {condition}", limit.days)  # noqa: S608 - ours
        assert rule.work in retention.works(), rule.name
        if limit.work is not None:
            continue
        if rule.column is None:
            assert rule.table not in referred or limit.only, rule.name
        else:
            (row,) = [row for row in rows if (row["table_name"], row["column_name"]) == (rule.table, rule.column)]
            assert not row["is_required"], rule.name


def test_what_lasts_as_long_as_something_says_as_what() -> None:
    for table in TABLES.values():
        if isinstance(table.retention, With):
            assert table.retention.table in TABLES
        elif isinstance(table.retention, After):
            assert table.retention.days > 0


def test_the_page_of_the_map_is_up_to_date() -> None:
    """When this fails: `make data-map`."""
    assert (ROOT / "docs" / "data-map.md").read_text(encoding="utf-8") == page(house.whole())


LOADED = """
import importlib, sys
from server import parts
for module in parts.JOBS:
    importlib.import_module(module)
print(*sys.modules)
"""


def test_a_worker_knows_everybody_who_keeps_something_of_a_baby() -> None:
    """They register what deletes it when they are imported; a worker that did not know one would leave its rows."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    rooms = {module.rpartition(".")[0] for module in parts.MODELS}
    assert rooms - set(done.stdout.split()) == set()
