"""Makers of the time limits: rows that are too old, and a job that did not run."""

import contextlib
import os
from datetime import timedelta
from uuid import UUID, uuid4

from foundation import data_map, database
from foundation.data_map import Rule
from foundation.transactions import transactional
from membership.privacy import watching
from tests.makers.families import make_family
from tests.makers.members import make_member

REFUSAL = "authorization_refusal"
INVITATION = "family_invitation"


def rule_of(name: str) -> Rule:
    """The time limit of a table, as the map says it."""
    (rule,) = [rule for rule in data_map.current().rules() if rule.name == name]
    return rule


async def make_refusals(*ages_days: float) -> list[UUID]:
    """That members refused so many days ago; the members, who are the rows' keys."""
    made = []
    for days in ages_days:
        member = await make_member()
        await database.execute(
            "INSERT INTO authorization_refusal (member_id, refused_at) VALUES ($1, now() - $2::interval)",
            member.id,
            timedelta(days=days),
        )
        made.append(member.id)
    return made


async def refused(members: list[UUID]) -> list[bool]:
    """Of each whether the row is there."""
    statement = "SELECT member_id FROM authorization_refusal WHERE member_id = ANY($1::uuid[])"
    rows = await database.fetch(statement, members)
    there = {row["member_id"] for row in rows}
    return [member in there for member in members]


async def make_invitation(family_head: UUID, expired_days_ago: float) -> UUID:
    """One that nobody accepted."""
    invitation_id: UUID = await database.fetchval(
        "INSERT INTO family_invitation (id, family_id, code_hash, made_at, expires_at)"
        " SELECT $1, id, $4, now() - $3::interval, now() - $3::interval"
        " FROM family WHERE head_id = $2 RETURNING id",
        uuid4(),
        family_head,
        timedelta(days=expired_days_ago),
        os.urandom(32),
    )
    return invitation_id


async def make_accepted_invitation(expired_days_ago: float) -> tuple[UUID, UUID]:
    """One that brought a relative in: (the family's head, the invitation)."""
    head, (relative,) = await make_family()
    invitation_id: UUID = await database.fetchval(
        "SELECT invitation_id FROM family_person WHERE member_id = $1", relative.id
    )
    await database.execute(
        "UPDATE family_invitation SET expires_at = now() - $2::interval WHERE id = $1",
        invitation_id,
        timedelta(days=expired_days_ago),
    )
    return head.id, invitation_id


async def make_notification(days_ago: float) -> UUID:
    """A message that somebody read at once."""
    member, notification_id = await make_member(), uuid4()
    await database.execute(
        "INSERT INTO notification (id, member_id, kind, key, title, body, created_at, read_at)"
        " VALUES ($1, $2, 'test', $1::uuid::text, '标题', '内容', now() - $3::interval, now())",
        notification_id,
        member.id,
        timedelta(days=days_ago),
    )
    return notification_id


@transactional
async def withdrawn_days_ago(member_id: UUID, days: int) -> None:
    """She took her authorization back, so many days ago: written past the guards, as time does."""
    await database.execute("SET LOCAL session_replication_role = replica")
    await database.execute(
        "UPDATE given_authorization SET given_at = now() - make_interval(days => $2 + 1), ended_because = 'withdrawn',"
        " ended_at = now() - make_interval(days => $2) WHERE member_id = $1",
        member_id,
        days,
    )


class _Undone(Exception):
    """Ends a transaction whose work nobody may see."""


async def watched_after(hours: float) -> bool:
    """What the watch says so many hours after the last run that finished, by the clock of the database."""
    said: list[bool] = []

    @transactional
    async def pass_the_time() -> None:
        await database.execute(
            "UPDATE retention_run SET started_at = now() - $1::interval, finished_at = now() - $1::interval"
            " WHERE finished_at IS NOT NULL",
            timedelta(hours=hours),
        )
        said.append(await watching.watch())
        raise _Undone

    with contextlib.suppress(_Undone):
        await pass_the_time()
    return said[0]
