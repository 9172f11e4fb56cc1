"""The files of the data map: what follows from what is said, and what they may not say."""

from pathlib import Path

import pytest

from foundation.data_map import After, DataMap, Field, With
from foundation.data_map_files import DataMapError, read
from foundation.data_map_page import page
from foundation.sealed_columns import SealedColumn

WISH = """
wish:
  purpose: Her wish list.
  basis: contract
  retention: {with: member}
  export: {title: 心愿单, owner: member, by: member_id}
  columns:
    member_id: pseudonym
    note_sealed: {class: personal, export: 备注, sealed: {owner: member, by: member_id}}
  none: [id, place]
"""
LOG = """
log:
  purpose: What was done when.
  basis: none
  retention: {days: 14, by: created_at, only: done}
  none: [id, created_at, done]
"""
ORDER = """
order:
  purpose: What she ordered.
  basis: law
  retention: kept
  erasure: unreadable
  columns:
    member_id: {class: pseudonym, erasure: pseudonym}
    address_sealed:
      class: personal
      basis: contract
      retention: {days: 90, by: ended_at, work: orders.forget}
      sealed: {owner: house, row: number, row_type: text, anew: false}
  none: [number]
"""


def written(folder: Path, *texts: str) -> DataMap:
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"{number}.yaml")
        files[-1].write_text(text, encoding="utf-8")
    return read(files)


def test_what_is_not_said_follows(tmp_path: Path) -> None:
    tables = written(tmp_path, WISH, LOG, ORDER).tables
    wish, log, order = tables["wish"], tables["log"], tables["order"]
    assert (wish.retention, wish.erasure) == (With(table="member"), "deleted")
    assert {name: column.class_ for name, column in wish.columns.items()} == {
        "id": "none",
        "place": "none",
        "member_id": "pseudonym",
        "note_sealed": "personal",
    }
    assert [wish.columns[name].mask for name in ("id", "member_id", "note_sealed")] == ["clear", "clear", "hidden"]
    assert [wish.columns[name].basis for name in ("id", "member_id")] == ["none", "contract"]
    assert (log.retention, log.erasure) == (After(days=14, by="created_at", only="done"), "nothing")
    assert [order.columns[name].erasure for name in ("number", "member_id", "address_sealed")] == [
        "nothing",
        "pseudonym",
        "unreadable",
    ]


def test_what_the_rotation_seals_anew_and_the_time_limits(tmp_path: Path) -> None:
    whole = written(tmp_path, WISH, LOG, ORDER)
    assert list(whole.sealed_columns()) == [SealedColumn("wish", "note_sealed", "member", "member_id")]
    assert [(rule.name, rule.after.days) for rule in whole.rules()] == [("log", 14), ("order.address_sealed", 90)]


def test_the_page_names_every_column(tmp_path: Path) -> None:
    whole = written(tmp_path, WISH, LOG, ORDER)
    text = page(whole)
    missing = [column for table in whole.tables.values() for column in table.columns if column not in text]
    assert missing == []
    told = page(written(tmp_path, WISH.replace("by: member_id}\n", "by: member_id, also: {顺序: mine.place}}\n", 1)))
    assert "by `member_id` of her `member`, with 顺序\n" in told
    assert "90 days by ended_at" in text and "14 days by created_at where done;" in text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (WISH.replace("class: personal", "class: private"), "private"),
        (WISH.replace("basis: contract", "ground: contract"), "ground"),
        (WISH.replace("  basis: contract\n", ""), "basis"),
        (WISH.replace("{with: member}", "for a while"), "wish"),
        (WISH.replace("{with: member}", "{days: many, by: created_at}"), "days"),
        (WISH.replace("[id, place]", "[id, id]"), "id twice"),
        (WISH.replace("[id, place]", "[id, member_id]"), "member_id twice"),
        (WISH.replace("    member_id: pseudonym", "    member_id: pseudonym\n    member_id: none"), "member_id twice"),
        (WISH.replace("  export: {title: 心愿单, owner: member, by: member_id}\n", ""), "leads? to her"),
        (WISH + WISH, "wish twice"),
        ("- wish", "no mapping"),
        ("wish: [", "0.yaml"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(DataMapError, match=complaint):
        written(tmp_path, text)


def test_a_table_stands_once(tmp_path: Path) -> None:
    with pytest.raises(DataMapError, match=r"1\.yaml: wish stands in .*0\.yaml already"):
        written(tmp_path, WISH, WISH)


COAT = """
coat:
  purpose: Which coat she wears.
  basis: contract
  retention: kept
  export: {title: 外套, owner: member, by: member_id}
  columns:
    member_id: pseudonym
    colour: {class: pseudonym, export: 颜色, words: {red: 红色}}
    pockets:
      class: pseudonym
      export: 口袋
      fields: {left: 左边, right: {name: 右边, words: {full: 满的}}, lining: null}
"""


def test_codes_have_words_and_fields_headings(tmp_path: Path) -> None:
    columns = written(tmp_path, COAT).tables["coat"].columns
    assert columns["colour"].words == {"red": "红色"}
    left, right = Field(name="左边"), Field(name="右边", words={"full": "满的"})
    assert columns["pockets"].fields == {"left": left, "right": right, "lining": None}


def test_words_that_nobody_reads_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(DataMapError, match="coat: colour has words, and nobody gets it"):
        written(tmp_path, COAT.replace("export: 颜色, ", ""))


def test_lines_are_of_a_field_that_she_gets(tmp_path: Path) -> None:
    with_lines = COAT.replace("      fields:", "      lines: [left]\n      fields:")
    assert written(tmp_path, with_lines).tables["coat"].columns["pockets"].lines == ("left",)
    for name in ("lining", "sleeve"):
        with pytest.raises(DataMapError, match=f"coat: {name} has lines, and is no field that she gets"):
            written(tmp_path, with_lines.replace("[left]", f"[left, {name}]"))


def test_each_rule_names_the_work_that_keeps_it(tmp_path: Path) -> None:
    assert {rule.name: rule.work for rule in written(tmp_path, LOG, ORDER, WISH).rules()} == {
        "log": "log",
        "order.address_sealed": "orders.forget",
    }


def test_what_says_nothing_of_people_needs_no_record(tmp_path: Path) -> None:
    tables = written(tmp_path, LOG, WISH).tables
    assert [tables[name].is_of_people for name in ("log", "wish")] == [False, True]
