"""Who of the staff may see a full value, for how long, and what ends it."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from foundation import audit, database
from foundation.audit import AuditQuery
from foundation.errors import Invalid, NotFound
from foundation.pages import PageQuery
from membership import authorizations, babies, disclosures, enrolment, staff
from membership.authorizations import Purpose
from membership.babies import BabyNotFound
from membership.disclosures import (
    AlreadyDecided,
    DisclosureNotFound,
    GuardianNotAuthorizing,
    NotForThisRole,
    NothingToSee,
    NotOpen,
    OwnRequest,
    RelationNotDenied,
    Request,
    WaitedTooLong,
)
from membership.disclosures.invariants import INVARIANTS
from membership.privacy import retention
from membership.staff import Role
from tests.breakers import broken_by, keeps
from tests.makers.babies import authorize, make_child, make_relative
from tests.makers.disclosures import (
    REASON,
    approved,
    ask_for_phone,
    looks_at,
    make_case,
    pass_the_time,
    staff_of,
)
from tests.makers.members import agree_to_privacy, make_known_member, make_member, make_store_member
from tests.makers.privacy import delete_now
from tests.makers.retention import rule_of
from tests.makers.stores import make_store
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

HALF_AN_HOUR = timedelta(minutes=30)


@keeps(INVARIANTS)
async def test_a_phone_is_open_at_once_and_the_look_is_told_to_her() -> None:
    member, operator = await make_known_member(nickname="王小满"), await staff_of(Role.OPERATOR)
    asked = await ask_for_phone(operator, member)
    assert (asked.state, asked.decided_by, asked.member_number, asked.reason) == ("open", None, member.number, REASON)
    assert asked.decided_at is not None
    assert asked.open_until == asked.decided_at + HALF_AN_HOUR
    assert (await disclosures.looks(member.id, PageQuery())).items == [], "asking is no look"
    for _ in range(2):
        value = await disclosures.look(operator, asked.id)
    assert (value.phone, value.name, value.baby) == (member.phone, None, None)
    looks = (await disclosures.looks(member.id, PageQuery())).items
    assert [(look.kind, look.purpose, look.role, look.store_code) for look in looks] == (
        [("member_phone", "member_request", Role.OPERATOR, None)] * 2
    )
    assert (await disclosures.disclosure(asked.id)).looks == 2


async def test_a_name() -> None:
    member, officer = await make_known_member(nickname="王小满"), await staff_of(Role.PRIVACY_OFFICER)
    request = Request(kind="member_name", member_id=member.id, purpose="privacy_request", reason=REASON)
    asked = await disclosures.ask(officer, request)
    value = await disclosures.look(officer, asked.id)
    assert (value.phone, value.name) == (None, "王小满")
    assert "王小满" not in repr(value)
    assert REASON not in repr(asked)


@keeps(INVARIANTS)
async def test_a_child_needs_a_second_person() -> None:
    case = await make_case()
    asked = await disclosures.ask(case.expert, case.request())
    assert asked.state == "waiting"
    with pytest.raises(NotOpen):
        await disclosures.look(case.expert, asked.id)
    officer = await staff_of(Role.PRIVACY_OFFICER)
    for _ in range(2):  # tapping twice is no error
        opened = await disclosures.approve(officer, asked.id, unrelated=True)
    assert (opened.state, opened.decided_by) == ("open", officer)
    value = await disclosures.look(case.expert, asked.id)
    assert value.baby is not None
    assert value.baby.nickname == "小满"
    (look,) = (await disclosures.looks(case.mother.id, PageQuery())).items
    assert (look.kind, look.baby_id, look.role) == ("baby_details", case.baby_id, Role.EXPERT)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
async def test_nobody_approves_her_own(role: Role) -> None:
    case, asker = await make_case(), await staff_of(role)
    asked = await disclosures.ask(asker, case.request(purpose="baby_service"))
    with pytest.raises(OwnRequest):
        await disclosures.approve(asker, asked.id, unrelated=True)
    with pytest.raises(OwnRequest):
        await disclosures.refuse(asker, asked.id)
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(
            "UPDATE disclosure SET granted = true, decided_by_id = $2, decided_at = now(),"
            " open_until = now() + interval '30 minutes' WHERE id = $1",
            asked.id,
            asker,
        )


@pytest.mark.parametrize("role", [Role.CLERK, Role.OPERATOR, Role.MODERATOR, Role.EXPERT])
async def test_who_may_not_approve(role: Role) -> None:
    case = await make_case()
    asked = await disclosures.ask(case.expert, case.request())
    store_id = (await make_store()).id if role is Role.CLERK else None
    other = (await staff.make_staff(f"s{uuid4().hex}", "a password for tests", role, store_id=store_id)).id
    with pytest.raises(NotForThisRole):
        await disclosures.approve(other, asked.id, unrelated=True)
    with pytest.raises(DisclosureNotFound):
        await disclosures.end(other, asked.id)


async def test_relatives_neither_ask_nor_approve() -> None:
    case = await make_case()
    with pytest.raises(RelationNotDenied):
        await disclosures.ask(case.expert, case.request(unrelated=False))
    asked = await disclosures.ask(case.expert, case.request())
    with pytest.raises(RelationNotDenied):
        await disclosures.approve(await staff_of(Role.ADMINISTRATOR), asked.id, unrelated=False)


async def test_the_first_decision_holds() -> None:
    case = await make_case()
    asked = await disclosures.ask(case.expert, case.request())
    first, second = await staff_of(Role.ADMINISTRATOR), await staff_of(Role.PRIVACY_OFFICER)
    refused = await disclosures.refuse(first, asked.id)
    assert (refused.state, refused.open_until) == ("refused", None)
    for decide in (
        lambda: disclosures.approve(second, asked.id, unrelated=True),
        lambda: disclosures.refuse(second, asked.id),
    ):
        with pytest.raises(AlreadyDecided):
            await decide()
    with pytest.raises(AlreadyDecided):
        await disclosures.approve(first, asked.id, unrelated=True)
    with pytest.raises(NotOpen):
        await disclosures.look(case.expert, asked.id)
    with pytest.raises(NotOpen):
        await disclosures.end(case.expert, asked.id)


async def test_a_day_without_an_answer() -> None:
    case = await make_case()
    asked = await disclosures.ask(case.expert, case.request())
    await pass_the_time(asked.id, timedelta(hours=23, minutes=59))
    assert asked.id in [each.id for each in (await disclosures.waiting(PageQuery(limit=100))).items]
    await pass_the_time(asked.id, timedelta(minutes=2))
    assert asked.id not in [each.id for each in (await disclosures.waiting(PageQuery(limit=100))).items]
    assert (await disclosures.disclosure(asked.id)).state == "lapsed"
    with pytest.raises(WaitedTooLong):
        await disclosures.approve(await staff_of(Role.ADMINISTRATOR), asked.id, unrelated=True)


@keeps(INVARIANTS)
async def test_thirty_minutes_by_the_databases_clock() -> None:
    case = await make_case()
    opened = await approved(case)
    await pass_the_time(opened.id, HALF_AN_HOUR - timedelta(seconds=30))
    await disclosures.look(case.expert, opened.id)
    await pass_the_time(opened.id, timedelta(seconds=31))
    with pytest.raises(NotOpen):
        await disclosures.look(case.expert, opened.id)
    assert await looks_at(opened.id) == 1
    assert (await disclosures.disclosure(opened.id)).state == "ended"


async def test_it_can_be_ended_early() -> None:
    case = await make_case()
    opened = await approved(case)
    await disclosures.look(case.expert, opened.id)
    ended = await disclosures.end(await staff_of(Role.ADMINISTRATOR), opened.id)
    assert ended.state == "ended"
    assert (await disclosures.end(case.expert, opened.id)).ended_at == ended.ended_at
    with pytest.raises(NotOpen):
        await disclosures.look(case.expert, opened.id)


async def test_a_withdrawal_ends_it_with_the_next_look() -> None:
    case = await make_case()
    opened = await approved(case)
    await disclosures.look(case.expert, opened.id)
    await authorizations.withdraw(case.mother.id, ["expert"])
    with pytest.raises(GuardianNotAuthorizing):
        await disclosures.look(case.expert, opened.id)
    assert await looks_at(opened.id) == 1, "what was refused is no look"
    with pytest.raises(GuardianNotAuthorizing):
        await disclosures.ask(case.expert, case.request())


@pytest.mark.parametrize(("taken_back", "left"), [("expert", {"service"}), ("service", set())])
async def test_each_purpose_has_its_own_authorization_and_none_goes_without_the_service(
    taken_back: Purpose, left: set[Purpose]
) -> None:
    mother = await make_case("service", "expert")
    await authorizations.withdraw(mother.mother.id, [taken_back])
    operator = await staff_of(Role.OPERATOR)
    tries = {
        "service": lambda: disclosures.ask(operator, mother.request(purpose="baby_service")),
        "expert": lambda: disclosures.ask(mother.expert, mother.request()),
    }
    for purpose, try_it in tries.items():
        if purpose in left:
            assert (await try_it()).state == "waiting"
        else:
            with pytest.raises(GuardianNotAuthorizing):
                await try_it()


async def test_a_baby_that_was_removed_is_no_more_to_be_seen() -> None:
    case = await make_case()
    opened = await approved(case)
    await babies.put_away(case.mother.id, case.baby_id)
    with pytest.raises(NothingToSee):
        await disclosures.look(case.expert, opened.id)
    with pytest.raises(BabyNotFound):
        await disclosures.ask(case.expert, case.request())


async def test_what_a_role_may_not_ask() -> None:
    case, operator, moderator = await make_case(), await staff_of(Role.OPERATOR), await staff_of(Role.MODERATOR)
    phone = Request(kind="member_phone", member_id=case.mother.id, purpose="member_request", reason=REASON)
    for asker, request in (
        (case.expert, phone),
        (moderator, phone),
        (operator, Request(kind="member_phone", member_id=case.mother.id, purpose="fraud_check", reason=REASON)),
        (operator, case.request()),
        (operator, case.request(purpose="privacy_request")),
        (operator, case.request(purpose="complaint")),
        (operator, Request(kind="member_phone", member_id=case.mother.id, purpose="baby_service", reason=REASON)),
    ):
        with pytest.raises(NotForThisRole):
            await disclosures.ask(asker, request)


async def test_a_role_that_was_lost_sees_nothing_any_more() -> None:
    operator = await staff_of(Role.OPERATOR)
    asked = await ask_for_phone(operator)
    await disclosures.look(operator, asked.id)
    await database.execute("UPDATE staff_user SET role = 'moderator' WHERE id = $1", operator)
    with pytest.raises(NotOpen):
        await disclosures.look(operator, asked.id)
    await database.execute("UPDATE staff_user SET role = 'operator', active = false WHERE id = $1", operator)
    with pytest.raises(NotOpen):
        await disclosures.look(operator, asked.id)


async def test_whose_child_it_is() -> None:
    case, other = await make_case(), await make_case()
    with pytest.raises(BabyNotFound):
        await disclosures.ask(case.expert, case.request(member_id=other.mother.id))
    with pytest.raises(BabyNotFound):
        await disclosures.ask(case.expert, case.request(baby_id=uuid4()))
    with pytest.raises(NotFound):
        await disclosures.ask(case.expert, case.request(member_id=uuid4()))
    with pytest.raises(Invalid):
        await disclosures.ask(case.expert, case.request(baby_id=None))
    with pytest.raises(Invalid):
        request = Request(
            kind="member_phone", member_id=case.mother.id, baby_id=case.baby_id, purpose="member_request", reason=REASON
        )
        await disclosures.ask(await staff_of(Role.OPERATOR), request)


async def test_only_who_asked_looks() -> None:
    asked = await ask_for_phone()
    with pytest.raises(DisclosureNotFound):
        await disclosures.look(await staff_of(Role.OPERATOR), asked.id)
    with pytest.raises(DisclosureNotFound):
        await disclosures.look(await staff_of(Role.PRIVACY_OFFICER), asked.id)
    with pytest.raises(DisclosureNotFound):
        await disclosures.look(asked.asked_by, uuid4())


async def test_nothing_is_seen_of_who_told_nothing() -> None:
    member = await make_member()
    asked = await ask_for_phone(member=member)
    with pytest.raises(NothingToSee):
        await disclosures.look(asked.asked_by, asked.id)
    assert await looks_at(asked.id) == 0


async def test_a_withdrawn_phone_is_gone() -> None:
    member = await make_known_member()
    asked = await ask_for_phone(member=member)
    await enrolment.withdraw(member.id, "privacy")
    with pytest.raises(NothingToSee):
        await disclosures.look(asked.asked_by, asked.id)


async def test_a_second_guardian_reads_it_and_a_relative_does_not() -> None:
    case = await make_case()
    father, _ = await make_relative(case.mother.id, case.baby_id, "guardian")
    grandmother, _ = await make_relative(case.mother.id, case.baby_id, "relative")
    opened = await approved(case)
    await disclosures.look(case.expert, opened.id)
    await disclosures.look((asked := await ask_for_phone(member=await make_known_member())).asked_by, asked.id)
    (look,) = (await disclosures.looks(father.id, PageQuery())).items
    assert look.baby_id == case.baby_id
    assert (await disclosures.looks(grandmother.id, PageQuery())).items == []


async def test_it_is_paged() -> None:
    member, operator = await make_known_member(), await staff_of(Role.OPERATOR)
    asked = await ask_for_phone(operator, member)
    for _ in range(3):
        await disclosures.look(operator, asked.id)
    first = await disclosures.looks(member.id, PageQuery(limit=2))
    rest = await disclosures.looks(member.id, PageQuery(limit=2, cursor=first.next_cursor))
    assert len({look.id for look in first.items + rest.items}) == 3
    assert rest.next_cursor is None
    await ask_for_phone(operator, member)
    own = await disclosures.disclosures(PageQuery(limit=1), asked_by=operator)
    older = await disclosures.disclosures(PageQuery(limit=1, cursor=own.next_cursor), asked_by=operator)
    assert older.items[0].id == asked.id
    assert older.next_cursor is None


@keeps(INVARIANTS)
async def test_what_was_seen_follows_a_merge() -> None:
    store = await make_store()
    phone = (await make_known_member()).phone
    assert phone is not None
    mother = await make_case()
    opened = await approved(mother)
    await disclosures.look(mother.expert, opened.id)
    typed = f"+86139{uuid4().int % 10**8:08d}"
    at_till = await make_store_member(store.id, typed)
    asked = await disclosures.ask(
        await staff_of(Role.OPERATOR),
        Request(kind="member_phone", member_id=at_till, purpose="member_request", reason=REASON),
    )
    await disclosures.look(asked.asked_by, asked.id)
    await agree_to_privacy(mother.mother.id)
    await enrolment.take_phone(mother.mother.id, mother.mother.caller.session, typed)
    assert len((await disclosures.looks(mother.mother.id, PageQuery())).items) == 2
    assert (await disclosures.look(asked.asked_by, asked.id)).phone == typed


async def test_every_step_is_in_the_audit_without_values() -> None:
    case = await make_case()
    opened = await approved(case)
    await disclosures.look(case.expert, opened.id)
    await disclosures.end(case.expert, opened.id)
    entries = (await audit.entries(AuditQuery(subject="disclosure", subject_id=str(opened.id)))).items
    assert [entry.action for entry in entries] == [
        f"disclosure.{what}" for what in ("ended", "looked", "approved", "asked")
    ]
    said = {"kind": "baby_details", "purpose": "expert_answer", "parts": ["details"]}
    assert all(entry.after == said for entry in entries)


async def test_the_sentence_is_sealed_at_its_place() -> None:
    first, second = await ask_for_phone(), await ask_for_phone()
    rows = await database.fetch("SELECT reason_sealed FROM disclosure WHERE id = ANY($1)", [first.id, second.id])
    assert not any(REASON.encode() in row["reason_sealed"] for row in rows)


async def test_behind_masks() -> None:
    member = await make_known_member(nickname="王小满")
    found = await disclosures.masked(member.id, Role.OPERATOR)
    assert found is not None
    assert member.phone is not None
    assert (found.name_masked, found.phone_masked) == ("王**", f"{member.phone[3:6]}******{member.phone[-2:]}")
    case = await make_case("service")
    second = await make_child(case.mother.id, nickname="豆豆")
    for role, seen in ((Role.OPERATOR, [case.baby_id, second]), (Role.EXPERT, []), (Role.MODERATOR, [])):
        found = await disclosures.masked(case.mother.id, role)
        assert found is not None
        assert found.babies == seen
    assert await disclosures.masked(uuid4(), Role.OPERATOR) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosure SET purpose = 'complaint' WHERE id = $1",
        "UPDATE disclosure SET granted = false, open_until = NULL, decided_by_id = asked_by_id WHERE id = $1",
        "UPDATE disclosure SET open_until = open_until + interval '1 day', decided_at = decided_at + interval '1 day'"
        " WHERE id = $1",
        "UPDATE disclosure SET asked_by_id = gen_random_uuid() WHERE id = $1",
        "DELETE FROM disclosure WHERE id = $1",
        "DELETE FROM disclosure_look WHERE disclosure_id = $1",
        "UPDATE disclosure_look SET looked_at = now() WHERE disclosure_id = $1",
    ],
)
async def test_the_database_keeps_what_was_done(statement: str) -> None:
    asked = await ask_for_phone()
    await disclosures.look(asked.asked_by, asked.id)
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(statement, asked.id)


async def test_what_somebody_typed_about_her_goes_with_her() -> None:
    """Whatever was typed: a phone, a name."""
    leaves, stays = await make_known_member(), await make_known_member()
    of_her = await ask_for_phone(member=leaves)
    of_another = await ask_for_phone(member=stays)
    case = await make_case()
    of_a_child = await approved(case)
    assert (await disclosures.disclosure(of_her.id)).reason == REASON
    for member in (leaves, case.mother):
        await delete_now(member.id)
    for each in (of_her, of_a_child):
        assert (await disclosures.disclosure(each.id)).reason is None
        assert (await disclosures.disclosure(each.id)).state == each.state, "that it was asked stays"
    assert (await disclosures.disclosure(of_another.id)).reason == REASON
    with pytest.raises(NotFound):
        await ask_for_phone(member=leaves)


async def test_what_was_given_anew_was_not_approved() -> None:
    """Thirty minutes are open by the letter that stood when they were approved."""
    taken_back: tuple[tuple[Purpose, ...], ...] = (("expert",), ("service",), authorizations.PURPOSES)
    for purposes in taken_back:
        case = await make_case()
        opened = await approved(case)
        await disclosures.look(case.expert, opened.id)
        await authorizations.withdraw(case.mother.id, purposes)
        await authorize(case.mother.id, "service", "expert")
        with pytest.raises(disclosures.GuardianNotAuthorizing):
            await disclosures.look(case.expert, opened.id)
        assert await looks_at(opened.id) == 1
        asked = await disclosures.ask(case.expert, case.request())
        anew = await disclosures.approve(await staff_of(Role.PRIVACY_OFFICER), asked.id, unrelated=True)
        assert (await disclosures.look(case.expert, anew.id)).baby is not None


async def test_old_sentences_are_emptied() -> None:
    young, old = await ask_for_phone(), await ask_for_phone()
    await disclosures.look(old.asked_by, old.id)
    rule = rule_of("disclosure.reason_sealed")
    await pass_the_time(young.id, timedelta(days=rule.after.days, hours=-1))
    await pass_the_time(old.id, timedelta(days=rule.after.days, hours=1))
    assert await retention.apply(rule) >= 1
    assert [(await disclosures.disclosure(each.id)).reason for each in (young, old)] == [REASON, None]
    assert await looks_at(old.id) == 1


async def test_looks_beyond_what_was_open_are_found() -> None:
    in_time, _, of_the_mother = INVARIANTS
    asked = await ask_for_phone()
    assert await broken_by(
        "INSERT INTO disclosure_look (id, disclosure_id, looked_at)"
        " SELECT gen_random_uuid(), id, open_until + interval '1 second' FROM disclosure WHERE id = $1",
        in_time,
        asked.id,
    )
    case, other = await make_case(), await make_case()
    opened = await approved(case)
    assert await broken_by(
        "UPDATE disclosure SET member_id = $2::uuid WHERE id = $1", of_the_mother, opened.id, other.mother.id
    )


async def test_reading_who_looked_takes_two_statements() -> None:
    case = await make_case()
    opened = await approved(case)
    for _ in range(3):
        await disclosures.look(case.expert, opened.id)
    with statements() as seen:
        assert len((await disclosures.looks(case.mother.id, PageQuery())).items) == 3
    assert len(seen) == 2
    with statements() as seen:
        await disclosures.disclosures(PageQuery(), asked_by=case.expert)
    assert len(seen) == 1
