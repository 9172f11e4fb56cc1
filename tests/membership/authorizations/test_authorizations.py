"""《母婴健康数据授权书》: ticked one by one, valid for a year, taken back at once, refused in peace."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from foundation import database
from foundation.transactions import transactional
from membership import authorizations, members
from membership.authorizations import PURPOSES, Purpose
from membership.authorizations.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.authorizations import VERSION
from tests.makers.babies import authorize
from tests.makers.members import make_member
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


async def standing(member_id: UUID) -> set[Purpose]:
    return {purpose for purpose in PURPOSES if await authorizations.stands(member_id, purpose)}


@transactional
async def past_the_guards(statement: str, member_id: UUID) -> None:
    """Writes what the triggers refuse, as time does."""
    await database.execute("SET LOCAL session_replication_role = replica")
    await database.execute(statement, member_id)


async def test_the_text_explains_every_purpose() -> None:
    text = await authorizations.text()
    assert [each.purpose for each in text.purposes] == list(PURPOSES)
    assert text.valid_days == 365 and "监护人" in text.text and "《" not in text.title
    assert all(each.title and each.text for each in text.purposes)


async def test_purposes_stand_one_by_one() -> None:
    member = await make_member()
    assert await standing(member.id) == set()
    view = await authorize(member.id, "service", "research")
    assert view.given is not None and set(view.given.purposes) == {"service", "research"} == await standing(member.id)
    assert view.given.valid_until - view.given.given_at == timedelta(days=365)
    await authorizations.withdraw(member.id, ["research", "marketing"])
    assert await standing(member.id) == {"service"}
    assert (await authorizations.authorization(member.id)).prompt is False
    gone = await authorizations.withdraw(member.id)
    assert await standing(member.id) == set()
    assert (gone.given, gone.prompt) == (None, False), "who took everything back is left in peace"


async def test_only_a_guardian_and_only_the_text_of_today() -> None:
    member = await make_member()
    with pytest.raises(authorizations.GuardianNotConfirmed):
        await authorizations.answer(member.id, VERSION, ["service"])
    with pytest.raises(authorizations.AuthorizationOutdated):
        await authorizations.answer(member.id, VERSION - 1, ["service"], is_guardian=True)
    assert await standing(member.id) == set()
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(
            "INSERT INTO given_authorization (id, member_id, text_id, is_guardian, valid_until)"
            " VALUES (gen_random_uuid(), $1, 1, false, now() + interval '1 day')",
            member.id,
        )


async def test_refusing_is_left_in_peace_for_thirty_days() -> None:
    member = await make_member()
    assert (await authorizations.authorization(member.id)).prompt
    refused = await authorizations.answer(member.id, VERSION, [])
    assert (refused.given, refused.prompt) == (None, False)
    for days, prompt in ((29, False), (31, True)):
        await database.execute(
            "UPDATE authorization_refusal SET refused_at = now() - make_interval(days => $2) WHERE member_id = $1",
            member.id,
            days,
        )
        assert (await authorizations.authorization(member.id)).prompt is prompt
    await authorizations.answer(member.id, VERSION, [])
    assert not (await authorizations.authorization(member.id)).prompt


@keeps(INVARIANTS)
async def test_the_same_again_keeps_its_receipt_and_another_set_brings_another() -> None:
    member = await make_member()
    first = (await authorize(member.id, "service", "expert")).given
    assert first is not None
    assert (await authorize(member.id, "expert", "service")).given == first
    second = (await authorize(member.id, "service")).given
    assert second is not None and second.id != first.id
    assert await standing(member.id) == {"service"}
    old = await authorizations.receipt(member.id, first.id)
    assert old.ended_at is not None and [tick.purpose.purpose for tick in old.ticks] == ["service", "expert"]
    # Shortly before its end the same again renews it.
    await past_the_guards(
        "UPDATE given_authorization SET valid_until = now() + interval '20 days' WHERE id = $1", second.id
    )
    third = (await authorize(member.id, "service")).given
    assert third is not None and third.id != second.id


async def test_a_receipt_says_what_was_given_and_what_was_taken_back() -> None:
    member = await make_member()
    given = (await authorize(member.id, "service", "marketing")).given
    assert given is not None
    await authorizations.withdraw(member.id, ["marketing"])
    receipt = await authorizations.receipt(member.id, given.id)
    assert (receipt.number, receipt.version) == (member.number, VERSION)
    assert (receipt.is_guardian, receipt.ended_at) == (True, None)
    assert receipt.text == (await authorizations.text()).text
    assert [(tick.purpose.purpose, tick.withdrawn_at is None) for tick in receipt.ticks] == [
        ("service", True),
        ("marketing", False),
    ]
    with pytest.raises(authorizations.ReceiptNotFound):
        await authorizations.receipt((await make_member()).id, given.id)


async def test_it_ends_by_itself() -> None:
    member = await make_member()
    await authorize(member.id)
    await past_the_guards(
        "UPDATE given_authorization SET given_at = given_at - interval '366 days',"
        " valid_until = valid_until - interval '366 days' WHERE member_id = $1",
        member.id,
    )
    assert await standing(member.id) == set()
    view = await authorizations.authorization(member.id)
    assert (view.given, view.prompt) == (None, True), "nobody refused: she may be asked again"
    await authorize(member.id)
    assert await standing(member.id) == {"service"}


async def test_a_new_text_may_ask_anew() -> None:
    member = await make_member()
    await authorize(member.id)
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        new_version = (
            "INSERT INTO authorization_text (version, title, text, purposes, valid_days, asks_anew, published_at)"
            " SELECT 99, title, text, purposes, valid_days, {}, {} FROM authorization_text WHERE version = 1"
        )
        statement = f"SELECT {authorizations.STANDING.format(member='$1::uuid', purpose='$2')}"
        for asks_anew, published, stands in (
            ("false", "now()", True),
            ("true", "now() + interval '1 day'", True),
            ("true", "now()", False),
        ):
            await connection.execute(new_version.format(asks_anew, published))
            assert await connection.fetchval(statement, member.id, "service") is stands
            await connection.execute("DELETE FROM authorization_text WHERE version = 99")
        await transaction.rollback()


async def test_it_is_proof() -> None:
    member = await make_member()
    await authorize(member.id, "service", "expert")
    await authorizations.withdraw(member.id, ["expert"])
    for damage in (
        "DELETE FROM given_authorization WHERE member_id = $1",
        "UPDATE given_authorization SET valid_until = valid_until + interval '1 day' WHERE member_id = $1",
        "DELETE FROM authorized_purpose WHERE authorization_id IN"
        " (SELECT id FROM given_authorization WHERE member_id = $1)",
        "UPDATE authorized_purpose SET withdrawn_at = NULL WHERE withdrawn_at IS NOT NULL AND authorization_id IN"
        " (SELECT id FROM given_authorization WHERE member_id = $1)",
        "UPDATE authorization_text SET text = text || $1::uuid::text",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(damage, member.id)
    await authorizations.withdraw(member.id)
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(
            "UPDATE given_authorization SET ended_at = NULL, ended_because = NULL WHERE member_id = $1", member.id
        )


@keeps(INVARIANTS)
async def test_many_taps_make_one_receipt() -> None:
    member = await make_member()
    views = await asyncio.gather(*(authorize(member.id) for _ in range(12)))
    assert len({view.given.id for view in views if view.given}) == 1
    assert await database.fetchval("SELECT count(*) FROM given_authorization WHERE member_id = $1", member.id) == 1


@keeps(INVARIANTS)
async def test_two_members_become_one() -> None:
    async def merged(gone: UUID, stays: UUID) -> int:
        @transactional
        async def merge() -> int:
            await members.hold((gone, stays))
            return await authorizations.move_all(gone, stays)

        return await merge()

    gone, stays, other = await make_member(), await make_member(), await make_member()
    await authorize(gone.id, "service", "expert")
    assert await merged(gone.id, stays.id) == 1
    assert await standing(stays.id) == {"service", "expert"}
    await authorize(other.id, "service")
    assert await merged(other.id, stays.id) == 1
    assert await standing(stays.id) == {"service", "expert"}
    assert await standing(other.id) == await standing(gone.id) == set()


async def test_asking_whether_it_stands_is_one_statement() -> None:
    member = await make_member()
    with statements() as seen:
        await authorizations.stands(member.id, "service")
    assert len(seen) == 1
    with statements() as seen:
        await authorizations.authorization(member.id)
    assert len(seen) <= 3


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (
            "authorizations.say_what_for",
            "UPDATE authorized_purpose SET withdrawn_at = now() WHERE authorization_id IN"
            " (SELECT id FROM given_authorization WHERE member_id = $1)",
        ),
        (
            "authorizations.of_somebody",
            "UPDATE member SET status = 'erased', data_key = NULL, phone_index = NULL, phone_sealed = NULL,"
            " phone_verified_at = NULL, profile_sealed = NULL WHERE id = $1",
        ),
    ],
)
async def test_invariants_of_authorizations(name: str, damage: str) -> None:
    member = await make_member()
    await authorize(member.id)
    (invariant,) = (each for each in INVARIANTS if each.name == name)
    assert sum((await broken_by(damage, invariant, member.id)).values()) == 1
