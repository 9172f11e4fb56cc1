"""Writes: giving, refusing, taking back."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from foundation import clock, database
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import members
from membership.authorizations import queries, replaying
from membership.authorizations.errors import AuthorizationOutdated, GuardianNotConfirmed
from membership.authorizations.models import PURPOSES, Purpose
from membership.authorizations.queries import AuthorizationView, OpenAuthorization, TextView

RENEW_WITHIN = timedelta(days=30)
"""Shortly before it ends, giving the same again renews it; before that it changes nothing."""

GIVE = """
WITH given AS (
  INSERT INTO given_authorization (id, member_id, text_id, is_guardian, valid_until)
  VALUES ($1, $2, $3, true, now() + make_interval(days => $4)) RETURNING id),
ticked AS (
  INSERT INTO authorized_purpose (id, authorization_id, purpose)
  SELECT gen_random_uuid(), given.id, purpose FROM given, unnest($5::text[]) AS purpose)
DELETE FROM authorization_refusal WHERE member_id = $2
"""
END = (
    "UPDATE given_authorization SET ended_at = now(), ended_because = $2 WHERE member_id = $1 AND ended_at IS NULL"
    " RETURNING id"
)
TAKE_BACK = """
UPDATE authorized_purpose ticked SET withdrawn_at = now() FROM given_authorization given
 WHERE given.id = ticked.authorization_id AND given.member_id = $1 AND given.ended_at IS NULL
   AND ticked.withdrawn_at IS NULL AND ticked.purpose = ANY($2::text[])
"""
END_EMPTY = """
UPDATE given_authorization given SET ended_at = now(), ended_because = 'withdrawn'
 WHERE given.member_id = $1 AND given.ended_at IS NULL AND NOT EXISTS (
   SELECT FROM authorized_purpose ticked WHERE ticked.authorization_id = given.id AND ticked.withdrawn_at IS NULL)
"""
REMEMBER = (
    "INSERT INTO authorization_refusal (member_id) VALUES ($1) ON CONFLICT (member_id) DO UPDATE SET refused_at = now()"
)
ANSWERED = """
SELECT EXISTS (SELECT FROM given_authorization WHERE member_id = $1)
    OR EXISTS (SELECT FROM authorization_refusal WHERE member_id = $1)
"""
REFUSED_BEFORE = """
INSERT INTO authorization_refusal (member_id, refused_at)
SELECT $2, refused_at FROM authorization_refusal WHERE member_id = $1
ON CONFLICT (member_id) DO UPDATE SET refused_at = greatest(authorization_refusal.refused_at, EXCLUDED.refused_at)
"""


@transactional
async def answer(
    member_id: UUID, version: int, purposes: Collection[Purpose], *, is_guardian: bool = False
) -> AuthorizationView:
    """What she ticked of the text of that version; everything else is refused from now on, with nothing ticked all of
    it. A new set brings a new receipt; the same again changes nothing.

    To refuse is always possible; what is given stands on the consent `privacy`. Raises `MemberBanned`,
    `AuthorizationOutdated`, `GuardianNotConfirmed`, `ConsentRequired`.
    """
    member = await members.hold_one(member_id)
    member.require_active()
    text = await queries.text()
    if version != text.version:
        raise AuthorizationOutdated
    if not purposes:
        await _take_back(member_id, PURPOSES)
        await database.execute(REMEMBER, member_id)
        return await queries.authorization(member_id)
    if not is_guardian:
        raise GuardianNotConfirmed
    await members.require_consent(member_id, members.PRIVACY)
    if not _is_given(await queries.open_authorization(member_id), text, purposes):
        if await database.fetch(END, member_id, "replaced"):
            await replaying.took_back(member_id, [each for each in PURPOSES if each not in purposes])
        await database.execute(GIVE, new_id(), member_id, version, text.valid_days, sorted(set(purposes)))
    return await queries.authorization(member_id)


@transactional
async def withdraw(member_id: UUID, purposes: Collection[Purpose] = PURPOSES) -> AuthorizationView:
    """Takes back purposes, all of them unless they are named; the next read of every reader feels it.

    What is not given stays so. Whoever takes back everything is left in peace as if she had refused.
    """
    await members.hold_one(member_id)
    await _take_back(member_id, purposes)
    return await queries.authorization(member_id)


@within_transaction
async def withdraw_all(member_id: UUID) -> None:
    """For whoever takes back what lies below it, or leaves. The caller holds her."""
    await _take_back(member_id, PURPOSES)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: the receipts follow her; how many. What she who stays answered holds, and be it
    that she took it back or refused; only if she never answered, what the other did. The caller holds both."""
    if await database.fetchval(ANSWERED, to_member):
        await database.fetch(END, from_member, "merged")
    moved = await database.execute(
        "UPDATE given_authorization SET member_id = $2 WHERE member_id = $1", from_member, to_member
    )
    # Whichever of the two refused last, she is not asked again on her way.
    await database.execute(REFUSED_BEFORE, from_member, to_member)
    await database.execute("DELETE FROM authorization_refusal WHERE member_id = $1", from_member)
    return moved


async def _take_back(member_id: UUID, purposes: Collection[Purpose]) -> None:
    if await database.execute(TAKE_BACK, member_id, list(purposes)):
        await replaying.took_back(member_id, purposes)
    if await database.execute(END_EMPTY, member_id):
        await database.execute(REMEMBER, member_id)


def _is_given(given: OpenAuthorization | None, text: TextView, purposes: Collection[Purpose]) -> bool:
    return (
        given is not None
        and given.version == text.version
        and set(given.purposes) == set(purposes)
        and given.valid_until > clock.now() + RENEW_WITHIN
    )
