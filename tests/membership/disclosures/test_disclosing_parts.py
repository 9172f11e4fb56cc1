"""What of a child was asked for, approved and looked at; and that nobody is related, as it was declared."""

from datetime import timedelta

import asyncpg
import pytest

from foundation import audit, clock, database
from foundation.audit import AuditQuery
from foundation.errors import Invalid
from foundation.pages import PageQuery
from membership import authorizations, babies, disclosures
from membership.disclosures import (
    AlreadyDecided,
    AskerChanged,
    GuardianNotAuthorizing,
    NothingToSee,
    Part,
    PartNotAsked,
    PartNotOpen,
)
from membership.disclosures.invariants import INVARIANTS
from membership.disclosures.purposes import PART_TITLES, PARTS
from membership.staff import Role
from tests.breakers import broken_by, keeps
from tests.makers.babies import make_child, make_mother, make_pregnancy
from tests.makers.disclosures import Case, approved, ask_for_phone, looks_at, make_case, staff_of
from tests.makers.growth import measure
from tests.makers.stores import make_store
from tests.makers.vaccinations import give

pytestmark = pytest.mark.usefixtures("world")

LOOK_AT = """
INSERT INTO disclosure_look (id, disclosure_id, looked_at, part)
SELECT gen_random_uuid(), id, decided_at, $2 FROM disclosure WHERE id = $1
"""
ALL: tuple[Part, ...] = ("details", "growth", "vaccinations")


async def a_grown_child() -> Case:
    """Of the child there is something in every part."""
    case = await make_case()
    await measure(case.mother.id, case.baby_id, days_ago=3, weight_g=5800, length_mm=600)
    await measure(case.mother.id, case.baby_id, weight_g=6000)
    await give(case.mother.id, case.baby_id, clock.today() - timedelta(days=90), ("HepB", 1))
    return case


@keeps(INVARIANTS)
async def test_each_part_is_looked_at_and_told_by_itself() -> None:
    case = await a_grown_child()
    asked = await disclosures.ask(case.expert, case.request(parts=("vaccinations", "details", "growth", "growth")))
    assert (asked.parts, asked.granted_parts) == (list(ALL), []), "each once, in order"
    opened = await disclosures.approve(await staff_of(Role.PRIVACY_OFFICER), asked.id, unrelated=True)
    assert opened.granted_parts == list(ALL)
    seen = {part: await disclosures.look(case.expert, asked.id, part) for part in ALL}
    for part, value in seen.items():
        shown = {"details": value.baby, "growth": value.growth, "vaccinations": value.vaccinations}
        assert [name for name, each in shown.items() if each is not None] == [part], "one part and no other"
        assert value.part == part
    assert seen["growth"].growth is not None
    assert [each.measurement.weight_g for each in seen["growth"].growth] == [6000, 5800]
    assert seen["vaccinations"].vaccinations is not None
    done = [dose.series for dose in seen["vaccinations"].vaccinations.doses if dose.status == "done"]
    assert done == ["HepB"]
    looks = (await disclosures.looks(case.mother.id, PageQuery())).items
    assert [look.part for look in reversed(looks)] == list(ALL)
    assert {(look.asked_at, look.approved_at, look.unrelated) for look in looks} == (
        {(asked.asked_at, opened.decided_at, True)}
    )
    assert set(PART_TITLES) == set(PARTS)


async def test_who_names_no_part_asks_for_the_least() -> None:
    case = await a_grown_child()
    opened = await approved(case)
    assert (opened.parts, opened.granted_parts) == (["details"], ["details"])
    assert (await disclosures.look(case.expert, opened.id)).part == "details"
    for part in ("growth", "vaccinations"):
        with pytest.raises(PartNotOpen):
            await disclosures.look(case.expert, opened.id, part)
    assert await looks_at(opened.id) == 1, "what was refused is no look"


async def test_what_was_not_asked_for_is_not_shown_even_the_least() -> None:
    case = await a_grown_child()
    asked = await disclosures.ask(case.expert, case.request(parts=["growth"]))
    await disclosures.approve(await staff_of(Role.ADMINISTRATOR), asked.id, unrelated=True)
    for part in (None, "details", "vaccinations"):
        with pytest.raises(PartNotOpen):
            await disclosures.look(case.expert, asked.id, part)  # type: ignore[arg-type]  # one of ours
    assert (await disclosures.look(case.expert, asked.id, "growth")).growth


@keeps(INVARIANTS)
async def test_fewer_can_be_approved_and_no_others() -> None:
    case = await a_grown_child()
    officer = await staff_of(Role.PRIVACY_OFFICER)
    asked = await disclosures.ask(case.expert, case.request(parts=["details", "growth"]))
    for more in (["vaccinations"], ["growth", "vaccinations"], []):
        with pytest.raises(PartNotAsked):
            await disclosures.approve(officer, asked.id, unrelated=True, parts=more)  # type: ignore[arg-type]  # as above
    for _ in range(2):  # tapping twice is no error
        opened = await disclosures.approve(officer, asked.id, unrelated=True, parts=["growth"])
    assert (opened.parts, opened.granted_parts) == (["details", "growth"], ["growth"])
    with pytest.raises(AlreadyDecided):
        await disclosures.approve(officer, asked.id, unrelated=True, parts=["details", "growth"])
    with pytest.raises(PartNotOpen):
        await disclosures.look(case.expert, asked.id, "details")
    await disclosures.look(case.expert, asked.id, "growth")
    entries = (await audit.entries(AuditQuery(subject="disclosure", subject_id=str(asked.id)))).items
    assert [(entry.action, (entry.after or {})["parts"]) for entry in reversed(entries)] == [
        ("disclosure.asked", ["details", "growth"]),
        ("disclosure.approved", ["growth"]),
        ("disclosure.looked", ["growth"]),
    ]


async def test_parts_are_of_a_child() -> None:
    case = await make_case()
    with pytest.raises(Invalid):
        await disclosures.ask(case.expert, case.request(parts=()))
    operator = await staff_of(Role.OPERATOR)
    phone = case.request(kind="member_phone", baby_id=None, purpose="member_request")
    with pytest.raises(Invalid):
        await disclosures.ask(operator, case.request(**{**_values(phone), "parts": ["details"]}))
    asked = await ask_for_phone(operator)
    assert (asked.parts, asked.asked_unrelated, asked.decided_unrelated) == ([], None, None)
    with pytest.raises(PartNotOpen):
        await disclosures.look(operator, asked.id, "details")
    await disclosures.look(operator, asked.id)


def _values(request: disclosures.Request) -> dict[str, object]:
    return {name: getattr(request, name) for name in request.__struct_fields__}


@pytest.mark.parametrize("part", ALL)
async def test_a_withdrawal_ends_every_part(part: Part) -> None:
    case = await a_grown_child()
    asked = await disclosures.ask(case.expert, case.request(parts=ALL))
    await disclosures.approve(await staff_of(Role.PRIVACY_OFFICER), asked.id, unrelated=True)
    await disclosures.look(case.expert, asked.id, part)
    await authorizations.withdraw(case.mother.id, ["expert"])
    with pytest.raises(GuardianNotAuthorizing):
        await disclosures.look(case.expert, asked.id, part)
    assert await looks_at(asked.id) == 1


@pytest.mark.parametrize("part", ALL)
async def test_of_a_baby_that_was_removed_no_part_is_to_be_seen(part: Part) -> None:
    case = await a_grown_child()
    asked = await disclosures.ask(case.expert, case.request(parts=ALL))
    await disclosures.approve(await staff_of(Role.PRIVACY_OFFICER), asked.id, unrelated=True)
    await babies.put_away(case.mother.id, case.baby_id)
    with pytest.raises(NothingToSee):
        await disclosures.look(case.expert, asked.id, part)


async def test_who_is_not_born_has_no_vaccinations() -> None:
    mother = await make_mother("expert", "service")
    case = Case(mother, await make_pregnancy(mother.id), await staff_of(Role.EXPERT))
    asked = await disclosures.ask(case.expert, case.request(parts=ALL))
    await disclosures.approve(await staff_of(Role.PRIVACY_OFFICER), asked.id, unrelated=True)
    with pytest.raises(NothingToSee):
        await disclosures.look(case.expert, asked.id, "vaccinations")
    assert (await disclosures.look(case.expert, asked.id, "growth")).growth == []


async def test_what_was_taken_back_or_removed_is_not_approved() -> None:
    officer = await staff_of(Role.PRIVACY_OFFICER)
    case, other = await make_case(), await make_case()
    asked, removed = [await disclosures.ask(each.expert, each.request()) for each in (case, other)]
    await authorizations.withdraw(case.mother.id, ["expert"])
    with pytest.raises(GuardianNotAuthorizing):
        await disclosures.approve(officer, asked.id, unrelated=True)
    await babies.put_away(other.mother.id, other.baby_id)
    with pytest.raises(NothingToSee):
        await disclosures.approve(officer, removed.id, unrelated=True)
    assert {(await disclosures.disclosure(each.id)).state for each in (asked, removed)} == {"waiting"}
    assert (await disclosures.refuse(officer, asked.id)).state == "refused"


@pytest.mark.parametrize("change", ["role = 'moderator'", "active = false", "store_id = $2"])
async def test_who_is_no_longer_what_she_was_is_not_approved_and_does_not_look(change: str) -> None:
    store = [(await make_store()).id] if "$2" in change else []
    officer = await staff_of(Role.PRIVACY_OFFICER)
    case, looking = await make_case(), await make_case()
    opened = await approved(looking)
    await disclosures.look(looking.expert, opened.id)
    asked = await disclosures.ask(case.expert, case.request())
    for expert in (case.expert, looking.expert):
        await database.execute(f"UPDATE staff_user SET {change} WHERE id = $1", expert, *store)  # noqa: S608  # ours
    with pytest.raises(AskerChanged):
        await disclosures.approve(officer, asked.id, unrelated=True)
    with pytest.raises(disclosures.NotOpen):
        await disclosures.look(looking.expert, opened.id)


async def test_what_was_declared_is_kept_and_told() -> None:
    case = await make_case()
    asked = await disclosures.ask(case.expert, case.request())
    assert (asked.asked_unrelated, asked.decided_unrelated) == (True, None)
    opened = await disclosures.approve(await staff_of(Role.PRIVACY_OFFICER), asked.id, unrelated=True)
    assert (opened.asked_unrelated, opened.decided_unrelated) == (True, True)
    other = await make_case()
    second = await disclosures.ask(other.expert, other.request())
    refused = await disclosures.refuse(await staff_of(Role.PRIVACY_OFFICER), second.id)
    assert (refused.asked_unrelated, refused.decided_unrelated) == (True, None), "who refuses declares nothing"
    phone = await ask_for_phone()
    await disclosures.look(phone.asked_by, phone.id)
    member_id = await database.fetchval("SELECT member_id FROM disclosure WHERE id = $1", phone.id)
    (look,) = (await disclosures.looks(member_id, PageQuery())).items
    assert (look.part, look.approved_at, look.unrelated) == (None, None, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosure SET parts = '{details,growth}' WHERE id = $1",
        "UPDATE disclosure SET granted_parts = '{}' WHERE id = $1",
        "UPDATE disclosure SET decided_unrelated = false WHERE id = $1",
        "UPDATE disclosure SET asked_unrelated = false WHERE id = $1",
        "UPDATE disclosure_look SET part = 'growth' WHERE disclosure_id = $1",
    ],
)
async def test_the_database_keeps_parts_and_declarations(statement: str) -> None:
    case = await make_case()
    opened = await approved(case)
    await disclosures.look(case.expert, opened.id)
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(statement, opened.id)


@pytest.mark.parametrize(
    ("granted_parts", "declared"),
    [("'{growth}'", "true"), ("'{}'", "true"), ("'{details}'", "NULL"), ("'{details}'", "false")],
)
async def test_the_database_wants_strangers_and_parts_that_were_asked_for(granted_parts: str, declared: str) -> None:
    case = await make_case()
    asked = await disclosures.ask(case.expert, case.request())
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(
            f"UPDATE disclosure SET granted = true, granted_parts = {granted_parts}, decided_unrelated = {declared},"  # noqa: S608  # ours
            " decided_by_id = $2, decided_at = now(), open_until = now() + interval '30 minutes' WHERE id = $1",
            asked.id,
            await staff_of(Role.PRIVACY_OFFICER),
        )


async def test_looks_at_what_was_not_approved_are_found() -> None:
    what_was_approved = next(each for each in INVARIANTS if each.name.endswith("what_was_approved"))
    case = await make_case()
    opened = await approved(case)
    for part in ("growth", None):
        assert await broken_by(LOOK_AT, what_was_approved, opened.id, part)
    phone = await ask_for_phone()
    assert await broken_by(LOOK_AT, what_was_approved, phone.id, "details")


async def test_a_second_child_is_another_request() -> None:
    case = await a_grown_child()
    second = await make_child(case.mother.id, nickname="豆豆")
    opened = await approved(case)
    value = await disclosures.look(case.expert, opened.id)
    assert value.baby is not None
    assert value.baby.nickname == "小满"
    await babies.put_away(case.mother.id, case.baby_id)
    with pytest.raises(NothingToSee):
        await disclosures.look(case.expert, opened.id)
    assert second in [baby.id for baby in await babies.babies_of(case.mother.id)]
