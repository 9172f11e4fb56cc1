"""The audit over HTTP: what the staff changed is written down in the same transaction and can't be changed."""

import asyncpg
import httpx
import pytest

from foundation import audit, database
from foundation.ids import new_id
from foundation.settings import Settings
from foundation.transactions import transactional
from membership.staff import Role
from tests.makers.members import make_member
from tests.server.staff_api.test_staff_members import headers_of, path

ENTRIES = "/staff/v1/audit-entries"


async def test_a_ban_and_its_end_are_written_down(api: httpx.AsyncClient) -> None:
    member = await make_member()
    headers = await headers_of(api, Role.ADMINISTRATOR)
    for _ in range(2):  # the second changes nothing, and nothing is written down
        await api.post(path(member.number), json={"reason": "刷单"}, headers=headers)
    await api.delete(path(member.number), headers=headers)
    parameters = {"subject": "member", "subject_id": str(member.id)}
    page = (await api.get(ENTRIES, params={**parameters, "limit": 1}, headers=headers)).json()
    (lifted,) = page["items"]
    assert (lifted["action"], lifted["reason"]) == ("member.ban_lifted", None)
    rest = (await api.get(ENTRIES, params={**parameters, "cursor": page["next_cursor"]}, headers=headers)).json()
    (banned,) = rest["items"]
    assert (banned["action"], banned["reason"], banned["actor_id"]) == ("member.banned", "刷单", lifted["actor_id"])
    assert rest["next_cursor"] is None


async def test_what_a_rolled_back_verb_wrote_is_gone_with_it(world: Settings) -> None:
    subject = new_id()

    @transactional
    async def change_and_fail() -> None:
        await audit.record(new_id(), "test.changed", "test", subject, before={"points": 5}, after={"points": 8})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()
    assert (await audit.entries(audit.AuditQuery(subject="test", subject_id=str(subject)))).items == []


async def test_before_and_after_come_back_as_they_were(world: Settings) -> None:
    subject = new_id()

    @transactional
    async def change() -> None:
        await audit.record(new_id(), "test.changed", "test", subject, before={"points": 5}, after={"名": ["甲"]})

    await change()
    (entry,) = (await audit.entries(audit.AuditQuery(subject="test", subject_id=str(subject)))).items
    assert (entry.before, entry.after) == ({"points": 5}, {"名": ["甲"]})


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"])
async def test_the_database_keeps_it(world: Settings, statement: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(statement)


@pytest.mark.parametrize("role", [Role.CLERK, Role.OPERATOR, Role.MODERATOR, Role.EXPERT])
async def test_others_may_not_read_it(api: httpx.AsyncClient, role: Role) -> None:
    assert (await api.get(ENTRIES, headers=await headers_of(api, role))).status_code == 403
