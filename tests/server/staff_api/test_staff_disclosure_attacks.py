"""Somebody of the staff who wants to see what she may not, over HTTP: what she tries, and where it ends."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from foundation import database
from foundation.transactions import transactional
from membership import authorizations, babies, members, staff
from membership.enrolment import merging
from membership.staff import Role
from tests.makers.babies import make_child, make_mother
from tests.makers.disclosures import REASON, looks_at, pass_the_time
from tests.makers.members import MadeMember, make_known_member, make_member
from tests.makers.staff import MadeStaff, make_staff
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_auth import bearer, login

DISCLOSURES = "/staff/v1/disclosures"
MINE = "/api/v1/me/disclosures"
WITHDRAWALS = "/api/v1/me/authorization/withdrawals"
YES = {"unrelated": True}


class Person(msgspec.Struct, frozen=True):
    """Somebody of the staff who is signed in."""

    made: MadeStaff
    headers: dict[str, str]


class Case(msgspec.Struct, frozen=True):
    """A child, its mother, who asks about it, and who decides."""

    api: httpx.AsyncClient
    mother: MadeMember
    baby_id: UUID
    asker: Person
    officer: Person

    async def ask(self, **changes: Any) -> httpx.Response:
        body = {
            "kind": "baby_details",
            "member_number": self.mother.number,
            "purpose": "expert_answer",
            "reason": REASON,
            "baby_id": str(self.baby_id),
            "parts": ["details", "growth"],
            **YES,
            **changes,
        }
        return await self.api.post(DISCLOSURES, json=body, headers=self.asker.headers)

    async def asked(self) -> str:
        """The path of a request that waits."""
        answer = await self.ask()
        assert answer.status_code == 201, answer.text
        return f"{DISCLOSURES}/{answer.json()['id']}"

    async def approve(self, path: str, by: Person | None = None) -> httpx.Response:
        return await self.api.post(f"{path}/approval", json=YES, headers=(by or self.officer).headers)

    async def opened(self) -> str:
        """The path of one that is open and was looked at."""
        path = await self.asked()
        assert (await self.approve(path)).status_code == 200
        assert (await self.look(path)).status_code == 200
        return path

    async def look(self, path: str, by: Person | None = None, part: str = "details") -> httpx.Response:
        return await self.api.get(f"{path}/value", params={"part": part}, headers=(by or self.asker).headers)

    async def withdraw(self) -> None:
        answer = await self.api.post(WITHDRAWALS, json={"purposes": ["expert"]}, headers=self.mother.headers)
        assert answer.is_success, answer.text


async def signed_in(api: httpx.AsyncClient, role: Role) -> Person:
    made = await make_staff(role)
    return Person(made, bearer((await login(api, made)).json()))


async def make_case(api: httpx.AsyncClient) -> Case:
    mother = await make_mother("service", "expert")
    baby_id = await make_child(mother.id)
    asker, officer = await signed_in(api, Role.EXPERT), await signed_in(api, Role.PRIVACY_OFFICER)
    return Case(api, mother, baby_id, asker, officer)


def id_of(path: str) -> UUID:
    return UUID(path.rsplit("/", 1)[1])


def refused(answer: httpx.Response) -> tuple[int, str]:
    assert "小满" not in answer.text
    return answer.status_code, answer.json()["code"]


async def becomes(person: Person, role: Role) -> None:
    await database.execute("UPDATE staff_user SET role = $2 WHERE id = $1", person.made.id, role.value)


async def test_who_asked_approves_it_herself_in_another_role(api: httpx.AsyncClient) -> None:
    """Her account is made an administrator's; she signs in again. It is she who asked."""
    case = await make_case(api)
    path = await case.asked()
    await becomes(case.asker, Role.ADMINISTRATOR)
    assert (await case.approve(path, case.asker)).status_code == 403, "the token is an expert's still"
    again = await login(api, case.asker.made, totp=case.asker.made.code(1))
    case_again = msgspec.structs.replace(case.asker, headers=bearer(again.json()))
    assert refused(await case.approve(path, case_again)) == (403, "disclosure_own_request")
    assert refused(await case.look(path, case_again)) == (403, "disclosure_not_open")
    # And nobody else approves what she asked for as somebody else.
    assert refused(await case.approve(path)) == (409, "disclosure_asker_changed")


async def test_the_token_of_an_approver_who_is_none_any_more(api: httpx.AsyncClient) -> None:
    case = await make_case(api)
    path = await case.asked()
    await becomes(case.officer, Role.OPERATOR)
    assert refused(await case.approve(path)) == (403, "disclosure_not_for_this_role")
    await becomes(case.officer, Role.PRIVACY_OFFICER)
    await staff.deactivate(case.officer.made.id)
    assert (await case.approve(path)).status_code == 401
    assert refused(await case.look(path)) == (403, "disclosure_not_open")


async def test_an_approval_after_the_withdrawal(api: httpx.AsyncClient) -> None:
    case = await make_case(api)
    path = await case.asked()
    await case.withdraw()
    assert refused(await case.approve(path)) == (403, "disclosure_guardian_not_authorizing")
    assert refused(await case.look(path)) == (403, "disclosure_not_open")
    assert refused(await case.ask()) == (403, "disclosure_guardian_not_authorizing")


async def test_a_withdrawal_between_two_looks(api: httpx.AsyncClient) -> None:
    case = await make_case(api)
    path = await case.opened()
    await case.withdraw()
    for part in ("details", "growth"):
        assert refused(await case.look(path, part=part)) == (403, "disclosure_guardian_not_authorizing")
    assert await looks_at(id_of(path)) == 1
    assert len((await api.get(MINE, headers=case.mother.headers)).json()["items"]) == 1


async def test_the_other_purpose_does_not_do(api: httpx.AsyncClient) -> None:
    """The guardian authorizes the service still; what was asked for is the expert's answer."""
    case = await make_case(api)
    path = await case.opened()
    await case.withdraw()
    assert await authorizations.stands(case.mother.id, "service")
    assert refused(await case.look(path)) == (403, "disclosure_guardian_not_authorizing")
    assert refused(await case.ask(purpose="baby_service")) == (403, "disclosure_not_for_this_role")


async def test_after_half_an_hour(api: httpx.AsyncClient) -> None:
    case = await make_case(api)
    path = await case.opened()
    await pass_the_time(id_of(path), timedelta(minutes=29, seconds=30))
    assert (await case.look(path)).status_code == 200
    await pass_the_time(id_of(path), timedelta(seconds=31))
    assert refused(await case.look(path)) == (403, "disclosure_not_open")
    # Approving once more does not open it for another half an hour.
    assert (await case.approve(path)).json()["state"] == "ended"
    assert refused(await case.look(path)) == (403, "disclosure_not_open")


async def _another_role(case: Case) -> None:
    await becomes(case.asker, Role.MODERATOR)


async def _an_askers_role(case: Case) -> None:
    await becomes(case.asker, Role.PRIVACY_OFFICER)


async def _another_store(case: Case) -> None:
    store = await make_store()
    await database.execute("UPDATE staff_user SET store_id = $2 WHERE id = $1", case.asker.made.id, store.id)


async def _ended_by_the_officer(case: Case) -> None:
    listed = await case.api.get(DISCLOSURES, headers=case.asker.headers)
    path = f"{DISCLOSURES}/{listed.json()['items'][0]['id']}/end"
    assert (await case.api.post(path, headers=case.officer.headers)).status_code == 200


async def _put_away(case: Case) -> None:
    assert (await case.api.delete(f"/api/v1/babies/{case.baby_id}", headers=case.mother.headers)).is_success


@transactional
async def _destroyed(case: Case) -> None:
    assert await babies.destroy_one(case.baby_id, "erased")


@pytest.mark.parametrize(
    ("meanwhile", "ends"),
    [
        (_another_role, (403, "disclosure_not_open")),
        (_an_askers_role, (403, "disclosure_not_open")),
        (_another_store, (403, "disclosure_not_open")),
        (_ended_by_the_officer, (403, "disclosure_not_open")),
        (_put_away, (404, "disclosure_nothing_to_see")),
        (_destroyed, (404, "disclosure_nothing_to_see")),
    ],
)
async def test_what_happens_meanwhile(
    api: httpx.AsyncClient, meanwhile: Callable[[Case], Coroutine[Any, Any, None]], ends: tuple[int, str]
) -> None:
    """Her token is as good as before; what is open is not."""
    case = await make_case(api)
    path = await case.opened()
    await meanwhile(case)
    for part in ("details", "growth"):
        assert refused(await case.look(path, part=part)) == ends
    assert await looks_at(id_of(path)) == 1


async def test_a_merge_takes_the_request_and_the_looks_along(api: httpx.AsyncClient) -> None:
    """The child is of one mother: whom she became stands behind the request, and reads of it."""
    case, stays = await make_case(api), await make_member()
    path = await case.opened()

    @transactional
    async def merge() -> None:
        held = await members.hold([case.mother.id, stays.id])
        await merging.merge(held[case.mother.id], held[stays.id])

    await merge()
    assert (await case.look(path)).status_code == 200, "her authorization came along"
    looks = (await api.get(MINE, headers=stays.headers)).json()["items"]
    assert [look["baby_id"] for look in looks] == [str(case.baby_id)] * 2
    assert (await api.get(path, headers=case.asker.headers)).json()["member_number"] == stays.number
    await authorizations.withdraw(stays.id, ["expert"])
    assert refused(await case.look(path)) == (403, "disclosure_guardian_not_authorizing")


async def test_the_request_of_somebody_else(api: httpx.AsyncClient) -> None:
    case = await make_case(api)
    path, other = await case.opened(), await signed_in(api, Role.EXPERT)
    for person in (other, case.officer, await signed_in(api, Role.ADMINISTRATOR)):
        assert refused(await case.look(path, person)) == (404, "disclosure_not_found")
    assert (await api.get(path, headers=other.headers)).status_code == 404
    assert (await api.post(f"{path}/end", headers=other.headers)).status_code == 404
    assert refused(await case.look(f"{DISCLOSURES}/{uuid4()}")) == (404, "disclosure_not_found")
    assert (await api.get(f"{path}/value")).status_code == 401
    assert (await api.get(f"{path}/value", headers=case.mother.headers)).status_code == 401, "a member's token"
    assert await looks_at(id_of(path)) == 1


async def test_the_child_of_another_mother(api: httpx.AsyncClient) -> None:
    """One mother authorized; the child is another's, who did not."""
    case, other = await make_case(api), await make_mother("service")
    strange = await make_child(other.id)
    assert refused(await case.ask(baby_id=str(strange))) == (403, "disclosure_guardian_not_authorizing")
    authorizing = await make_case(api)
    assert refused(await case.ask(baby_id=str(authorizing.baby_id))) == (404, "baby_not_found")
    assert refused(await case.ask(member_number=(await make_known_member()).number)) == (404, "baby_not_found")


async def test_who_does_not_deny_to_be_related(api: httpx.AsyncClient) -> None:
    case = await make_case(api)
    for said in ({"unrelated": False}, {"unrelated": None}, {"unrelated": "true"}):
        assert (await case.ask(**said)).status_code == 422
    path = await case.asked()
    for body in ({"unrelated": False}, {}, {"unrelated": 1}):
        answer = await api.post(f"{path}/approval", json=body, headers=case.officer.headers)
        assert answer.status_code == 422, body
    assert (await api.get(path, headers=case.officer.headers)).json()["state"] == "waiting"
