"""Whatever she reads in her export she reads in words: each coded column, and each code within a sealed value."""

import re
import types
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from foundation import database
from foundation.data_map import Column, Field, Table
from foundation.settings import Settings
from membership.addresses.content import Address
from membership.babies.details import ALLERGENS, BabyDetails
from membership.catalogue import Fulfilment
from membership.disclosures.purposes import PART_TITLES
from membership.growth.content import Measurement
from membership.members.profile import Profile
from membership.milk.stock import Stock
from membership.notifications.discreet import Box
from membership.points import Kind
from membership.purchases.targets import Line
from membership.staff import Role
from membership.vaccinations.schedules import schedules
from membership.vaccinations.sheets import Sheet
from membership.vaccinations.vaccines import SERIES, VACCINES
from server import data_map as house

EXPORTED = [
    (table, column) for table in house.whole().tables.values() for column in table.columns.values() if column.export
]
CODES: dict[str, set[str]] = {
    "points_entry.kind": {kind.value for kind in Kind},
    "disclosure.parts": set(PART_TITLES),
    "disclosure.granted_parts": set(PART_TITLES),
    "disclosure.asked_as": {role.value for role in Role},
    "redemption.fulfilment": {fulfilment.value for fulfilment in Fulfilment},
}
"""Of columns whose codes no CHECK lists."""
OBJECTS: dict[str, Any] = {
    "member.profile_sealed": Profile,
    "member_address.content_sealed": Address,
    "redemption.address_sealed": Address,
    "baby.details_sealed": BabyDetails,
    "growth_record.content_sealed": Measurement,
    "vaccination_sheet.content_sealed": Sheet,
    "milk_stock.content_sealed": Stock,
    "discreet_inbox.content_sealed": Box,
    "purchase_event.lines": list[Line],
}
"""What is within a value, by the type as which its feature writes it."""
WITHIN: dict[str, dict[str, set[str]]] = {
    "baby.details_sealed": {
        "allergies": set(ALLERGENS),
        "schedule": {edition.code for edition in schedules()},
    },
    "vaccination_sheet.content_sealed": {
        "edition": {edition.code for edition in schedules()},
        "wanted": set(SERIES) | set(VACCINES),
        "series": set(SERIES),
        "vaccine": set(VACCINES),
    },
}
"""Codes within them that are no Literal, by field."""
SINGLE = """
SELECT conrelid::regclass::text AS table_name, attname AS column_name, pg_get_constraintdef(pg_constraint.oid) AS said
  FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
 WHERE contype = 'c' AND cardinality(conkey) = 1
"""
TYPES = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
ONE_OF = re.compile(r"CHECK \(\(*\w+\)?(?:::text)?\)? = (?:ANY \(+ARRAY\[.*\].*|'[^']*'(::[a-z ]+)?\)*)$")


def name_of(table: Table, column: Column) -> str:
    return f"{table.name}.{column.name}"


def codes_of(check: str) -> set[str]:
    """What a CHECK lists; empty for one that says something else."""
    return set(re.findall(r"'([^']*)'", check)) if ONE_OF.fullmatch(check) else set()


def test_what_a_list_of_codes_is() -> None:
    listed = "CHECK (((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))"
    assert codes_of(listed) == {"a", "b"}
    assert codes_of("CHECK (((source)::text = 'mini_program'::text))") == {"mini_program"}
    assert codes_of("CHECK (((code)::text ~ '^[a-z]+$'::text))") == set()


async def test_each_code_that_the_database_lists_has_a_word(world: Settings) -> None:
    listed = {(row["table_name"], row["column_name"]): codes_of(row["said"]) for row in await database.fetch(SINGLE)}
    wordless = {}
    for table, column in EXPORTED:
        codes = listed.get((table.name, column.name), set()) | CODES.get(name_of(table, column), set())
        if codes - column.words.keys():
            wordless[name_of(table, column)] = codes - column.words.keys()
    assert wordless == {}
    assert sum(bool(column.words) for _, column in EXPORTED) > 15


OWN = {
    "member.number",
    "notification.title",
    "notification.body",
    "points_entry.note",
    "coupon.code",
    "payment.description",
    "payment.out_trade_no",
    "payment.transaction_id",
    "payment_refund.out_refund_no",
    "payment_refund.reason",
    "purchase_receipt.number",
    "purchase_event.number",
    "redemption.carrier",
    "referral_code.code",
}
"""Texts and numbers that are no codes."""


async def test_a_column_of_texts_has_words_or_is_none_of_codes(world: Settings) -> None:
    types_ = {(row["table_name"], row["column_name"]): row["data_type"] for row in await database.fetch(TYPES)}
    rows = await database.fetch(
        "SELECT conrelid::regclass::text || '.' || attname FROM pg_constraint"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] WHERE contype = 'f'"
    )
    leading = {row[0] for row in rows}
    texts = {
        name_of(table, column)
        for table, column in EXPORTED
        if types_.get((table.name, column.name)) in ("character varying", "text", "ARRAY")
        and not column.words
        and name_of(table, column) not in leading | OBJECTS.keys()
    }
    assert texts == OWN


PLAIN = {
    "survey_response.answers_sealed",
    "member.phone_sealed",
    "wechat_identity.openid_sealed",
    "points_adjustment.reason_sealed",
    "wallet_refund.reason_sealed",
    "redemption.tracking_number_sealed",
    "redemption.return_reason_sealed",
    "redemption.return_refused_sealed",
}
"""Sealed values that are no objects, and the answers, which their own survey puts into words."""


def test_of_each_sealed_value_it_is_known_what_is_within() -> None:
    sealed = {name_of(table, column) for table, column in EXPORTED if column.sealed is not None}
    assert sealed - PLAIN == {name for name in OBJECTS if name.endswith("_sealed")}


@pytest.mark.parametrize("name", OBJECTS)
def test_each_field_has_a_heading_and_each_code_a_word(name: str) -> None:
    (column,) = [column for table, column in EXPORTED if name_of(table, column) == name]
    listed = WITHIN.get(name, {})
    headless, wordless = [], {}
    for field, hint in fields_of(OBJECTS[name]):
        if field not in column.fields:
            headless.append(field)
        elif (said := column.fields[field]) is not None:
            codes = literals(hint) | listed.get(field, set())
            if codes - (said.words.keys() | said.keys.keys()):
                wordless[field] = codes - (said.words.keys() | said.keys.keys())
    assert (headless, wordless) == ([], {})
    known = {field for field, _ in fields_of(OBJECTS[name])}
    assert column.fields.keys() <= known, "a heading for nothing"


def fields_of(hint: Any) -> Iterator[tuple[str, Any]]:
    """Every field within, however deep."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        for name, inner in get_type_hints(hint, include_extras=True).items():
            if not (hint.__struct_config__.array_like and name == "record"):
                yield name, inner
                yield from fields_of(inner)
        return
    for inner in get_args(hint):
        yield from fields_of(inner)


def literals(hint: Any) -> set[str]:
    """The codes that a type allows."""
    if get_origin(hint) is Literal:
        return {str(code) for code in get_args(hint)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {str(code.value) for code in hint}
    if get_origin(hint) in (Union, types.UnionType, Annotated, tuple, list):
        return set().union(*[literals(inner) for inner in get_args(hint)])
    return set()


def test_arrays_are_read_by_the_places_of_their_own_type() -> None:
    """What is added to a dose in front of another field would be told under the wrong heading."""
    (column,) = [column for table, column in EXPORTED if name_of(table, column) == "vaccination_sheet.content_sealed"]
    for name, inner in get_type_hints(Sheet).items():
        field = column.fields[name]
        places = [each for each in get_args(inner) if isinstance(each, type) and issubclass(each, msgspec.Struct)]
        if places:
            assert isinstance(field, Field) and field.items
            assert places[0].__struct_fields__[: len(field.items)] == field.items


def test_words_are_words_and_amounts_say_their_unit() -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    for table, column in EXPORTED:
        fields = [field for field in column.fields.values() if field is not None]
        words = [
            *column.words.values(),
            *(word for field in fields for word in (*field.words.values(), *field.keys.values())),
        ]
        assert [word for word in words if not chinese.search(word)] == [], name_of(table, column)
        assert chinese.search(str(column.export)), name_of(table, column)
        if column.name.endswith("_fen"):
            assert str(column.export).endswith("（分）"), name_of(table, column)
        for name, field in column.fields.items():
            assert field is None or not name.endswith("_fen") or field.name.endswith("（分）"), name


def test_what_leads_to_a_row_with_a_name_can_be_followed() -> None:
    tables = house.whole().tables
    for _, column in EXPORTED:
        for field in column.fields.values():
            if field is not None and field.of is not None:
                table, key = field.of.split(".")
                assert {key, "name"} <= tables[table].columns.keys()


async def test_nothing_that_she_gets_leads_to_a_person(world: Settings) -> None:
    """Neither another member nor anybody of the staff; of her babies she reads the nickname."""
    rows = await database.fetch(
        "SELECT conrelid::regclass::text || '.' || attname FROM pg_constraint"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)"
        " WHERE contype = 'f' AND confrelid = ANY(ARRAY['member', 'staff_user', 'family_person']::regclass[])"
    )
    assert {row[0] for row in rows} & {name_of(table, column) for table, column in EXPORTED} == set()
    assert len(rows) > 40
